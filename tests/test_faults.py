"""A few of the faults of `python -m tests.faults`, which has them all: kill -9 at chosen calls, disks that fail."""

from __future__ import annotations

import os

import pytest

from tests.faults import disk, kills, process

WHY = process.missing()
if WHY and os.environ.get("CI") == "true":
    raise RuntimeError(f"{WHY}: nothing can be killed at a chosen call. apt install strace")
traced = pytest.mark.skipif(bool(WHY), reason=f"{WHY}; apt install strace")


@traced
def test_a_kill_at_any_call_loses_nothing_and_repeats_only_what_was_in_hand() -> None:
    tally, calls = kills.sweep("sqlite", "change", every=30, first=15)
    assert tally.wrong == [] and tally.killed >= 3 and sum(calls.values()) > 50


@traced
def test_a_kill_during_the_very_first_start_leaves_nothing_half_made() -> None:
    tally, _ = kills.sweep("sqlite", "birth", every=10_000, calls=["link"])
    assert tally.wrong == [] and tally.killed == 1


@traced
def test_a_disk_that_is_full_or_broken_loses_nothing_and_is_named() -> None:
    tallies = disk.faults("change", every=40, first=20, on=(True,))
    assert [words for tally in tallies.values() for words in tally.wrong] == []
    assert all(tally.killed for tally in tallies.values())


def test_killed_with_all_its_threads_at_random_moments_it_loses_nothing() -> None:
    tally = kills.at_random("sqlite", 2, hop="slow")
    assert tally.wrong == [] and tally.killed == 2 and tally.slowest < 10


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_may_not_be_written_is_said_at_the_start_with_what_to_do(what: str) -> None:
    assert disk.read_only(what).wrong == []


def test_locked_with_messages_in_hand_it_waits_and_repeats_none() -> None:
    tally = disk.locked_in_hand(1.0)
    assert tally.wrong == [] and tally.repeats == 0
