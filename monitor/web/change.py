"""The page of one change: what it says, how sure we are, before and after, times and proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from flask import Flask, abort, render_template

from monitor.audience import Bulletin, Delivery, DeliveryState
from monitor.core import classify, compose
from monitor.core.words import Span, spans
from monitor.model import Campaign, Change, ChangeKind, Finding, Link, Severity, StoredChange

KINDS = {
    ChangeKind.ADDED: "New", ChangeKind.REMOVED: "Removed", ChangeKind.EDITED: "Edited",
    ChangeKind.MOVED: "Moved", ChangeKind.SPLIT: "Split", ChangeKind.MERGED: "Merged",
    ChangeKind.FORMAT: "Laid out differently",
}  # fmt: skip
REASONS = {rule.name: rule.says for rule in classify.RULES} | {
    "site-wide": "part of a site-wide edit, told once for all destinations"}
SENDING = {
    DeliveryState.WAITING: "waiting",
    DeliveryState.GATHERED: "gathered for a digest",
    DeliveryState.CLAIMED: "being handed over",
    DeliveryState.SENT: "sent",
    DeliveryState.GIVEN_UP: "given up",
    DeliveryState.CALLED_OFF: "called off",
}
MOST_DELIVERIES = 5000
"""So many messages of one change are counted for its page."""


class Facts(Protocol):
    """What this page needs from the store."""

    def change(self, change: int | str) -> StoredChange | None: ...
    def campaign(self, campaign_id: str) -> Campaign | None: ...
    def bulletins_about(self, event_id: str) -> tuple[Bulletin, ...]: ...
    def deliveries(
        self, *, change_id: int | None = None, campaign_id: str | None = None, limit: int = 100
    ) -> tuple[Delivery, ...]: ...


def routes(app: Flask, store: Facts) -> None:
    """Adds /changes/EVENT."""

    @app.get("/changes/<event_id>")
    def change(event_id: str) -> str:
        campaign = store.campaign(event_id)
        found = campaign.example if campaign else store.change(event_id)
        if found is None:
            abort(404, "No change with this number is stored.")
        messages = store.deliveries(change_id=found.id, limit=MOST_DELIVERIES)
        if found.campaign is not None:
            campaign = store.campaign(found.campaign)
            messages += store.deliveries(campaign_id=found.campaign, limit=MOST_DELIVERIES)
        told = store.change(found.witness_of) if found.witness_of is not None else None
        taken_back = [one for name in dict.fromkeys(filter(None, (event_id, found.event_id, found.campaign)))
                      for one in store.bulletins_about(name)]  # fmt: skip
        return render_template("change.html.j2", change=found, taken_back=taken_back, messages=sending(messages),
                               at_least=len(messages) >= MOST_DELIVERIES, told=told, elsewhere=elsewhere(campaign),
                               sections=findings(found), rest=quiet(found),
                               unannounced=compose.unannounced(found.findings))  # fmt: skip


def elsewhere(campaign: Campaign | None) -> list[str]:
    """Names of the destinations on which a campaign's edit appeared."""
    return sorted({member.destination_name for member in campaign.members}) if campaign else []


class Item(NamedTuple):
    """One finding, ready to be laid out."""

    severity: Severity
    kind: str
    path: str
    reason: str
    marks: tuple[Span, ...]
    links: tuple[tuple[str, Link], ...]
    """("removed" or "added", link), where only the address behind the words changed."""


def findings(change: StoredChange) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """The findings that mean something, by section in the order of the page's judgement."""
    grouped: dict[str, list[Item]] = {}
    for found in change.findings:
        if found.severity is not Severity.NONE:
            grouped.setdefault(found.change.section or "Page", []).append(_shown(found))
    return tuple((section, tuple(items)) for section, items in grouped.items())


def _shown(found: Finding) -> Item:
    change = found.change
    return Item(
        severity=found.severity,
        kind=KINDS[change.kind],
        path=" › ".join(step for step in change.heading_path[-2:] if step != change.section),
        reason=REASONS.get(found.rule, found.rule.replace("-", " ")),
        marks=spans(change.before or "", change.after or ""),
        links=_links(change),
    )


def _links(change: Change) -> tuple[tuple[str, Link], ...]:
    before = {link.url: link for link in change.before_links}
    after = {link.url: link for link in change.after_links}
    gone = [("removed", link) for url, link in before.items() if url not in after]
    return (*gone, *(("added", link) for url, link in after.items() if url not in before))


def quiet(change: StoredChange) -> int:
    """How many differences have no meaning."""
    return sum(found.severity is Severity.NONE for found in change.findings)


def sending(deliveries: Iterable[Delivery]) -> list[tuple[int, str]]:
    """(number, state in words) of the messages about a change, in the order of their lives."""
    counted = Counter(one.state for one in deliveries)
    return [(counted[state], words) for state, words in SENDING.items() if counted[state]]
