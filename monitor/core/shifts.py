"""Which facts moved, and in which direction: page facts, and facts of one changed sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.core import cases, classify, facts, text
from monitor.core.cases import Case
from monitor.core.facts import Reading
from monitor.core.lexicon import Weight
from monitor.core.said import NO_TARGETS, Targets, targets
from monitor.core.signals import Grade, Signal
from monitor.core.zones import Zone
from monitor.model import ChangeKind, Cut, Direction, Fact, FactChange, Finding, Link

_UP, _DOWN, _NONE = Direction.UP, Direction.DOWN, Direction.NONE
_BY_READING = {"email": "email_changed", "date": "date_changed", "number": "number_changed",
               "money": "number_changed", "clock": "number_changed"}  # fmt: skip
_BY_SIGN = {"event": ("event_added", "event_removed"), "risk": ("risk_added", "risk_removed")}


def of_case(case: Case, targets: Sequence[FactChange] = ()) -> tuple[FactChange, ...]:
    """The facts of one changed sentence, worst news first; `targets` are the links that came or went with it."""
    if case.cut_off:
        return ()
    found: list[FactChange] = []
    for signals, side, direction in ((case.arrived, 0, _UP), (case.ended, 1, _DOWN)):
        for signal in signals:
            kind = _kind(signal, side, case)
            if kind is None:
                continue
            words = f"{signal.sign.says}: {signal.subject}" if signal.subject else signal.sign.says
            old, new = (None, words) if side == 0 else (words, None)
            found.append(FactChange(kind=kind, before=old, after=new, direction=direction))
            if sign_of := _also(signal, side, case):
                found.append(FactChange(kind=sign_of, before=old, after=new, direction=direction))
    found += _pairs(case)
    if case.zone is Zone.CONTACT and not case.trifle and case.has("number") and not case.has("phone"):
        found.append(FactChange(kind="other", before=case.before, after=case.after))  # an address
    if case.terms and not case.restated and not case.trifle:
        found.append(FactChange(kind="entry_rule", before=case.before, after=case.after))
    if (
        case.zone is Zone.LAWS
        and case.one_sided
        and not case.restated
        and any(s.sign.name in ("local law", "grave punishment") for s in case.known_signs)
    ):
        found.append(FactChange(kind="other", before=case.before, after=case.after))
    if case.reached and case.zone in _SERIOUS and any(f.kind == "event_added" for f in found):
        found.append(FactChange(kind="area_added", after=", ".join(case.reached), direction=_UP))
    if (
        case.zone in _SERIOUS
        and not case.has("phone", "email")
        and any(s.sign.weight in _VIOLENT for s in case.known_signs)
    ):
        for places, kind, way in ((case.spread, "area_added", _UP), (case.spared, "area_removed", _DOWN)):
            named = ", ".join(places)
            if named:
                found.append(FactChange(kind=kind, before=named if way is _DOWN else None,
                                        after=None if way is _DOWN else named, direction=way))  # fmt: skip
    if case.named_risk and case.zone in _SERIOUS and not any(f.kind == "risk_added" for f in found):
        found.append(FactChange(kind="risk_added", after=case.named_risk, direction=_UP))
    if not found and (case.warning or (case.target and not case.restated)):
        found.append(_warning(case))
    if case.heading and _POST.search(case.words.casefold()) and not case.trifle:
        found.append(FactChange(kind="embassy_status", before=case.before, after=case.after))
    if not case.one_sided or (not found and len(text.words(case.words)) <= _LINK_WORDS):
        found += targets  # the link inside a new sentence is part of that sentence, not a link that changed
    return tuple(dict.fromkeys(found))


_LINK_WORDS = 12
"""Longer items are sentences that hold a link, shorter ones are the link."""
_POST = re.compile(r"\b(?:embassy|consulate|high commission)\b.{2,}")


def _warning(case: Case) -> FactChange:
    gone = case.after is None
    return FactChange(kind="risk_removed" if gone else "risk_added", before=case.before, after=case.after,
                      direction=_DOWN if gone else _UP)  # fmt: skip


def _also(signal: Signal, side: int, case: Case) -> str | None:
    """A closure that is over, and an outbreak that is on, are events beside what they are."""
    if side == 1 and signal.sign.fact in ("air_travel", "border", "curfew", "emergency_state"):
        return "event_removed"
    if signal.sign.name == "outbreak" and case.going_on and classify.OUTBREAK.search(case.words.casefold()):
        return _BY_SIGN["event"][side]
    return None


def _kind(signal: Signal, side: int, case: Case) -> str | None:
    """The fact that a sign moves: what may happen is a risk, what happens an event, what is long past neither."""
    sign = signal.sign
    if sign.fact == "entry_rule" and sign.weight is not Weight.ACUTE and (case.zone is Zone.ENTRY or not case.terms):
        return None  # in its own section a rule counts by its terms, not by its words
    if not sign.fact or (sign.name == "local law" and any(s.sign.name == "staff limits" for s in case.known_signs)):
        return None  # "staff are prohibited from" is no law
    if sign.fact != "event":
        return _BY_SIGN.get(sign.fact, (sign.fact, sign.fact))[side]
    if case.historic:
        return None
    if facts.ADVISES.search(case.words):  # a reason for advice: fighting is an event, unrest a risk
        return _BY_SIGN["event" if side == 0 and sign.name in _HAPPENS else "risk"][side]
    if case.zone is Zone.LAWS:
        return _BY_SIGN["risk"][side] if sign.name not in _ONLY_EVENTS else None
    now = case.going_on if sign.weight is Weight.NATURAL else signal.grade is Grade.CURRENT  # "has been" is no flood
    if now or case.alert or case.fresh or any(r.kind == "date" for r in facts.readings(case.words)):
        return _BY_SIGN["event"][side]
    return _BY_SIGN["risk"][side] if sign.name not in _ONLY_EVENTS and case.zone in _SERIOUS else None


_VIOLENT = (Weight.NOW, Weight.ACUTE, Weight.NATURAL)
_SERIOUS = (Zone.TOP, Zone.SAFETY)
_HAPPENS = frozenset({"armed conflict", "attack", "armed men", "coup"})
_ONLY_EVENTS = frozenset({"killed", "mass event", "election", "transport"})
"""Signs of which a mere mention is neither news nor a risk."""


def settled(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without facts that another finding tells better.

    A general warning beside a named event is part of its telling; a reason for advice that gave way to graver
    advice was not withdrawn; and what is listed with a place is not a risk of its own.
    """
    facts_ = [fact for finding in findings for fact in finding.facts]
    kinds = {fact.kind for fact in facts_}
    raised = any(f.kind == "level_change" and f.direction is _UP for f in facts_)
    return [replace(f, facts=tuple(x for x in f.facts if not _aside(x, f, kinds, raised))) for f in findings]


