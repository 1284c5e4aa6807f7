"""Kind `us-api`: the JSON (or XML) API of cadataapi.state.gov (sources notes, 3.2).

Two lists: TravelAdvisories (one item per destination, like the feed) and CountryTravelInformation
(the texts of the old country pages, with the embassy block). Anonymous callers are served `[]`.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from monitor.core import dom, split
from monitor.model import Cut, Fact, Page, Section, Source
from monitor.sources import base, identity, us, us_feed
from monitor.sources.us_feed import Item

_FIELDS = {
    "travel_embassyAndConsulate": "Embassies and Consulates",
    "destination_description": "Destination Description",
    "entry_exit_requirements": "Entry, Exit and Visa Requirements",
    "safety_and_security": "Safety and Security",
    "local_laws_and_special_circumstances": "Local Laws & Special Circumstances",
    "health": "Health",
    "travel_transportation": "Travel and Transportation",
}


def cut(source: Source, page: Page) -> Cut:
    records = _records(dom.decode(page))
    if "Title" not in records[0]:
        return _country(source, records)
    items = [_item(record) for record in records]
    if not source.destination.key:
        return us_feed.read_all("us-api", items)
    ours = us_feed.ours(source, items, lambda item: (item.title, item.link))
    levelled = sum(1 for item in items if us.level_of(item.title))
    return us_feed.read("us-api", us_feed.newest(ours), levelled)


def shared(page: Page) -> tuple[str, ...]:
    records = _records(dom.decode(page))
    return us_feed.shared(_item(record) for record in records) if "Title" in records[0] else ()


def fingerprint(source: Source, page: Page) -> str:
    text = dom.decode(page)
    code = source.destination.iso3.lower()
    mark = f"/destination.{code}.html" if code else ""
    if mark and text.count(mark) == 1:
        found = _around(text, text.index(mark))
        if found:
            return dom.digest("us-api", [found])
    return dom.digest("us-api", [text])


def _missing(source: Source) -> Exception:
    name = source.destination.name
    return base.implausible(f"{name} is missing from the answer, which is not the same as withdrawn.")


def _around(text: str, at: int) -> str:
    """The JSON object around this place, "" if it is not found at once."""
    start = at
    for _ in range(3):
        start = text.rfind("{", 0, start)
        if start < 0:
            return ""
        try:
            record, end = json.JSONDecoder().raw_decode(text, start)
        except ValueError:
            continue
        if end > at and isinstance(record, dict) and "Title" in record:
            return text[start:end]
    return ""


def _records(text: str) -> list[dict[str, Any]]:
    found = _xml(text) if text.lstrip().startswith("<") else _json(text)
    if not found:
        raise base.implausible("The API answered with an empty list.")
    return found


def _json(text: str) -> list[dict[str, Any]]:
    found = base.load_json(text, "The answer of the API")
    found = [found] if isinstance(found, dict) else found
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise base.unreadable("The answer of the API is not a list of records.")
    return found


def _xml(text: str) -> list[dict[str, Any]]:
    """`ArrayOfRss`, which the API serves to those who do not ask for JSON."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise base.unreadable("The answer of the API is neither JSON nor XML.") from e
    if not etree.QName(root).localname.startswith("ArrayOf"):
        raise base.unreadable("The answer of the API is not a list of records.")
    return [{etree.QName(field).localname: "".join(field.itertext()) for field in record} for record in root]


def _item(record: dict[str, Any]) -> Item:
    printed = str(record.get("Published") or record.get("Updated") or "")
    return Item(
        title=" ".join(str(record.get("Title") or "").split()),
        link=str(record.get("Link") or record.get("id") or ""),
        day=_day(printed),
        printed=printed,
        body=str(record.get("Summary") or ""),
    )


def _day(printed: str) -> str:
    """The date as the feed has it: 20:00-04:00 is midnight UTC of the next day."""
    try:
        at = datetime.fromisoformat(printed)
    except ValueError:
        return base.day(printed)
    return (at.astimezone(UTC) if at.tzinfo else at).date().isoformat()


def _country(source: Source, records: list[dict[str, Any]]) -> Cut:
    if not any("tag" in record or "geopoliticalarea" in record for record in records):
        raise base.unreadable("The API answered with records of an unknown kind.")
    ours = [r for r in records if _is_about(source, r)] if source.destination.key else records
    if not ours:
        raise _missing(source)
    sections, facts = [], []
    for record in ours:
        name = str(record.get("geopoliticalarea") or "")
        date = str(record.get("last_update_date") or "")
        facts += [Fact("name", name, name), Fact("page_date", base.moment(date)[:10], date)]
        for field, heading in _FIELDS.items():
            region = dom.clean(dom.fragment(str(record.get(field) or "")))
            made = split.blocks(region, style=us.STYLE)
            if made:
                sections.append(Section(split.slug(heading), heading, made))
    return Cut(
        template="us-api/country", sections=split.unique(sections), facts=base.facts(*facts),
        items=len(records),
    )  # fmt: skip


def _is_about(source: Source, record: dict[str, Any]) -> bool:
    name = str(record.get("geopoliticalarea") or "")
    iso = re.sub(r"[^A-Za-z]", "", str(record.get("iso_code") or "")).casefold()
    known = {source.destination.iso3.casefold(), source.destination.region.casefold()} - {""}
    return iso in known or identity.is_called(source.destination, name, source.aliases)
