"""Two cuts of one source to a Comparison: what changed, where, and how much it matters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.core import align, announced, bounds, cases, classify, compose, facts, phrases, shifts, text, zones
from monitor.core.align import Row, Unit
from monitor.core.cases import Case
from monitor.core.said import Said, said
from monitor.core.zones import Zone
from monitor.model import (
    Change,
    ChangeKind,
    Comparison,
    Cut,
    Direction,
    Fact,
    FactChange,
    Finding,
    Outcome,
    Severity,
    worst,
)

_PAGE_PLACES = {
    "level_change": "Advice level",
    "area_level_change": "Advice level by area",
    "area_added": "Advice level by area",
    "area_removed": "Advice level by area",
    "risk_added": "Risk indicators",
    "risk_removed": "Risk indicators",
    "date_changed": "Page dates",
    "other": "Map",
}
_KEPT_ON_REBASE = frozenset({"staff-or-leave", "staff-or-leave-over"})
_SLIPS = {
    "slip": "Publisher slip, a placeholder left or mended.",
    "slip-country": "Publisher slip, another country’s name left or mended.",
}
LEFTOVERS = "other"
"""Key of what stands beside the known parts of a page: teasers that are dealt anew on every visit. New
words there are told like any others; their order and where they link to is not even recorded."""
COLLAPSE = 0.5
"""A page that loses more than this share of its words is looked at again before anyone is told."""
OTHER_PAGE = 0.10
"""Below this share of common words two captures are not the same page (AlNoamany et al. 2016)."""


def comparison(old: Cut, new: Cut, *, name: str, at: datetime | None = None, append_only: bool = False) -> Comparison:
    """What a reader of `old` would have to be told about `new`. Pure; never raises on odd text.

    `name` is what the destination is called in headlines; `at` is the time of the newer capture and
    decides what counts as recent; `append_only` is for feeds whose old items simply scroll away.
    """
    rebased = old.template != new.template
    old_units, new_units = align.units(old), align.units(new)
    rows = align.rows(old_units, new_units)
    if append_only:
        rows = tuple(row for row in rows if row.kind is not ChangeKind.REMOVED)
    common = _common(bounds.read(old_units, rows, 0), bounds.read(new_units, rows, 1))
    if rebased and common < OTHER_PAGE and old_units and new_units:
        rows = ()
    said = _said(bounds.read(old_units, rows, 0)), _said(bounds.read(new_units, rows, 1))
    day = at or _stated(new)
    findings = [*_page_findings(old, new, said), *_text_findings(rows, old, new, said, day, name)]
    findings = shifts.settled(findings)
    if rebased:
        findings = [_quietened(finding) for finding in findings]
    findings.sort(key=lambda f: -f.severity.rank)
    note = new.first("note")
    old_note = old.first("note")
    fresh_note = note.value if note and (old_note is None or old_note.value != note.value) else None
    if fresh_note and not rebased:
        findings = announced.marked(findings, fresh_note)
    if fresh_note and note and not any(f.severity is not Severity.NONE for f in findings):
        findings += [] if rebased else [_announced(note, old_note)]
    severity = worst(finding.severity for finding in findings)
    outcome = Outcome.REBASED if rebased else Outcome.CHANGED if findings else Outcome.UNCHANGED
    result = Comparison(
        outcome=outcome,
        reason=_reason(old, new, rebased, common),
        severity=severity,
        findings=tuple(findings),
        note=fresh_note,
        needs_second_look=_needs_second_look(findings, old, new, old_units, new_units),
        destination=name,
    )
    return compose.worded(result, name)


def _said(units: Sequence[Unit]) -> Said:
    """Everything that one side says, each sentence also behind the heading that it stands under."""
    return said(
        (u.text for u in units),
        headed=((u.text, _topic(u)) for u in units if zones.zone(u.section, u.path) in (Zone.ENTRY, Zone.TOP)),
        listed=((u.text, u.lead) for u in units if u.lead and cases.opens_a_list(u.lead)),
        urls=(link.url for u in units for link in u.links),
    )


def _topic(unit: Unit) -> str:
    return unit.path[-1] if unit.path and not unit.heading else ""


def _stated(cut: Cut) -> datetime | None:
    """The newest date the page states about itself, where nobody says when it was taken."""
    values = cut.values("updated") + cut.values("issued") + cut.values("page_date")
    stamps = []
    for value in values:
        try:
            stamps.append(datetime.fromisoformat(value.replace("Z", "+00:00")).replace(tzinfo=None))
        except ValueError:
            stamps += [datetime(*day) for day in facts.days(value)]
    return max(stamps, default=None)


def _common(old: Sequence[Unit], new: Sequence[Unit]) -> float:
    a = {word for unit in old for word in text.words(unit.text)}
    b = {word for unit in new for word in text.words(unit.text)}
    return len(a & b) / max(1, min(len(a), len(b)))


def _reason(old: Cut, new: Cut, rebased: bool, common: float) -> str:
    if not rebased:
        return ""
    if common < OTHER_PAGE:
        return (
            f"the page changed from template {old.template} to {new.template} and shares almost no "
            "words with the stored one; it was taken as the new baseline and needs a look by a person"
        )
    return (
        f"the page changed from template {old.template} to {new.template}; its texts were matched "
        "across the two and only differences of posture are told"
    )


def _quietened(finding: Finding) -> Finding:
    """After a switch of template only facts of posture count; the rest is kept on record."""
    if finding.rule in _KEPT_ON_REBASE or any(
        fact.kind in ("level_change", "area_level_change") for fact in finding.facts
    ):
        return finding
    return Finding(change=finding.change, severity=Severity.NONE, rule="template-switch",
                   summary=finding.summary, facts=finding.facts)  # fmt: skip


def _announced(note: Fact, old: Fact | None) -> Finding:
    change = Change(section="Publisher's note", kind=ChangeKind.EDITED if old else ChangeKind.ADDED,
                    before=old.quote if old else None, after=note.quote)  # fmt: skip
    return Finding(change=change, severity=Severity.LOW, rule="note-only",
                   summary=f"The publisher announces a change that this page does not show: {note.value}")  # fmt: skip


# --------------------------------------------------------------------------------------
# Facts that the page states in its own places
# --------------------------------------------------------------------------------------
def _page_findings(old: Cut, new: Cut, said: tuple[Said, Said]) -> list[Finding]:
    found = []
    for was, now, fact in shifts.of_pages(old, new):
        if (now is None and _listed(was, said[1])) or (was is None and _listed(now, said[0])):
            continue  # the other page has the same advice for this area, in a list
        kind = ChangeKind.EDITED if was and now else ChangeKind.ADDED if now else ChangeKind.REMOVED
        change = Change(
            section=_PAGE_PLACES[fact.kind],
            kind=kind,
            before=was.quote or None if was else None,
            after=now.quote or None if now else None,
        )
        case = Case(kind=kind, before=change.before, after=change.after, zone=Zone.TOP,
                    page_facts=(fact,))  # fmt: skip
        rule = classify.judge(case)
        moved: tuple[FactChange, ...] = (fact,)
        if fact.kind in ("area_added", "area_removed"):  # advice of its own for an area began or ended
            moved = (fact, replace(fact, kind="area_level_change"))
        found.append(Finding(change=change, severity=rule.severity, rule=rule.name,
                             summary=phrases.page_fact(fact), facts=moved))  # fmt: skip
    return found


def _listed(area: Fact | None, other: Said) -> bool:
    """Whether the other page names this area in a list of advice of the same level."""
    if area is None or area.kind != "area_level":
        return False
    return other.areas.get(text.key(_AREA_WORDS.sub("", area.subject))) == area.value


_AREA_WORDS = re.compile(r"^the\s+|\s+(?:regions?|provinces?|states?|departments?|districts?|areas?)$", re.I)


# --------------------------------------------------------------------------------------
# Sentences
# --------------------------------------------------------------------------------------
def _text_findings(
    rows: Sequence[Row],
    old: Cut,
    new: Cut,
    said: tuple[Said, Said],
    at: datetime | None,
    own: str,
) -> list[Finding]:
    stated = ("level", "area_level", "risk", "note")
    shown = {text.key(f.quote) for cut in (old, new) for f in cut.facts if f.kind in stated}
    standing = {u.key for row in rows for u in row.old if row.kind in (None, ChangeKind.MOVED)}
    around = _subsections(rows)
    headed = {(row.kind, u.section_key, *u.path_key, u.key) for row in rows for u in row.old + row.new if u.heading}
    cut_off = _contacts_cut_off(rows)
    rows, many = bounds.judged(tuple(_blocks(rows)))
    found = bounds.counted(many)
    for row in rows:
        unit = (row.new or row.old)[0]
        if unit.section_key == LEFTOVERS and row.kind in (None, ChangeKind.MOVED):
            continue
        if row.kind is None:
            found += _relinked(row, said)
            continue
        one_sided = row.kind in (ChangeKind.ADDED, ChangeKind.REMOVED)
        if one_sided and len(row.old + row.new) == 1 and not unit.placed and unit.key in standing:
            continue
        if all(u.key in shown for u in row.old + row.new):
            continue
        whole = around.get((row.kind, unit.section_key, unit.path_key), "")
        under = bool(unit.path_key) and (row.kind, unit.section_key, *unit.path_key) in headed
        gone = cut_off and row.kind is ChangeKind.REMOVED and _is_contact(unit)
        found.append(_finding(row, unit, said, at, whole, under, gone, own))
    return found


def _contacts_cut_off(rows: Sequence[Row]) -> bool:
    """Whether the old page has contacts and the new one, of which something is left, has none.

    Twice in the history they were missing from a capture, and never taken off for good; but an embassy that closes
    might do just that. So it is told, once a second look agrees: a capture in part is whole a minute later.
    """
    kept = any(not u.heading for row in rows for u in row.new)
    return kept and any(_is_contact(u) for row in rows for u in row.old) and not any(
        _is_contact(u) for row in rows for u in row.new)  # fmt: skip


def _is_contact(unit: Unit) -> bool:
    return zones.zone(unit.section, unit.path) is Zone.CONTACT


def _relinked(row: Row, said: tuple[Said, Said]) -> list[Finding]:
    """The same words with another link target."""
    moved = shifts.links(row.old[0].links, row.new[0].links, said[0].targets, said[1].targets)
    if not moved:
        return []
    unit = row.new[0]
    change = Change(section=unit.section, heading_path=unit.path, kind=ChangeKind.FORMAT,
                    before=row.old[0].text, after=unit.text,
                    before_links=row.old[0].links, after_links=unit.links)  # fmt: skip
    return [Finding(change=change, severity=Severity.NONE, rule="link-target",
                    summary=phrases.link_moved(moved, unit), facts=tuple(moved))]  # fmt: skip


def _blocks(rows: Sequence[Row]) -> Iterable[Row]:
    """Added and removed neighbours of one block become one row: the block is what people read."""
    pending: list[Row] = []
    for row in rows:
        if pending and not _continues(pending[-1], row):
            yield _united(pending)
            pending = []
        if row.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
            pending.append(row)
        else:
            yield row
    if pending:
        yield _united(pending)


def _continues(last: Row, row: Row) -> bool:
    if row.kind is not last.kind:
        return False
    a, b = (last.new or last.old)[-1], (row.new or row.old)[0]
    return a.block == b.block and _slice((a, b)) is not None


def _united(pending: Sequence[Row]) -> Row:
    return Row(
        pending[0].kind,
        tuple(u for row in pending for u in row.old),
        tuple(u for row in pending for u in row.new),
    )


def _slice(units: Sequence[Unit]) -> str | None:
    """The verbatim piece of the page that holds these units, if they stand side by side in one block."""
    if not units:
        return None
    if len(units) == 1:
        return units[0].text
    whole, at = units[0].whole, 0
    start = whole.find(units[0].text)
    for unit in units:
        here = whole.find(unit.text, at)
        if here < 0 or (at and whole[at:here].strip()):
            return None
        at = here + len(unit.text)
    return whole[start:at] if start >= 0 else None


def _quote(units: Sequence[Unit]) -> str | None:
    """A verbatim quote for these units: their piece of the block, or the first of them."""
    return _slice(units) if units and units[0].block == units[-1].block else (units[0].text if units else None)


def _subsections(rows: Sequence[Row]) -> dict[tuple[ChangeKind, str, tuple[str, ...]], str]:
    """A new subsection is judged as one text: its date is often in one sentence, the news in another."""
    grouped: dict[tuple[ChangeKind, str, tuple[str, ...]], list[str]] = {}
    for row in rows:
        if row.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
            unit = (row.new or row.old)[0]
            if unit.path_key:
                key = (row.kind, unit.section_key, unit.path_key)
                grouped.setdefault(key, []).append(unit.text)
    return {key: " ".join(texts) for key, texts in grouped.items() if 1 < len(texts) <= 12}


def _finding(
    row: Row,
    unit: Unit,
    said: tuple[Said, Said],
    at: datetime | None,
    around: str,
    subsection: bool,
    cut_off: bool,
    own: str,
) -> Finding:
    assert row.kind is not None
    before, after = _quote(row.old), _quote(row.new)
    change = Change(
        section=unit.section,
        heading_path=unit.path,
        kind=row.kind,
        before=before,
        after=after,
        before_links=tuple(link for u in row.old for link in u.links),
        after_links=tuple(link for u in row.new for link in u.links),
        moved_from=(row.old[0].section, *row.old[0].path) if row.kind is ChangeKind.MOVED else (),
    )
    case = cases.read(
        kind=row.kind, before=before, after=after, zone=zones.zone(unit.section, unit.path),
        heading=unit.heading, old=said[0], new=said[1], at=at, around=around, lead=unit.lead,
        topic=_topic(unit), subsection=subsection, cut_off=cut_off, own=own,
    )  # fmt: skip
    rule = classify.judge(case)
    same_words = row.kind not in (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.EDITED)
    targets = shifts.links(change.before_links, change.after_links, said[0].targets, said[1].targets)
    moved = tuple(targets) if same_words else shifts.of_case(case, targets)
    words = phrases.summary(change, moved, unit.lead)
    if rule.name in _SLIPS:
        words = f"{_SLIPS[rule.name]} {words}"
    return Finding(change=change, severity=rule.severity, rule=rule.name, summary=words, facts=moved)


def _needs_second_look(
    findings: Sequence[Finding], old: Cut, new: Cut, old_units: Sequence[Unit], new_units: Sequence[Unit]
) -> bool:
    """A fall of level, a vanished section or a collapse of the text may be a stale or broken copy."""
    if any(finding.rule == "contacts-gone" for finding in findings):
        return True
    if any(
        fact.kind == "level_change" and fact.direction is Direction.DOWN
        for finding in findings
        for fact in finding.facts
    ):
        return True
    if len(new_units) < COLLAPSE * len(old_units) and len(old_units) >= 8:
        return True
    kept = {unit.key for unit in new_units}
    there = {section.key for section in new.sections if len(section.blocks) > 1}
    mine: dict[str, list[bool]] = {}
    for unit in old_units:
        if not unit.heading:
            mine.setdefault(unit.section_key, []).append(unit.key in kept)
    return any(len(found) >= 3 and not any(found) and key not in there for key, found in mine.items())
