"""Notices to look at and to test with; every sentence is ours.

    python -m tests.notify.examples      (writes the golden mail again, after it was meant to change)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from monitor.audience import Channel, Delivery, Notice, Subscription, Wishes
from monitor.core import notice, verdict
from monitor.model import (
    Change,
    ChangeKind,
    ChangeState,
    Direction,
    FactChange,
    Finding,
    Link,
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
                section="Advice level", facts=(FactChange(kind="level_change", before="3", after="4", direction=up),)),
        finding(Severity.CRITICAL, "staff-or-leave", None,
                "On 9 June the Department ordered the families of its staff and all non-emergency staff to leave Mali.",
                facts=(FactChange(kind="departure_order", after="ordered", direction=up),)),
        finding(Severity.HIGH, "area-level", "Kayes: Level 4", "Kayes: Level 3", section="Areas",
                facts=(FactChange(kind="area_level_change", before="Kayes 4", after="Kayes 3", direction=down),)),
        finding(Severity.HIGH, "acute-over", "The road from Bamako to Ségou is closed to civilian traffic.", None,
                path=("Roads",)),
        finding(Severity.MEDIUM, "contact", "Embassy, day and night: +(223) 2070-2301",
                "Embassy, day and night: +(223) 2070-2399", section="Help",
                facts=(FactChange(kind="phone_changed", before="+22320702301", after="+22320702399"),)),
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
    """The two written forms of a mail by the names of their golden files."""
    message = message_from_bytes(raw, policy=default)
    bodies = {"critical.txt": message.get_body(("plain",)), "critical.html": message.get_body(("html",))}  # type: ignore[attr-defined]
    return {name: part.get_content().replace("\r\n", "\n") for name, part in bodies.items()}


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, text in parts(mail.render(critical(), delivery(), SITE)).items():
        (GOLDEN / name).write_text(text, encoding="utf-8")
