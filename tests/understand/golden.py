"""What we say of each pair, as text that a person can read and a test can compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from monitor import sources
from monitor.core import verdict
from monitor.model import Comparison, Source
from tests.fakes import MALI
from tests.understand.pairs import PAIRS, Pair
from tests.understand.shapes import SHAPES

FOLDER = Path(__file__).with_name("golden")
AT = datetime(2026, 6, 9, 6, 0, tzinfo=UTC)


def pages(pair: Pair) -> tuple[str, str]:
    build = SHAPES[pair.shape].build
    return (build(pair.section, pair.before, pair.levels[0]), build(pair.section, pair.after, pair.levels[1]))


def source(pair: Pair) -> Source:
    return replace(sources.source_for(SHAPES[pair.shape].url, pages(pair)[1].encode()), destination=MALI)


def compared(pair: Pair, *, swapped: bool = False) -> Comparison:
    before, after = pages(pair)
    if swapped:
        before, after = after, before
    return verdict.compare(before, after, url=SHAPES[pair.shape].url, at=AT, source=source(pair))


def written(pair: Pair) -> str:
    """The whole message and its grounds."""
    found = compared(pair)
    lines = [f"{found.outcome.value}, {found.severity.value}", found.headline, ""]
    lines += [f"- {sentence}" for sentence in found.sentences]
    for finding in found.findings:
        change = finding.change
        lines += ["", f"[{finding.severity.value}] {finding.rule}: {change.kind.value} in"
                      f" {' / '.join((change.section, *change.heading_path))}"]  # fmt: skip
        lines += [f"    {fact.kind} {fact.direction.value}: {fact.before} -> {fact.after}" for fact in finding.facts]
        lines += [f"    before: {change.before}", f"    after:  {change.after}"]
    return "\n".join(lines) + "\n"


def made() -> Iterator[tuple[Path, str]]:
    """(golden file, what it should hold) of every pair."""
    for number, pair in enumerate(PAIRS, 1):
        yield FOLDER / f"{number:02d}-{pair.name}.txt", written(pair)
