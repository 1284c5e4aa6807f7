"""Notices to look at and to test with; every sentence is ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from monitor.core import notice, verdict
from monitor.model import (
    ChangeState,
    Channel,
    Delivery,
    Notice,
    Outcome,
    Severity,
    StoredChange,
    Subscription,
)
from monitor.notify.mail import Site
from tests.fakes import page

SEEN = datetime(2026, 6, 9, 4, 12, tzinfo=UTC)
SITE = Site(name="Advisory monitor", from_address="alerts@monitor.example",
            base_url="https://monitor.example", contact="desk@monitor.example")  # fmt: skip
READER = Subscription(id="sub_5f0c", channel=Channel.MAIL, address="officer@ngo.example",
                      destinations=("mali",), floor=Severity.LOW)  # fmt: skip
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


