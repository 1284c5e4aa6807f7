"""Kind `headings`: any other page, cut at its headings. Whatever it is, no word of it is lost."""

from __future__ import annotations

import re
from typing import Any

from monitor.core import dom, split
from monitor.model import Block, BlockKind, Cut, Fact, Page, Section, Source
from monitor.sources import base

_LEVEL = re.compile(r"\bLevel\s*:?\s*([1-4])\s*[-–—:]\s*\w", re.I)
_HEADS = ("title", "h1", "h2", "h3", "h4")
_MOST_HEADS = 8
"""A level further down belongs to a menu or to another country."""
_LEAST = 20
"""A page with fewer letters than this says nothing."""


def cut(source: Source, page: Page) -> Cut:
    text = dom.decode(page)
    if text.lstrip()[:1] in ("{", "["):
        return _read_json(text)
    facts, region = _open(source, text)
    sections = split.sections(region, title=next((f.value for f in facts if f.kind == "name"), ""))
    if sum(len(section.text) for section in sections) < _LEAST:
        raise base.unreadable("The page holds no text.")
    return Cut(template="headings", sections=sections, facts=base.facts(*facts))


def fingerprint(source: Source, page: Page) -> str:
    text = dom.decode(page)
    if text.lstrip()[:1] in ("{", "["):
        return dom.digest("headings/json", [text])
    facts, region = _open(source, text)
    return dom.digest("headings", [*(repr(fact) for fact in facts), region])


def _open(source: Source, text: str) -> tuple[list[Fact], dom.Element]:
    if "<" not in text:
        parts = re.split(r"\n\s*\n", text.replace("&", "&amp;"))
        text = "".join(f"<p>{part}</p>" for part in parts)
    root = dom.tree(_selected(text, source.select) if source.select else text)
    body = root.find("body")
    region = _main(root) if not source.select else body
    if region is None:
        raise base.unreadable("The page holds no text.")
    title = dom.text(next(region.iter("h1"), None)) or dom.text(root.find(".//title"))
    facts = [Fact("name", title, title)] if title else []
    for head in list(root.iter(*_HEADS))[:_MOST_HEADS]:
        words = dom.text(head)
        match = _LEVEL.search(words)
        if match:
            facts.append(Fact("level", match[1], words))
            break
    return facts, dom.clean_site(region)


def _selected(text: str, select: str) -> str:
    """The parts of the page that a CSS selector names, as a page of their own."""
    from bs4 import BeautifulSoup  # a tenth of a second at every start, for what few installations ask for

    found = BeautifulSoup(text, "lxml").select(select)
    if not found:
        raise base.unreadable(f"Nothing on the page matches {select!r}.")
    return "<html><body>" + "".join(str(part) for part in found) + "</body></html>"


def _main(root: dom.Element) -> dom.Element | None:
    mains = [e for e in root.iter("main", "div", "section") if _is_main(e)]
    if len(mains) == 1 and len("".join(mains[0].itertext()).strip()) >= _LEAST:
        return mains[0]
    return root.find("body")


def _is_main(element: dom.Element) -> bool:
    return bool(element.tag == "main" or element.get("role") == "main")


def _read_json(text: str) -> Cut:
    """Any JSON document: one section per field at the top, its strings read as markup."""
    document = base.load_json(text, "The document")
    fields = document if isinstance(document, dict) else {"items": document}
    sections = []
    for name, value in fields.items():
        blocks: list[Block] = []
        for string in _strings(value):
            if "<" in string and ">" in string:
                blocks += split.blocks(dom.clean(dom.fragment(string)))
            elif string.strip():
                blocks.append(Block(BlockKind.PARAGRAPH, " ".join(string.split())))
        if blocks:
            sections.append(Section(split.slug(str(name)) or "top", str(name), tuple(blocks)))
    if not sections:
        raise base.unreadable("The document holds no text.")
    return Cut(template="headings/json", sections=split.unique(sections))


def _strings(value: Any) -> list[str]:
    waiting, out = [value], []
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            out.append(one)
        elif isinstance(one, dict):
            waiting += reversed(list(one.values()))
        elif isinstance(one, list):
            waiting += reversed(one)
    return out
