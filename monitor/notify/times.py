"""Times as a reader reads them: on the reader's clock, with UTC beside."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from monitor.audience import Language
from monitor.core.clock import zone_of
from monitor.core.speech.times import day

_CITIES = {
    "Algiers": "Alger", "Athens": "Athènes", "Beirut": "Beyrouth", "Brussels": "Bruxelles", "Bucharest": "Bucarest",
    "Copenhagen": "Copenhague", "Dakar": "Dakar", "Damascus": "Damas", "Djibouti": "Djibouti", "Geneva": "Genève",
    "Jerusalem": "Jérusalem", "Lisbon": "Lisbonne", "London": "Londres", "Mexico City": "Mexico", "Moscow": "Moscou",
    "Ndjamena": "N’Djamena", "Rome": "Rome", "Sao Paulo": "São Paulo", "Singapore": "Singapour", "Tehran": "Téhéran",
    "Tokyo": "Tokyo", "Vienna": "Vienne", "Warsaw": "Varsovie", "Montreal": "Montréal", "Kabul": "Kaboul",
    "Baghdad": "Bagdad", "Riyadh": "Riyad", "Seoul": "Séoul", "Dubai": "Dubaï", "Kyiv": "Kiev", "Kiev": "Kiev",
    "Tripoli": "Tripoli", "Lome": "Lomé", "Addis Ababa": "Addis-Abeba", "Mogadishu": "Mogadiscio",
}  # fmt: skip
"""Cities of time zones whose French name differs; "à" goes before each, so the Cairo of the zone is not among them."""

@lru_cache(maxsize=4096)
def when(moment: datetime, zone: str = "UTC", language: Language = Language.EN) -> str:
    """ "2026-06-09 06:12 in Paris (04:12 UTC)", in French "9 juin 2026 à 6 h 12, à Paris (4 h 12 UTC)"."""
    there, universal = moment.astimezone(zone_of(zone)), moment.astimezone(UTC)
    blank = "\u00a0" if language is Language.FR else " "
    if zone_of(zone) is UTC or zone in ("UTC", "Etc/UTC"):
        return f"{_at(universal, language)}{blank}UTC"
    utc = _at(universal, language) if there.date() != universal.date() else _clock(universal, language)
    return f"{_at(there, language)}{_place(zone, there, language)} ({utc}{blank}UTC)"


def _at(moment: datetime, language: Language) -> str:
    between = " à " if language is Language.FR else " "
    return f"{day(moment.date(), language)}{between}{_clock(moment, language)}"


def _clock(moment: datetime, language: Language) -> str:
    if language is Language.FR:
        return f"{moment.hour}\u00a0h\u00a0{moment.minute:02}"
    return f"{moment:%H:%M}"


def _place(zone: str, there: datetime, language: Language) -> str:
    """The city that a zone is named for; else how far it is from UTC."""
    region, _, city = zone.rpartition("/")
    if not region or region == "Etc":
        return f" UTC{there:%z}"
    city = city.replace("_", " ")
    if language is Language.FR:
        return " au Caire" if city == "Cairo" else f", à {_CITIES.get(city, city)}"
    return f" in {city}"
