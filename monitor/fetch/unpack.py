"""Content codings undone: bounded, and checked to the end, so a cut-off body is never taken whole.

A stream decoder that is merely fed and flushed accepts a gzip body that was cut off; we would then
report the missing half of a page as removed.
"""

from __future__ import annotations

import zlib
from typing import Protocol

OFFERED = "gzip, deflate"
"""What we accept (RFC 9110, section 12.5.3): both come with the standard library."""

_GZIP_MAGIC = b"\x1f\x8b"


class UnknownCoding(Exception):
    """The body is packed in a way that we did not ask for."""


class Unpacker(Protocol):
    def feed(self, data: bytes, room: int) -> bytes:
        """At most about `room` bytes of what `data` unpacks to; the rest is dropped."""

    def finish(self) -> None:
        """Raises EOFError if the packed stream has not come to its end."""


def unpacker(coding: str) -> Unpacker:
    """The unpacker for a Content-Encoding value. Raises UnknownCoding.

    Feeding it raises zlib.error when the data is broken.
    """
    names = [name for name in coding.lower().replace(" ", "").split(",") if name != "identity"]
    if not any(names):
        return _Plain()
    if names in (["gzip"], ["x-gzip"]):
        return _Zlib(16 + zlib.MAX_WBITS)
    if names == ["deflate"]:
        return _Zlib(zlib.MAX_WBITS)
    raise UnknownCoding(coding)


class _Plain:
    def feed(self, data: bytes, room: int) -> bytes:
        return data[:room]

    def finish(self) -> None:
        return


class _Zlib:
    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits)
        self._started = False
        self._held = b""

    def feed(self, data: bytes, room: int) -> bytes:
        if not self._started and data:
            self._start(data)
        data, self._held, pieces = self._held + data, b"", []
        while data and room > 0:
            if self._stream.eof:
                if data == _GZIP_MAGIC[:1]:
                    self._held = data
                if not data.startswith(_GZIP_MAGIC):
                    break  # padding after the stream: browsers ignore it too
                self._stream = zlib.decompressobj(self._wbits)
            piece = self._stream.decompress(data, room)
            data = self._stream.unused_data or self._stream.unconsumed_tail
            room -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def finish(self) -> None:
        if self._started and not self._stream.eof:
            raise EOFError("the packed body ends early")

    def _start(self, data: bytes) -> None:
        # "deflate" means zlib (RFC 9110, section 8.4.1.2), but some servers send it bare.
        self._started = True
        if self._wbits == zlib.MAX_WBITS and data[0] & 0x0F != 8:
            self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
