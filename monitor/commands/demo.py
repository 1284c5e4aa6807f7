"""`monitor demo`: the real service on a recorded story, offline, in about a minute.

A loopback site plays the story's captures one after another; scheduler, client, store, pages and mail
are the real ones, pointed at it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from monitor import logs, terminal, wiring
from monitor.audience import Channel, Subscription, Wishes
from monitor.commands import running
from monitor.demo_site import DemoSite
from monitor.errors import ConfigError
from monitor.model import Severity

STORY = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "mali-story.warc.gz"
OPENING = "The new site, first look"
PACE = 60
"""Story seconds in one second: a second look after a minute comes within the same beat."""
ROUTES = (
    ("mali-us-rss", "us-rss", "https://travel.state.gov/_res/rss/TAsTWs.xml"),
    ("mali-us-page", "us-page", "https://travel.state.gov/en/international-travel/travel-advisories/mali.html"),
    ("mali-us-api", "us-api", "https://cadataapi.state.gov/api/TravelAdvisories"),
    ("mali-us-embassy", "us-embassy", "https://ml.usembassy.gov/category/alert/feed/"),
)  # fmt: skip


class StoryClock:
    """The story's time: each beat begins at its date, and runs faster than ours."""

    def __init__(self, site: DemoSite) -> None:
        self._site, self._beat, self._since = site, site.beat, time.monotonic()

    def __call__(self) -> datetime:
        if self._site.beat != self._beat:
            self._beat, self._since = self._site.beat, time.monotonic()
        return self._beat.taken_at + timedelta(seconds=PACE * (time.monotonic() - self._since))


def play(*, port: int, seconds: float, folder: Path | None, stay: bool) -> None:
    """Plays the story; prints the pages' address first, then each beat and what was told."""
    if not STORY.is_file():
        raise ConfigError("the recorded story is not here; run the demo from a checkout of the project")
    out = terminal.console()
    place = folder or Path(tempfile.mkdtemp(prefix="advisory-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    logs.quiet()
    with DemoSite(STORY) as site:
        _skip_to_baseline(site)
        config = wiring.configuration(_write_config(site, place, port))
        parts = wiring.build(config, StoryClock(site))
        try:
            parts.store.add_subscription(Subscription(
                id="sub_demo", channel=Channel.MAIL, address="officer@ngo.example", created_at=parts.clock(),
                    wishes=Wishes(destinations=("mali",), floor=Severity.LOW)))  # fmt: skip
            with running.started(parts, port) as address:
                out.print(Text(f"Open {address} in a browser. Messages land in {place / 'outbox'}", style="bold"))
                _tell(out, site, place / "outbox", seconds)
                if stay:
                    out.print("The pages stay up; stop with Ctrl-C.")
                    with running.asked_to_stop() as asked:
                        asked.wait()
        finally:
            parts.close()


def _skip_to_baseline(site: DemoSite) -> None:
    """The story opens with the old templates; the demo begins where the new page does."""
    while not site.over and site.beat.label != OPENING:
        site.advance()


LAST = 3.0
"""Seconds at the end for what is still on its way: a look, a second look, a hand-over."""


def _tell(out: Console, site: DemoSite, outbox: Path, seconds: float) -> None:
    known: set[Path] = set()
    while True:
        out.print()
        out.print(Text(f"{terminal.when(site.beat.taken_at)}  {site.beat.label}", style="bold cyan"))
        known |= _news(out, outbox, known, seconds)
        if site.over:
            known |= _news(out, outbox, known, LAST)
            break
        site.advance()
    out.print()
    out.print(Text(f"The story is over: {len(known)} messages in {outbox}"))


def _news(out: Console, outbox: Path, known: set[Path], seconds: float) -> set[Path]:
    """Prints each message that lands within these seconds."""
    found: set[Path] = set()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for path in sorted(_messages(outbox)):
            if path not in known and path not in found:
                found.add(path)
                subject = message_from_bytes(path.read_bytes(), policy=policy.default)["Subject"]
                out.print(Padding(Text(f"✉ {subject}", style="green"), (0, 0, 0, 4)))
                out.print(Padding(Text(path.name, style="dim"), (0, 0, 0, 6)))
        time.sleep(0.2)
    return found


def _messages(outbox: Path) -> Iterable[Path]:
    return outbox.glob("*.eml") if outbox.is_dir() else ()


def _write_config(site: DemoSite, place: Path, port: int) -> Path:
    host = site.local_url(ROUTES[0][2]).split("/")[2]
    lines = [
        "[site]", 'name = "Advisory monitor (demo)"', 'contact = "demo@monitor.example"',
        "[database]", 'url = "sqlite:///demo.db"',
        "[schedule]", 'every = "1s"', 'tick = "0.5s"',
        "[fetch]", f'local_hosts = ["{host}"]', 'host_gap = "0.01s"',
        "[mail]", 'from = "alerts@monitor.example"', 'folder = "outbox"',
        "[web]", f"port = {port}",
        "[[destinations]]", 'name = "Mali"', 'iso3 = "MLI"', 'region = "ML"', 'names = ["Republic of Mali"]',
    ]  # fmt: skip
    for name, kind, url in ROUTES:
        lines += ["[[destinations.sources]]", f'id = "{name}"', f'kind = "{kind}"',
                  f'publisher = "{"us-embassy" if kind == "us-embassy" else "us-state"}"',
                  f'url = "{site.local_url(url)}"', f'aliases = ["{url}"]',
                  "min_items = 150" if kind == "us-rss" else ""]  # fmt: skip
    path = place / "demo.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
