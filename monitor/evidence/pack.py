"""A dossier as files, and the files as one ZIP: the same dossier gives the same bytes."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from io import BytesIO

import msgspec

from monitor.evidence import captures, links, papers
from monitor.evidence.dossier import FORMAT, SIDES, Dossier, Hash, Paper, Place, Side
from monitor.evidence.papers import Reading
from monitor.evidence.plain import json_text
from monitor.evidence.seal import Seal

TYPE = "application/zip"
MANIFEST, SIGNATURE, SUMS, README = "manifest.json", "signature.json", "SHA256SUMS", "README.txt"
FINDINGS, SOURCE, CHAIN, SENT, LATER = "findings.json", "source.json", "chain.txt", "deliveries.json", "later.json"
DIFFERENCES, PAGE = "differences.txt", "differences.html"
WARCS = {side: f"capture/{side}.warc" for side in SIDES}
TEXTS = {side: f"text/{side}.txt" for side in SIDES}
KNOWN = frozenset({MANIFEST, SIGNATURE, SUMS, README, FINDINGS, SOURCE, CHAIN, SENT, LATER, DIFFERENCES, PAGE,
                   *WARCS.values(), *TEXTS.values()})  # fmt: skip
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time a ZIP can state: when the pack was made is nobody's proof of anything."""


class File(Paper, frozen=True, kw_only=True):
    sha256: Hash
    size: int


class Placed(Paper, frozen=True, kw_only=True):
    """A capture as the manifest names it."""

    file: str
    taken_at: str
    sha256: Hash
    entry: Hash
    position: Place | None
    link: Hash | None


class Head(Paper, frozen=True, kw_only=True):
    position: Place
    link: Hash
    entry: Hash


class Manifest(Paper, frozen=True, kw_only=True):
    """What a pack hangs on."""

    format: str
    event: str
    program: str
    rules: str
    head: Head
    stops_at: Place
    """The last position in chain.txt; the head, unless the chain is too long for a pack."""
    captures: dict[Side, Placed]
    files: dict[str, File]


def packed(dossier: Dossier, seal: Seal | None = None) -> bytes:
    """The pack."""
    return zipped(files(dossier, papers.reading(dossier), seal))


def files(dossier: Dossier, read: Reading, seal: Seal | None = None) -> dict[str, bytes]:
    """Every file of the pack by its name."""
    made = papers_of(dossier, read, signed=seal is not None)
    made[MANIFEST] = json_text(msgspec.to_builtins(_manifest(dossier, made)))
    if seal is not None:
        made[SIGNATURE] = json_text(msgspec.to_builtins(seal.signature(made[MANIFEST])))
    made[SUMS] = sums(made)
    return made


def papers_of(dossier: Dossier, read: Reading, *, signed: bool) -> dict[str, bytes]:
    """Every file that the manifest names."""
    made = {
        README: papers.readme(dossier, read.trouble, signed=signed),
        FINDINGS: json_text(msgspec.to_builtins(dossier.judged)),
        SOURCE: json_text(msgspec.to_builtins(dossier.origin)),
        CHAIN: links.written(dossier.chain),
        SENT: json_text(msgspec.to_builtins(dossier.sent)),
        LATER: json_text(msgspec.to_builtins(dossier.later)),
        DIFFERENCES: papers.diff_text(dossier, read),
        PAGE: papers.diff_page(dossier, read),
    }
    made |= {WARCS[side]: captures.written(one) for side, one in dossier.captures.items()}
    return made | {TEXTS[side]: papers.text(cut) for side, cut in read.cuts.items()}


def sums(made: Mapping[str, bytes]) -> bytes:
    """The hashes as `sha256sum` writes them."""
    return "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(made.items()) if name != SUMS).encode()


def _manifest(dossier: Dossier, made: Mapping[str, bytes]) -> Manifest:
    head = dossier.head
    return Manifest(
        format=FORMAT, event=dossier.judged.id, program=dossier.program, rules=dossier.rules,
        head=Head(position=head.position, link=head.link, entry=head.entry),
        stops_at=dossier.chain[-1].links[-1].position, captures=placed(dossier),
        files={name: File(sha256=sha256(data), size=len(data)) for name, data in sorted(made.items())},
    )  # fmt: skip


def placed(dossier: Dossier) -> dict[Side, Placed]:
    found: dict[Side, Placed] = {}
    for side in SIDES:
        if side in dossier.captures:
            said, place = dossier.captures[side].statement, dossier.place(side)
            found[side] = Placed(  # type: ignore[index]
                file=WARCS[side], taken_at=said.taken_at.isoformat(timespec="microseconds"), sha256=said.sha256,
                entry=said.entry, position=place.position if place else None,
                link=place.link if place else None)  # fmt: skip
    return found


def zipped(made: Mapping[str, bytes]) -> bytes:
    """The files as a ZIP: sorted, without times, owners or anything else of the machine."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in sorted(made.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, data)
    return out.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
