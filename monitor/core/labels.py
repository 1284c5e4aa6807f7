"""One paragraph as labels and texts.

Bold words that open a paragraph or a line and name its subject are a label, in all the spellings
that publishers use: `<b>Crime:</b> text`, `<b>Crime</b>: text`, `<b>Crime</b>Violent crime`, a
bold line of its own, and the asterisks of `**Crime:** text` left in by mistake. Bold words that
open a sentence (`<b>Do not travel</b> to Mali`) are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from monitor.model import BlockKind

PLAIN, BOLD, HEAD = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What a publisher uses as labels beside bold words."""

    label_classes: frozenset[str] = frozenset({"header-paragraph"})
    labels: frozenset[str] = frozenset()
    """Paragraphs that are labels by their words alone, casefolded."""
    topic_rank: int = 7
    """Rank of labels that stand alone and end without a colon; 4 if h4 and they are one thing."""
    openers: re.Pattern[str] = re.compile(r"(?!)")
    """Pattern of plain paragraphs that open a list and end the label before them."""


class Run(NamedTuple):
    """Words of one weight, or a line break."""

    text: str
    weight: int = PLAIN
    link: int = 0
    """Number of the link it belongs to, 0 for none."""
    br: int = 0
    """1 for a line break, 2 for one inside bold words."""


Piece = tuple[BlockKind, Sequence[Run]]
_END_OF_LINE = re.compile(r"[.:!?;]$")
_LONG_LINE, _MANY_WORDS = 60, 7
_ADVICE = re.compile(r"(?:do not|don.t|reconsider|exercise|avoid|leave|depart|there )\b", re.I)
_FOLLOWS = re.compile(r"\s*(?::|[.](?=\s|$)|[-–—](?=\s))")
_STARS = re.compile(r"\s*\*\*[^*]{2,88}\*\*")
_SHOUTED = re.compile(r"[A-Z][A-Z0-9 ,/&()'’-]{2,58}:")


def pieces(runs: Sequence[Run], kind: BlockKind, style: Style) -> list[Piece]:
    """One paragraph as labels and texts, in order; every run is in exactly one piece."""
    runs = _starred(runs)
    if not any(run.weight or run.br for run in runs):
        return [(_plain_kind(runs, kind, style), runs)]
    return _labelled(_split_lines(runs), kind, style)


def said(runs: Iterable[Run]) -> str:
    """The words of these runs, blanks collapsed."""
    return " ".join("".join([run.text for run in runs]).split()).strip("\u200b\ufeff ")


def _starred(runs: Sequence[Run]) -> Sequence[Run]:
    """Bold words that were published as `**Crime:** text`, asterisks and all."""
    first = next((n for n, run in enumerate(runs) if run.text.strip()), 0)
    match = _STARS.match(runs[first].text)
    if match is None or runs[first].weight:
        return runs
    run, at = runs[first], match.end()
    loud = run._replace(text=run.text[:at], weight=BOLD)
    return [*runs[:first], loud, run._replace(text=run.text[at:]), *runs[first + 1 :]]


def _plain_kind(runs: Sequence[Run], kind: BlockKind, style: Style) -> BlockKind:
    words = said(runs)
    if len(words) <= 90:
        known = words.casefold().rstrip(" :") in style.labels
        if known or _SHOUTED.fullmatch(words) or style.openers.match(words):
            return BlockKind.LABEL
    return kind


def _split_lines(runs: Sequence[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        lines[-1].append(run)
        if run.br:
            lines.append([])
    return [line for line in lines if line]


def _labelled(lines: list[list[Run]], kind: BlockKind, style: Style) -> list[Piece]:
    out: list[Piece] = []
    text: list[Run] = []
    last = ""
    for line, running in zip(lines, _running(lines), strict=True):
        cut = _label(line, running)
        words = said(line[cut:])
        ends = cut or not words or _END_OF_LINE.search(last) or _is_long(last)
        if ends and text:
            out.append((kind if out else _plain_kind(text, kind, style), text))
            text = []
        if cut:
            out.append((BlockKind.LABEL, line[:cut]))
        text += line[cut:]
        last = words
    if text:
        out.append((kind if out else _plain_kind(text, kind, style), text))
    return out


def _is_long(line: str) -> bool:
    """Whether a line is too long for a line of an address, so that it is a paragraph."""
    return len(line) > _LONG_LINE or line.count(" ") >= _MANY_WORDS


def _running(lines: list[list[Run]]) -> list[bool]:
    """Per line: do its bold words go on over the line's end or start (a bold address)?"""
    out = [False] * len(lines)
    for n, (line, after) in enumerate(pairwise(lines)):
        opens = next((run for run in after if run.text.strip()), None)
        if line[-1].br == 2 and opens is not None and opens.weight == BOLD:
            out[n] = out[n + 1] = True
    return out


def _label(line: list[Run], running: bool) -> int:
    """How many runs at the start of this line are a label; 0 for none."""
    end = 0
    while end < len(line) and (line[end].weight or not line[end].text.strip()):
        end += 1
    while end and not line[end - 1].text.strip() and not line[end - 1].weight:
        end -= 1
    words = said(line[:end]).strip("*")
    if not 2 <= len(words) <= 90 or not any(c.isalpha() for c in words):
        return 0
    if all(run.weight == HEAD for run in line[:end] if run.text.strip()):
        return end
    rest = "".join(run.text for run in line[end:])
    if words[-1] == ":":
        return end
    if rest.lstrip()[:1] == ":":
        return _take_mark(line, end)
    if running or (_ADVICE.match(words) and words[-1] != "?"):
        return 0
    short = words[-1] not in ".!" or len(words.split()) <= 6
    if not rest.strip():
        linked = all(run.link for run in line[:end] if run.text.strip())
        return end if short and not linked else 0
    if words[-1] in "?-–—" or (words[-1] in ".!" and short):
        return end
    if _FOLLOWS.match(rest) and len(words.split()) <= 6:
        return _take_mark(line, end)
    glued = rest[0].isupper() and rest[1:2] not in ("", "'") and words[-1].isalpha()
    return end if glued and not line[end - 1].text[-1:].isspace() else 0


def _take_mark(line: list[Run], end: int) -> int:
    """Give the mark after the bold words (`<b>Crime</b>: text`) to the label."""
    while not line[end].text.strip():
        end += 1
    run = line[end]
    match = _FOLLOWS.match(run.text)
    if match is None:
        return end
    line[end : end + 1] = [
        run._replace(text=run.text[: match.end()]),
        run._replace(text=run.text[match.end() :]),
    ]
    return end + 1
