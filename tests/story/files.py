"""The files of the story: what stands on disk, and the writing of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.story import noise, recording, timeline
from tests.story.timeline import Capture, stamp

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
STORY = FIXTURES / "mali-story"
NOISE = FIXTURES / "noise"
WARC = FIXTURES / "mali-story.warc.gz"
WHOLE = ("baseline/page", "coup/page", "level-raised/page")
"""Captures that also stand on disk exactly as they were served, chrome and all."""


def _row(number: int, capture: Capture) -> dict[str, Any]:
    return {
        "id": capture.id,
        "beat": capture.beat,
        "label": capture.label,
        "taken_at": stamp(capture.taken_at),
        "url": capture.url,
        "kind": capture.kind,
        "status": capture.status,
        "headers": [list(field) for field in capture.headers],
        "record": number,
        "file": capture.file or None,
        "whole": _whole(capture) if capture.id in WHOLE else None,
        "witness_of": capture.witness_of or None,
        "expect": capture.expect.to_dict(),
    }


def _whole(capture: Capture) -> str:
    return f"{capture.beat}.whole.html"


def story() -> list[dict[str, Any]]:
    """What story.json says: one row per capture, oldest first."""
    return [_row(number, capture) for number, capture in enumerate(timeline.captures())]


@cache
def expected() -> dict[Path, bytes]:
    """Every text file that the builder writes; the WARC is apart, see `write`."""
    files: dict[Path, bytes] = {}
    for capture in timeline.captures():
        if capture.file:
            path, body = STORY / capture.file, capture.readable.encode()
            if files.setdefault(path, body) != body:
                raise AssertionError(f"two captures disagree about {path.name}")
        if capture.id in WHOLE:
            files[STORY / _whole(capture)] = capture.body
    files[STORY / "story.json"] = _json(story())
    for name, body in noise.files().items():
        files[NOISE / name] = body
    files[NOISE / "index.json"] = _json(noise.index())
    return files


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def write() -> list[Path]:
    """Write all files anew and drop those that the story no longer has."""
    wanted = expected()
    for folder in (STORY, NOISE):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if path.is_file() and path not in wanted:
                path.unlink()
    for path, body in wanted.items():
        path.write_bytes(body)
    WARC.write_bytes(recording.warc(timeline.captures()))
    return [*wanted, WARC]
