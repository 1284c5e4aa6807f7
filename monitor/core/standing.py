"""Where a page says a government stands: its level, and every measure that stands today, with the words that say so.

A measure counts only if it stands: not if it is lifted, past, denied, general advice or a thing that may happen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from monitor import sources
from monitor.core import facts, text
from monitor.core.measures import ENDS_ORDER, MEASURES, NEEDS, SAFELY, UNTIL, Measure
from monitor.core.zones import Zone, zone
from monitor.model import BlockKind, Cut, Destination
from monitor.posture import AreaLevel, Hold, Posture, Rung
from monitor.sources import us

_ORDERS = (Rung.ORDERED, Rung.AUTHORIZED)
_CLAUSE = re.compile(r";|, but\b|,? and (?:could|may|might) be (?:extended|renewed)")
_LEVEL = re.compile(r"\blevel\s*:?\s*[1-5]\b.*", re.I | re.S)
_LETTER = re.compile(r"\s*\([A-Z]\)\s*$")
_BRITISH = {
    "avoid_all_travel_to_whole_country": 4,
    "avoid_all_but_essential_travel_to_whole_country": 3,
}
"""The warning status of the United Kingdom that has a level; one about parts of a country has none."""
_AGAINST = re.compile(r"\badvises? against (?P<all>all(?: but essential)? travel) to (?P<where>[^.;:]{2,60})", re.I)
LONG_AGO = 730
"""Days after which what "was declared" needs a word that it goes on."""
GOES_ON = re.compile(
    r"\b(?:since|remains?|still|continu\w+|until further|suspended|closed|withdrawn?|in (?:effect|force|place))\b"
)
_SO_LONG = 180
"""Days within which a date without a year is taken as past."""


class _Line(NamedTuple):
    """One block of the page."""

    words: str
    section: str
    zone: Zone
    note: bool
    loud: bool
    """A heading or a label."""


def read(cut: Cut, destination: Destination | str) -> Posture:
    """Where the page stands; every hold has the sentence it was read from, as it stands in the page's text."""
    names = (destination,) if isinstance(destination, str) else (destination.name, *destination.names)
    lines = tuple(_lines(cut))
    level, words = _level(cut, lines, names)
    # A list of alerts says what was announced, and never that an old alert is over.
    holds = () if cut.template in sources.APPEND_ONLY else _holds(lines, names, _written(cut))
    return Posture(level=level, level_words=words, areas=_areas(cut), risks=_risks(cut, lines), holds=holds)


def _lines(cut: Cut) -> Iterator[_Line]:
    for section in cut.sections:
        name = section.heading or section.key
        for block in section.blocks:
            loud = block.kind in (BlockKind.HEADING, BlockKind.LABEL)
            yield _Line(block.text, name, zone(name, block.path), section.key == "note", loud)


# --------------------------------------------------------------------------------------
# The ladder
# --------------------------------------------------------------------------------------
def _holds(lines: tuple[_Line, ...], names: tuple[str, ...], written: date | None) -> tuple[Hold, ...]:
    found: dict[Rung, tuple[Hold, date | None]] = {}
    ended: dict[Rung, date | None] = {}
    for line in lines:
        lowered = line.words.casefold().replace("’", "'")
        if not any(word in lowered for word in NEEDS):
            continue
        for sentence in text.sentences(line.words):
            plain = text.normalise(sentence).casefold()
            if "departure" in plain or "from ordered" in plain:
                ended |= {rung: max(filter(None, (ended.get(rung), _day(sentence))), default=None)
                          for rung in _ended(plain)}  # fmt: skip
            for one in MEASURES:
                if (one.rung in found and one.rung not in _ORDERS) or not any(word in plain for word in one.needs):
                    continue
                if _stands(one, line, sentence, plain, names, written):
                    found[one.rung] = (Hold(one.rung, sentence, line.section), _day(sentence))
    for rung, over in ended.items():
        if rung in found and not _later(found[rung][1], over):
            del found[rung]
    return tuple(found[one.rung][0] for one in MEASURES if one.rung in found)


@lru_cache(maxsize=256)
def _places(names: tuple[str, ...]) -> re.Pattern[str] | None:
    places = sorted({text.normalise(name).casefold() for name in names if name}, key=len, reverse=True)
    return re.compile(rf"\b(?:the )?(?:{'|'.join(map(re.escape, places))})\b") if places else None


