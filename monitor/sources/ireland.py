"""Kind `ireland`: a destination of ireland.ie (sources notes, 5.4)."""

from __future__ import annotations

import re

from monitor.core import dom, split
from monitor.model import BlockKind, Cut, Fact, Page, Section, Source
from monitor.sources import base

TEMPLATE = "ireland"

_LEVELS = {
    "do not travel": "4",
    "avoid non-essential travel": "3",
    "high degree of caution": "2",
    "normal precautions": "1",
}
_LEVEL = re.compile("|".join(_LEVELS).replace("-", "[- ]").replace(" ", r"\s+"), re.I)


def cut(source: Source, page: Page) -> Cut:
    facts, regions = _open(page)
    sections = []
    for region in regions:
        heading = dom.text(next(region.iter("h2"), None))
        made = split.section(region, heading)
        sections += [made] if made.blocks else []
    if not sections:
        raise base.unreadable("The page holds no section of any travel advice.")
    level = None if any(fact.kind == "level" for fact in facts) else _level(sections)
    return Cut(template=TEMPLATE, sections=split.unique(sections), facts=base.facts(*facts, level))


def fingerprint(source: Source, page: Page) -> str:
    facts, regions = _open(page)
    return dom.digest(TEMPLATE, [*(repr(fact) for fact in facts), *regions])


def _open(page: Page) -> tuple[list[Fact], list[dom.Element]]:
    root = dom.tree(dom.decode(page))
    regions = dom.outermost(dom.by_class(root, "accordion", "div"))
    if not regions:
        raise base.unreadable("This is no destination page of ireland.ie.")
    head = dom.by_id(root, "main-header", "div")
    name = dom.text(next((root if head is None else head).iter("h1"), None))
    printed = dom.text(dom.first(root, "update-text", "div"))
    summary = dom.text(dom.first(root, "travel-landing--summary", "div"))
    facts = [
        Fact("name", name, name),
        Fact("updated", base.day(printed), printed),
        Fact("level", _number(summary), summary),
    ]
    return [fact for fact in facts if fact.value], [dom.clean(region) for region in regions]


def _number(words: str) -> str:
    """The first level named: "Do Not Travel, with the exception of …" is a 4."""
    match = _LEVEL.search(words)
    said = " ".join(match[0].casefold().split()) if match else ""
    return _LEVELS.get(said.replace("non essential", "non-essential"), "")


def _level(sections: list[Section]) -> Fact | None:
    """What stands under "Security Status", else a heading that is nothing but a level."""
    blocks = [block for section in sections for block in section.blocks]
    for block in blocks:
        status = any(step.casefold().startswith("security status") for step in block.path)
        if status and _number(block.text):
            return Fact("level", _number(block.text), block.text)
    for block in blocks:
        short = len(block.text) < 60
        if block.kind in (BlockKind.HEADING, BlockKind.LABEL) and short and _number(block.text):
            return Fact("level", _number(block.text), block.text)
    return None
