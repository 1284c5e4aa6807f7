"""`monitor subscribe`: who is told, of what, and how."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from monitor.audience import (
    Bulletin,
    Channel,
    DeliveryState,
    MessageKind,
    Subscription,
    SubscriptionState,
    Wishes,
)
from monitor.core import contacts
from monitor.errors import ConfigError, SignupError
from monitor.notify import apprise
from monitor.wiring import mail_address, new_id

if TYPE_CHECKING:
    from monitor.wiring import Parts

BY_OPERATOR = "by the operator"


def add(
    parts: Parts, address: str, destinations: tuple[str, ...], channel: str | None, wishes: Wishes, *, ask: bool,
    again: bool = False,
) -> None:
    """Stores a subscription and says its id, or sends the mail that asks to confirm it.

    Raises ConfigError that says what is wrong.
    """
    kind = Channel(channel) if channel else guess(address)
    address = checked(kind, address, parts.config.file.fetch.local_hosts)
    keys = tuple(sorted({key(parts, name) for name in destinations}))
    wishes = replace(wishes, destinations=keys)
    try:
        if ask:
            _ask(parts, kind, address, wishes)
            return
        wishes = parts.desk.checked(wishes)
    except SignupError as error:
        raise ConfigError(f"{error.field}: {error}") from error
    if not again and (since := parts.store.erased(kind, address)) is not None:
        raise ConfigError(f"nothing was added: this address was erased on {since:%Y-%m-%d}, and an erasure is a"
                          " promise. Have its owner asked with --ask, or give --again if the owner wants it again")
    before = {sub.id: sub.wishes for sub in parts.store.subscriptions_of(kind, address)}
    made = parts.store.add_subscription(Subscription(
        id=new_id("sub"), channel=kind, address=address, created_at=parts.clock(), wishes=wishes))  # fmt: skip
    if made.id in before:
        click.echo(f"Changed: the same address for the same destinations was asked for before,"
                   f" {described(before[made.id])}")  # fmt: skip
    click.echo(f"{made.id}  {kind.value}  {described(made.wishes)}")
    if made.state is not SubscriptionState.ACTIVE:
        click.echo(f"It is {made.state.value}; monitor subscribe --resume {made.id} starts it again.")
    if kind is Channel.WEBHOOK:
        click.echo(f"Signing secret for this endpoint (Standard Webhooks): {parts.webhook_secret(made.id)}")
    if kind is Channel.MAIL:
        _say_where(parts)


def _say_where(parts: Parts) -> None:
    if parts.mail_folder is not None:
        click.echo(f"No mail server is set up: messages are written to {parts.mail_folder}")


def _ask(parts: Parts, kind: Channel, address: str, wishes: Wishes) -> None:
    if kind is not Channel.MAIL:
        raise ConfigError("only an e-mail address can be asked to confirm")
    if not parts.desk.ask(address, wishes):
        raise ConfigError("this address was asked to confirm a short time ago; wait ten minutes")
    parts.deliver_due(Channel.MAIL)
    click.echo("A mail that asks to confirm is on its way; nothing else is sent before its link is used.")
    _say_where(parts)


def listing(store: Any) -> None:
    """Who is subscribed, by id: addresses are not shown."""
    found = store.subscriptions()
    if not found:
        click.echo("Nobody is subscribed. Add somebody with: monitor subscribe you@example.org -d Mali")
    for sub in found:
        group = f"  {sub.group_id} turn {sub.turn}" if sub.group_id else ""
        click.echo(f"{sub.id}  {sub.channel.value:<8} {sub.state.value:<9} {described(sub.wishes)}{group}")


def described(wishes: Wishes) -> str:
    """What somebody asked for, on one line."""
    what = ", ".join(wishes.destinations) or "every destination"
    parts = [what, f"from {wishes.floor.value} up"]
    if wishes.scope.value != "everything":
        parts.append(wishes.scope.value if not wishes.sections else "only " + " and ".join(wishes.sections))
    if wishes.cadence.value != "immediate":
        parts.append(f"{wishes.cadence.value} at {wishes.hour}:00 {wishes.zone}")
    if wishes.quiet:
        times = (*divmod(wishes.quiet[0], 60), *divmod(wishes.quiet[1], 60))
        parts.append("quiet {:02}:{:02}-{:02}:{:02}".format(*times) + f" {wishes.zone}")
    if wishes.language.value != "en":
        parts.append(wishes.language.value)
    if wishes.form.value != "full":
        parts.append(wishes.form.value)
    return "  ".join((parts[0], ", ".join(parts[1:])))


def remove(parts: Parts, subscription_id: str) -> None:
    _known(parts, subscription_id)
    parts.store.remove_subscription(subscription_id, parts.clock(), "ended by the operator")
    click.echo(f"{subscription_id} is ended; nothing more is sent to it.")


def erase(parts: Parts, subscription_id: str) -> None:
    _known(parts, subscription_id)
    parts.store.erase(subscription_id, parts.clock())
    click.echo(f"{subscription_id} is erased: its address and what it asked for are gone from the database, and"
               " stay so when a backup is put back with monitor restore. Backups made before still hold the address,"
               " sealed.")  # fmt: skip


def move(parts: Parts, subscription_id: str, to: SubscriptionState) -> None:
    """Pauses a subscription, or starts it again."""
    _known(parts, subscription_id)
    reason = "" if to is SubscriptionState.ACTIVE else BY_OPERATOR
    done = parts.store.move(subscription_id, to, reason, parts.clock())
    click.echo(f"{subscription_id} is {to.value}." if done else f"{subscription_id}: nothing to change.")


def rotate(parts: Parts, subscription_id: str) -> None:
    """Gives an endpoint a new signing secret; the old one goes on signing beside it for a day."""
    if _known(parts, subscription_id).channel is not Channel.WEBHOOK:
        raise ConfigError(f"{subscription_id} is no webhook; only webhooks have a signing secret")
    parts.store.rotate_secret(subscription_id, parts.clock())
    click.echo(f"New signing secret: {parts.webhook_secret(subscription_id)}")
    click.echo("For a day, calls are signed with the old one as well.")


def test_message(parts: Parts, subscription_id: str) -> bool:
    """Sends a test message to one subscription and says whether it was taken; gives that."""
    sub = _known(parts, subscription_id)
    if not sub.active:
        raise ConfigError(f"{subscription_id} is {sub.state.value}; nothing is sent to it")
    made = Bulletin(id=new_id("tst"), kind=MessageKind.TEST, created_at=parts.clock())
    parts.store.announce(made, to=subscription_id)
    parts.deliver_due()
    (delivery,) = parts.store.deliveries(subject=made.id)
    click.echo(f"{delivery.state.value}  {delivery.last_error or delivery.message_id}")
    return delivery.state is DeliveryState.SENT


def named(parts: Parts, name: str) -> str:
    """The id of the one subscription of this id or address. Raises ConfigError that lists them if there are several."""
    kinds = tuple(Channel) if contacts.channel_of(name) else ()
    mine = [sub.id for one in kinds for sub in parts.store.subscriptions_of(one, name.strip())]
    if len(mine) > 1:
        raise ConfigError(f"this address has several subscriptions; name one: {', '.join(mine)}")
    return mine[0] if mine else name


def _known(parts: Parts, subscription_id: str) -> Subscription:
    found = parts.store.subscription(subscription_id)
    if found is None:
        named = "this address" if contacts.channel_of(subscription_id) else subscription_id
        raise ConfigError(f"no subscription {named}; monitor subscribe --list shows them")
    return found


def guess(address: str) -> Channel:
    """The channel that an address most likely belongs to. Raises ConfigError if that is none: a mistyped address
    must not become a folder that nobody reads."""
    kind = contacts.channel_of(address)
    if kind is None and not (address.startswith(("/", "./", "../", "~")) or "\\" in address):
        raise ConfigError("this is no e-mail address, no https:// address and no path of a folder")
    return kind or Channel.FILE


def checked(kind: Channel, address: str, local_hosts: Collection[str] = ()) -> str:
    """The address in its usual spelling. Raises ConfigError that says what is wrong with it."""
    if kind is Channel.MAIL:
        try:
            return mail_address(address)
        except ValueError as error:
            raise ConfigError(str(error)) from error
    if kind in contacts.ENDPOINTS and not address.startswith("https://") and not _is_local(address, local_hosts):
        raise ConfigError("an endpoint starts with https://; only servers named in [fetch] local_hosts may do without")
    return apprise.check(address, local_hosts=local_hosts) if kind is Channel.APPRISE else address


def _is_local(address: str, local_hosts: Collection[str]) -> bool:
    return address.startswith("http://") and urlsplit(address).netloc in local_hosts


def key(parts: Parts, name: str) -> str:
    """The key of the destination that somebody calls so. Raises ConfigError that lists those watched."""
    found = contacts.names(parts.sources).get(name.casefold())
    if found is None:
        raise ConfigError(f"{name} is not watched; config.toml has: {', '.join(sorted(set(parts.places().values())))}")
    return found
