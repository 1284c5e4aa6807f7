"""Findings to words: a headline, then sentences. Every clause is built from a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from monitor.core.align import Unit
from monitor.core.words import excerpt, spans
from monitor.model import (
    Change,
    ChangeKind,
    Comparison,
    Direction,
    Fact,
    FactChange,
    Finding,
    Severity,
    worst,
)

HEADLINE = 120
SENTENCES = 5
QUOTE = 190

_ORDER = ("level_change", "departure_order", "leave_now", "area_level_change", "area_added",
          "area_removed", "risk_added", "risk_removed", "event_added", "embassy_status", "border",
          "air_travel", "curfew", "emergency_state", "consular_reach", "staff_restriction",
          "event_removed", "phone_changed", "email_changed", "entry_rule", "health_notice",
          "number_changed", "fee_changed", "date_changed", "other", "url_changed")  # fmt: skip


def weight(finding: Finding) -> tuple[int, int]:
    """Sort key: heaviest first, then the fact that a duty officer asks for first."""
    first = min((_ORDER.index(f.kind) for f in finding.facts if f.kind in _ORDER), default=len(_ORDER))
    return -finding.severity.rank, first


def without(
    comparison: Comparison, known: Callable[[Finding], bool], name: str, *, rule: str = "told-before"
) -> Comparison:
    """The comparison worded without the findings that were told before; they stay on record."""
    findings = tuple(
        replace(f, severity=Severity.NONE, rule=rule) if known(f) else f
        for f in comparison.findings
    )
    rest = worst(f.severity for f in findings)
    return worded(replace(comparison, findings=findings, severity=rest), name)


def worded(comparison: Comparison, name: str) -> Comparison:
    """The comparison with its findings in telling order, a headline and up to five sentences."""
    findings = tuple(sorted(comparison.findings, key=weight))
    told = [finding for finding in findings if finding.severity is not Severity.NONE]
    if not told:
        quiet = "nothing that matters changed" if findings else "nothing changed"
        return replace(comparison, findings=findings, headline=_clip(f"{name}: {quiet}", HEADLINE))
    headline = _clip(f"{name}: {_lower_first(_head(told[0]))}", HEADLINE)
    sentences = list(dict.fromkeys(finding.summary for finding in told))
    more = len(told) - SENTENCES
    said = sentences[:SENTENCES]
    if more > 0 and len(sentences) > SENTENCES:
        said[-1] = f"{said[-1]} And {more} more {'change' if more == 1 else 'changes'}."
    return replace(comparison, findings=findings, headline=headline, sentences=tuple(said))


def headline(text: str) -> str:
    """The text, no longer than a headline may be."""
    return _clip(text, HEADLINE)


def _head(finding: Finding) -> str:
    for fact in finding.facts:
        words = _HEADS.get((fact.kind, fact.direction))
        if fact.kind == "level_change":
            verb = "level raised" if fact.direction is Direction.UP else "level lowered"
            return f"{verb} {_steps(fact)}"
        if fact.kind == "area_level_change" and finding.rule == "area-level":
            return f"area level changed — {fact.before} → {fact.after}"
        if finding.rule == "risk-indicator":
            return _lower_first(finding.summary).rstrip(".")
        if words:
            quote = finding.change.after or finding.change.before or ""
            return f"{words} — {quote}" if quote else words
        if fact.kind in ("event_added", "event_removed") and (fact.after or fact.before):
            gone = "" if fact.kind == "event_added" else "no longer stated: "
            return f"{gone}{fact.after or fact.before} — {finding.change.after or finding.change.before}"
        if fact.kind == "number_changed" and fact.before and fact.after:
            return f"{fact.before} → {fact.after} — {finding.change.after}"
        if fact.kind == "phone_changed":
            return f"telephone changed — {fact.before or 'none'} → {fact.after or 'removed'}"
        if fact.kind == "email_changed":
            return f"e-mail changed — {fact.before or 'none'} → {fact.after or 'removed'}"
    return finding.summary


_HEADS = {
    ("departure_order", Direction.UP): "staff departure",
    ("departure_order", Direction.DOWN): "staff departure over",
    ("leave_now", Direction.UP): "told to leave or shelter",
    ("leave_now", Direction.DOWN): "call to leave or shelter over",
    ("area_added", Direction.UP): "area added to the advice",
    ("area_removed", Direction.DOWN): "area removed from the advice",
    ("risk_added", Direction.UP): "risk added",
    ("risk_removed", Direction.DOWN): "risk removed",
    ("embassy_status", Direction.UP): "embassy operations",
    ("embassy_status", Direction.DOWN): "embassy operations",
    ("border", Direction.UP): "border",
    ("border", Direction.DOWN): "border eased",
    ("air_travel", Direction.UP): "air travel",
    ("air_travel", Direction.DOWN): "air travel eased",
    ("curfew", Direction.UP): "curfew",
    ("curfew", Direction.DOWN): "curfew over",
    ("emergency_state", Direction.UP): "state of emergency",
    ("emergency_state", Direction.DOWN): "state of emergency over",
    ("staff_restriction", Direction.UP): "staff movement limits",
    ("staff_restriction", Direction.DOWN): "staff movement limits eased",
}


def page_fact(was: Fact | None, now: Fact | None, fact: FactChange) -> str:
    """One sentence on a fact that the page states in its own place."""
    if fact.kind == "level_change":
        verb = "raised" if fact.direction is Direction.UP else "lowered"
        return f"Level {verb}: “{fact.before or 'none'}” → “{fact.after or 'none'}”."
    if fact.kind == "area_level_change":
        verb = "raised" if fact.direction is Direction.UP else "lowered"
        return f"Area level {verb}: {fact.before} → {fact.after}."
    if fact.kind == "area_added":
        return f"Area newly listed: {fact.after}."
    if fact.kind == "area_removed":
        return f"Area no longer listed: {fact.before}."
    if fact.kind == "risk_added":
        return f"Risk indicator added: {_risk(fact.after)}."
    if fact.kind == "risk_removed":
        return f"Risk indicator removed: {_risk(fact.before)}."
    if fact.kind == "date_changed":
        return f"Date on the page: {fact.before} → {fact.after}."
    return f"Map replaced: {fact.before} → {fact.after}."


_RISKS = {
    "C": "Crime", "T": "Terrorism", "U": "Unrest", "H": "Health", "N": "Natural disaster",
    "K": "Kidnapping or hostage taking", "D": "Wrongful detention", "E": "Time-limited event",
    "O": "Other",
}  # fmt: skip
"""The publisher's letters (sources notes, 2.4)."""


