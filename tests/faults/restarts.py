"""`monitor run` itself, from its command line, killed while it tells: how long until a restart has told everybody."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.house import House
from tests.faults.judge import EXPECTED, Tally
from tests.faults.kills import PATIENCE, Say, restart, scene, silent

ROOT = Path(__file__).parents[2]


def restarts(database: str, runs: int, *, seed: int = 1, say: Say = silent) -> Tally:
    """The tally; its slowest is the longest time from the start of a new Python to the last reader served."""
    chance, tally = random.Random(seed), Tally()
    with scene(database, "change") as (place, new_house):
        for number in range(1, runs + 1):
            house = new_house()
            first = _started(house)
            _wait_for(house, 1)  # it has begun to tell
            time.sleep(chance.uniform(0.0, 0.1))
            first.kill()
            first.wait()
            place.world.settle()
            begun = time.monotonic()
            second = _started(house)
            last = _wait_for(house, len(EXPECTED)) - begun
            time.sleep(0.5)
            second.send_signal(signal.SIGTERM)
            code = second.wait(30)
            report = restart(house) | {"seconds": max(0.0, last)}
            # What was in hand as the first one died is not seen by the third; that nothing else is repeated is
            # what the sweeps show.
            report["in_hand"] = [copy.message_id for copy in place.world.copies]
            tally.add(f"run {number}", place.world.copies, report)
            if code != 0:
                tally.wrong.append(f"run {number}: SIGTERM ended it with {code}: {house.said()[-300:]}")
            place.world.clear()
            place.pull_down(house)
            say(f"restart {number}: {last:.1f} s")
    return tally


def _started(house: House) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "MONITOR_NO_BOOTSTRAP": "1", "PYTHONPATH": str(ROOT)}
    with house.log.open("ab") as log:
        return subprocess.Popen(command(house), cwd=house.folder, stdout=log, stderr=log, env=environ)


def command(house: House) -> list[str]:
    return [sys.executable, "-m", "monitor", "--config", str(house.config), "run"]


def _wait_for(house: House, readers: int) -> float:
    """When so many readers had their message; not before now."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if len({copy.to for copy in house.world.copies}) >= readers:
            return time.monotonic()
        time.sleep(0.01)
    raise AssertionError(f"only {house.world.copies} were told: {house.said()[-1000:]}")
