"""One capture as a WARC file (ISO 28500): what the server answered, and beside it what we state about it.

The answer is written so that every WARC reader gives back the bytes we kept. They were unpacked when they came,
so the headers that describe packing are renamed `X-Archive-Orig-...`, as archives do. What we state about the
capture stands word for word in a second record, because the place in the chain is the hash of it.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from typing import NamedTuple
from urllib.parse import quote

import msgspec
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.evidence.dossier import Capture, Statement
from monitor.evidence.plain import ReadError, json_text, parsed

TYPE = "application/warc"
_PACKING = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_NAMES = uuid.UUID("6f1c9a54-4b7e-5a0c-9d6b-0d8f5b0f6a11")
_NO_TOKEN = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_PLAIN = "".join(chr(n) for n in range(0x21, 0x7F) if chr(n) not in '"<>\\^`{|}')


class _Record(NamedTuple):
    """One record as a reader of WARC sees it."""

    kind: str
    url: str
    date: str
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def written(capture: Capture) -> bytes:
    """The capture as a WARC file; the same bytes each time."""
    said, out = capture.statement, BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="WARC/1.1")
    answer_id = f"<urn:uuid:{uuid.uuid5(_NAMES, said.entry)}>"
    common = {"WARC-Date": said.taken_at.isoformat(timespec="microseconds").replace("+00:00", "Z")}
    url = quote(said.url, safe=_PLAIN, errors="surrogatepass")
    head = StatusAndHeaders(_status(said.status), list(_kept(said.headers, len(capture.body))), protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record(
        url, "response", payload=BytesIO(capture.body), length=len(capture.body), http_headers=head,
        warc_headers_dict={"WARC-Record-ID": answer_id, **common}))  # fmt: skip
    stated = json_text(msgspec.to_builtins(said))
    writer.write_record(writer.create_warc_record(
        url, "metadata", payload=BytesIO(stated), length=len(stated), warc_content_type="application/json",
        warc_headers_dict={"WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(_NAMES, said.entry + ' stated')}>",
                           "WARC-Refers-To": answer_id, **common}))  # fmt: skip
    return out.getvalue()


def read(data: bytes) -> Capture:
    """The capture in such a file. Raises ReadError if the two records are not there, or do not say the same."""
    records = _records(data)
    if [one.kind for one in records] != ["response", "metadata"]:
        raise ReadError("it does not hold one answer and one statement about it")
    said = parsed(records[1].body, Statement)
    body = records[0].body
    if hashlib.sha256(body).hexdigest() != said.sha256:
        raise ReadError("the bytes of the capture do not have the SHA-256 that is stated for them")
    capture = Capture(statement=said, body=body)
    # Compared as a reader of WARC sees both, so that another version of the library may lay the file out anew.
    if _records(written(capture)) != records:
        raise ReadError("the answer in it is not the one that the statement beside it describes")
    return capture


def headers(said: Statement) -> str:
    """Status and headers as they came, for people."""
    lines = [f"{said.status}", *(f"{name}: {value}" for name, value in said.headers)]
    about = [f"asked for {said.url}", f"answered by {said.final_url or said.url}",
             f"taken at {said.taken_at.isoformat(timespec='microseconds')}", f"sha256 {said.sha256}",
             f"entry {said.entry}"]  # fmt: skip
    return "\n".join([*map(_ascii, about), "", *map(_ascii, lines), ""])


def _kept(given: Iterable[tuple[str, str]], size: int) -> Iterable[tuple[str, str]]:
    for name, value in given:
        kept = _NO_TOKEN.sub("_", name) or "_"
        packing = name.lower() in _PACKING and not (name.lower() == "content-length" and value == str(size))
        yield (f"X-Archive-Orig-{kept}" if packing else kept), _ascii(value)


def _ascii(words: str) -> str:
    """In ASCII on one line; what a statement beside it gives exactly is shown here as well as it can be."""
    plain = words.encode("ascii", "backslashreplace").decode("ascii")
    return " ".join("".join(sign if " " <= sign <= "~" else " " for sign in plain).split())


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} -"


def _records(data: bytes) -> list[_Record]:
    if not data.startswith(b"WARC/1.1\r\n"):  # a packed one could unpack to anything
        raise ReadError("it is not a plain WARC file")
    found: list[_Record] = []
    try:
        for record in ArchiveIterator(BytesIO(data)):
            if len(found) == 2:
                raise ReadError("it holds more than one answer and one statement about it")
            http = record.http_headers
            found.append(_Record(
                record.rec_type or "", record.rec_headers.get_header("WARC-Target-URI") or "",
                record.rec_headers.get_header("WARC-Date") or "", http.statusline if http else "",
                tuple((str(name), str(value)) for name, value in http.headers) if http else (),
                record.raw_stream.read()))  # fmt: skip
    except (ArchiveLoadFailed, ValueError, EOFError, OSError, AttributeError) as error:
        raise ReadError(f"it is not a whole WARC file: {error}") from error
    return found
