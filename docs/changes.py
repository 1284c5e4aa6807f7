"""Writes docs/ten-changes.md: ten changes of a page, our message beside the raw line diff.

    python -m docs.changes

The captures are those of the recorded story in tests/fixtures, so the page stays true: a test compares the two.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from monitor import warc
from monitor.core import verdict
from monitor.model import Comparison, Page, Severity

PAGE = Path(__file__).with_name("ten-changes.md")
FIXTURES = Path(__file__).parent.parent / "tests" / "fixtures"
CHOSEN = ("chrome-days", "telephone", "coup", "casualties", "rearranged", "authorized", "ordered", "level-raised",
          "lifted", "area-lowered")  # fmt: skip
MOST_LINES = 18
_WORD = {
    Severity.CRITICAL: "critical: act now", Severity.HIGH: "high: review today",
    Severity.MEDIUM: "medium: next digest", Severity.LOW: "low: for the record", Severity.NONE: "no message",
}  # fmt: skip


def made() -> str:
    """The whole page."""
    rows = [
        "# Ten changes, as a line diff shows them and as we say them",
        "",
        "Made by `python -m docs.changes` from the recorded story of a Mali page (an invented course of events in the",
        "real markup); do not edit it by hand. On the left what a comparison of the page's text lines gives, the way",
        "most page monitors do it; on the right our whole message.",
    ]
    for number, (label, before, after) in enumerate(_chosen(), 1):
        found = verdict.compare(before.body, after.body, url=after.url, at=after.taken_at)
        rows += [
            "", f"## {number}. {label}", "",
            "<table>", "<tr><th>raw line diff</th><th>our message</th></tr>",
            "<tr><td>", "", f"<pre>{_raw(before.body, after.body)}</pre>", "",
            "</td><td>", "", *_said(found), "", "</td></tr>", "</table>",
        ]  # fmt: skip
    return "\n".join(rows) + "\n"


def _chosen() -> Iterator[tuple[str, Page, Page]]:
    """(what happens, capture before, capture after) of the ten."""
    story: list[dict[str, Any]] = json.loads((FIXTURES / "mali-story" / "story.json").read_text(encoding="utf-8"))
    beats = {c["taken_at"]: c for c in story if c["id"].endswith("/page")}
    url = next(c["url"] for c in story if c["id"] == "baseline/page")
    last: Page | None = None
    for page in warc.pages([place for place in warc.places([FIXTURES / "mali-story.warc.gz"]) if place.url == url]):
        beat = beats.get(page.taken_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
        if page.status != 200 or beat is None or b"cmp-traveladvisory" not in page.body:
            continue
        if last is not None and beat["id"].removesuffix("/page") in CHOSEN:
            yield beat["label"], last, page
        last = page


def _raw(before: bytes, after: bytes) -> str:
    lines = [line for line in difflib.unified_diff(_lines(before), _lines(after), n=0, lineterm="")
             if not line.startswith(("---", "+++", "@@"))]  # fmt: skip
    shown = [line if len(line) <= 110 else line[:109] + "…" for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"… and {len(lines) - MOST_LINES} more lines")
    return escape("\n".join(shown), quote=False) or "nothing"


def _lines(body: bytes) -> list[str]:
    text = BeautifulSoup(body, "lxml").get_text("\n")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _said(found: Comparison) -> list[str]:
    if found.severity is Severity.NONE:
        return ["**Nothing is sent.** It is recorded; nothing in it changes the meaning."]
    said = [f"**{escape(found.headline, quote=False)}** ({_WORD[found.severity]})", ""]
    return said + [f"- {escape(sentence, quote=False)}" for sentence in found.sentences]


if __name__ == "__main__":
    PAGE.write_text(made(), encoding="utf-8")
