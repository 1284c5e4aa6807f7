"""Which signs a sentence carries, how firmly it says them, and whether it says that they are over."""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from monitor.core import gazetteer, needles, text
from monitor.core.lexicon import CONDITIONAL, CURRENT, DANGER, ENDED, NOT_OPEN, POSSIBLE, SIGNS, Sign, Weight

CLAUSE = re.compile(r"[;:()]|, (?:and|but|which|while|although|though|so|or)\b|\b(?:but|although|while|however)\b")


_SIEVE = needles.Sieve(sign.pattern for sign in SIGNS)


class Grade(IntEnum):
    """How firmly a sentence says a thing: it may happen, it happens, it is going on."""

    POSSIBLE = 0
    STATED = 1
    CURRENT = 2


class Signal(NamedTuple):
    """A sign as it stands in a sentence: on, ended, or only in general advice."""

    sign: Sign
    ended: bool
    general: bool
    grade: Grade = Grade.STATED
    subject: str = ""
    """What it names, for a sign of which each thing is news of its own: "cholera"."""

    @property
    def identity(self) -> tuple[str, str]:
        return self.sign.name, self.subject


@lru_cache(maxsize=16384)
def signals(sentence: str) -> tuple[Signal, ...]:
    """Which signs the sentence carries, and whether it says that they ended."""
    plain = text.normalise(sentence[:text.LONGEST]).casefold()
    cuts = [0, *(match.start() for match in CLAUSE.finditer(plain)), len(plain)]
    found = []
    for n in _SIEVE.candidates(plain):
        sign = SIGNS[n]
        subjects: set[str] = set()
        for match in sign.pattern.finditer(plain):
            subject = _subject(match.group()) if sign.named else ""
            if subject in subjects:
                continue
            subjects.add(subject)
            near = plain[max(0, match.start() - 60) : match.end() + 80]
            general = sign.weight is Weight.NOW and CONDITIONAL.search(near) is not None
            grade = grade_of(_clause(plain, cuts, match.start()))
            ended = ENDED.search(near) is not None and NOT_OPEN.search(near) is None
            found.append(Signal(sign, ended, general, grade, subject))
            if not sign.named or len(subjects) >= MOST_SUBJECTS:
                break
    return tuple(found)


MOST_SUBJECTS = 24
_SUBJECTS = (
    ("volcan", "volcano"), ("erupt", "volcano"), ("lava", "volcano"), ("flood", "flood"), ("polio", "polio"),
    ("covid", "covid-19"), ("monkeypox", "mpox"), ("al-qa", "al-qaeda"), ("al qa", "al-qaeda"),
    ("houthi", "houthis"), ("jihad", "jihadists"), ("heat", "heatwave"), ("bush", "wildfire"),
    ("forest fire", "wildfire"), ("wildfire", "wildfire"), ("mudslide", "landslide"), ("landslide", "landslide"),
)  # fmt: skip


def _subject(words: str) -> str:
    """One name for the spellings of one thing."""
    if words in _UNNAMED:
        return ""
    if words in gazetteer.groups():
        return gazetteer.groups()[words].casefold()
    return next((name for start, name in _SUBJECTS if words.startswith(start)), words.rstrip("s"))


_UNNAMED = frozenset({"outbreak", "outbreaks", "epidemic", "pandemic", "travel health notice"})


def _clause(plain: str, cuts: list[int], at: int) -> str:
    """The clause that holds this place: what may happen again in the next one takes nothing back."""
    n = bisect_right(cuts, at)
    return plain[cuts[n - 1] : cuts[n] if n < len(cuts) else len(plain)]


def grade_of(plain: str) -> Grade:
    """How firmly a normalised, casefolded clause speaks."""
    if POSSIBLE.search(plain) is not None:
        return Grade.POSSIBLE
    return Grade.CURRENT if CURRENT.search(plain) is not None else Grade.STATED


@lru_cache(maxsize=16384)
def warns(sentence: str) -> bool:
    """Whether the sentence warns of a danger, whatever it is."""
    return DANGER.search(text.normalise(sentence[:text.LONGEST]).casefold()) is not None
