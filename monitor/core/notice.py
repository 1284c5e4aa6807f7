"""A stored change, or a campaign, and one subscription to a Notice: what that one reader is told."""

from __future__ import annotations

from monitor.audience import Channel, Delivery, MessageKind, Notice, Subscription
from monitor.core import compose
from monitor.model import Campaign, StoredChange

_CADENCE = {
    Channel.MAIL: "by e-mail", Channel.WEBHOOK: "by webhook", Channel.FILE: "as a file", Channel.SLACK: "in Slack",
    Channel.MATTERMOST: "in Mattermost", Channel.TEAMS: "in Teams",
    Channel.APPRISE: "through Apprise",
}  # fmt: skip


_WHO = {
    "us-state": "United States", "us-embassy": "U.S. embassies", "uk-fcdo": "United Kingdom",
    "canada": "Canada", "australia": "Australia", "ireland": "Ireland",
}  # fmt: skip
MOST_NAMES = 25
"""So many destinations of a campaign are named; the rest are counted."""
SENTENCES = 3
"""So many sentences of a campaign quote the edit; what else changed is among its findings."""


def notice(
    subject: StoredChange | Campaign, subscription: Subscription, delivery: Delivery, *, base_url: str = ""
) -> Notice:
    """The same three always give the same notice, however often it is tried: nothing is read from a
    clock, and what became of the change later (confirmed, seen by a witness) is left out.
    """
    if isinstance(subject, Campaign):
        return _campaign(subject, subscription, base_url)
    change = subject
    return Notice(
        event_id=change.event_id,
        destination=change.destination_name,
        publisher=change.publisher,
        severity=change.severity,
        headline=change.headline,
        sentences=change.sentences,
        findings=change.findings,
        source_url=change.url,
        page_url=_page(change, base_url),
        before_sha256=change.before_sha256,
        after_sha256=change.after_sha256,
        stated_at=change.stated_at,
        seen_at=change.taken_at,
        verified_at=change.taken_at,
        confirmed=delivery.confirmed,
        note=change.note,
        level=change.level,
        why=why(subscription, change.destination_name),
    )


def _campaign(campaign: Campaign, subscription: Subscription, base_url: str) -> Notice:
    """One edit of many pages, quoted once, with the destinations that this reader watches."""
    names = {member.destination: member.destination_name for member in campaign.members}
    mine = sorted(name for key, name in names.items()
                  if not subscription.wishes.destinations or key in subscription.wishes.destinations)  # fmt: skip
    example, count = campaign.example, len(names)
    seen_at = min(member.taken_at for member in campaign.members)
    head = f"{_WHO.get(campaign.publisher, campaign.publisher)}: the same edit on {count} destinations"
    return Notice(
        event_id=campaign.id,
        kind=MessageKind.CAMPAIGN,
        destination="several destinations",
        destinations=tuple(mine),
        publisher=campaign.publisher,
        severity=campaign.severity,
        headline=compose.headline(f"{head} — {campaign.headline}"),
        sentences=(
            *campaign.sentences[:SENTENCES],
            f"The words are those of {example.destination_name}; the edit appears, whole or in part, on {count}"
            " destinations so far. Others that follow are recorded without another message.",
            f"{'Among them' if subscription.wishes.destinations else 'They are'}: {_listed(mine)}.",
        ),
        findings=campaign.findings,
        source_url=example.url,
        page_url=_page(example, base_url),
        before_sha256=example.before_sha256,
        after_sha256=example.after_sha256,
        stated_at=example.stated_at,
        seen_at=seen_at,
        verified_at=seen_at,
        confirmed=True,
        why=why(subscription, mine[0] if len(mine) == 1 else "destinations that this edit reached"),
    )


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _page(change: StoredChange, base_url: str) -> str:
    return f"{base_url.rstrip('/')}/changes/{change.event_id}" if base_url else ""


def why(subscription: Subscription, destination: str) -> str:
    """Why this reader gets this message, in one sentence."""
    what = destination if subscription.wishes.destinations else "every destination"
    floor = subscription.wishes.floor.value
    return f"You asked to be told {_CADENCE[subscription.channel]} of changes for {what} from severity “{floor}” up."
