"""Which changes the publisher's own note speaks of, and which it leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.core import text
from monitor.model import Finding, Severity

_EVERYTHING = re.compile(
    r"\b(?:thorough(?:ly)? review\w*|full(?:y)? (?:review|update|rewrit)\w*|entire|whole (?:page|advice|advisory)|"
    r"all (?:pages|sections)|review(?:ed)? with (?:major|significant|substantial))\b",
    re.I,
)
"""Notes that stand for any change, so nothing is left out."""
_SAYS_LITTLE = frozenset(
    "about added addition additional advice advisory also been change changed changes country details editorial "
    "fcdo following from general government have here includes including information into latest local more notes "
    "page pages periodic please read removal removed review reviewed section sections some that their these this "
    "travel update updated updates with within your reissued minor edits level state department other under which "
    "there".split()
)
_LEVEL = re.compile(r"\b(?:levels?|advis\w+ against|lowered|raised|increased|decreased)\b", re.I)
_BY_FACT = {
    "level_change": _LEVEL, "area_level_change": _LEVEL, "area_added": _LEVEL, "area_removed": _LEVEL,
    "risk_added": re.compile(r"\b(?:risk|indicator|threat|danger|safety|security)", re.I),
    "risk_removed": re.compile(r"\b(?:risk|indicator|threat|danger|safety|security)", re.I),
    "departure_order": re.compile(r"\b(?:depart|withdraw|evacuat|staff|employees|personnel)", re.I),
    "leave_now": re.compile(r"\b(?:leave|leaving|depart|shelter)", re.I),
    "embassy_status": re.compile(r"\b(?:embassy|consul|help)", re.I),
    "phone_changed": re.compile(r"\b(?:contact|phone|telephone|number|embassy|help|emergency)", re.I),
    "email_changed": re.compile(r"\b(?:contact|e-?mail|address|embassy|help)", re.I),
    "entry_rule": re.compile(r"\b(?:entry|visa|passport|exit|requirement|border|customs|eta\b|ees\b)", re.I),
    "health_notice": re.compile(r"\b(?:health|outbreak|disease|vaccin|virus|fever)", re.I),
}  # fmt: skip


def marked(findings: Sequence[Finding], note: str) -> list[Finding]:
    """The findings, those that the note does not speak of marked as unannounced.

    Only what a reader acts on is marked (medium or above): that a note leaves out a small edit is no news.
    """
    if _EVERYTHING.search(note):
        return list(findings)
    return [
        replace(f, unannounced=True) if f.severity.at_least(Severity.MEDIUM) and not speaks_of(note, f) else f
        for f in findings
    ]


def speaks_of(note: str, finding: Finding) -> bool:
    """Whether a note names the section, the kind of fact, or two telling words of the change."""
    said = _telling(note)
    change = finding.change
    if said & _telling(" ".join((change.section, *change.heading_path))):
        return True
    if any(fact.kind in _BY_FACT and _BY_FACT[fact.kind].search(note) for fact in finding.facts):
        return True
    return bool(said) and len(said & _telling(f"{change.before or ''} {change.after or ''}")) >= min(2, len(said))


def _telling(words: str) -> set[str]:
    """The words that carry a topic, without their endings."""
    return {w[:6] for w in text.words(words) if len(w) >= 4 and w not in _SAYS_LITTLE and not w.isdigit()}
