"""The papers of a pack that people read: the texts, the differences, and what all of it proves. Pure.

Each is made from the dossier alone, so whoever has the captures can make them again and compare.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from soupsieve import SelectorSyntaxError

from monitor import sources
from monitor.core import classify, diff
from monitor.core.words import Span, spans
from monitor.errors import SplitError
from monitor.evidence.dossier import SIDES, Dossier, Row, rows
from monitor.evidence.words import NOT_PROVEN, PROVEN
from monitor.model import Cut

_ORDER = ("critical", "high", "medium", "low", "none")
_WHY = {rule.name: rule.says for rule in classify.RULES} | {
    "site-wide": "part of a site-wide edit, told once for all destinations",
    "template-switch": "the page was rebuilt; only differences of posture count",
}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Signs that print nothing but could rearrange what stands around them, on paper or on a terminal."""


class Reading(NamedTuple):
    """Both captures as this program reads and compares them."""

    cuts: dict[str, Cut]
    trouble: dict[str, str]
    """Why a side cannot be read."""
    found: tuple[Row, ...]
    headline: str = ""


class Item(NamedTuple):
    """One difference, ready to be laid out."""

    number: int
    severity: str
    kind: str
    place: str
    summary: str
    why: str
    marks: tuple[Span, ...]


def reading(dossier: Dossier) -> Reading:
    """Cuts and compares the captures anew, from their bytes."""
    source, cuts, trouble = dossier.origin.source, {}, {}
    for side, capture in dossier.captures.items():
        try:
            cuts[side] = sources.cut(source, capture.page)
        except (SplitError, SelectorSyntaxError) as error:  # the selector is one that came with the pack
            trouble[side] = str(error).partition("\n")[0]
    if len(cuts) < len(SIDES):
        return Reading(cuts, trouble, ())
    old, new = cuts["before"], cuts["after"]
    made = diff.comparison(old, new, name=source.destination.name, at=dossier.judged.taken_at,
                           append_only=new.template in sources.APPEND_ONLY)  # fmt: skip
    return Reading(cuts, trouble, rows([finding.to_dict() for finding in made.findings]), made.headline)


def text(cut: Cut) -> bytes:
    """A capture as the adapter reads it: every block under its heading, then the facts with their quotes."""
    lines = []
    for section in cut.sections:
        lines += [f"== {section.heading or 'Page'}", ""]
        for block in section.blocks:
            lines.append(block.text)
            lines += [f"    link: {link.text} <{link.url}>" for link in block.links]
        lines.append("")
    lines += ["== Read off the page", ""]
    for fact in cut.facts:
        about = f" ({fact.subject})" if fact.subject else ""
        lines.append(f"{fact.kind}{about}: {fact.value}" + (f" | {fact.quote}" if fact.quote else ""))
    return encoded("\n".join([*lines, ""]))


def differences(dossier: Dossier, read: Reading) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What was told, and what else differs between the two captures, the gravest first."""
    told = {row.said for row in dossier.judged.findings}
    others = [row for row in read.found if row.said not in told]
    first = _items(dossier.judged.findings, 1)
    return first, _items(others, len(first) + 1)


def _items(found: Iterable[Row], start: int) -> tuple[Item, ...]:
    ordered = sorted(found, key=lambda row: _ORDER.index(row.severity))
    return tuple(
        Item(number=number, severity=row.severity, kind=row.kind, summary=row.summary,
             place=" › ".join(dict.fromkeys(filter(None, (row.section, *row.heading_path)))) or "Page",
             why=_WHY.get(row.rule, row.rule.replace("-", " ")), marks=spans(row.before or "", row.after or ""))
        for number, row in enumerate(ordered, start)
    )  # fmt: skip


def diff_text(dossier: Dossier, read: Reading) -> bytes:
    """The differences as plain text: removed words stand in [- -], added ones in {+ +}."""
    judged = dossier.judged
    lines = [judged.headline, f"{judged.id} · {judged.url}", f"first seen {when(judged.taken_at)}", ""]
    for title, items in zip(_TITLES, differences(dossier, read), strict=True):
        if items:
            lines += [title, "-" * len(title), ""]
        for item in items:
            marked = "".join(_SIGNS[span.op].format(span.text) for span in item.marks)
            weight = "NO CHANGE IN MEANING" if item.severity == "none" else item.severity.upper()
            lines += [f"{item.number}. {weight} · {item.kind} · {item.place}", marked,
                      f"Why: {item.why}.", ""]  # fmt: skip
    return encoded("\n".join(clean(line) for line in lines))


_TITLES = ("As it was told", "Other differences between the two captures")
_SIGNS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


def diff_page(dossier: Dossier, read: Reading) -> bytes:
    """The differences as one page to print: no script, nothing loaded, all words escaped."""
    told, others = differences(dossier, read)
    page = _TEMPLATES.get_template("differences.html.j2").render(
        d=dossier, judged=dossier.judged, sides=_sides(dossier), style=_STYLE, style_hash=_STYLE_HASH,
        groups=[group for group in zip(_TITLES, (told, others), strict=True) if group[1]],
        when=when, trouble=read.trouble)  # fmt: skip
    return encoded(page)


def readme(dossier: Dossier, trouble: Mapping[str, str], *, signed: bool) -> bytes:
    """What the pack holds, what it proves and what it does not, in plain words."""
    words = _PLAIN.get_template("README.txt.j2").render(
        d=dossier, judged=dossier.judged, sides=_sides(dossier), when=when, signed=signed, proven=PROVEN,
        trouble=trouble, not_proven=NOT_PROVEN, sent=sum(one.count for one in dossier.sent))  # fmt: skip
    return encoded(words)


def _sides(dossier: Dossier) -> list[tuple[str, object, object]]:
    return [(side, dossier.captures[side].statement, dossier.place(side)) for side in SIDES
            if side in dossier.captures]  # fmt: skip


def when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def clean(words: str) -> str:
    """The words with signs that could rearrange their surroundings shown as what they are."""
    return _CONTROL.sub(lambda sign: f"<U+{ord(sign[0]):04X}>", words)


def encoded(words: str) -> bytes:
    return words.encode("utf-8", "backslashreplace")


def _templates(*, escape: bool) -> Environment:
    made = Environment(loader=PackageLoader("monitor.evidence", "templates"), autoescape=escape, trim_blocks=True,
                       lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined)  # fmt: skip
    made.filters["clean"] = clean
    return made


_TEMPLATES, _PLAIN = _templates(escape=True), _templates(escape=False)
_STYLE = _PLAIN.get_template("differences.css").render().strip()
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
