"""A stored change and one subscription to a Notice: what that one reader is told."""

from __future__ import annotations

from monitor.model import Channel, Delivery, Notice, StoredChange, Subscription

_CADENCE = {Channel.MAIL: "by e-mail", Channel.WEBHOOK: "by webhook", Channel.FILE: "as a file"}


def notice(
    change: StoredChange, subscription: Subscription, delivery: Delivery, *, base_url: str = ""
) -> Notice:
    """The same three always give the same notice, however often it is tried: nothing is read from a
    clock, and what became of the change later (confirmed, seen by a witness) is left out.
    """
    return Notice(
        event_id=change.event_id,
        destination=change.destination_name,
        publisher=change.publisher,
        severity=change.severity,
        headline=change.headline,
        sentences=change.sentences,
        findings=change.findings,
        source_url=change.url,
        page_url=f"{base_url.rstrip('/')}/changes/{change.event_id}" if base_url else "",
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


def why(subscription: Subscription, destination: str) -> str:
    """Why this reader gets this message, in one sentence."""
    what = destination if subscription.destinations else "every destination"
    floor = subscription.floor.value
    return f"You asked to be told {_CADENCE[subscription.channel]} of changes for {what} from severity “{floor}” up."
