"""Changes to findings: the ordered rule table, and the facts that moved.

The first rule of `RULES` that fits decides, so the table reads from "act now" to "nothing changed".
A removal never ranks below the same sentence added. docs/rules.md is made from this table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Indel

from monitor.core import facts, text
from monitor.core.facts import Reading, Said
from monitor.core.lexicon import CURRENT, SEVERE, Sign, Weight
from monitor.model import ChangeKind, Direction, FactChange, Severity

SMALL_WORDS = frozenset(
    "a an the of in on at to for from by with as and or is are was were be been being that this these those it its "
    "you your we our us they their them which who also please there here into about via per will would such s".split()
)
"""Words that may come or go without a change of meaning."""
EXTENT = frozenset(
    "all some most only except excluding essential entire "
    "north northern south southern east eastern west western outside inside beyond "
    "high higher low lower very extreme severe moderate rising likely unlikely never now immediately "
    "open closed safe unsafe".split()
)
"""Words whose change alters how far, how much or how soon a sentence applies."""
_SLIP = re.compile(r"\[[a-z][a-z _-]{2,30}\]|\{\{?\w+\}?\}|(?<![\w-])null(?![\w-])", re.I)


class Zone(StrEnum):
    """What kind of section a sentence stands in; decides how much a mention weighs."""

    TOP = "top"
    SAFETY = "safety"
    ENTRY = "entry"
    HEALTH = "health"
    CONTACT = "contact"
    OTHER = "other"


_ZONES: tuple[tuple[Zone, re.Pattern[str]], ...] = (
    (Zone.CONTACT, re.compile(r"embass|consul|contact|getting help|help abroad|assistance|need help")),
    (Zone.ENTRY, re.compile(r"entry|visa|exit|customs|passport|requirement|quick facts|currency")),
    (Zone.HEALTH, re.compile(r"health|medical|vaccin|insur(?!.*warning)")),
    (Zone.TOP, re.compile(r"advisory|warning|^risk$|overview|^top$|alert|summary|advice level|"
                          r"still current|security status|guidance")),
    (Zone.SAFETY, re.compile(r"safe|secur|crime|terror|unrest|conflict|kidnap|disaster|climate|"
                             r"regional|travel and transport|civil|armed|air travel|area")),
)  # fmt: skip


def zone(section: str, path: tuple[str, ...]) -> Zone:
    """The zone of a sentence by its section; the nearest telling heading decides inside a top page."""
    for name in (section, *path[:1]):
        lowered = name.casefold()
        if lowered.startswith("warnings"):
            return Zone.TOP
        for found, pattern in _ZONES:
            if pattern.search(lowered):
                return found
    return Zone.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One change and everything the rules may ask about it."""

    kind: ChangeKind
    before: str | None
    after: str | None
    zone: Zone
    heading: bool = False
    arrived: tuple[Sign, ...] = ()
    """Signs that the new text carries and the old page did not."""
    ended: tuple[Sign, ...] = ()
    """Signs that the new text says are over, or that are gone from the page."""
    gained: tuple[Reading, ...] = ()
    lost: tuple[Reading, ...] = ()
    fresh: bool = False
    """A full date near the day of the visit stands in the text."""
    current: bool = False
    severe: bool = False
    denial: bool = False
    """A word of denial appeared or vanished while the rest stayed."""
    likeness: float = 0.0
    """Share of the words kept, 0 to 1, for an edit."""
    trifle: bool = False
    """Spelling, small words, or figures grouped anew."""
    extent: bool = False
    """A word of extent, direction or degree came or went: all, some, north, high, likely, now."""
    renamed: bool = False
    """A name came or went inside an edited sentence."""
    slip: bool = False
    """A placeholder that the publisher forgot to fill came or went."""
    duties: bool = False
    """What one must, need not or may do changed, or stands in a sentence that came or went."""
    listed: bool = False
    """An item of a list that a sentence of travel advice opens."""
    restated: bool = False
    """Nearly all its words stand elsewhere on the other page."""
    page_facts: tuple[FactChange, ...] = field(default=())

    def weights(self, *weights: Weight) -> bool:
        return any(sign.weight in weights for sign in self.arrived)

    def over(self, *weights: Weight) -> bool:
        return any(sign.weight in weights for sign in self.ended)

    def has(self, *kinds: str) -> bool:
        return any(reading.kind in kinds for reading in self.gained + self.lost)

    @property
    def known_signs(self) -> tuple[facts.Signal, ...]:
        """Signs that the sentence carries, new or not."""
        return facts.signals(self.after or "") + facts.signals(self.before or "")

    def moved(self, *kinds: str) -> bool:
        """Whether readings of this kind both came and went: a value changed."""
        return all(
            any(reading.kind in kinds for reading in side) for side in (self.gained, self.lost)
        )

    def signs(self) -> tuple[Sign, ...]:
        return self.arrived + self.ended

    @property
    def words(self) -> str:
        return (self.after or "") + " " + (self.before or "")


