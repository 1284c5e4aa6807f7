"""Tree to sections of blocks. No visible word and no link target is lost.

A block is a paragraph, list item, table row, heading or label, with the headings it stands under.
Bold words that open a paragraph and name its subject are labels, in all the spellings that
publishers use: `<b>Crime:</b> text`, `<b>Crime</b>: text`, `<b>Crime</b>Violent crime`, a bold
line of its own. `<b>Do not travel</b> to Mali` opens a sentence and is not a label.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from monitor.core import dom
from monitor.model import Block, BlockKind, Link, Section

LABEL_RANK = 7
"""Below h1 to h6; all labels of a page are of one rank, however they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What a publisher uses as labels beside bold words."""

    label_classes: frozenset[str] = frozenset({"header-paragraph"})
    labels: frozenset[str] = frozenset()
    """Paragraphs that are labels by their words alone, casefolded."""
    openers: str = r"(?!)"
    """Pattern of plain paragraphs that open a list and end the label before them."""


DEFAULT = Style()


def sections(
    region: dom.Element, *, title: str = "", style: Style = DEFAULT, top: int = 2
) -> tuple[Section, ...]:
    """The cleaned region cut at its headings of rank `top` and above, or the highest there is.

    What stands before the first of them is the section `top`, headed `title`.
    """
    return _group(_lines(region, style), title, top)


def section(
    region: dom.Element, heading: str, *, key: str = "", style: Style = DEFAULT
) -> Section:
    """The cleaned region as one section; `heading` is dropped from paths, not from the blocks."""
    blocks = _relative(_lines(region, style), heading)
    return Section(key or slug(heading) or "top", heading, blocks)


def blocks(
    region: dom.Element, *, path: tuple[str, ...] = (), style: Style = DEFAULT
) -> tuple[Block, ...]:
    """The cleaned region as blocks, all of them under `path`."""
    return tuple(
        Block(line.kind, line.text, path + tuple(step.text for step in line.path), line.links)
        for line in _lines(region, style)
    )


def unique(found: Iterable[Section]) -> tuple[Section, ...]:
    """The same sections with keys of their own: the second `crime` becomes `crime-2`."""
    seen: dict[str, int] = {}
    out = []
    for one in found:
        key = one.key or "top"
        seen[key] = seen.get(key, 0) + 1
        out.append(replace(one, key=key if seen[key] == 1 else f"{key}-{seen[key]}"))
    return tuple(out)


def slug(words: str) -> str:
    """Words as a key: "Côte d’Ivoire" is "cote-d-ivoire"."""
    return slug_all(words)[:80].strip("-")


def slug_all(words: str) -> str:
    """The same for a text of any length."""
    plain = unicodedata.normalize("NFKD", words)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")


class Step(NamedTuple):
    """A heading above a block."""

    rank: int
    text: str


class Line(NamedTuple):
    """A block that still knows the rank of each heading above it."""

    kind: BlockKind
    text: str
    path: tuple[Step, ...]
    links: tuple[Link, ...]
    rank: int = 0


def _group(lines: Sequence[Line], title: str, top: int) -> tuple[Section, ...]:
    top = max(top, min((x.rank for x in lines if x.kind is BlockKind.HEADING), default=top))
    found: list[tuple[str, list[Block]]] = [(title, [])]
    for line in lines:
        if line.kind is BlockKind.HEADING and line.rank <= top:
            found.append((line.text, []))
        path = tuple(step.text for step in line.path if step.rank > top)
        found[-1][1].append(Block(line.kind, line.text, path, line.links))
    return unique(
        Section("top" if n == 0 else slug(heading), heading, tuple(made))
        for n, (heading, made) in enumerate(found)
        if made
    )


def _relative(lines: Sequence[Line], heading: str) -> tuple[Block, ...]:
    own = heading.casefold()
    out = []
    for line in lines:
        path = tuple(step.text for step in line.path if step.text.casefold() != own)
        out.append(Block(line.kind, line.text, path, line.links))
    return tuple(out)


# --------------------------------------------------------------------------------------
# The walk
# --------------------------------------------------------------------------------------
_PLAIN, _BOLD, _HEAD = 0, 1, 2
_BOLD_TAGS = frozenset({"b", "strong"})
_KINDS = {"li": BlockKind.ITEM, "tr": BlockKind.ROW}
_CLOSED = frozenset({"li", "td", "th", "dd", "details", "tr", "table"})
_SCOPES = frozenset({"section", "article", "aside", "blockquote"})
_RANKS = {f"h{n}": n for n in range(1, 7)}
_SOFT = frozenset({"td", "th", "tbody", "thead", "tfoot"})


class _Run(NamedTuple):
    text: str
    weight: int = _PLAIN
    link: int = 0
    """Number of the link it belongs to, 0 for none."""
    br: int = 0
    """1 for a line break, 2 for one inside bold words."""


@dataclass(slots=True)
class _Open:
    """A heading or label in force."""

    step: Step
    depth: int
    used: bool = False


@dataclass(slots=True)
class _Walk:
    style: Style
    lines: list[Line] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    path: tuple[Step, ...] = ()
    kinds: list[tuple[BlockKind, int]] = field(default_factory=list)
    rank: int = 0
    term: bool = False
    bold: int = 0
    head: int = 0
    links: list[str] = field(default_factory=list)
    link: list[int] = field(default_factory=list)
    loose: list[Link] = field(default_factory=list)
    depth: int = 0
    flat: int = 0
    """Depth of the simple table row we are in, whose paragraphs are cells, or 0."""

    def over(self, region: dom.Element) -> list[Line]:
        for event, node in etree.iterwalk(region, events=("start", "end")):
            if event == "start":
                self.start(node)
                if node.text:
                    self.say(node.text)
            else:
                self.end(node)
                if node.tail and node is not region:
                    self.say(node.tail)
        self.flush()
        if self.loose:
            last = self.lines.pop() if self.lines else Line(BlockKind.PARAGRAPH, "", (), ())
            self.lines.append(last._replace(links=last.links + tuple(self.loose)))
        return self.lines

    def say(self, words: str) -> None:
        weight = _HEAD if self.head else _BOLD if self.bold else _PLAIN
        self.runs.append(_Run(words, weight, self.link[-1] if self.link else 0))

    def start(self, node: dom.Element) -> None:
        tag = node.tag
        self.depth += 1
        if tag in dom.BLOCKS:
            self.boundary(tag)
            if tag in _RANKS:
                self.rank = _RANKS[tag]
            elif tag == "tr":
                self.kinds.append((BlockKind.ROW, self.depth))
                if not self.flat and _is_simple(node):
                    self.flat = self.depth
            elif tag == "li":
                self.kinds.append((BlockKind.ITEM, self.depth))
            elif tag in ("dt", "summary"):
                self.term = True
        elif tag in _BOLD_TAGS:
            self.bold += 1
        elif tag == "a" or tag == "area":
            href = (node.get("href") or "").strip()
            if href in ("", "#") or href[:11].lower() == "javascript:":
                self.link.append(0)
            else:
                self.links.append(href)
                self.link.append(len(self.links))
                self.say("")
        if self.is_label(node):
            self.head += 1

    def end(self, node: dom.Element) -> None:
        tag = node.tag
        if self.is_label(node):
            if tag in dom.BLOCKS:
                self.flush()
            self.head -= 1
        if tag in dom.BLOCKS:
            if tag != "br":
                self.boundary(tag)
            if tag in _RANKS:
                self.rank = 0
            elif tag in ("dt", "summary"):
                self.term = False
            if self.kinds and self.kinds[-1][1] == self.depth:
                self.kinds.pop()
            if self.flat == self.depth:
                self.flat = 0
            self.close(tag)
        elif tag in _BOLD_TAGS:
            self.bold -= 1
        elif tag == "a" or tag == "area":
            self.link.pop()
        self.depth -= 1

    def is_label(self, node: dom.Element) -> bool:
        classes = node.get("class")
        return bool(classes) and not self.style.label_classes.isdisjoint(classes.split())

    def boundary(self, tag: str) -> None:
        if tag == "br":
            self.runs.append(_Run(" ", br=2 if self.bold or self.head else 1))
        elif self.flat and self.depth > self.flat and not self.rank:
            self.runs.append(_Run(" "))
        elif tag in _SOFT and not self.kinds:
            self.runs.append(_Run(" "))
        else:
            self.flush()

    def close(self, tag: str) -> None:
        """Headings and labels of a container end with it."""
        if not self.opened or self.opened[-1].depth <= self.depth:
            return
        if tag in _CLOSED:
            kept = [o for o in self.opened if o.depth <= self.depth]
        elif tag in _SCOPES:
            kept = [o for o in self.opened if o.depth <= self.depth or not o.used]
        elif tag == "div":
            kept = [
                o
                for o in self.opened
                if o.depth <= self.depth or not o.used or o.step.rank < LABEL_RANK
            ]
        else:
            return
        if len(kept) != len(self.opened):
            self.opened = kept
            self.path = tuple(o.step for o in kept)

    def flush(self) -> None:
        if not self.runs:
            return
        runs, self.runs = self.runs, []
        for kind, piece in _pieces(runs, self):
            self.emit(kind, piece)

    def emit(self, kind: BlockKind, piece: Sequence[_Run]) -> None:
        said = _said(piece)
        links = tuple(self.loose) + self.links_of(piece)
        if not said:
            self.loose = list(links)
            return
        self.loose = []
        rank = self.rank if kind is BlockKind.HEADING else LABEL_RANK
        if kind in (BlockKind.HEADING, BlockKind.LABEL):
            self.opened = [o for o in self.opened if o.step.rank < rank]
            self.path = tuple(o.step for o in self.opened)
        for one in self.opened:
            one.used = True
        self.lines.append(Line(kind, said, self.path, links, rank))
        if kind in (BlockKind.HEADING, BlockKind.LABEL):
            name = said.strip("* :.-–—") or said
            self.opened.append(_Open(Step(rank, name), self.depth))
            self.path = tuple(o.step for o in self.opened)

    def links_of(self, piece: Sequence[_Run]) -> tuple[Link, ...]:
        words: dict[int, str] = {}
        for run in piece:
            if run.link:
                words[run.link] = words.get(run.link, "") + run.text
        return tuple(Link(" ".join(t.split()), self.links[n - 1]) for n, t in words.items())

    @property
    def kind(self) -> BlockKind:
        return self.kinds[-1][0] if self.kinds else BlockKind.PARAGRAPH


def _lines(region: dom.Element, style: Style) -> list[Line]:
    return _Walk(style).over(region)


def _is_simple(row: dom.Element) -> bool:
    """Whether the cells of this row hold one short piece of text each."""
    cells = sum(1 for cell in row if cell.tag in ("td", "th"))
    inner = sum(1 for _ in row.iter("p", "div", "li", "table", "blockquote", *_RANKS))
    return inner <= cells and not any(True for _ in row.iter("li", "table", *_RANKS))


# --------------------------------------------------------------------------------------
# Labels and lines inside one paragraph
# --------------------------------------------------------------------------------------
Piece = tuple[BlockKind, Sequence[_Run]]
_END_OF_LINE = re.compile(r"[.:!?;]$")
_LONG_LINE = 60
_ADVICE = re.compile(r"(?:do not|don.t|reconsider|exercise|avoid|leave|depart|there )\b", re.I)
_FOLLOWS = re.compile(r"\s*(?::|[.](?=\s|$)|[-–—](?=\s))")
_STARS = re.compile(r"\s*\*\*[^*]{2,88}\*\*")
_SHOUTED = re.compile(r"[A-Z][A-Z0-9 ,/&()'’-]{2,58}:")


def _pieces(runs: Sequence[_Run], walk: _Walk) -> Iterable[Piece]:
    """One paragraph as labels and texts, in order; every run is in exactly one piece."""
    if walk.rank:
        return [(BlockKind.HEADING, runs)]
    if walk.term:
        return [(BlockKind.LABEL, runs)]
    if walk.kind is BlockKind.ROW and walk.flat:
        return [(BlockKind.ROW, runs)]
    runs = _starred(runs)
    if not any(run.weight or run.br for run in runs):
        return [(_plain_kind(runs, walk), runs)]
    return _labelled(_split_lines(runs), walk)


def _starred(runs: Sequence[_Run]) -> Sequence[_Run]:
    """Bold words that were published as `**Crime:** text`, asterisks and all."""
    first = next((n for n, run in enumerate(runs) if run.text.strip()), 0)
    match = _STARS.match(runs[first].text)
    if match is None or runs[first].weight:
        return runs
    run, at = runs[first], match.end()
    loud = run._replace(text=run.text[:at], weight=_BOLD)
    return [*runs[:first], loud, run._replace(text=run.text[at:]), *runs[first + 1 :]]


def _plain_kind(runs: Sequence[_Run], walk: _Walk) -> BlockKind:
    said = _said(runs)
    if len(said) <= 90:
        known = said.casefold().rstrip(" :") in walk.style.labels
        if known or _SHOUTED.fullmatch(said) or re.match(walk.style.openers, said):
            return BlockKind.LABEL
    return walk.kind


def _split_lines(runs: Sequence[_Run]) -> list[list[_Run]]:
    lines: list[list[_Run]] = [[]]
    for run in runs:
        lines[-1].append(run)
        if run.br:
            lines.append([])
    return [line for line in lines if line]


def _labelled(lines: list[list[_Run]], walk: _Walk) -> list[Piece]:
    out: list[Piece] = []
    text: list[_Run] = []

    def finish() -> None:
        if text:
            out.append((_plain_kind(text, walk) if not out else walk.kind, tuple(text)))
            text.clear()

    running = _running(lines)
    for n, line in enumerate(lines):
        cut = _label(line, running[n], alone=len(lines) == 1)
        if cut:
            finish()
            out.append((BlockKind.LABEL, line[:cut]))
            line = line[cut:]
            if not _said(line) and not any(run.link for run in line):
                continue
        before = _said(text)
        if before and (_END_OF_LINE.search(before) or len(_last_line(text)) > _LONG_LINE):
            finish()
        elif before and not _said(line):
            finish()
        text += line
    finish()
    return out


def _last_line(runs: Sequence[_Run]) -> str:
    at = max((n for n, run in enumerate(runs[:-1]) if run.br), default=-1)
    return _said(runs[at + 1 :])


def _running(lines: list[list[_Run]]) -> list[bool]:
    """Per line: do its bold words go on over the line's end or start (a bold address)?"""
    out = [False] * len(lines)
    for n, (line, after) in enumerate(pairwise(lines)):
        opens = next((run for run in after if run.text.strip()), None)
        if line[-1].br == 2 and opens is not None and opens.weight == _BOLD:
            out[n] = out[n + 1] = True
    return out


