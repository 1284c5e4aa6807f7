"""Answers that are broken on the way: cut, packed, labelled, sized, sent round in circles, dripped, reset."""

from __future__ import annotations

import gzip
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from http import HTTPStatus

from tests import hostile
from tests.faults.lies.good import all_of_them, with_news
from tests.faults.lies.site import Ask, Case, ok, reset

FORMS = ("text/html; charset=utf-8", "text/html", "text/plain", "application/octet-stream", "text/xml", "")
EACH = tuple(all_of_them())
BAD_WORDS = b"<html><head><title>Error</title></head><body><h1>An error occurred</h1></body></html>"


def everything() -> Iterator[Case]:
    """All families of this module."""
    yield from quick()
    yield from bombs()
    yield from heavy()
    yield from drips()


def quick() -> Iterator[Case]:
    """Those that cost neither much time nor memory."""
    yield from cuts()
    yield from statuses()
    yield from charsets()
    yield from lengths()
    yield from resets()
    yield from redirects()


def foreign(inputs: list[bytes]) -> Iterator[Case]:
    """Somebody's test data in place of the page."""
    for number, data in enumerate(inputs):
        form = FORMS[number % len(FORMS)]
        yield Case("html5lib data", f"input {number}", lambda ask, data=data, form=form: ok(data, form))


