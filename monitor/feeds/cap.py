"""Common Alerting Protocol 1.2 (OASIS Standard, 1 July 2010): one change as one alert."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lxml import etree

from monitor.feeds.atom import iri
from monitor.feeds.entries import Entry, fit
from monitor.model import Severity

NS = "urn:oasis:names:tc:emergency:cap:1.2"
TYPE = "application/cap+xml; charset=utf-8"
_URGENCY = {Severity.CRITICAL: "Immediate", Severity.HIGH: "Expected", Severity.MEDIUM: "Future"}
_SEVERITY = {Severity.CRITICAL: "Extreme", Severity.HIGH: "Severe", Severity.MEDIUM: "Moderate", Severity.LOW: "Minor"}
_LONGEST_HEADLINE = 160
"""What a receiver can be trusted to show (CAP 1.2, 3.2.2)."""


def document(entry: Entry, *, sender: str, sender_name: str) -> bytes:
    """The event as a CAP message. `sender` is who we are, as an address or a host name without blanks.

    What was corrected is an Update and what was withdrawn a Cancel: a message of its own that refers to
    every earlier one about the event (3.2.1).
    """
    now, sender = entry.correction, _token(sender)
    ids = [(entry.event_id, entry.told_at), *((one.id, one.at) for one in entry.corrections)]
    root = etree.Element(f"{{{NS}}}alert", nsmap={None: NS})
    for name, words in (
        ("identifier", _token(ids[-1][0])), ("sender", sender), ("sent", _time(entry.updated_at)),
        ("status", "Actual"), ("msgType", ("Cancel" if now.withdrawn else "Update") if now else "Alert"),
        ("scope", "Public"),
    ):  # fmt: skip
        _add(root, name, words)
    if now:
        _add(root, "note", f"{now.word}. {now.remark}".rstrip())
        _add(root, "references", " ".join(f"{sender},{_token(name)},{_time(at)}" for name, at in ids[:-1]))
    _info(_add(root, "info"), entry, sender_name, gone=now is not None and now.withdrawn)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return made


def _info(info: etree._Element, entry: Entry, sender_name: str, *, gone: bool) -> None:
    said = [entry.correction.remark] if entry.correction else []
    for name, words in (
        ("language", "en"), ("category", "Security"), ("event", "Change of travel advice"),
        ("responseType", "None" if gone else "Assess"),
        ("urgency", "Past" if gone else _URGENCY.get(entry.severity, "Unknown")),
        ("severity", _SEVERITY.get(entry.severity, "Unknown")),
        ("certainty", "Unlikely" if gone else "Observed" if entry.confirmed else "Likely"),
        ("effective", _time(entry.updated_at)), ("senderName", sender_name), ("headline", _headline(entry.title)),
        ("description", "\n".join((*said, *entry.sentences)).strip() or entry.title),
        ("instruction", "Read the publisher’s own page before you act."), ("web", iri(entry.url)),
    ):  # fmt: skip
        _add(info, name, words if fit(words).strip() else "unknown")
    for name, value in (
        ("publisher", entry.publisher_name), ("advice level", entry.level),
        ("dated by the source", entry.stated_at), ("first seen", _time(entry.seen_at)), ("source", entry.source_url),
        ("sha256 before", entry.before_sha256), ("sha256 after", entry.after_sha256),
    ):  # fmt: skip
        if value.strip():
            _pair(info, "parameter", name, value)
    for place in entry.places:
        area = _add(info, "area")
        _add(area, "areaDesc", place.name)
        if place.country:
            _pair(area, "geocode", "ISO 3166-1 alpha-2", place.country)


def _headline(words: str) -> str:
    return words if len(words) <= _LONGEST_HEADLINE else words[: _LONGEST_HEADLINE - 1] + "…"


def _token(words: str) -> str:
    """Without the characters that an identifier may not have: blanks, commas, < and & (CAP 1.2, 3.2.1)."""
    return re.sub(r"[\s,<&]+", "-", fit(words)) or "unknown"


def _time(moment: datetime) -> str:
    """CAP wants an offset in figures; -00:00 says UTC (3.3.2)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _pair(parent: etree._Element, name: str, key: str, value: str) -> None:
    node = _add(parent, name)
    _add(node, "valueName", key)
    _add(node, "value", value)


def _add(parent: etree._Element, name: str, words: str | None = None) -> etree._Element:
    node = etree.SubElement(parent, f"{{{NS}}}{name}")
    node.text = fit(words) if words is not None else None
    return node
