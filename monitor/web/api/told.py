"""Stored values as what the API gives out."""

from __future__ import annotations

from collections.abc import Iterable

from monitor import audience, model, posture, proof
from monitor.audience import Bulletin
from monitor.notify.english import RULES
from monitor.web import doors
from monitor.web.api import types


def summary(change: model.StoredChange) -> types.Summary:
    """A change as lists have it."""
    return types.Summary(**_summary(change))  # type: ignore[arg-type]


def change(found: model.StoredChange, taken_back: Iterable[Bulletin]) -> types.Change:
    """A change with its evidence."""
    return types.Change(
        **_summary(found),  # type: ignore[arg-type]
        url=found.url,
        sentences=list(found.sentences),
        findings=[finding(one) for one in found.findings],
        note=found.note,
        level=found.level,
        stated_at=found.stated_at,
        verified_at=found.verified_at,
        before_sha256=found.before_sha256,
        after_sha256=found.after_sha256,
        witnesses=list(found.witnesses),
        taken_back=[back(one) for one in taken_back],
    )


def _summary(change: model.StoredChange) -> dict[str, object]:
    return {
        "event_id": change.event_id, "source_id": change.source_id, "publisher": change.publisher,
        "destination": change.destination, "destination_name": change.destination_name,
        "taken_at": change.taken_at, "outcome": change.outcome, "state": change.state,
        "confirmed": change.confirmed, "severity": change.severity, "headline": change.headline,
        "campaign": change.campaign, "page": f"/changes/{change.event_id}",
    }  # fmt: skip


def finding(found: model.Finding) -> types.Finding:
    return types.Finding(
        section=found.change.section,
        heading_path=list(found.change.heading_path),
        kind=found.change.kind,
        severity=found.severity,
        rule=found.rule,
        reason=RULES.get(found.rule, found.rule.replace("-", " ")),
        summary=found.summary,
        before=found.change.before,
        after=found.change.after,
        facts=[types.Fact(kind=one.kind, before=one.before, after=one.after, direction=one.direction)
               for one in found.facts],
        unannounced=found.unannounced,
    )  # fmt: skip


def back(bulletin: Bulletin) -> types.TakenBack:
    return types.TakenBack(kind=bulletin.kind, at=bulletin.created_at, remark=bulletin.remark)


def campaign(found: model.Campaign, taken_back: Iterable[Bulletin]) -> types.Campaign:
    """One edit on many destinations."""
    return types.Campaign(
        id=found.id,
        publisher=found.publisher,
        severity=found.severity,
        headline=found.headline,
        sentences=list(found.sentences),
        first_at=found.first_at,
        example=found.example.event_id,
        destinations=sorted({member.destination for member in found.members}),
        findings=[finding(one) for one in found.findings],
        taken_back=[back(one) for one in taken_back],
        page=f"/changes/{found.id}",
    )


def source(view: model.SourceView) -> types.Source:
    """A source and where we stand with it."""
    state = view.state
    return types.Source(
        id=state.source_id, url=view.url, kind=view.kind, publisher=view.publisher, destination=view.destination,
        destination_name=view.destination_name, level=view.level, last_outcome=state.last_outcome,
        last_reason=state.last_reason, last_visit_at=state.last_visit_at, last_good_at=state.last_good_at,
        next_due_at=state.next_due_at, failures=state.failures, failing_since=state.failing_since,
    )  # fmt: skip


def stand(found: posture.Stand) -> types.Stand:
    """Where a source stood from a time on."""
    taken = found.posture
    return types.Stand(
        source_id=found.source_id, publisher=found.publisher, since=found.taken_at,
        event_id=found.event_id or None, level=taken.level, level_words=taken.level_words,
        areas=[types.Area(area=one.area, words=one.words) for one in taken.areas], risks=list(taken.risks),
        holds=[types.Hold(rung=one.rung, quote=one.quote, section=one.section) for one in taken.holds],
        height=taken.height,
    )  # fmt: skip


def visit(row: model.VisitRow, event_id: str | None) -> types.Visit:
    return types.Visit(id=row.id, source_id=row.source_id, taken_at=row.taken_at, outcome=row.outcome,
                       reason=row.reason, status=row.status, elapsed=row.elapsed, event_id=event_id)  # fmt: skip


def link(found: proof.Link) -> types.ChainLink:
    return types.ChainLink(position=found.position, entry=found.entry, link=found.link)


def wishes(found: audience.Wishes) -> types.Wishes:
    """What a subscription asks for."""
    quiet = types.Quiet(first=found.quiet[0], last=found.quiet[1]) if found.quiet else None
    return types.Wishes(
        destinations=list(found.destinations), scope=found.scope, sections=list(found.sections), floor=found.floor,
        cadence=found.cadence, hour=found.hour, weekday=found.weekday, quiet=quiet,
        critical_at_once=found.critical_at_once, zone=found.zone, language=found.language, form=found.form,
        verified=found.verified, blindness=found.blindness,
    )  # fmt: skip


def asked(given: types.Wishes) -> audience.Wishes:
    """The wishes that were sent."""
    return audience.Wishes(
        destinations=tuple(dict.fromkeys(given.destinations)), scope=given.scope,
        sections=tuple(dict.fromkeys(given.sections)), floor=given.floor, cadence=given.cadence, hour=given.hour,
        weekday=given.weekday, quiet=(given.quiet.first, given.quiet.last) if given.quiet else None,
        critical_at_once=given.critical_at_once, zone=given.zone, language=given.language, form=given.form,
        verified=given.verified, blindness=given.blindness,
    )  # fmt: skip


def delivery(row: audience.Delivery) -> types.Delivery:
    """One message, without its address."""
    return types.Delivery(
        id=row.id, kind=row.kind, event_id=row.event_id, subscription_id=row.subscription_id,
        channel=row.channel.value, severity=row.severity, state=row.state, attempts=row.attempts,
        created_at=row.created_at, next_try_at=row.next_try_at, ended_at=row.sent_at,
        last_error=doors.discreet(row.last_error),
    )  # fmt: skip
