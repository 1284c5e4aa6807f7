"""Opening a database, and every way in which that can go wrong."""

from __future__ import annotations

import os
import resource
import sqlite3
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import Store
from tests.store.builders import US, at, changed, first, looked


def test_the_folder_and_the_file_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "monitor.db"
    store = Store.open(f"sqlite:///{path}", durable=False)
    assert path.exists()
    assert store.overview() == ()
    store.close()


def test_a_new_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/monitor.db", durable=False)
    store.sync_sources([US], at(0))
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    store.close()


def test_a_database_in_memory_is_one_database_for_reading_and_writing() -> None:
    store = Store.open("sqlite://")
    store.sync_sources([US], at(0))
    store.record(first())
    baseline = store.baseline(US.id)
    assert baseline is not None
    assert baseline.page.body == b"<p>old</p>"
    store.close()


def test_it_writes_ahead_synchronously_and_keeps_foreign_keys(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    with store._db.write() as conn:
        found = [
            conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 10_000]
    store.close()


def test_readers_do_not_wait_for_a_writer_and_see_only_what_is_committed(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False, wait=0.05)
    with store._db.write() as conn:
        conn.exec_driver_sql("INSERT INTO wants SELECT 'x', 'y' WHERE 0")
        assert store.counts()["bodies"] == 0
    store.close()


def test_a_file_that_is_not_a_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear sir or madam, " * 500)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"letter\.txt: the file is not a database.*Check"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["letter.txt"]


def test_a_damaged_file_is_named_with_what_to_do_and_left_alone(path: Path) -> None:
    damaged = bytearray(path.read_bytes())
    damaged[100:4096] = b"\xff" * 3996
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match=r"monitor\.db: the file is damaged.*backup"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes() == damaged


def test_a_file_cut_short_is_damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 5])
    with pytest.raises(StoreError, match=r"the file is damaged"):
        Store.open(f"sqlite:///{path}")


def test_damage_found_later_is_a_store_error_too(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False)
    store.sync_sources([US], at(0))
    store.record(first())
    store.close()
    with sqlite3.connect(path) as other:
        root = "SELECT rootpage FROM sqlite_master WHERE name = 'visits'"
        (page,) = other.execute(root).fetchone()
    other.close()
    damaged = bytearray(path.read_bytes())
    damaged[4096 * (page - 1) : 4096 * page] = b"\xff" * 4096
    store = Store.open(f"sqlite:///{path}", durable=False)
    with open(path, "r+b") as file:
        file.write(damaged)
    with pytest.raises(StoreError, match=r"the file is damaged"):
        store.record(looked(60))
    store.close()
    with pytest.raises(StoreError, match=r"the file is damaged"):
        Store.open(f"sqlite:///{path}", durable=False)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"monitor\.db cannot be made.*Choose another path"):
        Store.open(f"sqlite:///{tmp_path}/file/monitor.db")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"is a folder"):
        Store.open(f"sqlite:///{tmp_path}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_file_that_may_not_be_written_is_named(path: Path) -> None:
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        with pytest.raises(StoreError, match=r"write"):
            Store.open(f"sqlite:///{path}")
    finally:
        path.parent.chmod(0o755)


def test_another_program_that_holds_the_lock_is_said_so(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"another program keeps it locked.*Nothing was written"):
        Store.open(f"sqlite:///{path}", wait=0.05)
    other.execute("ROLLBACK")
    other.close()
    Store.open(f"sqlite:///{path}", wait=0.05).close()


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE photos (id)")
    other.close()
    with pytest.raises(StoreError, match=r"belongs to another program.*\(photos\)"):
        Store.open(f"sqlite:///{path}")
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]
    other.close()


def test_tables_newer_than_this_program_are_refused(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    with pytest.raises(StoreError, match=r"newer monitor .*version 9999, this program knows"):
        Store.open(f"sqlite:///{path}")


@pytest.mark.parametrize(
    "url", ["monitor.db", "mysql://root@localhost/x", "", "sqlite:///file:x?uri=true"]
)
def test_an_address_we_cannot_use_says_what_one_looks_like(url: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///path/to/monitor\.db"):
        Store.open(url)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match=r"Is PostgreSQL running") as caught:
        Store.open("postgresql://me:hush@127.0.0.1:1/monitor", wait=1)
    assert "hush" not in str(caught.value)


def test_a_full_database_keeps_the_old_state_and_goes_on_when_there_is_room(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False)
    store.sync_sources([US], at(0))
    store.record(first())
    before = (store.counts(), store.state(US.id))
    with store._db.write() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count = 1")
    big = os.urandom(900_000)
    with pytest.raises(StoreError, match=r"the disk is full.*Nothing was written"):
        store.record(changed(60, body=big))
    assert (store.counts(), store.state(US.id)) == before
    with store._db.write() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count = 1000000")
    store.record(changed(60, body=big))
    baseline = store.baseline(US.id)
    assert baseline is not None
    assert baseline.page.body == big
    assert store.check() == []
    store.close()


def test_a_disk_that_takes_no_more_bytes_loses_nothing(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    store.sync_sources([US], at(0))
    store.record(first())
    before = store.counts()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    written = max(file.stat().st_size for file in path.parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (written + 50_000, hard))
    try:
        with pytest.raises(StoreError, match=r"disk.*Nothing was written"):
            store.record(changed(60, body=os.urandom(900_000)))
        assert store.counts() == before
        assert store.state(US.id).last_visit_at == at(0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    store.record(changed(60, body=os.urandom(900_000)))
    assert store.counts()["visits.changed"] == 1
    assert store.check() == []
    store.close()
