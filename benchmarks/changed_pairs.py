"""What a changed pair costs, and how its edited sentences read.

    python -m benchmarks.changed_pairs PAIRS.jsonl      pages, in the form of `monitor compare --batch`
    python -m benchmarks.changed_pairs FOLDER           history: *.jsonl.xz, one revision of one page a line
    python -m benchmarks.changed_pairs                  the fifty pairs of tests/understand

A revision has `country`, and `sections` of `title` and `markdown`; each is compared with the one before it of
the same country, section by section. Prints milliseconds of CPU (median, p95, p99, slowest) and, over all edited
sentences, how many stretches are marked in one and how many marks hold one or two letters. Nothing is stored and
nothing is asserted: figures of one machine, to be compared with those of the same run.
"""

from __future__ import annotations

import argparse
import html
import json
import lzma
import random
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from monitor import compare
from monitor.core import words
from monitor.model import ChangeKind, Comparison
from tests.understand import golden
from tests.understand.pairs import PAIRS
from tests.understand.shapes import SHAPES

FRAGMENT = 2
"""Letters of a mark that nobody reads."""


class Pair(NamedTuple):
    name: str
    url: str
    before: str
    after: str


class Reading(NamedTuple):
    """How one edited sentence is marked."""

    stretches: int
    fragments: int
    whole: bool
    """So much is new that it is shown before and after, without marks inside."""


# --------------------------------------------------------------------------------------
# Pairs
# --------------------------------------------------------------------------------------
def pairs(where: Path | None) -> Iterator[Pair]:
    if where is None:
        for pair in PAIRS:
            yield Pair(pair.name, SHAPES[pair.shape].url, *golden.pages(pair))
    elif where.is_dir():
        for path in sorted(where.glob("*.jsonl.xz")):
            yield from _revisions(path)
    else:
        for line in where.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["before"] and row["after"]:
                yield Pair(str(row["id"]), row["url"], row["before"], row["after"])


def _revisions(path: Path) -> Iterator[Pair]:
    last: dict[str, dict[str, str]] = {}
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            revision = json.loads(line)
            country = revision["country"]
            now = {section["title"]: section["markdown"] for section in revision["sections"]}
            before = last.get(country, now)
            last[country] = now
            for title, markdown in now.items():
                if before.get(title, markdown) != markdown:
                    name = f"{path.name.partition('.')[0]}/{country}/{number}/{title}"
                    yield Pair(name, "https://advice.example/page", _page(before[title]), _page(markdown))


_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^)]*\)")


def _page(markdown: str) -> str:
    """A plain page with the words of a markdown text; a blank line or a mark of a list ends a paragraph."""
    body = []
    for part in re.split(r"\n\s*\n|\n(?=\s*[*#-]\s)", _LINK.sub(r"\1", markdown)):
        level, words_ = len(part) - len(part.lstrip("#")), html.escape(part.replace("*", " ").strip(" #-\n"))
        tag = f"h{min(level, 6)}" if level else "p"
        body.append(f"<{tag}>{words_}</{tag}>" if words_ else "")
    return f"<html><body><main>{''.join(body)}</main></body></html>"


# --------------------------------------------------------------------------------------
# Figures
# --------------------------------------------------------------------------------------
def marked(before: str, after: str) -> Reading:
    """How many stretches a reader sees marked, side by side ones being one, and how many marks are tiny."""
    found = words.spans(before, after)
    stretches = sum(
        span.op != "same" and (n == 0 or found[n - 1].op == "same") for n, span in enumerate(found)
    )  # fmt: skip
    fragments = sum(span.op != "same" and 0 < len(span.text.strip()) <= FRAGMENT for span in found)
    return Reading(stretches, fragments, not any(span.op == "same" and span.text.strip() for span in found))


def edits(found: Comparison) -> Iterator[tuple[str, str]]:
    for finding in found.findings:
        change = finding.change
        if change.kind is ChangeKind.EDITED and change.before and change.after and finding.rule != "page-date":
            yield change.before, change.after


def measure(every: Sequence[Pair]) -> tuple[list[float], list[Reading]]:
    seconds, readings = [], []
    for pair in every:
        begun = time.process_time()
        found = compare(pair.before, pair.after, url=pair.url)
        seconds.append(time.process_time() - begun)
        readings += [marked(*edit) for edit in edits(found)]
    return seconds, readings


def share(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("where", nargs="?", type=Path, help="a file of page pairs, or a folder of history")
    parser.add_argument("--most", type=int, default=2000, help="so many pairs, drawn evenly (default 2000)")
    options = parser.parse_args()
    every = list(pairs(options.where))
    random.Random(5).shuffle(every)
    every = every[: options.most]
    if not every:
        parser.error("no pairs found")
    compare(every[0].before, every[0].after, url=every[0].url)  # tables are read on the first use
    seconds, readings = measure(every)
    times = {"median": share(seconds, 0.5), "p95": share(seconds, 0.95), "p99": share(seconds, 0.99),
             "slowest": max(seconds), "mean": statistics.fmean(seconds)}  # fmt: skip
    print(f"{len(every)} pairs, milliseconds of CPU: " + ", ".join(f"{k} {1000 * v:.0f}" for k, v in times.items()))
    if readings:
        inside = [reading for reading in readings if not reading.whole]
        print(f"{len(readings)} edited sentences, {len(readings) - len(inside)} of them shown whole: "
              f"{statistics.fmean(r.stretches for r in readings):.2f} marked stretches and "
              f"{statistics.fmean(r.fragments for r in readings):.3f} marks of up to {FRAGMENT} letters in the mean; "
              f"most stretches {max(r.stretches for r in readings)}")  # fmt: skip


if __name__ == "__main__":
    main()
