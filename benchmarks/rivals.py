"""urlwatch and webchanges over the same local pages: processor time of the command, per page. Linux, if installed."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from pathlib import Path

NAMES = ("urlwatch", "webchanges")
JOB = """---
name: page {number}
url: http://{where}/en/{number}.html
filter:
  - css: main
  - html2text
"""


def found() -> dict[str, str]:
    """Where each command is: on the path, or in the folder that BENCHMARK_RIVALS names."""
    path = os.pathsep.join(filter(None, (os.environ.get("BENCHMARK_RIVALS"), os.environ.get("PATH"))))
    return {name: where for name in NAMES if (where := shutil.which(name, path=path))}


def cost(command: str, where: str, folder: Path, jobs: int) -> dict[str, float | str]:
    """Milliseconds of processor time per page of a second run, in which only the chrome differs."""
    folder.mkdir()
    (folder / "jobs.yaml").write_text("".join(JOB.format(number=n, where=where) for n in range(jobs)))
    database = "--database" if command.endswith("webchanges") else "--cache"
    call = [command, "--jobs" if command.endswith("webchanges") else "--urls", str(folder / "jobs.yaml"), "--config",
            str(folder / "config.yaml"), "--hooks", str(folder / "hooks.py"), database,
            str(folder / "kept.db")]  # fmt: skip
    environment = os.environ | {"HOME": str(folder), "NO_PROXY": "127.0.0.1"}
    used = []
    for _ in range(2):
        before = _children()
        done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=900, check=False)
        used.append((_children() - before) / jobs * 1000)
        if done.returncode:
            return {"failed": (done.stderr or done.stdout)[-300:]}
    return {"ms": round(used[1], 3), "said": len(done.stdout)}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
