"""The operators' page: what needs a person, and how the service itself is doing. Ids and numbers, never an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import structlog
from flask import Flask, Response, abort, g, redirect, render_template, request, url_for

from monitor import __version__
from monitor.alarm import Raised
from monitor.audience import Channel, DeliveryState, Pass
from monitor.backlog import Backlog
from monitor.model import SourceView
from monitor.proof import Link
from monitor.web.doors import discreet
from monitor.web.health import PATIENCE
from monitor.web.roles import IDLE, SESSION, Visitor
from monitor.web.shown import Shown
from monitor.web.tongues import Tongue

log = structlog.get_logger("monitor")

MOST_SOURCES = 50
LATE = timedelta(minutes=2)
"""A source that should have been looked at so long ago is late: below, the next round takes it."""
OVERDUE = timedelta(minutes=10)
"""A message that should have gone so long ago needs a person."""
STALE_BACKUP = timedelta(days=2)
STATES = (DeliveryState.WAITING, DeliveryState.CLAIMED, DeliveryState.GATHERED, DeliveryState.GIVEN_UP,
          DeliveryState.SENT, DeliveryState.CALLED_OFF)  # fmt: skip


class Facts(Protocol):
    """What this page needs from the store."""

    def overview(self) -> tuple[SourceView, ...]: ...
    def backlog(self, now: datetime) -> Backlog: ...
    def alarms(self) -> tuple[Raised, ...]: ...
    def passes(self) -> tuple[Pass, ...]: ...
    def chain_head(self) -> Link | None: ...
    def resend(self, delivery_id: int, now: datetime) -> bool: ...
    def resend_alike(self, delivery_id: int, now: datetime) -> int: ...
    def revoke_pass(self, token_or_id: str) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Whether the service itself is alive."""

    now: Callable[[], datetime]
    last_tick: Callable[[], datetime | None]
    tick: float
    started: datetime


def routes(app: Flask, store: Facts, pulse: Pulse) -> None:
    """Adds /operators, and what its buttons do."""

    @app.get("/operators")
    def operators() -> str:
        now, backlog = pulse.now(), store.backlog(pulse.now())
        lines = worst_first(store.overview(), now, pulse.started)
        last = pulse.last_tick()
        ticking = now - (last or pulse.started) <= timedelta(seconds=max(PATIENCE, 10 * pulse.tick))
        return render_template(
            "operators.html.j2", backlog=backlog, alarms=store.alarms(), sources=lines[:MOST_SOURCES],
            count=len(lines), ticking=ticking,
            failing=sum(line.failing for line in lines), late=sum(line.late is not None for line in lines),
            overdue=backlog.overdue_since is not None and now - backlog.overdue_since > OVERDUE,
            old_backup=backlog.backed_up_at is not None and now - backlog.backed_up_at > STALE_BACKUP,
            again=sum(one.again for one in backlog.failures), head=store.chain_head(), version=__version__,
            started=pulse.started, last_tick=last, passes=[one for one in store.passes() if opens(one, now)],
            states=STATES, channel=channel, discreet=discreet, size=size, plainly=plainly, span=span,
            did=request.args.get("did", ""), number=_number(request.args.get("n", "")))  # fmt: skip

    @app.post("/operators/deliveries/<int:delivery_id>/resend")
    def resend(delivery_id: int) -> Response:
        return _sent(int(store.resend(_known(delivery_id), pulse.now())), delivery_id)

    @app.post("/operators/deliveries/<int:delivery_id>/resend-alike")
    def resend_alike(delivery_id: int) -> Response:
        return _sent(store.resend_alike(_known(delivery_id), pulse.now()), delivery_id)

    @app.post("/operators/passes/<pass_id>/revoke")
    def revoke(pass_id: str) -> Response:
        if not re.fullmatch(r"[0-9a-f]{12}", pass_id) or not store.revoke_pass(pass_id):
            abort(404)
        log.info("operator revoked", by=_who(), session=pass_id)
        return _back("revoked")


def _known(delivery_id: int) -> int:
    if delivery_id >= 2**63:
        abort(404)
    return delivery_id


def _sent(number: int, delivery_id: int) -> Response:
    if number:
        log.info("operator sent again", by=_who(), delivery=delivery_id, deliveries=number)
    return _back("sent" if number else "none", number)


def _who() -> str:
    visitor: Visitor = g.visitor
    return f"{visitor.by} {visitor.session or visitor.name}"


def _back(did: str, number: int | None = None) -> Response:
    answer = redirect(url_for("operators", did=did, n=number), 303)
    assert isinstance(answer, Response)
    return answer


def _number(words: str) -> int:
    return int(words) if re.fullmatch(r"[0-9]{1,9}", words) else 0


def opens(one: Pass, now: datetime) -> bool:
    """Whether it opens anything still."""
    if one.expires_at is not None and one.expires_at <= now:
        return False
    return one.kind != SESSION or now - (one.used_at or one.created_at) < IDLE


class Line(NamedTuple):
    """One source, as the operators' page lists it."""

    view: SourceView
    late: timedelta | None
    """How late its look is, if it is."""

    @property
    def failing(self) -> bool:
        return self.view.state.failures > 0


def worst_first(views: Iterable[SourceView], now: datetime, started: datetime) -> list[Line]:
    """Failing ones before late ones before the others; in each, the longest first."""

    def lines() -> Iterator[Line]:
        for view in views:
            due = view.state.next_due_at
            late = now - max(due, started) if due is not None else timedelta()
            yield Line(view, late if late > LATE else None)

    return sorted(lines(), key=lambda line: (
        not line.failing, (line.view.state.failing_since or now) if line.failing else now,
        -(line.late or timedelta()).total_seconds(), line.view.state.source_id))  # fmt: skip


def channel(one: Channel, say: Tongue) -> str:
    """A channel's name."""
    return say(f"channel.{one}") if one in (Channel.MAIL, Channel.FILE) else one.value.capitalize()


def plainly(moment: datetime | None, shown: Shown) -> str:
    """A moment as age and time, in one line of text."""
    return shown.say("op.never") if moment is None else f"{shown.age(moment)} ({shown.when(moment)})"


def size(number: int) -> str:
    """Bytes, as people say it."""
    for unit, least in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if number >= least:
            return f"{number / least:.1f} {unit}"
    return f"{number} B"


def span(say: Tongue, late: timedelta) -> str:
    """A length of time in one rounded unit."""
    seconds = max(0, int(late.total_seconds()))
    for least, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= least:
            return say.counted(f"span.{name}", seconds // least)
    return say.counted("span.second", seconds)
