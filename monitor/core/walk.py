"""The walk over a tree: every word and link target of it, once, in order, as blocks.

Iterative, because nesting has no limit; one pass, because pages are long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from monitor.core import dom, labels
from monitor.core.labels import BOLD, HEAD, PLAIN, Run
from monitor.errors import SplitError
from monitor.model import BlockKind, Link

LABEL_RANK = 7
"""Below h1 to h6; all labels of a page are of one rank, however they are written."""
MOST_LINES = 10_000
"""Passages of one page; the longest advisory of the history has 1,230 sentences, a feed of all countries fewer."""


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


def lines(region: dom.Element, style: labels.Style) -> list[Line]:
    """All blocks of the region, in page order; raises `SplitError` on more than `MOST_LINES`."""
    return _Walk(style).over(region)


_BOLD_TAGS = frozenset({"b", "strong"})
_CLOSED = frozenset({"li", "td", "th", "dd", "dl", "details", "tr", "table"})
_SCOPES = frozenset({"section", "article", "aside", "blockquote"})
_RANKS = {f"h{n}": n for n in range(1, 7)}


@dataclass(slots=True)
class _Open:
    """A heading or label in force."""

    step: Step
    depth: int
    heading: bool = True
    used: bool = False


@dataclass(slots=True)
class _Walk:
    """One pass: open headings, labels, links and weights, and the words since the last block."""

    style: labels.Style
    lines: list[Line] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
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
            if len(self.lines) > MOST_LINES:
                raise SplitError(
                    f"the page has more than {MOST_LINES:,} passages, many times those of an advisory; it was not used")
        self.flush()
        if self.loose:
            last = self.lines.pop() if self.lines else Line(BlockKind.PARAGRAPH, "", (), ())
            self.lines.append(last._replace(links=last.links + tuple(self.loose)))
        return self.lines

    def say(self, words: str) -> None:
        if not self.runs and words.isspace():
            return
        weight = HEAD if self.head else BOLD if self.bold else PLAIN
        self.runs.append(Run(words, weight, self.link[-1] if self.link else 0))

    def start(self, node: dom.Element) -> None:
        tag = node.tag
        self.depth += 1
        if tag in dom.BLOCKS:
            self.boundary(tag)
            if tag in _RANKS:
                self.rank = _RANKS[tag]
            elif tag == "tr":
                if not self.flat and _is_simple(node):
                    self.kinds.append((BlockKind.ROW, self.depth))
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
            self.runs.append(Run(" ", br=2 if self.bold or self.head else 1))
        elif self.flat and self.depth > self.flat:
            self.runs.append(Run(" "))
        else:
            self.flush()

    def close(self, tag: str) -> None:
        """Headings and labels of a container end with it."""
        if not self.opened or self.opened[-1].depth < self.depth:
            return
        if tag in _CLOSED:
            kept = [o for o in self.opened if o.depth < self.depth]
        elif tag in _SCOPES:
            kept = [o for o in self.opened if o.depth <= self.depth or not o.used]
        elif tag == "div":
            kept = [o for o in self.opened if o.depth <= self.depth or not o.used or o.heading]
        else:
            return
        if len(kept) != len(self.opened):
            self.opened = kept
            self.path = tuple(o.step for o in kept)

    def flush(self) -> None:
        if not self.runs:
            return
        runs, self.runs = self.runs, []
        if self.rank:
            self.emit(BlockKind.HEADING, runs)
        elif self.term:
            self.emit(BlockKind.LABEL, runs)
        elif self.flat:
            self.emit(BlockKind.ROW, runs)
        else:
            own = self.kinds[-1][0] if self.kinds else BlockKind.PARAGRAPH
            for kind, piece in labels.pieces(runs, own, self.style):
                self.emit(kind, piece)

    def emit(self, kind: BlockKind, piece: Sequence[Run]) -> None:
        said = labels.said(piece)
        links = tuple(self.loose) + self.links_of(piece)
        if not said:
            self.loose = list(links)
            return
        self.loose = []
        rank = LABEL_RANK
        if kind is BlockKind.HEADING:
            rank = self.rank
        elif kind is BlockKind.LABEL and said[-1] not in ":?" and any(run.weight for run in piece):
            rank = self.style.topic_rank
        if kind in (BlockKind.HEADING, BlockKind.LABEL):
            self.opened = [o for o in self.opened if o.step.rank < rank]
            self.path = tuple(o.step for o in self.opened)
        for one in self.opened:
            one.used = True
        self.lines.append(Line(kind, said, self.path, links, rank))
        if kind in (BlockKind.HEADING, BlockKind.LABEL):
            name = said.strip("* :.-–—") or said
            self.opened.append(_Open(Step(rank, name), self.depth, kind is BlockKind.HEADING))
            self.path = tuple(o.step for o in self.opened)

    def links_of(self, piece: Sequence[Run]) -> tuple[Link, ...]:
        words: dict[int, str] = {}
        for run in piece:
            if run.link:
                words[run.link] = words.get(run.link, "") + run.text
        return tuple(Link(" ".join(t.split()), self.links[n - 1]) for n, t in words.items())


def _is_simple(row: dom.Element) -> bool:
    """Whether the cells of this row hold one short piece of text each."""
    cells = sum(1 for cell in row if cell.tag in ("td", "th"))
    inner = sum(1 for _ in row.iter("p", "div", "li", "table", "blockquote", *_RANKS))
    return inner <= cells and not any(True for _ in row.iter("li", "table", *_RANKS))
