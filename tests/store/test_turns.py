"""Several processes at one SQLite file: one at a time writes or moves the log, so that nothing committed is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import StoreError
from monitor.store import Store, engine
from monitor.store.turn import Turn
from tests.store.builders import US, at, looked

FORK = multiprocessing.get_context("fork")
ROUNDS = 80


def started(task: Callable[..., None], *arguments: Any) -> Any:
    process = FORK.Process(target=task, args=arguments, daemon=True)
    process.start()
    return process


def hold(path: Path, taken: Event, seconds: float) -> None:
    with Turn(path, 5):
        taken.set()
        time.sleep(seconds)


def test_the_log_is_never_moved_by_sqlite_itself(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    with store._db.write() as conn:
        assert conn.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar() == 0
    with pytest.raises(StoreError), store._db.read() as conn:  # readers cannot commit, so they have nothing to move
        conn.exec_driver_sql("DELETE FROM sources")
    store.close()


@pytest.mark.parametrize("what", ["write", "note", "move the log"])
def test_who_writes_or_moves_the_log_waits_for_another_process(path: Path, what: str) -> None:
    store = Store.open(f"sqlite:///{path}", wait=5)
    taken = FORK.Event()
    started(hold, path, taken, 0.4)
    assert taken.wait(5)
    begun = time.monotonic()
    if what == "write":
        store.sync_sources([US], at(0))
    elif what == "note":
        store.sent(1, at(0), owner="nobody")
    else:
        assert store._db.forget()
    assert time.monotonic() - begun > 0.2
    store.close()


def test_who_waits_too_long_is_told_what_holds_it_and_nothing_is_written(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", wait=0.1)
    taken = FORK.Event()
    process = started(hold, path, taken, 30)
    assert taken.wait(5)
    with pytest.raises(StoreError, match="another program keeps it locked"):
        store.sync_sources([US], at(0))
    with pytest.raises(StoreError, match="another program keeps it locked"):
        store._db.forget()
    assert store.overview() == ()  # reading waits for nobody
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    store.sync_sources([US], at(0))  # a kill gives the turn back
    store.close()


def test_a_file_that_was_replaced_under_us_is_not_written_to(path: Path, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    os.replace(path, tmp_path / "old.db")
    with pytest.raises(StoreError, match="taken away while it was open"):
        store.sync_sources([US], at(0))
    sqlite3.connect(path).close()
    path.touch()
    with pytest.raises(StoreError, match=r"replaced while it was open.*Start monitor again"):
        store.sync_sources([US], at(0))
    store.close()


def write(path: Path, number: int, limit: int) -> None:
    engine.LOG_BYTES, engine._AGAIN = limit, 0.0
    store = Store.open(f"sqlite:///{path}", wait=60)
    for turn in range(ROUNDS):
        store.record(looked(number * 100_000 + turn))
        if turn % 10 == 0:
            store._db.forget()
    store.close()


def write_and_die(path: Path, number: int, limit: int) -> None:
    engine.LOG_BYTES, engine._AGAIN = limit, 0.0
    store = Store.open(f"sqlite:///{path}", wait=60)
    for turn in range(20):
        store.record(looked(number * 100_000 + turn))
    os.kill(os.getpid(), signal.SIGKILL)


def test_processes_that_write_and_move_the_log_all_at_once_lose_nothing(path: Path) -> None:
    """Each checkpoints after nearly every commit, and every tenth time at once again, the pattern that the bug needs;
    others come, are killed and leave their log to the rest."""
    store = Store.open(f"sqlite:///{path}", wait=60)
    store.sync_sources([US], at(0))
    writers = [started(write, path, number, 20_000) for number in range(1, 4)]
    for number in range(10, 16):
        dying = started(write_and_die, path, number, 20_000)
        dying.join(60)
        assert dying.exitcode == -signal.SIGKILL
    while any(one.is_alive() for one in writers):
        assert store.check() == []
        time.sleep(0.05)
    assert [one.exitcode for one in writers] == [0, 0, 0]
    assert len(store.visits(US.id, 10_000)) == 3 * ROUNDS + 6 * 20
    assert store.check() == []
    store.close()
    with sqlite3.connect(path) as alone:
        assert alone.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert alone.execute("SELECT count(*) FROM visits").fetchone() == (3 * ROUNDS + 6 * 20,)
    alone.close()
