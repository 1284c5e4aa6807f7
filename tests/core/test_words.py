"""Word diff: verbatim on both sides, whole words, readable stretches."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.words import excerpt, spans

SENTENCE = st.lists(
    st.sampled_from("the curfew in Bamako lasts from 9 p.m. to 6 a.m. and, “since May”, is not 1,500 lifted".split()),
    max_size=14,
).map(" ".join)  # fmt: skip


TEXT = st.text(alphabet="ab1 2.,:'’_é\u0301-–“”\n", max_size=30)


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
        ("fine 1.5 JOD (2 USD)", "fine 3.0 JOD (4 USD)", "fine [-1.5-]{+3.0+} JOD ([-2 USD-]{+4 USD+})"),
        ("It ends on 27 May.", "It ends on 28 May.", "It ends on [-27 May-]{+28 May+}."),
        ("Keep plans under review, and pack.", "Keep plans under review and pack.",
         "Keep plans under [-review,-]{+review+} and pack."),
        ("Cases of H5N1 were found.", "Cases of H5N2 were found.", "Cases of [-H5N1-]{+H5N2+} were found."),
        ("It opens at 5.30pm daily.", "It opens at 6.30pm daily.", "It opens at [-5.30pm-]{+6.30pm+} daily."),
    ],
)  # fmt: skip
def test_an_edit_reads_as_a_person_would_mark_it(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


def test_a_rewritten_sentence_is_shown_whole() -> None:
    got = spans("Attacks cannot be ruled out.", "Militants will very likely strike again soon, so leave.")
    assert [span.op for span in got] == ["removed", "added"]


def many(count: int, *words: str) -> str:
    return " ".join(words[n % len(words)].format(n) for n in range(count))


@pytest.mark.parametrize("count", [110, 500, 2000, 4900, 20_000])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("x", "y"), ("y", "x", "z")),  # difflib alone takes minutes for 4,000 of these
        (("w{}",), ("w{}", "w{}", "q")),
        (("w{}",), ("{}", "w{}")),
        (("the", "of", "in"), ("of", "the", "to", "in")),
    ],
)
def test_no_text_however_long_or_hostile_takes_long(
    count: int, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    a, b = many(count, *before), many(count, *after)
    start = time.process_time()
    got = spans(a, b)
    assert time.process_time() - start < 5  # difflib alone takes minutes
    assert "".join(s.text for s in got if s.op != "added") == a
    assert "".join(s.text for s in got if s.op != "removed") == b


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


@given(st.one_of(SENTENCE, TEXT), st.one_of(SENTENCE, TEXT))
def test_no_word_is_cut(before: str, after: str) -> None:
    for other, text in (("added", before), ("removed", after)):
        at = 0
        for span in spans(before, after):
            at += 0 if span.op == other else len(span.text)
            assert not re.match(r"\w\w", text[at - 1 : at + 1]), (text, at)


def test_equal_words_in_other_quotes_are_marked_alone() -> None:
    assert shown("the “old” road is closed", 'the "old" road is closed') == (
        'the [-“-]{+"+}old[-”-]{+"+} road is closed')  # fmt: skip


def test_two_figures_are_never_read_as_one_stretch() -> None:
    got = [span.text for span in spans("from 10 to 5 on 3 May", "from 8 to 6 on 4 May") if span.op == "added"]
    assert got == ["8", "6", "4"]


def test_an_excerpt_keeps_the_marks_and_some_words_beside_them() -> None:
    far = " ".join(f"word{n}" for n in range(40))
    got = excerpt(spans(f"{far} five {far}", f"{far} seven {far}"), context=3)
    text = "".join(span.text for span in got)
    assert "five" in text and "seven" in text and len(text.split()) < 16
