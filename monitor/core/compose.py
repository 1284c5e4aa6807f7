"""Findings to words: a headline, then sentences. Every clause is built from a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from monitor.core import facts, text
from monitor.core.align import Unit
from monitor.core.lexicon import SIGNS
from monitor.core.signals import signals
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
TOGETHER = 600
"""Letters of all sentences of a message together: what a person reads on a telephone without scrolling."""
QUOTE = 190

_ORDER = ("level_change", "departure_order", "leave_now", "area_level_change", "area_added",
          "area_removed", "event_added", "embassy_status", "air_travel", "border", "curfew", "emergency_state",
          "event_removed", "consular_reach", "staff_restriction", "entry_rule", "health_notice", "risk_added",
          "phone_changed", "email_changed", "number_changed", "other", "risk_removed", "fee_changed",
          "date_changed", "url_changed")  # fmt: skip
_RANK = {kind: n for n, kind in enumerate(_ORDER)}
_GRAVITY = {sign.says: n for n, sign in enumerate(SIGNS)}
"""A coup comes before the dead, and the dead before the protest, as in the table of signs."""
SHORT = 5
"""Words of a heading or list item that says little by itself."""


def weight(finding: Finding) -> tuple[int, bool, int, bool, int, int]:
    """Sort key: heaviest first, then what says something by itself, then the fact that a duty officer asks for
    first, then the page's own statement of it, then the more specific."""
    words = finding.change.after or finding.change.before or ""
    slight = len(words.split()) <= SHORT and not any(fact.kind in _TELLING for fact in finding.facts)
    first = min((_RANK[f.kind] for f in finding.facts if f.kind in _RANK), default=len(_ORDER))
    if finding.rule in ("risk-indicator", "risk-factors"):
        first = min(first, _RANK["area_removed"])  # the publisher's own list of reasons, not a mention
    gravest = min((_GRAVITY.get((f.after or f.before or "").partition(":")[0], 99) for f in finding.facts), default=99)
    elsewhere = finding.change.section not in _OWN_PLACES
    return -finding.severity.rank, slight, first, elsewhere, gravest, -_details(words)


_TELLING = frozenset("level_change area_level_change area_added area_removed phone_changed email_changed "
                     "number_changed departure_order leave_now curfew".split())  # fmt: skip
"""Facts that a few words can carry."""


def _details(words: str) -> int:
    """How much a text pins down: names, figures, dates, telephones, signs of something."""
    return sum(
        len(facts.names(part)) + 2 * len(facts.readings(part)) + 2 * len(signals(part))
        for part in text.sentences(words)
    )


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
    levels = any(fact.kind == "level_change" for f in comparison.findings for fact in f.facts)
    ordered = sorted(comparison.findings, key=lambda f: (-f.severity.rank, levels and _repeats_level(f), weight(f)))
    findings = tuple(_together(ordered))
    told = [finding for finding in findings if finding.severity is not Severity.NONE]
    if not told:
        quiet = "nothing that matters changed" if findings else "nothing changed"
        return replace(comparison, findings=findings, headline=_clip(f"{name}: {quiet}", HEADLINE))
    headline = _headline(name, told)
    return replace(comparison, findings=findings, headline=headline, sentences=_sentences(told))


