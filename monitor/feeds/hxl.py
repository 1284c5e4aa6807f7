"""CSV with HXL hashtags (hxlstandard.org, 1.1), for those who work with humanitarian data."""

from __future__ import annotations

import csv
import io

from monitor.feeds.entries import Entry, Feed

TYPE = "text/csv; charset=utf-8; header=present"
COLUMNS: tuple[tuple[str, str], ...] = (
    ("Event", "#meta+id"), ("First seen (UTC)", "#date+detected"), ("Dated by the source", "#date+reported"),
    ("Country", "#country+name"), ("Country code", "#country+code+v_iso2"), ("Publisher", "#org+name+source"),
    ("Severity", "#severity"), ("Confirmed", "#status+confirmed"), ("Level", "#severity+level+text"),
    ("Headline", "#description+headline"), ("Facts", "#description+facts+list"), ("Details", "#meta+url"),
    ("Source", "#meta+url+source"),
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
        entry.event_id, entry.seen_at.strftime("%Y-%m-%d %H:%M"), entry.stated_at, entry.destination, entry.country,
        entry.publisher_name, entry.severity.value, "yes" if entry.confirmed else "no",
        entry.level, entry.title, "|".join(entry.facts), entry.url, entry.source_url,
    )  # fmt: skip


def _safe(cell: str) -> str:
    """The cell on one line, and no formula in any spreadsheet (OWASP, CSV injection)."""
    words = " ".join(cell.split())
    return f"'{words}" if words[:1] in ("=", "+", "-", "@") else words
