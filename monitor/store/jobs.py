"""The tables of Procrastinate, the job engine, in our database: made and brought up to date together with ours.

Its package ships a whole schema, and one script for each later step. `job_scripts` notes which steps a database
has seen, so a newer package finds what is missing, as a newer monitor does with its own migrations.
"""

from __future__ import annotations

from importlib import resources

from sqlalchemy import Connection, text

from monitor.errors import StoreError

_FOR = "procrastinate.sql"


def missing(conn: Connection) -> list[str]:
    """Steps of the installed engine that this database has not seen, in order. Raises StoreError without the engine."""
    seen = set(conn.scalars(text("SELECT name FROM job_scripts")))
    return [name for name in _steps() if name not in seen]


def bring_up(conn: Connection) -> None:
    """Make the engine's tables, or bring them to the version that is installed, in the caller's transaction."""
    names = missing(conn)
    if not names:
        return
    whole = conn.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None
    for script in (["schema.sql"] if whole else [f"migrations/{name}" for name in names]):
        words = (resources.files(_FOR) / script).read_text(encoding="utf-8")
        # The driver takes a text of several statements only without parameters, and then reads no %.
        _cursor(conn, words)
    conn.execute(text("INSERT INTO job_scripts (name) VALUES (:name)"), [{"name": name} for name in names])


def _cursor(conn: Connection, words: str) -> None:
    cursor = conn.connection.cursor()
    try:
        cursor.execute(words)
    finally:
        cursor.close()


def _steps() -> list[str]:
    try:
        folder = resources.files(_FOR) / "migrations"
        return sorted(one.name for one in folder.iterdir() if one.name.endswith(".sql"))
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs the package procrastinate. Install monitor with the extra `cluster`."
        ) from error
