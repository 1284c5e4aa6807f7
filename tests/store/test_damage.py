"""Real damage, found at the start: nothing is told from it, and the way back is said."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import Store, soundness, walfile
from tests.store.builders import RSS, UK, US, at, changed, first, looked

FRAME = 4096 + 24


@pytest.fixture
def killed(tmp_path: Path, path: Path) -> Path:
    """What a kill leaves behind: a database with a hundred visits, the last of them in its log only."""
    store = Store.open(f"sqlite:///{path}")
    store.sync_sources([US, RSS, UK], at(0))
    store.record(first())
    store.record(changed(60))
    store._db.forget()
    for minute in range(61, 81):
        store.record(looked(minute))
    folder = tmp_path / "killed"
    folder.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", folder / f"monitor.db{suffix}")
    store.close()
    return folder / "monitor.db"


def overwrite(path: Path, start: int, junk: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(junk)


def refused(path: Path) -> str:
    before = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.suffix != ".lock"}
    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///{path}")
    after = {file.name: file.read_bytes() for file in path.parent.iterdir() if file.name in before}
    assert after == before, "a damaged file must stay as it was found"
    assert "monitor restore" in str(caught.value) and "monitor.db" in str(caught.value)
    return str(caught.value)


def visits(path: Path) -> int:
    store = Store.open(f"sqlite:///{path}")
    assert store.check() == []
    number = len(store.visits(US.id, 1000))
    store.close()
    return number


def test_what_a_kill_leaves_is_no_damage(killed: Path) -> None:
    assert visits(killed) == 22


def test_a_header_of_garbage_is_refused(killed: Path) -> None:
    Path(f"{killed}-wal").unlink()
    overwrite(killed, 0, os.urandom(100))
    assert "is not a database" in refused(killed)


@pytest.mark.parametrize("junk", [b"\0", b"\xff"], ids=["zeros", "ones"])
@pytest.mark.parametrize("table", ["visits", "deliveries", "changes", "sources", "ix_sources_due"])
def test_a_garbage_page_in_the_middle_is_refused(killed: Path, table: str, junk: bytes) -> None:
    Path(f"{killed}-wal").unlink()
    with sqlite3.connect(killed) as other:
        (page,) = other.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    other.close()
    Path(f"{killed}-wal").unlink(missing_ok=True)
    overwrite(killed, (page - 1) * 4096, junk * 4096)
    assert "the file is damaged" in refused(killed)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_file_cut_short_is_refused(killed: Path, kept: float) -> None:
    Path(f"{killed}-wal").unlink()
    size = killed.stat().st_size
    os.truncate(killed, int(size * kept))
    assert "damaged" in refused(killed)


def test_in_a_large_file_every_table_but_the_stored_pages_is_looked_at(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "WHOLE", 0)
    assert visits(killed) == 22
    Path(f"{killed}-wal").unlink(missing_ok=True)
    with sqlite3.connect(killed) as other:
        (page,) = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'deliveries'").fetchone()
    other.close()
    overwrite(killed, (page - 1) * 4096, b"\xff" * 4096)
    assert "the file is damaged" in refused(killed)


@pytest.mark.parametrize("cut", [FRAME * 3, FRAME * 3 + 11, 1, 4000])
def test_a_log_cut_short_gives_an_earlier_moment_and_never_half_of_one(killed: Path, cut: int) -> None:
    log = Path(f"{killed}-wal")
    os.truncate(log, log.stat().st_size - cut)
    assert 2 <= visits(killed) < 22


def test_a_log_whose_head_is_garbage_is_refused(killed: Path) -> None:
    overwrite(Path(f"{killed}-wal"), 4, os.urandom(20))
    assert "head of its log" in refused(killed)


def test_garbage_in_the_log_gives_the_moment_before_it_and_says_so(
    killed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overwrite(Path(f"{killed}-wal"), 32 + 6 * FRAME + 500, os.urandom(300))
    found = walfile.look(killed)
    assert found.broken == "" and found.dropped > 0
    assert 2 <= visits(killed) < 22
    assert "are taken back" in capsys.readouterr().out


def test_a_log_that_is_garbage_in_the_middle_under_a_file_that_is_ahead_is_refused(killed: Path) -> None:
    """The log was being moved into the file: the file alone holds later pages than the readable log."""
    log = Path(f"{killed}-wal").read_bytes()
    last = (len(log) - 32) // FRAME - 1
    frame = log[32 + last * FRAME :][:FRAME]
    (page,) = struct.unpack(">I", frame[:4])
    overwrite(killed, (page - 1) * 4096, frame[24:])
    assert visits_in_copy(killed) == 22  # with its whole log, the database is sound
    overwrite(Path(f"{killed}-wal"), 32 + 6 * FRAME + 500, os.urandom(300))
    assert "ahead of it" in refused(killed)


def visits_in_copy(path: Path) -> int:
    copy = path.parent.parent / "copy"
    shutil.copytree(path.parent, copy)
    return visits(copy / path.name)


def test_leftovers_of_an_earlier_log_are_no_damage(path: Path, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    store.sync_sources([US, RSS, UK], at(0))
    store.record(first(os.urandom(200_000)))
    dbapi = store._db._kept()
    dbapi.execute("PRAGMA wal_checkpoint(RESTART)")  # moved, and begun anew in the same file
    store.record(looked(60))
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", tmp_path / f"copy.db{suffix}")
    store.close()
    assert walfile.look(tmp_path / "copy.db") == walfile.Found()
    assert visits(tmp_path / "copy.db") == 2


def test_a_transaction_too_big_for_memory_that_was_taken_back_is_no_damage(path: Path, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    store.sync_sources([US, RSS, UK], at(0))
    dbapi = store._db._kept()
    dbapi.execute("PRAGMA cache_size=5")
    with pytest.raises(ZeroDivisionError), store._db.write() as conn:
        for number in range(2000):
            conn.exec_driver_sql("INSERT INTO boilerplate VALUES (?, ?, '2026-01-01')", ("us" * 20, f"{number:033}"))
        raise ZeroDivisionError
    store.record(first())
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", tmp_path / f"copy.db{suffix}")
    store.close()
    assert walfile.look(tmp_path / "copy.db") == walfile.Found()
    assert visits(tmp_path / "copy.db") == 1
