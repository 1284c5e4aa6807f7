"""A small installation in which everything that comes from outside is hostile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from monitor import passwords, signup, web
from monitor.audience import Bulletin, Limits, MessageKind, Wishes
from monitor.errors import FetchError
from monitor.links import Purpose, Signer
from monitor.model import (
    Change,
    ChangeIntent,
    ChangeKind,
    ChangeState,
    Comparison,
    Finding,
    Link,
    Outcome,
    Page,
    Record,
    Severity,
    Visit,
)
from monitor.posture import AreaLevel, Hold, Posture, Rung
from monitor.store import Store
from monitor.wiring import mail_address, new_id
from tests import hostile
from tests.browser.installation import PASSWORD, SECRET
from tests.browser.service import free_port
from tests.fakes import page, source
from tests.test_pipeline import COUP, Desk
from tests.web.desk import NAMES


class Besieged:
    """Its pages, up until `close`."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.store = Store.open(f"sqlite:///{folder / 'besieged.db'}", durable=False, secret=SECRET)
        self.words = [words for _, words in hostile.words()]
        self.sources = (source("mali-page"), source("mali-rss"), source("mali-other", publisher=self.words[0]),
                        source("mali-elsewhere", url=f"javascript:window.ran=1//{self.words[0]}"))  # fmt: skip
        self.looks = Desk(self.store, *self.sources)
        self.events = [*self._seen(), *self._judged()]
        self._told_of()
        self.signer = Signer(SECRET, self.url)
        self.desk = signup.Desk(self.store, secret=SECRET, now=self.looks.clock, new_id=new_id, places=lambda: NAMES,
                                check_mail=mail_address, limits=Limits())  # fmt: skip
        app = web.create_app(
            self.store, site=web.SiteView(name="Watch", base_url=self.url), now=self.looks.clock, tick=5,
            last_tick=self.looks.clock, who=web.Roles(password=passwords.hashed(PASSWORD), secret=SECRET),
            counter=web.Counter(desk=self.desk, signer=self.signer, even=0), proofs=web.Proofs(self.sources),
        )  # fmt: skip
        self._server = web.serve(app, "127.0.0.1", port)

    def close(self) -> None:
        self._server.close()
        self.store.close()

    def paths(self) -> dict[str, list[str]]:
        """Every page, by the name of its route."""
        asked = self._asked("waits@ngo.example")
        made = self.desk.confirm(self._asked("reads@ngo.example"))
        assert made is not None
        kept = self.store.captures("mali-page", 200)[-4:]  # the oldest, which the adapter can read
        pairs = [(older, newer) for newer, older in pairwise(kept)]
        changes = [f"/changes/{one}" for one in self.events]
        seen = f"{self.events[-1]} {made.id}"
        return {
            "overview": ["/", "/?q=planted"],
            "place": ["/destinations/mali", "/destinations/mali?severity=none", "/destinations/mali?source=mali-page"],
            "change": [*changes, *(f"{one}?view=side" for one in changes)],
            "source": [f"/sources/{one.id}" for one in self.sources],
            "compared": [f"/sources/mali-page/diff?old={old.snapshot_id}&new={new.snapshot_id}{view}"
                         for old, new in pairs for view in ("", "&view=side")],
            "how": ["/how"], "chain": ["/chain"], "api": ["/api"], "login": ["/login"], "operators": ["/operators"],
            "subscribe": ["/subscribe"], "confirm": [self._link(Purpose.CONFIRM, asked)],
            "manage": [self._link(Purpose.MANAGE, made.id)], "unsubscribe": [self._link(Purpose.UNSUBSCRIBE, made.id)],
            "acknowledge": [self._link(Purpose.ACKNOWLEDGE, seen)],
        }  # fmt: skip

    def _link(self, purpose: Purpose, name: str) -> str:
        return urlsplit(self.signer.link(purpose, name, self.looks.clock())).path

    def _asked(self, address: str) -> str:
        self.desk.ask(address, Wishes(destinations=("mali",)), sender=address)
        return next(one.event_id for one in self.store.deliveries(limit=1000) if one.kind is MessageKind.CONFIRM)

    def _seen(self) -> Iterator[str]:
        """What a publisher's page says, read by the real pipeline: written to be shown, and as markup."""
        self.looks.look(page())
        said = "\n".join(f"On June 9, 2026, {escape(words)} a coup began in Gao." for words in self.words)
        raw = "\n".join(f"{words} A curfew is in force." for words in self.words)
        for body in (page(words=f"{COUP}\n{said}"), page(words=COUP),
                     page(words=said, issued=escape(self.words[6])), page(words=raw),
                     hostile.page(f"<h4>{escape(' '.join(self.words))}</h4><p>Soldiers left.</p>").encode(),
                     ):  # fmt: skip
            event = self.looks.look(body)[1].event_id
            if event:
                yield event

    def _judged(self) -> Iterator[str]:
        """Changes whose every field is hostile, whatever an adapter would have made of it."""
        several = [" ".join(self.words[start : start + 6]) for start in range(0, len(self.words), 6)]
        for first, second in pairwise([*several, several[0]]):
            link = Link(first, f"javascript:window.ran=1//{second}"), Link(second, f'https://a.example/"{first}')
            change = Change(section=first, heading_path=(first, second), kind=ChangeKind.EDITED, before=f"{first} no",
                            after=f"{first} yes {second}", before_links=link[:1], after_links=link[1:],
                            moved_from=(second,))  # fmt: skip
            found = tuple(Finding(change=replace(change, kind=kind), severity=grade, rule="wording", summary=first,
                                  unannounced=True)
                          for kind, grade in ((ChangeKind.EDITED, Severity.HIGH), (ChangeKind.MOVED, Severity.LOW),
                                              (ChangeKind.FORMAT, Severity.NONE)))  # fmt: skip
            made = Comparison(outcome=Outcome.CHANGED, severity=Severity.HIGH, headline=f"Mali: {first}",
                              sentences=(first, second), findings=found, note=f"{second} {first}")  # fmt: skip
            at, one = self.looks.clock.forward(hours=1), self.sources[0]
            visit = Visit(source=one, taken_at=at, outcome=Outcome.CHANGED, comparison=made, status=200, elapsed=0.4,
                          page=Page(url=one.url, body=first.encode(), taken_at=at))  # fmt: skip
            intent = ChangeIntent(comparison=made, state=ChangeState.TOLD, confirmed=True, level=first)
            stands = Posture(level=4, level_words=first, risks=(first, second), areas=(AreaLevel(first, second),),
                             holds=(Hold(Rung.ORDERED, first, second),))  # fmt: skip
            yield self.store.record(Record(visit=visit, next_due_at=at, new_baseline=True, change=intent,
                                           posture=stands)).event_id or ""  # fmt: skip

    def _told_of(self) -> None:
        """What else comes from outside: reasons of failures, what a relay answered, a remark."""
        everything, clock = " ".join(self.words), self.looks.clock
        self.store.announce(Bulletin(id="wdr_1", kind=MessageKind.WITHDRAWAL, created_at=clock(),
                                     about=self.events[-1], remark=everything))  # fmt: skip
        for words in (*self.words, everything):
            self.looks.look(FetchError(words, outcome=Outcome.BLOCKED, status=403), 1)
            for one in self.store.claim(clock(), owner="w", limit=1):
                self.store.give_up(one.id, clock(), words, owner="w")
