"""An installation with a history, for looking at its pages: the recorded story in its worst week, and people in it.

The clock stands still, so that two runs show the same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine, text

from monitor import passwords, pipeline, warc, web, wiring
from monitor.audience import Bulletin, Channel, Language, Limits, MessageKind, Subscription, Wishes
from monitor.errors import NotifyError
from monitor.links import Purpose, Signer
from monitor.model import ChangeState, Destination, Severity, Source, StoredChange
from monitor.replay import Replay
from monitor.signup import Desk
from monitor.store import Store
from tests.browser.service import free_port
from tests.fakes import Clock, Sender, Web, page, source

ROOT = Path(__file__).parents[2]
STORY = ROOT / "tests" / "fixtures" / "mali-story.warc.gz"
NIGHT = datetime(2026, 6, 14, 3, 0, tzinfo=UTC)
"""The level rose five days ago, and since two days the page hides behind a wall."""
SECRET, PASSWORD = "a secret for pictures only", "correct horse battery staple"
NIGER = Destination(key="niger", name="Niger", iso3="NER", region="NE")
BURKINA = Destination(key="burkina-faso", name="Burkina Faso", iso3="BFA", region="BF")


class Installation:
    """Its pages, up until `close`."""

    def __init__(self, folder: Path) -> None:
        self.clock, port = Clock(NIGHT), free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._path = folder / "monitor.db"
        self.store = Store.open(f"sqlite:///{self._path}", durable=False, secret=SECRET,
                                message_domain="watch.example")  # fmt: skip
        config = wiring.configuration(ROOT / "config.toml")
        near = [source(f"{place.key}-us-page", destination=place, url=f"https://travel.state.gov/{place.key}.html")
                for place in (NIGER, BURKINA)]  # fmt: skip
        self.sources = (*config.sources, *near)
        self._begin()
        self._replay(config.sources)
        self.store.sync_sources(self.sources, NIGHT)
        for one, level in zip(near, (4, 3), strict=True):
            self.look(one, page(level=level, name=one.destination.name))
        names = {one.destination.key: one.destination.name for one in self.sources}
        self.signer = Signer(SECRET, self.url)
        self.desk = Desk(self.store, secret=SECRET, now=self.clock, new_id=wiring.new_id, places=lambda: names,
                         check_mail=wiring.mail_address, limits=Limits())  # fmt: skip
        self.app = web.create_app(
            self.store, site=web.SiteView(name="Advisory watch", base_url=self.url, contact="desk@watch.example"),
            now=self.clock, last_tick=self.clock, tick=5,
            counter=web.Counter(desk=self.desk, signer=self.signer, even=0), proofs=web.Proofs(self.sources),
            who=web.Roles(password=passwords.hashed(PASSWORD), secret=SECRET),
            practice=web.Practice(user_agent="AdvisoryMonitor (desk@watch.example)", host_gap=2, deadline=60),
        )  # fmt: skip
        self._server = web.serve(self.app, "127.0.0.1", port)

    def close(self) -> None:
        self._server.close()
        self.store.close()

    def look(self, which: Source, body: bytes) -> str:
        """One look at a source, now; the event it made, if any."""
        made = pipeline.check(which, book=self.store, web=Web(self.clock, body), now=self.clock, jitter=lambda: 0.5)
        return made[1].event_id or ""

    def change(self, words: str) -> StoredChange:
        """The newest change with these words in its headline that was told."""
        return next(one for one in self.store.changes(limit=500, states=(ChangeState.TOLD, ChangeState.SILENT))
                    if words in one.headline)  # fmt: skip

    def link(self, purpose: Purpose, name: str) -> str:
        """The path of a reader's own page."""
        return urlsplit(self.signer.link(purpose, name, self.clock())).path

    def reader(self, language: str = "en", name: str = "officer", *, confirmed: bool = True) -> str:
        """Somebody who signed up on the page; the id of the subscription, or of what waits for its confirmation."""
        self.desk.ask(f"{name}@ngo.example", Wishes(language=Language(language), destinations=("mali", "niger")),
                      sender=name)  # fmt: skip
        asked = next(one.event_id for one in self.store.deliveries(limit=1000) if one.kind is MessageKind.CONFIRM)
        if not confirmed:
            return asked
        made = self.desk.confirm(asked)
        assert made is not None
        return made.id

    def _begin(self) -> None:
        began = datetime(2026, 1, 1, tzinfo=UTC)
        for number, (channel, address) in enumerate(((Channel.MAIL, "desk@ngo.example"),
                                                     (Channel.MAIL, "deputy@ngo.example"),
                                                     (Channel.WEBHOOK, "https://desk.example/hook"))):  # fmt: skip
            self.store.add_subscription(Subscription(
                id=f"sub_{number}", channel=channel, address=address, created_at=began,
                wishes=Wishes(floor=Severity.LOW if number else Severity.CRITICAL)))  # fmt: skip

    def _replay(self, sources: tuple[Source, ...]) -> None:
        senders = {one: Sender() for one in Channel}
        senders[Channel.WEBHOOK].error = NotifyError("the endpoint answered 410 Gone", permanent=True)
        story = [one for one in warc.places([STORY]) if one.taken_at < NIGHT]
        replay = Replay(self.store, sources, senders, lambda subject, sub, delivery: _Notice(subject))  # type: ignore[arg-type]
        for _ in replay.run(warc.pages(story)):
            pass
        self._answer()
        told = self.change("telephone changed — +223")
        self.store.announce(Bulletin(id="cor_1", kind=MessageKind.CORRECTION, created_at=NIGHT, about=told.event_id,
                                     remark="The embassy took its old number back the same evening."))  # fmt: skip


    def _answer(self) -> None:
        """A recording knows no response times: they are made up, so that their chart is not empty."""
        with create_engine(f"sqlite:///{self._path}").begin() as conn:
            conn.execute(text("update visits set elapsed = 0.35 + (id * 7919 % 83) / 100.0 where status is not null"))


class _Notice:
    """Nobody reads it: the senders only count."""

    def __init__(self, subject: object) -> None:
        self.headline = repr(subject)


