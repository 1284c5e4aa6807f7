"""`python3 -m monitor test`: lint, types and tests of this checkout, in one word."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import Any

from monitor.bootstrap import ROOT

USAGE = """\
Usage: python3 -m monitor test [--fast] [PYTEST ARGUMENTS]

Runs ruff, mypy and pytest over this checkout; exit code 0 only if all of them are content.
  --fast   tests only, without lint and types
Everything else goes to pytest, with paths as seen from the project folder."""

LINT = ["ruff", "check", "."]
TYPES = ["mypy"]


def main(arguments: list[str]) -> int:
    """Runs every check of this checkout and returns 0 only if all of them passed."""
    if {"-h", "--help"} & set(arguments):
        print(USAGE)
        return 0
    if trouble := _what_is_missing():
        print(f"monitor: {trouble}", file=sys.stderr)
        return 1
    os.chdir(ROOT)
    fast = "--fast" in arguments
    failed = [] if fast else [tool[0] for tool in (LINT, TYPES) if not _passes(tool)]
    tests_failed = _pytest([word for word in arguments if word != "--fast"], failed)
    return int(bool(failed)) or tests_failed


def _what_is_missing() -> str:
    """One sentence on why nothing can be run here, empty if all is there."""
    if not os.path.isdir(os.path.join(ROOT, "tests")):
        return "the tests are not part of the installed package; run this in a checkout."
    tools = [tool for tool in ("ruff", "mypy", "pytest", "hypothesis") if find_spec(tool) is None]
    if tools:
        return (
            f"{', '.join(tools)} not installed here: "
            "pip install --require-hashes --no-deps -r requirements-test.lock"
        )
    return ""


def _passes(tool: list[str]) -> bool:
    _header(" ".join(tool))
    begun = time.monotonic()
    good = subprocess.run([sys.executable, "-m", *tool]).returncode == 0
    print(f"{tool[0]}: {'ok' if good else 'FAILED'} ({time.monotonic() - begun:.1f} s)", flush=True)
    return good


def _pytest(arguments: list[str], failed_before: list[str]) -> int:
    # In this process: pytest then talks to the terminal itself and its closing line comes last.
    import pytest

    spread = [] if _chosen(arguments) else ["-n", "auto", "--dist", "worksteal"]
    _header(" ".join(["pytest", *arguments]))
    return int(pytest.main([*spread, *arguments], plugins=[Reminder(failed_before)]))


def _chosen(arguments: list[str]) -> bool:
    """Whether the tests are to run in this process: a few of them are sooner done than workers are started."""
    named = any(not word.startswith("-") for word in arguments)
    return named or any(word.startswith(("-n", "--pdb", "-p")) for word in arguments) or find_spec("xdist") is None


class Reminder:
    """Names checks that failed before pytest, above its closing line, where nobody overlooks it."""

    def __init__(self, failed: list[str]) -> None:
        self._failed = failed

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for name in self._failed:
            terminalreporter.write_line(f"{name} FAILED before the tests, see above", red=True)


def _header(text: str) -> None:
    print(f"== {text}", flush=True)
