"""The written forms of a message: text at 72 columns and HTML with its styles inlined, from the templates.

What a reader alone is told (why, links) is filled into a form that many readers share. Such a value stands on a
line of its own, and a mark of control characters, which no text of a page can hold, keeps its place.
"""

from __future__ import annotations

import textwrap
from binascii import b2a_qp
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.audience import MessageKind
from monitor.notify import quotes
from monitor.notify.words import Words

WIDTH = 72
_FAMILIES = {
    MessageKind.NOTICE: "notice", MessageKind.CAMPAIGN: "notice", MessageKind.DIGEST: "digest",
    MessageKind.BLIND: "bulletin", MessageKind.ALL_CLEAR: "bulletin", MessageKind.CORRECTION: "bulletin",
    MessageKind.WITHDRAWAL: "bulletin", MessageKind.TEST: "bulletin", MessageKind.CONFIRM: "confirm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mine:
    """What a message tells its one reader alone; an empty value takes its line with it."""

    why: str
    stop: str
    manage: str = ""
    unsubscribe: str = ""
    act: str = ""


_MARKS = {field.name: f"\x02{field.name}\x02" for field in fields(Mine)}
_PROSE = ("why", "stop")
"""Values that are wrapped in text; the others are addresses and stay whole."""


def marks(mine: Mine) -> Mine:
    """A mark wherever there is a value: equal for all readers who have the same lines."""
    return Mine(**{name: mark if getattr(mine, name) else "" for name, mark in _MARKS.items()})


def text(kind: MessageKind, values: dict[str, Any], mine: Mine) -> str:
    return _templates(False).get_template(f"{_FAMILIES[kind]}.txt.j2").render(values, me=mine)


def page(kind: MessageKind, values: dict[str, Any], mine: Mine) -> str:
    made = _templates(True).get_template(f"{_FAMILIES[kind]}.html.j2").render(values, me=mine)
    return _inliner().inline(made)


# --------------------------------------------------------------------------------------
# A form that many readers share
# --------------------------------------------------------------------------------------
Sheet = tuple[bytes | str, ...]
"""Encoded stretches that are the same for everybody, and between them the lines that hold marks."""


def sheet(written: str) -> Sheet:
    """The written form, everything but the marked lines encoded."""
    out: list[bytes | str] = []
    plain: list[str] = []
    for one in written.split("\n"):
        if "\x02" in one:
            out += [encoded("\n".join((*plain, ""))), one] if plain else [one]
            plain = []
        else:
            plain.append(one)
    # What follows the last line break is no line: it is empty, for every template ends with one.
    return (*out, encoded("\n".join(plain)))


def filled(shared: Sheet, mine: Mine, *, markup: bool) -> bytes:
    """The encoded form for one reader; the same bytes as if the template had been rendered for this one."""
    out = []
    for piece in shared:
        if isinstance(piece, bytes):
            out.append(piece)
            continue
        for name, mark in _MARKS.items():
            if mark in piece:
                value = getattr(mine, name)
                if markup:
                    value = escaped(value)
                elif name in _PROSE:
                    value = wrap(value)
                piece = piece.replace(mark, value)
        out.append(encoded(piece + "\n"))
    return b"".join(out)


def escaped(value: str) -> str:
    """Text as the inliner writes it."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\u00a0", "&nbsp;")


def encoded(written: str) -> bytes:
    """Quoted-printable (RFC 2045, 6.7) with CRLF; each line by itself, so that pieces can be joined."""
    return b2a_qp(written.replace("\n", "\r\n").encode("utf-8", "replace"), istext=True)


# --------------------------------------------------------------------------------------
# Templates
# --------------------------------------------------------------------------------------
@cache
def _templates(html: bool) -> Environment:
    made = Environment(
        loader=PackageLoader("monitor.notify"), autoescape=html, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters["wrap"] = wrap
    made.filters["marked"] = quotes.marked
    made.filters["table"] = table
    made.filters["labelled"] = labelled
    return made


def wrap(text: str, indent: int = 0, first: int | None = None) -> str:
    """Lines of at most 72 columns; long addresses stay whole."""
    return textwrap.fill(
        text, WIDTH, initial_indent=" " * (indent if first is None else first),
        subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def table(rows: list[tuple[str, str]], colon: str) -> str:
    """Labels and values in two columns, or each value under its label where that is too wide."""
    sign = colon.rstrip(" ")
    width = max((len(label) + len(sign) for label, _ in rows), default=0) + 2
    if all(width + len(value) <= WIDTH for _, value in rows):
        return "\n".join(f"{label + sign:{width}}{value}" for label, value in rows)
    return "\n".join(f"{wrap(label + sign)}\n{wrap(value, 2)}" for label, value in rows)


def labelled(side: quotes.Side, w: Words) -> str:
    """One side of a quote behind its label, the words of both sides under each other."""
    sign = w.colon.rstrip(" ")
    width = max(len(label + sign) for label in w.sides) + 2
    return wrap(f"{side.label + sign:{width}}{side.text}", 6 + width, 6)


@cache
def _inliner() -> css_inline.CSSInliner:
    """Puts rules into style attributes; media queries stay in the head for clients that read them."""
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
