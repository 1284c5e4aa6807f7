"""A local web site for the benchmarks: destination pages whose chrome differs on each fetch, and ones with an ETag."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SIZE = 83_000
STILL = "/still/"
"""Pages below this have an ETag, and say 304 to whoever knows it."""
ETAG = '"a-page-that-stays"'


def page(fetch: int, edit: int = 0) -> bytes:
    """An 83 KB destination page: about 30 KB of advice, the rest menus; chrome differs on each fetch."""
    rnd = random.Random(fetch)
    token = f"{rnd.getrandbits(128):032x}"
    topics = ["Crime", "Terrorism", "Kidnapping", "Unrest", "Health", "Air travel", "Roads", "Money"]
    body = "".join(
        f"<h4><b>{topic}</b></h4>" + "".join(
            f"<p>{topic} is a concern in district {n} of the country, and visitors should plan "
            f"for it with care{' and patience' if edit and topic == 'Crime' and n == edit % 30 else ''}."
            f" Read the <a href='/en/guidance/{topic.lower()}-{n}.html'>guidance</a> first.</p>"
            for n in range(22)) for topic in topics)  # fmt: skip
    content = (
        '<div class="cmp-traveladvisory"><div class="cmp-traveladvisory__header level-4">'
        '<h2 class="travel-advisory">Travel advisory - Republic of Mali</h2>'
        '<h3 class="travel-level">Level 4 - Do not travel</h3>'
        '<span class="date-issued">Date issued: June 8, 2026 -</span></div>'
        '<div class="cmp-traveladvisory__body level-4"><ul class="pill-list">'
        '<li class="tsg-utility-risk-pill">Crime (C)</li><li class="tsg-utility-risk-pill">Terrorism (T)</li></ul>'
        '<h2 class="statement"><span class="guidance level-4">Do not travel</span>'
        '<span class="cmp-traveladvisory__inline"><p>to <b>Mali</b> due to crime and terrorism.</p></span></h2>'
        '<div class="cmp-traveladvisory__body-container-advisory">'
        f'<div class="summary-text usa-prose">{body}</div></div>'
        '</div></div><p id="tsg-page_date">Last Updated: June 9, 2026</p>'
    )
    menu: list[str] = []
    filled = len(content) + 1500
    number = 0
    while filled < SIZE:
        entry = (f'<li class="usa-nav__item"><a class="usa-nav__link" href="/en/topic-{number}.html" '
                 f'data-sid="{token[:8]}"><span>Menu entry {number}</span></a></li>\n')  # fmt: skip
        menu.append(entry)
        filled += len(entry)
        number += 1
    rnd.shuffle(menu)
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Mali</title>"
        f'<meta name="csrf-token" content="{token}"><script nonce="{token}">var s="{token}"</script></head>'
        f"<body><!-- generated {token} --><header><nav><ul>{''.join(menu)}</ul></nav></header>"
        f"<main>{content}</main><footer>build {token[:6]}</footer></body></html>"
    ).encode()


def serve(port: multiprocessing.Queue[int]) -> None:
    bodies = [page(n) for n in range(64)]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        count = 0

        def do_GET(self) -> None:
            Handler.count += 1
            still = self.path.startswith(STILL)
            if still and self.headers.get("If-None-Match") == ETAG:
                self.send_response(304)
                self.send_header("ETag", ETAG)
                self.end_headers()
                return
            body = bodies[0 if still else Handler.count % 64]
            if self.path == "/robots.txt":
                body = b"User-agent: *\nAllow: /\n"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if still:
                self.send_header("ETag", ETAG)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.put(server.server_address[1])
    server.serve_forever()


@contextmanager
def served() -> Iterator[str]:
    """The site in a process of its own, and where it is (`host:port`)."""
    context = multiprocessing.get_context("spawn")
    port: multiprocessing.Queue[int] = context.Queue()
    server = context.Process(target=serve, args=(port,), daemon=True)
    server.start()
    try:
        yield f"127.0.0.1:{port.get()}"
    finally:
        server.terminate()
        server.join()
