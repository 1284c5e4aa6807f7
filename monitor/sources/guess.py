"""What a page most likely is, from its address and shape: for pages nobody has configured."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from monitor.core import split
from monitor.model import Destination, Source
from monitor.sources import identity, iso


class Route(NamedTuple):
    """Addresses of one kind; the group `slug` names the destination, `part` a part of its page."""

    publisher: str
    kind: str
    address: re.Pattern[str]


def _route(publisher: str, kind: str, address: str) -> Route:
    return Route(publisher, kind, re.compile(address, re.I))


_SLUG = r"(?P<slug>[\w.'%-]+?)"
ROUTES = (
    _route("us-state", "us-rss", r"travel\.state\.gov/.*\.xml$"),
    _route("us-state", "us-page", rf"travel\.state\.gov/.*/destination\.{_SLUG}\.html$"),
    _route("us-state", "us-page",
           rf"travel\.state\.gov/.*/travel-advisories/{_SLUG}(?:\.html)?/?$"),
    _route("us-state", "us-country",
           rf"travel\.state\.gov/.*/International-Travel-Country-Information-Pages/{_SLUG}\.html"),
    _route("us-state", "us-advisory",
           rf"travel\.state\.gov/.*/{_SLUG}-(?:travel-)?advisory\d?\.html"),
    _route("us-state", "us-api", r"cadataapi\.state\.gov/"),
    _route("us-embassy", "us-embassy", r"(?P<slug>[\w-]+)\.usembassy\.gov/(?:.*/)?feed/?$"),
    _route("us-embassy", "headings", r"(?P<slug>[\w-]+)\.usembassy\.gov/(?P<part>.*)"),
    _route("uk-fcdo", "uk-api", rf"gov\.uk/api/content/foreign-travel-advice/{_SLUG}/?$"),
    _route("uk-fcdo", "uk-page",
           rf"gov\.uk/foreign-travel-advice/{_SLUG}(?:/(?P<part>[\w-]+))?/?$"),
    _route("canada", "canada", r"/cta-cap-(?P<slug>[a-z]{2})\.json$"),
    _route("canada", "canada", rf"travel\.gc\.ca/destinations/{_SLUG}/?$"),
    _route("australia", "australia", r"smartraveller\.gov\.au/destinations-export"),
    _route("australia", "australia",
           rf"smartraveller\.gov\.au/destinations/(?:[\w-]+/)?{_SLUG}/?$"),
    _route("ireland", "ireland", rf"ireland\.ie/.*/advice/{_SLUG}/?$"),
)  # fmt: skip
"""In the order of trying."""

PUBLISHERS = (
    ("state.gov", "us-state"), ("usembassy.gov", "us-embassy"), ("gov.uk", "uk-fcdo"),
    ("travel.gc.ca", "canada"), ("international.gc.ca", "canada"),
    ("smartraveller.gov.au", "australia"), ("ireland.ie", "ireland"),
)  # fmt: skip

SHAPES = (
    (rb"cmp-traveladvisory", "us-page"),
    (rb"tsg-rwd-main-CSI-International-Travel-items-international", "us-country"),
    (rb"tsg-rwd-emergency-alert|tsg-rwd-main-copy-frame", "us-advisory"),
    (rb"<category domain=[\"']Threat-Level|travel\.state\.gov: Travel Advisories", "us-rss"),
    (rb"<generator>https?://wordpress[^<]*</generator>|usembassy\.gov/[^<]*</link>", "us-embassy"),
    (rb"\"document_type\"\s*:\s*\"travel_advice\"", "uk-api"),
    (rb"govuk-grid-column-two-thirds", "uk-page"),
    (rb"id=[\"']nameLbl|\"advisory-state\"", "canada"),
    (rb"class=[\"'][^\"']*node__content[^>]*>(?s:.*)class=[\"'][^\"']*full-bleed", "australia"),
    (rb"travel-landing--summary|class=[\"'][^\"']*\bupdate-text\b", "ireland"),
)  # fmt: skip
"""What gives a page of an unknown address away, for copies and archives."""


def source_for(url: str, body: bytes) -> Source:
    """A source for this address; an unknown address is judged by the body, else cut by headings."""
    host, path = _place(url)
    for route in ROUTES:
        match = route.address.search(host + path)
        if match:
            named = match.groupdict()
            destination = destination_of(named.get("slug") or "", route.kind)
            return _source(url, route.publisher, route.kind, destination, named.get("part") or "")
    publisher = next((p for end, p in PUBLISHERS if host == end or host.endswith("." + end)), host)
    kind = next((k for pattern, k in SHAPES if re.search(pattern, body[:400_000])), "headings")
    feed = kind in ("us-rss", "us-api", "us-embassy")
    last = "" if feed else re.sub(r"\.\w{2,5}\Z", "", path.rstrip("/").rpartition("/")[2])
    destination = destination_of(last, kind)
    return _source(url, publisher or "file", kind, destination, "" if last else split.slug(path))


def _place(url: str) -> tuple[str, str]:
    """Host and path of an address; of what is no address, no host."""
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
    except ValueError:
        return "", ""
    return (parts.hostname or "").removeprefix("www."), unquote(parts.path)


def _source(url: str, publisher: str, kind: str, destination: Destination, part: str) -> Source:
    steps = (publisher, destination.key, kind, split.slug(part))
    return Source(
        id=":".join(step for step in steps if step),
        url=url,
        kind=kind,
        publisher=publisher,
        destination=destination,
    )


@lru_cache(maxsize=4096)
def destination_of(slug: str, kind: str) -> Destination:
    """The destination that a slug or code in an address stands for; key "" if there is none."""
    if not slug:
        return Destination(key="", name="")
    codes = {"us-page": 3, "canada": 2, "us-embassy": 2}
    country = iso.by_code(slug) if len(slug) == codes.get(kind) else None
    name = country.name if country else identity.spoken(slug)
    if country is None:
        probe = Destination(key="", name=name)
        country = next((c for c in iso.countries() if identity.is_called(probe, c.name)), None)
    return Destination(
        key=split.slug(name),
        name=country.name if country else name,
        iso3=country.iso3.lower() if country else "",
        names=(name,) if country and country.name != name else (),
        region=country.iso2 if country else "",
    )
