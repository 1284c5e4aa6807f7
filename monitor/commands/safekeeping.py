"""`monitor backup` and `monitor restore`: a verified copy while the service runs, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from monitor.config import Config


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Write a verified copy of the database to FILE, also while `monitor run` works."""
    from monitor.store import backup as copies
    from monitor.store import dumps
    from monitor.store.engine import Database

    config, _ = _settings(ctx)
    if not config.database_url.startswith("sqlite:"):
        size = dumps.dump(config.database_url, file)
        click.echo(f"{file}: {size:,} bytes, written by pg_dump and readable by pg_restore.")
    else:
        database = Database(config.database_url)
        try:
            made = copies.write(database, file)
        finally:
            database.close()
        click.echo(f"{made.path}: {made.size:,} bytes; {made.rows.get('changes', 0):,} changes,"
                   f" {made.rows.get('bodies', 0):,} pages, {made.rows.get('subscriptions', 0):,} subscriptions, every"
                   " page, row and stored body read back.")  # fmt: skip
    click.echo("Addresses in it are sealed. Keep the secret (MONITOR_SECRET or secret.key), without which they cannot"
               " be read, in another place.")  # fmt: skip


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def restore(ctx: click.Context, file: Path, yes: bool) -> None:
    """Put the backup FILE in the place of the database; who was erased since stays erased."""
    from monitor.store import Store, dumps
    from monitor.store import backup as copies

    config, (secret, ledger) = _settings(ctx)
    if not yes:
        click.confirm(f"What {config.database_shown} holds is replaced by {file}. Go on?", abort=True)
    if not config.database_url.startswith("sqlite:"):
        dumps.restore(config.database_url, file)
        Store.open(config.database_url, secret=secret, ledger=ledger).close()
        click.echo(f"Restored from {file}. Start every `monitor` again.")
        return
    live = Path(config.database_url.removeprefix("sqlite:///"))
    made = copies.restore(file, live, lambda url: Store.open(url, secret=secret, ledger=Path(f"{live}.erased")))
    if made.kept:
        click.echo(f"The damaged database was kept: {made.kept}")
    click.echo(f"Restored {made.path} from {file}: {made.rows['changes']:,} changes,"
               f" {made.rows['subscriptions']:,} subscriptions. Start `monitor run` again, if it runs.")  # fmt: skip
    if made.already_sent:
        click.echo(f"{made.already_sent} messages that the backup had still to send had gone out: not sent again.")
    click.echo("What was found and told after the backup is found, and told, again at the next look.")


def _settings(ctx: click.Context) -> tuple[Config, tuple[str, Path | None]]:
    """The configuration, with the secret and the file of erasures of this installation."""
    from monitor import logs, wiring

    logs.quiet()
    config = wiring.configuration(ctx.obj)
    return config, (wiring.kept_secret(config), wiring.ledger(config))


COMMANDS = (backup, restore)
