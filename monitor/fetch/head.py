"""The header section of an answer, with our own limits: up to 500 lines and 256 KB.

http.client stops at 100 lines, and the only switch is a global of its module; embassy sites send
more. So it is handed several lines at a time, which it counts as one, and we count ourselves.
"""

from __future__ import annotations

import http
import http.client
from typing import Any

MAX_LINES = 500
MAX_BYTES = 256 * 1024

_PIECE = 65536  # the longest "line" that http.client accepts


class HeadError(http.client.HTTPException):
    """The header section is larger than we are ready to take in."""


class Head:
    """A stream of status and header lines, as http.client reads it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._lines = self._bytes = 0
        self._at_status = True
        self._next: bytes | None = None

    def readline(self, limit: int) -> bytes:
        if self._at_status:
            self._at_status = False
            return self._line(limit)
        block = self._take(limit)
        if _is_end(block):
            self._at_status = True  # after a "100 Continue" the next status line follows
            return block
        while not _is_end(line := self._take(limit)) and len(block) + len(line) <= _PIECE:
            block += line
        self._next = line
        return block

    def close(self) -> None:
        self._stream.close()

    def _take(self, limit: int) -> bytes:
        if self._next is None:
            return self._line(limit)
        line, self._next = self._next, None
        return line

    def _line(self, limit: int) -> bytes:
        line: bytes = self._stream.readline(limit)
        self._lines += 1
        self._bytes += len(line)
        if self._lines > MAX_LINES + 2 or self._bytes > MAX_BYTES:
            raise HeadError("more header lines than we take in")
        return line


def _is_end(line: bytes) -> bool:
    return line in (b"\r\n", b"\n", b"")


class Response(http.client.HTTPResponse):
    """http.client's response with our header limits, and past every interim answer.

    http.client passes over 100 alone: a server's 102 or 103 ("Early Hints") would be taken for its answer, and the
    page behind it for the answer to the next request.
    """

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        interim = 100 <= status < 200 and status != http.HTTPStatus.SWITCHING_PROTOCOLS
        return version, http.HTTPStatus.CONTINUE if interim else status, reason

    def begin(self, *args: Any, **kwargs: Any) -> None:
        stream: Any = self.fp
        self.fp = Head(stream)  # type: ignore[assignment]
        try:
            super().begin(*args, **kwargs)
        finally:
            if self.fp is not None:
                self.fp = stream
