"""Common Alerting Protocol 1.2 (OASIS Standard, 1 July 2010): one change as one alert."""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from monitor.feeds.entries import Entry
from monitor.model import Severity

NS = "urn:oasis:names:tc:emergency:cap:1.2"
TYPE = "application/cap+xml; charset=utf-8"
_URGENCY = {Severity.CRITICAL: "Immediate", Severity.HIGH: "Expected", Severity.MEDIUM: "Future"}
_SEVERITY = {Severity.CRITICAL: "Extreme", Severity.HIGH: "Severe", Severity.MEDIUM: "Moderate", Severity.LOW: "Minor"}
_LONGEST_HEADLINE = 160
"""What a receiver can be trusted to show (CAP 1.2, 3.2.2)."""


def document(entry: Entry, *, sender: str, sender_name: str) -> bytes:
    """The change as a CAP alert. `sender` is who we are, as an address or a host name without blanks."""
    root = etree.Element(f"{{{NS}}}alert", nsmap={None: NS})
    for name, words in (
        ("identifier", _token(entry.event_id)), ("sender", _token(sender)), ("sent", _time(entry.seen_at)),
        ("status", "Actual"), ("msgType", "Alert"), ("scope", "Public"),
    ):  # fmt: skip
        _add(root, name, words)
    info = _add(root, "info")
    for name, words in (
        ("language", "en"), ("category", "Security"), ("event", "Change of travel advice"), ("responseType", "Assess"),
        ("urgency", _URGENCY.get(entry.severity, "Unknown")), ("severity", _SEVERITY.get(entry.severity, "Unknown")),
        ("certainty", "Observed" if entry.confirmed else "Likely"), ("effective", _time(entry.seen_at)),
        ("senderName", sender_name), ("headline", _headline(entry.title)),
        ("description", "\n".join(entry.sentences) or entry.title),
        ("instruction", "Read the publisher’s own page before you act."), ("web", entry.url),
    ):  # fmt: skip
        _add(info, name, words)
    for name, value in (
        ("publisher", entry.publisher_name), ("advice level", entry.level),
        ("dated by the source", entry.stated_at), ("source", entry.source_url), ("sha256 before", entry.before_sha256),
        ("sha256 after", entry.after_sha256),
    ):  # fmt: skip
        if value:
            _pair(info, "parameter", name, value)
    area = _add(info, "area")
    _add(area, "areaDesc", entry.destination)
    if entry.country:
        _pair(area, "geocode", "ISO 3166-1 alpha-2", entry.country)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return made


def _headline(words: str) -> str:
    return words if len(words) <= _LONGEST_HEADLINE else words[: _LONGEST_HEADLINE - 1] + "…"


def _token(words: str) -> str:
    """Without the characters that an identifier may not have: blanks, commas, < and & (CAP 1.2, 3.2.1)."""
    return re.sub(r"[\s,<&]+", "-", words) or "unknown"


def _time(moment: datetime) -> str:
    """CAP wants an offset in figures; -00:00 says UTC (3.3.2)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _pair(parent: etree._Element, name: str, key: str, value: str) -> None:
    node = _add(parent, name)
    _add(node, "valueName", key)
    _add(node, "value", value)


def _add(parent: etree._Element, name: str, words: str | None = None) -> etree._Element:
    node = etree.SubElement(parent, f"{{{NS}}}{name}")
    node.text = words
    return node
