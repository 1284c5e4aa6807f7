"""A short sweep over the API; `python -m tests.web.sweep` is the long one."""

from pathlib import Path

from tests.web import sweep


def test_generated_questions_get_the_answers_that_the_description_promises(tmp_path: Path) -> None:
    house = sweep.furnished(tmp_path)
    seen = sweep.swept(house, 120)
    house.close()
    assert sum(seen.values()) >= 100 and {200, 400, 404} <= seen.keys() and max(seen) < 500
