"""A ZIP from anywhere as files in memory, or why it is not opened. Nothing is ever written to disk."""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO

from monitor.evidence.plain import ReadError

MOST_PACKED = 96 * 2**20
MOST_FILE = 48 * 2**20
MOST_ALL = 160 * 2**20
MOST_FILES = 64
_CHUNK = 2**16


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files by name. Raises ReadError at the first thing that no pack of ours has."""
    if len(data) > MOST_PACKED:
        raise ReadError(f"it is larger than any pack ({MOST_PACKED // 2**20} MiB)")
    made: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise ReadError(f"it holds {len(entries)} files; no pack holds more than {MOST_FILES}")
            room = MOST_ALL
            for entry in entries:
                _refuse(entry, made)
                made[entry.filename] = one = _read(archive, entry, min(MOST_FILE, room))
                room -= len(one)
    # What a broken archive makes the library raise, of its own and of what it calls.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
            IndexError, OverflowError) as error:  # fmt: skip
        raise ReadError(f"it is no whole ZIP file: {error}") from error
    return made


def _refuse(entry: zipfile.ZipInfo, made: dict[str, bytes]) -> None:
    name = entry.filename
    shown = ascii(name[:80])
    steps = name.split("/")
    if not name or entry.orig_filename != name or name.startswith("/") or "\\" in name or ":" in name or any(
        step in ("", ".", "..") for step in steps
    ):  # fmt: skip
        raise ReadError(f"it holds a file with the unsafe name {shown}")
    if name in made:
        raise ReadError(f"it holds two files called {shown}")
    if entry.flag_bits & 0x1:
        raise ReadError(f"its file {shown} is encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ReadError(f"its file {shown} is packed in a way that no pack of ours uses")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise ReadError(f"its file {shown} is a link or a device")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """The file's bytes; what it says of its own size is not believed."""
    pieces, size = [], 0
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > most:
                raise ReadError(f"its file {entry.filename[:80]!a} unpacks to more than any pack holds")
            pieces.append(piece)
    return b"".join(pieces)