def _risk(words: str | None) -> str:
    """The old template prints only the letter; a reader is given the word."""
    return f"{_RISKS[words]} ({words})" if words in _RISKS else words or ""


def link_moved(moved: Sequence[FactChange], unit: Unit) -> str:
    """One sentence on words that now link elsewhere."""
    first = moved[0]
    place = _place(unit.section, unit.path)
    return f"Link target changed in {place}: {first.before or 'none'} → {first.after or 'none'}."


def summary(change: Change, facts: Sequence[FactChange], rule: str) -> str:
    """One sentence on one changed piece of text, with its own words."""
    place = _place(change.section, change.heading_path)
    after, before = change.after or "", change.before or ""
    if change.kind is ChangeKind.ADDED:
        return f"New in {place}: “{_clip(after, QUOTE)}”"
    if change.kind is ChangeKind.REMOVED:
        return f"Removed from {place}: “{_clip(before, QUOTE)}”"
    if change.kind is ChangeKind.MOVED:
        return f"Moved within {place}, words unchanged: “{_clip(after, 80)}”"
    if change.kind in (ChangeKind.SPLIT, ChangeKind.MERGED, ChangeKind.FORMAT):
        return f"Laid out differently in {place}, words unchanged: “{_clip(after, 80)}”"
    for fact in facts:
        if fact.kind == "phone_changed" and fact.before and fact.after:
            return f"Telephone changed in {place}: {fact.before} → {fact.after}."
        if fact.kind == "email_changed" and fact.before and fact.after:
            return f"E-mail changed in {place}: {fact.before} → {fact.after}."
    return f"Changed in {place}: {_marked(before, after)}"


def _marked(before: str, after: str) -> str:
    """The edit as a sentence: “[Five → Seven] people were killed”; both whole if too different."""
    marks = excerpt(spans(before, after), context=8)
    if not any(span.op == "same" and any(c.isalnum() for c in span.text) for span in marks):
        return f"“{_clip(before, QUOTE)}” → “{_clip(after, QUOTE)}”"
    out, n = [], 0
    while n < len(marks):
        op, text = marks[n]
        bare = text.strip()
        paired = n + 1 < len(marks) and op == "removed" and marks[n + 1].op == "added"
        if op == "same" or not bare:
            out.append(text if op != "removed" else "")
        elif paired:
            n += 1
            new = marks[n].text
            out.append(_padded(new, f"[{bare} → {new.strip()}]"))
        else:
            out.append(_padded(text, f"[{'−' if op == 'removed' else '+'}{bare}]"))
        n += 1
    return "“" + _clip("".join(out), 2 * QUOTE) + "”"


def _padded(text: str, shown: str) -> str:
    """The marks with the blanks that stood around the words kept outside."""
    lead = " " if text[:1].isspace() else ""
    return lead + shown + (" " if text[-1:].isspace() else "")


def _place(section: str, path: Sequence[str]) -> str:
    """Where it stands: the section, and the nearest heading in it."""
    last = path[-1].strip(" :") if path else ""
    section = section.strip(" :") or "the page"
    if last and last.casefold() != section.casefold():
        return f"{_clip(section, 40)} / {_clip(last, 60)}"
    return _clip(section, 60)


_LEVEL = re.compile(r"level:?\s*(?P<number>\d)\W+(?P<words>\w.*)", re.I)


def _steps(fact: FactChange) -> str:
    """"3 → 4 — Do not travel" where the publisher counts its levels, else its words before and after."""
    a, b = _LEVEL.search(fact.before or ""), _LEVEL.search(fact.after or "")
    if a and b:
        return f"{a['number']} → {b['number']} — {b['words']}"
    return f"— {_short(fact.before)} → {_short(fact.after)}"


def _short(value: str | None) -> str:
    return _clip(value or "none", 48)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _clip(text: str, most: int) -> str:
    """At most so many characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[most // 2 :] else cut).rstrip(" ,;:—-") + "…"
