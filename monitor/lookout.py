"""The edges of the watcher: its log lines, the free disk, the dead-man's switch and the mail to the operator."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

import structlog

from monitor import channels
from monitor.alarm import Raised
from monitor.audience import Channel, Delivery
from monitor.config import Config
from monitor.core.alarms import BY_NAME, Watched
from monitor.errors import FetchError
from monitor.fetch import Client
from monitor.model import Severity
from monitor.notify import alarms as letters
from monitor.notify.smtp import SmtpChannel
from monitor.watcher import Beat, Book, Mail, Watcher

log = structlog.get_logger("monitor")

SWITCH_SECONDS = 10.0
"""For one call to the switch: the audit waits for it."""


def watcher(
    config: Config, book: Book, web: Client, *, clock: Callable[[], datetime], began: datetime, secret: str,
    tasks: Collection[str], folder: Path,
) -> Watcher:  # fmt: skip
    """The watcher that this configuration asks for."""
    told = config.watch
    return Watcher(
        book=book, now=clock, log=Lines(), free=lambda: free(folder),
        watched=Watched(tasks=tasks, blind_after=config.blind_after, began=began, canary=told.canary),
        beat=switch(web, told.heartbeat, fails=told.heartbeat_fail) if told.heartbeat else None,
        mail=letter(config, secret, clock) if told.mail else None,
    )  # fmt: skip


class Lines:
    """The watcher's log lines."""

    def raised(self, alarm: Raised) -> None:
        kind = BY_NAME[alarm.name]
        log.error("alarm", alarm=alarm.name, about=alarm.about or None, says=kind.says, detail=alarm.detail, do=kind.do)

    def ended(self, alarm: Raised) -> None:
        log.info("alarm over", alarm=alarm.name, about=alarm.about or None, since=alarm.raised_at.isoformat())

    def silent(self, why: str) -> None:
        log.warning("no heartbeat goes out", reason=why)

    def untold(self, alarms: int, why: str) -> None:
        log.warning("the operator could not be mailed; tried again", alarms=alarms, reason=why)


def free(folder: Path) -> int | None:
    """Bytes that are free there; None where that cannot be known."""
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        log.warning("how much of the disk is free cannot be known", reason=error.strerror or str(error))
        return None


def switch(web: Client, url: str, *, fails: bool) -> Beat:
    """Calls a dead-man's switch; its address stands in no error, for whoever knows it can keep it quiet."""

    def beat(well: bool, why: str) -> None:
        if not well and not fails:
            return
        to = url if well else f"{url.rstrip('/')}/fail"
        words = "all is well" if well else f"not well: {why}"
        status, _ = web.post(to, words.encode(), {"Content-Type": "text/plain; charset=utf-8"}, timeout=SWITCH_SECONDS)
        if not 200 <= status < 300:
            raise FetchError(f"the dead-man's switch answered {status}; see heartbeat in [watch]")

    return beat


def letter(config: Config, secret: str, clock: Callable[[], datetime]) -> Mail:
    """Hands the operator one mail at a time."""
    to, site = config.watch.mail, channels.site(config)

    def mail(begun: Sequence[Raised], ended: Sequence[Raised]) -> None:
        now = clock()
        raw = letters.render(begun, ended, to=to, site=site, at=now)
        sender = channels.to_operator(config, secret)
        try:
            sender.send(Delivery(
                id=0, event_id="alarms", subscription_id="operator", channel=Channel.MAIL, address=to, created_at=now,
                message_id=letters.message_id(begun, ended, site.from_address), severity=Severity.CRITICAL,
            ), raw)  # fmt: skip
        finally:
            if isinstance(sender, SmtpChannel):
                sender.close()  # alarms are rare: no connection is kept for the next

    return mail
