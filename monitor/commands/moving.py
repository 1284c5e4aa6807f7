"""`monitor migrate` and `monitor migrate-to`: to today's tables, and from SQLite to PostgreSQL with all there is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from monitor import wiring
from monitor.config import hidden
from monitor.errors import ConfigError
from monitor.store import Store, tables
from monitor.store import move as moving


def bring_up(config_path: Path | None) -> None:
    """Makes or upgrades the tables, and says from which version to which. Raises ConfigError or StoreError."""
    config = wiring.configuration(config_path)
    before = tables(config.database_url).version
    Store.open(config.database_url, secret=wiring.kept_secret(config), ledger=wiring.ledger(config)).close()
    after = tables(config.database_url).version
    click.echo(f"{config.database_shown}: " + (f"its tables are version {after} already." if before == after else
                                               f"its tables went from version {before or 'none'} to {after}."))


def move(config_path: Path | None, url: str) -> None:
    """Copies, compares, and says what to do next. Raises ConfigError or StoreError; the source stays as it is."""
    config = wiring.configuration(config_path)
    if not config.database_url.startswith("sqlite:"):
        raise ConfigError(f"[database] url is {config.database_shown}: only an installation on SQLite can be moved")
    secret = wiring.kept_secret(config)
    sums = moving.move(config.database_url, url, secret, _shown if sys.stderr.isatty() else _silent)
    for name, found in sums.items():
        click.echo(f"{name:18} {found.rows:>9} rows  {found.shown()}  the same in both")
    total = sum(found.rows for found in sums.values())
    click.echo(f"\n{total} rows are in {hidden(url)}; the SQLite file is unchanged.")
    click.echo(_hand_on(secret, config.path.parent / "var" / "secret.key") if not config.secrets.signing
               else "Start the machines with the same MONITOR_SECRET.")  # fmt: skip
    click.echo(
        "Now set MONITOR_DATABASE_URL to that address and start `monitor schedule`, `monitor worker` and `monitor web`,"
        " or `monitor run` for all of them in one process. Do not start the old installation again: both would send."
    )


def _hand_on(secret: str, path: Path) -> str:
    """Puts the secret where an installation on PostgreSQL looks for it, and says so."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secret)
        elif path.read_text(encoding="utf-8").strip() != secret:
            return (f"{path} holds ANOTHER secret than this installation: put the secret.key beside the SQLite file"
                    " there, or its words into MONITOR_SECRET, or no address can be read.")  # fmt: skip
    except OSError as error:
        return (f"The secret could not be put into {path} ({error.strerror}): put the secret.key beside the SQLite file"
                " there, or its words into MONITOR_SECRET, or no address can be read.")  # fmt: skip
    return f"The secret is in {path}: every machine needs it there, or its words in MONITOR_SECRET."


def _shown(table: str, rows: int) -> None:
    click.echo(f"\r\x1b[K{table}: {rows}", nl=False, err=True)


def _silent(table: str, rows: int) -> None:
    """Nobody watches."""
