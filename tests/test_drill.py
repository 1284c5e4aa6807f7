"""A retraction, from the decision to the last hand-over, in small; `python -m tests.faults drill` is the real one."""

from __future__ import annotations

import pytest

from tests.faults import drill


@pytest.mark.skipif(bool(drill.missing()), reason=drill.missing())
def test_a_retraction_reaches_everybody_who_was_told_once_and_soon() -> None:
    done = drill.drill(12, own_process=False)
    assert done.wrong == [] and (done.notices, done.retractions) == (12, 12)
    assert 0 < done.written < done.last < 120


def test_a_drill_that_went_wrong_says_what_was_wrong() -> None:
    done = drill.Drill(readers=2, alert=1, written=1, last=301, notices=2, retractions=1, repeated=1)
    assert len(done.wrong) == 3 and "2 got the notice, 1 the retraction" in done.wrong[1]
