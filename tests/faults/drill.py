"""The retraction drill: from an operator's decision to the last hand-over of its messages.

`monitor run` has told a change to thousands of readers by mail; then somebody types `monitor withdraw`. Time runs from
before that command starts. The relay is Postfix's smtp-sink, in a process of its own, and what it took is counted in
its files: one mail to each reader, no more and no less.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from monitor import wiring
from monitor.audience import Channel, DeliveryState, Group, MessageKind, Subscription, Wishes
from monitor.commands import correcting, running
from monitor.model import ChangeState
from monitor.wiring import Parts
from tests.faults.house import CONFIG
from tests.faults.sinks import World

WITHIN = 300.0
"""Seconds that a retraction may take."""
OPEN = (DeliveryState.WAITING, DeliveryState.CLAIMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """What came of it."""

    readers: int
    alert: float
    """Seconds from the change being written to the last hand-over of its notice."""
    written: float
    """Seconds from the decision to the messages of the retraction being written."""
    last: float
    """Seconds from the decision to the last hand-over of the retraction."""
    notices: int
    retractions: int
    """Readers who got one, as the relay's files say."""
    repeated: int

    @property
    def wrong(self) -> list[str]:
        found = []
        if self.last > WITHIN:
            found.append(f"the retraction took {self.last:.0f} s, more than {WITHIN:.0f}")
        if (self.notices, self.retractions) != (self.readers, self.readers):
            found.append(f"of {self.readers} readers {self.notices} got the notice, {self.retractions} the retraction")
        if self.repeated:
            found.append(f"{self.repeated} messages came twice")
        return found

    def row(self) -> list[str]:
        rate = self.readers / max(0.1, self.last - self.written)
        return [str(self.readers), f"{self.alert:.1f} s", f"{self.written:.1f} s", f"{self.last:.1f} s",
                f"{rate:.0f}/s", str(self.retractions), str(self.repeated)]  # fmt: skip


HEADINGS = ["readers", "notice: last hand-over", "retraction written", "last hand-over", "rate", "got it", "twice"]


def missing() -> str:
    """What this machine lacks for the drill; empty if nothing."""
    return "" if _sink_tool() else "smtp-sink is not installed (apt install postfix)"


def drill(readers: int, say: Callable[[str], None] = lambda words: None, *, own_process: bool = True) -> Drill:
    """With `own_process`, the operator's command is one, and its start counts."""
    with tempfile.TemporaryDirectory(prefix="drill-") as root, World(news=False) as world:
        folder = Path(root)
        with sink(folder / "taken") as port:
            config = folder / "config.toml"
            text = CONFIG.format(url="sqlite:///drill.db", web=world.web_port, relay=port)
            config.write_text(text.replace("connections = 2", "connections = 4").replace('"1s"', '"1h"'))
            parts = wiring.parts(config)
            try:
                withdraw = partial(_withdraw, config) if own_process else partial(_withdraw_here, parts)
                return _drilled(parts, world, withdraw, folder / "taken", readers, say)
            finally:
                parts.close()


def _drilled(
    parts: Parts, world: World, withdraw: Callable[[str], None], taken: Path, readers: int,
    say: Callable[[str], None],
) -> Drill:  # fmt: skip
    _subscribe(parts, readers)
    parts.check(parts.sources[0])
    world.news = True
    with running.started(parts, 0):
        began = datetime.now(UTC)
        parts.check(parts.sources[0])
        (change,) = parts.store.changes(states=[ChangeState.TOLD])
        say(f"{readers} readers are told of {change.event_id}")
        alert = (_last(parts, change.event_id) - began).total_seconds()
        say(f"told within {alert:.1f} s; withdrawing")
        decided = datetime.now(UTC)
        withdraw(change.event_id)
        (bulletin,) = parts.store.bulletins_about(change.event_id)
        last = _last(parts, bulletin.id)
    notices, retractions = count(taken, change.event_id, bulletin.id)
    return Drill(
        readers=readers, alert=alert, written=(bulletin.created_at - decided).total_seconds(),
        last=(last - decided).total_seconds(), notices=len(notices), retractions=len(retractions),
        repeated=sum(n - 1 for n in (*notices.values(), *retractions.values())),
    )  # fmt: skip


def _subscribe(parts: Parts, readers: int) -> None:
    made = [Subscription(id=f"sub_{n}", channel=Channel.MAIL, address=f"reader{n}@ngo{n % 500}.example",
                         created_at=parts.clock(), wishes=Wishes(destinations=("mali",)))
            for n in range(readers)]  # fmt: skip
    parts.store.enrol(Group(id="grp_drill", name="Drill", created_at=parts.clock()), made)


def _withdraw(config: Path, event: str) -> None:
    """As an operator does it, in a process of its own."""
    environ = os.environ | {"MONITOR_NO_BOOTSTRAP": "1"}
    subprocess.run([sys.executable, "-m", "monitor", "--config", str(config), "withdraw", event, "--reason",
                    "An old copy of the page was read as a new one."], check=True, env=environ, timeout=WITHIN,
                   stdout=subprocess.DEVNULL)  # fmt: skip


def _withdraw_here(parts: Parts, event: str) -> None:
    correcting.announce(parts, event, MessageKind.WITHDRAWAL, "An old copy of the page was read as a new one.")


def _last(parts: Parts, subject: str) -> datetime:
    """When the last message about it was handed over, once all were."""
    end = time.monotonic() + 2 * WITHIN
    while any(parts.store.deliveries(subject=subject, state=one, limit=1) for one in OPEN):
        if time.monotonic() > end:
            raise TimeoutError(f"{subject}: not all handed over within {2 * WITHIN:.0f} s")
        time.sleep(0.2)
    sent = parts.store.deliveries(subject=subject, state=DeliveryState.SENT, limit=1_000_000)
    return max(one.sent_at for one in sent if one.sent_at is not None)


# --------------------------------------------------------------------------------------
# The relay
# --------------------------------------------------------------------------------------
def _sink_tool() -> str | None:
    return shutil.which("smtp-sink", path=os.environ.get("PATH", "") + ":/usr/sbin")


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    """smtp-sink, which keeps each message it takes as a file; gives its port."""
    folder.mkdir()
    folder.parent.chmod(0o711)
    folder.chmod(0o777)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    tool = _sink_tool()
    assert tool is not None
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([tool, *user, "-d", f"{folder}/%M.", f"127.0.0.1:{port}", "100"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


_TO = re.compile(rb"^X-Rcpt-Args: <([^>]*)>", re.MULTILINE)
_ID = re.compile(rb"^Message-ID: <([^.]+)\.", re.MULTILINE | re.IGNORECASE)


def count(folder: Path, *events: str) -> tuple[dict[bytes, int], ...]:
    """How often each reader's address got a message about each event."""
    found: dict[str, dict[bytes, int]] = {event: {} for event in events}
    for path in folder.iterdir():
        head = path.read_bytes()[:8192]
        to, told = _TO.search(head), _ID.search(head)
        if to and told and (event := told[1].decode()) in found:
            found[event][to[1]] = found[event].get(to[1], 0) + 1
    return tuple(found[event] for event in events)
