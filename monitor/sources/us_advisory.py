"""The advisory page of the old travel.state.gov (sources notes, 1.2)."""

from __future__ import annotations

import re

from monitor.core import dom, split
from monitor.model import Block, BlockKind, Cut, Fact, Section, Source
from monitor.sources import base, identity, us

TEMPLATE = "us-advisory/old"

_REGIONS = ("tsg-rwd-content-page-parsysxxx", "tsg-rwd-main-copy-body-frame",
            "tsg-rwd-main-copy-frame")  # fmt: skip
_CHROME = re.compile(r"\A(?:Travel Advisory Levels|Search for Travel Advisories|.{0,80}\bMap)\Z", re.S)
_IS_LETTER = "@data-tooltip or starts-with(@title, 'Tool Tip')"
_IS_BUTTON = "contains(@title, 'all accordions')"
_HEADS = ("h1", "h2", "h3", "h4")
_MOST_HEADS = 6
"""The title, the date and the level stand among the first headings of the page."""


def is_shape(text: str) -> bool:
    return "tsg-rwd-emergency-alert" in text or "tsg-rwd-main-copy-frame" in text


def parts(root: dom.Element) -> list[dom.Element]:
    region = next((found for n in _REGIONS for found in dom.by_class(root, n, "div")), None)
    if region is None:
        raise base.unreadable("The advisory page has no main text.")
    return [dom.clean(region)]


def read(parts: list[dom.Element], source: Source) -> Cut:
    region = parts[0]
    facts: list[Fact | None] = _letters(region)
    title = _head(region, facts)
    level = us.level_of(title)
    if not level:
        raise base.implausible("The advisory page has no level.")
    _drop_chrome(region)
    note = us.take_note(region)
    facts.append(Fact("note", note, note))
    sections: list[Section] = []
    for part in split.sections(region, title="Travel advisory", style=us.STYLE, top=3):
        if part.key == "top":
            part = Section("advisory", "Travel advisory", base.headed(title, *part.blocks))
        sections.append(part)
    if not any(s.key == "advisory" for s in sections):
        head = Section("advisory", "Travel advisory", base.headed(title))
        sections.insert(0, head)
    return Cut(
        template=TEMPLATE,
        sections=split.unique((*us.note_section(note), *sections)),
        facts=base.facts(*facts, *_levels(source, level, title, sections)),
    )


def _levels(source: Source, level: str, title: str, sections: list[Section]) -> list[Fact]:
    """The level, and those of areas; on a page for several countries ours is one of the areas."""
    areas = us.area_levels(_after(section) for section in sections)
    if not identity.is_called(source.destination, us.name_of(title), source.aliases):
        for area in areas:
            if identity.is_called(source.destination, area.subject, source.aliases):
                return [Fact("level", area.value, area.quote), *areas]
    return [Fact("level", level, title), *areas]


def _drop_chrome(region: dom.Element) -> None:
    """Take out the picture of all levels, the map and the search, each with its heading."""
    for heading in list(region.iter(*_HEADS)):
        if not _CHROME.match(dom.text(heading)):
            continue
        after = heading.getnext()
        while after is not None and not any(True for _ in after.iter(*_HEADS)):
            dom.blank(after)
            after = after.getnext()
        dom.blank(heading)


def _letters(region: dom.Element) -> list[Fact | None]:
    """Risk letters in force. All nine are always in the page; only `showThreat` shows one.

    Without that class (a page that lost its styles) no letter says anything.
    """
    found: list[Fact | None] = []
    chrome = dom.by_class(region, "showThreat")
    for element in region.xpath(f".//*[{_IS_LETTER} or {_IS_BUTTON}]"):
        words, around = dom.text(element), (element, element.getparent())
        shown = any(e is not None and dom.has_class(e, "showThreat") for e in around)
        if shown and words in us.LETTERS and not any(f and f.value == words for f in found):
            found.append(Fact("risk", words, words))
        if len(words) < 20:
            chrome.append(element)
    dom.drop(chrome)
    return found


def _head(region: dom.Element, facts: list[Fact | None]) -> str:
    """Take title, date and level out of the page; returns the heading with the level."""
    level = ""
    for heading in list(region.iter(*_HEADS))[:_MOST_HEADS]:
        words = dom.text(heading)
        if not level and us.level_of(words):
            level = words
            name = us.name_of(words)
            if not any(f and f.kind == "name" and f.value == name for f in facts):
                facts.append(Fact("name", name, words))
        elif heading.tag == "h1" and words.endswith("Travel Advisory"):
            facts.insert(0, Fact("name", us.name_of(words), words))
        elif base.day(words) and len(words) < 60 and not level:
            facts.append(Fact("issued", base.day(words), words))
        elif words in ("Travel Advisory", ""):
            pass
        else:
            continue
        dom.blank(heading)
    return level


def _after(section: Section) -> Section:
    """A section without its own first heading, which is the level of the whole."""
    blocks: tuple[Block, ...] = section.blocks
    if blocks and blocks[0].kind is BlockKind.HEADING:
        blocks = blocks[1:]
    return Section(section.key, section.heading, blocks)
