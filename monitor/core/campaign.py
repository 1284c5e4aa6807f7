"""Gathered changes to campaigns: which edits are site-wide, what they say, what is left to tell. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from monitor.core import compose, signature
from monitor.model import (
    CampaignIntent,
    ChangeState,
    Comparison,
    Edit,
    Finding,
    Settlement,
    Severity,
    Share,
    StoredChange,
    worst,
)

SIZE = 5
"""A statement that changed on so many destinations of a publisher is a site-wide edit."""
WINDOW = timedelta(days=14)
"""Within this time; a campaign that grows stays open for as long again."""
RULE = "site-wide"
"""The rule of a finding that a campaign tells."""
_OVERLAP, _WITHIN = 0.4, 0.8
"""Statements whose destinations overlap so far (Jaccard), or lie so far within the other's, are one edit."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of gathered changes; to be written in one transaction."""

    settlements: tuple[Settlement, ...]
    campaigns: tuple[CampaignIntent, ...]


def may_wait(severity: Severity) -> bool:
    """What asks to be reviewed today, or acted on now, never waits and is never told for others."""
    return not severity.at_least(Severity.HIGH)


def marks(gathered: Iterable[StoredChange]) -> frozenset[str]:
    """Everything that these changes say."""
    return frozenset(mark for change in gathered for mark in signature.all_marks(_comparison(change)))


def set_aside(
    found: Comparison, told_by: Mapping[str, str]
) -> tuple[Comparison, tuple[Share, ...]]:
    """What is left to tell beside the campaigns that tell these marks, and what they are given."""
    aside, shares = [], dict[str, list[Severity]]()
    places = set()
    for finding in found.findings:
        said = signature.readings(finding, found.destination)
        tellers = [_teller(marks_, told_by) for marks_ in said]
        told = finding.severity is not Severity.NONE and may_wait(finding.severity)
        mine = [name for name in tellers if name]
        if told and mine and (all(tellers) or _replaces(finding, said, tellers)):
            aside.append(finding)
            places.add(_place(finding))
            for name in mine:
                shares.setdefault(name, []).append(finding.severity)
    aside += [f for f in found.findings if f.severity is Severity.LOW and f.change.after is None
              and f not in aside and _place(f) in places]  # fmt: skip
    rest = compose.without(found, aside.__contains__, found.destination, rule=RULE) if aside else found
    return rest, tuple(Share(campaign_id=name, severity=worst(all_)) for name, all_ in shares.items())


def _replaces(finding: Finding, said: Sequence[tuple[str, str]], tellers: Sequence[str]) -> bool:
    """Whether a site-wide text took the place of this page's own, of little weight: that is part of the edit."""
    come = [name for (mark, _), name in zip(said, tellers, strict=True) if mark.startswith("+")]
    return finding.severity is Severity.LOW and bool(come) and all(come)


def _place(finding: Finding) -> tuple[str, ...]:
    return finding.change.section, *finding.change.heading_path


def _teller(readings: Iterable[str], told_by: Mapping[str, str]) -> str:
    """The campaign that tells a statement, with or without the label before it; empty if none does."""
    return next((told_by[mark] for mark in readings if mark in told_by), "")


def back_again(edits: Iterable[Edit], destination: str) -> frozenset[str]:
    """Marks whose opposite this destination showed before: there they are its own news."""
    return frozenset(signature.inverse(edit.mark) for edit in edits if edit.destination == destination)


def spread(edits: Iterable[Edit], gathered: Collection[int]) -> dict[str, dict[str, int]]:
    """For each mark where it stands, oldest edit first, and in which change it came there.

    What came and went within one gathering stood nevertheless, on each of its pages.
    """
    stands: dict[str, dict[str, int]] = {}
    for edit in edits:
        opposite = stands.get(signature.inverse(edit.mark), {})
        if opposite.get(edit.destination) not in gathered:
            opposite.pop(edit.destination, None)
        stands.setdefault(edit.mark, {})[edit.destination] = edit.change_id
    return stands


