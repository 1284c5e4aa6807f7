"""One finding in words: a head for the headline, a sentence with its quote. Every clause is built from a finding."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.core import facts, text
from monitor.core.align import Unit
from monitor.core.signals import signals
from monitor.core.words import excerpt, spans
from monitor.model import Change, ChangeKind, Direction, FactChange, Finding

QUOTE = 190
"""Letters of a quote in a sentence."""


def head(finding: Finding) -> str:
    for fact in finding.facts:
        words = _HEADS.get((fact.kind, fact.direction))
        if fact.kind == "level_change":
            verb = "level raised" if fact.direction is Direction.UP else "level lowered"
            return f"{verb} {_steps(fact)}"
        if fact.kind == "area_level_change" and finding.rule == "area-level":
            return lower_first(page_fact(fact)).rstrip(".")
        if finding.rule == "risk-indicator":
            return lower_first(finding.summary).rstrip(".")
        if fact.kind in ("risk_added", "risk_removed") and len(fact.after or fact.before or "") <= 40:
            return f"{words}: {fact.after or fact.before}"
        if words:
            if fact.direction is Direction.UP and fact.kind in ("departure_order", "leave_now"):
                words = fact.after or words
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


def page_fact(fact: FactChange) -> str:
    """One sentence on a fact that the page states in its own place."""
    if fact.kind == "level_change":
        verb = "raised" if fact.direction is Direction.UP else "lowered"
        return f"Level {verb}: “{fact.before or 'none'}” → “{fact.after or 'none'}”."
    if fact.kind == "area_level_change":
        verb = "raised" if fact.direction is Direction.UP else "lowered"
        where, _, was = (fact.before or "").rpartition(": ")
        now = (fact.after or "").removeprefix(f"{where}: ")
        return f"Area level {verb}: {where}, {was} → {now}."
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
    where = place(unit.section, unit.path)
    return f"Link target changed in {where}: {first.before or 'none'} → {first.after or 'none'}."


def summary(change: Change, moved: Sequence[FactChange], lead: str = "") -> str:
    """One sentence on one changed piece of text, with its own words; `lead` opens the list that it stands in."""
    where = place(change.section, change.heading_path)
    if lead:
        where = f"{clip(change.section.strip(' :'), 40)}, “{clip(lead.rstrip(' :'), 90)}”"
    after, before = change.after or "", change.before or ""
    if change.kind is ChangeKind.ADDED:
        return f"New in {where}: “{gist(after, QUOTE)}”"
    if change.kind is ChangeKind.REMOVED:
        return f"Removed from {where}: “{gist(before, QUOTE)}”"
    if change.kind is ChangeKind.MOVED:
        return f"Moved within {where}, words unchanged: “{clip(after, 80)}”"
    if change.kind in (ChangeKind.SPLIT, ChangeKind.MERGED, ChangeKind.FORMAT):
        return f"Laid out differently in {where}, words unchanged: “{clip(after, 80)}”"
    for fact in moved:
        if fact.kind == "phone_changed" and fact.before and fact.after:
            return f"Telephone changed in {where}: {fact.before} → {fact.after}."
        if fact.kind == "email_changed" and fact.before and fact.after:
            return f"E-mail changed in {where}: {fact.before} → {fact.after}."
    return f"Changed in {where}: {marked(before, after)}"


def marked(before: str, after: str, quotes: tuple[str, str] = ("“", "”")) -> str:
    """The edit as a sentence: “[Five → Seven] people were killed”; both whole if too different."""
    begin, end = quotes
    marks = excerpt(spans(before, after), context=8)
    if not any(span.op == "same" and any(c.isalnum() for c in span.text) for span in marks):
        return f"{begin}{clip(before, QUOTE)}{end} → {begin}{clip(after, QUOTE)}{end}"
    out, n = [], 0
    while n < len(marks):
        op, words = marks[n]
        bare = words.strip()
        paired = n + 1 < len(marks) and op == "removed" and marks[n + 1].op == "added"
        if op == "same" or not bare:
            out.append(words if op != "removed" else "")
        elif paired:
            n += 1
            new = marks[n].text
            out.append(_padded(new, f"[{bare} → {new.strip()}]"))
        else:
            out.append(_padded(words, f"[{'−' if op == 'removed' else '+'}{bare}]"))
        n += 1
    return begin + clip("".join(out), 2 * QUOTE) + end


def gist(words: str, most: int) -> str:
    """The words, or their most telling parts in their order, with a mark where something is left out.

    Whole sentences first; of a sentence that is too long by itself, the clauses with names, figures and signs.
    """
    words = clip(" ".join(words.split()), 10 * QUOTE)
    if len(words) <= most:
        return words
    parts = [p for s in text.sentences(words) for p in ((s,) if len(s) <= most * 2 // 3 else _clauses(s))]
    if len(parts) < 2:
        return clip(words, most)
    # The first part says what it is about; a part is worth its details for its length.
    order = sorted(range(len(parts)), key=lambda n: (n > 0, -details(parts[n]) / (20 + len(parts[n])), n))
    kept: set[int] = set()
    for n in order:
        if len(_joined(parts, kept | {n})) <= most:
            kept.add(n)
    return _joined(parts, kept) if kept else clip(words, most)


def _clauses(sentence: str) -> list[str]:
    """A long sentence at its commas, semicolons and brackets."""
    return [part for part in re.split(r"(?<=[,;:]) |(?<=\)) | (?=\()", sentence) if part]


def _joined(parts: Sequence[str], kept: set[int]) -> str:
    out, last = "", -1
    for n in sorted(kept):
        out += ("" if not out and n == 0 else " " if n == last + 1 else " … " if out else "… ") + parts[n]
        last = n
    return out if last == len(parts) - 1 else out.rstrip(" ,;:") + ("…" if out.endswith((",", ";", ":", " ")) else " …")


def _padded(words: str, shown: str) -> str:
    """The marks with the blanks that stood around the words kept outside."""
    lead = " " if words[:1].isspace() else ""
    return lead + shown + (" " if words[-1:].isspace() else "")


def place(section: str, path: Sequence[str]) -> str:
    """Where it stands: the section, and the nearest heading in it."""
    last = path[-1].strip(" :") if path else ""
    section = section.strip(" :") or "the page"
    if last and last.casefold() != section.casefold():
        return f"{clip(section, 40)} / {clip(last, 60)}"
    return clip(section, 60)


_LEVEL = re.compile(r"level:?\s*(?P<number>\d)\W+(?P<words>\w.*)", re.I)


def level(words: str | None) -> tuple[str, str] | None:
    """Number and words of a level that the publisher counts."""
    found = _LEVEL.search(words or "")
    return (found["number"], found["words"]) if found else None


def _steps(fact: FactChange) -> str:
    """"3 → 4 — Do not travel" where the publisher counts its levels, else its words before and after."""
    a, b = level(fact.before), level(fact.after)
    if a and b:
        return f"{a[0]} → {b[0]} — {b[1]}"
    return f"— {_short(fact.before)} → {_short(fact.after)}"


def _short(value: str | None) -> str:
    return clip(value or "none", 48)


def lower_first(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def clip(words: str, most: int) -> str:
    """At most so many characters, cut between words."""
    words = " ".join(words.split())
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[most // 2 :] else cut).rstrip(" ,;:—-") + "…"



def details(words: str) -> int:
    """How much a text pins down: names, figures, dates, telephones, signs of something."""
    return sum(
        len(facts.names(part)) + 2 * len(facts.readings(part)) + 3 * len(signals(part))
        for part in text.sentences(words)
    )
