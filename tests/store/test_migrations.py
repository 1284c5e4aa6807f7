"""The migrations and the tables in `schema.py` say the same."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from monitor.store import Store, migrate
from monitor.store.engine import Database
from monitor.store.schema import metadata

SCHEMA = "SELECT name, sql FROM sqlite_master WHERE name != 'alembic_version' AND sql IS NOT NULL"


def _columns(path: Path) -> dict[str, list[str]]:
    """Each table and index with its parts, in a form that does not mind the order."""
    with sqlite3.connect(path) as conn:
        found = {name: _parts(sql) for name, sql in conn.execute(SCHEMA)}
    conn.close()
    return found


def _parts(sql: str) -> list[str]:
    head, _, body = sql.partition("(")
    return [head.strip(), *sorted(re.sub(r"\s+", " ", part).strip() for part in body.split(", \n"))]


def test_the_migrations_build_exactly_the_tables_of_the_schema(
    empty_file: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh.db"
    engine = create_engine(f"sqlite:///{fresh}")
    metadata.create_all(engine)
    engine.dispose()
    migrated, created = _columns(empty_file), _columns(fresh)
    assert sorted(migrated) == sorted(created)
    for name in created:
        assert migrated[name] == created[name]


def test_alembic_finds_no_difference_either(url: str) -> None:
    database = Database(url)
    with database.write() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_head_names_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.HEAD


def test_opening_a_database_of_today_does_not_load_alembic(path: Path) -> None:
    code = (
        "import sys; from monitor.store import Store;"
        f" Store.open('sqlite:///{path}').close();"
        " sys.exit('alembic' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "half.db"
    database = Database(f"sqlite:///{path}")
    try:
        with database.write() as conn:
            migrate.upgrade(conn, str(path))
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with database.read() as conn:
        assert conn.scalars(text("SELECT name FROM sqlite_master")).all() == []
    database.close()
    Store.open(f"sqlite:///{path}").close()


def test_two_programs_that_open_a_new_database_at_once_make_it_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    code = f"from monitor.store import Store; Store.open('{url}').close()"
    root = Path(__file__).parents[2]
    both = [subprocess.Popen([sys.executable, "-c", code], cwd=root) for _ in range(2)]
    assert [child.wait() for child in both] == [0, 0]
