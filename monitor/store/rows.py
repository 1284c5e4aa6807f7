"""Rows to values and back. The columns named here are the fields of the values in `model.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import RowMapping

from monitor.audience import (
    Cadence,
    Delivery,
    DeliveryState,
    Form,
    Language,
    Proposal,
    Scope,
    Subscription,
    Wishes,
)
from monitor.model import (
    Change,
    ChangeKind,
    Direction,
    FactChange,
    Finding,
    Link,
    Severity,
    SourceState,
    StoredChange,
    VisitRow,
)
from monitor.store.schema import changes, deliveries, members, sources, subscriptions, visits
from monitor.store.vault import Vault

STATE_COLUMNS = (
    sources.c.id.label("source_id"),
    sources.c.failures,
    sources.c.failing_since,
    sources.c.etag,
    sources.c.last_modified,
    sources.c.fingerprint,
    sources.c.baseline_id,
    sources.c.next_due_at,
    sources.c.last_visit_at,
    sources.c.last_good_at,
    sources.c.last_outcome,
    sources.c.last_reason,
    sources.c.held_change_id,
)
VISIT_COLUMNS = (
    visits.c.id,
    visits.c.source_id,
    visits.c.taken_at,
    visits.c.outcome,
    visits.c.reason,
    visits.c.status,
    visits.c.elapsed,
    changes.c.id.label("change_id"),
)
CHANGE_COLUMNS = (
    *(column for column in changes.c if column.name != "visit_id"),
    sources.c.last_good_at.label("verified_at"),
)
SUBSCRIPTION_COLUMNS = (
    subscriptions.c.id,
    subscriptions.c.channel,
    subscriptions.c.sealed,
    subscriptions.c.wishes,
    subscriptions.c.state,
    subscriptions.c.created_at,
    subscriptions.c.group_id,
    subscriptions.c.turn,
    subscriptions.c.key,
    subscriptions.c.rotated_at,
)
DELIVERY_COLUMNS = (
    deliveries.c.id,
    deliveries.c.kind,
    deliveries.c.subject.label("event_id"),
    deliveries.c.subscription_id,
    deliveries.c.channel,
    deliveries.c.severity,
    deliveries.c.message_id,
    deliveries.c.created_at,
    deliveries.c.confirmed,
    deliveries.c.attempts,
    deliveries.c.state,
    deliveries.c.next_try_at,
    deliveries.c.last_error,
    deliveries.c.ended_at,
    deliveries.c.detail,
    deliveries.c.members,
)
MEMBER_COLUMNS = (
    members.c.change_id,
    changes.c.source_id,
    changes.c.destination,
    changes.c.destination_name,
    changes.c.taken_at,
    members.c.severity,
)


def state(row: Sequence[Any]) -> SourceState:
    """The state in a row that begins with STATE_COLUMNS."""
    names = SourceState.__slots__
    return SourceState(**dict(zip(names, row[: len(names)], strict=True)))


def visit(row: RowMapping) -> VisitRow:
    return VisitRow(**row)


def subscription(row: RowMapping, vault: Vault) -> Subscription:
    values = dict(row)
    address = vault.open(values.pop("sealed"))
    return Subscription(**{**values, "wishes": wishes_from_json(values["wishes"])}, address=address)


def wishes_to_json(wishes: Wishes) -> dict[str, Any]:
    """Everything that differs from what a new reader gets."""
    plain = Wishes()
    found = {f.name: getattr(wishes, f.name) for f in fields(Wishes)}
    found |= {name: sorted(set(found[name])) for name in ("destinations", "sections") if found[name]}
    return {name: value for name, value in found.items() if value != getattr(plain, name)}


def wishes_from_json(stored: dict[str, Any]) -> Wishes:
    values = dict(stored)
    for name, kind in _WISHES.items():
        if name in values:
            values[name] = kind(values[name])
    return Wishes(**values)


_WISHES: dict[str, Callable[[Any], Any]] = {
    "destinations": tuple, "scope": Scope, "sections": tuple, "floor": Severity, "cadence": Cadence,
    "quiet": tuple, "language": Language, "form": Form,
}  # fmt: skip


def delivery(row: RowMapping, address: str = "") -> Delivery:
    """`context` holds what the channel said when it accepted the message, if it said anything."""
    values = dict(row)
    ended_at, detail = values.pop("ended_at"), values.pop("detail")
    values.pop("sealed", None)
    sent = values["state"] is DeliveryState.SENT
    context = (("detail", detail),) if detail else ()
    return Delivery(**values, address=address, sent_at=ended_at if sent else None, context=context)


def proposal(row: RowMapping) -> Proposal:
    return Proposal(**{**row, "wishes": wishes_from_json(row["wishes"])})


def change(
    row: RowMapping, findings: tuple[Finding, ...], witnesses: tuple[str, ...]
) -> StoredChange:
    values = {
        **row,
        "sentences": tuple(row["sentences"]),
        "signatures": tuple(row["signatures"]),
    }
    return StoredChange(**values, findings=findings, witnesses=witnesses)


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Everything in a finding, links included; `finding_from_json` gives back an equal value."""
    change = finding.change
    return {
        "section": change.section,
        "heading_path": list(change.heading_path),
        "kind": change.kind.value,
        "before": change.before,
        "after": change.after,
        "before_links": [[link.text, link.url] for link in change.before_links],
        "after_links": [[link.text, link.url] for link in change.after_links],
        "severity": finding.severity.value,
        "rule": finding.rule,
        "summary": finding.summary,
        "facts": [fact.to_dict() for fact in finding.facts],
        "unannounced": finding.unannounced,
        **({"moved_from": list(change.moved_from)} if change.moved_from else {}),
    }


def finding_from_json(stored: dict[str, Any]) -> Finding:
    return Finding(
        change=Change(
            section=stored["section"],
            heading_path=tuple(stored["heading_path"]),
            kind=ChangeKind(stored["kind"]),
            before=stored["before"],
            after=stored["after"],
            before_links=tuple(Link(*pair) for pair in stored["before_links"]),
            after_links=tuple(Link(*pair) for pair in stored["after_links"]),
            moved_from=tuple(stored.get("moved_from", ())),
        ),
        severity=Severity(stored["severity"]),
        rule=stored["rule"],
        summary=stored["summary"],
        facts=tuple(
            FactChange(**{**fact, "direction": Direction(fact["direction"])})
            for fact in stored["facts"]
        ),
        unannounced=stored.get("unannounced", False),
    )
