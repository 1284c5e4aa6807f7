"""One change, and everything that the rules may ask about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from monitor.core import facts, news, text, trifles, whereabouts
from monitor.core.facts import Reading
from monitor.core.lexicon import CURRENT, GOING_ON, SEVERE, Weight
from monitor.core.news import POINTER, signals_of
from monitor.core.said import Said
from monitor.core.signals import Signal, signals, warns
from monitor.core.trifles import EXTENT
from monitor.core.zones import Zone
from monitor.model import ChangeKind, FactChange

_SLIP = re.compile(r"\[[a-z][a-z _-]{2,30}\]|\{\{?\w+\}?\}|(?<![\w-])null(?![\w-])", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One change and everything the rules may ask about it."""

    kind: ChangeKind
    before: str | None
    after: str | None
    zone: Zone
    heading: bool = False
    arrived: tuple[Signal, ...] = ()
    """Signs that the new text carries and the old page did not, or not so firmly."""
    ended: tuple[Signal, ...] = ()
    """Signs that the new text says are over, or that are gone from the page."""
    gained: tuple[Reading, ...] = ()
    lost: tuple[Reading, ...] = ()
    background: tuple[Reading, ...] = ()
    """Dates of the long past in a sentence that came or went: when things began, not what moved."""
    fresh: bool = False
    """A full date near the day of the visit stands in the text."""
    current: bool = False
    going_on: bool = False
    """Said of this very time: closed, in effect, under way; not merely "has been"."""
    historic: bool = False
    """Tells of years that are past, and of nothing later."""
    severe: bool = False
    denial: bool = False
    """A word of denial appeared or vanished while the rest stayed."""
    denied: bool = False
    """And hardly anything else did."""
    pointer: bool = False
    """It only points to another page."""
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
    misnamed: bool = False
    """Another country's name stood, or stands, where the destination's belongs."""
    reached: tuple[str, ...] = ()
    """Regions and towns that the new text names and the old page did not."""
    named_risk: str = ""
    """What a new sentence calls a risk or a threat in so many words."""
    spread: tuple[str, ...] = ()
    """Regions and towns that came into a sentence of danger that otherwise stayed."""
    spared: tuple[str, ...] = ()
    """Regions and towns that left such a sentence."""
    duties: bool = False
    """What one must, need not or may do changed, or stands in a sentence that came or went."""
    terms: bool = False
    """A rule of entry, stay or exit differs, however it is put."""
    warns: bool = False
    """A sentence that came or went speaks of a danger."""
    in_effect: bool = False
    """An item of a list that a warning in effect opens: the places it holds for."""
    advised: bool = False
    """An item of a list that a sentence of travel advice opens: the advice for that place came or went."""
    listed: bool = False
    """An item of a list that a sentence of travel advice, or of a warning in effect, opens."""
    target: bool = False
    """An item of a list of what may be attacked."""
    subsection: bool = False
    """Its heading came or went with it."""
    alert: bool = False
    """It came or went with the heading of an alert, which stands for the time being."""
    cut_off: bool = False
    """It left with all contacts of the page at once."""
    restated: bool = False
    """Nearly all its words stand elsewhere on the other page."""
    page_facts: tuple[FactChange, ...] = field(default=())

    def weights(self, *weights: Weight) -> bool:
        return any(signal.sign.weight in weights for signal in self.arrived)

    def over(self, *weights: Weight) -> bool:
        return any(signal.sign.weight in weights for signal in self.ended)

    def news(self, name: str, *, over: bool = False) -> bool:
        """Whether the sign of this name arrived, or ended."""
        return any(signal.sign.name == name for signal in (self.ended if over else self.arrived))

    @property
    def warning(self) -> bool:
        """Whether it is a warning that came or went, and is about something in particular."""
        return self.warns and self.one_sided and not self.restated and not self.heading and (
            self.zone is Zone.TOP or (self.zone is Zone.SAFETY and (
                self.going_on or bool(facts.names(self.words.strip())))))  # fmt: skip

    @property
    def one_sided(self) -> bool:
        return self.kind in (ChangeKind.ADDED, ChangeKind.REMOVED)

    def has(self, *kinds: str) -> bool:
        return any(reading.kind in kinds for reading in self.gained + self.lost)

    @property
    def known_signs(self) -> tuple[Signal, ...]:
        """Signs that the sentence carries, new or not."""
        return signals_of(self.after) + signals_of(self.before)

    def moved(self, *kinds: str) -> bool:
        """Whether readings of this kind both came and went: a value changed."""
        return all(any(reading.kind in kinds for reading in side) for side in (self.gained, self.lost))

    def signs(self) -> tuple[Signal, ...]:
        return self.arrived + self.ended

    @property
    def words(self) -> str:
        return (self.after or "") + " " + (self.before or "")


