"""Log lines that cannot be written cost lines, never work."""

from __future__ import annotations

import io

from monitor.logs import Patient


class Full(io.StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.full = True

    def write(self, words: str) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().write(words)


def test_a_full_disk_below_the_log_stops_nothing_and_is_told_afterwards() -> None:
    disk = Full()
    log = Patient(disk)
    print("one", file=log, flush=True)  # type: ignore[call-overload]
    print("two", file=log, flush=True)  # type: ignore[call-overload]
    disk.full = False
    print("three", file=log, flush=True)  # type: ignore[call-overload]
    assert disk.getvalue().strip().splitlines() == ["2 log lines could not be written", "three"]


def test_a_log_that_is_closed_stops_nothing() -> None:
    closed = io.StringIO()
    closed.close()
    print("one", file=Patient(closed), flush=True)  # type: ignore[call-overload]