def _stands(
    measure: Measure, line: _Line, sentence: str, plain: str, names: tuple[str, ...], written: date | None
) -> bool:
    if line.zone not in measure.zones or (line.note and measure.rung not in _ORDERS):
        return False
    if line.loud and not plain.startswith("operations suspended"):
        return False
    if measure.rung is Rung.LEAVE_NOW:
        places = _places(names)
        plain = SAFELY.sub("", places.sub("the country", plain) if places else plain)
    said = any(measure.says.search(one) and not measure.unless.search(one) for one in _CLAUSE.split(plain))
    return said and not _past(sentence, plain, written)


def _past(sentence: str, plain: str, written: date | None) -> bool:
    """Whether the sentence names its own end and the page was written after it, or tells of something long ago."""
    if written is None:
        return False
    match = UNTIL.search(plain)
    over = _day(match["when"], written) if match else None
    if over is not None and over < written:
        return True
    began = _day(sentence)
    return began is not None and (written - began).days > LONG_AGO and not GOES_ON.search(plain)


def _ended(plain: str) -> Iterator[Rung]:
    for match in ENDS_ORDER.finditer(plain):
        yield Rung.AUTHORIZED if (match["rung"] or "").startswith("authori") else Rung.ORDERED


def _later(ordered: date | None, over: date | None) -> bool:
    """Whether an order was given after it had been lifted; without both dates it was not."""
    return ordered is not None and over is not None and ordered > over


def _day(words: str, near: date | None = None) -> date | None:
    """The last full date in the words; one without a year is taken as near the other date."""
    found = [date(*one) for one in facts.days(words)]
    if found:
        return max(found)
    for reading in facts.readings(words) if near is not None else ():
        if reading.kind == "date" and reading.value.startswith("----") and not reading.value.endswith("-00"):
            month, day = int(reading.value[5:7]), int(reading.value[8:10])
            try:
                made = date(near.year if near else 1, month, day)
            except ValueError:
                continue
            return made if near is not None and (near - made).days < _SO_LONG else None
    return None


def _written(cut: Cut) -> date | None:
    """The newest date that the page gives itself."""
    days = [fact.value[:10] for fact in cut.facts if fact.kind in ("issued", "page_date", "updated")]
    return max((date.fromisoformat(day) for day in days if re.fullmatch(r"\d{4}-\d\d-\d\d", day)), default=None)


# --------------------------------------------------------------------------------------
# Level, areas, risks
# --------------------------------------------------------------------------------------
def _level(cut: Cut, lines: tuple[_Line, ...], names: tuple[str, ...]) -> tuple[int | None, str]:
    fact = cut.first("level")
    if fact is not None:
        return int(fact.value), _level_words(fact.quote, names)
    statuses = cut.values("status")
    if statuses:
        levels = [_BRITISH[one] for one in statuses if one in _BRITISH]
        return max(levels, default=None), ", ".join(one.replace("_", " ") for one in statuses)
    return _against(lines, names) if cut.template.startswith("uk") else (None, "")


def _level_words(printed: str, names: tuple[str, ...]) -> str:
    """The level as it is printed, without the name of the destination before it."""
    match = _LEVEL.search(printed)
    if match:
        return match.group().strip()
    name, _, rest = printed.partition(" - ")
    return rest if rest and text.key(name) in {text.key(one) for one in names} else printed


def _against(lines: tuple[_Line, ...], names: tuple[str, ...]) -> tuple[int | None, str]:
    """The British warning as the page puts it in words, if it is about the whole country."""
    whole = {text.key(name) for name in names} | {text.key(f"the whole of {name}") for name in names}
    for line in lines:
        match = _AGAINST.search(line.words) if line.zone is Zone.TOP else None
        if match and text.key(match["where"]) in whole:
            return (3 if "essential" in match["all"] else 4), match.group()
    return None, ""


def _areas(cut: Cut) -> tuple[AreaLevel, ...]:
    found = {}
    for fact in cut.facts:
        if fact.kind == "area_level" and fact.subject:
            found.setdefault(fact.subject, AreaLevel(fact.subject, _level_words(fact.quote, (fact.subject,))))
    return tuple(found.values())


def _risks(cut: Cut, lines: tuple[_Line, ...]) -> tuple[str, ...]:
    """The page's own risk indicators, or else the reasons that its advice gives."""
    printed = (_LETTER.sub("", fact.quote) for fact in cut.facts if fact.kind == "risk" and fact.quote)
    stated = [us.LETTERS[words].capitalize() if words in us.LETTERS else words for words in printed]
    if not stated and cut.level is not None:
        for line in (one for one in lines if one.zone is Zone.TOP and not one.note and "due to" in one.words):
            readings = (found for sentence in text.sentences(line.words) for found in facts.readings(sentence))
            stated = [one.quote.capitalize() for one in readings if one.kind == "risk"]
            if stated:
                break
    return tuple(dict.fromkeys(stated))
