"""Where each publisher stands now, rung by rung, and since when; routes that disagree are all shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.rates import SAME
from monitor.posture import GRAVITY, AreaLevel, Posture, Rung, Stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """When a source first showed what it still shows."""

    source_id: str
    at: datetime
    from_the_first: bool
    """It stood there at our first look already, and may have stood there for longer."""
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A level, and the sources that state it."""

    level: int | None
    words: str
    by: tuple[Since, ...]
    passed: datetime | None = None
    """When it was last seen, if that was before another route of the publisher moved to what it states now."""

    @property
    def since(self) -> Since:
        """When the publisher came to state it: the first of its routes to move there, the last time that any did.

        A route that stood there all along says nothing of that: others may have been elsewhere in between.
        """
        moved = [one for one in self.by if not one.from_the_first]
        if not moved:
            return min(self.by, key=lambda one: one.at)
        last = max(one.at for one in moved)
        return min((one for one in moved if last - one.at <= SAME), key=lambda one: one.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A rung that a source holds, with the words it was read from."""

    quote: str
    section: str
    since: Since


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung of a publisher's ladder."""

    rung: Rung
    held: tuple[Held, ...]
    absent: tuple[str, ...]
    """Sources of this publisher that were seen since it stands, and on which it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Where one publisher stands."""

    publisher: str
    levels: tuple[Stated, ...]
    """Gravest first; more than one if its routes disagree."""
    steps: tuple[Step, ...]
    """Every rung, gravest first."""
    areas: tuple[AreaLevel, ...]
    risks: tuple[str, ...]
    height: int

    @property
    def level(self) -> int:
        return max((one.level or 0 for one in self.levels), default=0)

    @property
    def standing(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.held)

    @property
    def split(self) -> bool:
        """Whether the routes of this publisher disagree."""
        stated = [one for one in self.levels if one.passed is None]
        return len(stated) > 1 or any(step.held and step.absent for step in self.steps)

    @property
    def silent(self) -> bool:
        """Whether it states no level and no measure, as a feed of alerts does on a quiet day."""
        return not self.levels and not self.standing


def ladders(now: Sequence[Stand], history: Iterable[Stand], seen: Mapping[str, datetime]) -> tuple[Ladder, ...]:
    """One for each publisher, gravest first, from where its sources stand now and every stand before.

    `seen` says when each source was last verified: one that was not seen since another moved does not contradict it.
    """
    past: dict[str, list[Stand]] = {}
    for stand in sorted(history, key=lambda one: one.taken_at):
        past.setdefault(stand.source_id, []).append(stand)
    by_publisher: dict[str, list[Stand]] = {}
    for stand in now:
        by_publisher.setdefault(stand.publisher, []).append(stand)
    made = [_ladder(publisher, stands, past, seen) for publisher, stands in by_publisher.items()]
    return tuple(sorted(made, key=lambda one: (-one.height, -one.level, one.publisher)))


def divided(made: Iterable[Ladder]) -> bool:
    """Whether publishers disagree: on the level, or on a rung."""
    speaking = [ladder for ladder in made if not ladder.silent]
    levels = {ladder.level for ladder in speaking if ladder.level}
    rungs = {frozenset(step.rung for step in ladder.standing) for ladder in speaking}
    return len(levels) > 1 or len(rungs) > 1


def _ladder(
    publisher: str, stands: Sequence[Stand], past: dict[str, list[Stand]], seen: Mapping[str, datetime]
) -> Ladder:
    stated: dict[tuple[int | None, str], list[Since]] = {}
    for stand in sorted(stands, key=lambda one: one.source_id):
        level, words = stand.posture.level, stand.posture.level_words
        if level is not None or words:
            key = next((known for known in stated if level is not None and known[0] == level), (level, words))
            stated.setdefault(key, []).append(_since(stand, past, level))
    return Ladder(
        publisher=publisher,
        levels=_levels([Stated(level=level, words=words, by=tuple(by))
                        for (level, words), by in sorted(stated.items(), key=lambda one: -(one[0][0] or 0))], seen),
        steps=tuple(_step(rung, stands, past, seen) for rung in sorted(Rung, key=lambda one: -GRAVITY[one])),
        areas=tuple(dict.fromkeys(area for stand in stands for area in stand.posture.areas)),
        risks=_each_once(risk for stand in stands for risk in stand.posture.risks),
        height=max((stand.posture.height for stand in stands), default=0),
    )  # fmt: skip


def _levels(stated: Sequence[Stated], seen: Mapping[str, datetime]) -> tuple[Stated, ...]:
    """Marks what only routes say that nobody saw since another one moved."""
    marked = []
    for one in stated:
        last = max((seen[by.source_id] for by in one.by if by.source_id in seen), default=None)
        later = any(last is not None and not other.since.from_the_first and other.since.at > last
                    for other in stated if other is not one)  # fmt: skip
        marked.append(replace(one, passed=last if later else None))
    return tuple(marked)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    """Names without those that another one only writes in other capitals or begins with."""
    found = {name.casefold(): name for name in names}
    return tuple(name for key, name in found.items() if not any(other.startswith(f"{key} ") for other in found))


def _step(rung: Rung, stands: Sequence[Stand], past: dict[str, list[Stand]], seen: Mapping[str, datetime]) -> Step:
    held, absent = [], []
    for stand in sorted(stands, key=lambda one: one.source_id):
        hold = next((hold for hold in stand.posture.holds if hold.rung is rung), None)
        if hold is None:
            absent.append(stand.source_id)
        else:
            held.append(Held(quote=hold.quote, section=hold.section, since=_since(stand, past, rung)))
    begun = min((one.since.at for one in held), default=None)
    knowing = (name for name in absent if begun is None or seen.get(name, begun) >= begun)
    return Step(rung=rung, held=tuple(held), absent=tuple(knowing))


def _since(stand: Stand, past: dict[str, list[Stand]], what: Rung | int | None) -> Since:
    """Back through this source's stands for as long as they agree with its newest on this."""
    first, begun = stand, True
    for earlier in reversed([one for one in past.get(stand.source_id, ()) if one.taken_at < stand.taken_at]):
        if not _agrees(earlier.posture, stand.posture, what):
            begun = False
            break
        first = earlier
    return Since(source_id=stand.source_id, at=first.taken_at, from_the_first=begun, event_id=first.event_id)


def _agrees(earlier: Posture, now: Posture, what: Rung | int | None) -> bool:
    if isinstance(what, Rung):
        return what in earlier.rungs
    return earlier.level == now.level and (what is not None or earlier.level_words == now.level_words)
