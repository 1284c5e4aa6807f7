"""What a sentence rules about entry, stay and exit, so that two ways of putting one rule are one."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.core import needles, text
from monitor.core.facts import readings
from monitor.core.signals import CLAUSE

_TOPICS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("passport", r"\bpassports?\b"),
        ("blank pages", r"\b(?:blank|visa|passport|unused)\b.{0,20}\bpages?\b|\bpages?\b.{0,20}\b(?:required|stamp)"),
        ("visa", r"\be?-?visas?\b|\bvisa-free"),
        ("travel authorisation", r"\btravel authori[sz]ation|\beta\b|\besta\b|\betias\b"),
        ("entry/exit system", r"\bees\b|entry/exit system"),
        ("yellow fever", r"\byellow (?:fever|card)"),
        ("polio", r"\bpolio\w*"),
        ("covid-19", r"\bcovid"),
        ("vaccination", r"\bvaccin\w+"),
        ("ticket", r"\b(?:return|onward)\b.{0,20}\btickets?\b"),
        ("funds", r"\bfunds\b|\bfinancial means"),
        ("form", r"\b(?:form|card|declaration|declare|regist\w+)\b"),
        ("payment", r"\b(?:tax(?:es)?|fees?|fines?|levy|surcharge)\b"),
        ("currency", r"\b(?:currency|cash|money|dirhams|usd)\b"),
        ("invitation", r"\binvitation\b"),
        ("permit", r"\bpermits?\b"),
        ("minors", r"\b(?:minors?|child(?:ren)?|parents?|consent)\b"),
        ("biometrics", r"\bbiometric|\bfingerprint"),
        ("insurance", r"\binsurance\b"),
        ("stamp", r"\bstamps?\b"),
        ("border", r"\bborders?\b|\bcrossings?\b"),
        ("screening", r"\bscreen\w+|\bquarantine|\btest(?:s|ed|ing)?\b"),
        ("medication", r"\bmedic(?:ation|ine)s?\b"),
        ("overstay", r"\boverstay\w*"),
        ("solvency", r"\bsolvency|bank statement"),
        ("denied entry", r"\b(?:denied|refused) (?:entry|boarding)"),
        ("customs", r"\bcustoms\b"),
        ("identity", r"\bid\b|\bidentity\b|\bidentification\b"),
        ("nationality", r"\bdual nation\w+|\bdual citizen\w*"),
    )
)
"""What a rule of entry, stay or exit can be about."""
_SIEVE = needles.Sieve(pattern for _, pattern in _TOPICS)
_EXEMPT = re.compile(
    r"\b(?:not (?:be )?(?:required|need\w*|allowed|permitted)|no longer|exempt|do(?:es)? not need|don't need|"
    r"cannot|can not|can't|prohibited|forbidden|no\b|not |none\b|without)\b"
)


@lru_cache(maxsize=16384)
def terms(sentence: str, heading: str = "") -> frozenset[tuple[str, str]]:
    """What a sentence rules, as (topic, yes or not) and (value, figure): two ways of putting one rule share them.

    `heading` is the label it stands under; it gives the topic of a clause that names none.
    """
    under = _topics(text.normalise(heading).casefold())
    found: set[tuple[str, str]] = set()
    for clause in CLAUSE.split(text.normalise(sentence[:text.LONGEST]).casefold()):
        way = "not" if _EXEMPT.search(clause) else "yes"
        found |= {(topic, way) for topic in _topics(clause) or (under if any(map(str.isalpha, clause)) else ())}
    for reading in readings(sentence):
        if reading.kind == "date" or (reading.kind == "number" and found):
            found.add(("value", reading.value.split(" ")[0]))
    return frozenset(found)


def _topics(plain: str) -> list[str]:
    return [name for name, pattern in map(_TOPICS.__getitem__, _SIEVE.candidates(plain)) if pattern.search(plain)]
