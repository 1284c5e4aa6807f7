"""The real service over many sources, without its clock: each round, everything is due and `check_due` looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import logs, wiring
from monitor.fetch import Client, Manners
from monitor.model import Outcome
from monitor.wiring import Parts

START = datetime(2026, 6, 1, tzinfo=UTC)
CONFIG = """
[database]
url = "sqlite:///{folder}/monitor.db"
[fetch]
local_hosts = ["{where}"]
[[destinations]]
name = "Mali"
iso3 = "MLI"
names = ["Republic of Mali"]
"""
SOURCE = """
[[destinations.sources]]
id = "s{number}"
kind = "us-page"
publisher = "us-state"
url = "http://{where}{path}{number}.html"
"""


class Rounds:
    """One installation; `look` is a round over all its sources."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self._now = parts, START
        parts.clock = lambda: self._now
        parts.client.close()
        # The gap between two requests to one host is manners, not cost.
        parts.client = Client(Manners(user_agent="benchmark", allowed_hosts=frozenset(), host_gap=0,
                                      local_hosts=frozenset(parts.config.file.fetch.local_hosts)),
                              now=lambda: self._now)  # fmt: skip

    def begin(self) -> int:
        """The first look at each: they are due two seconds apart on average, so that a start is not a burst."""
        return self.look(timedelta(seconds=2 * len(self.parts.sources)))

    def look(self, after: timedelta = timedelta(minutes=70)) -> int:
        """Looks at all that is due so much later; how many that were."""
        self._now += after
        total = 0
        while found := self.parts.check_due():
            total += found
            self._now += timedelta(microseconds=1)
        return total

    def outcomes(self) -> set[Outcome | None]:
        return {self.parts.store.state(one.id).last_outcome for one in self.parts.sources}


@contextmanager
def installed(folder: Path, where: str, path: str, sources: int) -> Iterator[Rounds]:
    """An installation that watches so many pages of the local site; its log goes nowhere, but is written."""
    folder.mkdir()
    config = folder / "config.toml"
    config.write_text(CONFIG.format(folder=folder, where=where) + "".join(
        SOURCE.format(number=n, where=where, path=path) for n in range(sources)))  # fmt: skip
    kept = sys.stderr
    with open(os.devnull, "w") as nowhere:
        sys.stderr = nowhere
        try:
            logs.set_up()
            parts = wiring.build(wiring.configuration(config), lambda: START)
            try:
                yield Rounds(parts)
            finally:
                parts.close()
        finally:
            sys.stderr = kept
