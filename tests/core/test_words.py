"""Word diff: verbatim on both sides, whole words, readable stretches."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.words import excerpt, spans

SENTENCE = st.lists(
    st.sampled_from("the curfew in Bamako lasts from 9 p.m. to 6 a.m. and, “since May”, is not 1,500 lifted".split()),
    max_size=14,
).map(" ".join)  # fmt: skip


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[span.op].format(span.text) for span in spans(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Five people were killed.", "Seven people were killed.", "[-Five-]{+Seven+} people were killed."),
        ("due to crime and unrest", "due to crime, terrorism, and unrest",
         "due to crime{+, terrorism,+} and unrest"),
        ("The road is safe.", "The road is not safe.", "The road is{+ not+} safe."),
        ("fine 1.5 JOD (2 USD)", "fine 3.0 JOD (4 USD)", "fine [-1.5-]{+3.0+} JOD ([-2-]{+4+} USD)"),
    ],
)  # fmt: skip
def test_an_edit_reads_as_a_person_would_mark_it(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


def test_a_rewritten_sentence_is_shown_whole() -> None:
    got = spans("Attacks cannot be ruled out.", "Militants will very likely strike again soon, so leave.")
    assert [span.op for span in got] == ["removed", "added"]


def test_long_texts_are_compared_in_bounded_time() -> None:
    a = " ".join(f"w{n}" for n in range(8000))
    b = " ".join(f"w{n * 3}" for n in range(8000))
    assert "".join(s.text for s in spans(a, b) if s.op != "added") == a


@given(SENTENCE, SENTENCE)
def test_both_sides_are_kept_verbatim(before: str, after: str) -> None:
    got = spans(before, after)
    assert "".join(s.text for s in got if s.op != "added") == before
    assert "".join(s.text for s in got if s.op != "removed") == after


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_kept_verbatim(before: str, after: str) -> None:
    got = spans(before, after)
    assert "".join(s.text for s in got if s.op != "added") == before
    assert "".join(s.text for s in got if s.op != "removed") == after


@given(SENTENCE)
def test_equal_sentences_have_no_marks(words: str) -> None:
    assert all(span.op == "same" for span in spans(words, words))


@given(SENTENCE, SENTENCE)
def test_no_word_is_cut(before: str, after: str) -> None:
    whole = set(re.findall(r"\w+", before + " " + after))
    assert all(set(re.findall(r"\w+", span.text)) <= whole for span in spans(before, after))


def test_an_excerpt_keeps_the_marks_and_some_words_beside_them() -> None:
    far = " ".join(f"word{n}" for n in range(40))
    got = excerpt(spans(f"{far} five {far}", f"{far} seven {far}"), context=3)
    text = "".join(span.text for span in got)
    assert "five" in text and "seven" in text and len(text.split()) < 16