class Rule(NamedTuple):
    """One line of the table."""

    name: str
    severity: Severity
    says: str
    fits: Callable[[Case], bool]


def _level(direction: Direction) -> Callable[[Case], bool]:
    return lambda c: any(
        f.kind == "level_change" and f.direction is direction for f in c.page_facts
    )


def _page(*kinds: str) -> Callable[[Case], bool]:
    return lambda c: any(f.kind in kinds for f in c.page_facts)


_EDIT = (ChangeKind.EDITED,)
_SERIOUS = (Zone.TOP, Zone.SAFETY)
_ADVICE_KINDS = ("level", "area", "risk")


def _advice(c: Case) -> bool:
    return not c.heading and facts.ADVICE.search(c.words) is not None


RULES: tuple[Rule, ...] = (
    Rule("level-raised", Severity.CRITICAL, "the level of the whole destination rose",
         _level(Direction.UP)),
    Rule("level-lowered", Severity.HIGH, "the level of the whole destination fell",
         _level(Direction.DOWN)),
    Rule("area-level", Severity.HIGH, "the level of a named area changed",
         _page("area_level_change", "area_added", "area_removed")),
    Rule("risk-indicator", Severity.HIGH, "the list of risk indicators changed",
         _page("risk_added", "risk_removed")),
    Rule("page-date", Severity.NONE, "only a date that the page states about itself moved",
         _page("date_changed")),
    Rule("map", Severity.LOW, "the map file changed", _page("other")),
    Rule("same-words", Severity.NONE, "the words are the same; only place, form or link changed",
         lambda c: c.kind in (ChangeKind.MOVED, ChangeKind.FORMAT, ChangeKind.SPLIT,
                              ChangeKind.MERGED)),
    Rule("staff-or-leave", Severity.CRITICAL, "staff are leaving, or people are told to leave or shelter",
         lambda c: c.weights(Weight.NOW)),
    Rule("staff-or-leave-over", Severity.HIGH, "an order or call to leave or shelter has ended or is gone",
         lambda c: c.over(Weight.NOW)),
    Rule("listed-area", Severity.HIGH, "a place came into, or left, a list of travel advice",
         lambda c: c.listed and c.kind in (ChangeKind.ADDED, ChangeKind.REMOVED)),
    Rule("advice-area", Severity.HIGH, "a place came into, or left, a sentence of travel advice",
         lambda c: c.zone in (Zone.TOP, Zone.SAFETY, Zone.OTHER) and _advice(c)
         and c.has("area") and not c.restated),
    Rule("advice-level", Severity.HIGH, "the level of advice in this sentence changed",
         lambda c: c.has("level") and _advice(c) and c.zone in _SERIOUS),
    Rule("risk-factors", Severity.HIGH, "the named reasons of the advice changed",
         lambda c: c.has("risk")),
    Rule("acute-dated", Severity.HIGH, "an attack, coup, closure or the like, dated or going on now",
         lambda c: c.weights(Weight.ACUTE) and (c.fresh or (c.current and c.zone is Zone.TOP))),
    Rule("acute-on-top", Severity.HIGH, "an attack, coup, closure or the like, new among the warnings",
         lambda c: c.weights(Weight.ACUTE) and c.zone is Zone.TOP and not c.restated
         and c.kind is ChangeKind.ADDED),
    Rule("acute-over", Severity.HIGH, "an attack, coup, closure or the like is over or no longer stated",
         lambda c: c.over(Weight.ACUTE) and (c.fresh or (c.current and c.zone is Zone.TOP))),
    Rule("disaster-severe", Severity.HIGH, "a natural disaster with severe effects, dated",
         lambda c: (c.weights(Weight.NATURAL) or c.over(Weight.NATURAL)) and c.fresh and c.severe),
    Rule("denial", Severity.HIGH, "a word of denial came or went in a sentence about safety or rules",
         lambda c: c.denial and c.zone in _SERIOUS and c.likeness >= 0.6 and bool(c.known_signs)),
    Rule("slip", Severity.NONE, "a placeholder that the publisher forgot to fill came or went",
         lambda c: c.slip),
    Rule("extent-advice", Severity.HIGH, "a word of extent, direction or degree changed in a sentence of advice",
         lambda c: c.extent and _advice(c)),
    Rule("acute", Severity.MEDIUM, "an attack, closure or the like is new on the page, or gone",
         lambda c: (c.weights(Weight.ACUTE) or c.over(Weight.ACUTE)) and (
             c.current or c.zone in _SERIOUS)),
    Rule("disaster", Severity.MEDIUM, "a natural disaster is new on the page, or gone",
         lambda c: c.weights(Weight.NATURAL) or c.over(Weight.NATURAL)),
    Rule("slow-current", Severity.MEDIUM, "elections, protests, outbreaks, rules: dated, current or entry",
         lambda c: (c.weights(Weight.SLOW) or c.over(Weight.SLOW)) and (
             c.fresh or c.current or c.zone is Zone.ENTRY or c.zone is Zone.TOP)),
    Rule("entry-duty", Severity.MEDIUM, "what one must show, hold or pay to enter or leave changed",
         lambda c: c.zone is Zone.ENTRY and c.duties and not c.restated and not c.trifle),
    Rule("contact", Severity.MEDIUM, "a telephone number or e-mail address changed",
         lambda c: c.has("phone", "email")),
    Rule("denial-other", Severity.MEDIUM, "a word of denial came or went",
         lambda c: c.denial and c.likeness >= 0.75),
    Rule("extent", Severity.MEDIUM, "a word of extent, direction or degree changed",
         lambda c: c.extent and c.zone in _SERIOUS and c.likeness >= 0.7),
    Rule("name", Severity.MEDIUM, "a name came into, or left, a sentence among the warnings",
         lambda c: c.renamed and c.zone in _SERIOUS and c.likeness >= 0.7 and bool(c.known_signs)),
    Rule("figure-serious", Severity.MEDIUM, "a figure, date or time changed where it matters",
         lambda c: c.moved("number", "money", "date", "clock") and (
             c.zone in (Zone.TOP, Zone.SAFETY, Zone.ENTRY) or bool(c.signs()))),
    Rule("dated-news", Severity.MEDIUM, "a dated sentence is new or gone",
         lambda c: c.fresh and c.zone in _SERIOUS and c.kind not in _EDIT),
    Rule("new-risk", Severity.MEDIUM, "a risk that the page did not name before, or named and no longer does",
         lambda c: c.weights(Weight.RISK) or c.over(Weight.RISK)),
    Rule("new-heading", Severity.MEDIUM, "a new heading among the warnings",
         lambda c: c.heading and c.zone is Zone.TOP and c.kind is ChangeKind.ADDED),
    Rule("contact-heading", Severity.LOW, "a heading among the contacts is new or gone",
         lambda c: c.heading and c.zone is Zone.CONTACT and c.kind is not ChangeKind.EDITED),
    Rule("trifle", Severity.NONE, "spelling, small words, or figures grouped anew", lambda c: c.trifle),
    Rule("slow", Severity.LOW, "a mention of an event, rule or disease, without a date",
         lambda c: c.weights(Weight.SLOW) or c.over(Weight.SLOW)),
    Rule("figure", Severity.LOW, "a figure, date or time changed", lambda c: c.has(
        "number", "money", "date", "clock")),
    Rule("restated", Severity.NONE, "the same statement stands elsewhere on the page",
         lambda c: c.restated),
    Rule("heading", Severity.NONE, "a heading was renamed", lambda c: c.heading),
    Rule("wording", Severity.LOW, "the wording changed", lambda c: True),
)  # fmt: skip
"""First match wins."""


