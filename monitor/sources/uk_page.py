"""Kind `uk-page`: one part of a country's travel advice as GOV.UK prints it (sources notes, 5.1).

"Still current at" is today's date, every day; it is not read at all.
"""

from __future__ import annotations

import re

from monitor.core import dom, split
from monitor.model import Cut, Fact, Page, Source
from monitor.sources import base, uk

TEMPLATE = "uk-page"

_COLUMN = "govuk-grid-column-two-thirds"
_CHROME = ("gem-c-pagination", "govuk-pagination", "gem-c-print-link", "gem-c-contents-list",
           "part-navigation-container", "gem-c-contextual-sidebar", "gem-c-step-nav-header",
           "gem-c-single-page-notification-button", "gem-c-metadata")  # fmt: skip
_IS_CHROME = re.compile("|".join(_CHROME))
_LINKS = re.compile(r"\A(?:Previous|Next)\s*:|\AView a printable version\b")


def cut(source: Source, page: Page) -> Cut:
    facts, regions = _open(page)
    sections = []
    for region in regions:
        heading = dom.text(next(region.iter("h1"), None))
        made = split.section(region, heading)
        # A column with nothing but the country's name is the head of the page.
        if len(made.blocks) > bool(heading):
            sections.append(made)
    if not sections:
        raise base.unreadable("The page holds no part of any travel advice.")
    return Cut(template=TEMPLATE, sections=split.unique(sections), facts=base.facts(*facts))


def fingerprint(source: Source, page: Page) -> str:
    facts, regions = _open(page)
    return dom.digest(TEMPLATE, [*(repr(fact) for fact in facts), *regions])


def _open(page: Page) -> tuple[list[Fact], list[dom.Element]]:
    root = dom.tree(dom.decode(page))
    regions = dom.outermost(dom.by_class(root, _COLUMN, "div"))
    if not regions:
        raise base.unreadable("This is no page of GOV.UK travel advice.")
    head = dom.text(next(regions[0].iter("h1"), None))
    name = uk.name(head if len(regions) > 1 else dom.text(root.find(".//title")))
    facts = [Fact("name", name, name)]
    for region in regions:
        facts += _metadata(region)
        for image in region.iter("img"):
            url = image.get("src") or ""
            if "map" in (image.get("alt") or "").lower() or "/media/" in url:
                facts.append(Fact("map", uk.file_name(url), url, "image"))
        dom.drop(e for e in region.iter("div", "nav", "aside", "section") if _is_chrome(e))
        for link in list(region.iter("a")):
            if _LINKS.match((link.text or dom.text(link)).strip()):
                dom.blank(link)
        dom.clean(region)
    return [fact for fact in facts if fact.value], regions


def _is_chrome(element: dom.Element) -> bool:
    found = _IS_CHROME.search(element.get("class", ""))
    return found is not None and element.find(".//dl") is None


def _metadata(region: dom.Element) -> list[Fact]:
    found = []
    for listing in list(region.iter("dl")):
        terms = {
            dom.text(term).rstrip(":").casefold(): dom.text(term.getnext())
            for term in listing.iter("dt")
            if term.getnext() is not None
        }
        if not terms.keys() & {"still current at", "updated", "latest update"}:
            continue
        updated, note = terms.get("updated", ""), uk.note(terms.get("latest update"))
        found += [Fact("updated", base.day(updated), updated), Fact("note", note, note)]
        dom.blank(listing)
    return found