def taken_back(comparison: Comparison, headline: str, day: str) -> Comparison:
    """The comparison said as what it is: the page went back to what it said before an earlier change."""
    name = comparison.destination
    what = comparison.headline.removeprefix(f"{name}: ")
    first = _fitted(f"The publisher took back its change of {day}: “{headline}”.", TOGETHER // 2)
    kept, room = [first], TOGETHER - len(first) - 1
    for sentence in comparison.sentences[: SENTENCES - 1]:
        if room < LEAST:
            break
        kept.append(_fitted(sentence, room))
        room -= len(kept[-1]) + 1
    return replace(comparison, headline=_clip(f"{name}: back as before {day} — {what}", HEADLINE),
                   sentences=tuple(kept))  # fmt: skip


def _headline(name: str, told: Sequence[Finding]) -> str:
    """The most consequential change, and the next one where there is room for it."""
    first = _clip(f"{name}: {_lower_first(_head(told[0]))}", HEADLINE)
    known = {fact.kind for fact in told[0].facts}
    other = next((f for f in told[1:] if f.summary != told[0].summary and f.severity.rank >= _WORTH
                  and any(fact.kind not in known for fact in f.facts)), None)  # fmt: skip
    room = HEADLINE - len(first) - 2
    if other is None or room < ROOM:
        return first
    return f"{first.rstrip('.')}; {_clip(_lower_first(_head(other)), room)}"


ROOM = 30
"""Letters that a second piece of news needs in a headline."""
_WORTH = Severity.MEDIUM.rank


def _repeats_level(finding: Finding) -> bool:
    """A sentence that says again what the level says, on a page whose level changed."""
    return finding.rule in ("advice-level", "advice-area") and not any(
        fact.kind not in ("area_level_change",) for fact in finding.facts
    )


def _sentences(told: Sequence[Finding]) -> tuple[str, ...]:
    """Up to five sentences of at most 600 letters together, and how many changes they leave out."""
    every = list(dict.fromkeys(finding.summary for finding in told))
    said: list[str] = []
    room = TOGETHER - len(_MORE.format(999))
    for n, sentence in enumerate(every[:SENTENCES]):
        if said and room < min(len(sentence), LEAST):
            break
        # What stands first may be long; the others still get their share.
        share = room if n + 1 == min(len(every), SENTENCES) else max(LEAST, room * 2 // 3)
        said.append(_fitted(sentence, min(share, room)))
        room -= len(said[-1]) + 1
    more = len(every) - len(said)
    if more > 0:
        said[-1] += _MORE.format(more) if more > 1 else " And one more change."
    return tuple(said)


def _fitted(sentence: str, most: int) -> str:
    """The sentence cut to fit, with its quotation mark closed."""
    cut = _clip(sentence, most)
    return cut + "”" if cut.count("“") > cut.count("”") else cut


LEAST = 90
_MORE = " And {} more changes."


def _together(findings: Sequence[Finding]) -> list[Finding]:
    """Items of one list that came or went, told in one sentence; the others keep their evidence and stand behind."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_group(finding), []).append(finding)
    out, behind = [], []
    for finding in findings:
        mine = groups[_group(finding)]
        if len(mine) == 1:
            out.append(finding)
        elif finding is mine[0]:
            out.append(replace(finding, summary=_listed(mine)))
            behind += [(finding.severity, replace(other, summary=_listed(mine))) for other in mine[1:]]
    for severity, follower in behind:
        at = max((n for n, f in enumerate(out) if f.severity is severity), default=len(out) - 1)
        out.insert(at + 1, follower)
    return out


def _group(finding: Finding) -> tuple[str, ...]:
    """What findings that are told together share; a finding of its own has a key of its own."""
    change = finding.change
    words = change.after or change.before or ""
    alike = change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED) and len(words.split()) <= 12
    if not alike or words.rstrip().endswith(".") or change.section in _OWN_PLACES:
        return (str(id(finding)),)
    return (finding.severity.value, finding.rule, change.kind.value, change.section, *change.heading_path)


_OWN_PLACES = frozenset({"Advice level", "Advice level by area", "Risk indicators", "Page dates", "Map"})


def _listed(findings: Sequence[Finding]) -> str:
    opening, _, _ = findings[0].summary.rpartition("“")
    items = "; ".join(f"“{_clip(f.change.after or f.change.before or '', 70)}”" for f in findings[:8])
    more = f" and {len(findings) - 8} more" if len(findings) > 8 else ""
    return f"{opening}{items}{more}."


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
            return _lower_first(page_fact(None, None, fact)).rstrip(".")
        if finding.rule == "risk-indicator":
            return _lower_first(finding.summary).rstrip(".")
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


def unannounced(findings: Sequence[Finding]) -> str:
    """What the publisher's note leaves out, in one sentence; empty if it leaves out nothing."""
    places = list(dict.fromkeys(f.change.section.strip(" :") or "the page" for f in findings if f.unannounced))
    if not places:
        return ""
    more = f" and {len(places) - 4} more" if len(places) > 4 else ""
    return f"The note does not mention what changed in: {', '.join(places[:4])}{more}."


def page_fact(was: Fact | None, now: Fact | None, fact: FactChange) -> str:
    """One sentence on a fact that the page states in its own place."""
    if fact.kind == "level_change":
        verb = "raised" if fact.direction is Direction.UP else "lowered"
        return f"Level {verb}: “{fact.before or 'none'}” → “{fact.after or 'none'}”."
    if fact.kind == "area_level_change":
        verb = "raised" if fact.direction is Direction.UP else "lowered"
        place, _, was = (fact.before or "").rpartition(": ")
        now = (fact.after or "").removeprefix(f"{place}: ")
        return f"Area level {verb}: {place}, {was} → {now}."
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


def summary(change: Change, moved: Sequence[FactChange], lead: str = "") -> str:
    """One sentence on one changed piece of text, with its own words; `lead` opens the list that it stands in."""
    place = _place(change.section, change.heading_path)
    if lead:
        place = f"{_clip(change.section.strip(' :'), 40)}, “{_clip(lead.rstrip(' :'), 90)}”"
    after, before = change.after or "", change.before or ""
    if change.kind is ChangeKind.ADDED:
        return f"New in {place}: “{gist(after, QUOTE)}”"
    if change.kind is ChangeKind.REMOVED:
        return f"Removed from {place}: “{gist(before, QUOTE)}”"
    if change.kind is ChangeKind.MOVED:
        return f"Moved within {place}, words unchanged: “{_clip(after, 80)}”"
    if change.kind in (ChangeKind.SPLIT, ChangeKind.MERGED, ChangeKind.FORMAT):
        return f"Laid out differently in {place}, words unchanged: “{_clip(after, 80)}”"
    for fact in moved:
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
    return "“" + _clip("".join(out), 2 * QUOTE) + "”"


def gist(words: str, most: int) -> str:
    """The words, or their most telling parts in their order, with a mark where something is left out.

    Whole sentences first; of a sentence that is too long by itself, the clauses with names, figures and signs.
    """
    words = " ".join(words.split())
    if len(words) <= most:
        return words
    parts = [p for s in text.sentences(words) for p in ((s,) if len(s) <= most * 2 // 3 else _clauses(s))]
    if len(parts) < 2:
        return _clip(words, most)
    # The first part says what it is about; a part is worth its details for its length.
    order = sorted(range(len(parts)), key=lambda n: (n > 0, -_details(parts[n]) / (20 + len(parts[n])), n))
    kept: set[int] = set()
    for n in order:
        if len(_joined(parts, kept | {n})) <= most:
            kept.add(n)
    return _joined(parts, kept) if kept else _clip(words, most)


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


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _clip(words: str, most: int) -> str:
    """At most so many characters, cut between words."""
    words = " ".join(words.split())
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[most // 2 :] else cut).rstrip(" ,;:—-") + "…"
