"""Word diff inside an edited sentence: whole words, in stretches that a person can read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

Op = Literal["same", "removed", "added"]


class Span(NamedTuple):
    """A stretch of text: kept, gone, or new. Same and removed spans give the old text verbatim."""

    op: Op
    text: str


class _Hunk(NamedTuple):
    op: bool
    """Whether the words are equal."""
    old: tuple[int, int]
    new: tuple[int, int]


_WORD = r"[\w\u0300-\u036f]+(?:['’][\w\u0300-\u036f]+)*"
_TOKEN = re.compile(rf"\d+(?:[.,:/]\d+)+(?:{_WORD})?|(?<!\w)(?:[^\W\d_]\.){{2,}}|{_WORD}|\S")
_FOLD = str.maketrans("‘’“”–—−", "''\"\"---")
FEW_EQUAL = 0.35
"""Below this share of equal words a sentence was rewritten and is shown whole."""
BRIDGE = 2
"""So many equal words between two longer stretches do not part them."""
SENTENCE = 120
"""Up to so many words difflib finds the stretches that read best; it takes minutes for long texts
that repeat themselves, where an edit distance takes milliseconds."""
MOST = 5000
"""Longer texts are compared only at their ends (words)."""


@lru_cache(maxsize=512)
def spans(before: str, after: str) -> tuple[Span, ...]:
    """What stayed, what went and what came, in reading order; marks hold whole words.

    The same and removed spans joined give `before`, the same and added ones `after`, verbatim: blanks
    that only differ count as the new side's, so a pair that differs in blanks alone has no marks
    only if the blanks are equal.
    """
    if before == after:
        return (Span("same", before),) if before else ()
    a, b = _tokens(before), _tokens(after)
    hunks = _hunks(a, b)
    if not _readable(hunks, len(a), len(b)):
        hunks = [_Hunk(False, (0, len(a)), (0, len(b)))]
    return _spans(hunks, before, after, a, b)


class _Token(NamedTuple):
    key: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    return [_Token(m.group().translate(_FOLD).casefold(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _hunks(a: Sequence[_Token], b: Sequence[_Token]) -> list[_Hunk]:
    keys_a, keys_b = [t.key for t in a], [t.key for t in b]
    head = 0
    while head < min(len(a), len(b)) and keys_a[head] == keys_b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and keys_a[-1 - tail] == keys_b[-1 - tail]:
        tail += 1
    end_a, end_b = len(a) - tail, len(b) - tail
    found = [_Hunk(True, (0, head), (0, head))] if head else []
    found += [
        _Hunk(equal, (head + i, head + j), (head + k, head + m))
        for equal, i, j, k, m in _opcodes(keys_a[head:end_a], keys_b[head:end_b])
    ]
    if tail:
        found.append(_Hunk(True, (end_a, len(a)), (end_b, len(b))))
    return _widened(_bridged(found, keys_a, keys_b), keys_a, keys_b)


def _opcodes(a: Sequence[str], b: Sequence[str]) -> list[tuple[bool, int, int, int, int]]:
    """(equal, from, to, from, to): which words of both sides belong together, in order."""
    longest = max(len(a), len(b))
    if longest > MOST:
        return [(False, 0, len(a), 0, len(b))]
    if longest > SENTENCE:
        return [(o.tag == "equal", o.src_start, o.src_end, o.dest_start, o.dest_end) for o in Indel.opcodes(a, b)]
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    return [(op == "equal", i, j, k, m) for op, i, j, k, m in matcher.get_opcodes()]


def _bridged(hunks: Sequence[_Hunk], keys_a: Sequence[str], keys_b: Sequence[str]) -> list[_Hunk]:
    """Two stretches parted by a word or two are read as one, unless both are figures."""
    out: list[_Hunk] = []
    for hunk in hunks:
        out.append(hunk)
        while len(out) >= 3:
            left, gap, right = out[-3:]
            if not _one(left, gap, right, keys_a, keys_b):
                break
            out[-3:] = [_Hunk(False, (left.old[0], right.old[1]), (left.new[0], right.new[1]))]
    return out


def _one(left: _Hunk, gap: _Hunk, right: _Hunk, keys_a: Sequence[str], keys_b: Sequence[str]) -> bool:
    """Whether two stretches and the equal words between them read better as one stretch."""
    if not gap.op or left.op or right.op:
        return False
    size = gap.old[1] - gap.old[0]
    near = size <= BRIDGE and _size(left) + _size(right) >= 3 * size
    if not near and any(key[0].isalnum() for key in keys_a[gap.old[0] : gap.old[1]]):
        return False
    return not (_figures(left, keys_a, keys_b) and _figures(right, keys_a, keys_b))


def _widened(hunks: Sequence[_Hunk], keys_a: Sequence[str], keys_b: Sequence[str]) -> list[_Hunk]:
    """A mark of a letter or two takes the word beside it: "27 May", "review," are read, "27" and "," are not."""
    out = list(hunks)
    for n, hunk in enumerate(out):
        if hunk.op or not _tiny(hunk, keys_a, keys_b):
            continue
        after, before = (out[m] if 0 <= m < len(out) and out[m].op else None for m in (n + 1, n - 1))
        mark = keys_a[hunk.old[0]] if hunk.old[1] > hunk.old[0] else keys_b[hunk.new[0]]
        closing = mark[0] in CLOSING
        if after and _size(after) > 2 and keys_a[after.old[0]][0].isalpha() and not closing:
            out[n] = _Hunk(False, (hunk.old[0], hunk.old[1] + 1), (hunk.new[0], hunk.new[1] + 1))
            out[n + 1] = _Hunk(True, (after.old[0] + 1, after.old[1]), (after.new[0] + 1, after.new[1]))
        elif before and _size(before) > 2 and keys_a[before.old[1] - 1][0].isalnum():
            out[n] = _Hunk(False, (hunk.old[0] - 1, hunk.old[1]), (hunk.new[0] - 1, hunk.new[1]))
            out[n - 1] = _Hunk(True, (before.old[0], before.old[1] - 1), (before.new[0], before.new[1] - 1))
    return out


TINY = 2
"""Letters of a mark that nobody reads."""
CLOSING = frozenset(".,;:!?)]}’”'\"%-/")
"""Marks that belong to the word before them."""


def _tiny(hunk: _Hunk, keys_a: Sequence[str], keys_b: Sequence[str]) -> bool:
    sides = ("".join(keys_a[slice(*hunk.old)]), "".join(keys_b[slice(*hunk.new)]))
    return any(0 < len(side) <= TINY for side in sides)


def _size(hunk: _Hunk) -> int:
    return hunk.old[1] - hunk.old[0] + hunk.new[1] - hunk.new[0]


def _figures(hunk: _Hunk, keys_a: Sequence[str], keys_b: Sequence[str]) -> bool:
    """Whether only numbers changed here. The sides are never both empty."""
    sides = ((keys_a, hunk.old), (keys_b, hunk.new))
    return all(keys[n][0].isdigit() for keys, (start, end) in sides for n in range(start, end))


def _readable(hunks: Sequence[_Hunk], size_a: int, size_b: int) -> bool:
    equal = sum(hunk.old[1] - hunk.old[0] for hunk in hunks if hunk.op)
    return equal >= FEW_EQUAL * max(1, min(size_a, size_b)) and equal >= 0.2 * max(size_a, size_b)


def _spans(
    hunks: Sequence[_Hunk], before: str, after: str, a: Sequence[_Token], b: Sequence[_Token]
) -> tuple[Span, ...]:
    out: list[Span] = []
    at_a = at_b = 0
    for hunk in hunks:
        start_a = a[hunk.old[0]].start if hunk.old[0] < len(a) else len(before)
        start_b = b[hunk.new[0]].start if hunk.new[0] < len(b) else len(after)
        end_a = a[hunk.old[1] - 1].end if hunk.old[1] > hunk.old[0] else at_a
        end_b = b[hunk.new[1] - 1].end if hunk.new[1] > hunk.new[0] else at_b
        if hunk.op:
            _differ(out, before[at_a:start_a], after[at_b:start_b])
            _equal(out, hunk, before, after, a, b)
            at_a, at_b = end_a, end_b
        else:
            # Blanks before a mark belong to the text around it where both sides have them.
            old, new = before[at_a:end_a], after[at_b:end_b]
            lead = _common_blank(old, new)
            if lead:
                out.append(Span("same", lead))
                old, new = old[len(lead) :], new[len(lead) :]
            _differ(out, old, new)
            at_a, at_b = max(at_a, end_a), max(at_b, end_b)
    _differ(out, before[at_a:], after[at_b:])
    return _joined(out)


def _equal(
    out: list[Span], hunk: _Hunk, before: str, after: str, a: Sequence[_Token], b: Sequence[_Token]
) -> None:
    """Equal words may be written differently (case, quotes, blanks): then the pieces are marked."""
    old = before[a[hunk.old[0]].start : a[hunk.old[1] - 1].end]
    new = after[b[hunk.new[0]].start : b[hunk.new[1] - 1].end]
    if old == new:
        out.append(Span("same", old))
        return
    for i, j in zip(range(*hunk.old), range(*hunk.new), strict=True):
        if i > hunk.old[0]:
            _differ(out, before[a[i - 1].end : a[i].start], after[b[j - 1].end : b[j].start])
        _differ(out, before[a[i].start : a[i].end], after[b[j].start : b[j].end])


def _differ(out: list[Span], old: str, new: str) -> None:
    if old == new:
        if old:
            out.append(Span("same", old))
        return
    if old:
        out.append(Span("removed", old))
    if new:
        out.append(Span("added", new))


def _common_blank(old: str, new: str) -> str:
    a, b = old[: len(old) - len(old.lstrip())], new[: len(new) - len(new.lstrip())]
    return a if a == b else ""


def _joined(found: Sequence[Span]) -> tuple[Span, ...]:
    out: list[Span] = []
    for span in found:
        if out and out[-1].op == span.op:
            out[-1] = Span(span.op, out[-1].text + span.text)
        elif span.text:
            out.append(span)
    return tuple(out)


def excerpt(found: Sequence[Span], context: int = 8) -> tuple[Span, ...]:
    """The same spans with long equal stretches cut to `context` words beside each mark."""
    out: list[Span] = []
    last = len(found) - 1
    for n, span in enumerate(found):
        words = re.findall(r"\S+\s*", span.text)
        room = context * (1 if n in (0, last) else 2)
        if span.op != "same" or len(words) <= room + 2:
            out.append(span)
        elif n == 0 and last > 0:
            out.append(Span("same", "… " + "".join(words[-context:])))
        elif n == last:
            out.append(Span("same", _lead(span.text) + "".join(words[:context]).rstrip() + " …"))
        else:
            middle = "".join(words[:context]) + "… " + "".join(words[-context:])
            out.append(Span("same", _lead(span.text) + middle))
    return tuple(out)


def _lead(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]
