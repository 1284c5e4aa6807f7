"""Atom (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from lxml import etree

from monitor.feeds.entries import Entry, Feed, fit

NS = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml; charset=utf-8"


def document(feed: Feed) -> bytes:
    """The feed as an Atom document; the same entries give the same bytes."""
    root = etree.Element(f"{{{NS}}}feed", nsmap={None: NS})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    _add(root, "id", iri(feed.address))
    _add(root, "title", feed.title)
    _add(root, "updated", _time(feed.updated))
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "link", rel="self", type="application/atom+xml", href=iri(feed.address))
    _add(root, "link", rel="alternate", type="text/html", href=iri(feed.home))
    for entry in feed.entries:
        _entry(root, entry)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return made


def _entry(root: etree._Element, entry: Entry) -> None:
    node = _add(root, "entry")
    _add(node, "id", entry.id)
    _add(node, "title", entry.title)
    _add(node, "updated", _time(entry.updated_at))
    _add(node, "published", _time(entry.told_at))
    _add(node, "link", rel="alternate", type="text/html", href=iri(entry.url))
    if entry.cap_url:
        _add(node, "link", rel="alternate", type="application/cap+xml", href=iri(entry.cap_url))
    if entry.source_url != entry.url:
        _add(node, "link", rel="via", href=iri(entry.source_url))
    terms = [("severity", entry.severity.value), ("standing", entry.standing)]
    for scheme, term in (*terms, *(("destination", place.name) for place in entry.places)):
        _add(node, "category", term=term, scheme=f"urn:advisory-monitor:{scheme}")
    _add(node, "content", body(entry), type="text")


def body(entry: Entry) -> str:
    """What the entry says, as plain text: readers print it, none can run it."""
    lines = [f"{one.word} on {one.at:%Y-%m-%d %H:%M} UTC. {one.remark}".rstrip() for one in reversed(entry.corrections)]
    lines += ["What was told before:"] if lines else []
    lines += [*entry.sentences, ""]
    if entry.note:
        lines.append(f"The publisher’s note: “{entry.note}”")
    if entry.level:
        lines.append(f"Where it stands: {entry.level}")
    if entry.stated_at:
        lines.append(f"Dated by the source: {entry.stated_at}")
    lines += [f"First seen: {entry.seen_at:%Y-%m-%d %H:%M} UTC", f"Source: {entry.source_url}"]
    return "\n".join(lines)


def iri(address: str) -> str:
    """The address with all escaped that no IRI may hold (RFC 3987, 2.2), so that a reader takes the feed whole."""
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~")


def _add(parent: etree._Element, name: str, words: str | None = None, **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{NS}}}{name}", {key: fit(value) for key, value in attributes.items()})
    node.text = fit(words) if words is not None else None
    return node


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
