"""`monitor subscribe`: who is told."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
from email_validator import EmailNotValidError, validate_email

from monitor.audience import Channel, Subscription, Wishes
from monitor.errors import ConfigError
from monitor.model import Severity

if TYPE_CHECKING:
    from monitor.wiring import Parts


def add(
    parts: Parts, address: str, destinations: tuple[str, ...], channel: str | None, floor: Severity
) -> None:
    """Stores a subscription and says its id; the same one twice is stored once."""
    kind = Channel(channel) if channel else _guess(address)
    address = _checked(kind, address)
    keys = tuple(sorted({_key(parts, name) for name in destinations}))
    made = parts.store.add_subscription(Subscription(
        id=f"sub_{secrets.token_hex(8)}", channel=kind, address=address,
        created_at=datetime.now(UTC), wishes=Wishes(destinations=keys, floor=floor)))  # fmt: skip
    what = ", ".join(keys) or "every destination"
    click.echo(f"{made.id}  {kind.value}  {what}  from {floor.value} up")
    if kind is Channel.WEBHOOK:
        click.echo(f"Signing secret for this endpoint (Standard Webhooks): {parts.webhook_secret(made.id)}")
    if kind is Channel.MAIL and parts.mail_folder is not None:
        click.echo(f"No mail server is set up: messages are written to {parts.mail_folder}")


def listing(store: Any) -> None:
    """Who is subscribed, by id: addresses are not shown."""
    found = store.subscriptions()
    if not found:
        click.echo("Nobody is subscribed. Add somebody with: monitor subscribe you@example.org -d Mali")
    for sub in found:
        state = "active" if sub.active else "ended"
        what = ", ".join(sub.wishes.destinations) or "every destination"
        click.echo(f"{sub.id}  {sub.channel.value:<8} {state:<7} {what}  from {sub.wishes.floor.value} up")


def remove(store: Any, subscription_id: str) -> None:
    if store.subscription(subscription_id) is None:
        raise ConfigError(f"no subscription {subscription_id}; monitor subscribe --list shows them")
    store.remove_subscription(subscription_id)
    click.echo(f"{subscription_id} is ended; nothing more is sent to it.")


def _guess(address: str) -> Channel:
    if "://" in address:
        host = urlsplit(address).hostname or ""
        return next((kind for end, kind in _CHATS if f".{host}".endswith(end)), Channel.WEBHOOK)
    return Channel.MAIL if "@" in address else Channel.FILE


CHATS = (Channel.SLACK, Channel.MATTERMOST, Channel.TEAMS)
_CHATS = ((".hooks.slack.com", Channel.SLACK), (".webhook.office.com", Channel.TEAMS),
          (".logic.azure.com", Channel.TEAMS))  # fmt: skip
"""Whose incoming webhooks are known by their host; Mattermost stands on hosts of its users."""


def _checked(kind: Channel, address: str) -> str:
    if kind is Channel.MAIL:
        try:
            return validate_email(address, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ConfigError(f"that is not an e-mail address: {error}") from error
    if kind in (Channel.WEBHOOK, *CHATS) and not address.startswith(("https://", "http://")):
        raise ConfigError("an endpoint starts with https://")
    return address


def _key(parts: Parts, name: str) -> str:
    wanted = name.casefold()
    for source in parts.sources:
        place = source.destination
        if wanted in (place.key, place.name.casefold(), place.iso3.casefold()):
            return place.key
    known = ", ".join(sorted({source.destination.name for source in parts.sources}))
    raise ConfigError(f"{name} is not watched; config.toml has: {known}")

