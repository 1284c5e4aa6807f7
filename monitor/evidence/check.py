"""A pack from anywhere -> report. Offline, without a database; nothing in the pack is believed.

Whatever can be made again is made again from the captures and compared: the places, the texts, the differences,
the judgement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from monitor import __version__, proof
from monitor.evidence import judgement, opening, pack, papers, unzip
from monitor.evidence.dossier import SIDES, Dossier, Stretch, rules_version
from monitor.evidence.papers import Reading
from monitor.evidence.plain import ReadError, parsed
from monitor.evidence.report import Notebook, Report
from monitor.evidence.seal import Signature
from monitor.proof import Link

_NOTED = re.compile(r"(?:([1-9][0-9]{0,17})[ :]+)?([0-9a-fA-F]{64})")


class Noted(NamedTuple):
    """A link that somebody noted down, with its position if that was noted too."""

    link: str
    position: int | None

    @classmethod
    def read(cls, words: str) -> Noted | None:
        """From `LINK` or `POSITION:LINK`; None for anything else."""
        found = _NOTED.fullmatch(words.strip())
        return cls(found[2].lower(), int(found[1]) if found[1] else None) if found else None


def is_key(words: str) -> bool:
    """Whether this could be an installation's public key."""
    return re.fullmatch(r"[0-9a-fA-F]{64}", words) is not None


class Book(Protocol):
    """What can be asked of the database that the pack is said to come from."""

    def chain_since(self, position: int, limit: int = 1000) -> tuple[Link, ...]: ...


def check(data: bytes, *, heads: Sequence[Noted] = (), key: str = "", book: Book | None = None) -> Report:
    """Everything that can be known about these bytes. Never raises on what stands in them."""
    notes = Notebook()
    try:
        files = unzip.unzipped(data)
    except ReadError as error:
        notes.wrong(f"This is no pack: {error}.")
        return Report(findings=tuple(notes))
    found = opening.opened(files)
    for sentence in found.wrong:
        notes.wrong(sentence)
    if not found.wrong:
        notes.good(f"{len(files)} files, none unknown and none missing, each with the hash that the manifest states.")
        if pack.zipped(files) != data:
            notes.note("The ZIP around the files is not as this program writes it, or was altered; the files in it"
                       " are whole.")  # fmt: skip
    tied = _signed(notes, files, key)
    dossier = found.dossier
    if dossier is None:
        return Report(findings=tuple(notes), event=found.manifest.event if found.manifest else "", tied=tied)
    _one_story(notes, dossier, found.manifest)
    _chain(notes, dossier)
    anchored = any([_noted(notes, dossier, one) for one in heads])
    read = papers.reading(dossier)
    _made_again(notes, files, dossier, read)
    judgement.quotes(notes, dossier, read)
    follows = judgement.follows(notes, dossier, read)
    if book is not None:
        _database(notes, dossier, book)
    return Report(findings=tuple(notes), event=dossier.judged.id, headline=dossier.judged.headline, follows=follows,
                  anchored=anchored, tied=tied)  # fmt: skip


def _signed(notes: Notebook, files: dict[str, bytes], key: str) -> bool:
    """Whether the signature holds, and its key was known from elsewhere."""
    if pack.SIGNATURE not in files:
        (notes.wrong if key else notes.note)("The pack is not signed: nothing ties it to an installation.")
        return False
    try:
        signature = parsed(files[pack.SIGNATURE], Signature)
    except ReadError as error:
        notes.wrong(f"{pack.SIGNATURE} cannot be used: {error}.")
        return False
    if not signature.holds(files.get(pack.MANIFEST, b"")):
        notes.wrong("The signature is not one of this manifest.")
        return False
    if not key:
        notes.note(f"Signed with the key {signature.public_key}. Anybody can make a key: compare it with the one that"
                   " the installation shows, and give it with --key.")  # fmt: skip
        return False
    if key.lower() != signature.public_key:
        notes.wrong(f"Signed with another key than the one given: {signature.public_key}.")
        return False
    notes.good("Signed with the key that was given.")
    return True


def _one_story(notes: Notebook, dossier: Dossier, manifest: pack.Manifest | None) -> None:
    """Whether the files speak of one change of one source."""
    judged, wrong = dossier.judged, []
    stated = {side: capture.statement for side, capture in dossier.captures.items()}
    if manifest is not None and manifest.event != judged.id:
        wrong.append("The manifest is about another change than the findings.")
    if {judged.source, dossier.origin.id} | {one.source_id for one in stated.values()} != {judged.source}:
        wrong.append("The files are about several sources.")
    if "after" in stated and stated["after"].taken_at != judged.taken_at:
        wrong.append("The change was not first seen when the later capture was taken.")
    if len(stated) == 2 and stated["before"].taken_at >= stated["after"].taken_at:
        wrong.append("The capture before the change is not the older one.")
    for sentence in wrong:
        notes.wrong(sentence)
    for side in stated:
        notes.good(f"The capture {side} the change hashes to {stated[side].sha256}, taken"
                   f" {papers.when(stated[side].taken_at)} by the installation's clock.")  # fmt: skip