def read(
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
    topic: str = "",
    subsection: bool = False,
    cut_off: bool = False,
    own: str = "",
) -> Case:
    """What the rules need to know about one change.

    `around` is the new or vanished text that it is part of, `lead` the sentence that opens its list, `topic`
    the heading it stands under, `subsection` whether that heading came or went with it, `own` the destination.
    """
    gained, lost = whereabouts.areas_apart(news.values(after, old, before), news.values(before, new, after), own)
    day = at.date() if at else None
    lost = _not_kept(gained, lost, new)
    arrived = news.arrived(after, before, old, zone)
    over = news.over(before, after, old, new)
    whole = around or f"{after or ''} {before or ''}"
    whole_readings = facts.readings(after or "") + facts.readings(before or "")
    if around:
        whole_readings += tuple(r for s in text.sentences(around) for r in facts.readings(s))
    plain = text.normalise(whole).casefold()
    likeness = trifles.likeness(before, after)
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
        background=() if edited else tuple(r for r in gained + lost if _long_past(r, day)),
        fresh=is_fresh(whole_readings, day),
        current=CURRENT.search(plain) is not None,
        going_on=GOING_ON.search(plain) is not None,
        historic=_historic(plain, day),
        severe=SEVERE.search(plain) is not None,
        denial=edited and facts.negated(before or "") != facts.negated(after or ""),
        denied=edited and trifles.only_denied(before or "", after or ""),
        pointer=POINTER.search(plain) is not None,
        likeness=likeness,
        extent=edited and trifles.differ(EXTENT, before or "", after or ""),
        renamed=edited and set(facts.names(before or "")) != set(facts.names(after or "")),
        slip=edited and _placeholder(before or "", after or "", likeness),
        misnamed=edited and whereabouts.other_country(before or "", after or "", own),
        reached=whereabouts.reached(before, after, old, own),
        named_risk=_named_risk(after, old) if kind is ChangeKind.ADDED else "",
        spread=whereabouts.named_only_in(after, before, own) if likeness >= SAME_SENTENCE else (),
        spared=whereabouts.named_only_in(before, after, own) if likeness >= SAME_SENTENCE else (),
        duties=facts.duties(before or "") != facts.duties(after or ""),
        terms=not heading and _about_entry(zone, before, after) and news.rules(before, after, topic, old, new),
        warns=not edited and _warns(after or before or ""),
        subsection=subsection,
        alert=subsection and _ALERT.search(topic.casefold()) is not None,
        cut_off=cut_off,
        listed=_listed(lead, after or before or "", old if after else new),
        target=not edited and _aimed_at(lead) and _new_words(after or before or "", old if after else new),
        advised=facts.ADVISES.search(lead) is not None,
        in_effect=_IN_EFFECT.search(lead.casefold()) is not None,
        trifle=edited and not gained and not lost and trifles.trifle(before or "", after or ""),
        restated=news.restated(after, old) if not edited and after else news.restated(before, new)
        if not edited and before else False,
    )  # fmt: skip


def is_fresh(readings: tuple[Reading, ...], at: date | None) -> bool:
    """Whether a full date lies from 120 days before the visit to 270 after.

    Without a day of the visit every full date counts.
    """
    for reading in readings:
        if reading.kind != "date":
            continue
        year, month, day = reading.value.split("-", 2) if reading.value[0] != "-" else (
            "", *reading.value[5:].split("-"))  # fmt: skip
        if int(day) == 0:
            continue
        if at is None:
            return True  # publishers leave out the year of what is recent
        years = [int(year)] if year else [at.year - 1, at.year, at.year + 1]
        for y in years:
            try:
                if -120 <= (date(y, int(month), int(day)) - at).days <= 270:
                    return True
            except ValueError:
                continue
    return False


