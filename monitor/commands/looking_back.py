"""`monitor show`, `history`, `diff`: what is stored, on the terminal."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from monitor import sources, terminal
from monitor.audience import MessageKind
from monitor.core import diff as differ
from monitor.errors import ConfigError
from monitor.model import Campaign, Snapshot, Source, StoredChange
from monitor.store import Store


def show(store: Store, event: str | None, *, as_json: bool) -> None:
    """All sources, or one change with its evidence."""
    out = terminal.console()
    if event is None:
        views = store.overview()
        if as_json:
            for view in views:
                click.echo(json.dumps(_view(view), ensure_ascii=False))
        elif views:
            terminal.overview(out, views)
        else:
            out.print("Nothing has been looked at yet. Start with: monitor check")
        return
    campaign = store.campaign(event)
    change = campaign.example if campaign else store.change(event)
    if change is None:
        raise ConfigError(f"no change {event} is stored; monitor history lists them")
    if as_json:
        click.echo(json.dumps(_change(change), ensure_ascii=False))
        return
    for one in store.bulletins_about(event):
        said = "Withdrawn" if one.kind is MessageKind.WITHDRAWAL else "Corrected"
        out.print(Text(f"{said} {terminal.when(one.created_at)}: {one.remark}", style="bold red"))
    terminal.comparison(out, change)
    out.print()
    out.print(Text(f"{change.event_id} · {change.source_id} · first seen {terminal.when(change.taken_at)} · "
                   + ("confirmed" if change.confirmed else "single source, unconfirmed"), style="dim"))  # fmt: skip
    if change.campaign is not None:
        _show_campaign(out, store.campaign(change.campaign))
    out.print(Text(f"before {change.before_sha256}\nafter  {change.after_sha256}\n{change.url}", style="dim"))


def _show_campaign(out: Console, campaign: Campaign | None) -> None:
    if campaign is not None:
        names = sorted({member.destination_name for member in campaign.members})
        out.print(Text(f"site-wide edit {campaign.id}, told once for {len(names)} destinations: {', '.join(names)}"))


def history(store: Store, source: Source | None, *, limit: int, as_json: bool) -> None:
    """Stored changes; every visit, if a source is named."""
    if source is not None:
        rows = store.visits(source.id, limit)
        if as_json:
            for row in rows:
                click.echo(json.dumps({
                    "taken_at": row.taken_at.isoformat(), "outcome": row.outcome.value,
                    "reason": row.reason, "status": row.status, "seconds": row.elapsed}))  # fmt: skip
        else:
            terminal.visits(terminal.console(), rows)
        return
    found = store.changes(limit=limit)
    if as_json:
        for change in found:
            click.echo(json.dumps(_change(change), ensure_ascii=False))
    else:
        terminal.changes(terminal.console(), found)


def diff(store: Store, source: Source, numbers: tuple[int, ...]) -> None:
    """Judged difference of two stored snapshots, oldest first."""
    out = terminal.console()
    kept = store.snapshots(source.id)
    chosen = list(numbers) or [row[0] for row in kept[-2:]]
    if len(chosen) != 2:
        raise ConfigError(f"{source.id} has {len(kept)} stored snapshot(s); two are needed for a diff")
    pages = [_snapshot(store, source, number) for number in chosen]
    old, new = (sources.cut(source, snapshot.page) for snapshot in pages)
    found = differ.comparison(old, new, name=source.destination.name, at=pages[1].taken_at)
    times = " → ".join(terminal.when(page.taken_at) for page in pages)
    out.print(Text(f"{source.id}: {times}", style="dim"))
    terminal.comparison(out, found, quiet_findings=True)


def _snapshot(store: Store, source: Source, number: int) -> Snapshot:
    found = store.snapshot(number)
    if found is None or found.source_id != source.id:
        known = ", ".join(str(row[0]) for row in store.snapshots(source.id))
        raise ConfigError(f"{source.id} has no snapshot {number}; it has: {known or 'none'}")
    return found


def _change(change: StoredChange) -> dict[str, Any]:
    return {
        "event_id": change.event_id, "source": change.source_id, "url": change.url,
        "publisher": change.publisher, "destination": change.destination_name,
        "taken_at": change.taken_at.isoformat(), "outcome": change.outcome.value,
        "state": change.state.value, "confirmed": change.confirmed,
        "campaign": change.campaign,
        "severity": change.severity.value, "headline": change.headline,
        "sentences": list(change.sentences), "note": change.note,
        "before_sha256": change.before_sha256, "after_sha256": change.after_sha256,
        "witnesses": list(change.witnesses),
        "findings": [finding.to_dict() for finding in change.findings],
    }  # fmt: skip


def _view(view: Any) -> dict[str, Any]:
    state = view.state
    stamp = lambda moment: moment.isoformat() if moment else None  # noqa: E731
    return {
        "source": state.source_id, "url": view.url, "kind": view.kind, "publisher": view.publisher,
        "destination": view.destination_name, "level": view.level,
        "last_outcome": state.last_outcome.value if state.last_outcome else None,
        "reason": state.last_reason, "last_visit_at": stamp(state.last_visit_at),
        "last_verified_at": stamp(state.last_good_at), "failing_since": stamp(state.failing_since),
        "next_due_at": stamp(state.next_due_at),
        "last_change": view.last_change.event_id if view.last_change else None,
    }  # fmt: skip
