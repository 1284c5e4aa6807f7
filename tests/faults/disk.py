"""A full or broken disk, a folder that may not be written, a database locked by somebody, a database that dies.

The service must not lie (nothing is noted as sent that was not handed over), must say plainly what happened, and must
finish everything once the fault is gone.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.faults import service
from tests.faults.house import House, Street
from tests.faults.judge import Tally, read
from tests.faults.kills import PATIENCE, Say, restart, scene, silent, undisturbed
from tests.faults.process import Run, counted, failing

FAILING = ("pwrite64", "fdatasync", "fsync", "ftruncate", "write")
ERRORS = ("ENOSPC", "EIO")
PLAIN = ("the disk is full", "the disk reports an error", "it cannot be opened", "cannot keep the signing secret",
         "cannot be made")  # fmt: skip
"""What the log must say, in one of these ways."""
RECEIVERS = 4
"""Three readers by mail and one webhook."""
LOCKED = "another program keeps it locked"


def faults(story: str, *, every: int = 1, first: int = 1, on: tuple[bool, ...] = (False, True),
           say: Say = silent) -> dict[str, Tally]:  # fmt: skip
    """Each writing call fails once, or from then on, with each error; by error and manner, what came of it."""
    tallies = {f"{error} {'from then on' if lasts else 'once'}": Tally() for error in ERRORS for lasts in on}
    with scene("sqlite", story) as (place, new_house):
        house = new_house()
        found, code = counted(service.step, house.folder, house.hook, 0.0, False, calls=FAILING)
        assert code == 0, house.said()
        _away(place, house)
        say(f"sqlite {story}: {sum(found.values())} calls: {dict(found)}")
        for error in ERRORS:
            for lasts in on:
                tally = tallies[f"{error} {'from then on' if lasts else 'once'}"]
                for call in FAILING:
                    for number in range(first, found[call] + 1, every):
                        _one_fault(call, number, error, lasts, place, new_house(), tally)
                say(f"{error} {'from then on' if lasts else 'once'}: {tally.runs} runs, {len(tally.wrong)} wrong")
    return tallies


def _one_fault(call: str, number: int, error: str, lasts: bool, place: Street, house: House, tally: Tally) -> None:
    where = f"{error} {'from ' if lasts else ''}{call} {number}"
    code = Run(service.step, house.folder, house.hook, 0.0, False,
               strace=failing(call, number, error, on=lasts)).ended()  # fmt: skip
    said = house.said()
    if code not in (0, service.FAILED):
        tally.wrong.append(f"{where}: the service ended with {code}: {said[-300:]}")
    # Where the log itself could not be written, what it could not say is lost; the exit code tells. What fails only as
    # the database is closed is no trouble: everybody was told and it was noted, and the log beside the file is kept.
    done = code == 0 and said.count('"event": "delivered"') >= RECEIVERS
    if (code or lasts) and call != "write" and not done and not any(words in said for words in PLAIN):
        tally.wrong.append(f"{where}: it did not say plainly what happened: {said[-300:]}")
    if "Traceback" in said:
        tally.wrong.append(f"{where}: a traceback instead of a sentence: {said[-400:]}")
    place.world.settle()
    report = restart(house)
    tally.add(where, place.world.copies, report, killed=code != 0 or "could not be used" in said)
    _away(place, house)


def _away(place: Street, house: House) -> None:
    place.world.clear()
    place.pull_down(house)


# --------------------------------------------------------------------------------------
# A folder or file that may not be written
# --------------------------------------------------------------------------------------
def read_only(what: str) -> Tally:
    """The "folder", or only the "file", may not be written at the start; then it may again."""
    tally = Tally()
    nobody = 65534 if os.geteuid() == 0 else None
    with scene("sqlite", "change") as (place, new_house):
        place.root.chmod(0o755)
        house = new_house()
        database = house.folder / "monitor.db"
        key = house.folder / "secret.key"
        for path in (database, key):
            path.chmod(0o444)
        house.folder.chmod(0o555 if what == "folder" else 0o777)
        code = Run(service.step, house.folder, house.hook, 0.0, False, nobody).ended()
        said = house.said()
        if code != service.FAILED or not ("write permission" in said or "may write there" in said):
            tally.wrong.append(f"read-only {what}: exit code {code}, and it did not say what to do: {said[-500:]}")
        house.folder.chmod(0o755)
        for path in (database, key):
            path.chmod(0o600)
        tally.add(f"read-only {what}", place.world.copies, restart(house))
    return tally


# --------------------------------------------------------------------------------------
# Somebody keeps the database locked
# --------------------------------------------------------------------------------------
@contextmanager
def _locked(house: House) -> Iterator[None]:
    with closing(sqlite3.connect(house.folder / "monitor.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def locked_in_hand(seconds: float) -> Tally:
    """Locked while the relay already has messages and has not answered; the service goes on in the same process."""
    tally = Tally()
    with scene("sqlite", "change") as (place, new_house):
        house, report = new_house(), None
        place.world.held = threading.Event()
        report = house.folder / "report.json"
        run = Run(service.serve, house.folder, house.hook, str(report), seconds + PATIENCE)
        _wait(lambda: any("@" in copy.to for copy in place.world.copies))
        with _locked(house):
            place.world.held.set()
            time.sleep(seconds)
        begun = time.monotonic()
        code = run.ended(seconds + PATIENCE + 20)
        found = read(report) | {"seconds": time.monotonic() - begun}
        # Patience may have been enough: several notes wait in turn, each twice. If not, it must have said why.
        if code or (seconds > 10 and LOCKED not in house.said() and not found.get("done")):
            tally.wrong.append(f"locked: exit code {code}, and it did not say that it was: {house.said()[-500:]}")
        tally.add("locked in hand", place.world.copies, found)
    return tally


def locked_at_start(seconds: float) -> Tally:
    """Locked by somebody as the service starts: it says so and ends; started again afterwards, it finishes."""
    tally = Tally()
    with scene("sqlite", "change") as (place, new_house):
        house = new_house()
        with _locked(house):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                code = Run(service.step, house.folder, house.hook, 0.0, False).ended()
                if code != service.FAILED or LOCKED not in house.said():
                    tally.wrong.append(f"locked at the start: exit code {code}: {house.said()[-500:]}")
        tally.add("locked at the start", place.world.copies, restart(house))
    return tally


def _wait(true: object, seconds: float = 20) -> None:
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


# --------------------------------------------------------------------------------------
# PostgreSQL loses its backends
# --------------------------------------------------------------------------------------
def backends(runs: int, *, how: str, seed: int = 1, say: Say = silent) -> Tally:
    """All backends of the service end at a random moment ("ask": pg_terminate_backend; "kill": one gets kill -9, and
    the server restarts all); the service goes on in the same process."""
    chance, tally = random.Random(seed), Tally()
    with scene("postgres", "change") as (place, new_house):
        whole = undisturbed(place, new_house())
        for number in range(1, runs + 1):
            house = new_house()
            report = house.folder / "report.json"
            run = Run(service.serve, house.folder, house.hook, str(report), PATIENCE)
            run.ready()
            time.sleep(chance.uniform(0.0, whole))
            hit = _end_backends(place, house, how)
            code = run.ended(PATIENCE + 20)
            place.world.settle()
            if code:
                tally.wrong.append(f"run {number}: the service ended with {code}: {house.said()[-500:]}")
            else:
                tally.add(f"run {number}", place.world.copies, read(report), killed=hit > 0)
            _away(place, house)
            if number % 10 == 0:
                say(f"postgres {how}: {number} runs, {tally.repeats} repeats, {len(tally.wrong)} wrong")
    return tally


def _end_backends(place: Street, house: House, how: str) -> int:
    import psycopg

    asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    with psycopg.connect(place.server, autocommit=True) as conn:
        pids = [row[0] for row in conn.execute(asked, [house.folder.name])]
        if how == "ask":
            for pid in pids:
                conn.execute("SELECT pg_terminate_backend(%s)", [pid])
    if how == "kill" and pids:
        os.kill(pids[0], signal.SIGKILL)
        _wait(lambda: _answers(place.server))
    return len(pids)


def _answers(server: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(server) as conn:
            return conn.execute("SELECT 1").fetchone() is not None
    except psycopg.OperationalError:
        return False