def _label(line: list[_Run], running: bool, alone: bool) -> int:
    """How many runs at the start of this line are a label; 0 for none."""
    end = 0
    while end < len(line) and (line[end].weight or not line[end].text.strip()):
        end += 1
    while end and not line[end - 1].text.strip() and not line[end - 1].weight:
        end -= 1
    words = _said(line[:end]).strip("*")
    if not 2 <= len(words) <= 90 or not any(c.isalpha() for c in words):
        return 0
    if all(run.weight == _HEAD for run in line[:end] if run.text.strip()):
        return end
    rest = "".join(run.text for run in line[end:])
    if words[-1] == ":":
        return end
    if rest.lstrip()[:1] == ":":
        return _take_mark(line, end)
    if running or (_ADVICE.match(words) and words[-1] != "?"):
        return 0
    short = words[-1] not in ".!" or len(words.split()) <= 6
    if not rest.strip():
        return end if short else 0
    if words[-1] in "?-–—" or (words[-1] in ".!" and short):
        return end
    if _FOLLOWS.match(rest) and len(words.split()) <= 6:
        return _take_mark(line, end)
    glued = rest[0].isupper() and rest[1:2] not in ("", "'") and words[-1].isalpha()
    return end if glued and not line[end - 1].text[-1:].isspace() else 0


def _take_mark(line: list[_Run], end: int) -> int:
    """Give the mark after the bold words (`<b>Crime</b>: text`) to the label."""
    while not line[end].text.strip():
        end += 1
    run = line[end]
    match = _FOLLOWS.match(run.text)
    if match is None:
        return end
    line[end : end + 1] = [
        run._replace(text=run.text[: match.end()]),
        run._replace(text=run.text[match.end() :]),
    ]
    return end + 1


def _said(runs: Iterable[_Run]) -> str:
    return " ".join("".join(run.text for run in runs).split()).strip("\u200b\ufeff ")
