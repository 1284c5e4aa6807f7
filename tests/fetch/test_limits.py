"""Deadlines and sizes hold against servers that drip, flood and bomb."""

from __future__ import annotations

import time
import zlib

import pytest

from monitor.errors import FetchError
from monitor.model import Outcome
from tests.fetch.site import answer
from tests.fetch.test_get import failing


def drip(connection, data: bytes, pause: float = 0.05) -> None:
    for byte in data:
        connection.sendall(bytes([byte]))
        time.sleep(pause)


ENDLESS = b"X-Drip: " + b"y" * 400


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n",
    ],
)
def test_a_dripping_server_cannot_outlast_the_deadline(make, site, start):
    def script(connection):
        connection.sendall(start)
        drip(connection, ENDLESS)

    site.pages["/"] = script
    before = time.monotonic()
    error = failing(make(deadline=0.4), site.url())
    assert time.monotonic() - before < 5
    assert error.outcome is Outcome.UNAVAILABLE
    assert "too slowly" in str(error)


def test_redirects_share_one_deadline(make, site):
    def script(connection):
        time.sleep(0.2)
        connection.sendall(answer(b"", "302 Found", "Location: /"))

    site.pages["/"] = script
    before = time.monotonic()
    failing(make(deadline=0.5, max_redirects=50), site.url())
    assert time.monotonic() - before < 5


def test_a_silent_server_is_given_up_after_the_read_timeout(make, site):
    site.pages["/"] = lambda connection: time.sleep(1)
    error = failing(make(read_timeout=0.2), site.url())
    assert "did not answer in time" in str(error)


def test_a_large_body_is_refused_while_it_streams(make, site):
    def script(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(50):
            connection.sendall(b"x" * 2**20)

    site.pages["/"] = script
    error = failing(make(max_body=2**20), site.url())
    assert error.outcome is Outcome.UNREADABLE


def test_an_announced_size_is_refused_at_once(make, site):
    site.pages["/"] = b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n"
    assert failing(make(max_body=2**20), site.url()).outcome is Outcome.UNREADABLE


def test_a_body_of_exactly_the_limit_passes(make, site):
    site.pages["/"] = answer(b"x" * 1000)
    assert len(make(max_body=1000).get(site.url()).body) == 1000
    assert failing(make(max_body=999), site.url()).outcome is Outcome.UNREADABLE


def test_a_gzip_bomb_stops_at_the_limit(make, site):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * 1024  # a gigabyte in one
    site.pages["/"] = answer(bomb, "200 OK", "Content-Encoding: gzip")
    before = time.process_time()
    assert failing(make(), site.url()).outcome is Outcome.UNREADABLE
    assert time.process_time() - before < 5


def test_a_chunk_of_negative_size_does_not_fill_the_memory(make, site):
    def script(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")
        for _ in range(50):
            connection.sendall(b"x" * 2**20)

    site.pages["/"] = script
    failing(make(max_body=2**20), site.url())


@pytest.mark.parametrize(
    ("start", "piece"),
    [(b"", b"1;" + b"x" * 60000 + b"\r\ny\r\n"), (b"0\r\n", b"X: " + b"y" * 60000 + b"\r\n")],
)
def test_bytes_around_the_body_are_counted_too(make, site, start, piece):
    def script(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + start)
        for _ in range(200):
            connection.sendall(piece)

    site.pages["/"] = script
    assert failing(make(max_body=2**20), site.url()).outcome is Outcome.UNREADABLE


def test_many_headers_are_read(client, site):
    headers = [f"X-Header-{i}: {'v' * 100}" for i in range(450)]
    site.pages["/"] = answer(b"x", "200 OK", *headers)
    page = client.get(site.url())
    assert page.body == b"x"
    assert page.header("x-header-449") == "v" * 100
    assert len(page.headers) == 451


@pytest.mark.parametrize(
    "headers",
    [
        [f"X-{i}: y" for i in range(600)],
        [f"X-{i}: {'y' * 30000}" for i in range(20)],
        ["X: " + "y" * 70000],
    ],
)
def test_header_sections_beyond_all_need_are_refused(client, site, headers):
    site.pages["/"] = answer(b"x", "200 OK", *headers)
    error = failing(client, site.url())
    assert error.outcome is Outcome.UNAVAILABLE
    assert "header lines" in str(error)


def test_long_header_lines_arrive_whole(client, site):
    headers = [f"X-{i}: {chr(97 + i) * 40000}" for i in range(5)]
    site.pages["/"] = answer(b"x", "200 OK", *headers)
    page = client.get(site.url())
    assert [len(value) for name, value in page.headers if name.startswith("X-")] == [40000] * 5


def test_an_answer_after_100_continue_is_read(client, site):
    site.pages["/"] = b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n" + answer(b"x")
    assert client.get(site.url()).body == b"x"


def test_early_hints_are_not_the_answer_nor_is_the_answer_the_next_ones(client, site):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
    site.pages |= {"/": hints + answer(b"x"), "/other": answer(b"y")}
    assert [client.get(site.url(path)).body for path in ("/", "/other", "/")] == [b"x", b"y", b"x"]
    assert client.post(site.url("/"), b"{}", {})[0] == 200 and site.connections == 2


def test_a_webhook_keeps_its_timeout_too(make, site):
    def script(connection):
        drip(connection, b"HTTP/1.1 200 OK\r\n" + ENDLESS)

    site.pages["/hook"] = script
    before = time.monotonic()
    with pytest.raises(FetchError, match="too slowly"):
        make().post(site.url("/hook"), b"{}", {}, timeout=0.4)
    assert time.monotonic() - before < 5