def _aside(fact: FactChange, finding: Finding, kinds: set[str], raised: bool) -> bool:
    mine = {other.kind for other in finding.facts}
    if fact.kind == "risk_removed" and (raised or "area_removed" in mine):
        return True
    if fact.kind == "risk_added" and cases.NAMED_RISK.match(fact.after or ""):
        return False  # the publisher calls it a risk, beside what happened
    if fact.kind in ("risk_added", "risk_removed") and finding.rule not in ("risk-indicator", "risk-factors"):
        return fact.kind.replace("risk", "event") in kinds
    return False


def _pairs(case: Case) -> list[FactChange]:
    found: list[FactChange] = []
    for kind, fact in _BY_READING.items():
        old, new = (_values((r for r in side if r not in case.background), kind) for side in (case.lost, case.gained))
        stated = case.kind is ChangeKind.EDITED and case.zone is Zone.ENTRY and kind == "money"
        if fact == "number_changed" and (case.zone is Zone.CONTACT or not ((old and new) or (stated and (old or new)))):
            continue  # a figure in a new sentence is part of the news, not a figure that moved
        found += _side_by_side(fact, old, new)
    old, new = _values(case.lost, "phone"), _values(case.gained, "phone")
    found += _side_by_side("phone_changed", old, new)
    for readings, fact, direction in (
        (case.gained, "risk_added", _UP), (case.lost, "risk_removed", _DOWN),
    ):  # fmt: skip
        found += [_one(fact, r, direction) for r in readings if r.kind == "risk"]
    if case.listed and case.in_effect and case.one_sided:
        kind = "event_removed" if case.after is None else "event_added"
        found.append(FactChange(kind=kind, before=case.before, after=case.after,
                                direction=_DOWN if case.after is None else _UP))  # fmt: skip
    if case.listed and case.kind is not ChangeKind.EDITED:
        gone, words = case.after is None, case.after or case.before or ""
        found.append(FactChange(kind="area_removed" if gone else "area_added", before=words if gone else None,
                                after=None if gone else words, direction=_DOWN if gone else _UP))  # fmt: skip
        if case.advised:
            found.append(FactChange(kind="area_level_change", before=words if gone else None,
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
        FactChange(kind=kind, before=a, after=b) for a, b in zip((*old, *pad)[:size], (*new, *pad)[:size], strict=True)
    ]


def links(
    before: Iterable[Link], after: Iterable[Link], old: Targets = NO_TARGETS, new: Targets = NO_TARGETS
) -> list[FactChange]:
    """Link targets that came or went; tracking, scheme and fragments do not count, nor does a target that the other
    page, whose targets are `old` and `new`, has elsewhere."""
    was = {text.url_key(link.url): link.url for link in before if _counts(link.url)}
    now = {text.url_key(link.url): link.url for link in after if _counts(link.url)}
    if was.keys() == now.keys():
        return []
    here, there = targets(was.values()), targets(now.values())
    return _side_by_side(
        "url_changed",
        [url for key, url in was.items() if not there.has(key) and not new.has(key)],
        [url for key, url in now.items() if not here.has(key) and not old.has(key)],
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
            words = f"{now.subject}: Level {now.value}"
            found.append((None, now, FactChange(kind="area_added", direction=_UP, after=words)))
        elif was:
            words = f"{was.subject}: Level {was.value}"
            found.append((was, None, FactChange(kind="area_removed", direction=_DOWN, before=words)))
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
