"""A copy of a SQLite database while it is in use, and the way back. Nothing is given a name before it was verified.

The copy is one file, of one moment, and holds addresses only sealed; the secret is not in it.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import StoreError
from monitor.store import migrate, soundness, upkeep
from monitor.store.engine import Database
from monitor.store.schema import metadata
from monitor.store.store import Store
from monitor.store.turn import SUFFIX, Turn

SIDES = ("", "-wal", "-shm")
_HANDED_OVER = """UPDATE main.deliveries AS mine SET state = theirs.state, attempts = theirs.attempts,
    next_try_at = NULL, claimed_by = NULL, last_error = theirs.last_error, detail = theirs.detail,
    ended_at = theirs.ended_at
    FROM live.deliveries AS theirs
    WHERE theirs.subject = mine.subject AND theirs.message_id = mine.message_id
    AND theirs.state IN ('sent', 'given_up', 'called_off') AND mine.state IN ('waiting', 'claimed', 'gathered')"""

_LEFT = """UPDATE main.subscriptions AS mine SET state = theirs.state, reason = theirs.reason,
    ended_at = theirs.ended_at
    FROM live.subscriptions AS theirs WHERE theirs.id = mine.id AND theirs.state != mine.state"""
_REVOKED = "DELETE FROM main.passes WHERE hash NOT IN (SELECT hash FROM live.passes)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was written, and is known to be readable."""

    path: Path
    size: int
    rows: Mapping[str, int]
    kept: Path | None = None
    """Where the damaged database went that a restore took the place of."""
    already_sent: int = 0
    """Messages that the copy had still to send and that had gone out."""


def write(database: Database, target: Path) -> Made:
    """Write a verified copy of an open database. Raises StoreError, and then there is no new file."""
    if database.path is None:
        raise StoreError("A database in memory has no backup.")
    _not_itself(database.path, target)
    with _part(target) as part:
        with _told(part), closing(_opened(database.path)) as live, closing(sqlite3.connect(part)) as copy:
            live.execute("BEGIN")  # from here on one moment, whoever writes meanwhile
            rows = counted(live)
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
        _verify(part, rows)
        _keep(part, target)
    return Made(path=target, size=target.stat().st_size, rows=rows)


def restore(source: Path, live: Path, opened: Callable[[str], Store]) -> Made:
    """Put a backup in the place of the database, in one transaction if that can still be opened.

    The backup is first copied, verified, brought to today's tables by `opened` and rid of whoever was erased since;
    it is never written to itself. A damaged database is set aside. Raises StoreError, and then nothing changed.
    """
    if not source.is_file():
        raise StoreError(f"There is no backup {source}. Nothing was changed.")
    _not_itself(live, source)
    live.parent.mkdir(parents=True, exist_ok=True)
    with _part(live.with_name(live.name + ".restoring")) as part:
        with _told(source), closing(_opened(source, immutable=not Path(f"{source}-wal").exists())) as kept:
            if "subscriptions" not in counted(kept):
                raise StoreError(f"{source} is no backup of a monitor database. Nothing was changed.")
            with closing(sqlite3.connect(part)) as copy:
                kept.backup(copy)
        opened(f"sqlite:///{part}").close()
        with _told(part), closing(sqlite3.connect(part.absolute().as_uri(), uri=True)) as copy:
            sent = _taken_over(copy, live)
            copy.execute("PRAGMA journal_mode=DELETE")
            rows = counted(copy)
        _verify(part, rows)
        aside = _put(part, live)
    return Made(path=live, size=live.stat().st_size, rows=rows, kept=aside, already_sent=sent)


def counted(conn: sqlite3.Connection) -> dict[str, int]:
    """The number of rows of each of our tables that is there."""
    names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    ours = sorted(names & set(metadata.tables))
    return {name: conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ours}


