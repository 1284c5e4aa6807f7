"""A few of the lies of `python -m tests.faults pages | relays | endpoints`, which has them all."""

from __future__ import annotations

import os

import pytest

from tests.faults import endpoints, relays
from tests.faults.lies import borrowed, broken, run, walls


def _sound(found: run.Found) -> bool:
    assert found.wrong == []
    return found.still_told == 1 and not any(row.alerts or row.crashes for row in found.rows.values())


def test_what_is_not_the_page_crashes_no_visit_and_is_told_to_nobody() -> None:
    cases = [*list(broken.quick())[::110], *list(walls.everything())[::60]]
    found = run.run(cases, workers=1)
    assert _sound(found) and len(found.rows) >= 12


def test_markup_that_was_written_to_break_parsers_is_told_to_nobody() -> None:
    try:
        foreign = borrowed.inputs()
    except borrowed.MissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"html5lib's test data could not be had: {error}")
    assert len(foreign) > 10_000
    assert _sound(run.run(list(broken.foreign(foreign[::400])), workers=1))


def test_a_relay_that_misbehaves_at_any_word_leaves_everybody_in_the_right_state() -> None:
    rows = relays.sweep(every=53, first=1)
    assert [words for row in rows.values() for words in row.wrong] == []
    assert sum(row.runs for row in rows.values()) == sum(row.right for row in rows.values()) >= 7


def test_an_endpoint_that_misbehaves_is_left_in_the_right_state_and_delays_no_other() -> None:
    rows = endpoints.sweep(every=11)
    assert [f"{row.name}: {words}" for row in rows for words in row.wrong] == []
    assert len(rows) > 10
