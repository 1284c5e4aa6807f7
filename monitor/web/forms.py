"""A sent form as wishes, with what is wrong in it by field. What was typed is kept, to be mended."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Protocol, TypeVar
from zoneinfo import available_timezones

from monitor.audience import Cadence, Form, Language, Scope, Wishes
from monitor.core import reach
from monitor.model import Severity
from monitor.web.tongues import Tongue

FLOORS = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
SECTIONS = tuple(zone.value for zone in reach.SECTIONS)
LONGEST = 254
"""Characters of the longest thing that anybody may type: an e-mail address (RFC 5321)."""
ZONES = (
    "UTC Africa/Abidjan Africa/Accra Africa/Addis_Ababa Africa/Algiers Africa/Bamako Africa/Cairo Africa/Casablanca"
    " Africa/Conakry Africa/Dakar Africa/Johannesburg Africa/Kinshasa Africa/Lagos Africa/Nairobi Africa/Ndjamena"
    " Africa/Niamey Africa/Nouakchott Africa/Ouagadougou Africa/Tunis America/Bogota America/Chicago America/Denver"
    " America/Los_Angeles America/Mexico_City America/New_York America/Port-au-Prince America/Sao_Paulo"
    " America/Toronto Asia/Amman Asia/Baghdad Asia/Bangkok Asia/Beirut Asia/Dhaka Asia/Dubai Asia/Jakarta"
    " Asia/Jerusalem Asia/Kabul Asia/Karachi Asia/Kolkata Asia/Manila Asia/Shanghai Asia/Singapore Asia/Tokyo"
    " Australia/Sydney Europe/Berlin Europe/Brussels Europe/Dublin Europe/Istanbul Europe/Kyiv"
    " Europe/London Europe/Moscow Europe/Paris Europe/Rome Europe/Stockholm Europe/Zurich Pacific/Auckland"
).split()  # fmt: skip
"""Offered while typing; any other IANA zone may be written."""


class Sent(Protocol):
    """A sent form: every field may come any number of times."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it is shown: what stands in each field, and which fields are wrong and why."""

    chosen: Mapping[str, tuple[str, ...]]
    wrong: Mapping[str, str] = field(default_factory=dict)
    """Field to the key of the words that say what to mend, in the order of the page."""
    wishes: Wishes | None = None
    """None if anything is wrong."""

    def one(self, name: str) -> str:
        return next(iter(self.chosen.get(name, ())), "")

    def has(self, name: str, value: str = "yes") -> bool:
        return value in self.chosen.get(name, ())

    def but(self, wrong: Mapping[str, str]) -> Filled:
        """The same form with something more wrong in it, above the rest."""
        return Filled(chosen=self.chosen, wrong={**wrong, **self.wrong})


def filled(wishes: Wishes, *, every: bool = True) -> Filled:
    """The form as it stands for these wishes; with `every` off, no destinations means that none is chosen yet."""
    first, last = (_clock(minute) for minute in wishes.quiet) if wishes.quiet else ("", "")
    return Filled(wishes=wishes, chosen={
        "every": ("yes",) if every and not wishes.destinations else (), "destination": wishes.destinations,
        "scope": (wishes.scope.value,), "section": wishes.sections, "floor": (wishes.floor.value,),
        "cadence": (wishes.cadence.value,), "hour": (str(wishes.hour),), "weekday": (str(wishes.weekday),),
        "quiet_from": (first,), "quiet_to": (last,), "zone": (wishes.zone,), "language": (wishes.language.value,),
        "form": (wishes.form.value,), "critical_at_once": _tick(wishes.critical_at_once),
        "verified": _tick(wishes.verified), "blindness": _tick(wishes.blindness)})  # fmt: skip


def read(sent: Sent, places: Collection[str]) -> Filled:
    """What the form asks for. A field that must be there and is not, or comes twice, is wrong like a false one."""
    wrong: dict[str, str] = {}
    every = _ticked(sent, "every")
    destinations = () if every else _several(sent, "destination", places, wrong, "destinations")
    if not every and not destinations:
        wrong.setdefault("destinations", "wrong.destinations")
    scope = _choice(sent, "scope", Scope, wrong)
    sections: tuple[str, ...] = ()
    if scope is Scope.SECTIONS:
        sections = _several(sent, "section", SECTIONS, wrong, "sections")
        if not sections:
            wrong.setdefault("sections", "wrong.sections")
    floor = _choice(sent, "floor", FLOORS, wrong)
    cadence = _choice(sent, "cadence", Cadence, wrong)
    hour = _number(sent, "hour", 24, wrong)
    weekday = _number(sent, "weekday", 7, wrong)
    quiet = _quiet(sent, wrong)
    zone = zone_named(_single(sent, "zone"))
    if not zone:
        wrong["zone"] = "wrong.zone"
    language = _choice(sent, "language", Language, wrong)
    form = _choice(sent, "form", Form, wrong)
    asked = None
    if not wrong and scope and floor and cadence and language and form:
        asked = Wishes(
            destinations=destinations, scope=scope, sections=sections, floor=floor, cadence=cadence, hour=hour,
            weekday=weekday, quiet=quiet, critical_at_once=_ticked(sent, "critical_at_once"), zone=zone,
            language=language, form=form, verified=_ticked(sent, "verified"), blindness=_ticked(sent, "blindness"),
        )  # fmt: skip
    return Filled(chosen=_shown(sent), wrong=wrong, wishes=asked)


def address(sent: Sent) -> str:
    """What was typed as the address; empty if it cannot be one."""
    return _single(sent, "address")


