"""Bytes to tree: charset, broken markup, page chrome. Always C speed, never a recursion.

The tree is lxml's. `clean` takes away what no reader sees and what belongs to the site rather than
to the page; whatever is cut or fingerprinted afterwards comes from the cleaned tree only, so equal
fingerprints mean equal cuts.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable
from typing import Any

from lxml import etree, html

from monitor.model import Page

Element = Any
"""An element of lxml, which ships no types."""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


BLOCKS = _names(
    "address article aside blockquote body br caption dd details div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main nav"
    " ol option p pre section select summary table tbody td tfoot th thead title tr ul"
)
"""Elements that stand apart from the text around them; all others run on without a blank."""

_UNSEEN = ("script", "style", "template", "noscript", "link", "meta", "base", "img", "picture",
           "source", "wbr", etree.Comment, etree.ProcessingInstruction)  # fmt: skip
_CHROME = ("nav", "footer", "header", "form", "button", "select", "textarea", "svg", "iframe",
           "object", "video", "audio", "canvas", "dialog")  # fmt: skip
_NOISE = ("nonce", "style", "onclick", "target", "rel", "srcset", "loading", "integrity")
_CHROME_CLASS = re.compile(
    r"(?:^|\s)(?:usa-banner|usa-footer|usa-header|usa-breadcrumb|megamenu|external-popup"
    r"|breadcrumbs?|skip-?link|cookie-?banner|gem-c-contextual-footer|share-?links?)(?:\s|$)"
)
_CHROME_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog"})

_DEPTH = 200
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)[^<>]*>")
_MONSTER = re.compile(r"""<([a-zA-Z][\w:-]*)(?:[^<>"'\s]++|\s++|"[^"]*+"|'[^']*+'){900,}+""")
_BIG = 200_000
"""Only beyond so many letters can a tag hold enough attributes to keep the parser busy."""
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I)
_PADDED = re.compile(
    r"(<h([1-6])\b[^>]{0,200}>)\s*<p\b[^>]{0,200}>((?:[^<]|<(?!/?(?:p|h\d)\b)){0,400})</p>\s*(</h\2>)"
)
_MENUS = 10_000
"""Pages shorter than this have no menus worth taking out before they are parsed."""
_CODE = re.compile(r"<!--|<(script|style)\b")
_NAV = re.compile(r"<nav\b[^<>]*>")
_VOID = _names("area base br col embed hr img input link meta source track wbr")

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)")
_CONTROLS = bytes.maketrans(bytes([*range(9), 0x0B, *range(0x0E, 0x20), 0x7F]), b" " * 29)
"""Characters that no markup may hold, made blanks."""


def decode(page: Page) -> str:
    """The body as text; never fails: bytes that fit no charset become U+FFFD, nulls disappear.

    A byte-order mark wins, then UTF-8 if the bytes are UTF-8 but for a few (a feed served as `text/xml`
    without a charset is UTF-8 whatever HTTP once said), then what the document or the header says, if that
    is true of every byte, then windows-1252.
    """
    if page.body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        text = page.body.decode("utf-16", "replace")
        return text.encode("utf-8", "replace").translate(_CONTROLS).decode("utf-8")
    body = page.body.replace(b"\0", b"").translate(_CONTROLS).removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(body):
        return body.decode("utf-8", "replace")
    header = page.header("content-type").encode("ascii", "ignore")
    found = _DECLARED.search(body[:200]) or _CHARSET.search(header) or _CHARSET.search(body[:4096])
    name = found[1].decode("ascii", "ignore").lower() if found else _WESTERN
    if name in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"):
        name = _WESTERN
    try:
        return body.decode(name)
    except (LookupError, UnicodeError):  # it is not what it says it is
        return body.decode(_WESTERN, "replace")


_WESTERN = "windows-1252"
"""What unlabelled and mislabelled pages of the west are in (WHATWG Encoding, 4.2)."""


def _mostly_utf8(body: bytes) -> bool:
    """Whether a few broken bytes are all that keeps this from being UTF-8."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return len(_BEYOND.findall(text)) - broken > broken


_BEYOND = re.compile("[^\x00-\x7f]")


def tree(source: str) -> Element:
    """The document's root element; markup of any depth and brokenness keeps its text."""
    source = reduced(source)
    if len(source) > _BIG:
        source = _MONSTER.sub(r"<\1 ", source)
    if _PADDED.search(source):
        # A parser would end the heading where the paragraph in it starts.
        source = _PADDED.sub(r"\1\3\4", source)
    root, whole = _parse(source)
    if not whole:
        root, _ = _parse(_flattened(source))
    return html.document_fromstring("<html><body></body></html>") if root is None else root


def reduced(source: str) -> str:
    """The markup without what is never read, as far as that can be told before it is parsed: `tree` reads this."""
    return _without_menus(_without_code(source)) if len(source) > _MENUS else source


def _without_code(source: str) -> str:
    """The markup without comments, scripts and styles, which `clean` would drop anyway.

    One pass in reading order, because a comment may hold a script and a script may hold "<!--".
    """
    out, at = [], 0
    lowered = source.lower()
    if len(lowered) != len(source):
        return source
    while True:
        start = _CODE.search(lowered, at)
        if start is None:
            break
        name = start[1]
        end = lowered.find(f"</{name}" if name else "-->", start.end())
        close = end if end < 0 or not name else lowered.find(">", end) - 2
        if end < 0 or close < 0:
            break
        out.append(source[at : start.start()])
        at = close + 3
    out.append(source[at:])
    return "".join(out)


