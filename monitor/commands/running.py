"""`monitor run`: scheduler, deliveries and status page in one process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import click
import structlog

from monitor import logs, schedule, web
from monitor.config import Config
from monitor.evidence.seal import Seal
from monitor.wiring import OWNER_PREFIX, Parts

log = structlog.get_logger("monitor")


def run(parts: Parts) -> None:
    """Runs until SIGTERM or Ctrl-C; says first where everything is."""
    logs.set_up()
    with started(parts, parts.config.web.port) as address:
        _say_where(parts, address)
        wait_for_signal()
        log.info("stopping", reason="asked to stop; the message in hand is finished first")
    log.info("stopped")


@contextmanager
def started(parts: Parts, port: int) -> Iterator[str]:
    """The ticking and the pages, up until the block ends; gives the address of the pages."""
    given_back = parts.store.release(OWNER_PREFIX)
    if given_back:
        log.info("resumed", deliveries=given_back, reason="an earlier run ended while it held them")
    with ExitStack() as stack:
        running = schedule.start(parts, tick=parts.config.tick, now=parts.clock)
        stack.callback(_stop, parts, running)
        app = web.create_app(parts.store, site=web.SiteView(
            name=parts.config.site.name, base_url=parts.config.site.base_url,
            contact=parts.config.site.contact), now=parts.clock, last_tick=running.last_tick,
            tick=parts.config.tick, allowed_hosts=parts.config.page_hosts, bounced=_returns(parts),
            proofs=web.Proofs(parts.sources, Seal(parts.secret)),
            counter=web.Counter(desk=parts.desk, signer=parts.signer,
                                trusted_proxies=parts.config.web.trusted_proxies),
            who=_roles(parts), practice=_practice(parts.config))  # fmt: skip
        server = web.serve(app, parts.config.web.host, port)
        stack.callback(server.close)
        yield server.url


def _roles(parts: Parts) -> web.Roles:
    """Who is an operator here."""
    told = parts.config.web
    return web.Roles(password=parts.config.secrets.operator_password, header=told.operator_header,
                     operators=told.operators, trusted_proxies=told.trusted_proxies, secret=parts.secret,
                     private=told.private)  # fmt: skip


def _practice(config: Config) -> web.Practice:
    """What the page on how we watch says of this installation."""
    return web.Practice(user_agent=config.user_agent, every=config.pace, host_gap=config.host_gap,
                        deadline=config.deadline, blind_after=config.blind_after.total_seconds(),
                        robots=config.file.fetch.robots)  # fmt: skip


def _returns(parts: Parts) -> web.Returns | None:
    """The door for returned mail; there is none without a token."""
    token = parts.config.secrets.bounces
    return web.Returns(token=token, read_report=parts.read_bounce) if token else None


def _stop(parts: Parts, running: schedule.Running) -> None:
    parts.stopping.set()
    running.stop()


def _say_where(parts: Parts, address: str) -> None:
    count = len(parts.sources)
    lines = [
        f"Watching {count} {'source' if count == 1 else 'sources'}. Pages: {address}",
        f"Database: {parts.config.database_shown}",
        f"Messages go {parts.where_mail_goes()}",
        *(f"Note: {warning}" for warning in parts.config.warnings),
    ]
    if not any(sub.active for sub in parts.store.subscriptions()):
        lines.append("Nobody is subscribed yet: monitor subscribe you@example.org --destination Mali")
    click.echo("\n".join([*lines, "Stop with Ctrl-C."]), err=True)


def wait_for_signal(timeout: float | None = None) -> bool:
    """Waits for SIGTERM or Ctrl-C; gives whether one came before the seconds were over."""
    came = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        came.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        return came.wait(timeout)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
