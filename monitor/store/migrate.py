"""Bringing a database to today's tables. Alembic is imported only when there is work for it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from monitor.errors import StoreError
from monitor.store import jobs
from monitor.store.engine import Database
from monitor.store.schema import metadata
from monitor.store.vault import Vault

HEAD = "0011"
"""The newest revision in `migrations/versions`; a test keeps it true."""

MIGRATIONS = Path(__file__).parent / "migrations"
_ALONE = text("SELECT pg_advisory_xact_lock(7203401)")
"""Of several programs that start together, one upgrades and the others wait."""


def to_head(database: Database, vault: Vault) -> None:
    """Create or upgrade the tables in one transaction. Raises StoreError, then nothing changed."""
    if version(database) == HEAD:
        if not database.sqlite:
            _engine_to_head(database)
        return
    with database.write() as conn:
        if not database.sqlite:
            conn.execute(_ALONE)
        upgrade(conn, database.place, vault)


def _engine_to_head(database: Database) -> None:
    """The job engine's tables, where a newer engine was installed since."""
    with database.read() as conn:
        if not jobs.missing(conn):
            return
    with database.write() as conn:
        conn.execute(_ALONE)
        jobs.bring_up(conn)


def upgrade(conn: Connection, place: str, vault: Vault) -> None:
    """Run every migration that this database has not seen yet."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": conn, "vault": vault})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    tables = set(inspect(conn).get_table_names())
    strangers = tables if conn.dialect.name == "sqlite" else tables & set(metadata.tables)
    if "alembic_version" not in tables and strangers:
        raise StoreError(
            f"The database {place} belongs to another program: it has tables ({_some(strangers)})"
            " that monitor did not make. Choose another one in `database`. Nothing was written."
        )
    if "alembic_version" in tables:
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        for version in conn.scalars(text("SELECT version_num FROM alembic_version")):
            if version not in known:
                raise StoreError(
                    f"The database {place} was written by a newer monitor (its tables are version"
                    f" {version}, this program knows {HEAD}). Install that version again, or put"
                    " back the backup from before the upgrade. Nothing was written."
                )
    command.upgrade(config, "head")


def version(database: Database) -> str:
    """The revision of the tables, empty if there are none. The first look at the file."""
    with database.read() as conn:
        try:
            return str(conn.scalar(text("SELECT version_num FROM alembic_version")) or "")
        except (OperationalError, ProgrammingError) as error:
            missing = getattr(error.orig, "sqlstate", "") == "42P01"
            if missing or "no such table" in str(error.orig):
                return ""
            raise


def _some(names: set[str]) -> str:
    return ", ".join(sorted(names)[:3]) + (", ..." if len(names) > 3 else "")