def _verify(path: Path, rows: Mapping[str, int]) -> None:
    """Reads every page, row and stored body of the copy. Raises StoreError if anything is not as it should be."""
    copy = Database(f"sqlite:///{path}")
    try:
        with copy.read() as conn:
            problems = upkeep.problems(conn) if migrate.version(copy) == migrate.HEAD else []
        with _told(path), closing(_opened(path, immutable=True)) as conn2:
            said = [row[0] for row in conn2.execute("PRAGMA integrity_check")]
            problems += [] if said == ["ok"] else said
            if counted(conn2) != dict(rows):
                problems.append("rows are missing")
    finally:
        copy.close()
    if problems:
        raise StoreError(f"The copy {path} is not sound, so it was thrown away: {problems[0]} Run `monitor doctor`:"
                         " the database may be damaged. An earlier backup stays as it was.")  # fmt: skip


def _put(part: Path, live: Path) -> Path | None:
    """Into the live database as one transaction, so that whoever has it open goes on; or, damaged, in its place."""
    usable = live.exists() and live.stat().st_size > 0 and _sound(live)
    with Turn(live, 10.0):
        if not usable:
            return _set_aside(part, live)
        with _told(live), closing(sqlite3.connect(live, timeout=10)) as target:
            target.execute("PRAGMA wal_autocheckpoint=0")
            target.execute("PRAGMA secure_delete=ON")
            target.execute("PRAGMA synchronous=FULL")
            with closing(_opened(part, immutable=True)) as source:
                source.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return None


def _sound(live: Path) -> bool:
    database = Database(f"sqlite:///{live}")
    try:
        soundness.examine(database)
    except StoreError:
        return False
    finally:
        database.close()
    return True


def _set_aside(part: Path, live: Path) -> Path | None:
    """In the place of a database that cannot be used. Whoever still has that open is told so at the next write."""
    aside = live.with_name(f"{live.name}.damaged-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}")
    for side in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            os.replace(f"{live}{side}", f"{aside}{side}")
    os.replace(part, live)
    _synced(live.parent)
    return aside if aside.exists() else None


def _taken_over(copy: sqlite3.Connection, live: Path) -> int:
    """What went out is not sent again, who left stays away, and a revoked token opens nothing, as far as the database
    that is replaced can say; how many messages are not sent again."""
    if not live.is_file():
        return 0
    try:
        copy.execute("ATTACH DATABASE ? AS live", (f"{live.absolute().as_uri()}?mode=ro",))
        with copy:
            copy.execute(_LEFT)
            copy.execute(_REVOKED)
            return copy.execute(_HANDED_OVER).rowcount
    except sqlite3.DatabaseError:  # damaged, or older than that table: then nobody can say
        return 0
    finally:
        with suppress(sqlite3.DatabaseError):
            copy.execute("DETACH DATABASE live")


def _opened(path: Path, *, immutable: bool = False) -> sqlite3.Connection:
    # Writable, because a log beside it wants its index; but nothing is written, and nothing checkpointed.
    conn = sqlite3.connect(f"{path.absolute().as_uri()}{'?immutable=1' if immutable else ''}", uri=True, timeout=10,
                           isolation_level=None)  # fmt: skip
    conn.execute("PRAGMA query_only=ON")
    return conn


def _not_itself(one: Path, other: Path) -> None:
    if one.absolute() == other.absolute() or (one.exists() and other.exists() and one.samefile(other)):
        raise StoreError(f"{other} is the database itself. Name another file. Nothing was changed.")


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """A new file beside the target that only its owner may read; gone at the end, unless it was renamed."""
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}. Make room, or choose another folder. Nothing"
                         " was changed.") from error  # fmt: skip
    finally:
        for side in (*SIDES, SUFFIX, ".erased"):
            with suppress(OSError):
                os.unlink(f"{part}{side}")


def _keep(part: Path, target: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(part, target)
    _synced(target.parent)


def _synced(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}. Nothing was changed.") from error