def _chain(notes: Notebook, dossier: Dossier) -> None:
    before = len([*notes])
    places = {side: dossier.place(side) for side in SIDES if side in dossier.captures}
    for side, place in places.items():
        if place is None:
            notes.wrong(f"The capture {side} the change has no place in chain.txt: its statement hashes to another"
                        " entry.")  # fmt: skip
    last = 0
    for run in dossier.chain:
        _stretch(notes, run, last)
        last = run.links[-1].position
    old, new = places.get("before"), places.get("after")
    if old is not None and new is not None and old.position >= new.position:
        notes.wrong("The captures do not stand in the chain in their order.")
    head, end = dossier.head, dossier.chain[-1].links[-1]
    if end.position > head.position or (end.position == head.position and end != head):
        notes.wrong("The links do not end at the head that the manifest states.")
    if len([*notes]) > before:
        return
    count = sum(len(run.links) for run in dossier.chain)
    where = " and ".join(f"{place.position} ({side})" for side, place in places.items() if place)
    notes.good(f"The captures stand in the chain at {where}; all {count} links from there to {end.position} follow from"
               " one another.")  # fmt: skip
    if len(dossier.chain) > 1:
        notes.note("The captures lie too far apart for one stretch of links; that both belong to one chain is not"
                   " shown by this pack.")  # fmt: skip
    if end.position < head.position:
        notes.note(f"The links stop at {end.position}; the head at {head.position} is stated but not shown.")


def _stretch(notes: Notebook, run: Stretch, last: int) -> None:
    first = run.links[0]
    if (broken := proof.broken_at(run.before, run.links)) is not None:
        notes.wrong(f"The chain does not hold: the link at position {broken} does not follow from the one before it.")
    if first.position <= last:
        notes.wrong("The stretches of the chain overlap.")
    if (first.position == 1) is not (run.before == proof.START):
        notes.wrong("The chain does not begin where every chain begins.")


def _noted(notes: Notebook, dossier: Dossier, noted: Noted) -> bool:
    """Whether a link that was noted down elsewhere covers every capture of the pack."""
    links = {one.position: one.link for run in dossier.chain for one in run.links}
    ends = f"{min(links)} to {max(links)}"
    at = noted.position or next((position for position, link in links.items() if link == noted.link), None)
    if at is None:
        notes.open(f"The link {noted.link[:16]}… is none of those from {ends}. Either the chain was rewritten after it"
                   " was noted, or it is of another time or installation: give its position too, as"
                   " POSITION:LINK.")  # fmt: skip
        return False
    if at not in links:
        notes.open(f"Position {at} is not in this pack, which holds {ends}; it cannot be told whether the link that was"
                   " noted there belongs to this chain.")  # fmt: skip
        return False
    if links[at] != noted.link:
        notes.wrong(f"At position {at} stands another link than the one that was noted down: the chain was rewritten"
                    " since, or the pack is not from that installation.")  # fmt: skip
        return False
    places = {side: dossier.place(side) for side in dossier.captures}
    covered = [side for side, place in places.items() if place is not None and place.position <= at]
    uncovered = [side for side in places if side not in covered]
    notes.good(f"The link that was noted down stands at position {at}: the capture"
               f" {' and the one '.join(f'{side} the change' for side in covered)} existed, as it is here, when it was"
               " noted.")  # fmt: skip
    for side in uncovered:
        notes.note(f"The capture {side} the change came later than that link; nothing noted down vouches for it yet.")
    return not uncovered


def _made_again(notes: Notebook, files: dict[str, bytes], dossier: Dossier, read: Reading) -> None:
    """Whether the papers are what this program makes of the captures."""
    same = (dossier.program, dossier.rules) == (__version__, rules_version())
    again = pack.papers_of(dossier, read, signed=pack.SIGNATURE in files)
    apart = {pack.MANIFEST, pack.SIGNATURE, pack.SUMS}
    unlike = sorted(name for name in (again.keys() | files.keys()) - apart if again.get(name) != files.get(name))
    for side, reason in read.trouble.items():
        notes.note(f"This program cannot read the capture {side} the change: {reason}")
    if not unlike:
        notes.good("The texts and the differences were made again from the bytes of the captures and are the same.")
    elif same:
        notes.wrong("These files are not what comes of the captures: " + ", ".join(unlike) + ".")
    else:
        notes.note(
            f"The pack was made by advisory-monitor {dossier.program[:40]} with rules {dossier.rules[:40]}; this is"
            f" {__version__} with rules {rules_version()}. It reads or lays out differently: {', '.join(unlike)}."
            " Do not rely on those files; the captures themselves were checked."
        )


def _database(notes: Notebook, dossier: Dossier, book: Book) -> None:
    """Whether the chain of this database is the one in the pack."""
    for position in _ends(dossier.chain):
        if not any(one == stored for one in _at(dossier, position) for stored in book.chain_since(position, 1)):
            notes.wrong(f"This database has another link at position {position} than the pack.")
            return
    head = book.chain_since(dossier.head.position, 1)
    if head != (dossier.head,):
        notes.wrong("This database has another link where the pack states its head.")
        return
    notes.good("The chain in this database is the one in the pack.")


def _ends(chain: Iterable[Stretch]) -> list[int]:
    """A link stands for all before it, so the ends of each stretch stand for the whole of it."""
    return [link.position for run in chain for link in (run.links[0], run.links[-1])]


def _at(dossier: Dossier, position: int) -> list[Link]:
    return [one for run in dossier.chain for one in run.links if one.position == position]
