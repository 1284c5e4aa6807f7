"""Small values to store: short to write, complete enough to be compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.audience import Channel, Subscription, Wishes
from monitor.model import (
    Change,
    ChangeIntent,
    ChangeKind,
    ChangeState,
    Comparison,
    Destination,
    Direction,
    FactChange,
    Finding,
    Link,
    Outcome,
    Page,
    Record,
    Severity,
    Source,
    Visit,
)

T0 = datetime(2026, 6, 8, 12, 0, tzinfo=UTC)
MALI = Destination(key="mali", name="Mali")
NIGER = Destination(key="niger", name="Niger")

US = Source(
    id="us-mali", url="https://us.example/mali", kind="state", publisher="us", destination=MALI
)
RSS = Source(
    id="us-mali-rss", url="https://us.example/rss", kind="rss", publisher="us", destination=MALI
)
UK = Source(id="uk-niger", url="https://uk.example/n", kind="uk", publisher="uk", destination=NIGER)

FINDING = Finding(
    change=Change(
        section="summary",
        heading_path=("Mali", "Summary — “quoted”"),
        kind=ChangeKind.EDITED,
        before="Level 3: Reconsider travel",
        after="Level 4: Do not travel",
        before_links=(Link("old", "https://us.example/a"),),
        after_links=(Link("new", "https://us.example/b"), Link("", "tel:+223")),
    ),
    severity=Severity.HIGH,
    rule="level_up",
    summary="The level rises from 3 to 4.",
    facts=(FactChange(kind="level_change", before="3", after="4", direction=Direction.UP),),
)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def page(body: bytes, source: Source = US, minutes: float = 0) -> Page:
    return Page(
        url=source.url,
        body=body,
        headers=(("Content-Type", "text/html"), ("ETag", '"é"')),
        taken_at=at(minutes),
        final_url=source.url + "/",
        elapsed=0.25,
    )


def visit(minutes: float, outcome: Outcome, source: Source = US, **more: Any) -> Visit:
    return Visit(source=source, taken_at=at(minutes), outcome=outcome, **more)


def looked(
    minutes: float, outcome: Outcome = Outcome.UNCHANGED, source: Source = US, **more: Any
) -> Record:
    """A visit that causes nothing else; due again an hour later."""
    seen = visit(minutes, outcome, source, status=200, elapsed=0.5)
    return Record(visit=seen, next_due_at=at(minutes + 60), **more)


def first(body: bytes = b"<p>old</p>", source: Source = US, minutes: float = 0) -> Record:
    seen = visit(minutes, Outcome.FIRST, source, page=page(body, source, minutes), status=200)
    return Record(visit=seen, next_due_at=at(minutes + 60), new_baseline=True)


def changed(
    minutes: float = 60,
    state: ChangeState = ChangeState.TOLD,
    *,
    body: bytes = b"<p>new</p>",
    source: Source = US,
    severity: Severity = Severity.HIGH,
    confirmed: bool = False,
    **more: Any,
) -> Record:
    """A change with one finding; `more` goes to the ChangeIntent."""
    comparison = Comparison(
        outcome=Outcome.CHANGED,
        severity=severity,
        headline="Mali: level 4",
        sentences=("The level rises.", "Nothing else moved."),
        findings=(FINDING, replace(FINDING, severity=Severity.LOW, rule="other")),
        note="Updated to reflect the level.",
        url=source.url,
    )
    seen = visit(
        minutes,
        Outcome.CHANGED,
        source,
        page=page(body, source, minutes),
        comparison=comparison,
        status=200,
    )
    intent = ChangeIntent(comparison=comparison, state=state, confirmed=confirmed, **more)
    return Record(visit=seen, next_due_at=at(minutes + 60), new_baseline=True, change=intent)


def wants(
    name: str = "anna",
    *destinations: str,
    floor: Severity = Severity.LOW,
    channel: Channel = Channel.MAIL,
    **more: Any,
) -> Subscription:
    return Subscription(
        id=f"sub-{name}",
        channel=channel,
        address=f"{name}@ngo.example",
        created_at=T0,
        wishes=Wishes(destinations=destinations, floor=floor),
        **more,
    )