def judge(case: Case) -> Rule:
    """The rule that decides this case; the last one fits always."""
    return next(rule for rule in RULES if rule.fits(case))


def is_fresh(readings: tuple[Reading, ...], at: date | None) -> bool:
    """Whether a full date lies from 120 days before the visit to 270 after.

    Without a day of the visit, a date with its year counts.
    """
    for reading in readings:
        if reading.kind != "date":
            continue
        year, month, day = reading.value.split("-", 2) if reading.value[0] != "-" else (
            "", *reading.value[5:].split("-"))  # fmt: skip
        if int(day) == 0:
            continue
        if at is None:
            if year:
                return True
            continue
        years = [int(year)] if year else [at.year - 1, at.year, at.year + 1]
        for y in years:
            try:
                if -120 <= (date(y, int(month), int(day)) - at).days <= 270:
                    return True
            except ValueError:
                continue
    return False


def _differ(words: frozenset[str], before: str, after: str) -> bool:
    """Whether the two sentences hold different ones of these words."""
    return words.intersection(text.words(before)) != words.intersection(text.words(after))


def case(
    *,
    kind: ChangeKind,
    before: str | None,
    after: str | None,
    zone: Zone,
    heading: bool,
    old: Said,
    new: Said,
    at: datetime | None,
    around: str = "",
    lead: str = "",
) -> Case:
    """What the rules need to know about one change.

    `around` is the new or vanished text that it is part of, `lead` the sentence that opens its list.
    """
    gained = _news(after, old, before)
    lost = _news(before, new, after)
    arrived = _arrived(after, before, old, zone)
    over = _over(before, after, old, new)
    day = at.date() if at else None
    whole = around or f"{after or ''} {before or ''}"
    whole_readings = facts.readings(after or "") + facts.readings(before or "")
    if around:
        whole_readings += tuple(r for s in text.sentences(around) for r in facts.readings(s))
    plain = text.normalise(whole).casefold()
    likeness = _likeness(before, after)
    edited = before is not None and after is not None
    return Case(
        kind=kind,
        before=before,
        after=after,
        zone=zone,
        heading=heading,
        arrived=arrived,
        ended=over,
        gained=gained,
        lost=lost,
        fresh=is_fresh(whole_readings, day),
        current=CURRENT.search(plain) is not None,
        severe=SEVERE.search(plain) is not None,
        denial=edited and facts.negated(before or "") != facts.negated(after or ""),
        likeness=likeness,
        extent=edited and _differ(EXTENT, before or "", after or ""),
        renamed=edited and set(facts.names(before or "")) != set(facts.names(after or "")),
        slip=edited and likeness >= 0.8 and bool(_SLIP.search(before or "")) != bool(_SLIP.search(after or "")),
        duties=facts.duties(before or "") != facts.duties(after or ""),
        listed=_listed(lead, after or before or ""),
        trifle=edited and not gained and not lost and _trifle(before or "", after or ""),
        restated=_restated(after, old) if not edited and after else _restated(before, new)
        if not edited and before else False,
    )  # fmt: skip


