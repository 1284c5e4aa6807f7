"""A few simulated hours of the soak; `python -m tests.faults soak` has seven days and 100,000 readers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor import logs
from monitor.audience import Wishes
from tests.faults import soak, soak_judge
from tests.faults.soak_judge import Ended, Planned


def test_a_fault_a_minute_loses_nothing_and_tells_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, minutes in {"DAY": 115, "FIRST": 62, "BETWEEN": 4, "APART": 999, "STEP": 720}.items():
        monkeypatch.setattr(soak, name, minutes)
    monkeypatch.setattr(soak, "LATEST", 16 * 24 * 60)
    logs.quiet()
    done = soak.soak(1, 128, places=16, in_full=10)
    assert done.all_wrong() == []
    assert done.planned >= 10 and done.owed > 40 and done.digests > 2
    assert done.faults == 55 and sum(n > 0 for n in soak.kinds(done.hit).values()) >= 4


def line(message: str, events: list[str], **more: object) -> dict[str, object]:
    made = {"id": message, "to": "a@ngo.example", "life": 1, "minute": 9, "how": "answered", "sha": "x"}
    return made | {"kind": "notice", "events": events} | more


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ([], {"false_alarms": 0, "told_twice": 0}),
        ([line("<1>", ["evt_9"])], {"false_alarms": 1, "told_twice": 0}),
        ([line("<1>", ["evt_9"]), line("<2>", ["evt_9"])], {"false_alarms": 1, "told_twice": 1}),
        ([line("<1>", []), line("<1>", [])], {"repeats": 1, "after_drop": 0}),
        ([line("<1>", [], how="dropped"), line("<1>", [], sha="y")], {"repeats": 1, "after_drop": 1}),
    ],
)
def test_the_judge_sees_what_is_lost_invented_repeated_or_different(
    tmp_path: Path, lines: list[dict[str, object]], wrong: dict[str, int]
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("".join(json.dumps(one) + "\n" for one in lines))
    planned = [Planned(minute=1, place=0, destination="Kenya", words="x")]
    readers = {"a@ngo.example": Wishes(destinations=("kenya",))}
    done = soak_judge.judge(taken, planned, [], Ended({"waiting": 1}), readers, [])
    assert done.changes_lost == 1 and {name: getattr(done, name) for name in wrong} == wrong
    explained = [one for one in done.wrong if "nothing explains" in one or "copies differ" in one]
    assert bool(explained) == any(one["id"] == "<1>" and not one["events"] for one in lines)
    assert any("in the end deliveries" in one for one in done.wrong)


def test_a_digest_that_was_taken_and_then_refused_is_told_again_and_nothing_else_is(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    lines = [line("<1>", ["evt_1"], kind="digest", how="dropped"), line("<2>", ["evt_1"], kind="digest")]
    taken.write_text("".join(json.dumps(one) + "\n" for one in lines))
    refused = soak_judge.judge(taken, [], [], Ended(refused=frozenset({"<1>"})), {}, [])
    assert (refused.told_again, refused.told_twice) == (1, 0)
    accepted = soak_judge.judge(taken, [], [], Ended(), {}, [])
    assert (accepted.told_again, accepted.told_twice) == (0, 1)
