"""The ways out that a configuration asks for, and what comes back by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from monitor.audience import Channel, Delivery, Subscription
from monitor.config import Config
from monitor.deliver import Sender
from monitor.fetch import Client
from monitor.notify import bounces, chat, dkim, verp
from monitor.notify.apprise import AppriseChannel
from monitor.notify.chat import ChatChannel
from monitor.notify.files import FolderChannel
from monitor.notify.mail import Site
from monitor.notify.pacing import Pacer
from monitor.notify.smtp import SmtpChannel
from monitor.notify.webhook import WebhookChannel, endpoint_secret
from monitor.store import Store

log = structlog.get_logger("monitor")

BESIDE = timedelta(hours=24)
"""So long after a rotation an endpoint's calls are signed with the old secret as well."""


def site(config: Config) -> Site:
    """Who sends, as messages name it."""
    return Site(name=config.site.name, from_address=config.mail.from_, base_url=config.site.base_url,
                contact=config.site.contact)  # fmt: skip


def senders(
    config: Config, web: Client, store: Store, clock: Callable[[], datetime], secret: str
) -> dict[Channel, Sender]:
    """One sender for each channel; mail goes into a folder if no relay is named. Raises ConfigError."""

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
        return web.post(url, body, headers, timeout=config.webhook_timeout)

    def secrets_for(subscription_id: str) -> list[str]:
        found = store.subscription(subscription_id)
        return signing(secret, found, clock()) if found else [endpoint_secret(secret, subscription_id)]

    folder = FolderChannel(config.mail_folder, site(config))
    return {
        Channel.MAIL: _relay(config, secret) if config.mail.host else folder,
        Channel.FILE: folder,
        Channel.WEBHOOK: WebhookChannel(post, secrets_for, clock),
        Channel.APPRISE: AppriseChannel(),
        **{kind: ChatChannel(kind, post, clock) for kind in chat.FORMS},
    }


def to_operator(config: Config, secret: str) -> Sender:
    """The way of our own mail to the operator: a connection of its own, which no reader's mail keeps waiting."""
    if config.mail.host:
        return _relay(config, secret, connections=1)
    return FolderChannel(config.mail_folder, site(config))


def signing(secret: str, subscription: Subscription, now: datetime) -> list[str]:
    """The secrets that sign the calls to an endpoint now, newest first."""
    keys = [subscription.key]
    if subscription.rotated_at is not None and now - subscription.rotated_at < BESIDE:
        keys.append(subscription.key - 1)
    return [endpoint_secret(secret, subscription.id, key) for key in keys if key >= 0]


def _relay(config: Config, secret: str, connections: int = 0) -> SmtpChannel:
    mail = config.mail
    sign = None
    if mail.dkim.domain and config.secrets.dkim_key:
        sign = dkim.signer(mail.dkim.domain, mail.dkim.selector, config.secrets.dkim_key)
    return SmtpChannel(
        mail.host, mail.port, site(config), tls=mail.tls, user=mail.user, password=config.secrets.smtp_password,
        connections=connections or mail.connections, pacer=Pacer(mail.pace, mail.pace_by_domain), sign=sign,
        return_path=_return_path(mail.bounces, secret) if mail.bounces else None)  # fmt: skip


def _return_path(base: str, secret: str) -> Callable[[Delivery], str]:
    verp.address(base, 1, secret)  # an address without room for it is told at the start
    return lambda delivery: verp.address(base, delivery.id, secret)


def read_bounce(raw: bytes, config: Config, store: Store, secret: str, now: datetime) -> bool:
    """Does what a bounce or complaint asks for; False if this mail is none of ours.

    Where return paths are signed, only they are believed: anybody can attach a message of ours to a mail.
    """
    base = config.mail.bounces
    report = bounces.read(raw, (lambda address: verp.delivery(address, base, secret)) if base else lambda _: None)
    if report is None:
        return False
    if report.kind is bounces.Kind.UNREADABLE:
        log.warning("a bounce says nothing that a program can read; a person has to look", report=report.fingerprint)
        return False
    if report.kind is bounces.Kind.ARRIVED:
        return True
    whose = store.note_bounce(
        fingerprint=report.fingerprint, kind=report.kind.value, status=report.status, delivery_id=report.delivery_id,
        message_id=None if base else report.message_id, now=now)  # fmt: skip
    if whose is None:
        return False
    found = store.subscription(whose)
    log.info("bounce", subscription=whose, kind=report.kind.value, status=report.status or None,
             state=found.state.value if found else None)  # fmt: skip
    return True
