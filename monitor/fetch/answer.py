"""What came back: status, headers, and a body that is bounded and complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from urllib3.response import BaseHTTPResponse

from monitor.fetch import plain, unpack, wire

ASIDE = 64 * 1024
"""Bytes that we read of a body which is not the page: of refusals and redirects."""

_READ = 64 * 1024


class Raw(NamedTuple):
    """One answer as it came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


class Answer(NamedTuple):
    """One answer, when we asked for it, and the seconds it took."""

    raw: Raw
    began: datetime
    elapsed: float


class Headers(Mapping[str, str]):
    """Response headers; names in any case. Of repeated ones the last counts."""

    def __init__(self, items: tuple[tuple[str, str], ...]) -> None:
        self._items = {name.lower(): value for name, value in items}

    def __getitem__(self, name: str) -> str:
        return self._items[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


def headers(response: BaseHTTPResponse) -> tuple[tuple[str, str], ...]:
    """Names and values, repeated names together; folded lines are one (RFC 9112, section 5.2)."""
    return tuple((name, " ".join(value.split())) for name, value in response.headers.items())


def body(response: BaseHTTPResponse, limit: int, *, cut: bool = False) -> bytes:
    """The unpacked body: complete, or with `cut` at most its first `limit` bytes.

    Of an answer that is not 2xx only the beginning is read, as far as it comes. Raises TooMuchError
    when the page is larger than `limit`, ProtocolError, EOFError or zlib.error when it is cut off
    or broken, UnknownCoding when it is packed in a way we did not offer.

    The bytes are read as they came and unpacked here: urllib3's own decoders take a gzip body that
    was cut off for a whole one.
    """
    if 200 <= response.status < 300:
        return _body(response, limit, cut)
    try:
        return _body(response, min(ASIDE, limit), True)
    except plain.FOREIGN:
        return b""  # the status alone decides; the body could only have told why


def _body(response: BaseHTTPResponse, limit: int, cut: bool) -> bytes:
    coder = unpack.unpacker(response.headers.get("content-encoding", ""))
    if not cut and (response.length_remaining or 0) > limit:
        raise wire.TooMuchError("announces more than a page should hold")
    pieces, room = [], limit + 1
    while data := response.read(_READ, decode_content=False):
        piece = coder.feed(data, room)
        pieces.append(piece)
        room -= len(piece)
        if room <= 0 and cut:
            return b"".join(pieces)[:limit]
        if room <= 0:
            raise wire.TooMuchError("more than a page should hold")
    coder.finish()
    return b"".join(pieces)
