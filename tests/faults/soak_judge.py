"""What the receivers of a soak got, held against the plan and against what each reader had asked for."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from monitor.audience import Cadence, DeliveryState, MessageKind, Wishes
from monitor.model import ChangeState, Severity, StoredChange
from monitor.wiring import Parts

MOST_GROWTH = 0.05


@dataclass
class Planned:
    """A real change of one page."""

    minute: int
    place: int
    destination: str
    words: str
    """The sentence that was added; empty if the level moved."""
    severity: Severity = Severity.NONE


@dataclass
class Done:
    """What came of a soak."""

    planned: int = 0
    changes_lost: int = 0
    changes_invented: int = 0
    owed: int = 0
    """Pairs of a reader and a change that this reader had asked for."""
    lost: int = 0
    told_twice: int = 0
    """Pairs told by two different messages."""
    told_again: int = 0
    """Pairs told by a second digest, after one that the receiver took (a drop at the final dot, a death) and at the
    next try refused for good: the sender can only think that nothing arrived."""
    false_alarms: int = 0
    """Pairs of a reader and something told that was not asked for or never happened."""
    messages: int = 0
    digests: int = 0
    repeats: int = 0
    """Raw copies beyond the first of one Message-ID or webhook-id."""
    after_drop: int = 0
    after_death: int = 0
    hit: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    lives: int = 0
    memory: list[int] = field(default_factory=list)
    """KiB in memory at the end of each day."""
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """From the end of the first day to the end of the last, as a share."""
        return self.memory[-1] / self.memory[0] - 1 if self.memory else 0.0

    def all_wrong(self) -> list[str]:
        grown = [f"memory grew by {self.growth:.1%}"] if self.growth > MOST_GROWTH else []
        return self.wrong[:50] + ([f"... and {len(self.wrong) - 50} more"] if len(self.wrong) > 50 else []) + grown

    def rows(self) -> list[list[str]]:
        per_day = " ".join(f"{one / 1024:.0f}" for one in self.memory)
        return [
            ["real changes planned", f"{self.planned}"],
            ["of these lost", f"{self.changes_lost}"],
            ["changes recorded that never were", f"{self.changes_invented}"],
            ["tellings owed (a reader, a change)", f"{self.owed}"],
            ["of these lost", f"{self.lost}"],
            ["told twice, by different messages", f"{self.told_twice}"],
            ["told again, for a digest taken and then refused", f"{self.told_again}"],
            ["told without being owed (false alarms)", f"{self.false_alarms}"],
            ["different messages", f"{self.messages}, of these digests {self.digests}"],
            ["raw repeats, same id and bytes", f"{self.repeats}"],
            ["of these after a drop at the final dot", f"{self.after_drop}"],
            ["of these after the death of the process", f"{self.after_death}"],
            ["faults: set up, hit", f"{self.faults}, {sum(self.hit.values())}"],
            ["processes", f"{self.lives}"],
            ["memory in MiB at the end of each day", per_day],
            ["growth from the first to the last", f"{self.growth:+.1%}"],
            ["run time", f"{self.seconds:.0f} s"],
            ["wrong", f"{len(self.all_wrong())}"],
        ]


def recorded(parts: Parts) -> list[StoredChange]:
    """All that was or is to be told, oldest first."""
    told = (ChangeState.TOLD, ChangeState.HELD, ChangeState.GATHERING, ChangeState.CAMPAIGN, ChangeState.REVERTED)
    return sorted(parts.store.changes(states=told, limit=100_000), key=lambda one: one.id)


@dataclass
class Ended:
    """What the service says of its messages in the end."""

    open: dict[str, int] = field(default_factory=dict)
    """How many are in which state that is no end."""
    refused: frozenset[str] = frozenset()
    """Ids of digests that were given up; what they told waits for the next."""


def ended(parts: Parts) -> Ended:
    counts = {one: parts.store.counts()[f"deliveries.{one}"] for one in DeliveryState}
    given_up = parts.store.deliveries(state=DeliveryState.GIVEN_UP, limit=1_000_000)
    digests = frozenset(one.message_id for one in given_up if one.kind is MessageKind.DIGEST)
    counts[DeliveryState.GIVEN_UP] -= len(digests)
    return Ended({one.value: n for one, n in counts.items() if n and one not in _ENDS}, digests)


_ENDS = (DeliveryState.SENT, DeliveryState.CALLED_OFF)


def judge(
    taken: Path, planned: Iterable[Planned], found: Iterable[StoredChange], end: Ended,
    readers: Mapping[str, Wishes], problems: Iterable[str],
) -> Done:  # fmt: skip
    done = Done()
    events = _changes(list(planned), list(found), done)
    owed = _owed(events, readers)
    done.owed = sum(len(mine) for mine in owed.values())
    copies: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with taken.open() as lines:
        for line in lines:
            one = json.loads(line)
            copies[one["id"]].append(one)
    told: dict[str, Counter[str]] = defaultdict(Counter)
    uncertain: dict[str, Counter[str]] = defaultdict(Counter)
    at_once: dict[str, set[str]] = defaultdict(set)
    for message_id, same in copies.items():
        first = same[0]
        done.messages += 1
        done.digests += first["kind"] == "digest"
        _repeated(message_id, same, done)
        if message_id in end.refused and (same[-1]["how"] != "answered"):
            uncertain[first["to"]].update(first["events"])
        else:
            told[first["to"]].update(first["events"])
        if first["kind"] != "digest":
            at_once[first["to"]].update(first["events"])
    for reader, events_there in uncertain.items():
        done.told_again += sum(events_there.values())
        _add(done, "false_alarms", reader, events_there.keys() - owed.get(reader, set()))
    for reader in {*owed, *told}:
        mine, got = owed.get(reader, set()), told.get(reader, Counter())
        _add(done, "lost", reader, mine - got.keys())
        _add(done, "told_twice", reader, [one for one, times in got.items() if times > 1])
        _add(done, "false_alarms", reader, got.keys() - mine)
        _in_time(reader, readers.get(reader, Wishes()), got, at_once[reader], events, done)
    if end.open:
        done.wrong.append(f"in the end deliveries are {end.open}")
    done.wrong += [f"the database is damaged: {one}" for one in problems]
    return done


def _changes(planned: list[Planned], found: list[StoredChange], done: Done) -> dict[str, Planned]:
    """The plan by event id: of each page, the changes in their order."""
    done.planned = len(planned)
    by_page: dict[str, list[StoredChange]] = defaultdict(list)
    for change in found:
        by_page[change.source_id].append(change)
    events: dict[str, Planned] = {}
    for name in {*by_page, *(one.destination.casefold() for one in planned)}:
        mine = [one for one in planned if one.destination.casefold() == name]
        theirs = by_page[name]
        done.changes_lost += max(0, len(mine) - len(theirs))
        done.changes_invented += max(0, len(theirs) - len(mine))
        if len(mine) != len(theirs):
            done.wrong.append(f"{name}: {len(mine)} changes, recorded {[(c.headline, c.state.value) for c in theirs]}")
        for plan, change in zip(mine, theirs, strict=False):
            events[change.event_id] = plan
            says = plan.words in str(change.findings) if plan.words else "evel raised" in change.headline
            if not says or change.severity is not plan.severity or change.state is not ChangeState.TOLD:
                done.wrong.append(f"{name}: {plan.severity.value} “{plan.words}” was recorded as"
                                  f" {change.severity.value} {change.state.value} “{change.headline}”")  # fmt: skip
    return events


def _owed(events: Mapping[str, Planned], readers: Mapping[str, Wishes]) -> dict[str, set[str]]:
    """What each reader had asked for, by a rule of our own and not the service's query."""
    owed: dict[str, set[str]] = {}
    for reader, wishes in readers.items():
        mine = {event for event, one in events.items() if one.destination.casefold() in wishes.destinations
                and one.severity.rank >= wishes.floor.rank}  # fmt: skip
        if mine:
            owed[reader] = mine
    return owed


def _in_time(
    reader: str, wishes: Wishes, got: Iterable[str], at_once: set[str], events: Mapping[str, Planned], done: Done
) -> None:
    """Digest readers get it in a digest, unless it is critical; the others never do."""
    for event in got:
        if event in events:
            now = wishes.cadence is Cadence.IMMEDIATE or events[event].severity is Severity.CRITICAL
            if now != (event in at_once):
                done.wrong.append(f"{reader} had {event} {'in a digest' if now else 'at once'}")


def _repeated(message_id: str, same: list[dict[str, Any]], done: Done) -> None:
    done.repeats += len(same) - 1
    if len({(one["to"], one["sha"]) for one in same}) > 1:
        done.wrong.append(f"{message_id}: its copies differ")
    for before, after in pairwise(same):
        if before["how"] == "dropped":
            done.after_drop += 1
        elif before["life"] != after["life"]:
            done.after_death += 1
        else:
            done.wrong.append(f"{message_id}: repeated, and nothing explains it: {before} {after}")


def _add(done: Done, what: str, reader: str, events: Iterable[str]) -> None:
    found = sorted(events)
    setattr(done, what, getattr(done, what) + len(found))
    done.wrong += [f"{reader}: {event} {what.replace('_', ' ')}" for event in found]
