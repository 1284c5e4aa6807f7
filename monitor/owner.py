"""The name under which a process claims work, and whether the process behind such a name is certainly gone.

A claim of a process on another machine can only be waited for: its lease runs out. One of this machine that was killed
can be given back at once.
"""

from __future__ import annotations

import os
import platform
import secrets
from pathlib import Path

_PREFIX = "process"
_TOKEN = secrets.token_hex(4)


def mine() -> str:
    """The name of this process; no other process ever has it."""
    pid = os.getpid()
    return f"{_PREFIX}:{_machine()}:{pid}:{_born(pid) or '-'}:{_TOKEN}"


def gone(name: str) -> bool:
    """Whether the process of this name, or of a pass of it, has certainly ended. False if we cannot know."""
    parts = name.split(":")
    if len(parts) < 5 or parts[0] != _PREFIX or parts[1] != _machine() or not parts[2].isdecimal():
        return False
    pid = int(parts[2])
    if parts[3] != "-":
        return _born(pid) != parts[3]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _machine() -> str:
    """Where process numbers mean the same: this boot of this kernel, in this container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        return platform.node().replace(":", "-") or "unknown"
    return f"{boot}.{space}"


def _born(pid: int) -> str:
    """When the process with this number was started; empty if there is none, or it is dead and only not yet buried."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if words[0] in "ZX" else words[19]