def _without_menus(source: str) -> str:
    """The markup without `nav` elements, which `clean` would drop anyway; a break stays in their place."""
    out, at = [], 0
    for start in _NAV.finditer(source):
        end = source.find("</nav>", start.end())
        if start.start() < at or end < 0 or _NAV.search(source, start.end(), end):
            continue
        out.append(source[at : start.start()] + "<hr>")
        at = end + len("</nav>")
    out.append(source[at:])
    return "".join(out)


def fragment(source: str) -> Element:
    """A piece of markup as one `div`."""
    return tree(f"<html><body><div>{source}</div></body></html>").find("body")


def _parse(source: str) -> tuple[Element | None, bool]:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.ParseError:
        return None, False
    limits = [e for e in parser.error_log.filter_from_fatals() if "depth" in e.message.lower()]
    return root, root is not None and not limits


def _flattened(source: str) -> str:
    """The same markup without elements nested deeper than `_DEPTH`; their text stays."""
    depth = 0

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth
        name = tag[2].lower()
        if name in _VOID or name == "a":
            return tag[0]
        if tag[1]:
            depth = max(0, depth - 1)
            return tag[0] if depth < _DEPTH else " "
        depth += 1
        return tag[0] if depth <= _DEPTH else " "

    return _TAG.sub(keep, _HIDDEN.sub("", source))


def clean(region: Element) -> Element:
    """The region (changed in place) without scripts, images, menus and noisy attributes.

    What had words leaves a break (`hr`) behind, because text on both sides of it does not touch.
    """
    etree.strip_attributes(region, *_NOISE)
    drop(e for e in region.iter(*_CHROME) if e is not region and not _is_content(e))
    etree.strip_elements(region, *_UNSEEN, with_tail=False)
    return region


def clean_site(region: Element) -> Element:
    """The same for a region that may hold the whole site: banners and bread crumbs go too."""
    drop(
        e
        for e in region.iter("*")
        if e is not region
        and (e.get("role") in _CHROME_ROLES or _CHROME_CLASS.search(e.get("class", "")))
    )
    return clean(region)


def _is_content(element: Element) -> bool:
    """Whether an element that usually is chrome holds part of the advice here."""
    if element.tag == "button":
        # Accordions put the heading's words into a button.
        return any(p.tag in _HEADINGS or p.tag == "summary" for p in element.iterancestors())
    if element.tag == "form":
        # Some sites wrap the whole page in one form.
        return len("".join(element.itertext()).strip()) > _LONG_FORM
    if element.tag in ("header", "footer"):
        return any(p.tag in ("article", "section") for p in element.iterancestors())
    return False


_LONG_FORM = 400
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def blank(element: Element) -> None:
    """Take this element's words out of the page and leave a break in their place."""
    tail = element.tail
    element.clear()
    element.tag, element.tail = "hr", tail


def take(element: Element) -> Element:
    """Take this element out of the tree, whole, and leave a break in its place."""
    stop = element.makeelement("hr")
    stop.tail, element.tail = element.tail, None
    element.getparent().replace(element, stop)
    return element


def drop(elements: Iterable[Element]) -> None:
    """Take the words of all these elements out of the page."""
    for element in list(elements):
        blank(element)


def by_class(root: Element, name: str, tag: str = "*") -> list[Element]:
    """All elements below `root` with this class, in page order."""
    return [e for e in root.iter(tag) if name in e.get("class", "") and has_class(e, name)]


def has_class(element: Element, name: str) -> bool:
    return name in element.get("class", "").split()


def first(root: Element, name: str, tag: str = "*") -> Element | None:
    """The first element below `root` with this class."""
    found = (e for e in root.iter(tag) if name in e.get("class", "") and has_class(e, name))
    return next(found, None)


def outermost(elements: Iterable[Element]) -> list[Element]:
    """These elements without those that stand inside another of them."""
    found = list(elements)
    known = set(found)
    return [e for e in found if known.isdisjoint(e.iterancestors())]


def by_id(root: Element, name: str, tag: str = "*") -> Element | None:
    return next((e for e in root.iter(tag) if e.get("id") == name), None)


def text(element: Element | None) -> str:
    """The words of an element as a reader sees them, blanks collapsed."""
    if element is None:
        return ""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if node.tag in BLOCKS:
            parts.append(" ")
        if event == "start":
            parts.append(node.text or "")
        elif node is not element:
            parts.append(node.tail or "")
    return " ".join("".join(parts).split())


def digest(template: str, parts: Iterable[Element | str]) -> str:
    """A short hash of cleaned parts of a page."""
    made = hashlib.blake2b(template.encode(), digest_size=16)
    for part in parts:
        made.update(b"\0")
        made.update(
            part.encode("utf-8", "replace")
            if isinstance(part, str)
            else etree.tostring(part, encoding="utf-8", with_tail=False)
        )
    return made.hexdigest()
