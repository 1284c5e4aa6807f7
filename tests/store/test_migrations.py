"""The migrations and the tables in `schema.py` say the same."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from monitor.store import Store, migrate
from monitor.store.engine import Database
from monitor.store.schema import metadata
from monitor.store.vault import Vault
from tests.store import postgres


def ours(name: str | None, kind: str, parents: object) -> bool:
    """The job engine's tables are its own affair."""
    return kind != "table" or not (name or "").startswith(("procrastinate_", "job_scripts"))


SCHEMA = "SELECT name, sql FROM sqlite_master WHERE name != 'alembic_version' AND sql IS NOT NULL"


def _columns(path: Path) -> dict[str, list[str]]:
    """Each table and index with its parts, in a form that does not mind the order."""
    with sqlite3.connect(path) as conn:
        found = {name: _parts(sql) for name, sql in conn.execute(SCHEMA)}
    conn.close()
    return found


def _parts(sql: str) -> list[str]:
    head, _, body = sql.partition("(")
    body = body.rstrip().removesuffix(")")
    parts = re.split(r", *\n|\n *, *|(?<=[\w)]), (?=\w+ (?:TEXT DEFAULT|DATETIME|INTEGER))", body)  # also ALTER ... ADD
    return [head.strip(), *sorted(re.sub(r"\s+", " ", part).strip() for part in parts)]


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
        context = MigrationContext.configure(conn, opts={"compare_type": True, "include_name": ours})
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
            migrate.upgrade(conn, str(path), Vault(""))
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with database.read() as conn:
        assert conn.scalars(text("SELECT name FROM sqlite_master")).all() == []
    database.close()
    Store.open(f"sqlite:///{path}").close()


OLD_ROWS = (
    "INSERT INTO sources VALUES ('us-mali','u','k','us','mali','Mali',TRUE,0,NULL,'','','',NULL,"
    "'2026-06-08 12:00:00',NULL,NULL,NULL,'',NULL,'')",
    "INSERT INTO visits VALUES (1,'us-mali','2026-06-08 12:00:00','changed','',200,0.5)",
    "INSERT INTO changes VALUES (1,'evt_1',1,'us-mali','2026-06-08 12:00:00','u','us','mali','Mali','changed',"
    "'told',TRUE,'high','Mali: level 4','[]',NULL,NULL,'','',NULL,NULL,'[]',NULL,'','')",
    "INSERT INTO subscriptions VALUES ('sub_1','mail','a@ngo.example','[]','low',1,'2026-06-08 12:00:00',TRUE,'t')",
    "INSERT INTO deliveries VALUES (7,1,'sub_1','mail','a@ngo.example','<evt_1.t@x>','2026-06-08 12:00:00',TRUE,"
    "'waiting',1,'2026-06-08 13:00:00',NULL,'try later','',NULL)",
)
"""A message that waits in a database of the first version."""


@pytest.fixture(params=postgres.BOTH)
def nothing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/first.db"
        return
    databases: postgres.Databases = request.getfixturevalue("databases")
    address = databases.empty()
    yield address
    databases.drop(address)


def test_a_database_of_the_first_version_is_upgraded_with_all_that_waits_in_it(nothing: str) -> None:
    database = Database(nothing)
    database.make_file()
    with database.write() as conn:
        config = Config(attributes={"connection": conn})
        config.set_main_option("script_location", str(migrate.MIGRATIONS))
        command.upgrade(config, "0001")
        for row in OLD_ROWS:
            conn.execute(text(row))
    database.close()
    store = Store.open(nothing)
    (waiting,) = store.deliveries(change_id=1)
    assert (waiting.id, waiting.event_id, waiting.attempts, waiting.members) == (7, "evt_1", 1, None)
    (claimed,) = store.claim(waiting.next_try_at or waiting.created_at, owner="w")
    assert claimed.message_id == "<evt_1.t@x>" and store.check() == []
    store.close()
    again = Database(nothing)
    with again.write() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, metadata) == []
    again.close()


def test_two_programs_that_open_a_new_database_at_once_make_it_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    code = f"from monitor.store import Store; Store.open('{url}').close()"
    root = Path(__file__).parents[2]
    both = [subprocess.Popen([sys.executable, "-c", code], cwd=root) for _ in range(2)]
    assert [child.wait() for child in both] == [0, 0]
