"""Kind `uk-api`: the GOV.UK content document of one country (sources notes, 5.1).

A minor edition changes the parts without a new note and without a new `public_updated_at`, so the
parts are what is compared; the dates and the note are facts beside them.
"""

from __future__ import annotations

import json
from typing import Any

from monitor.core import dom, split
from monitor.model import Cut, Fact, Page, Section, Source
from monitor.sources import base, uk

TEMPLATE = "uk-api"


def cut(source: Source, page: Page) -> Cut:
    document, details = _open(page)
    sections = []
    for part in details["parts"]:
        title = " ".join(str(part.get("title") or "").split())
        region = dom.clean(dom.fragment(str(part.get("body") or "")))
        blocks = base.headed(title, *split.blocks(region))
        sections.append(Section(str(part.get("slug") or split.slug(title)), title, blocks))
    return Cut(
        template=TEMPLATE,
        sections=split.unique(sections),
        facts=base.facts(*_facts(document, details)),
    )


def fingerprint(source: Source, page: Page) -> str:
    document, details = _open(page)
    kept = [details["parts"], [(f.kind, f.value, f.quote) for f in _facts(document, details)]]
    return dom.digest(TEMPLATE, [json.dumps(kept, ensure_ascii=False)])


def _open(page: Page) -> tuple[dict[str, Any], dict[str, Any]]:
    document = base.load_json(dom.decode(page), "The answer of the content API")
    details = document.get("details") if isinstance(document, dict) else None
    if not isinstance(details, dict) or document.get("document_type") != "travel_advice":
        raise base.unreadable("The document is no travel advice of GOV.UK.")
    if document.get("withdrawn_notice"):
        raise base.implausible("GOV.UK has withdrawn this document.")
    parts = details.get("parts")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise base.unreadable("The travel advice has no list of parts.")
    return document, details


def _facts(document: dict[str, Any], details: dict[str, Any]) -> list[Fact]:
    country = details.get("country")
    name = str(country.get("name") or "") if isinstance(country, dict) else ""
    found = [Fact("name", name or uk.name(str(document.get("title") or "")), name)]
    for status in details.get("alert_status") or []:
        found.append(Fact("status", str(status), str(status)))
    note = uk.note(details.get("change_description"))
    found.append(Fact("note", note, note))
    for field, subject in (("updated_at", "text"), ("reviewed_at", "reviewed")):
        printed = str(details.get(field) or "")
        found.append(Fact("updated", base.moment(printed), printed, subject))
    printed = str(document.get("public_updated_at") or "")
    found.append(Fact("updated", base.moment(printed), printed, "announced"))
    for field in ("image", "document"):
        asset = details.get(field)
        url = str(asset.get("url") or "") if isinstance(asset, dict) else ""
        found.append(Fact("map", uk.file_name(url), url, field))
    return [fact for fact in found if fact.value]