def _listed(lead: str, words: str) -> bool:
    """Whether this item names a place under a sentence of travel advice."""
    return facts.ADVISES.search(lead) is not None and bool(facts.names(f"In {words}"))


_VALUES = frozenset({"phone", "email", "number", "money", "date", "clock"})


def _news(mine: str | None, other: Said, partner: str | None) -> tuple[Reading, ...]:
    """What one side reads and the other page does not.

    Inside an edited sentence a value is held against its partner alone: that 60 days stand elsewhere on the page
    does not take back that 30 became 60 here.
    """
    if not mine:
        return ()
    beside = facts.said([partner]) if partner else other
    return tuple(
        reading
        for reading in facts.readings(mine)
        if not (beside if reading.kind in _VALUES else other).has(reading)
    )


def _arrived(
    after: str | None, before: str | None, old: Said, zone: Zone
) -> tuple[Sign, ...]:
    """Signs that the sentence did not carry before, and that are news on this page.

    A sign that the page carries elsewhere is news again in a sentence with a date of its own, one that tells of
    something going on, or one at the top of the page, unless the page says the same elsewhere.
    """
    if not after:
        return ()
    mine_before = {s.sign.name for s in facts.signals(before or "") if not s.ended}
    again = _dated(after, old) or (
        (zone is Zone.TOP or CURRENT.search(text.normalise(after).casefold()) is not None)
        and not _restated(after, old)
    )
    return tuple(
        signal.sign
        for signal in facts.signals(after)
        if not signal.ended
        and not signal.general
        and signal.sign.name not in mine_before
        and (signal.sign.name not in old.signs_on or (again and signal.sign.weight is not Weight.RISK))
    )


