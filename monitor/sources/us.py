"""What the pages and feeds of the U.S. State Department have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.core import dom, split
from monitor.model import Block, BlockKind, Fact, Section

STYLE = split.Style(
    label_classes=frozenset({"header-paragraph", "location-name", "tsg-rwd-qf-box-title"}),
    labels=frozenset({"telephone", "emergency", "fax", "email", "website", "address"}),
    topic_rank=4,
    openers=re.compile(r"If you (?:decide|choose|plan) to travel\b.*:$"),
)

LEVEL = re.compile(r"\bLevel\s*:?\s*([1-4])\b", re.I)
_TITLE = re.compile(
    r"\A(?P<name>.*?)\s*(?:[-–—:]\s*See Summaries\s*)?[-–—:]*\s*\bLevel\s*:?\s*(?P<level>[1-4])\b",
    re.I | re.S,
)
_NOTE = re.compile(
    r"\A(?:last update:\s*)?(?:re-?issued|updated|there (?:were|was|are|is) no change|no changes"
    r"|the (?:advisory|travel advisory|level)\b.{0,80}\b(?:was|were|has been|is) "
    r"|(?:advisory|summary|this advisory)\b.{0,60}\b(?:updated|reissued)"
    r"|level (?:increased|decreased|lowered|raised)|periodic review|minor edits)",
    re.I | re.S,
)
LETTERS = {
    "C": "crime", "T": "terrorism", "U": "civil unrest", "H": "health", "N": "natural disaster",
    "K": "kidnapping or hostage taking", "D": "wrongful detention", "E": "time-limited event",
    "O": "other",
}  # fmt: skip


def level_of(words: str) -> str:
    """The level in "Level 4: Do Not Travel", in any of its three spellings; "" if there is none."""
    match = LEVEL.search(words)
    return match[1] if match else ""


def name_of(title: str) -> str:
    """ "Mexico" of "Mexico Travel Advisory - Level 2: …", "" if it names nothing."""
    match = _TITLE.match(title)
    name = match["name"] if match else title
    name = re.sub(r"\s*\bTravel Advisory\b\s*[-–—:]?\s*", " ", name, flags=re.I)
    name = " ".join(name.split()).strip(" -–—:")
    return "" if name.casefold() in ("null", "none") else name


def is_note(words: str) -> bool:
    """Whether a paragraph is the publisher's own note on what it changed."""
    return len(words) < 1200 and _NOTE.match(words) is not None


def take_note(region: dom.Element) -> str:
    """Take the change note (a bold or italic first paragraph) out of the region."""
    for paragraph in list(region.iter("p"))[:3]:
        words = dom.text(paragraph)
        if not words:
            continue
        loud = sum(len(dom.text(e)) for e in paragraph.iter("b", "strong", "i", "em"))
        if loud >= 0.8 * len(words) and is_note(words):
            dom.blank(paragraph)
            return words
        return ""
    return ""


def note_section(note: str) -> tuple[Section, ...]:
    return (Section("note", "Change note", (Block(BlockKind.PARAGRAPH, note),)),) if note else ()


def rejoin(region: dom.Element) -> None:
    """Make one sentence of "Do not travel" and the paragraph "to Mali …" right after it."""
    for paragraph in region.iter("p"):
        paragraph.tag = "span"
        paragraph.text = " " + (paragraph.text or "")
        after = paragraph.getnext()
        if after is None or after.tag not in dom.BLOCKS:
            paragraph.tail = " " + (paragraph.tail or "")
        if (paragraph.tail or "").strip():
            # What follows is a paragraph of its own, not the end of this sentence.
            stop = paragraph.makeelement("hr")
            stop.tail, paragraph.tail = paragraph.tail, None
            paragraph.addnext(stop)
        return


_REVERSED = re.compile(
    r"^level\s*(?P<level>[1-4])\s*[:-]\s*(?:do not travel|reconsider travel|exercise \w+ (?:caution|precautions))"
    r"\s*[-–—:]\s*(?P<name>\S.*)$",
    re.I,
)
"""The other way round, as older advisories have it: "Level 4: Do Not Travel - Some Region"."""


def area_levels(sections: Iterable[Section]) -> tuple[Fact, ...]:
    """Levels of areas, where a heading inside the text says so ("Gaza - Level 4: …")."""
    found = []
    for section in sections:
        for block in section.blocks:
            if block.kind not in (BlockKind.HEADING, BlockKind.LABEL):
                continue
            match = _TITLE.match(block.text) or _REVERSED.match(block.text)
            area = match["name"].strip(" -–—:") if match else ""
            if match and area and section.key != "note":
                found.append(Fact("area_level", match["level"], block.text, area))
    return tuple(found)
