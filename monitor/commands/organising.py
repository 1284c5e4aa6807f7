"""`monitor group`: organisations, their contacts from a table, and who is told next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.audience import Channel, Group, Subscription
from monitor.commands.subscribing import described
from monitor.core import contacts
from monitor.errors import ConfigError
from monitor.wiring import mail_address, new_id

if TYPE_CHECKING:
    from monitor.wiring import Parts

MOST = 10_000_000
"""Bytes of a table of contacts."""


def listing(parts: Parts) -> None:
    """The organisations with their contacts, by id: addresses are not shown."""
    groups = parts.store.groups()
    if not groups:
        click.echo("There is no organisation. Make one from a table: monitor group NAME --import contacts.csv")
    for group in groups:
        _show(parts, group)


def show(parts: Parts, name: str) -> None:
    """One organisation with its contacts. Raises ConfigError if there is none of this name."""
    _show(parts, _known(parts, name))


def _show(parts: Parts, group: Group) -> None:
    chain = f"next contact after {group.wait / 60:g} min" if group.wait else "no chain: all contacts are told at once"
    click.echo(f"{group.id}  {group.name}  {chain}")
    for sub in sorted(parts.store.subscriptions(group_id=group.id), key=lambda one: (one.turn, one.created_at)):
        click.echo(f"  turn {sub.turn}  {sub.id}  {sub.channel.value:<8} {sub.state.value:<9} {described(sub.wishes)}")


def enrol(parts: Parts, name: str, table: Path | None, wait: float | None, *, again: bool = False) -> None:
    """Makes the organisation, or gives it a new wait, and adds the contacts of a table: all of them or none.

    Raises ConfigError that lists what is wrong with the table, line by line.
    """
    known = next((one for one in parts.store.groups() if one.name == name), None)
    if known is None and table is None:
        _known(parts, name)
    group = Group(id=new_id("grp"), name=name, created_at=parts.clock(),
                  wait=wait if wait is not None else known.wait if known else 0.0)  # fmt: skip
    found = _read(parts, table) if table is not None else ()
    _in_no_other(parts, found, known)
    if not again:
        _never_erased(parts, found)
    now = parts.clock()
    members = [Subscription(id=new_id("sub"), channel=one.channel, address=one.address, wishes=one.wishes,
                            turn=one.turn, created_at=now) for one in found]  # fmt: skip
    stored, made = parts.store.enrol(group, members)
    if table is None:
        _show(parts, stored)
        return
    count = sum(one is not None for one in made)
    click.echo(f"{stored.id}  {stored.name}: {count} contact{'' if count == 1 else 's'} added or renewed")
    for line, sub in zip(found, made, strict=True):
        if sub is None:
            click.echo(f"  line {line.line}: left by an own choice, and is not brought back by a table")
        elif sub.channel is Channel.WEBHOOK:
            click.echo(f"  line {line.line}: {sub.id}, signing secret {parts.webhook_secret(sub.id)}")


def _in_no_other(parts: Parts, found: tuple[contacts.Contact, ...], group: Group | None) -> None:
    """Raises ConfigError that names the lines whose contact stands in another organisation's chain."""
    mine = {None, group.id if group else None}
    others = [one.line for one in found
              if any(sub.group_id not in mine for sub in parts.store.subscriptions_of(one.channel, one.address))]
    if others:
        lines = ", ".join(map(str, others[:20]))
        raise ConfigError(f"nothing was added: the contacts of line {lines} belong to another organisation, whose chain"
                          " would lose them; take them out of it first (monitor subscribe --remove)")  # fmt: skip


def _never_erased(parts: Parts, found: tuple[contacts.Contact, ...]) -> None:
    """Raises ConfigError that names the lines whose address was erased."""
    if lines := ", ".join(str(one.line) for one in found if parts.store.erased(one.channel, one.address)):
        raise ConfigError(f"nothing was added: the address of line {lines} was erased, and an erasure is a promise;"
                          " take it out, or give --again if its owner wants to be told again")  # fmt: skip


def _read(parts: Parts, table: Path) -> tuple[contacts.Contact, ...]:
    try:
        raw = table.read_bytes()
        if len(raw) > MOST:
            raise ConfigError(f"{table} is larger than {MOST:,} bytes; import it in parts")
    except OSError as error:
        raise ConfigError(f"cannot read {table}: {error.strerror}") from error
    found, troubles = contacts.read(contacts.decoded(raw), contacts.names(parts.sources), valid=mail_address)
    if troubles:
        shown = "\n".join(f"  {one}" for one in troubles[:20])
        more = f"\n  and {len(troubles) - 20} more" if len(troubles) > 20 else ""
        raise ConfigError(f"{table}: nothing was added, because of\n{shown}{more}")
    return found


def acknowledge(parts: Parts, name: str, event: str, subscription_id: str) -> None:
    """Notes, for somebody on the telephone, that a contact saw a critical notice."""
    group = _known(parts, name)
    if subscription_id not in {sub.id for sub in parts.store.subscriptions(group_id=group.id)}:
        raise ConfigError(f"{subscription_id} is no contact of {name}")
    done = parts.store.acknowledge(event, subscription_id, parts.clock())
    if done is None:
        raise ConfigError(f"{subscription_id} was never told of {event}")
    contacts_left = "contact is" if done.called_off == 1 else "contacts are"
    click.echo(f"acknowledged; {done.called_off} further {contacts_left} not called")


def template() -> None:
    """A table to fill in."""
    click.echo(contacts.template(), nl=False)


def _known(parts: Parts, name: str) -> Group:
    found = next((one for one in parts.store.groups() if name in (one.name, one.id)), None)
    if found is None:
        raise ConfigError(f"no organisation {name}; monitor group --list shows them")
    return found
