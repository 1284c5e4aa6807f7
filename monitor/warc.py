"""WARC files to Pages, in the order of their capture time (ISO 28500)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from monitor.errors import ConfigError
from monitor.model import Page

MAX_BODY = 15 * 2**20
"""Longer captures are cut here, as the live client would refuse them (bytes)."""


class Place(NamedTuple):
    """Where a response record starts, so that bodies need not be held in memory."""

    taken_at: datetime
    path: Path
    offset: int
    url: str


def places(files: Sequence[Path]) -> list[Place]:
    """All response records of the files, oldest first; raises ConfigError naming the file at fault."""
    found: list[Place] = []
    for path in files:
        try:
            with path.open("rb") as stream:
                records = ArchiveIterator(stream)
                for record in records:
                    if record.rec_type == "response":
                        headers = record.rec_headers
                        url = (headers.get_header("WARC-Target-URI") or "").strip("<>")
                        taken = _time(headers.get_header("WARC-Date"), path)
                        found.append(Place(taken, path, records.get_record_offset(), url))
        except OSError as error:
            raise ConfigError(f"cannot read {path}: {error.strerror}") from error
        except ArchiveLoadFailed as error:
            raise ConfigError(f"{path} is not a WARC file, or is damaged: {error}") from error
    return sorted(found, key=lambda place: place.taken_at)


def pages(found: Sequence[Place]) -> Iterator[Page]:
    """The pages at these places, one at a time."""
    streams: dict[Path, object] = {}
    try:
        for place in found:
            stream = streams.get(place.path)
            if stream is None:
                stream = streams[place.path] = place.path.open("rb")
            stream.seek(place.offset)  # type: ignore[attr-defined]
            record = next(iter(ArchiveIterator(stream)))
            status, headers = 200, ()
            if record.http_headers is not None:
                code = record.http_headers.get_statuscode()
                status = int(code) if code and code.isdigit() else 200
                headers = tuple(record.http_headers.headers)
            body = record.content_stream().read(MAX_BODY)
            yield Page(url=place.url, final_url=place.url, body=body, status=status,
                       headers=headers, taken_at=place.taken_at)  # fmt: skip
    finally:
        for stream in streams.values():
            stream.close()  # type: ignore[attr-defined]


def _time(value: str | None, path: Path) -> datetime:
    try:
        when = datetime.fromisoformat((value or "").replace("Z", "+00:00"))
    except ValueError as error:
        raise ConfigError(f"{path} has a record with the date {value!r}, which is not a time") from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)
