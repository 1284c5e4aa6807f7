"""A look at a page's bytes without parsing them: title, first heading, visible text. Pure.

Rough on purpose, cheap and linear on any input; what is kept or compared is read by `dom` instead.
"""

from __future__ import annotations

import html
import re

MOST = 256 * 1024
"""Bytes we look at; a page that only refuses or excuses itself is never larger."""

_TAG = re.compile(rb"<[^<>]*>")
_BARS = re.compile("\\s+[|\u2013\u2014\u00b7\u00bb\u00ab>-]+\\s+|\\s*\\|\\s*")
_UNSEEN = (
    (b"<!--", b"-->"),
    (b"<script", b"</script"),
    (b"<SCRIPT", b"</SCRIPT"),
    (b"<style", b"</style"),
    (b"<template", b"</template"),
)


def plain(body: bytes) -> bytes:
    """The body without byte order mark, and UTF-16 as UTF-8."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace").encode("utf-8", "replace")
    return body.removeprefix(b"\xef\xbb\xbf")


def title(body: bytes) -> str:
    """The title in lower case with straight apostrophes, empty if there is none."""
    return _words(_element(body, b"title"))


def heading(body: bytes) -> str:
    """The first h1, in the same form."""
    return _words(_element(body, b"h1"))


def names(title: str) -> list[str]:
    """A title and its parts between bars and dashes ("page not found | example")."""
    return [trimmed(part) for part in dict.fromkeys((title, *_BARS.split(title)))]


def trimmed(phrase: str) -> str:
    """Without punctuation at the ends."""
    return phrase.strip(" .!?\u2026:,;-")


def visible(body: bytes) -> str:
    """About what people read: no comments, scripts, styles, title or tags."""
    body = without(seen(body), b"<title", b"</title")
    return " ".join(_TAG.sub(b" ", body).decode("utf-8", "replace").split())


def seen(body: bytes) -> bytes:
    """The markup without comments, scripts, styles and templates."""
    body = body[:MOST]
    for opening, closing in _UNSEEN:
        body = without(body, opening, closing)
    return body


def without(body: bytes, opening: bytes, closing: bytes) -> bytes:
    """The body without all from `opening` to the end of the tag or mark `closing`.

    Where that end is missing, nothing after `opening` is left.
    """
    kept, at = [], 0
    while (start := body.find(opening, at)) >= 0:
        kept.append(body[at:start])
        end = body.find(closing, start)
        if end < 0:
            return b"".join(kept)
        at = body.find(b">", end) + 1
        if at == 0:
            return b"".join(kept)
    kept.append(body[at:])
    return b"".join(kept)


def _element(body: bytes, name: bytes) -> bytes:
    """What stands in the first element of this name, up to 1,000 bytes."""
    start = body.find(b"<" + name, 0, MOST)
    if start < 0:
        start = body.find(b"<" + name.upper(), 0, MOST)
    opened = body.find(b">", start, start + 1000) if start >= 0 else -1
    if opened < 0:
        return b""
    inner = body[opened + 1 : opened + 1001]
    end = inner.lower().find(b"</" + name)
    return inner[:end] if end >= 0 else b""


def _words(markup: bytes) -> str:
    text = html.unescape(_TAG.sub(b" ", markup).decode("utf-8", "replace"))
    return " ".join(text.replace("\u2019", "'").lower().split())
