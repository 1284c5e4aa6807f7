"""Findings to words: a headline, then sentences. Every clause is built from a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from monitor.core.lexicon import SIGNS
from monitor.core.phrases import clip, details, head, lower_first
from monitor.model import ChangeKind, Comparison, Finding, Severity, worst

HEADLINE = 120
SENTENCES = 5
TOGETHER = 600
"""Letters of all sentences of a message together: what a person reads on a telephone without scrolling."""


class Speech(NamedTuple):
    """How a language puts findings into a message; what is told, and in which order, is the same in each."""

    head: Callable[[Finding], str]
    """One finding for the headline."""
    join: tuple[str, str]
    """What stands behind the destination's name, and between two pieces of news."""
    quotes: tuple[str, str]
    cut: Callable[[str, int], str]
    """A headline cut to so many letters."""
    more: Callable[[int], str]
    """How many changes the sentences leave out."""
    others: str
    """How many items a list leaves out, with {}."""


ENGLISH = Speech(head, (": ", "; "), ("“", "”"), clip,
                 lambda n: f" And {n} more changes." if n > 1 else " And one more change.", " and {} more")  # fmt: skip

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
    kinds = {fact.kind for fact in finding.facts}
    if "event_added" in kinds:
        kinds.discard("area_added")  # where it happened; advice for an area has no event in its sentence
    first = min((_RANK[kind] for kind in kinds if kind in _RANK), default=len(_ORDER))
    if finding.rule in ("risk-indicator", "risk-factors"):
        first = min(first, _RANK["area_removed"])  # the publisher's own list of reasons, not a mention
    gravest = min((_GRAVITY.get((f.after or f.before or "").partition(":")[0], 99) for f in finding.facts), default=99)
    elsewhere = finding.change.section not in _OWN_PLACES
    return -finding.severity.rank, slight, first, elsewhere, gravest, -details(words)


_TELLING = frozenset("level_change area_level_change area_added area_removed phone_changed email_changed "
                     "number_changed departure_order leave_now curfew".split())  # fmt: skip
"""Facts that a few words can carry."""


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


_HOUSE = frozenset({"url_changed", "phone_changed", "email_changed", "date_changed", "other"})
"""Facts that the publisher's own texts carry: its hotline, its links."""


def lowered(comparison: Comparison, shared: Callable[[Finding], bool], name: str) -> Comparison:
    """The comparison with what the publisher says of many destinations alike weighed as wording at most.

    What is high or critical stays so: a text that every page carries may still be an order to leave. So does
    what names a risk, an event or a rule: that crime is common is said of many places, and news where it is new.
    """
    findings = tuple(
        replace(f, severity=Severity.LOW, rule="boilerplate")
        if f.severity is Severity.MEDIUM and _HOUSE.issuperset(x.kind for x in f.facts) and shared(f) else f
        for f in comparison.findings
    )  # fmt: skip
    if findings == comparison.findings:
        return comparison
    return worded(replace(comparison, findings=findings, severity=worst(f.severity for f in findings)), name)


def worded(comparison: Comparison, name: str) -> Comparison:
    """The comparison with its findings in telling order, a headline and up to five sentences."""
    levels = any(fact.kind == "level_change" for f in comparison.findings for fact in f.facts)
    ordered = sorted(comparison.findings, key=lambda f: (-f.severity.rank, levels and _repeats_level(f), weight(f)))
    findings = tuple(_together(ordered))
    told = [finding for finding in findings if finding.severity is not Severity.NONE]
    if not told:
        quiet = "nothing that matters changed" if findings else "nothing changed"
        return replace(comparison, findings=findings, headline=clip(f"{name}: {quiet}", HEADLINE))
    headline = _headline(name, told)
    return replace(comparison, findings=findings, headline=headline, sentences=_sentences(told))


