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
    change, campaign = parts.store.change(event), parts.store.campaign(event)
    source = change.source_id if change else campaign.example.source_id if campaign else None
    if source is None:
        raise ConfigError(f"no change {event} is stored; monitor history lists them")
    words = " ".join(remark.split())
    if not words:
        raise ConfigError("say in a few words what was wrong; its readers act on it")
    earlier = parts.store.bulletins_about(event)
    if any(one.kind is MessageKind.WITHDRAWAL for one in earlier):
        raise ConfigError(f"{event} was withdrawn already; nothing was sent")
    if any((one.kind, one.remark) == (kind, words) for one in earlier):
        raise ConfigError("the same was said of it before; nothing was sent")
    level = next((view.level for view in parts.store.overview() if view.state.source_id == source), "")
    prefix = "cor" if kind is MessageKind.CORRECTION else "wdr"
    made = Bulletin(id=new_id(prefix), kind=kind, created_at=parts.clock(), about=event, level=level,
                    remark=words)  # fmt: skip
    told = parts.store.announce(made)
    if not told:
        click.echo(f"{made.id}  nobody had been told of {event}; its page and feeds say it now")
        return
    click.echo(f"{made.id}  {told} reader{'' if told == 1 else 's'} will be told; monitor run sends it within seconds")