def zone_named(words: str) -> str:
    """The zone's own spelling ("africa/bamako" is Africa/Bamako); empty if there is no such zone."""
    return _zones().get(words.strip().replace(" ", "_").casefold(), "")


def in_words(wishes: Wishes, places: Mapping[str, str], say: Tongue) -> list[tuple[str, str]]:
    """The wishes as a reader can check them: name and value."""
    rhythm = say(f"cadence.{wishes.cadence}")
    if wishes.cadence is Cadence.DAILY:
        rhythm = say("word.at", rhythm=rhythm, hour=wishes.hour)
    if wishes.cadence is Cadence.WEEKLY:
        rhythm = say("word.weekly", rhythm=rhythm, day=say(f"day.{wishes.weekday}"), hour=wishes.hour)
    what = say(f"scope.{wishes.scope}")
    if wishes.scope is Scope.SECTIONS:
        what = ", ".join(say(f"section.{one}") for one in SECTIONS if one in wishes.sections)
    first, last = (_clock(minute) for minute in wishes.quiet) if wishes.quiet else ("", "")
    named = sorted(places.get(key, key) for key in wishes.destinations)
    return [
        (say("destinations"), ", ".join(named) or say("word.every")), (say("scope"), what),
        (say("floor"), say(f"floor.{wishes.floor}")), (say("cadence"), rhythm),
        (say("quiet"), say("word.quiet", first=first, last=last) if wishes.quiet else say("word.none")),
        (say("term.critical"), _answer(wishes.critical_at_once, say)), (say("zone"), wishes.zone),
        (say("language"), say(f"language.{wishes.language}")), (say("form"), say(f"form.{wishes.form}")),
        *([(say("term.verified"), _answer(wishes.verified, say))] if wishes.cadence is not Cadence.IMMEDIATE else []),
        (say("term.blindness"), say("word.told") if wishes.blindness else say("word.silent")),
    ]  # fmt: skip


def masked(address: str) -> str:
    """An address that its owner knows again and nobody else learns: o…r@n….example."""
    local, at, domain = address.rpartition("@")
    if not at or "://" in address:
        scheme, sep, rest = address.partition("://")
        return f"{scheme}://{_host(rest.partition('/')[0])}/…" if sep else "…"
    return f"{local[:1]}…{local[-1:] if len(local) > 2 else ''}@{_host(domain)}"


def _host(domain: str) -> str:
    name, dot, end = domain.rpartition(".")
    return f"{name[:1]}…{dot}{end}" if dot else f"{domain[:1]}…"


def _answer(yes: bool, say: Tongue) -> str:
    return say("word.yes") if yes else say("word.no")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _tick(on: bool) -> tuple[str, ...]:
    return ("yes",) if on else ()


@cache
def _zones() -> Mapping[str, str]:
    return {name.casefold(): name for name in available_timezones()}


_ONCE = ("address", "scope", "floor", "cadence", "hour", "weekday", "quiet_from", "quiet_to", "zone", "language",
         "form", "critical_at_once", "verified", "blindness", "every")  # fmt: skip
_OFTEN = ("destination", "section")


def _shown(sent: Sent) -> dict[str, tuple[str, ...]]:
    """What was typed, as far as it is shown again: one line each, cut where nobody types so much."""
    once = {name: tuple(_plain(value) for value in sent.getlist(name)[:1]) for name in _ONCE}
    return once | {name: tuple(_plain(value) for value in sent.getlist(name)[:500]) for name in _OFTEN}


def _plain(value: str) -> str:
    return "".join(c if c.isprintable() else " " for c in value[:LONGEST])


def _single(sent: Sent, name: str) -> str:
    """The field's one value; empty if it is missing, comes twice, is too long or holds a control character."""
    values = sent.getlist(name)
    value = values[0].strip(" ") if len(values) == 1 else ""
    return value if len(value) <= LONGEST and value.isprintable() else ""


def _ticked(sent: Sent, name: str) -> bool:
    return "yes" in sent.getlist(name)


One = TypeVar("One", bound=StrEnum)


def _choice(sent: Sent, name: str, among: Iterable[One], wrong: dict[str, str]) -> One | None:
    said = _single(sent, name)
    found = next((one for one in among if one.value == said), None)
    if found is None:
        wrong[name] = f"wrong.{name}"
    return found


def _several(
    sent: Sent, name: str, among: Collection[str], wrong: dict[str, str], shown: str
) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(sent.getlist(name)))
    if any(value not in among for value in values):
        wrong[shown] = "wrong.destinations.unknown" if shown == "destinations" else f"wrong.{shown}"
        return ()
    return values


def _number(sent: Sent, name: str, below: int, wrong: dict[str, str]) -> int:
    said = _single(sent, name)
    if re.fullmatch(r"[0-9]{1,2}", said) and int(said) < below:
        return int(said)
    wrong[name] = f"wrong.{name}"
    return 0


_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::[0-9]{2})?")


def _quiet(sent: Sent, wrong: dict[str, str]) -> tuple[int, int] | None:
    """Both ends, or None if both were left empty."""
    if not any("".join(sent.getlist(name)).strip() for name in ("quiet_from", "quiet_to")):
        return None
    first, last = (_TIME.fullmatch(_single(sent, name)) for name in ("quiet_from", "quiet_to"))
    if first and last:
        minutes = int(first[1]) * 60 + int(first[2]), int(last[1]) * 60 + int(last[2])
        if minutes[0] != minutes[1]:
            return minutes
    wrong["quiet"] = "wrong.quiet"
    return None
