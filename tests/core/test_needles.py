"""A sieve is only faster: what it lets go of would not have matched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import facts, needles, terms
from monitor.core.lexicon import SIGNS
from tests.understand.pairs import PAIRS

PATTERNS = [sign.pattern for sign in SIGNS] + [p for _, p in terms._TOPICS] + [p for p, _ in facts.LEVEL_WORDS]
SIEVE = needles.Sieve(PATTERNS)
SENTENCES = sorted({line.casefold() for pair in PAIRS for line in f"{pair.before}\n{pair.after}".splitlines() if line})
WORDS = sorted({word for sentence in SENTENCES for word in sentence.split()})


def matching(text: str) -> set[int]:
    return {n for n, pattern in enumerate(PATTERNS) if pattern.search(text)}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\bcurfew\b", ("curfew",)),
        (r"\b(?:riots?|looting)\b", ("riot", "looting")),
        (r"\bno longer (?:open|operat\w*)", ("no longer ope",)),
        (r"\b(?:visa)?\b", ()),  # may match nothing at all
        (r"\b\d{3,4}\b", ()),
        (r"\b(?:uxo|[a-z]+ mine)\b", ("uxo", " mine")),
        (r"(?<!no )war(?! game)", ("war",)),  # what must not stand beside it need not stand there
        (r"(?i)\bcurfew\b", ()),
    ],
)
def test_every_match_holds_one_of_these_pieces(pattern: str, expected: tuple[str, ...]) -> None:
    assert needles.of(re.compile(pattern)) == expected


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_sieve_loses_nothing_that_the_golden_pages_say(sentence: str) -> None:
    assert matching(sentence) <= set(SIEVE.candidates(sentence))


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_the_sieve_loses_nothing_in_any_order_of_words(text: str) -> None:
    assert matching(text) <= set(SIEVE.candidates(text))


def test_most_patterns_are_never_tried_on_an_ordinary_sentence() -> None:
    plain = "the road along the coast is narrow and has few lights, so allow more time than you think you need."
    assert len(SIEVE.candidates(plain)) < len(PATTERNS) / 4
