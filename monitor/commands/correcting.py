"""`monitor correct` and `monitor withdraw`: taking back what was told, to exactly those who were told it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.audience import Bulletin, MessageKind
from monitor.errors import ConfigError
from monitor.wiring import new_id

if TYPE_CHECKING:
    from monitor.wiring import Parts


def announce(parts: Parts, event: str, kind: MessageKind, remark: str) -> None:
    """Tells everybody who got this change or campaign that it needs a correction, or did not happen.

    Raises ConfigError if no such event is stored.
    """
    if parts.store.change(event) is None and parts.store.campaign(event) is None:
        raise ConfigError(f"no change {event} is stored; monitor history lists them")
    prefix = "cor" if kind is MessageKind.CORRECTION else "wdr"
    made = Bulletin(id=new_id(prefix), kind=kind, created_at=parts.clock(), about=event,
                    remark=" ".join(remark.split()))  # fmt: skip
    told = parts.store.announce(made)
    if not told:
        click.echo(f"{made.id}  nobody had been told of {event}; its page and feeds say it now")
        return
    click.echo(f"{made.id}  {told} reader{'' if told == 1 else 's'} will be told; monitor run sends it within seconds")
