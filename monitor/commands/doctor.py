"""`monitor doctor`: configuration, database, folders, mail and sources, each with what to do."""

from __future__ import annotations

import shutil
import smtplib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
from rich.padding import Padding
from rich.text import Text

from monitor import terminal, wiring
from monitor.audience import Channel, Subscription
from monitor.config import Config
from monitor.core import verdict
from monitor.errors import FetchError, MonitorError
from monitor.model import SourceState

LOW_SPACE = 500 * 2**20
"""Bytes of free disk below which we warn: a feed capture takes about 0.2 MiB."""


class Line(NamedTuple):
    """One thing looked at: whether it is well, what was found, and what to do if it is not."""

    well: bool
    what: str
    advice: str = ""


def examine(config_path: Path | None, *, offline: bool) -> bool:
    """Prints what was found; gives True if a person is needed."""
    out = terminal.console()
    try:
        config = wiring.configuration(config_path)
    except MonitorError as error:
        _print(out, Line(False, "The configuration cannot be used.", str(error)))
        return True
    needed = False
    for line in _lines(config, offline):
        _print(out, line)
        needed = needed or not line.well
    return needed


def glance(config_path: Path | None) -> bool:
    """Prints in one line whether the database can be used; gives True if a person is needed. It changes nothing."""
    from monitor.store import tables

    try:
        config = wiring.configuration(config_path)
        found = tables(config.database_url)
    except MonitorError as error:
        click.echo(str(error))
        return True
    advice = "" if found.current else "; bring them up with: monitor migrate"
    click.echo(f"{config.database_shown}: its tables are version {found.version or 'none'}{advice}")
    return not found.current


def _print(out: object, line: Line) -> None:
    from rich.console import Console

    assert isinstance(out, Console)
    mark = Text("✓ ", style="green") if line.well else Text("✕ ", style="bold red")
    out.print(mark + Text(line.what))
    if line.advice:
        out.print(Padding(Text(line.advice, style="dim" if line.well else ""), (0, 4)))


def _lines(config: Config, offline: bool) -> Iterator[Line]:
    yield Line(True, f"Python {sys.version.split()[0]}, {len(config.sources)} sources in the configuration")
    for warning in config.warnings:
        yield Line(False, "The configuration could be better.", warning)
    yield from _database(config)
    yield _space(config)
    if offline:
        return
    yield _mail(config)
    yield from _reach(config)


def _database(config: Config) -> Iterator[Line]:
    from monitor.store import Store

    try:
        store = Store.open(config.database_url, secret=wiring.kept_secret(config), ledger=wiring.ledger(config))
    except MonitorError as error:
        yield Line(False, "The database cannot be used.", str(error))
        return
    try:
        problems = store.check()
        for problem in problems:
            yield Line(False, "The database is damaged.", problem)
        if not problems:
            yield Line(True, "The database is sound.")
        yield _readers(store.subscriptions())
        yield from _watched(config, store.subscription(config.watch.canary) if config.watch.canary else None)
    finally:
        store.close()


def _readers(subscriptions: tuple[Subscription, ...]) -> Line:
    active = [sub for sub in subscriptions if sub.active]
    if active:
        mails = sum(sub.channel is Channel.MAIL for sub in active)
        return Line(True, f"{len(active)} active subscriptions, {mails} of them by e-mail")
    return Line(False, "Nobody is subscribed: changes are recorded, and nobody is told.",
                "Add somebody with: monitor subscribe you@example.org --destination Mali")  # fmt: skip


def _watched(config: Config, canary: Subscription | None) -> Iterator[Line]:
    """Who watches the watcher; nothing is called."""
    told = config.watch
    if told.canary and (canary is None or not canary.active):
        yield Line(False, f"The canary {told.canary} is no active subscription, so no test message goes out.",
                   "Name one of your own as canary in [watch]; monitor subscribe --list shows them.")  # fmt: skip
    ways = [name for name in ("mail", "canary", "heartbeat") if getattr(told, name)]
    yield Line(True, f"Alarms: operators' page, log, metrics; beside them {', '.join(ways) or 'nothing'}",
               "" if told.heartbeat else "Set heartbeat in [watch], so that somebody hears when this machine is off.")


def _space(config: Config) -> Line:
    folder = wiring.data_folder(config)
    free = shutil.disk_usage(folder if folder.exists() else Path()).free
    return Line(free > LOW_SPACE, f"{free // 2**20} MiB are free where the database is",
                "" if free > LOW_SPACE else "Make room: a full disk stops recording.")  # fmt: skip


def _mail(config: Config) -> Line:
    mail = config.mail
    if not mail.host:
        return Line(True, f"No mail server is set up: messages are written to {config.mail_folder}",
                    "Set host in [mail] to send them.")  # fmt: skip
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=10) as relay:
            code, words = relay.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Line(False, f"The mail server {mail.host}:{mail.port} does not answer.",
                    f"{error}. Messages wait in the database and are tried again.")  # fmt: skip
    return Line(code == 250, f"The mail server {mail.host}:{mail.port} answers ({words.decode(errors='replace')}).")


def _reach(config: Config) -> Iterator[Line]:
    client = wiring.client(config)
    try:
        for source in config.sources:
            host = source.url.split("/")[2]
            state = SourceState(source_id=source.id)
            try:
                made = verdict.visit(source, client.get(source.url), state=state, baseline=lambda: None,
                                     now=wiring.now())  # fmt: skip
            except FetchError as error:
                made = verdict.failed(source, error, wiring.now())
            if made.outcome.good:
                level = made.cut.first("level") if made.cut else None
                yield Line(True, f"{source.id}: {host} answers" + (f", {level.quote}" if level else ""))
            else:
                yield Line(False, f"{source.id}: {terminal.outcome(made.outcome).plain[2:]}", made.reason)
    finally:
        client.close()

