"""Backups of PostgreSQL by its own programs. Without them, the commands to run where they are."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from monitor.errors import StoreError


def dump(url: str, target: Path) -> int:
    """Write a dump that can be restored, and read its table of contents; its size. Raises StoreError."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _run(url, ["pg_dump", "--format=custom", "--no-owner", f"--file={part}"])
        if b"TABLE DATA" not in _run(url, ["pg_restore", "--list", str(part)], database=False):
            raise StoreError(f"pg_dump wrote {part} without any table. An earlier backup stays as it was.")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(url: str, source: Path) -> None:
    """Put a dump in the place of the database's tables, in one transaction. Raises StoreError."""
    if not source.is_file():
        raise StoreError(f"There is no backup {source}. Nothing was changed.")
    _run(url, ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error",
               str(source)])  # fmt: skip


def _run(url: str, command: list[str], *, database: bool = True) -> bytes:
    address = make_url(url).set(drivername="postgresql")
    shown = address._replace(password=None).render_as_string()
    asked = [*command[:1], *([f"--dbname={shown}"] if database else []), *command[1:]]
    if shutil.which(command[0]) is None:
        raise StoreError(
            f"{command[0]} is not on this machine. Install PostgreSQL's client programs (on Debian: apt install"
            f" postgresql-client), or run where they are: {shlex.join(asked)}"
        )
    secret = {} if address.password is None else {"PGPASSWORD": str(address.password)}
    done = subprocess.run(asked, capture_output=True, env=os.environ | secret, check=False)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise StoreError(f"{command[0]} failed: {said[-1] if said else done.returncode}. Nothing was changed.")
    return done.stdout
