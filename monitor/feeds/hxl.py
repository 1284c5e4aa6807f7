"""CSV with HXL hashtags (hxlstandard.org, 1.1), for those who work with humanitarian data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from monitor.feeds.entries import Entry, Feed, fit

TYPE = "text/csv; charset=utf-8; header=present"
COLUMNS: tuple[tuple[str, str], ...] = (
    ("Event", "#meta+id"), ("First seen (UTC)", "#date+detected"), ("Dated by the source", "#date+reported"),
    ("Country", "#country+name+list"), ("Country code", "#country+code+list+v_iso2"), ("Publisher", "#org+name+source"),
    ("Severity", "#severity"), ("Confirmed", "#status+confirmed"), ("Standing", "#status+standing"),
    ("Level", "#severity+level+text"), ("Headline", "#description+headline"), ("Remark", "#description+remark"),
    ("Facts", "#description+facts+list"), ("Details", "#meta+url"), ("Source", "#meta+url+source"),
)  # fmt: skip
"""Heading and hashtag of each column, in order."""


def document(feed: Feed) -> bytes:
    """One row per change under a row of headings and a row of hashtags."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(heading for heading, _ in COLUMNS)
    rows.writerow(tag for _, tag in COLUMNS)
    for entry in feed.entries:
        rows.writerow(_safe(cell) for cell in _row(entry))
    return out.getvalue().encode("utf-8")


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        entry.event_id, entry.seen_at.strftime("%Y-%m-%d %H:%M"), _date(entry.stated_at),
        _list(place.name for place in entry.places), _list(place.country for place in entry.places if place.country),
        entry.publisher_name, entry.severity.value, "yes" if entry.confirmed else "no", entry.standing, entry.level,
        entry.title, entry.correction.remark if entry.correction else "", _list(entry.facts), entry.url,
        entry.source_url,
    )  # fmt: skip


def _date(words: str) -> str:
    """The day if it is one: #date holds nothing else, and a source may date itself in words."""
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        return ""


def _list(words: Iterable[str]) -> str:
    """One cell for several values, as the hashtag attribute +list announces; a campaign has many destinations."""
    return "|".join(one.replace("|", "/") for one in words)


def _safe(cell: str) -> str:
    """The cell on one line, and no formula in any spreadsheet (OWASP, CSV injection)."""
    words = " ".join(fit(cell).split())
    return f"'{words}" if words[:1] in ("=", "+", "-", "@") else words