def spoken(findings: Sequence[Finding], name: str, speech: Speech) -> tuple[str, tuple[str, ...]]:
    """Headline and sentences of findings that are in telling order; both empty if nothing is to be told."""
    told = [finding for finding in _together(findings, speech) if finding.severity is not Severity.NONE]
    return (_headline(name, told, speech), _sentences(told, speech)) if told else ("", ())


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
    return replace(comparison, headline=clip(f"{name}: back as before {day} — {what}", HEADLINE),
                   sentences=tuple(kept))  # fmt: skip


def _headline(name: str, told: Sequence[Finding], speech: Speech = ENGLISH) -> str:
    """The most consequential change, and the next one where there is room for it."""
    first = speech.cut(f"{name}{speech.join[0]}{lower_first(speech.head(told[0]))}", HEADLINE)
    known = {fact.kind for fact in told[0].facts}
    other = next((f for f in told[1:] if f.summary != told[0].summary and f.severity.rank >= _WORTH
                  and any(fact.kind not in known for fact in f.facts)), None)  # fmt: skip
    room = HEADLINE - len(first) - len(speech.join[1])
    if other is None or room < ROOM:
        return first
    return f"{first.rstrip('.')}{speech.join[1]}{speech.cut(lower_first(speech.head(other)), room)}"


ROOM = 30
"""Letters that a second piece of news needs in a headline."""
_WORTH = Severity.MEDIUM.rank


def _repeats_level(finding: Finding) -> bool:
    """A sentence that says again what the level says, on a page whose level changed."""
    return finding.rule in ("advice-level", "advice-area") and not any(
        fact.kind not in ("area_level_change",) for fact in finding.facts
    )


def _sentences(told: Sequence[Finding], speech: Speech = ENGLISH) -> tuple[str, ...]:
    """Up to five sentences of at most 600 letters together, and how many changes they leave out."""
    every = list(dict.fromkeys(finding.summary for finding in told))
    said: list[str] = []
    room = TOGETHER - len(speech.more(999))
    for n, sentence in enumerate(every[:SENTENCES]):
        if said and room < min(len(sentence), LEAST):
            break
        # What stands first may be long; the others still get their share.
        share = room if n + 1 == min(len(every), SENTENCES) else max(LEAST, room * 2 // 3)
        said.append(_fitted(sentence, min(share, room), speech.quotes))
        room -= len(said[-1]) + 1
    more = len(every) - len(said)
    if more > 0:
        said[-1] += speech.more(more)
    return tuple(said)


def _fitted(sentence: str, most: int, quotes: tuple[str, str] = ENGLISH.quotes) -> str:
    """The sentence cut to fit, with its quotation mark closed."""
    cut = clip(sentence, most)
    return cut + quotes[1] if cut.count(quotes[0].strip()) > cut.count(quotes[1].strip()) else cut


LEAST = 90


def _together(findings: Sequence[Finding], speech: Speech = ENGLISH) -> list[Finding]:
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
            out.append(replace(finding, summary=_listed(mine, speech)))
            behind += [(finding.severity, replace(other, summary=_listed(mine, speech))) for other in mine[1:]]
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


def _listed(findings: Sequence[Finding], speech: Speech) -> str:
    begin, end = speech.quotes
    opening, _, _ = findings[0].summary.rpartition(begin)
    texts = (clip(f.change.after or f.change.before or "", 70) for f in findings[:8])
    items = speech.join[1].join(f"{begin}{text}{end}" for text in texts)
    more = speech.others.format(len(findings) - 8) if len(findings) > 8 else ""
    return f"{opening}{items}{more}."


def headline(text: str) -> str:
    """The text, no longer than a headline may be."""
    return clip(text, HEADLINE)


def unannounced(findings: Sequence[Finding]) -> str:
    """What the publisher's note leaves out, in one sentence; empty if it leaves out nothing."""
    places = list(dict.fromkeys(f.change.section.strip(" :") or "the page" for f in findings if f.unannounced))
    if not places:
        return ""
    more = f" and {len(places) - 4} more" if len(places) > 4 else ""
    return f"The note does not mention what changed in: {', '.join(places[:4])}{more}."
