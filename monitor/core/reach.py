"""How much of a change one reader asked for: posture, chosen sections, or everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.audience import Scope, Wishes
from monitor.core.zones import Zone, zone
from monitor.model import Finding, Severity, worst

POSTURE = frozenset(
    "level_change area_level_change area_added area_removed risk_added risk_removed departure_order leave_now"
    " staff_restriction consular_reach embassy_status air_travel border curfew emergency_state".split()
)
"""Kinds of fact that say where the government stands (design, "Understanding a change")."""
_OWN = frozenset({"Advice level", "Advice level by area", "Risk indicators"})
"""Places of ours that hold the publisher's stance whatever its page calls them."""
SECTIONS = (Zone.SAFETY, Zone.ENTRY, Zone.HEALTH, Zone.LAWS, Zone.CONTACT, Zone.OTHER)
"""What a reader may choose; the advisory itself belongs to safety."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How heavy a change is to those who asked for everything, for posture, for one section."""

    everything: Severity
    posture: Severity
    sections: tuple[tuple[str, Severity], ...]


def weights(findings: Iterable[Finding]) -> Weights:
    """The heaviest finding for each thing that a reader can ask for; sections with nothing to tell are left out."""
    told = [f for f in findings if f.severity is not Severity.NONE]
    by: dict[str, Severity] = {}
    for finding in told:
        name = section(finding)
        by[name] = worst((by.get(name, Severity.NONE), finding.severity))
    return Weights(
        everything=worst(f.severity for f in told),
        posture=worst(f.severity for f in told if is_posture(finding=f)),
        sections=tuple(sorted(by.items())),
    )


def is_posture(finding: Finding) -> bool:
    """Whether it says where the government stands."""
    return finding.change.section in _OWN or any(fact.kind in POSTURE for fact in finding.facts)


def section(finding: Finding) -> str:
    """The section, among those that a reader may choose, in which it stands."""
    if finding.change.section in _OWN:
        return Zone.SAFETY.value
    found = zone(finding.change.section, finding.change.heading_path)
    return (Zone.SAFETY if found is Zone.TOP else found).value


def wanted(finding: Finding, wishes: Wishes) -> bool:
    """Whether this reader asked for it. What is critical, everybody is told."""
    if wishes.scope is Scope.EVERYTHING or finding.severity is Severity.CRITICAL:
        return True
    if wishes.scope is Scope.POSTURE:
        return is_posture(finding)
    return section(finding) in wishes.sections
