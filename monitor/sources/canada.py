"""Kind `canada`: a destination of travel.gc.ca, as a page or as its JSON document.

The national scale runs from 0 to 3; the level fact is that number plus one, so that 1 to 4 mean
the same degree of warning for every publisher (sources notes, 5.2).
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

from monitor.core import dom, split
from monitor.model import BlockKind, Cut, Fact, Page, Section, Source
from monitor.sources import base

_LEVELS = (
    (re.compile(r"avoid all travel", re.I), "4"),
    (re.compile(r"avoid non-?\s?essential travel", re.I), "3"),
    (re.compile(r"exercise a high degree of caution", re.I), "2"),
    (re.compile(r"(?:take|exercise) normal security precautions", re.I), "1"),
)
_NAMED = re.compile(r"\A(?P<name>.+?)\s+[-–—]\s+", re.S)
_PARTS = {
    "advisories": ("risk", "Risk level"),
    "security": ("security", "Safety and security"),
    "entry-exit": ("entryexit", "Entry and exit requirements"),
    "health": ("health", "Health"),
    "laws-culture": ("laws", "Laws and culture"),
    "disasters-climate": ("disasters", "Natural disasters and climate"),
    "offices-help-abroad": ("offices", "Need help?"),
}
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_ZONES = {"EDT": -4, "EST": -5}


def cut(source: Source, page: Page) -> Cut:
    text = dom.decode(page)
    return _read_json(text) if text.lstrip().startswith("{") else _read_page(text)


def fingerprint(source: Source, page: Page) -> str:
    text = dom.decode(page)
    if text.lstrip().startswith("{"):
        data = {k: v for k, v in _data(text).items() if k != "fra"}
        return dom.digest("canada/json", [json.dumps(data, ensure_ascii=False)])
    facts, regions = _open(text)
    return dom.digest("canada/page", [*(repr(fact) for fact in facts), *regions])


# --------------------------------------------------------------------------------------
# The page
# --------------------------------------------------------------------------------------
def _read_page(text: str) -> Cut:
    facts, regions = _open(text)
    sections = []
    for region in regions:
        heading = dom.text(next(region.iter("h2"), None))
        made = split.section(region, heading, key=region.get("id"))
        sections += [made] if made.blocks else []
    if not sections:
        raise base.unreadable("The page holds no section of any travel advice.")
    return Cut(
        template="canada/page",
        sections=split.unique(sections),
        facts=base.facts(*facts, *_levels(sections)),
    )


def _open(text: str) -> tuple[list[Fact], list[dom.Element]]:
    root = dom.tree(text)
    columns = dom.outermost(dom.by_class(root, "col-md-8", "div"))
    regions = [e for column in columns for e in column.iterchildren("div") if e.get("id")]
    spans = {e.get("id"): e for e in root.iter("span") if e.get("id", "").endswith("Lbl")}
    name = dom.text(spans.get("nameLbl"))
    if not regions or not name:
        raise base.unreadable("This is no destination page of travel.gc.ca.")
    note = dom.text(spans.get("lastUpdateTextLbl"))
    printed = dom.text(spans.get("lastUpdateDateLbl"))
    facts = [Fact("name", name, name), Fact("note", note, note),
             Fact("updated", _eastern(printed), printed)]  # fmt: skip
    return [fact for fact in facts if fact.value], [dom.clean(region) for region in regions]


# --------------------------------------------------------------------------------------
# The document
# --------------------------------------------------------------------------------------
def _read_json(text: str) -> Cut:
    data = _data(text)
    english: dict[str, Any] = data["eng"]
    sections = []
    for field, (key, heading) in _PARTS.items():
        region = dom.clean(dom.fragment(" ".join(_strings(english.get(field)))))
        blocks = split.blocks(region)
        if blocks:
            sections.append(Section(key, heading, blocks))
    state, words = data.get("advisory-state"), str(english.get("advisory-text") or "")
    if state not in (0, 1, 2, 3):
        raise base.implausible("The document has no advisory state.")
    note, printed, name = (str(english.get(field) or "") for field in ("recent-updates", "friendly-date", "name"))
    facts = [
        Fact("name", name, name),
        Fact("level", str(state + 1), words),
        Fact("note", note, note),
        Fact("updated", _eastern(printed), printed),
        *(fact for fact in _levels(sections) if fact.kind == "area_level"),
    ]
    return Cut(template="canada/json", sections=tuple(sections), facts=base.facts(*facts))


def _data(text: str) -> dict[str, Any]:
    data = base.load_json(text, "The document").get("data")
    if not isinstance(data, dict) or not isinstance(data.get("eng"), dict):
        raise base.unreadable("The document holds no travel advice in English.")
    return data


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for one in value for text in _strings(one)] if isinstance(value, list) else []


# --------------------------------------------------------------------------------------
# Levels and times
# --------------------------------------------------------------------------------------
def _levels(sections: list[Section]) -> list[Fact]:
    """The level of the country is its first heading under "Risk level"; the rest are areas."""
    found: list[Fact] = []
    for section in sections:
        if section.key != "risk":
            continue
        for block in section.blocks:
            level = next((n for p, n in _LEVELS if p.search(block.text)), "")
            if block.kind is not BlockKind.HEADING or not level:
                continue
            named = _NAMED.match(block.text)
            if any(fact.kind == "level" for fact in found):
                area = named["name"] if named else block.text
                found.append(Fact("area_level", level, block.text, area))
            else:
                found.append(Fact("level", level, block.text))
    return found


def _eastern(printed: str) -> str:
    """ "March 18, 2025 12:49", printed in Ottawa's time, as UTC."""
    day, clock = base.day(printed), _TIME.search(printed)
    if not day or clock is None:
        return day
    at = datetime.fromisoformat(f"{day}T{int(clock[1]):02}:{clock[2]}:00")
    hours = next((h for name, h in _ZONES.items() if name in printed), None)
    hours = (-4 if _is_summer(at.date()) else -5) if hours is None else hours
    return (at - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_summer(day: date) -> bool:
    """From the second Sunday of March to the first of November."""
    start, end = date(day.year, 3, 8), date(day.year, 11, 1)
    start += timedelta(days=(6 - start.weekday()) % 7)
    end += timedelta(days=(6 - end.weekday()) % 7)
    return start <= day < end
