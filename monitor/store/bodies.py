"""Pages we kept: bodies compressed and named by their SHA-256, and the snapshots that use them."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.errors import StoreError
from monitor.model import Page, Snapshot, Visit
from monitor.store import chain
from monitor.store.schema import bodies, insert, snapshots

ENCODING = "zlib"


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def keep(conn: Connection, visit: Visit, page: Page) -> tuple[int, str]:
    """Store the page of a visit; its snapshot id and SHA-256. Equal bytes are stored once."""
    digest = sha256(page.body)
    known = select(bodies.c.sha256).where(bodies.c.sha256 == digest)
    if conn.scalar(known) is None:
        data = zlib.compress(page.body, 6)
        conn.execute(
            insert(conn.dialect.name, bodies).on_conflict_do_nothing(),
            {
                "sha256": digest,
                "size": len(page.body),
                "stored": len(data),
                "encoding": ENCODING,
                "data": data,
            },
        )
    snapshot_id = conn.scalar(
        insert(conn.dialect.name, snapshots).returning(snapshots.c.id),
        {
            "source_id": visit.source.id,
            "taken_at": visit.taken_at,
            "sha256": digest,
            "url": page.url,
            "final_url": page.final_url,
            "status": page.status,
            "headers": [list(header) for header in page.headers],
            "elapsed": page.elapsed,
            "fingerprint": visit.fingerprint,
        },
    )
    assert snapshot_id is not None
    chain.add(conn, visit, page, digest)
    return snapshot_id, digest


def body(conn: Connection, digest: str) -> bytes | None:
    """The bytes with this SHA-256. Raises StoreError if what is stored is no longer them."""
    row = conn.execute(
        select(bodies.c.encoding, bodies.c.data).where(bodies.c.sha256 == digest)
    ).one_or_none()
    return None if row is None else _unpacked(digest, row.encoding, row.data)


def snapshot(conn: Connection, snapshot_id: int) -> Snapshot | None:
    """A snapshot with its body, verified. Raises StoreError if the body is damaged."""
    row = conn.execute(
        select(snapshots, bodies.c.encoding, bodies.c.data)
        .join(bodies)
        .where(snapshots.c.id == snapshot_id)
    ).one_or_none()
    if row is None:
        return None
    return Snapshot(
        id=row.id,
        source_id=row.source_id,
        taken_at=row.taken_at,
        sha256=row.sha256,
        page=Page(
            url=row.url,
            body=_unpacked(row.sha256, row.encoding, row.data),
            status=row.status,
            headers=tuple((name, value) for name, value in row.headers),
            taken_at=row.taken_at,
            final_url=row.final_url,
            elapsed=row.elapsed,
        ),
        fingerprint=row.fingerprint,
    )


def taken(conn: Connection, source_id: str) -> tuple[tuple[int, datetime, str], ...]:
    """(id, taken_at, sha256) of every snapshot of a source, oldest first."""
    rows = conn.execute(
        select(snapshots.c.id, snapshots.c.taken_at, snapshots.c.sha256)
        .where(snapshots.c.source_id == source_id)
        .order_by(snapshots.c.taken_at)
    )
    return tuple((row.id, row.taken_at, row.sha256) for row in rows)


def damaged(conn: Connection) -> list[str]:
    """A sentence for each stored body that is no longer what its name says. Reads them all."""
    problems = []
    for digest in conn.scalars(select(bodies.c.sha256)).all():
        try:
            body(conn, digest)
        except StoreError as error:
            problems.append(str(error))
    return problems


def _unpacked(digest: str, encoding: str, data: bytes) -> bytes:
    try:
        unpacked = zlib.decompress(data) if encoding == ENCODING else b""
    except zlib.error:
        unpacked = b""
    if sha256(unpacked) != digest:
        raise StoreError(
            f"The stored page {digest[:12]} is damaged: its bytes no longer match their SHA-256."
            " Check the disk, run `monitor doctor`, and put back a backup of the database."
        )
    return unpacked
