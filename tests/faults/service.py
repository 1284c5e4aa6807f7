"""What runs in the process that is killed: the real service, from its configuration file.

`step` does all that is due once and in one thread, so that each system call has a number; `serve` is `monitor run`
without its command line, up until everything is told, and leaves a report.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor import logs, schedule, web, wiring  # noqa: F401  (web: loaded before the fork)
from monitor.audience import Channel, DeliveryState, Subscription, Wishes
from monitor.commands import running
from monitor.errors import MonitorError, StoreError
from monitor.model import ChangeState, Severity
from monitor.wiring import OWNER_PREFIX, Parts
from tests.faults.house import MAILS

READERS = len(MAILS) + 1
OPEN = (DeliveryState.WAITING, DeliveryState.CLAIMED)
PASSES = 4
FAILED = 1
"".encode("utf-8-sig")  # loaded before the fork, while everything may be read


def step(folder: str, hook: str, go: Any, looks_back: float, only_look: bool, user: int | None = None) -> None:
    """Starts, does what is due until nothing is, stops; exit code 1 if trouble was still there at the last try.

    `looks_back`: its clock is so many seconds behind. `user`: as whom it runs, if not as we do.
    """
    _begin(folder, go)
    if user is not None:
        os.setgid(user)
        os.setuid(user)

    def clock() -> datetime:
        return datetime.now(UTC) - timedelta(seconds=looks_back)

    try:
        parts = wiring.build(wiring.configuration(Path(folder) / "config.toml"), clock)
        parts.store.release(OWNER_PREFIX)
        _furnish(parts, hook)
    except MonitorError as error:  # as the command line shows it
        print(f"monitor: {error}", file=sys.stderr, flush=True)
        sys.exit(FAILED)
    good = False
    for _ in range(PASSES):
        good = _tick("look", lambda: _look(parts, 1 if only_look else 2))
        if only_look:
            break
        good = _tick("deliver", parts.deliver_due) and good
        if good and finished(parts):
            break
    parts.close()
    sys.exit(0 if good else FAILED)


def _tick(name: str, task: Callable[[], object]) -> bool:
    """One tick, and its trouble told, as `schedule` does it."""
    try:
        task()
    except StoreError as error:
        schedule.log.error("the database could not be used; nothing is lost, the next tick tries again",
                           tick=name, reason=str(error))  # fmt: skip
        return False
    except Exception:
        schedule.log.exception("a tick stopped on a bug; the next one comes as planned", tick=name)
        return False
    return True


def _furnish(parts: Parts, hook: str) -> None:
    """The readers, where no earlier run got so far."""
    if len(parts.store.subscriptions()) < READERS:
        for number, address in enumerate(MAILS):
            _subscribe(parts, f"sub_{number}", Channel.MAIL, address)
        _subscribe(parts, "sub_hook", Channel.WEBHOOK, hook)


def _subscribe(parts: Parts, name: str, channel: Channel, address: str) -> None:
    wishes = Wishes(destinations=frozenset({"mali"}), floor=Severity.LOW)
    parts.store.add_subscription(Subscription(
        id=name, channel=channel, address=address, created_at=parts.clock(), wishes=wishes))  # fmt: skip


def _look(parts: Parts, times: int = 2) -> None:
    """Looks until it has seen the change, as ticks do over the hours: the first look of all is the baseline."""
    for _ in range(times):
        if not parts.store.changes(states=[ChangeState.TOLD]):
            parts.check(parts.sources[0])


def finished(parts: Parts) -> bool:
    """Whether the change is told to everybody."""
    mine = parts.store.deliveries()
    return len(mine) >= READERS and not any(one.state in OPEN for one in mine)


def serve(folder: str, hook: str, go: Any, report: str, patience: float) -> None:
    """Runs the whole service until everything is told, and a little longer; then writes what it found.

    Without a `report` it runs until it is killed.
    """
    begun = time.monotonic()
    _begin(folder, go)
    schedule.DELIVER_EVERY = 0.05
    parts = wiring.build(wiring.configuration(Path(folder) / "config.toml"))
    in_hand = [one.message_id for one in parts.store.deliveries() if one.state is DeliveryState.CLAIMED]
    sent = [one.message_id for one in parts.store.deliveries() if one.state is DeliveryState.SENT]
    known = len(parts.store.changes(states=[ChangeState.TOLD]))
    _furnish(parts, hook)
    go.send_bytes(b"ready")
    with running.started(parts, 0) as address:
        done = False
        while not (done and report) and time.monotonic() - begun < patience:
            with suppress(StoreError):
                done = finished(parts)
            time.sleep(0.03)
        took = time.monotonic() - begun
        if report:
            time.sleep(0.25)  # a few more ticks, in which nothing may be repeated
            feed = _fetched(f"{address}feeds/mali.atom")
            Path(report).write_text(json.dumps({
                "done": done, "seconds": took, "in_hand": in_hand, "sent": sent, "known": known, "feed": feed,
                "changes": [one.event_id for one in parts.store.changes(states=[ChangeState.TOLD])],
                "all_changes": len(parts.store.changes()),
                "states": [one.state.value for one in parts.store.deliveries()],
                "problems": parts.store.check(), "secret": len(parts.secret)}))  # fmt: skip
    parts.close()


def _fetched(url: str) -> str:
    """What a reader of the feed gets; while the database is down that is 503, and readers come again."""
    for _ in range(20):
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(0.2)
    return ""


def _begin(folder: str, go: Any) -> None:
    """Waits for the word to go on, with whoever wants to watch attached by then; what it says goes into the log."""
    _may_be_traced()
    log = os.open(Path(folder) / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    os.environ.pop("MONITOR_SECRET", None)
    logs.set_up()
    go.recv_bytes()


def _may_be_traced() -> None:
    """By strangers of the same user too: where Yama guards, strace is no parent of ours."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER, ANY
