"""docs/sbom.cdx.json: what the lock file pins, each with its hashes, and nothing of where it came from."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
MADE = json.loads((ROOT / "docs/sbom.cdx.json").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
HASHES = r"((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
PINNED = re.compile(r"^([a-z0-9_.-]+)(?:\[[^]]*\])?==(\S+?)(?: ;[^\\\n]*)? \\\n" + HASHES, re.M | re.I)


def locked() -> dict[tuple[str, str], set[str]]:
    return {(name.lower(), version): set(re.findall(r"[0-9a-f]{64}", hashes))
            for name, version, hashes in PINNED.findall(LOCK)}  # fmt: skip


def test_every_line_of_the_lock_file_is_in_it_with_its_hashes() -> None:
    found = {
        (one["name"].lower(), one["version"]): {
            mark["content"] for where in one["externalReferences"] for mark in where["hashes"]}
        for one in MADE["components"]}  # fmt: skip
    assert len(found) > 40 and len(found) == LOCK.count("==")
    assert found == locked()


def test_it_names_no_place_of_download() -> None:
    assert MADE["bomFormat"] == "CycloneDX" and "simple/" not in json.dumps(MADE["components"])
