"""Facts of a sentence: telephones, dates, figures, levels, places, duties.

A fact is new only if its value stands nowhere on the old page, and gone only if it stands nowhere on
the new one: that one rule removes re-orders and repeats.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from monitor.core import gazetteer, needles, text
from monitor.core.lexicon import NEGATION

MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug"
        "|september sep sept|october oct|november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}
_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})(?:,? (?P<y1>\d{{4}}))?\b"
    rf"|\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y2>\d{{4}}))?"
    r"|\b(?P<y3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)\b"
    r"|\b(?P<m4>\d{1,2})/(?P<d4>\d{1,2})/(?P<y4>20\d\d)\b"
    rf"|\b(?P<m5>{_MONTH}) (?P<y5>20\d\d)\b",
    re.I,
)
EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w-])[\w-]{1,63}\.(?:com|org|gov|net|int|edu)(?:/\S*)?\b", re.I)
CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\b\.?)?|\b\d{1,2} ?[ap]\.?m\b\.?", re.I)
PHONE = re.compile(r"(?<![\w/.,])(?:\+ ?\(?|\(\+?|00)?\d[\d\s().\-/]{5,28}\d(?![\w/])")
_CONTACT = re.compile(
    r"\b(?:phone|telephone|tel|call|dial|fax|emergency|hotline|whatsapp|number|contact|police|"
    r"ambulance|after[- ]hours|line)\b",
    re.I,
)
SHORT_NUMBER = re.compile(r"(?<![\w.,+-])\d{3,4}(?![\w.,%])")
NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90", "dozens": "12+"}
NUMBER = re.compile(
    r"(?P<money>[$€£]|\b(?:usd|us\$|eur|cad|aud|gbp|jod|cfa|xof)\s?)?"
    r"(?P<value>(?<![a-zA-Z]-)\b\d+(?:[,. ]\d{3})*(?:\.\d+)?|\b(?:" + "|".join(NUMBER_WORDS) + r")\b)"
    r"(?:\s?(?P<unit>%|(?:(?:blank|full|empty|unused|consecutive|calendar|working|business|additional|more|further|"
    r"us|u\.s\.)\s)*[a-z'-]{2,}))?",
    re.I,
)
_PLACE = re.compile(
    r"(?<![.!?] )(?<!^)\b[A-ZÀ-ÖØ-Þ][\w'’-]+(?:(?: (?:of|de|du|la|le|el|al|and the)\b)?"
    r"(?: [A-ZÀ-ÖØ-Þ][\w'’-]+))*"
)
_NOT_A_PLACE = (
    frozenset(
        "the a an this these those if in on at for to do you your we our it they all some see read visit "
        "level travel advisory travelers travellers u.s us u.s. american americans canadian british uk "
        "government state department embassy consulate citizens citizen nationals monday tuesday wednesday "
        "thursday friday saturday sunday english french covid-19 cdc faa who fcdo step gps atm atms id sim "
        "exercise reconsider avoid not however there when while due security safety health crime "
        "terrorism kidnapping unrest emergency".split()
    )
    | MONTHS.keys()
)

ADVICE = re.compile(
    r"\b(?:do not travel|reconsider (?:your need to )?travel|avoid (?:all |non-essential )?travel"
    r"|avoid all|advises? against (?:all|travel)|exercise (?:a high degree|increased|normal|high)"
    r"|higher level|not (?:to )?travel|increased risk|need to travel|travel to parts)\b",
    re.I,
)
ADVISES = re.compile(
    r"\b(?:against (?:all|travel)|(?:do not|avoid|reconsider)(?: all| non-essential| your need to)? travel|"
    r"do not travel|higher (?:level|risk)|areas? (?:to avoid|of increased risk)|off[- ]limits|"
    r"exercise (?:increased|a high degree of) caution\b.{0,40}?\b(?:in|near|to))\b",
    re.I,
)
"""A sentence that, before a list, makes a piece of advice of each of its items."""
LEVEL_WORDS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern), level)
    for pattern, level in (
        (r"\blevel:?\s*4\b", 4), (r"\blevel:?\s*3\b", 3), (r"\blevel:?\s*2\b", 2),
        (r"\blevel:?\s*1\b", 1),
        (r"\bagainst all but essential travel\b", 3), (r"\bagainst all travel\b", 4),
        (r"\bavoid non-?essential travel\b", 3), (r"\bavoid all travel\b", 4),
        (r"\bdo not travel\b", 4), (r"\breconsider (?:your need to )?travel\b", 3),
        (r"\bexercise (?:a )?(?:high degree of|increased) caution\b", 2),
        (r"\bhigh degree of caution\b", 2),
        (r"\b(?:exercise|take) normal (?:security |safety )?precautions?\b", 1),
        (r"\bnormal precautions\b", 1),
    )
)  # fmt: skip
_LEVEL_SIEVE = needles.Sieve(pattern for pattern, _ in LEVEL_WORDS)
US_RISKS: tuple[tuple[str, str], ...] = (
    ("crime", r"\bcrimes?\b"), ("terrorism", r"\bterror(?:ism|ist)"), ("unrest", r"\bunrest\b"),
    ("kidnapping", r"\bkidnap"), ("health", r"\bhealth\b"), ("natural disaster", r"\bnatural disaster"),
    ("wrongful detention", r"\bwrongful|\barbitrary|\bdetention"), ("armed conflict", r"armed conflict"),
    ("landmines", r"land ?mines?|unexploded"), ("piracy", r"\bpiracy"), ("exit bans", r"\bexit bans?"),
    ("local laws", r"\blocal laws?|enforcement of"), ("torture", r"\btorture"),
    ("sexual assault", r"\bsexual assault"), ("event", r"\btime-limited event"),
)  # fmt: skip
_RISK_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in US_RISKS)
_DUE_TO = re.compile(r"\b(?:travel|caution|precautions?)\b.{0,160}?\b(?:due to|because of)\b(?P<risks>[^.]*)")


class Reading(NamedTuple):
    """One thing that a sentence says; equal readings are the same statement of fact."""

    kind: str
    value: str
    quote: str = ""
    """The words it was read from, for the reader; not part of what it says."""

    @property
    def identity(self) -> tuple[str, str]:
        return self.kind, self.value


@lru_cache(maxsize=16384)
def readings(sentence: str) -> tuple[Reading, ...]:
    """Telephones, e-mails, dates, clock times, numbers with their nouns, levels, names, risks."""
    plain = text.normalise(sentence[:text.LONGEST])
    found: list[Reading] = []
    rest = plain
    for pattern, kind, value in (
        (EMAIL, "email", str.casefold),
        (ADDRESS, "address", text.url_key),
        (DATE, "date", _date),
        (CLOCK, "clock", _clock),
    ):
        for match in pattern.finditer(rest):
            found.append(Reading(kind, value(match.group()), match.group()))
        rest = pattern.sub(lambda m: "\x00" * len(m.group()), rest)
    rest = _phones(plain, rest, found)
    for match in NUMBER.finditer(rest):
        reading = _number(match)
        if reading is not None:
            found.append(reading)
    lowered = plain.casefold()
    for n in _LEVEL_SIEVE.candidates(lowered):
        level_pattern, level = LEVEL_WORDS[n]
        match_level = level_pattern.search(lowered)
        if match_level:
            words = plain[match_level.start() : match_level.end()]
            found.append(Reading("level", str(level), words))
    due = _DUE_TO.search(lowered)
    if due:
        for name, risk in _RISK_PATTERNS:
            if risk.search(due["risks"]):
                found.append(Reading("risk", name, name))
    found += [Reading("area", place_key(name), name) for name in _areas(plain)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def place_key(name: str) -> str:
    """Equal for the spellings of one place: Timbuktu is Tombouctou. A name that no list knows stands for itself."""
    known = gazetteer.places(name) if gazetteer.is_place(name) else ()
    return text.key(known[0].name if len(known) == 1 else name)


def _areas(plain: str) -> tuple[str, ...]:
    """The places that a piece of advice is about: named after it, and before its reasons."""
    advice = ADVISES.search(plain)
    if advice is None:
        return ()
    about = plain[advice.start() :]
    reason = _REASON.search(about)
    found = names(about[: reason.start()] if reason else about)
    return tuple(name for name in found if gazetteer.is_place(name) or not gazetteer.organisations(name))


_REASON = re.compile(r"\b(?:due to|because|as a result|following|given)\b")


def names(sentence: str) -> tuple[str, ...]:
    """Capitalised runs that may be places, bodies or storms; the first word of a sentence is not."""
    out = []
    for match in _PLACE.finditer(sentence):
        parts = [p for p in match.group().split() if p.casefold().strip("'’") not in _NOT_A_PLACE]
        if parts and (len(parts) > 1 or len(parts[0]) > 2):
            out.append(" ".join(parts))
    return tuple(dict.fromkeys(out))


def _date(words: str) -> str:
    match = DATE.search(words)
    if match is None:
        return words.casefold()
    for n in "12345":
        groups = match.groupdict()
        month = groups.get(f"m{n}")
        if month:
            number = MONTHS.get(month.casefold().rstrip("."), 0) or int(month)
            day = groups.get(f"d{n}") or 0
            return f"{groups.get(f'y{n}') or '----'}-{number:02d}-{int(day):02d}"
    return words.casefold()


def days(words: str) -> list[tuple[int, int, int]]:
    """The full dates in the words, as year, month and day; impossible ones are left out."""
    found = []
    for match in DATE.finditer(words):
        year, month, day = _date(match.group()).rsplit("-", 2)
        if year.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 28 + 3 * (int(month) != 2):
            found.append((int(year), int(month), min(int(day), 30 if int(month) in (4, 6, 9, 11) else 31)))
    return found


def _clock(words: str) -> str:
    """21:00 and 9pm are one time; a bare hour keeps its form."""
    match = re.match(r"(\d{1,2})(?:[:.](\d{2}))? ?([ap])?", words.casefold())
    if match is None:
        return words.casefold()
    hour, minute = int(match[1]), match[2] or "00"
    if match[3] == "p" and hour < 12:
        hour += 12
    if match[3] == "a" and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute}"


def _phones(plain: str, rest: str, found: list[Reading]) -> str:
    contact = _CONTACT.search(plain) is not None
    for match in PHONE.finditer(rest):
        digits = re.sub(r"\D", "", match.group())
        plus = "+" in match.group() or match.group().startswith("00")
        grouped = len(re.findall(r"\d+", match.group())) > 1
        if 7 <= len(digits) <= 16 and (plus or contact or (grouped and len(digits) >= 8)):
            found.append(Reading("phone", digits.removeprefix("00"), match.group().strip()))
            rest = rest[: match.start()] + "\x00" * len(match.group()) + rest[match.end() :]
    if contact:
        for match in SHORT_NUMBER.finditer(rest):
            if not re.fullmatch(r"(?:19|20)\d\d", match.group()) and not _STREET.match(rest, match.end()):
                found.append(Reading("phone", match.group(), match.group()))
                rest = rest[: match.start()] + "\x00" * len(match.group()) + rest[match.end() :]
    return rest


_STREET = re.compile(
    r" (?!(?:for|or|and|to|in|on|from|if)\b)(?:[A-Z][\w.'-]+,? ){1,3}|[ -]?(?:km|miles?|metres?|people|days)\b"
)
"""What follows a number that is part of an address or a measure, not a telephone number."""


def _number(match: re.Match[str]) -> Reading | None:
    raw = match["value"].casefold()
    value = NUMBER_WORDS.get(raw, re.sub(r"[, ](?=\d{3})", "", raw))
    said = match["unit"] or ""
    unit = said.casefold().split()[-1].rstrip("s") if said else ""
    if raw == "zero" or (raw == "one" and unit not in _COUNTED) or (raw.isalpha() and not unit):
        return None
    if said[:1].isupper() and not match["money"] and unit not in _CURRENCIES:
        unit = ""  # a name, not what is counted: "60217 Indonesia"
    if re.fullmatch(r"(?:19|20)\d\d", value) and not match["money"]:
        return None
    kind = "money" if match["money"] or unit in _CURRENCIES else "number"
    if kind == "money":
        sign = (match["money"] or unit).casefold().strip()
        words = match.group() if unit in _CURRENCIES else f"{match['money']}{match['value']}"
        return Reading(kind, f"{sign} {value}", words.strip())
    return Reading(kind, f"{value} {unit}".strip(), match.group().strip())


_COUNTED = frozenset("year month week day hour minute person people page passport night time".split())
_CURRENCIES = frozenset(
    "usd dollar euro eur pound gbp jod cfa xof franc cad aud rupee peso dirham dinar riyal shilling rand".split()
)


def negated(sentence: str) -> frozenset[str]:
    """The words of denial in a sentence; if the set changes, so may the meaning."""
    return frozenset(NEGATION.findall(text.normalise(sentence).casefold()))


_DUTIES = (
    ("must", re.compile(r"\b(?:must|required?|requires|mandatory|need(?:s|ed)? to|have to|has to|obligatory)\b")),
    ("not", re.compile(r"\b(?:not (?:be )?(?:required|need\w*|allowed|permitted)|no longer|exempt|do(?:es)? not need|"
                       r"cannot|can not|can't|prohibited|forbidden|denied|refused)\b")),
    ("pay", re.compile(r"\b(?:fees?|fines?|tax(?:es)?|surcharge|levy)\b")),
)  # fmt: skip


@lru_cache(maxsize=16384)
def duties(sentence: str) -> frozenset[str]:
    """Whether a sentence obliges, exempts or forbids, or asks for money."""
    plain = text.normalise(sentence[:text.LONGEST]).casefold()
    return frozenset(name for name, pattern in _DUTIES if pattern.search(plain))


def values(sentence: str) -> frozenset[tuple[str, str]]:
    """The telephones, dates, times and figures of a sentence, however they are grouped."""
    kinds = ("phone", "email", "date", "clock", "number", "money")
    return frozenset(r.identity for r in readings(sentence) if r.kind in kinds)
