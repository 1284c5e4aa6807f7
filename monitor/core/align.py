"""Old units to new ones: equal, moved, edited, split, merged, added, removed.

The unit is the sentence with its heading path (docs/rules.md, "Alignment"). Matching goes from
certain to likely: longest common run of equal keys, equal keys elsewhere (moved), equal joins of
neighbours (split, merged), then likeness (edited). What is left was added or removed.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from rapidfuzz import fuzz

from monitor.core import facts, text
from monitor.model import BlockKind, ChangeKind, Cut, Link


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, heading or label, and where it stands."""

    text: str
    key: str
    heading: bool
    section: str
    section_key: str
    path: tuple[str, ...]
    path_key: tuple[str, ...]
    block: int
    whole: str
    """The block it stands in, verbatim."""
    lead: str = ""
    """For a list item, the sentence that the list belongs to ("... against all travel to:")."""
    alone: bool = False
    """The only thing under its heading or label: the answer to it."""
    links: tuple[Link, ...] = ()

    @property
    def placed(self) -> bool:
        """Whether what it says depends on where it stands: "Yes", a telephone, "Avoid all travel"."""
        if self.heading:
            return False
        answers = self.alone or (self.lead != "" and facts.ADVISES.search(self.lead) is not None)
        return (
            (answers and len(text.words(self.text)) <= PLACED_WORDS)
            or len(_DIGIT.findall(self.text)) >= 7
            or facts.ADVICE.search(self.text) is not None
        )

    @property
    def identity(self) -> tuple[str, ...]:
        """Equal for units that say the same: the key, and the place where that is part of it."""
        if not self.placed:
            return (self.key,)
        return (self.key, text.key(self.lead), *self.path_key)


_DIGIT = re.compile(r"\d")
Units = list[Unit]


class Row(NamedTuple):
    """What became of some units; `kind` None means nothing."""

    kind: ChangeKind | None
    old: tuple[Unit, ...]
    new: tuple[Unit, ...]


class Thresholds(NamedTuple):
    """Likeness from which two units are one statement edited; measured on 153 pairs read by hand."""

    same_path: float = 0.45
    other_path: float = 0.55
    short: float = 0.65
    headings: float = 0.60
    mixed: float = 0.80


PLACED_WORDS = 6
"""Units of so few words mean little without their heading or label."""
THRESHOLDS = Thresholds()
SHORT_WORDS = 4
MOST_LEFT_OVER = 400
"""Beyond so many unmatched units on either side a page was rewritten; likeness is not searched."""
MOST_FOR_RUNS = 4000
MOST_LETTERS = 200_000
"""And beyond so many letters of them; a whole page has half as many."""
MOST_LINKS = 300
"""Links of one block that are told apart by the sentence that they stand in."""
LONGEST = 2000
"""Letters of a unit that its likeness is measured on."""
NEIGHBOURS = 6


def units(cut: Cut) -> tuple[Unit, ...]:
    """The page as a row of units in reading order; stamps and empty keys are left out."""
    out: Units = []
    number = 0
    for section in cut.sections:
        lead = ""
        for block in section.blocks:
            number += 1
            item = block.kind is BlockKind.ITEM
            if not item:
                lead = block.text if block.text.rstrip().endswith(":") else ""
            heading = block.kind in (BlockKind.HEADING, BlockKind.LABEL)
            parts = (block.text,) if heading and len(block.text) <= text.LONGEST else text.sentences(block.text)
            path_key = tuple(text.key(step) for step in block.path)
            for part in parts:
                part_key = text.key(part)
                if not part_key or text.is_stamp(part):
                    continue
                links = block.links if len(parts) == 1 else tuple(
                    x for x in block.links[:MOST_LINKS] if x.text in part)  # fmt: skip
                out.append(Unit(part, part_key, heading, section.heading, section.key, block.path,
                                path_key, number, block.text, lead if item else "", False, links))  # fmt: skip
    return tuple(replace(unit, alone=True) if _answers(out, n) else unit for n, unit in enumerate(out))


def _answers(row: Units, n: int) -> bool:
    """Whether unit `n` stands by itself between two headings or labels."""
    return not row[n].heading and n > 0 and row[n - 1].heading and (n + 1 == len(row) or row[n + 1].heading)


