"""The real service, opened for one command and closed after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from monitor.wiring import Parts


@contextmanager
def opened(ctx: click.Context) -> Iterator[Parts]:
    """The parts that the configuration asks for. Raises ConfigError or StoreError with what to do."""
    from monitor import logs, wiring

    logs.quiet()
    parts = wiring.parts(ctx.obj)
    try:
        yield parts
    finally:
        parts.close()