def _long_past(reading: Reading, day: date | None) -> bool:
    """Whether this is a date of more than a season before the visit."""
    if reading.kind != "date" or day is None or reading.value.startswith("-"):
        return False
    year, month = (int(part) for part in reading.value.split("-")[:2])
    return (day.year - year) * 12 + day.month - month > 4


def _historic(plain: str, day: date | None) -> bool:
    """Whether all the years that the text names lie more than a year back, and nothing goes on."""
    years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", plain)]
    return bool(years) and day is not None and max(years) < day.year - 1 and GOING_ON.search(plain) is None


def _listed(lead: str, words: str, other: Said) -> bool:
    """Whether this item names a place under a sentence of travel advice, or of a warning that is in effect, that
    the other page has in no advice of its own."""
    places = {facts.place_key(name) for name in facts.names(f"In {words}")}
    return bool(places - other.areas.keys()) and opens_a_list(lead)


def _aimed_at(lead: str) -> bool:
    return _TARGETS.search(lead.casefold().strip(" :")) is not None


def _new_words(words: str, other: Said) -> bool:
    return not set(text.words(words)) <= other.words


def opens_a_list(lead: str) -> bool:
    """Whether the sentence makes a piece of advice, or of a warning in effect, of each item under it."""
    plain = lead.casefold()
    return any(pattern.search(plain) for pattern in (facts.ADVISES, _IN_EFFECT, _WORST_IN))


_ALERT = re.compile(r"\balerts?\b")
_IN_EFFECT = re.compile(
    r"\b(?:warnings?|advisor(?:y|ies)|curfews?|state of emergency|restrictions?)\b.{0,40}\b(?:in (?:effect|force|"
    r"place)|declared|imposed)\b"
)
_TARGETS = re.compile(
    r"\battacks?\b.{0,60}\b(?:on|at|including|against):?$|\btarget(?:s|ed)?\b|\bat risk\b|\brisks? (?:include|are)\b"
)
_WORST_IN = re.compile(r"\boff[- ]limits\b|\b(?:most|more) (?:common|prevalent|frequent)\b.{0,30}\b(?:in|these)\b")


def _warns(words: str) -> bool:
    """Whether a text warns of a danger, beside advice, limits on staff and pointers to other pages."""
    return any(
        warns(part) and facts.ADVICE.search(part) is None and not part.rstrip().endswith(":")
        and POINTER.search(part.casefold()) is None
        and not any(s.sign.name == "staff limits" for s in signals(part))
        for part in text.sentences(words)
    )  # fmt: skip


def _not_kept(gained: tuple[Reading, ...], lost: tuple[Reading, ...], new: Said) -> tuple[Reading, ...]:
    """Without the telephones and addresses that left this sentence for another one, and were not replaced in it."""
    return tuple(
        r for r in lost if r.kind not in ("phone", "email") or not new.has(r) or any(g.kind == r.kind for g in gained)
    )


def _about_entry(zone: Zone, before: str | None, after: str | None) -> bool:
    """Whether a text is about entering or leaving: by its section, or among the warnings by its words."""
    return zone is Zone.ENTRY or (zone is Zone.TOP and any(
        s.sign.fact == "entry_rule" for s in signals_of(before) + signals_of(after)))  # fmt: skip


def _placeholder(before: str, after: str, likeness: float) -> bool:
    """Whether an edit leaves or mends a placeholder, and does nothing else."""
    return bool(_SLIP.search(before)) != bool(_SLIP.search(after)) and (
        likeness >= 0.8 or _only_slip(before) or _only_slip(after)
    )


SAME_SENTENCE = 0.7
"""Share of words kept from which a sentence is the same one, and what differs is what changed."""
NAMED_RISK = re.compile(
    r"\b(?:heightened|increased|increasing|high|higher|significant|serious|ongoing|credible|elevated|real) "
    r"(?:risks?|threats?) (?:of|to|from|against|that)\b", re.I)  # fmt: skip


def _named_risk(after: str | None, old: Said) -> str:
    for part in text.sentences(after or ""):
        match = NAMED_RISK.search(part)
        if match and not part.startswith("If ") and not news.restated(part, old) and facts.ADVISES.search(part) is None:
            return part[match.start() :]
    return ""


def _only_slip(words: str) -> bool:
    """A text that is nothing but what the publisher's machine forgot to fill."""
    return _SLIP.fullmatch(words.strip(" .:")) is not None