def rows(old: Sequence[Unit], new: Sequence[Unit]) -> tuple[Row, ...]:
    """Every unit of both sides in exactly one row, in the order of the new page."""
    found: list[Row] = []
    same = _Identities()
    left_old, left_new = _same_runs(old, new, found, same)
    left_old, left_new = _moved(left_old, left_new, found, same)
    left_old, left_new = _renamed(left_old, left_new, old, new, found)
    left_old, left_new = _regrouped(left_old, left_new, found)
    left_old, left_new = _joined(left_old, left_new, found)
    left_old, left_new = _only_ones(left_old, left_new, found)
    left_old, left_new = _edited(left_old, left_new, old, new, found)
    left_old, left_new = _retitled(left_old, left_new, found)
    found += [Row(ChangeKind.REMOVED, (unit,), ()) for unit in left_old]
    found += [Row(ChangeKind.ADDED, (), (unit,)) for unit in left_new]
    place = {id(unit): n for n, unit in enumerate(new)}
    before = {id(unit): n for n, unit in enumerate(old)}
    scale = (len(new) + 1) / (len(old) + 1)

    def order(row: Row) -> float:
        return place[id(row.new[0])] if row.new else before[id(row.old[0])] * scale - 0.5

    return tuple(sorted(found, key=order))


class _Identities(dict[int, tuple[str, ...]]):
    """What makes each unit equal to others, worked out once."""

    def of(self, unit: Unit) -> tuple[str, ...]:
        found = self.get(id(unit))
        if found is None:
            found = self[id(unit)] = unit.identity
        return found


