"""Notices to look at and to test with; every sentence is ours.

    python -m tests.notify.examples      (writes the golden mail again, after it was meant to change)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path

from monitor.audience import (
    Bulletin,
    Cadence,
    Channel,
    Delivery,
    Form,
    Language,
    Links,
    MessageKind,
    Notice,
    Subscription,
    Verified,
    Wishes,
)
from monitor.core import compose, notice, speech, verdict
from monitor.model import (
    Campaign,
    Change,
    ChangeKind,
    ChangeState,
    Comparison,
    Direction,
    FactChange,
    Finding,
    Link,
    Member,
    Outcome,
    Severity,
    StoredChange,
)
from monitor.notify import mail
from monitor.notify.mail import Site
from tests.fakes import page

SEEN = datetime(2026, 6, 9, 4, 12, tzinfo=UTC)
SITE = Site(name="Advisory monitor", from_address="alerts@monitor.example",
            base_url="https://monitor.example", contact="desk@monitor.example")  # fmt: skip
READER = Subscription(id="sub_5f0c", channel=Channel.MAIL, address="officer@ngo.example",
    wishes=Wishes(destinations=("mali",), floor=Severity.LOW))  # fmt: skip
BEFORE = page(level=3, issued="January 9, 2026", words=(
    "Five people were killed in an attack on the livestock market of Nara on 2 June.\n"
    "A curfew is in place in Bamako from 10 p.m. to 5 a.m.\n"
    "Commercial flights leave Bamako every day."))  # fmt: skip
AFTER = page(level=4, issued="June 9, 2026", phone="+(223) 2021-2299", words=(
    "On June 9, 2026, the Department ordered non-emergency U.S. government employees and family members "
    "to leave Mali due to the risk of armed attacks.\n"
    "Seven people were killed in an attack on the livestock market of Nara on 2 June.\n"
    "A curfew is in place in Bamako from 8 p.m. to 5 a.m."))  # fmt: skip
URL = "https://travel.state.gov/en/international-travel/travel-advisories/mali.html"


def delivery(**changed: object) -> Delivery:
    made = Delivery(id=7, event_id="evt_3b9a77", subscription_id="sub_5f0c", channel=Channel.MAIL,
                    address="officer@ngo.example", message_id="<evt_3b9a77.5f0c@monitor.example>",
                    created_at=SEEN, confirmed=False)  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def stored(before: bytes = BEFORE, after: bytes = AFTER) -> StoredChange:
    """What the store would keep of the change between two captures."""
    found = verdict.compare(before, after, url=URL, at=SEEN)
    assert found.outcome is Outcome.CHANGED, found
    return StoredChange(
        id=1, event_id="evt_3b9a77", source_id="mali-us-page", url=URL, publisher="us-state",
        destination="mali", destination_name="Mali", taken_at=SEEN, outcome=found.outcome,
        state=ChangeState.TOLD, confirmed=False, severity=found.severity, headline=found.headline,
        sentences=found.sentences, findings=found.findings, note=None, before_sha256="a1" * 32,
        after_sha256="b2" * 32, before_snapshot_id=1, after_snapshot_id=2,
        level="Level 4 - Do not travel", stated_at="2026-06-09")  # fmt: skip


def rich(**changed: object) -> Notice:
    """The worst night: level up, ordered departure, figures, curfew, telephone, a sentence gone."""
    made = notice.notice(stored(), READER, delivery(), base_url=SITE.base_url)
    return replace(made, **changed)  # type: ignore[arg-type]


# --------------------------------------------------------------------------------------
# A mail of every part, made by hand: it changes only when the look of a mail does
# --------------------------------------------------------------------------------------
GOLDEN = Path(__file__).parent / "golden"


def finding(
    severity: Severity, rule: str, before: str | None, after: str | None, *, section: str = "Advisory summary",
    path: tuple[str, ...] = (), facts: tuple[FactChange, ...] = (), summary: str = "", links: tuple[str, ...] = (),
) -> Finding:  # fmt: skip
    """One finding by hand; `links` are the address before and the one after."""
    kind = ChangeKind.EDITED if before and after else ChangeKind.ADDED if after else ChangeKind.REMOVED
    old, new = ((Link("map", links[0]),), (Link("map", links[1]),)) if links else ((), ())
    change = Change(section=section, heading_path=path, kind=kind, before=before, after=after,
                    before_links=old, after_links=new)  # fmt: skip
    return Finding(change=change, severity=severity, rule=rule, facts=facts,
                   summary=summary or f"{kind.value.title()} in {section}: “{after or before}”")  # fmt: skip


def critical(**changed: object) -> Notice:
    """Level up, staff ordered out, an area lowered, telephone, curfew, and what is for the record."""
    up, down = Direction.UP, Direction.DOWN
    found = (
        finding(Severity.CRITICAL, "level-raised", "Level 3: Reconsider travel", "Level 4: Do not travel",
                section="Advice level", facts=(FactChange(kind="level_change", before="Level 3: Reconsider travel",
                                  after="Level 4: Do not travel", direction=up),)),
        finding(Severity.CRITICAL, "staff-or-leave", None,
                "On 9 June the Department ordered the families of its staff and all non-emergency staff to leave Mali.",
                facts=(FactChange(kind="departure_order", after="staff were ordered to leave", direction=up),)),
        finding(Severity.HIGH, "area-level", "Kayes: Level 4", "Kayes: Level 3",
                section="Advice level by area",
                facts=(FactChange(kind="area_level_change", before="Kayes: Level 4", after="Kayes: Level 3",
                                  direction=down),)),
        finding(Severity.HIGH, "acute-over", "The road from Bamako to Ségou is closed to civilian traffic.", None,
                path=("Roads",)),
        finding(Severity.MEDIUM, "contact", "Embassy, day and night: +(223) 2070-2301",
                "Embassy, day and night: +(223) 2070-2399", section="Help",
                facts=(FactChange(kind="phone_changed", before="+(223) 2070-2301", after="+(223) 2070-2399"),)),
        finding(Severity.MEDIUM, "figure-serious",
                "A curfew is in place in the district of Bamako from 10 p.m. to 5 a.m. daily.",
                "A curfew is in place in the districts of Bamako and Kati from 8 p.m. to 6 a.m. daily.",
                path=("Roads",)),
        finding(Severity.MEDIUM, "link-target", "See the map of the areas.", "See the map of the areas.",
                section="Areas", links=("https://maps.example/old", "https://maps.example/new")),
        finding(Severity.LOW, "wording", "Medical care is limited outside Bamako.",
                "Medical care is very basic outside Bamako.", section="Health"),
        finding(Severity.LOW, "wording", None, "Carry a copy of your passport.", section="Health"),
        finding(Severity.NONE, "same-words", "Enroll.", "Enroll.", section="Help"),
    )  # fmt: skip
    made = replace(
        rich(), headline="Mali: level raised 3 → 4 — Do not travel", findings=found, level="Level 4: Do not travel",
        sentences=(
            "Level raised: “Level 3: Reconsider travel” → “Level 4: Do not travel”.",
            "Staff departure: the Department ordered families and non-emergency staff to leave Mali.",
            "Area level lowered: Kayes, Level 4 → Level 3.",
            "The closure of the road from Bamako to Ségou is no longer stated.",
            "Telephone of the embassy changed: +(223) 2070-2301 → +(223) 2070-2399. And 2 more changes.",
        ),
        note="Raised to Level 4; updated the telephone number of the embassy.",
        why="You asked to be told by e-mail of changes for Mali from severity “low” up.",
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def confirmed() -> Notice:
    """The same night, after the second look."""
    return critical(confirmed=True, verified_at=SEEN + timedelta(minutes=1))


def parts(raw: bytes) -> dict[str, str]:
    """The two written forms of a mail, "txt" and "html"; a message of text alone has no second one."""
    message: EmailMessage = message_from_bytes(raw, policy=default)  # type: ignore[assignment]
    bodies = {"txt": message.get_body(("plain",)), "html": message.get_body(("html",))}
    return {name: part.get_content().replace("\r\n", "\n") for name, part in bodies.items() if part is not None}


# --------------------------------------------------------------------------------------
# One message of every kind, as a reader in Paris with an account gets it
# --------------------------------------------------------------------------------------
LINKS = Links(
    manage="https://monitor.example/manage/InN1Yl81ZjBjIg.aSUj3A.q3X0b5n7vE2kHjUo1cTz9wLr8yM",
    unsubscribe="https://monitor.example/unsubscribe/InN1Yl81ZjBjIg.aSUj3A.Zk4bW1sQ6pRtY0uXh2mVnC7dEfA")  # fmt: skip
ACT = "https://monitor.example/acknowledge/ImV2dF8zYjlhNzciCg.aSUj3A.Kp2mXw8tQr5vBn1cYz7dLs0fJhE"
_STANDS = (
    Verified(destination="Mali", publisher="us-state", level="Level 4: Do not travel", at=SEEN - timedelta(minutes=7)),
    Verified(destination="Niger", publisher="us-state", level="Level 4: Do not travel", at=SEEN - timedelta(minutes=7)),
    Verified(destination="Senegal", publisher="us-state", level="Level 1: Exercise normal precautions",
             at=SEEN - timedelta(minutes=20)),
    Verified(destination="Chad", publisher="uk-fcdo", level="", at=None),
)  # fmt: skip


def in_language(language: Language, **changed: object) -> Notice:
    """The critical notice told in that language to a reader in Paris, in an organisation with a chain of contacts."""
    told = critical()
    headline, sentences = speech.retold(told.headline, told.sentences, told.findings, "Mali", language)
    reader = replace(READER, wishes=replace(READER.wishes, language=language, zone="Europe/Paris"))
    made = replace(told, headline=headline, sentences=sentences, language=language, zone="Europe/Paris",
                   why=speech.why(reader, "Mali"), links=replace(LINKS, act=ACT))  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def _bulletin(kind: MessageKind, language: Language, **changed: object) -> Notice:
    made = Bulletin(id="bul_41c0", kind=kind, created_at=SEEN, destination="mali", destination_name="Mali",
                    publisher="us-state", reason="HTTP 403: the publisher’s server refuses us.")  # fmt: skip
    headline, sentences = speech.bulletin(made, language)
    return replace(in_language(language), kind=kind, event_id=made.id, severity=Severity.HIGH, headline=headline,
                   sentences=sentences, findings=(), note=None, page_url="", before_sha256="", after_sha256="",
                   links=LINKS, **changed)  # fmt: skip


def notice_of(kind: MessageKind, language: Language = Language.EN) -> Notice:
    """One message of this kind."""
    base = in_language(language)
    if kind is MessageKind.NOTICE:
        return base
    if kind is MessageKind.CAMPAIGN:
        one = replace(stored(), severity=Severity.MEDIUM, findings=base.findings[4:6])
        words = Comparison(outcome=Outcome.CHANGED, findings=one.findings)
        words = compose.worded(words, "Mali")
        members = tuple(Member(change_id=n, source_id=f"s{n}", destination=name.casefold(), destination_name=name,
                               taken_at=SEEN, severity=Severity.MEDIUM)
                        for n, name in enumerate(("Mali", "Niger", "Senegal", "Chad", "Togo", "Benin")))  # fmt: skip
        edit = Campaign(id="cmp_77", publisher="us-state", headline=words.headline.removeprefix("Mali: "),
                        sentences=words.sentences, findings=words.findings, severity=Severity.MEDIUM, example=one,
                        first_at=SEEN, members=members)  # fmt: skip
        headline, sentences = speech.campaign(edit, ["Mali", "Niger"], True, language)
        return replace(base, kind=kind, event_id=edit.id, destination="several destinations",
                       destinations=("Mali", "Niger"), severity=Severity.MEDIUM, headline=headline, level="",
                       sentences=sentences, findings=edit.findings, note=None, confirmed=True, links=LINKS)  # fmt: skip
    if kind is MessageKind.DIGEST:
        return digest(language)
    if kind is MessageKind.CONFIRM:
        wishes = Wishes(destinations=("mali", "niger"), floor=Severity.MEDIUM, cadence=Cadence.DAILY,
                        quiet=(22 * 60, 6 * 60), zone="Europe/Paris", language=language)  # fmt: skip
        return replace(base, kind=kind, event_id="sub_5f0c", headline=speech.confirm(language), findings=(), note=None,
                       sentences=speech.asked(wishes, ["Mali", "Niger"]), why="", level="", source_url="",
                       links=Links(act=ACT.replace("acknowledge", "confirm")))  # fmt: skip
    if kind in (MessageKind.CORRECTION, MessageKind.WITHDRAWAL):
        remark = {
            (MessageKind.CORRECTION, Language.EN): "The ordered departure concerns family members only, not staff.",
            (MessageKind.WITHDRAWAL, Language.EN): "The page showed an old version for an hour. Nothing has changed.",
            (MessageKind.CORRECTION, Language.FR): "L’ordre de départ ne vise que les familles, pas le personnel.",
            (MessageKind.WITHDRAWAL, Language.FR): "La page a montré une ancienne version pendant une heure.",
        }[kind, language]
        now = "Level 4: Do not travel" if kind is MessageKind.CORRECTION else "Level 3: Reconsider travel"
        return replace(base, kind=kind, remark=remark, links=LINKS, verified_at=SEEN + timedelta(hours=2), level=now,
                       references=("<evt_3b9a77.5f0c@monitor.example>",))  # fmt: skip
    if kind is MessageKind.BLIND:
        return _bulletin(kind, language, seen_at=SEEN, verified_at=SEEN - timedelta(minutes=30))
    if kind is MessageKind.ALL_CLEAR:
        return _bulletin(kind, language, seen_at=SEEN, verified_at=SEEN + timedelta(hours=9))
    return _bulletin(kind, language, level="", source_url="")


def digest(language: Language = Language.EN, *, empty: bool = False) -> Notice:
    """A day with three changes, or with none."""
    base = in_language(language)
    roads = (base.findings[5],)
    second = compose.worded(Comparison(outcome=Outcome.CHANGED, findings=roads), "Niger")
    headline, sentences = speech.retold(second.headline, second.sentences, second.findings, "Niger", language)
    contact = (base.findings[4],)
    third = compose.worded(Comparison(outcome=Outcome.CHANGED, findings=contact), "Mali")
    head, said = speech.retold(third.headline, third.sentences, third.findings, "Mali", language)
    items = () if empty else (
        base,
        replace(base, event_id="evt_2", destination="Niger", severity=Severity.MEDIUM, headline=headline,
                sentences=sentences, findings=roads, confirmed=True, page_url=f"{SITE.base_url}/changes/evt_2"),
        replace(base, event_id="evt_3", severity=Severity.MEDIUM, headline=head, sentences=said, findings=contact,
                confirmed=True, page_url=f"{SITE.base_url}/changes/evt_3"),
    )  # fmt: skip
    return replace(
        base, kind=MessageKind.DIGEST, event_id="dig_9a", destination="", findings=(), sentences=(), note=None,
        headline=speech.digest(items, [one.destination for one in _STANDS], language), items=items, verified=_STANDS,
        level="", source_url="", page_url="", links=LINKS)  # fmt: skip


@cache
def goldens() -> dict[str, Notice]:
    """What is kept to be compared with, by the name of its file."""
    made = {"critical": critical()}
    for language in Language:
        made |= {f"{kind.value}.{language.value}": notice_of(kind, language) for kind in MessageKind}
        made[f"digest-empty.{language.value}"] = digest(language, empty=True)
        made[f"notice-thin.{language.value}"] = in_language(language, form=Form.THIN)
        made[f"notice-short.{language.value}"] = in_language(language, form=Form.SHORT)
    return made


def golden(name: str) -> dict[str, str]:
    """The written forms of that message by the names of their files; of all but one only the text is kept."""
    found = parts(mail.render(goldens()[name], delivery(), SITE))
    return {f"{name}.{form}": text for form, text in found.items() if form == "txt" or name == "critical"}


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in goldens():
        for file, text in golden(name).items():
            (GOLDEN / file).write_text(text, encoding="utf-8")