def plan(
    gathered: Sequence[StoredChange], over: datetime, told_by: Mapping[str, str], edits: Sequence[Edit]
) -> Plan:
    """What becomes of the gathered changes of one publisher.

    The wait of those seen by `over` is over. `told_by` are the marks of open campaigns, `edits` where the
    marks of the gathered changes stand. A change that waits on is settled with the others only if nothing
    of it is left.
    """
    said = {change.id: frozenset(signature.all_marks(_comparison(change))) for change in gathered}
    ripe = {change.id for change in gathered if change.taken_at <= over}
    due = frozenset[str]().union(*(said[i] for i in ripe))
    stands = spread(edits, said)
    before = [edit for edit in edits if edit.change_id not in said]
    new = {mark: frozenset(stands[mark]) for marks in said.values() for mark in marks
           if mark not in told_by and len(stands.get(mark, ())) >= SIZE}  # fmt: skip
    made = [_campaign(gathered, said, marks, stands) for marks in clusters(new) if marks & due]
    told_by = {**told_by, **{mark: one.id for one in made for mark in one.marks}}
    settled = []
    for change in gathered:
        own = back_again(before, change.destination) - new.keys()
        others = {mark: name for mark, name in told_by.items() if mark not in own} if own else told_by
        rest, shares = set_aside(_comparison(change), others)
        if rest.severity is Severity.NONE and shares:
            settled.append(_settlement(change, ChangeState.CAMPAIGN, None, shares))
        elif change.id in ripe:
            settled.append(_settlement(change, ChangeState.TOLD, rest if shares else None, shares))
    return Plan(tuple(settled), tuple(made))


def clusters(places: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """Marks that changed on much the same destinations, together: one edit may have many sentences."""
    found: list[frozenset[str]] = []
    for mark in sorted(places, key=lambda m: (-len(places[m]), m)):
        like = [one for one in found if any(_alike(places[mark], places[other]) for other in one)]
        found = [one for one in found if one not in like] + [frozenset({mark}).union(*like)]
    return found


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one & other)
    return both >= _OVERLAP * len(one | other) or both >= _WITHIN * min(len(one), len(other))


def _campaign(
    gathered: Sequence[StoredChange], said: Mapping[int, frozenset[str]], marks: frozenset[str],
    stands: Mapping[str, Mapping[str, int]],
) -> CampaignIntent:  # fmt: skip
    mine = [change for change in gathered if said[change.id] & marks]
    mine.sort(key=lambda change: (-len(said[change.id] & marks), change.taken_at, change.id))
    example = mine[0]
    words = compose.worded(
        Comparison(outcome=example.outcome, findings=_quoted(mine, marks)), example.destination_name)  # fmt: skip
    named = "\n".join((example.publisher, example.event_id, *sorted(marks)))
    here = {change.destination for change in mine}
    told = {place: change_id for mark in sorted(marks) for place, change_id in stands[mark].items()
            if place not in here}  # fmt: skip
    return CampaignIntent(
        id="cmp_" + sha256(named.encode()).hexdigest()[:24], publisher=example.publisher, example=example.id,
        headline=words.headline.removeprefix(f"{example.destination_name}: "), sentences=words.sentences,
        findings=words.findings, marks=tuple(sorted(marks)), told=tuple(told.values()))  # fmt: skip


def _quoted(changes: Iterable[StoredChange], marks: Collection[str]) -> tuple[Finding, ...]:
    """Findings that say each of the marks once, from as few changes as that takes."""
    found: list[Finding] = []
    left = set(marks)
    told = [(finding, set(signature.marks(finding, change.destination_name)))
            for change in changes for finding in change.findings if finding.severity is not Severity.NONE]  # fmt: skip
    told.sort(key=lambda one: not one[1] <= set(marks))  # those that say nothing else come first
    for finding, said in told:
        if said & left:
            found.append(finding)
            left -= said
    return tuple(found)


def _settlement(
    change: StoredChange, state: ChangeState, rest: Comparison | None, shares: tuple[Share, ...]
) -> Settlement:
    return Settlement(change_id=change.id, state=state, confirmed=change.confirmed, rest=rest, shares=shares)


def _comparison(change: StoredChange) -> Comparison:
    return Comparison(
        outcome=change.outcome, severity=change.severity, headline=change.headline, sentences=change.sentences,
        findings=change.findings, note=change.note, url=change.url, publisher=change.publisher,
        destination=change.destination_name)  # fmt: skip
