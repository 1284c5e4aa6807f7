"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from typing import Any

from monitor.feeds.atom import body
from monitor.feeds.entries import Entry, Feed

TYPE = "application/feed+json; charset=utf-8"


def document(feed: Feed) -> bytes:
    """The feed as JSON; what is ours alone stands in `_advisory`, as the standard asks of extensions."""
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "language": "en",
        "authors": [{"name": feed.author}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode("utf-8")


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.source_url,
        "title": entry.title,
        "content_text": body(entry),
        "date_published": entry.seen_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tags": [entry.severity.value, entry.destination],
        "_advisory": {
            "event_id": entry.event_id,
            "severity": entry.severity.value,
            "confirmed": entry.confirmed,
            "destination": entry.destination,
            "country": entry.country,
            "publisher": entry.publisher,
            "level": entry.level,
            "stated_at": entry.stated_at,
            "facts": list(entry.facts),
            "before_sha256": entry.before_sha256,
            "after_sha256": entry.after_sha256,
        },
    }
