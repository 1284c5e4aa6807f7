"""Who was erased. Neither a crash nor a backup from before brings anybody back.

An erasure is noted in a table and in a file beside the database that is only ever added to: the random id of the
subscription and a keyed hash, which says nothing without the installation's secret and is not the hash by which a
reader is found elsewhere. When a database is opened, both are brought together and carried out again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection, func, select

from monitor.audience import Channel, SubscriptionState
from monitor.errors import StoreError
from monitor.store import subscriptions
from monitor.store.schema import COUNTED, erasures, insert
from monitor.store.schema import subscriptions as subscriptions_table
from monitor.store.vault import Vault

_LINE = re.compile(r"(\S+) (\S{1,40}) ([0-9a-f]{32}|-)")
_GONE = (SubscriptionState.ENDED, SubscriptionState.PENDING)

log = structlog.get_logger("monitor")


@dataclass(frozen=True, slots=True)
class Erasure:
    """One subscription that must stay erased. Without a mark it was ours to tidy up, and nobody's wish."""

    subscription_id: str
    mark: str
    at: datetime


class Ledger:
    """The file beside the database. Without a path nothing is kept outside the table."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def add(self, made: Iterable[Erasure]) -> None:
        """Returns when the lines are on the disk. Raises StoreError if they cannot be."""
        text = "".join(f"{one.at.isoformat()} {one.subscription_id} {one.mark or '-'}\n" for one in made)
        if self.path is None or not text:
            return
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                size = os.fstat(handle).st_size
                half = size > 0 and os.pread(handle, 1, size - 1) != b"\n"  # a crash in the middle of a line
                os.write(handle, (b"\n" if half else b"") + text.encode())
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise StoreError(
                f"The erasure cannot be noted in {self.path}: {error.strerror}. Make room, or let monitor write there,"
                " and erase again. Nothing was written."
            ) from error

    def read(self) -> dict[str, Erasure]:
        """Every erasure noted, by the subscription's id."""
        try:
            lines = self.path.read_text(encoding="ascii", errors="replace").splitlines() if self.path else []
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError(f"{self.path}, which says who was erased, cannot be read: {error.strerror}. Let monitor"
                             " read it; without it a restore would bring people back.") from error  # fmt: skip
        found: dict[str, Erasure] = {}
        for number, line in enumerate(lines, 1):
            match = _LINE.fullmatch(line)
            if match is None:  # the crash was before its commit, so its owner saw the erasure fail
                log.warning("a line of the erasures cannot be read and is passed over",
                            file=str(self.path), line=number)  # fmt: skip
                continue
            mark = "" if match[3] == "-" else match[3]
            found[match[2]] = Erasure(match[2], mark, datetime.fromisoformat(match[1]))
        return found


def erase(conn: Connection, subscription_id: str, now: datetime, vault: Vault, ledger: Ledger,
          *, wished: bool = True) -> bool:  # fmt: skip
    """Erase a subscription, and with it what is left of its reader's ended ones; False if there is none.

    Noted in the ledger first: from then on the erasure comes true, whenever we crash.
    """
    reader = conn.scalar(select(subscriptions_table.c.reader).where(subscriptions_table.c.id == subscription_id))
    if reader is None:
        return False
    ended = select(subscriptions_table.c.id).where(
        subscriptions_table.c.reader == reader, subscriptions_table.c.state == SubscriptionState.ENDED
    )
    ids = dict.fromkeys((subscription_id, *conn.scalars(ended)))
    done = set(conn.scalars(select(erasures.c.subscription_id).where(erasures.c.subscription_id.in_(ids))))
    mark = vault.mark(reader) if wished else ""
    made = [Erasure(one, mark, now) for one in ids if one not in done]
    ledger.add(made)
    _note(conn, made)
    for one in ids:
        subscriptions.erase(conn, one, now)
    return True


def apply(conn: Connection, ledger: Ledger) -> int:
    """Carry out again whatever was erased and is there again; how many subscriptions that were."""
    noted = ledger.read()
    here = {row.subscription_id: Erasure(*row) for row in conn.execute(
        select(erasures.c.subscription_id, erasures.c.mark, erasures.c.at))}  # fmt: skip
    _note(conn, [one for name, one in noted.items() if name not in here])
    ledger.add(one for name, one in here.items() if name not in noted)
    back = select(subscriptions_table.c.id, erasures.c.at).join(
        erasures, erasures.c.subscription_id == subscriptions_table.c.id
    ).where(subscriptions_table.c.sealed != "")  # fmt: skip
    found = conn.execute(back).all()
    for row in found:
        subscriptions.erase(conn, row.id, row.at)
    return len(found)


def when(conn: Connection, channel: Channel, address: str, vault: Vault) -> datetime | None:
    """When this address was erased, unless its reader has come back since; None if it never was."""
    reader = vault.reader(channel, address)
    live = select(subscriptions_table.c.id).where(
        subscriptions_table.c.reader == reader, subscriptions_table.c.state.not_in(_GONE)
    )
    if conn.scalar(live.limit(1)) is not None:
        return None
    return conn.scalar(select(func.max(erasures.c.at)).where(erasures.c.mark == vault.mark(reader)))


def _note(conn: Connection, made: list[Erasure]) -> None:
    if made:
        new = insert(conn.dialect.name, erasures).on_conflict_do_nothing()
        rows = [{"subscription_id": one.subscription_id, "mark": one.mark, "at": one.at} for one in made]
        conn.execute(new, rows, execution_options=COUNTED)
