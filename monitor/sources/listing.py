"""A publisher's own list of its destinations: bytes to entries, each with the address where it is read. Pure.

An address is never taken over from a list as it stands: each is made here from a checked slug or code, on the list's
own host. So a list that somebody tampered with leads us nowhere else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from monitor.core import dom, split
from monitor.listed import Entry
from monitor.model import Page
from monitor.sources import base, identity, iso, uk, us, us_feed, us_rss

MOST = 400
"""No publisher writes about more destinations; a list with more is not what we took it for."""
LONGEST = 120
"""Letters of a name."""


class Lister(NamedTuple):
    """How the list of one publisher is read, and where it is."""

    url: str
    read: Callable[[str, str], Iterable[Entry]]
    """Text and address of the list to its entries; raises `SplitError`."""
    every: str = "1h"
    """Pace of one destination; empty: that of [schedule]."""
    list_every: str = "1h"
    """Pace of the list; empty: that of one destination, whose feed it is."""
    min_items: int = 100


def entries(publisher: str, page: Page) -> tuple[Entry, ...]:
    """The destinations that this page lists, in its order; raises `SplitError`.

    Several names of one address, or of one entry of a feed, become one entry; several addresses of one destination
    stay an entry each.
    """
    found: dict[str, Entry] = {}
    for entry in LISTS[publisher].read(dom.decode(page), page.url):
        if not (entry.key and entry.token) or len(entry.name) > LONGEST or not entry.name.isprintable():
            continue
        known = found.get(entry.token)
        if known is not None and known.url != entry.url:
            entry = _apart(entry)
            known = found.get(entry.token)
        found[entry.token] = entry if known is None else _both(known, entry)
        if len(found) > MOST:
            raise base.implausible(f"The list has more than {MOST} destinations.")
    if not found:
        raise base.unreadable("The list names no destination.")
    return tuple(found.values())


def fingerprint(listed: Iterable[Entry]) -> str:
    """Equal ones mean that two lists name the same."""
    return dom.digest("list", sorted(repr(entry) for entry in listed))


def _apart(entry: Entry) -> Entry:
    """The same destination at a second address."""
    last = split.slug(urlsplit(entry.url).path.rstrip("/").rpartition("/")[2])
    return replace(entry, token=f"{entry.token}/{last}")


def _both(first: Entry, second: Entry) -> Entry:
    others = [one for one in (*first.names, second.name, *second.names) if one != first.name]
    return replace(first, names=tuple(dict.fromkeys(others)))


def entry(name: str, *, url: str, kind: str, code: str = "", slug: str = "") -> Entry:
    """An entry for what the publisher calls so: a country that we know by code, name or slug, or a place of its own."""
    name = " ".join(html.unescape(name).split())
    country = _country(code, name, slug)
    if country is None:
        own = code.lower() or split.slug(slug) or split.slug(name)
        return Entry(token=own, name=name, key=split.slug(name)[:60].strip("-") or own, url=url, kind=kind,
                     iso3=code.upper() if len(code) == 3 else "")  # fmt: skip
    others = (name,) if name and name != country.name else ()
    return Entry(token=country.iso3.lower(), name=country.name, key=split.slug(country.name), url=url, kind=kind,
                 iso3=country.iso3, region=country.iso2, names=others)  # fmt: skip


@lru_cache(maxsize=2048)
def _country(code: str, name: str, slug: str) -> iso.Country | None:
    found = iso.by_code(code) if code else None
    if code and len(code) == 3:
        return found  # the publisher's own code for a place that is no country of ours
    return found or _called(name) or _called(identity.spoken(slug))


def _called(name: str) -> iso.Country | None:
    """As `identity.is_called` would say, without asking it for every country there is."""
    if not name:
        return None
    group = identity.group(name)
    return _by_core().get(identity.core(name)) or (None if group is None else _by_group().get(group))


@lru_cache(maxsize=1)
def _by_core() -> dict[frozenset[str], iso.Country]:
    return {identity.core(one.name): one for one in iso.countries()}


@lru_cache(maxsize=1)
def _by_group() -> dict[int | None, iso.Country]:
    return {identity.group(one.name): one for one in iso.countries()}


# --------------------------------------------------------------------------------------
# One function for each publisher
# --------------------------------------------------------------------------------------
def _us(text: str, url: str) -> Iterable[Entry]:
    """The feed is its own list: every entry is read from it."""
    for title, link in us_rss.heads(text):
        if us.LEVEL.search(title):
            code = us_feed.code(link)
            yield entry(us.name_of(title), url=url, kind="us-rss", code=code, slug="" if code else us_feed.slug(link))


_UK_PATH = re.compile(r"/foreign-travel-advice/([a-z0-9-]{1,80})")


def _uk(text: str, url: str) -> Iterable[Entry]:
    """The index of the content API, `links.children` (sources notes, 5.1)."""
    document = base.load_json(text, "The index")
    links = document.get("links") if isinstance(document, dict) else None
    children = links.get("children") if isinstance(links, dict) else None
    if not isinstance(children, list):
        raise base.unreadable("The index of GOV.UK has no list of countries.")
    for child in _records(children):
        match = _UK_PATH.fullmatch(str(child.get("base_path") or ""))
        if match and not child.get("withdrawn"):
            yield entry(_uk_name(child), url=urljoin(url, f"/api/content{match[0]}"), kind="uk-api", slug=match[1])


def _uk_name(child: Mapping[str, Any]) -> str:
    details = child.get("details")
    country = details.get("country") if isinstance(details, dict) else None
    named = country.get("name") if isinstance(country, dict) else None
    return str(named or uk.name(str(child.get("title") or "")))


def _canada(text: str, url: str) -> Iterable[Entry]:
    """The alphabetical index (sources notes, 5.2); what has no content has no document."""
    document = base.load_json(text, "The index")
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict):
        raise base.unreadable("The index of travel.gc.ca has no list of countries.")
    for record in _records(data.values()):
        code, english = str(record.get("country-iso") or ""), record.get("eng")
        if re.fullmatch("[A-Z]{2}", code) and isinstance(english, dict) and record.get("has-content") != 0:
            name = str(english.get("name") or record.get("country-eng") or "")
            yield entry(name, url=urljoin(url, f"cta-cap-{code}.json"), kind="canada", code=code)


def _australia(text: str, url: str) -> Iterable[Entry]:
    """The export is its own list (sources notes, 5.3)."""
    found = base.load_json(text, "The export")
    if not isinstance(found, list):
        raise base.unreadable("The export of Smartraveller is not a list.")
    for record in _records(found):
        yield entry(str(record.get("title") or ""), url=url, kind="australia")


def _ireland(text: str, url: str) -> Iterable[Entry]:
    """The links of the page of all countries that lead one step below it (sources notes, 5.4)."""
    home = urlsplit(url).path.rstrip("/") + "/"
    for link in dom.tree(text).iter("a"):
        path = urlsplit(urljoin(url, link.get("href") or "")).path
        slug = path.removeprefix(home).rstrip("/") if path.startswith(home) else ""
        if re.fullmatch(r"[a-z0-9-]{1,80}", slug):
            yield entry(dom.text(link), url=urljoin(url, f"{home}{slug}/"), kind="ireland", slug=slug)


def _records(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)]


LISTS: dict[str, Lister] = {
    "us-state": Lister("https://travel.state.gov/_res/rss/TAsTWs.xml", _us, every="", list_every="", min_items=150),
    "uk-fcdo": Lister("https://www.gov.uk/api/content/foreign-travel-advice", _uk),
    "canada": Lister("https://data.international.gc.ca/travel-voyage/index-alpha-eng.json", _canada),
    "australia": Lister("https://www.smartraveller.gov.au/destinations-export", _australia, every="", list_every=""),
    "ireland": Lister("https://www.ireland.ie/en/dfa/overseas-travel/advice/", _ireland, every="3h"),
}
"""By publisher. Where a feed is the list, it is read at the pace of its destinations: one answer serves all."""
