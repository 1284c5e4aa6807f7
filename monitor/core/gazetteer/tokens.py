"""The words of a text as the gazetteer compares them, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(r"[\w\u0300-\u036f]+(?:['’ʼ‘ʻ`´][\w\u0300-\u036f]+)*|&")
_MARKS = re.compile(r"['’ʼ‘ʻ`´]")
_POSSESSIVE = re.compile(r"['’ʼ]s$", re.I)
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ə": "a"})
_ARTICLES = frozenset("al el as ash ad an ar at az la".split())
_SHORT = frozenset("st ste mt ft pt".split())
_JOINTS = frozenset((" ", "-", "‐", "‑", "–", "\u00a0", "\n", "\u202f"))


class Token(NamedTuple):
    """One word: its comparison key, where it stands, and how it is written."""

    key: str
    start: int
    end: int
    capital: bool
    """It starts with a capital letter (or a figure, as 23 in "M 23")."""
    loud: bool
    """It has no small letter."""
    article: bool
    """It is an Arabic or Spanish article, which a name may start with in small letters."""


@lru_cache(maxsize=32768)
def _key(word: str) -> str:
    word = _MARKS.sub("", word).casefold()
    if word.isascii():
        return "and" if word == "&" else word
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return bare.casefold().translate(_LETTERS)


def tokens(text: str) -> tuple[Token, ...]:
    """The words of the text; "Mali's" is Mali, "N'Djamena" is one word, "Guinea-Bissau" are two."""
    found = []
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        owner = _POSSESSIVE.search(word) if len(word) > 2 else None
        if owner:
            word = word[: owner.start()]
        key, loud = _key(word), not any(c.islower() for c in word)
        found.append(Token(key, start, start + len(word), not word[0].islower(), loud, key in _ARTICLES))
    return tuple(found)


def joined(text: str, one: Token, two: Token) -> bool:
    """Whether nothing but a blank, a hyphen or the stop of an abbreviation stands between two words."""
    gap = text[one.end : two.start]
    if gap in _JOINTS:
        return True
    if gap and gap[0] == "." and gap in (".", ". "):
        return one.end - one.start == 1 or one.key in _SHORT
    return gap.isspace() and gap.count("\n") < 2
