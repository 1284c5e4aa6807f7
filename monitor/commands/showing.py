"""The pages of this installation, served from this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from monitor import web
from monitor.config import Config
from monitor.evidence.seal import Seal
from monitor.wiring import Parts


@contextmanager
def shown(parts: Parts, port: int, last_tick: Callable[[], datetime | None], tick: float) -> Iterator[str]:
    """The pages, up until the block ends; gives their address."""
    app = web.create_app(parts.store, site=web.SiteView(
        name=parts.config.site.name, base_url=parts.config.site.base_url,
        contact=parts.config.site.contact), now=parts.clock, last_tick=last_tick,
        tick=tick, allowed_hosts=parts.config.page_hosts, bounced=_returns(parts),
        proofs=web.Proofs(parts.register, Seal(parts.secret)),
        counter=web.Counter(desk=parts.desk, signer=parts.signer,
                            trusted_proxies=parts.config.web.trusted_proxies),
        who=_roles(parts), practice=_practice(parts.config))  # fmt: skip
    server = web.serve(app, parts.config.web.host, port)
    try:
        yield server.url
    finally:
        server.close()


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
