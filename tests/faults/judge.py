"""What the receivers got, held against what they should have got."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import feedparser

from tests.faults.house import HOOK, MAILS
from tests.faults.sinks import Copy

EXPECTED = (*MAILS, HOOK)


@dataclass
class Tally:
    """Sums over many runs; `wrong` says what was wrong in which."""

    runs: int = 0
    killed: int = 0
    changes_lost: int = 0
    deliveries_lost: int = 0
    duplicates: int = 0
    """After de-duplication by Message-ID or webhook-id."""
    repeats: int = 0
    """Raw copies beyond the first of one Message-ID or webhook-id."""
    before_answer: int = 0
    """Of these: the receiver had it whole, and the sender died before the answer came."""
    after_answer: int = 0
    """Of these: the answer was out, and the sender died before it had written it down."""
    slowest: float = 0.0
    """Seconds from the restart to all done."""
    wrong: list[str] = field(default_factory=list)

    def add(self, where: str, copies: Iterable[Copy], report: dict[str, Any], *, killed: bool = True) -> None:
        self.runs += 1
        self.killed += killed
        self.slowest = max(self.slowest, report["seconds"])
        copies = list(copies)
        lies = set(report["sent"]) - {copy.message_id for copy in copies}
        self._say(where, bool(lies), f"noted as sent, and never handed over: {sorted(lies)}")
        by_reader: dict[str, dict[str, list[Copy]]] = defaultdict(lambda: defaultdict(list))
        for copy in copies:
            by_reader[copy.to][copy.message_id].append(copy)
        for reader in EXPECTED:
            got = by_reader.pop(reader, {})
            self._say(where, not got, f"nothing for {reader}")
            self.deliveries_lost += not got
            self._say(where, len(got) > 1, f"{len(got)} different messages for {reader}")
            self.duplicates += max(0, len(got) - 1)
            for message_id, same in got.items():
                self._repeated(where, reader, message_id, same, report)
        self._say(where, bool(by_reader), f"mail for somebody else: {sorted(by_reader)}")
        lost = len(report["changes"]) != 1 or not _feed_has_it_once(report)
        self.changes_lost += lost
        self._say(where, lost, f"changes {report['changes']}, states {report['states']}, or not once in the feed")
        self._say(where, not report["done"], f"not done after {report['seconds']:.1f} s: {report['states']}")
        self._say(where, set(report["states"]) - {"sent"} != set(), f"final states {Counter(report['states'])}")
        self._say(where, bool(report["problems"]), f"the database is damaged: {report['problems']}")
        self._say(where, report["secret"] < 32, "the secret of the installation is empty or cut short")

    def _repeated(self, where: str, reader: str, message_id: str, same: list[Copy], report: dict[str, Any]) -> None:
        first = min(same, key=lambda one: one.complete_at)
        self.repeats += len(same) - 1
        self._say(where, len({one.raw for one in same}) > 1, f"repeats to {reader} differ")
        if len(same) == 1:
            return
        self._say(where, len(same) > 2, f"{len(same)} copies for {reader} after one fault")
        self._say(where, message_id not in report["in_hand"], f"{reader} was told again what was not in hand")
        if first.answered_at is None:
            self.before_answer += 1
        else:
            self.after_answer += 1

    def _say(self, where: str, wrong: bool, words: str) -> None:
        if wrong:
            self.wrong.append(f"{where}: {words}")

    def row(self, name: str, points: str) -> list[str]:
        """One line of the table."""
        return [name, points, *map(str, (self.runs, self.killed, self.changes_lost, self.deliveries_lost,
                self.duplicates, self.repeats, self.before_answer, self.after_answer)), f"{self.slowest:.1f} s",
                str(len(self.wrong))]  # fmt: skip


HEADINGS = ("scenario", "points", "runs", "hit", "changes lost", "deliveries lost", "duplicates", "raw repeats",
            "dot..250", "250..noted", "slowest", "wrong")  # fmt: skip


def _feed_has_it_once(report: dict[str, Any]) -> bool:
    entries = feedparser.parse(report["feed"]).entries
    return len(entries) == 1 and len(report["changes"]) == 1 and report["changes"][0] in str(entries[0])


def read(report: Path) -> dict[str, Any]:
    return dict(json.loads(report.read_text()))


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table that a page of Markdown takes as it is."""
    lines = [list(headings), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    said = ["| " + " | ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)) + " |"
            for line in lines]  # fmt: skip
    return "\n".join([said[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *said[1:]])
