"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from typing import Any

from monitor.feeds.atom import body, iri
from monitor.feeds.entries import Entry, Feed, fit

TYPE = "application/feed+json; charset=utf-8"


def document(feed: Feed) -> bytes:
    """The feed as JSON; what is ours alone stands in `_advisory`, as the standard asks of extensions."""
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": fit(feed.title),
        "home_page_url": iri(feed.home),
        "feed_url": iri(feed.address),
        "language": "en",
        "authors": [{"name": fit(feed.author)}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode("utf-8")


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": iri(entry.url),
        "external_url": iri(entry.source_url),
        "title": entry.title,
        "content_text": body(entry),
        "date_published": entry.told_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "date_modified": entry.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tags": list(dict.fromkeys([entry.severity.value, *(place.name for place in entry.places)])),
        "_advisory": {
            "event_id": entry.event_id,
            "severity": entry.severity.value,
            "confirmed": entry.confirmed,
            "standing": entry.standing,
            "kind": entry.kind,
            "destinations": [place.name for place in entry.places],
            "countries": [place.country for place in entry.places if place.country],
            "publisher": entry.publisher,
            "level": entry.level,
            "stated_at": entry.stated_at,
            "seen_at": entry.seen_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "remark": entry.correction.remark if entry.correction else "",
            "facts": list(entry.facts),
            "before_sha256": entry.before_sha256,
            "after_sha256": entry.after_sha256,
        },
    }
