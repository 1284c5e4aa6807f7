"""A publisher on this machine: its list, its pages, and who asked for what. The texts are ours."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from monitor.sources import iso

FEED, INDEX = "/_res/rss/TAsTWs.xml", "/api/content/foreign-travel-advice"
_LEVELS = {1: "Exercise Normal Precautions", 2: "Exercise Increased Caution", 3: "Reconsider Travel",
           4: "Do Not Travel"}  # fmt: skip


class Publisher:
    """Serves what `pages` says, with ETags; `down` makes it fail."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: Counter[str] = Counter()
        self.answered: Counter[int] = Counter()
        self.down = 0
        self.etags = True
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                publisher.asked[self.path] += 1
                body = publisher.pages.get(self.path)
                status = publisher.down or (200 if body is not None else 404)
                body = body if status == 200 and body is not None else b"<html><body>No.</body></html>"
                etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                if status == 200 and publisher.etags and self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                publisher.answered[status] += 1
                self.send_response(status)
                if publisher.etags and status in (200, 304):
                    self.send_header("ETag", etag)
                kind = "application/json" if body[:1] == b"{" else "text/xml" if body[:5] == b"<?xml" else "text/html"
                self.send_header("Content-Type", kind)
                if status != 304:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def countries(count: int) -> list[iso.Country]:
    """So many, Mali first."""
    known = list(iso.countries())
    mali = next(one for one in known if one.iso3 == "MLI")
    return [mali, *(one for one in known if one is not mali)][:count]


def item(name: str, link: str, level: int = 2, words: str = "Roads flood in the rainy season.") -> str:
    return (f"<item><title>{name} - Level {level}: {_LEVELS[level]}</title><link>https://travel.state.gov{link}</link>"
            f"<pubDate>Mon, 08 Jun 2026</pubDate><description><![CDATA[Please note<p>for <b>{name}</b>.</p>"
            f"<p>{words}</p><p>Carry a copy of your papers in {name}.</p>]]></description>"
            f'<category domain="Threat-Level">Level {level}: {_LEVELS[level]}</category></item>')  # fmt: skip


def new_link(code: str) -> str:
    return f"/content/tsg_aem/us/en/home/international-travel/travel-advisories/destination.{code.lower()}.html"


def old_link(slug: str) -> str:
    return f"/content/travel/en/traveladvisories/traveladvisories/{slug}-travel-advisory.html"


def feed(items: list[str]) -> bytes:
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Advisories</title>'
            + "".join(items) + "</channel></rss>\n").encode()  # fmt: skip


def feed_of(count: int, **mali: object) -> bytes:
    """A feed of so many countries; `mali` says what its item says."""
    first, *rest = countries(count)
    return feed([item(first.name, new_link(first.iso3), **mali),  # type: ignore[arg-type]
                 *(item(one.name, new_link(one.iso3)) for one in rest)])  # fmt: skip


def index(names: list[tuple[str, str]]) -> bytes:
    """The index of GOV.UK, by slug and name."""
    children = [
        {"base_path": f"/foreign-travel-advice/{slug}", "title": f"{name} travel advice",
         "details": {"country": {"name": name, "slug": slug, "synonyms": []}}}
        for slug, name in names
    ]  # fmt: skip
    return json.dumps({"document_type": "travel_advice_index", "links": {"children": children}}).encode()


def document(slug: str, name: str, words: str = "Boil drinking water.") -> bytes:
    """The document of one country on GOV.UK."""
    parts = [{"slug": "safety-and-security", "title": "Safety and security",
              "body": f"<h2 id='water'>Water</h2><p>{words}</p><p>Lock your door at night.</p>"}]  # fmt: skip
    return json.dumps({
        "document_type": "travel_advice", "title": f"{name} travel advice", "withdrawn_notice": {},
        "details": {"country": {"name": name, "slug": slug}, "alert_status": [], "parts": parts,
                    "change_description": "", "updated_at": "2026-06-08T10:00:00Z"},
    }).encode()  # fmt: skip
