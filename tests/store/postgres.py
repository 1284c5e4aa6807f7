"""A throw-away PostgreSQL for the tests, if asked for.

MONITOR_TEST_POSTGRES=1 starts a temporary server from the installed binaries;
MONITOR_TEST_POSTGRES=postgresql://... uses that (empty!) database.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WANTED = os.environ.get("MONITOR_TEST_POSTGRES", "")


@contextmanager
def server(wanted: str = WANTED) -> Iterator[str]:
    """The address of an empty database, gone when the block ends."""
    if wanted != "1":
        yield wanted
        return
    folder = Path(tempfile.mkdtemp(prefix="monitor-pg-"))
    who = _unprivileged(folder)
    control = str(_binary("pg_ctl"))
    data = folder / "data"
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    start = [control, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"]
    init = [str(_binary("initdb")), "-D", str(data), "-U", "monitor", "--no-sync", "-A", "trust"]
    try:
        subprocess.run(init, check=True, capture_output=True, cwd=folder, **who)
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
        try:
            yield f"postgresql://monitor@/postgres?host={folder}"
        finally:
            stop = [control, "-D", str(data), "-m", "immediate", "stop"]
            subprocess.run(stop, check=True, capture_output=True, cwd=folder, **who)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binary(name: str) -> Path:
    found = shutil.which(name)
    if found:
        return Path(found)
    return max(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))


def _unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "nobody")
    return {"user": "nobody"}
