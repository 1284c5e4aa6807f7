"""Hostile words in every output: a sample of those that `python -m tests.attack words` tries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attack import outputs, strings

SOME = strings.ours()[::193]


@pytest.fixture(scope="module")
def pages() -> Iterator[outputs.Pages]:
    made = outputs.Pages()
    yield made
    made.close()


def test_there_are_enough_of_them() -> None:
    assert len(strings.ours()) >= 3_700


def test_no_words_add_a_part_a_header_or_a_recipient_to_a_mail() -> None:
    assert [(words[:80], wrong) for turn, words in enumerate(SOME) for wrong in outputs.letters(words, turn)] == []


def test_no_words_add_a_key_to_what_is_posted_and_every_feed_stays_valid() -> None:
    assert [(words[:80], wrong) for words in SOME
            for wrong in (*outputs.hooks(words), *outputs.pulled(words))] == []  # fmt: skip


def test_no_words_add_an_element_to_a_page(pages: outputs.Pages) -> None:
    assert [(words[:80], wrong) for words in SOME for wrong in pages.wrong(words)] == []


def test_the_judge_sees_what_comes_in() -> None:
    assert list(outputs.added("<p>x<b>y</b></p>", "<p>x</p>")) == ["elements [('b', '')]"]
    assert list(outputs.added("<a href='javascript:1'>x</a>", "<a href='/'>x</a>")) == ["address 'javascript:1'"]
    assert list(outputs.added("<p onclick=1>x</p>", "<p>x</p>")) == ["elements [('p', 'onclick')]"]
