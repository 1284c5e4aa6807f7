"""The destination page of the new travel.state.gov (sources notes, 2.2 and 2.3)."""

from __future__ import annotations

import re

from monitor.core import dom, split
from monitor.model import Cut, Fact, Section, Source
from monitor.sources import base, us

TEMPLATE = "us-page/1"

_PARTS = {
    "cmp-traveladvisory": ("advisory", "Travel advisory"),
    "destination-about": ("about", "About the destination"),
    "destination-requirements": ("requirements", "Requirements"),
    "destination-tips": ("tips", "Tips"),
    "embassycontactcallout": ("embassies", "Embassies"),
    "consulatedisplay": ("consulates", "Consulates"),
}
_MARKS = ("cmp-traveladvisory", "tsg-page_date", "destination-about", "herocontainer")
_MAIN = ("tsg_main_content_container", "tsg-grid-bottom")
_PART = re.compile("|".join(_PARTS))
_PILL = re.compile(r"\(([A-Z])\)\s*$")
_FURNITURE = ("travel-advisory", "cmp-traveladvisory__header-area", "advisory-history",
              "cmp-traveladvisory__header-date-issued", "links_external_note")  # fmt: skip


def is_shape(text: str) -> bool:
    return any(mark in text for mark in _MARKS)


def parts(root: dom.Element) -> list[dom.Element]:
    """The components in page order, the page date, and what else stands in `main`."""
    owned = [e for e in root.iter("div", "section") if _PART.search(e.get("class", "")) and _own(e)]
    found = dom.outermost(owned)
    if not any(_own(e) == "cmp-traveladvisory" for e in found):
        raise base.implausible("The page has no travel advisory, so no level.")
    date = dom.by_id(root, "tsg-page_date", "p")
    found += [] if date is None else [date]
    main = next((e for e in root.iter("main", "div") if _is_main(e)), None)
    for element in found:
        dom.clean(dom.take(element))
    if main is not None:
        dom.drop(dom.by_class(main, "hero-standard"))
        found.append(dom.clean_site(main))
    return found


def _is_main(element: dom.Element) -> bool:
    return element.tag == "main" or element.get("id") in _MAIN


def _own(element: dom.Element) -> str:
    """Which component this element is, "" if it is none."""
    return next((n for n in (element.get("class") or "").split() if n in _PARTS), "")


def read(parts: list[dom.Element], source: Source) -> Cut:
    sections: list[Section] = []
    facts: list[Fact | None] = []
    for part in parts:
        own = _own(part)
        if own == "cmp-traveladvisory":
            made, found = _advisory(part)
            sections += made
            facts += found
        elif own:
            key, default = _PARTS[own]
            heading = dom.text(next(part.iter("h2", "h3"), None)) or default
            one = split.section(part, heading, key=key, style=us.STYLE)
            sections += [one] if one.blocks else []
        elif part.get("id") == "tsg-page_date":
            printed = dom.text(part)
            facts.append(Fact("page_date", base.day(printed), printed))
        else:
            one = split.section(part, "Other information", key="other", style=us.STYLE)
            sections += [one] if one.blocks else []
    return Cut(template=TEMPLATE, sections=split.unique(sections), facts=base.facts(*facts))


def _advisory(part: dom.Element) -> tuple[list[Section], list[Fact | None]]:
    title = dom.text(dom.first(part, "travel-advisory"))
    printed = dom.text(dom.first(part, "travel-level"))
    issued = dom.text(dom.first(part, "date-issued")).rstrip(" -–")
    level = us.level_of(printed)
    if not level:
        raise base.implausible("The travel advisory on the page has no level.")
    facts: list[Fact | None] = [
        Fact("name", us.name_of(title), title),
        Fact("level", level, printed),
        Fact("issued", base.day(issued), issued),
    ]
    for pill in dom.by_class(part, "tsg-utility-risk-pill"):
        words = dom.text(pill)
        letter = _PILL.search(words)
        facts.append(Fact("risk", letter[1] if letter else words, words))
    areas, area_facts = _areas(part)
    for name in (*_FURNITURE, "travel-level"):
        dom.drop(dom.by_class(part, name))
    for statement in dom.by_class(part, "statement"):
        us.rejoin(statement)
        statement.tag = "p"
    blocks = base.headed(printed, *split.blocks(part, style=us.STYLE))
    return [Section("advisory", "Travel advisory", blocks), *areas], facts + area_facts


def _areas(part: dom.Element) -> tuple[list[Section], list[Fact | None]]:
    """The section on areas with a level of their own, taken out of the advisory."""
    sections: list[Section] = []
    facts: list[Fact | None] = []
    for box in dom.by_class(part, "cmp-traveladvisory__body-container-risk-areas"):
        heading = dom.text(dom.first(box, "risk-section-heading")) or "Risks in specific areas"
        for area in dom.by_class(box, "risk-level"):
            printed = dom.text(dom.first(area, "level-title"))
            level = us.level_of(printed) or us.level_of(area.get("class", "").replace("-", " "))
            for name in dom.by_class(area, "location-name"):
                facts.append(Fact("area_level", level, printed, dom.text(name)))
        sections.append(split.section(box, heading, key="risk-areas", style=us.STYLE))
        dom.blank(box)
    return sections, facts
