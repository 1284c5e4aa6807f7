"""One cell of a table of contacts as a value, or a sentence that says what is allowed there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from monitor.audience import Channel, Scope
from monitor.core import clock
from monitor.core.zones import Zone
from monitor.model import Severity

FLOORS = tuple(one for one in Severity if one is not Severity.NONE)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")
_Choice = TypeVar("_Choice", bound=StrEnum)


class Bad(Exception):
    """A cell that cannot be used; says what is allowed, and holds no address."""


def host(address: str) -> str:
    """The host of a web address, or nothing."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    return host if parts.scheme.lower() in ("https", "http") else ""


def channel(words: str, channels: Collection[Channel]) -> Channel:
    return choice(words, [one for one in Channel if one in channels])


def choice(words: str, allowed: Iterable[_Choice]) -> _Choice:
    options = list(allowed)
    for one in options:
        if one.value == words.lower():
            return one
    raise Bad(f"“{shown(words)}” is not one of {', '.join(one.value for one in options)}")


def destinations(words: str, known: Mapping[str, str]) -> tuple[str, ...]:
    wanted = _several(words)
    if [one.casefold() for one in wanted] == ["all"]:
        return ()
    if not wanted:
        raise Bad("names, keys or ISO codes with semicolons between them, or all")
    if unknown := [shown(one) for one in wanted if one.casefold() not in known]:
        have = ", ".join(sorted(set(known.values()))) or "none"
        raise Bad(f"not watched: {', '.join(unknown)}; watched are {have}, or all by itself")
    return tuple(sorted({known[one.casefold()] for one in wanted}))


def scope(words: str) -> tuple[Scope, tuple[str, ...]]:
    wanted = [one.lower() for one in _several(words)]
    if len(wanted) == 1 and wanted[0] in (Scope.EVERYTHING, Scope.POSTURE):
        return Scope(wanted[0]), ()
    sections = [one.value for one in Zone]
    if not wanted or not set(wanted) <= set(sections):
        raise Bad(f"“{shown(words)}” is neither everything nor posture nor some of {', '.join(sections)}")
    return Scope.SECTIONS, tuple(one for one in sections if one in wanted)


def _several(words: str) -> list[str]:
    """The names in a cell; a bar also parts them, for tables whose own delimiter is the semicolon."""
    return [one.strip() for one in re.split(r"[;|]", words) if one.strip()]


def hour(words: str) -> int:
    found = _CLOCK.fullmatch(words)
    if found and found[2] == "00":
        return int(found[1])
    return _number(words, 23, "a full hour from 0 to 23")


def weekday(words: str) -> int:
    lowered = words.lower()
    for number, day in enumerate(DAYS):
        if lowered in (day.lower(), day[:3].lower()):
            return number
    raise Bad(f"“{shown(words)}” is not one of {', '.join(DAYS)}")


def quiet(words: str) -> tuple[int, int]:
    ends = [_CLOCK.fullmatch(side.strip()) for side in re.split("[-–—]", words)]
    if len(ends) != 2 or not ends[0] or not ends[1]:
        raise Bad(f"“{shown(words)}” is not like 22:00-06:00")
    first, last = (int(end[1]) * 60 + int(end[2]) for end in ends if end)
    if first == last:
        raise Bad("quiet hours that end when they begin; leave the cell empty for none")
    return first, last


def zone(words: str) -> str:
    if not clock.known(words):
        raise Bad(f"“{shown(words)}” is no time zone; they are written like Africa/Bamako, Europe/Paris or UTC")
    return words


def turn(words: str) -> int:
    return _number(words, 99, "a place in the chain from 0 (told at once) to 99")


def _number(words: str, most: int, wanted: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", words) or int(words) > most:
        raise Bad(f"“{shown(words)}” is not {wanted}")
    return int(words)


def shown(words: str) -> str:
    """A cell as it may stand in a message: short, on one line; an address in the wrong column is left out."""
    plain = " ".join("".join(one for one in words if one.isprintable()).split())
    if "@" in plain or "://" in plain:
        return "an address"
    return plain if len(plain) <= 40 else plain[:39] + "…"
