"""The files of a pack as a dossier, or what is wrong with them, file by file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from monitor.evidence import captures, links, pack
from monitor.evidence.dossier import FORMAT, SIDES, Dossier, Judged, Later, Origin, Sent
from monitor.evidence.pack import Manifest
from monitor.evidence.plain import ReadError, parsed
from monitor.proof import Link

_T = TypeVar("_T")


class Opened(NamedTuple):
    """What could be read, and a sentence for each thing that could not, or that is not as the manifest says."""

    manifest: Manifest | None
    dossier: Dossier | None
    wrong: tuple[str, ...]


def opened(files: Mapping[str, bytes]) -> Opened:
    """Reads every file strictly; never raises on what stands in them."""
    wrong = _names(files)
    if files.get(pack.SUMS) != pack.sums(files):
        wrong.append(f"{pack.SUMS} does not state the hashes of these files.")
    manifest = _read(files, pack.MANIFEST, lambda data: parsed(data, Manifest), wrong)
    if manifest is None:
        return Opened(None, None, tuple(wrong))
    if manifest.format != FORMAT:
        wrong.append(f"It has the format {manifest.format[:60]!r}; this program reads {FORMAT!r}.")
        return Opened(manifest, None, tuple(wrong))
    wrong += _hashes(files, manifest)
    dossier = _dossier(files, manifest, wrong)
    if dossier is not None and pack.placed(dossier) != manifest.captures:
        wrong.append("The manifest names other captures, or other places of them, than the pack holds.")
    return Opened(manifest, dossier, tuple(wrong))


def _names(files: Mapping[str, bytes]) -> list[str]:
    wrong = [f"It holds a file that no pack has: {name[:80]!a}." for name in sorted(files.keys() - pack.KNOWN)]
    optional = {pack.SIGNATURE, pack.WARCS["before"], *pack.TEXTS.values()}
    return wrong + [f"{name} is missing." for name in sorted(pack.KNOWN - optional - files.keys())]


def _hashes(files: Mapping[str, bytes], manifest: Manifest) -> list[str]:
    apart = {pack.MANIFEST, pack.SIGNATURE, pack.SUMS}
    named = {name: (file.sha256, file.size) for name, file in manifest.files.items()}
    there = {name: (pack.sha256(data), len(data)) for name, data in files.items() if name not in apart}
    wrong = [f"{name} is not the file that the manifest names." for name in sorted(there.keys() & named.keys())
             if there[name] != named[name]]  # fmt: skip
    gone = sorted(named.keys() - there.keys())
    wrong += [f"The manifest names {name[:80]!a}, which is missing." for name in gone]
    return wrong + [f"The manifest does not name {name[:80]!a}." for name in sorted(there.keys() - named.keys())]


def _dossier(files: Mapping[str, bytes], manifest: Manifest, wrong: list[str]) -> Dossier | None:
    judged = _read(files, pack.FINDINGS, lambda data: parsed(data, Judged), wrong)
    origin = _read(files, pack.SOURCE, lambda data: parsed(data, Origin), wrong)
    chain = _read(files, pack.CHAIN, links.read, wrong)
    sent = _read(files, pack.SENT, lambda data: parsed(data, tuple[Sent, ...]), wrong)
    later = _read(files, pack.LATER, lambda data: parsed(data, tuple[Later, ...]), wrong)
    made = {side: _read(files, pack.WARCS[side], captures.read, wrong) for side in SIDES if pack.WARCS[side] in files}
    kept = {side: one for side, one in made.items() if one is not None}
    if judged is None or origin is None or chain is None or sent is None or later is None or len(kept) != len(made):
        return None
    if not kept:
        return None
    head = Link(manifest.head.position, manifest.head.entry, manifest.head.link)
    return Dossier(judged=judged, origin=origin, captures=kept, chain=chain, head=head, sent=sent, later=later,
                   program=manifest.program, rules=manifest.rules)  # fmt: skip


def _read(files: Mapping[str, bytes], name: str, read: Callable[[bytes], _T], wrong: list[str]) -> _T | None:
    if name not in files:
        return None
    try:
        return read(files[name])
    except ReadError as error:
        wrong.append(f"{name} cannot be used: {error}.")
        return None
