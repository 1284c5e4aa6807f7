"""The clock of the machine is set, back and forth, under the running service (libfaketime).

The monotonic clock goes on, as it does in reality: only the time of day jumps.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.faults.house import House
from tests.faults.judge import EXPECTED, Tally
from tests.faults.kills import Say, restart, scene, silent
from tests.faults.restarts import ROOT, command

LIBRARY = "libfaketime*.so.1"
PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")
JUMPS = {"back 2 h": -7200, "ahead 2 h": 7200, "back 3 days": -259_200, "ahead 40 days": 3_456_000, "back 5 s": -5}


def library() -> str:
    """The library that makes a process see another time of day; empty if it is not here."""
    found = [path for place in PLACES for path in sorted(Path(place).glob(f"**/{LIBRARY}"))]
    return str(next((path for path in found if "MT" in path.name), "")) if found else ""


def jump(name: str, tally: Tally, say: Say = silent) -> None:
    """The clock is set while the service runs, and then the page changes: it is told, once, within seconds."""
    with scene("sqlite", "change") as (place, new_house):
        place.world.news = False
        house = new_house()
        _set(house, 0)
        process = _started(house)
        try:
            _looks(house, 2)
            _set(house, JUMPS[name])
            time.sleep(1.2)  # until the library reads the new offset
            begun = time.monotonic()
            place.world.news = True
            told = _told(house, 30)
            took = time.monotonic() - begun
            time.sleep(2)
        finally:
            code = _stopped(process)
        say(f"{name}: told after {took:.1f} s" if told else f"{name}: not told within {took:.0f} s")
        report = restart(house) | {"seconds": took}
        tally.add(name, place.world.copies, report)
        if not told or took > 10 or code:
            tally.wrong.append(f"{name}: told: {told} after {took:.1f} s, exit code {code}: {house.said()[-300:]}")


def _stopped(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _set(house: House, seconds: int) -> None:
    (house.folder / "clock.new").write_text(f"{seconds:+d}\n")
    (house.folder / "clock.new").replace(house.folder / "clock")


def _started(house: House) -> subprocess.Popen[bytes]:
    # The offset is read again every second. With FAKETIME_NO_CACHE it is read at every question for the time, and the
    # service then uses a whole core for that alone.
    fake = {**os.environ, "MONITOR_NO_BOOTSTRAP": "1", "PYTHONPATH": str(ROOT),
            "LD_PRELOAD": library(), "FAKETIME_TIMESTAMP_FILE": str(house.folder / "clock"),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}  # fmt: skip
    with house.log.open("ab") as log:
        return subprocess.Popen(command(house), cwd=house.folder, stdout=log, stderr=log, env=fake)


def _looks(house: House, number: int) -> None:
    end, wanted = time.monotonic() + 30, house.world.looks + number
    while house.world.looks < wanted:
        assert time.monotonic() < end, house.said()
        time.sleep(0.05)


def _told(house: House, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if {copy.to for copy in house.world.copies} >= set(EXPECTED):
            return True
        time.sleep(0.02)
    return False
