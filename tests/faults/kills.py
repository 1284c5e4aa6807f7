"""kill -9 at every system call that writes, syncs, sends or hears an answer; then a restart, and counting.

Two stories: `change` starts from an installation that has looked once, `birth` from an empty folder (secret,
tables, readers, first look and change in one process).
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.faults import service
from tests.faults.house import House, Street, street
from tests.faults.judge import Tally, read
from tests.faults.process import WRITES, Run, counted, killing

HOUR = 3600.0
PATIENCE = 40.0
Say = Callable[[str], None]


def silent(_: str) -> None:
    pass


@contextmanager
def scene(database: str, story: str, *, delay: float = 0.0) -> Iterator[tuple[Street, Callable[[], House]]]:
    """The world, and a way to get a house in which the story is about to happen."""
    with street(database, delay=delay) as place:
        if story == "birth":
            yield place, place.empty
            return
        lived_in = place.empty()
        code = Run(service.step, lived_in.folder, lived_in.hook, HOUR, True).ended()
        assert code == 0 and "first" in lived_in.said() and "changed" not in lived_in.said(), lived_in.said()
        place.world.clear()
        yield place, lambda: place.copy(lived_in)


def restart(house: House) -> dict[str, object]:
    """The service again, undisturbed, until all is told; what it found."""
    report = house.folder / "report.json"
    code = Run(service.serve, house.folder, house.hook, str(report), PATIENCE).ended(PATIENCE + 20)
    assert code == 0, house.said()
    return read(report)


def sweep(
    database: str, story: str, *, every: int = 1, first: int = 1, calls: Sequence[str] = WRITES, say: Say = silent,
) -> tuple[Tally, dict[str, int]]:  # fmt: skip
    """Kills at each `every`-th call, beginning with the `first`; the tally, and how many calls there are of each."""
    tally = Tally()
    with scene(database, story) as (place, new_house):
        house = new_house()
        found, code = counted(service.step, house.folder, house.hook, 0.0, False)
        assert code == 0, house.said()
        restart(house)
        place.world.clear()
        place.pull_down(house)
        say(f"{database} {story}: {sum(found.values())} calls: {dict(found)}")
        for call in filter(found.__getitem__, calls):
            number = first
            # Each call: until one run is not hit any more, as one run may make a few calls more than another.
            while every == 1 or number <= found[call]:
                if not _killed_at(call, number, place, new_house(), tally):
                    break
                number += every
            say(f"{database} {story} {call}: {tally.runs} runs, {tally.repeats} repeats, {len(tally.wrong)} wrong")
    return tally, dict(found)


def _killed_at(call: str, number: int, place: Street, house: House, tally: Tally) -> bool:
    run = Run(service.step, house.folder, house.hook, 0.0, False, strace=killing(call, number))
    code = run.ended()
    assert code in (0, -signal.SIGKILL), f"{call} {number}: exit code {code}: {house.said()}"
    place.world.settle()
    report = restart(house)
    place.world.settle()
    tally.add(f"{call} {number}", place.world.copies, report, killed=code != 0)
    place.world.clear()
    place.pull_down(house)
    return code != 0


def undisturbed(place: Street, house: House) -> float:
    """Seconds that the whole service needs to hand everything over and note it, once it is built."""
    run = Run(service.serve, house.folder, house.hook, str(house.folder / "report.json"), PATIENCE)
    run.ready()
    run.ended()
    whole = max(copy.complete_at for copy in place.world.copies) - run.begun + 0.1
    place.world.clear()
    place.pull_down(house)
    return whole


def at_random(database: str, runs: int, *, hop: str, seed: int = 1, say: Say = silent) -> Tally:
    """The whole service with all its threads, killed at a random moment of its work."""
    chance = random.Random(seed)
    tally = Tally()
    with scene(database, "change", delay=0.1 if hop == "slow" else 0.0) as (place, new_house):
        whole = undisturbed(place, new_house())
        say(f"undisturbed, all is handed over after {whole:.2f} s; kills fall into that time")
        for number in range(1, runs + 1):
            house = new_house()
            run = Run(service.serve, house.folder, house.hook, "", PATIENCE)
            run.ready()
            time.sleep(chance.uniform(0.0, whole))
            run.kill()
            code = run.ended()
            place.world.settle()
            report = restart(house)
            place.world.settle()
            tally.add(f"run {number}", place.world.copies, report, killed=code == -signal.SIGKILL)
            place.world.clear()
            place.pull_down(house)
            if number % 50 == 0:
                say(f"{database} {hop}: {number} runs, {tally.repeats} repeats, {len(tally.wrong)} wrong")
    return tally
