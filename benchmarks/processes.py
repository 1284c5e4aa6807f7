"""What processes cost, as Linux counts it: processor seconds and memory, by whose they are."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.store.postgres import Server

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Processor seconds of each part, of this process, and of the whole machine, whoever works on it."""

    postgresql: float
    workers: float
    scheduler: float
    sink: float
    bench: float
    machine: float

    @classmethod
    def of(cls, postmaster: int, sink: int, started: Sequence[subprocess.Popen[bytes]]) -> Used:
        """Until now; the first of those started is the scheduler."""
        return cls(
            postgresql=_cpu(postmaster, dead=True) + sum(_cpu(child) for child in _children(postmaster)),
            workers=sum(_cpu(one.pid) for one in started[1:]), scheduler=_cpu(started[0].pid), sink=_cpu(sink),
            bench=_cpu(os.getpid()), machine=_machine(),
        )  # fmt: skip

    def __sub__(self, before: Used) -> Used:
        return Used(**{name: getattr(self, name) - getattr(before, name) for name in self.__slots__})

    def shown(self, messages: int, wall: float) -> dict[str, Any]:
        """For each message, the share of each part in what we used, and how busy the machine was."""
        ours = self.postgresql + self.workers + self.scheduler + self.sink + self.bench
        return {
            "postgresql_ms_per_message": round(self.postgresql / messages * 1e3, 3),
            "workers_ms_per_message": round(self.workers / messages * 1e3, 3),
            "sink_ms_per_message": round(self.sink / messages * 1e3, 3),
            "share_postgresql": round(self.postgresql / ours, 3), "share_workers": round(self.workers / ours, 3),
            "share_sink": round(self.sink / ours, 3),
            "share_other": round((self.scheduler + self.bench) / ours, 3),
            "cores_used_by_us": round(ours / wall, 2), "cores_used_by_all": round(self.machine / wall, 2),
        }  # fmt: skip


def postmaster(server: Server) -> int:
    assert server.folder is not None, "a server of our own, not a named one: its processes are counted"
    return int((server.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])


def resident(pid: int) -> int:
    """MiB of this process that are in memory now."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    return 0


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu(pid: int, *, dead: bool = False) -> float:
    """Seconds of this process; with `dead`, also of its children that have ended."""
    words = _stat(pid)
    return sum(map(int, words[11 : 15 if dead else 13])) / _TICK


def _children(pid: int) -> list[int]:
    found = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal()]
    return [one for one in found if (words := _stat(one)) and int(words[1]) == pid]


def _machine() -> float:
    words = Path("/proc/stat").read_text(encoding="utf-8").split("\n")[0].split()[1:]
    idle, waiting = int(words[3]), int(words[4])
    return (sum(map(int, words[:8])) - idle - waiting) / _TICK
