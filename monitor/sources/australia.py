"""Kind `australia`: a destination of smartraveller.gov.au, or its export (sources notes, 5.3)."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from monitor.core import dom, split
from monitor.model import Cut, Fact, Page, Section, Source
from monitor.sources import base, identity

_LEVELS = (
    (re.compile(r"\bdo not travel\b", re.I), "4"),
    (re.compile(r"\breconsider your need to travel\b", re.I), "3"),
    (re.compile(r"\bexercise a high degree of caution\b", re.I), "2"),
    (re.compile(r"\bexercise normal safety precautions\b", re.I), "1"),
)
_STYLE = split.Style(labels=frozenset({"latest update", "advice level summary"}))
_FIELDS = {
    "field_last_update": ("overview", "Latest update"),
    "field_last_update_notes": ("notes", "Update notes"),
    "field_advice_levels": ("advice-levels", "Advice levels"),
}


def cut(source: Source, page: Page) -> Cut:
    text = dom.decode(page)
    if text.lstrip().startswith("["):
        return _read_export(source, text)
    facts, regions = _open(text)
    sections = []
    for region in regions:
        heading = dom.text(next(region.iter("h2", "h3"), None))
        heading = "Overview" if _is_overview(region) else heading
        made = split.section(region, heading, style=_STYLE)
        sections += [made] if made.blocks else []
    if not sections:
        raise base.unreadable("The page holds no section of any travel advice.")
    return Cut(
        template="australia/page",
        sections=split.unique(sections),
        facts=base.facts(*facts, _note(sections)),
    )


def fingerprint(source: Source, page: Page) -> str:
    text = dom.decode(page)
    if text.lstrip().startswith("["):
        return dom.digest("australia/export", [json.dumps(_entry(source, text)[0])])
    facts, regions = _open(text)
    return dom.digest("australia/page", [*(repr(fact) for fact in facts), *regions])


def _open(text: str) -> tuple[list[Fact], list[dom.Element]]:
    root = dom.tree(text)
    overview = dom.first(root, "node__content", "div")
    regions = [] if overview is None else [overview]
    for region in dom.by_class(root, "paragraph", "div"):
        if any(True for _ in region.iter("h2", "h3")):
            regions.append(region)
    regions = dom.outermost(regions)
    if not regions:
        raise base.unreadable("This is no destination page of Smartraveller.")
    name = dom.text(root.find(".//h1"))
    facts = [Fact("name", name, name), _level(root)]
    time = root.find(".//time[@datetime]")
    printed = "" if time is None else time.get("datetime")
    facts.append(Fact("updated", base.moment(printed), printed))
    return [fact for fact in facts if fact.value], [dom.clean(region) for region in regions]


def _level(root: dom.Element) -> Fact:
    """The level stands in an element of its own at the page's head, never in the text."""
    for element in root.iter("div", "span"):
        if "advice-level" not in element.get("class", ""):
            continue
        words = dom.text(element)
        level = next((n for p, n in _LEVELS if p.search(words)), "")
        if level and len(words) < 120:
            return Fact("level", level, words)
    return Fact("level", "")


def _is_overview(region: dom.Element) -> bool:
    return "node__content" in (region.get("class") or "").split()


def _note(sections: list[Section]) -> Fact | None:
    """What stands under "Latest update", in the publisher's own words."""
    said = [
        block.text
        for section in sections[:1]
        for block in section.blocks
        if block.path[:1] and block.path[0].casefold() == "latest update"
    ]
    return Fact("note", " ".join(said), " ".join(said)) if said else None


def _entry(source: Source, text: str) -> tuple[dict[str, Any], int]:
    found = base.load_json(text, "The export")
    entries = [one for one in found if isinstance(one, dict) and one.get("title")]
    for entry in entries:
        name = html.unescape(str(entry["title"]))
        if identity.is_called(source.destination, name, source.aliases):
            return entry, len(entries)
    raise base.implausible(f"{source.destination.name} is missing from the export, which is not the same as withdrawn.")


def _read_export(source: Source, text: str) -> Cut:
    entry, items = _entry(source, text)
    sections = []
    for field, (key, heading) in _FIELDS.items():
        value = entry.get(field)
        blocks = split.blocks(dom.clean(dom.fragment(value)), style=_STYLE) \
            if isinstance(value, str) else ()  # fmt: skip
        if blocks:
            sections.append(Section(key, heading, blocks))
    words, name = str(entry.get("field_overall_advice_level") or ""), str(entry["title"])
    level = next((n for p, n in _LEVELS if p.search(words)), "")
    return Cut(
        template="australia/export",
        sections=tuple(sections),
        facts=base.facts(Fact("name", html.unescape(name), name), Fact("level", level, words)),
        items=items,
    )
