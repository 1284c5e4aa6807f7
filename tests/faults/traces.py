"""Looks for marked words in files, in every spelling that a program is likely to give them.

All canaries begin with the same letters, nine of them and in the middle of nothing else, so that one search for these
finds every one of the thousand, whole or in part, in any place.
"""

from __future__ import annotations

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

MARK = "zqkanarix"
"""Nine letters: whole groups of base64."""


def spellings(mark: str = MARK) -> dict[str, bytes]:
    """A pattern for each way of writing it, to be searched without regard to case."""
    raw = mark.encode()
    found = {"clear": re.escape(raw)}
    for shift in range(3):
        padded = base64.b64encode(b"\0" * shift + raw)
        # Of the groups at both ends, only what the mark alone decides.
        found[f"base64 +{shift}"] = re.escape(padded[(0, 2, 3)[shift] : len(padded) - (0, 4, 3)[shift]])
    found["hex"] = raw.hex().encode()
    found["UTF-16"] = b"\0".join(re.escape(bytes([one])) for one in raw)
    found["percent"] = b"".join(b"(?:%%%02x|%c)" % (one, one) for one in raw)
    found["quoted-printable"] = b"(?:=\r?\n)?".join(b"(?:=%02x|%c)" % (one, one) for one in raw)
    found["JSON"] = b"".join(rb"(?:\\+u00%02x|%c)" % (one, one) for one in raw)
    found["HTML"] = b"".join(b"(?:&#0*%d;|&#x0*%02x;|%c)" % (one, one, one) for one in raw)
    found["reversed"] = re.escape(raw[::-1])
    return found


_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in spellings().items()}


def traces(data: bytes) -> list[str]:
    """How a canary stands in these bytes; each way with the bytes around it."""
    found = []
    for name, pattern in _PATTERNS.items():
        if match := pattern.search(data):
            around = data[max(0, match.start() - 60) : match.end() + 60]
            found.append(f"{name}: {around!r}")
    return found


def opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes as they are, and what is packed in them."""
    yield name, data
    if data[:4] == b"PK\3\4":
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            for member in pack.namelist():
                yield from opened(f"{name}!{member}", pack.read(member))
    elif data[:2] == b"\x1f\x8b":
        yield f"{name}!gunzip", gzip.decompress(data)
    elif data[:1] == b"\x78":
        try:
            yield f"{name}!inflate", zlib.decompress(data)
        except zlib.error:  # a text that begins with an x
            return


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below, as it is at this moment; one that is gone by then is passed over."""
    for path in sorted(folder.rglob("*")):
        try:
            data = path.read_bytes()
        except (FileNotFoundError, IsADirectoryError, OSError):
            continue
        yield from opened(str(path.relative_to(folder)), data)
