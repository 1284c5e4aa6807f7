"""Runs the service in processes of its own, if wanted with strace at its throat.

The processes are forked by a server that has loaded everything beforehand (multiprocessing's forkserver): starting
Python anew for each of thousands of runs would take most of the time. strace is attached before the first line of
the service runs.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

WRITES = ("write", "writev", "pwrite64", "pwritev", "fsync", "fdatasync", "ftruncate", "unlink", "rename", "link",
          "sendto", "sendmsg", "recvfrom")  # fmt: skip
"""The system calls that leave something behind, or tell us that somebody else has it."""


@cache
def _context() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.service"])
    return context


def missing() -> str:
    """Why no process can be traced here; empty if it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-f", "-qq", "-e", "trace=none", "true"], capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()[:200]}"


class Run:
    """One process of the service. It has begun when the constructor is through."""

    def __init__(
        self, what: Callable[..., None], folder: Path, hook: str, *more: object, strace: Sequence[str] = ()
    ) -> None:
        ours, its = _context().Pipe()
        self._log = folder / "log"
        self._process = _context().Process(target=what, args=(str(folder), hook, its, *more), daemon=True)
        self._process.start()
        self.pid: int = self._process.pid
        self._tracer = _attached(self.pid, strace) if strace else None
        self.begun = time.monotonic()
        self._word = ours
        ours.send_bytes(b"go")

    def ready(self) -> None:
        """Waits until the service is built and about to work."""
        try:
            assert self._word.poll(60) and self._word.recv_bytes() == b"ready", "the service was not built in a minute"
        except EOFError as error:
            log = self._log.read_text(errors="replace") if self._log.exists() else ""
            raise AssertionError(f"the service ended before it worked, with {self.ended()}: {log[-2000:]}") from error
        self.begun = time.monotonic()

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def alive(self) -> bool:
        return bool(self._process.is_alive())

    def ended(self, seconds: float = 60) -> int:
        """How it ended: its exit code, or minus the signal."""
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            self.kill()
            self._process.join()
            raise AssertionError(f"the service hung for {seconds:.0f} seconds")
        if self._tracer is not None:
            self._tracer.wait(10)
            assert self._tracer.stderr is not None
            self._tracer.stderr.close()
        self._process.close()
        return int(code)


def _attached(pid: int, options: Sequence[str]) -> subprocess.Popen[str]:
    tracer = subprocess.Popen(["strace", "-f", *options, "-p", str(pid)], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    for line in tracer.stderr:
        if "attached" in line:
            return tracer
    raise AssertionError(f"strace did not attach to the service: exit code {tracer.wait()}")


def counted(
    what: Callable[..., None], folder: Path, hook: str, *more: object, calls: Sequence[str] = WRITES
) -> tuple[Counter[str], int]:
    """How often one undisturbed run makes each of these calls, and its exit code."""
    with tempfile.NamedTemporaryFile("r", prefix="monitor-strace-") as out:
        run = Run(what, folder, hook, *more, strace=["-o", out.name, "-e", f"trace={','.join(calls)}"])
        code = run.ended()
        found = Counter(line.split()[1].partition("(")[0] for line in out if "(" in line and "resumed" not in line
                        and line.split()[1].partition("(")[0] in calls)  # fmt: skip
    return found, code


def killing(call: str, number: int) -> list[str]:
    """strace's words for: kill -9 as it enters this call for the so-many-th time."""
    return ["-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}"]


def failing(call: str, number: int, error: str, *, on: bool) -> list[str]:
    """strace's words for: this call fails the so-many-th time; all later ones too if `on`."""
    return ["-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:error={error}:when={number}{'+' if on else ''}"]  # fmt: skip