# --------------------------------------------------------------------------------------
# Half pages
# --------------------------------------------------------------------------------------
def cuts(points: int = 1000, others: int = 100) -> Iterator[Case]:
    """Cut off at so many points; the length that is announced fits what comes, as if a proxy had kept half a page."""
    for kind, good in all_of_them().items():
        number = points if kind == "us-page" else others
        for at in sorted({len(good.body) * n // number for n in range(number)}):
            yield Case("cut off, length fits", f"{kind} at {at}",
                       lambda ask, at=at: ok(ask.good.body[:at], ask.good.content_type), (kind,))  # fmt: skip
    for n in range(120):
        yield Case("cut off in a packed body", f"at {n}/120", lambda ask, n=n: _packed_cut(ask, n / 120))


def _packed_cut(ask: Ask, share: float) -> bytes:
    packed = gzip.compress(ask.good.body)
    return ok(packed[: int(len(packed) * share)], ask.good.content_type, "Content-Encoding: gzip")


# --------------------------------------------------------------------------------------
# Statuses
# --------------------------------------------------------------------------------------
def statuses() -> Iterator[Case]:
    """Every status: with nothing, with an error page, and, where it is no success, with a page full of news."""
    for status in range(100, 600):
        words = f"{status} {_phrase(status)}".strip()
        yield Case("every status, empty", str(status), lambda ask, words=words: _plain(words, b""))
        yield Case("every status, error page", str(status), lambda ask, words=words: _plain(words, BAD_WORDS))
        if not 200 <= status < 300:
            yield Case("every status, page with news", str(status), kinds=("us-page",),
                       answer=lambda ask, words=words: _plain(words, with_news(ask.good.body)))  # fmt: skip
    for words in ("", "abc", "99 x", "600 x", "999 x", "-1 x", "2 00", "20", "2000 x", "\u0662\u0660\u0660 OK"):
        yield Case("no proper status", repr(words), lambda ask, words=words: _news_with(words, ask), ("us-page",))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "What"


def _plain(words: str, body: bytes) -> bytes:
    return ok(body, "text/html", "Connection: close", status=words)


def _news_with(words: str, ask: Ask) -> bytes:
    return b"HTTP/1.1 " + words.encode() + b"\r\nConnection: close\r\n\r\n" + with_news(ask.good.body)


# --------------------------------------------------------------------------------------
# Charsets
# --------------------------------------------------------------------------------------
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "gb18030",
          "shift_jis", "koi8-r", "cp037", "mac-roman")  # fmt: skip
"""Not UTF-7: no browser reads it, so a page in it says "+AOk-" to everybody."""
LABELS = ("utf-8", "iso-8859-1", "utf-16", "utf-7", "shift_jis", "gb18030", "koi8-r", "x-no-such", "zlib", "rot13", "",
          "utf-8; charset=utf-16", "idna", "unicode_escape", "hz", "cp037")  # fmt: skip


def charsets() -> Iterator[Case]:
    """The page in one charset and labelled as another, in the header and in the document."""
    for codec in CODECS:
        for label in LABELS:
            for kind in ("us-page", "headings", "us-rss", "uk-api", "canada"):
                yield Case("charset lies", f"{kind} in {codec} as {label or 'nothing'}", kinds=(kind,), may_rebase=True,
                           answer=lambda ask, codec=codec, label=label: _labelled(ask, codec, label))  # fmt: skip


def _labelled(ask: Ask, codec: str, label: str) -> bytes:
    text = ask.good.body.decode()
    if label and codec != "utf-8":
        text = text.replace('charset="utf-8"', f'charset="{label}"').replace('encoding="UTF-8"', f'encoding="{label}"')
    form = ask.good.content_type.partition(";")[0] + (f"; charset={label}" if label else "")
    escaped = "backslashreplace" if "json" in form else "xmlcharrefreplace"
    return ok(text.encode(codec, escaped), form)


# --------------------------------------------------------------------------------------
# Lengths
# --------------------------------------------------------------------------------------
def lengths() -> Iterator[Case]:
    """What is announced and what comes do not fit, or nothing fits anything."""
    for n in range(60):
        yield Case("wrong length", f"shorter by {n}/60", lambda ask, n=n: _announced(ask, len(ask.good.body), n / 60))
    for said in ("0", "1", "-1", "1e9", "abc", "", "9" * 30, "0x10", "12, 13", "+5", " 7 7", "10\r\nContent-Length: 20"):
        for news in (False, True):
            yield Case("wrong length", f"says {said!r}{' with news' if news else ''}", kinds=("us-page",),
                       answer=lambda ask, said=said, news=news: _said(ask, said, news))  # fmt: skip
    for n in range(60):
        yield Case("broken chunks", f"ends after {n}/60", lambda ask, n=n: _chunks(ask, n / 60))
    for size in (b"zz", b"-5", b"", b"ffffffffffffffffffff", b"0x5", b"5 5", b"7fffffff", b"1;" + b"x" * 100_000):
        yield Case("broken chunks", f"size {size[:20]!r}", lambda ask, size=size: _close(
            _CHUNKED + size + b"\r\n" + ask.good.body))  # fmt: skip
    for lines in (600, 20_000):
        yield Case("headers without end", f"{lines} lines", lambda ask, lines=lines: _close(
            b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: x\r\n" % n for n in range(lines)) + b"\r\n" + ask.good.body))  # fmt: skip
    for size in (70_000, 300_000, 5_000_000):
        yield Case("headers without end", f"one of {size}", lambda ask, size=size: _close(
            b"HTTP/1.1 200 OK\r\nX: " + b"x" * size + b"\r\n\r\n" + ask.good.body))  # fmt: skip
    for name, wire in _NO_HTTP.items():
        yield Case("no HTTP at all", name, lambda ask, wire=wire: _close(wire))


_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
_NO_HTTP = {
    "nothing": b"", "one byte": b"H", "blanks": b"\r\n" * 200, "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
    "SMTP": b"220 mail.example ESMTP\r\n", "TLS alert": b"\x15\x03\x01\x00\x02\x02\x28", "HTTP/0.9": BAD_WORDS,
    "random": bytes(range(256)) * 40, "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/9.9": b"HTTP/9.9 200 OK\r\n\r\n",
    "status line without end": b"HTTP/1.1 200 " + b"O" * 200_000, "only 100s": b"HTTP/1.1 100 Continue\r\n\r\n" * 900,
    "only 103s": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 900,
    "null bytes in a header": b"HTTP/1.1 200 OK\r\nX-\x00: \x00\r\n\r\n" + BAD_WORDS,
    "a header without a colon": b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n" + BAD_WORDS,
}  # fmt: skip


def _close(wire: bytes) -> Callable[[socket.socket], object]:
    return lambda connection: connection.sendall(wire)


def _announced(ask: Ask, length: int, share: float) -> Callable[[socket.socket], object]:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {ask.good.content_type}\r\nContent-Length: {length}\r\n\r\n"
    return _close(head.encode() + ask.good.body[: int(length * share)])


def _said(ask: Ask, said: str, news: bool) -> Callable[[socket.socket], object]:
    # A proper page with news and a length that is nonsense: nothing of it may be believed.
    body = with_news(ask.good.body)[:-2000] if news else ask.good.body
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {said}\r\n\r\n"
    return _close(head.encode() + body)


def _chunks(ask: Ask, share: float) -> Callable[[socket.socket], object]:
    body, wire = ask.good.body, b""
    for at in range(0, len(body), 700):
        piece = body[at : at + 700]
        wire += b"%x\r\n%b\r\n" % (len(piece), piece)
    return _close(_CHUNKED + wire[: int(len(wire) * share)])


def resets() -> Iterator[Case]:
    """The connection is reset after so much of the answer."""
    for n in range(100):
        yield Case("reset", f"after {n}/100", lambda ask, n=n: lambda connection: _reset(connection, ask, n / 100))


def _reset(connection: socket.socket, ask: Ask, share: float) -> None:
    whole = ok(ask.good.body, ask.good.content_type)
    connection.sendall(whole[: int(len(whole) * share)])
    reset(connection)


# --------------------------------------------------------------------------------------
# Round in circles
# --------------------------------------------------------------------------------------
def redirects() -> Iterator[Case]:
    """Loops, chains and ways out of the site; some with a page full of news as their body."""
    for status in (300, 301, 302, 303, 304, 305, 306, 307, 308):
        for name, to in _AWAY.items():
            yield Case("redirects", f"{status} {name}", kinds=("us-page",),
                       answer=lambda ask, status=status, to=to: _sent_on(ask, status, to))  # fmt: skip


_AWAY = {
    "to itself": "{path}", "deeper and deeper": "{path}/x", "to and fro": "/us-page/{turn}", "to nothing": "",
    "to a file": "file:///etc/passwd", "to a script": "javascript:alert(1)", "to data": "data:text/html,<h1>Mali</h1>",
    "to this machine": "http://127.0.0.1:1/", "to the cloud": "http://169.254.169.254/latest/meta-data/",
    "to another host": "https://login.example/?next=%2Fmali", "to IPv6": "http://[::1]:80/", "to nonsense": "http://[",
    "to a long address": "/us-page/" + "x" * 60_000, "to odd bytes": "/us-page/\xff\xfe\x00", "to a port": "//127.0.0.1:99999/",
}  # fmt: skip


def _sent_on(ask: Ask, status: int, to: str) -> bytes:
    to = to.format(path=ask.path[:2000], turn="a" if ask.path.endswith("b") else "b")
    return ok(with_news(ask.good.body), "text/html", f"Location: {to}", status=f"{status} Elsewhere")


# --------------------------------------------------------------------------------------
# Bombs
# --------------------------------------------------------------------------------------
def bombs(size: int = 256 * 2**20) -> Iterator[Case]:
    """Small answers that grow, and codings that were not asked for."""
    for name, body in hostile.bombs(size):
        yield Case("bombs", name, lambda ask, name=name, body=body: ok(
            body, "text/html", f"Content-Encoding: {name.partition(':')[0]}"))  # fmt: skip
    for coding in ("br", "zstd", "compress", "gzip, br", "br, gzip", "x-gzip", "GZIP", "identity", "exi", "*", "gzip;q=1"):
        yield Case("bombs", f"says {coding}", lambda ask, coding=coding: ok(
            _worded(bytes(500), coding), "text/html", f"Content-Encoding: {coding}"))  # fmt: skip
    yield Case("bombs", "bare deflate", lambda ask: ok(_bare(b" " * size), "text/html", "Content-Encoding: deflate"))
    yield Case("bombs", "gzip in a thousand members", lambda ask: ok(
        gzip.compress(b" " * 2**20) * 1000, "text/html", "Content-Encoding: gzip"))  # fmt: skip
    yield Case("bombs", "gzip in a hundred thousand empty members", lambda ask: ok(
        gzip.compress(b"") * 100_000, "text/html", "Content-Encoding: gzip"))  # fmt: skip
    yield Case("bombs", "a body without end", lambda ask: _without_end)


def _worded(body: bytes, coding: str) -> bytes:
    return gzip.compress(body) if "gzip" in coding.lower() else body


def _bare(body: bytes) -> bytes:
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    return made.compress(body) + made.flush()


def _without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>")
    for _ in range(4000):
        connection.sendall(b"<p>x</p>" * 8192)


def heavy() -> Iterator[Case]:
    """Markup that costs time or memory, within what we read of a page."""
    for name, body in hostile.heavy():
        if len(body) < 16 * 2**20:
            yield Case("heavy markup", name, lambda ask, body=body: ok(body, ask.good.content_type), ("us-rss",))
    filler = {
        "a deep page": b"<div>" * 500_000, "deep and closed": b"<i>" * 200_000 + b"x" + b"</i>" * 200_000,
        "a huge attribute": b"<p title='" + b"x" * 8_000_000 + b"'>x</p>",
        "a million attributes": b"<p " + b" ".join(b"a%d=1" % n for n in range(500_000)) + b">x</p>",
        "a million tags": b"<p>x</p>" * 700_000, "a million tables": b"<table><tr><td>" * 100_000,
        "a million open formats": b"<p><b>" * 300_000, "a million entities": b"&amp;&#x41;" * 500_000,
        "a million comments": b"<!-- x -->" * 500_000, "a million open scripts": b"<script>" * 300_000,
        "a million less-thans": b"<" * 3_000_000, "a million headings": b"<h1>" * 400_000,
        "a word": b"x" * 10_000_000, "a million selects": b"<select><option>" * 150_000,
    }  # fmt: skip
    for name, middle in filler.items():
        whole = b"<!DOCTYPE html><html><head><title>x</title></head><body>" + middle + b"</body></html>"
        yield Case("heavy markup", name, lambda ask, whole=whole: ok(whole), ("us-page", "headings"))
    for name, body in {"lists": b"[" * 4_000_000, "objects": b'{"a":' * 1_000_000, "a number": b"9" * 4_000_000}.items():
        yield Case("heavy markup", f"JSON: {name}", lambda ask, body=body: ok(body, "application/json"), ("uk-api", "us-api"))


# --------------------------------------------------------------------------------------
# Drips
# --------------------------------------------------------------------------------------
def drips() -> Iterator[Case]:
    """Byte by byte, or not at all, at every stage of an answer."""
    for name, start in {
        "from the first byte": b"", "in the headers": b"HTTP/1.1 200 OK\r\nX: ",
        "in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
        "in a body without length": b"HTTP/1.1 200 OK\r\n\r\n", "in a chunk": _CHUNKED + b"2000\r\n",
        "in a chunk's size": _CHUNKED, "in a refusal": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 99999\r\n\r\n",
        "in a redirect": b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 99999\r\n\r\n",
    }.items():  # fmt: skip
        yield Case("drips", name, lambda ask, start=start: lambda connection: _drip(connection, start), ("us-page",))
        yield Case("drips", f"silence {name}", kinds=("us-page",),
                   answer=lambda ask, start=start: lambda connection: _silence(connection, start))  # fmt: skip
    yield Case("drips", "100 after 100", lambda ask: lambda connection: _again(
        connection, b"HTTP/1.1 100 Continue\r\n\r\n"), ("us-page",))  # fmt: skip
    yield Case("drips", "redirect after slow redirect", lambda ask: lambda connection: _slow_hop(connection, ask),
               ("us-page",))  # fmt: skip


def _drip(connection: socket.socket, start: bytes) -> None:
    connection.sendall(start)
    _again(connection, b"1")


def _again(connection: socket.socket, piece: bytes) -> None:
    while True:
        connection.sendall(piece)
        time.sleep(0.05)


def _silence(connection: socket.socket, start: bytes) -> None:
    connection.sendall(start)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 70, 0))
    connection.recv(1)


def _slow_hop(connection: socket.socket, ask: Ask) -> None:
    time.sleep(0.7)
    connection.sendall(ok(b"", "text/html", f"Location: {ask.path[:200]}x", status="302 Found"))
