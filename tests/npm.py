"""Judges that npm has and PyPI has not: installed once, from a lock file whose hashes npm checks."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest


def must_run() -> bool:
    """Whether this is a machine on which everything has to be proved."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def unable(what: str, why: str) -> NoReturn:
    """Skips, and says what was not proved; a failure where everything has to be proved."""
    words = f"{what}: {why}"
    if must_run():
        pytest.fail(words)
    pytest.skip(words)


def installed(source: Path, what: str) -> Path:
    """A folder with the packages that `source`/package-lock.json names, and the other files beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        unable(what, "node and npm are not installed (apt-get install nodejs npm)")
    mark = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "advisory-monitor-tests"
    folder = cache / f"{source.name}-{mark}"
    if not (folder / "node_modules").is_dir():
        try:
            cache.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(dir=cache))
        except OSError as error:
            unable(what, f"no folder for it: {error}")
        try:
            for file in source.iterdir():
                if file.is_file():
                    shutil.copy(file, made)
            done = subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=made,
                                  capture_output=True, text=True, timeout=180, check=False)  # fmt: skip
            if done.returncode:
                unable(what, f"npm could not install it: {done.stderr.strip()[-500:]}")
            if not folder.exists():  # another test process may have been faster
                made.rename(folder)
        except (OSError, subprocess.TimeoutExpired) as error:
            if not (folder / "node_modules").is_dir():
                unable(what, f"npm could not install it: {error}")
        finally:
            shutil.rmtree(made, ignore_errors=True)
    for file in source.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    return folder
