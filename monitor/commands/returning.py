"""`monitor bounces`: what relays sent back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.errors import ConfigError
from monitor.notify.bounces import mailbox

if TYPE_CHECKING:
    from monitor.wiring import Parts


def read(parts: Parts, path: Path) -> None:
    """Reads every message of a mailbox and says how many were about ours; reading it again changes nothing."""
    ours = total = 0
    try:
        for raw in mailbox(path):
            total += 1
            ours += parts.read_bounce(raw)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    stopped = parts.store.counts().get("subscriptions.suspended", 0)
    click.echo(f"{total} message{'' if total == 1 else 's'} read, {ours} about ours;"
               f" {stopped} subscription{' is' if stopped == 1 else 's are'} suspended")  # fmt: skip