def _same_runs(
    old: Sequence[Unit], new: Sequence[Unit], found: list[Row], same: _Identities
) -> tuple[Units, Units]:
    head = 0
    a_ids, b_ids = [same.of(u) for u in old], [same.of(u) for u in new]
    while head < min(len(old), len(new)) and a_ids[head] == b_ids[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and a_ids[-1 - tail] == b_ids[-1 - tail]:
        tail += 1
    found += [Row(None, (a,), (b,)) for a, b in zip(old[:head], new[:head], strict=True)]
    a_mid, b_mid = list(old[head : len(old) - tail]), list(new[head : len(new) - tail])
    if tail:
        found += [Row(None, (a,), (b,)) for a, b in zip(old[-tail:], new[-tail:], strict=True)]
    if not a_mid or not b_mid or max(len(a_mid), len(b_mid)) > MOST_FOR_RUNS:
        return a_mid, b_mid
    matcher = difflib.SequenceMatcher(
        None, a_ids[head : len(old) - tail], b_ids[head : len(new) - tail], autojunk=False
    )
    used_a: set[int] = set()
    used_b: set[int] = set()
    for a, b, size in matcher.get_matching_blocks():
        for n in range(size):
            found.append(Row(None, (a_mid[a + n],), (b_mid[b + n],)))
            used_a.add(a + n)
            used_b.add(b + n)
    return (
        [u for n, u in enumerate(a_mid) if n not in used_a],
        [u for n, u in enumerate(b_mid) if n not in used_b],
    )


def _moved(old: Units, new: Units, found: list[Row], identities: _Identities) -> tuple[Units, Units]:
    waiting: dict[tuple[str, ...], Units] = defaultdict(list)
    for unit in old:
        waiting[identities.of(unit)].append(unit)
    rest_new = []
    for unit in new:
        same = waiting.get(identities.of(unit))
        if same:
            # The same words under the same heading are the better partner.
            at = next((n for n, u in enumerate(same[:MOST_LEFT_OVER]) if u.path_key == unit.path_key), 0)
            found.append(Row(ChangeKind.MOVED, (same.pop(at),), (unit,)))
        else:
            rest_new.append(unit)
    kept = {id(unit) for units_ in waiting.values() for unit in units_}
    return [u for u in old if id(u) in kept], rest_new


Place = tuple[tuple[str, ...], str]


def _place(unit: Unit) -> Place:
    return unit.path_key, text.key(unit.lead)


def _renamed(
    old: Units, new: Units, all_old: Sequence[Unit], all_new: Sequence[Unit], found: list[Row]
) -> tuple[Units, Units]:
    """The same words in the same place, or under headings that only one side has each.

    In the second case the heading was renamed, and nothing moved.
    """
    places_old, places_new = {_place(u) for u in all_old}, {_place(u) for u in all_new}
    waiting: dict[str, Units] = defaultdict(list)
    for unit in old:
        waiting[unit.key].append(unit)
    rest_new = []
    for unit in new:
        here = _place(unit)
        same = next((u for u in waiting[unit.key] if _place(u) == here), None) or next(
            (u for u in waiting[unit.key] if here not in places_old and _place(u) not in places_new), None
        )
        if same is None:
            rest_new.append(unit)
        else:
            waiting[unit.key].remove(same)
            kind = None if _place(same) == here else ChangeKind.MOVED
            found.append(Row(kind, (same,), (unit,)))
    kept = {id(unit) for units_ in waiting.values() for unit in units_}
    return [u for u in old if id(u) in kept], rest_new


_APART = re.compile(r"(?<=\d)[^\w\n]+(?=\d)")


def _regrouped(old: Units, new: Units, found: list[Row]) -> tuple[Units, Units]:
    """The same words and figures in one place, with a telephone number grouped anew."""
    waiting: dict[tuple[Place, str], Units] = defaultdict(list)
    for unit in old:
        if len(_DIGIT.findall(unit.text)) >= 7:
            waiting[_place(unit), text.key(_APART.sub("", unit.text))].append(unit)
    used: set[int] = set()
    for unit in new if waiting else ():
        same = waiting.get((_place(unit), text.key(_APART.sub("", unit.text))))
        if same:
            partner = same.pop(0)
            found.append(Row(ChangeKind.FORMAT, (partner,), (unit,)))
            used.update((id(partner), id(unit)))
    return [u for u in old if id(u) not in used], [u for u in new if id(u) not in used]


def _only_ones(old: Units, new: Units, found: list[Row]) -> tuple[Units, Units]:
    """Under one label stood one thing, and now another: that is an edit, however unlike they are."""

    def by_place(side: Units) -> dict[Place, Units]:
        places: dict[Place, Units] = defaultdict(list)
        for unit in side:
            if unit.path_key and not unit.heading:
                places[_place(unit)].append(unit)
        return places

    here = by_place(new)
    used: set[int] = set()
    for place, mine in by_place(old).items():
        theirs = here.get(place, [])
        if len(mine) == len(theirs) == 1 and mine[0].placed and theirs[0].placed and not mine[0].lead:
            found.append(Row(ChangeKind.EDITED, (mine[0],), (theirs[0],)))
            used.update((id(mine[0]), id(theirs[0])))
    return [u for u in old if id(u) not in used], [u for u in new if id(u) not in used]


def _joined(old: Units, new: Units, found: list[Row]) -> tuple[Units, Units]:
    """Neighbours that, joined, say exactly what neighbours on the other side say."""
    if max(len(old), len(new)) > MOST_FOR_RUNS:
        return old, new
    by_start: dict[str, list[int]] = defaultdict(list)
    for n, unit in enumerate(new):
        by_start[unit.key[:3]].append(n)
    used_old: set[int] = set()
    used_new: set[int] = set()
    for i, unit in enumerate(old):
        if i in used_old:
            continue
        for j in by_start.get(unit.key[:3], ()):
            match = None if j in used_new else _equal_joins(old, new, i, j, used_old, used_new)
            if match is None:
                continue
            end_old, end_new = match
            a, b = tuple(old[i:end_old]), tuple(new[j:end_new])
            kind = ChangeKind.FORMAT
            if len(a) == 1 and len(b) > 1:
                kind = ChangeKind.SPLIT
            elif len(b) == 1 and len(a) > 1:
                kind = ChangeKind.MERGED
            found.append(Row(kind, a, b))
            used_old.update(range(i, end_old))
            used_new.update(range(j, end_new))
            break
    return (
        [u for n, u in enumerate(old) if n not in used_old],
        [u for n, u in enumerate(new) if n not in used_new],
    )


def _equal_joins(
    old: Units, new: Units, i: int, j: int, used_old: set[int], used_new: set[int]
) -> tuple[int, int] | None:
    a, b, end_a, end_b = old[i].key, new[j].key, i + 1, j + 1
    while a != b:
        if len(a) < len(b) and b.startswith(a):
            if end_a >= len(old) or end_a in used_old or end_a - i >= NEIGHBOURS:
                return None
            a += old[end_a].key
            end_a += 1
        elif len(b) < len(a) and a.startswith(b):
            if end_b >= len(new) or end_b in used_new or end_b - j >= NEIGHBOURS:
                return None
            b += new[end_b].key
            end_b += 1
        else:
            return None
    # One unit against one: equal words in two places were not brought together before for a reason.
    return (end_a, end_b) if end_a - i + end_b - j > 2 else None


def _edited(
    old: Units, new: Units, all_old: Sequence[Unit], all_new: Sequence[Unit], found: list[Row]
) -> tuple[Units, Units]:
    if not old or not new or max(len(old), len(new)) > MOST_LEFT_OVER:
        return old, new
    if max(sum(len(unit.text) for unit in side) for side in (old, new)) > MOST_LETTERS:
        return old, new
    weight = _weights(all_old, all_new)
    bags_old = [frozenset(text.words(u.text)) for u in old]
    bags_new = [frozenset(text.words(u.text)) for u in new]
    mass_old = [sum(weight[w] for w in bag) for bag in bags_old]
    mass_new = [sum(weight[w] for w in bag) for bag in bags_new]
    plain_old = [text.normalise(u.text[:LONGEST]).casefold() for u in old]
    plain_new = [text.normalise(u.text[:LONGEST]).casefold() for u in new]
    candidates = []
    for i, a in enumerate(old):
        for j, b in enumerate(new):
            common = bags_old[i] & bags_new[j]
            total = mass_old[i] + mass_new[j]
            dice = 2 * sum(weight[w] for w in common) / total if total else 0.0
            threshold = _threshold(a, b)
            if dice + 1 < 2 * threshold:
                continue
            likeness = (dice + fuzz.ratio(plain_old[i], plain_new[j]) / 100) / 2
            if likeness < threshold and not _grown(bags_old[i], bags_new[j], a, b):
                continue
            same = a.path_key == b.path_key
            candidates.append((likeness + 0.05 * same, -abs(i - j), i, j))
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, _, i, j in sorted(candidates, reverse=True):
        if i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            found.append(Row(ChangeKind.EDITED, (old[i],), (new[j],)))
    return (
        [u for n, u in enumerate(old) if n not in used_old],
        [u for n, u in enumerate(new) if n not in used_new],
    )


def _retitled(old: Units, new: Units, found: list[Row]) -> tuple[Units, Units]:
    """Headings over much the same text, however unlike they are: a tab renamed is one edit, not two."""
    heads_old = {_under(u): u for u in old if u.heading}
    heads_new = {_under(u): u for u in new if u.heading}
    if not heads_old or not heads_new:
        return old, new
    went: dict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for row in found:
        if row.old and row.new and not row.old[0].heading:
            for here in _above(row.old[0]):
                if here in heads_old:
                    went[here].update(there for there in _above(row.new[0]) if there in heads_new)
    used: set[int] = set()
    for here, there in went.items():
        place, votes = max(there.items(), key=lambda one: one[1], default=((), 0))
        head, other = heads_old[here], heads_new.get(place)
        if other is not None and id(other) not in used and votes >= RETITLED:
            found.append(Row(ChangeKind.EDITED, (head,), (other,)))
            used.update((id(head), id(other)))
    return [u for u in old if id(u) not in used], [u for u in new if id(u) not in used]


RETITLED = 2
"""So many sentences under both headings make them one heading, renamed."""


def _under(heading: Unit) -> tuple[str, ...]:
    """The place of what stands under a heading: its section if it opens one, else its path."""
    if not heading.path_key and text.key(heading.section) == heading.key:
        return (heading.section_key,)
    return (heading.section_key, *heading.path_key, heading.key)


def _above(unit: Unit) -> list[tuple[str, ...]]:
    """The places that a unit stands in, the section first."""
    return [(unit.section_key, *unit.path_key[:n]) for n in range(len(unit.path_key) + 1)]


def _threshold(a: Unit, b: Unit) -> float:
    if a.heading != b.heading:
        return THRESHOLDS.mixed
    if a.heading:
        return THRESHOLDS.headings
    if min(len(text.words(a.text)), len(text.words(b.text))) <= SHORT_WORDS:
        return THRESHOLDS.short
    return THRESHOLDS.same_path if a.path_key == b.path_key else THRESHOLDS.other_path


def _grown(a: frozenset[str], b: frozenset[str], old: Unit, new: Unit) -> bool:
    """A sentence that keeps nearly all words of the other and adds to them, under one heading."""
    if old.heading or new.heading or old.path_key != new.path_key:
        return False
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    return len(small) >= 5 and len(large) <= 4 * len(small) and len(small & large) >= 0.8 * len(small)


def _weights(old: Sequence[Unit], new: Sequence[Unit]) -> defaultdict[str, float]:
    """How telling a word is on these two pages: rare words weigh more than `the`."""
    seen: Counter[str] = Counter()
    for side in (old, new):
        for unit in side:
            seen.update(set(text.words(unit.text)))
    total = len(old) + len(new)
    weight: defaultdict[str, float] = defaultdict(lambda: 1.0)
    for word, count in seen.items():
        weight[word] = math.log(1 + total / count)
    return weight
