"""Looks for marked words in files, in every spelling that a program is likely to give them.

All canaries begin with the same letters, nine of them and in the middle of nothing else, so that one search for these
finds every one of the thousand, whole or in part, in any place.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

MARK = "zqkanarix"
"""Nine letters: whole groups of base64."""


_ESCAPES = {
    "percent": re.compile(rb"%([0-9a-f]{2})", re.IGNORECASE),
    "JSON": re.compile(rb"\\+u00([0-9a-f]{2})", re.IGNORECASE),
    "HTML": re.compile(rb"&#(?:x0*([0-9a-f]{2})|0*([0-9]{2,3}));", re.IGNORECASE),
}


def _spellings(mark: bytes) -> dict[str, bytes]:
    """What is looked for as it is, in small letters but for base64."""
    found = {"clear": mark, "hex": mark.hex().encode(), "hex of capitals": mark.upper().hex().encode(),
             "UTF-16": mark.decode().encode("utf-16-le")[:-1], "reversed": mark[::-1]}  # fmt: skip
    for letters in (mark, mark.upper()):
        for shift in range(3):
            padded = base64.b64encode(b"\0" * shift + letters)
            # Of the groups at both ends, only what the mark alone decides.
            found[f"base64 of {letters.decode()} +{shift}"] = padded[(0, 2, 3)[shift] : len(padded) - (0, 4, 3)[shift]]
    return found


_SPELLINGS = _spellings(MARK.encode())


def traces(data: bytes) -> list[str]:
    """How a canary stands in these bytes; each way with the bytes around it."""
    small = data.lower()
    found = []
    for name, word in _SPELLINGS.items():
        place = (data if name.startswith("base64") else small).find(word)
        if place >= 0:
            found.append(f"{name}: {data[max(0, place - 60) : place + 80]!r}")
    decoded = {name: escape.sub(_byte, data) for name, escape in _ESCAPES.items()}
    decoded["quoted-printable"] = binascii.a2b_qp(data)
    for name, plain in decoded.items():
        place = plain.lower().find(MARK.encode())
        if place >= 0 and MARK.encode() not in small:
            found.append(f"{name}: {plain[max(0, place - 60) : place + 80]!r}")
    return found


def _byte(match: re.Match[bytes]) -> bytes:
    if match.lastindex == 2:
        return bytes([min(255, int(match[2]))])
    return bytes([int(match[1], 16)])


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