def _dated(after: str, old: Said) -> bool:
    """A date that the old page did not have makes a known sign news again."""
    return any(r.kind == "date" and not old.has(r) for r in facts.readings(after))


def _over(before: str | None, after: str | None, old: Said, new: Said) -> tuple[Sign, ...]:
    """Signs that the new text ends, or that left the page with the old text."""
    found = {}
    for signal in facts.signals(after or ""):
        if signal.ended and not signal.general and signal.sign.name not in old.signs_ended:
            found[signal.sign.name] = signal.sign
    kept = {signal.sign.name for signal in facts.signals(after or "")}
    for signal in facts.signals(before or ""):
        name = signal.sign.name
        if signal.ended or signal.general or name in kept:
            continue
        if name not in new.signs_on or (after is None and _dated(before or "", new)):
            found[name] = signal.sign
    return tuple(found.values())


def _likeness(before: str | None, after: str | None) -> float:
    if not before or not after:
        return 0.0
    most = facts.LONGEST
    return Indel.normalized_similarity(text.words(before[:most]), text.words(after[:most]))


def _trifle(before: str, after: str) -> bool:
    """Spelling, small words, or figures grouped anew: nothing that a reader would act on."""
    if facts.negated(before) != facts.negated(after) or _carried(before) != _carried(after):
        return False
    a, b = text.words(before), text.words(after)
    if _letters(a) == _letters(b):
        return facts.values(before) == facts.values(after) and _minus(before) == _minus(after)
    gone, come = Counter(a) - Counter(b), Counter(b) - Counter(a)
    if all(word in SMALL_WORDS for word in (*gone, *come)):
        return True
    return sum(gone.values()) == sum(come.values()) == 1 and _misspelt(next(iter(gone)), next(iter(come)))


def _minus(sentence: str) -> int:
    return len(text.MINUS.findall(text.normalise(sentence)))


def _letters(words: Sequence[str]) -> list[str]:
    return [word for word in words if not word[0].isdigit()]


def _misspelt(old: str, new: str) -> bool:
    """Whether two words are one word, once written wrongly."""
    plain = old.isalpha() and new.isalpha() and not {old, new} & EXTENT
    return plain and min(len(old), len(new)) >= 5 and old[0] == new[0] and (
        Indel.distance(old, new, score_cutoff=2) <= 2
    )


def _carried(sentence: str) -> set[tuple[str, bool]]:
    return {(signal.sign.name, signal.ended) for signal in facts.signals(sentence)}


def _restated(mine: str | None, other: Said) -> bool:
    words = [word for word in text.words(mine or "") if len(word) > 3]
    return len(words) >= 4 and sum(word in other.words for word in words) >= 0.95 * len(words)
