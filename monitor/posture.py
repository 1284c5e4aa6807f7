"""The nouns of where a government stands: its level, and the measures that move while the level does not.

Frozen values, standard library only. `core/standing.py` reads them off a page; the pages show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Rung(StrEnum):
    """One measure a government takes or advises, gravest first: the ladder that moves while the level stays."""

    LEAVE_NOW = "leave_now"
    EMBASSY = "embassy"
    """The embassy is closed, or has suspended its work."""
    ORDERED = "ordered_departure"
    AUTHORIZED = "authorized_departure"
    REACH = "consular_reach"
    """Help for citizens is limited, to the capital or at all."""
    STAFF = "staff_movement"
    """The government's own people may not go everywhere."""
    EMERGENCY = "emergency_state"
    CURFEW = "curfew"
    AIR = "air_travel"
    BORDER = "border"


GRAVITY: Mapping[Rung, int] = {
    Rung.LEAVE_NOW: 7, Rung.EMBASSY: 6, Rung.ORDERED: 5, Rung.AUTHORIZED: 4, Rung.REACH: 3, Rung.STAFF: 2,
    Rung.EMERGENCY: 1, Rung.CURFEW: 1, Rung.AIR: 1, Rung.BORDER: 1,
}  # fmt: skip
"""Height of a rung on the ladder, 0 for none: what a government does to its own people says more than its level."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A rung that stands, with the sentence it was read from."""

    rung: Rung
    quote: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class AreaLevel:
    """What is advised for a part of a destination."""

    area: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """Where one publisher stands on one destination, as one page says it."""

    level: int | None = None
    """1 to 4, or 5 where a publisher counts so far; None if the page states none."""
    level_words: str = ""
    areas: tuple[AreaLevel, ...] = ()
    risks: tuple[str, ...] = ()
    """Names of the risk indicators, such as "Terrorism"."""
    holds: tuple[Hold, ...] = ()
    """Gravest first, each rung once."""

    @property
    def height(self) -> int:
        """How high on the ladder it stands, 0 to 7."""
        return max((GRAVITY[hold.rung] for hold in self.holds), default=0)

    @property
    def rungs(self) -> frozenset[Rung]:
        return frozenset(hold.rung for hold in self.holds)

    def to_dict(self) -> dict[str, Any]:
        """As it is kept and given out."""
        return {
            "level": self.level,
            "level_words": self.level_words,
            "areas": [{"area": one.area, "words": one.words} for one in self.areas],
            "risks": list(self.risks),
            "holds": [{"rung": one.rung.value, "quote": one.quote, "section": one.section} for one in self.holds],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Posture:
        """Back from `to_dict`."""
        return cls(
            level=kept["level"],
            level_words=kept["level_words"],
            areas=tuple(AreaLevel(one["area"], one["words"]) for one in kept["areas"]),
            risks=tuple(kept["risks"]),
            holds=tuple(Hold(Rung(one["rung"]), one["quote"], one["section"]) for one in kept["holds"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A posture and since when a source shows it."""

    source_id: str
    publisher: str
    taken_at: datetime
    posture: Posture = field(default_factory=Posture)
    event_id: str = ""
    """The change that brought it; empty for a first look."""
