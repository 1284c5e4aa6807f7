"""What the filters above a timeline ask for, read from an address; a wrong one is said to be wrong, not guessed at."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from monitor.model import Severity

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[1-9]\d{0,17}", re.ASCII)
FLOORS = (Severity.NONE, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
_POSTURE = frozenset(
    "level_change area_level_change risk_added risk_removed departure_order leave_now staff_restriction consular_reach"
    " embassy_status air_travel border curfew emergency_state".split()
)
KINDS: Mapping[str, frozenset[str]] = {
    "posture": _POSTURE,
    "level": frozenset(("level_change", "area_level_change")),
    "areas": frozenset(("area_level_change", "area_added", "area_removed")),
    "events": frozenset(("event_added", "event_removed")),
    "entry": frozenset(("entry_rule", "fee_changed")),
    "health": frozenset(("health_notice",)),
    "contacts": frozenset(("phone_changed", "email_changed", "url_changed")),
}
"""Kinds of facts that can be asked for together."""


class Asked(NamedTuple):
    """One page of a timeline."""

    floor: Severity = Severity.LOW
    publisher: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None
    before: int | None = None

    @property
    def severities(self) -> frozenset[Severity]:
        return frozenset(one for one in Severity if one.rank >= self.floor.rank)

    @property
    def since(self) -> datetime | None:
        return None if self.first is None else datetime.combine(self.first, datetime.min.time(), UTC)

    @property
    def until(self) -> datetime | None:
        """The end of the last day, in UTC."""
        if self.last is None:
            return None
        return datetime.combine(self.last, datetime.min.time(), UTC) + timedelta(days=1)

    @property
    def narrows(self) -> bool:
        return self._replace(before=None) != Asked()


class Wrong(ValueError):
    """`args[0]` names the field that nobody understands."""


def read(sent: Mapping[str, str], publishers: Collection[str]) -> Asked:
    """What was asked for; an empty field asks for nothing. Raises `Wrong`."""
    floor = sent.get("severity", "") or Severity.LOW.value
    if floor not in [one.value for one in FLOORS]:
        raise Wrong("severity")
    if (publisher := sent.get("publisher", "")) and publisher not in publishers:
        raise Wrong("publisher")
    if (kind := sent.get("kind", "")) and kind not in KINDS:
        raise Wrong("kind")
    if (before := sent.get("before", "")) and not _NUMBER.fullmatch(before):
        raise Wrong("before")
    first, last = _day(sent, "from"), _day(sent, "to")
    if first and last and last < first:
        raise Wrong("order")
    return Asked(Severity(floor), publisher, kind, first, last, int(before) if before else None)


def _day(sent: Mapping[str, str], name: str) -> date | None:
    words = sent.get(name, "")
    if not words:
        return None
    try:
        found = date.fromisoformat(words) if _DAY.fullmatch(words) else None
    except ValueError:
        found = None
    if found is None or not 1970 <= found.year <= 2999:
        raise Wrong(name)
    return found
