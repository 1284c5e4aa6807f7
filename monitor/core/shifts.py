"""Which facts moved, and in which direction: page facts, and facts of one changed sentence."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core import facts, text
from monitor.core.classify import Case, Zone
from monitor.core.facts import Reading
from monitor.model import ChangeKind, Cut, Direction, Fact, FactChange, Link

_UP, _DOWN, _NONE = Direction.UP, Direction.DOWN, Direction.NONE
_BY_READING = {"email": "email_changed", "date": "date_changed", "number": "number_changed",
               "money": "number_changed", "clock": "number_changed"}  # fmt: skip
_BY_SIGN = {"event": ("event_added", "event_removed"), "risk": ("risk_added", "risk_removed")}


def of_case(case: Case, before: Iterable[Link] = (), after: Iterable[Link] = ()) -> tuple[FactChange, ...]:
    """The facts of one changed sentence, worst news first."""
    found: list[FactChange] = []
    for signs, side, direction in ((case.arrived, 0, _UP), (case.ended, 1, _DOWN)):
        for sign in signs:
            kind = _BY_SIGN.get(sign.fact, (sign.fact, sign.fact))[side]
            old, new = (None, sign.says) if side == 0 else (sign.says, None)
            found.append(FactChange(kind=kind, before=old, after=new, direction=direction))
    found += _pairs(case)
    if case.zone is Zone.ENTRY and case.duties and not case.restated and not case.trifle:
        found.append(FactChange(kind="entry_rule", before=case.before, after=case.after))
    found += links(before, after)
    return tuple(dict.fromkeys(found))


def _pairs(case: Case) -> list[FactChange]:
    found: list[FactChange] = []
    for kind, fact in _BY_READING.items():
        old, new = _values(case.lost, kind), _values(case.gained, kind)
        if fact == "number_changed" and not (old and new):
            continue  # a figure in a new sentence is part of the news, not a figure that moved
        found += _side_by_side(fact, old, new)
    old, new = _values(case.lost, "phone"), _values(case.gained, "phone")
    found += _side_by_side("phone_changed", old, new)
    for readings, fact, direction in (
        (case.gained, "risk_added", _UP), (case.lost, "risk_removed", _DOWN),
    ):  # fmt: skip
        found += [_one(fact, r, direction) for r in readings if r.kind == "risk"]
    if case.listed and case.kind is not ChangeKind.EDITED:
        gone, words = case.after is None, case.after or case.before or ""
        found.append(FactChange(kind="area_removed" if gone else "area_added", before=words if gone else None,
                                after=None if gone else words, direction=_DOWN if gone else _UP))  # fmt: skip
    elif facts.ADVICE.search(case.words):
        for readings, fact, direction in (
            (case.gained, "area_added", _UP), (case.lost, "area_removed", _DOWN),
        ):  # fmt: skip
            found += [_one(fact, r, direction) for r in readings if r.kind == "area"]
        found += _levels(case)
    return found


def _levels(case: Case) -> list[FactChange]:
    old = [r for r in facts.readings(case.before or "") if r.kind == "level"]
    new = [r for r in facts.readings(case.after or "") if r.kind == "level"]
    if old and new and old[0].value != new[0].value:
        direction = _UP if new[0].value > old[0].value else _DOWN
        return [FactChange(kind="area_level_change", before=old[0].quote, after=new[0].quote,
                           direction=direction)]  # fmt: skip
    return []


def _one(kind: str, reading: Reading, direction: Direction) -> FactChange:
    gone = direction is _DOWN
    return FactChange(kind=kind, before=reading.quote if gone else None,
                      after=None if gone else reading.quote, direction=direction)  # fmt: skip


def _values(readings: Iterable[Reading], kind: str) -> list[str]:
    return [reading.quote for reading in readings if reading.kind == kind]


def _side_by_side(kind: str, old: list[str], new: list[str]) -> list[FactChange]:
    size = max(len(old), len(new))
    pad = [None] * size
    return [
        FactChange(kind=kind, before=a, after=b)
        for a, b in zip((*old, *pad)[:size], (*new, *pad)[:size], strict=True)
    ]


def links(before: Iterable[Link], after: Iterable[Link]) -> list[FactChange]:
    """Link targets that came or went; tracking, scheme and fragments do not count."""
    old = {text.url_key(link.url): link.url for link in before if _counts(link.url)}
    new = {text.url_key(link.url): link.url for link in after if _counts(link.url)}
    return _side_by_side(
        "url_changed",
        [url for key, url in old.items() if key not in new],
        [url for key, url in new.items() if key not in old],
    )


def _counts(url: str) -> bool:
    return not url.casefold().startswith(("javascript:", "mailto:", "tel:", "#"))


def of_pages(old: Cut, new: Cut) -> list[tuple[Fact | None, Fact | None, FactChange]]:
    """Facts that the adapters read off the page's own places: level, areas, risks, dates, map.

    Between two templates only what both of them show is compared: a list that the new template does
    not print is a rendering, not a change.
    """
    found: list[tuple[Fact | None, Fact | None, FactChange]] = []
    a, b = old.first("level"), new.first("level")
    if a and b and a.value != b.value:
        change = FactChange(kind="level_change", before=a.quote, after=b.quote,
                            direction=_UP if b.value > a.value else _DOWN)  # fmt: skip
        found.append((a, b, change))
    found += _status(old, new)
    found += _areas(old, new)
    found += _risks(old, new)
    for kind in ("issued", "page_date", "updated"):
        a, b = old.first(kind), new.first(kind)
        if a and b and a.value != b.value:
            change = FactChange(kind="date_changed", before=a.quote, after=b.quote)
            found.append((a, b, change))
    a, b = old.first("map"), new.first("map")
    if a and b and a.value != b.value:
        found.append((a, b, FactChange(kind="other", before=a.value, after=b.value)))
    return found


_STATUS_LEVEL = {
    "avoid_all_travel_to_whole_country": 4,
    "avoid_all_but_essential_travel_to_whole_country": 3,
    "avoid_all_travel_to_parts": 2,
    "avoid_all_but_essential_travel_to_parts": 1,
}


def _status(old: Cut, new: Cut) -> list[tuple[Fact | None, Fact | None, FactChange]]:
    """The British warning status: a set; its direction is that of its gravest member."""
    a = {f.value: f for f in old.facts if f.kind == "status"}
    b = {f.value: f for f in new.facts if f.kind == "status"}
    if a.keys() == b.keys():
        return []
    rank = [sum(1 << _STATUS_LEVEL.get(value, 0) for value in side) for side in (a, b)]
    gone = next((a[k] for k in a if k not in b), next(iter(a.values()), None))
    come = next((b[k] for k in b if k not in a), next(iter(b.values()), None))
    change = FactChange(kind="level_change", before=_words(a), after=_words(b),
                        direction=_UP if rank[1] > rank[0] else _DOWN)  # fmt: skip
    return [(gone, come, change)]


def _words(side: dict[str, Fact]) -> str:
    return ", ".join(value.replace("_", " ") for value in side) or "no warning"


def _areas(old: Cut, new: Cut) -> list[tuple[Fact | None, Fact | None, FactChange]]:
    a = {text.key(f.subject): f for f in old.facts if f.kind == "area_level"}
    b = {text.key(f.subject): f for f in new.facts if f.kind == "area_level"}
    if old.template != new.template and not (a and b):
        return []
    found: list[tuple[Fact | None, Fact | None, FactChange]] = []
    for key in (*a, *(k for k in b if k not in a)):
        was, now = a.get(key), b.get(key)
        if was and now:
            if was.value != now.value:
                direction = _UP if now.value > was.value else _DOWN
                found.append((was, now, FactChange(
                    kind="area_level_change", before=f"{was.subject}: Level {was.value}",
                    after=f"{now.subject}: Level {now.value}", direction=direction)))  # fmt: skip
        elif now:
            found.append((None, now, FactChange(kind="area_added", direction=_UP,
                                                after=f"{now.subject}: Level {now.value}")))  # fmt: skip
        elif was:
            found.append((was, None, FactChange(kind="area_removed", direction=_DOWN,
                                                before=f"{was.subject}: Level {was.value}")))  # fmt: skip
    return found


def _risks(old: Cut, new: Cut) -> list[tuple[Fact | None, Fact | None, FactChange]]:
    a = {f.value: f for f in old.facts if f.kind == "risk"}
    b = {f.value: f for f in new.facts if f.kind == "risk"}
    if old.template != new.template and not (a and b):
        return []
    found: list[tuple[Fact | None, Fact | None, FactChange]] = [
        (None, b[k], FactChange(kind="risk_added", after=b[k].quote, direction=_UP))
        for k in b if k not in a
    ]  # fmt: skip
    found += [(a[k], None, FactChange(kind="risk_removed", before=a[k].quote, direction=_DOWN))
              for k in a if k not in b]  # fmt: skip
    return found
