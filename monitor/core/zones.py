"""What kind of section a sentence stands in."""

from __future__ import annotations

import re
from enum import StrEnum


class Zone(StrEnum):
    """What kind of section a sentence stands in; decides how much a mention weighs."""

    TOP = "top"
    SAFETY = "safety"
    ENTRY = "entry"
    HEALTH = "health"
    LAWS = "laws"
    CONTACT = "contact"
    OTHER = "other"


_ZONES: tuple[tuple[Zone, re.Pattern[str]], ...] = (
    (Zone.CONTACT, re.compile(r"embass|consul|contact|getting help|help abroad|assistance|need help")),
    (Zone.LAWS, re.compile(r"\blaws?\b|culture|local customs|special circumstances")),
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
