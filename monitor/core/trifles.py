"""When two ways of writing a sentence make no difference to a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rapidfuzz.distance import Indel

from monitor.core import facts, text
from monitor.core.news import signals_of

SMALL_WORDS = frozenset(
    "a an the of in on at to for from by with as and or is are was were be been being that this these those it its "
    "you your we our us they their them which who also please there here into about via per will would such s".split()
)
"""Words that may come or go without a change of meaning."""
EXTENT = frozenset(
    "all some most only except excluding essential entire "
    "north northern south southern east eastern west western outside inside beyond "
    "high higher low lower extreme severe moderate rising likely unlikely never now immediately "
    "open closed safe unsafe".split()
)
"""Words whose change alters how far, how much or how soon a sentence applies."""


def differ(words: frozenset[str], before: str, after: str) -> bool:
    """Whether the two sentences hold different ones of these words."""
    return words.intersection(text.words(before)) != words.intersection(text.words(after))


def likeness(before: str | None, after: str | None) -> float:
    if not before or not after:
        return 0.0
    most = text.LONGEST
    return Indel.normalized_similarity(text.words(before[:most]), text.words(after[:most]))


def only_denied(before: str, after: str) -> bool:
    """Whether hardly more than words of denial came or went, not a clause that holds one."""
    a, b = Counter(text.words(before)), Counter(text.words(after))
    denials = facts.negated(before) | facts.negated(after)
    quiet = SMALL_WORDS | denials | _AUXILIARY
    return sum(n for word, n in ((a - b) + (b - a)).items() if word not in quiet) <= 2


_AUXILIARY = frozenset("do does did don't doesn't didn't can could may might must should has have had".split())


def trifle(before: str, after: str) -> bool:
    """Spelling, small words, or figures grouped anew: nothing that a reader would act on."""
    if facts.negated(before) != facts.negated(after) or _carried(before) != _carried(after):
        return False
    a, b = text.words(before), text.words(after)
    if _letters(a) == _letters(b):
        return facts.values(before) == facts.values(after) and _minus(before) == _minus(after)
    gone, come = Counter(a) - Counter(b), Counter(b) - Counter(a)
    if all(word in SMALL_WORDS for word in (*gone, *come)):
        return True
    return sum(gone.values()) == sum(come.values()) == 1 and misspelt(next(iter(gone)), next(iter(come)))


def _minus(sentence: str) -> int:
    return len(text.MINUS.findall(text.normalise(sentence)))


def _letters(words: Sequence[str]) -> list[str]:
    return [word for word in words if not word[0].isdigit()]


def misspelt(old: str, new: str) -> bool:
    """Whether two words are one word, once written wrongly."""
    plain = old.isalpha() and new.isalpha() and not {old, new} & EXTENT
    return (
        plain and min(len(old), len(new)) >= 5 and old[0] == new[0] and (Indel.distance(old, new, score_cutoff=2) <= 2)
    )


def _carried(sentence: str) -> set[tuple[str, bool]]:
    return {(signal.sign.name, signal.ended) for signal in signals_of(sentence)}
