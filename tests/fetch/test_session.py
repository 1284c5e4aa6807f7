"""What requests and urllib3 would do of their own accord, and must not do for us."""

from __future__ import annotations

import gzip
import logging
import socket
import struct
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.errors import FetchError
from monitor.fetch import session, wire
from monitor.model import Outcome
from tests.fetch.site import answer
from tests.fetch.test_get import failing


def kept(*served: bytes):
    """A script that gives these answers on one connection, one for each further request."""

    def script(connection):
        for number, data in enumerate(served):
            if number and not connection.recv(65536):
                return
            connection.sendall(data)
        connection.recv(65536)

    return script


# -- the environment, cookies, retries, redirects --------------------------------------
def test_proxies_and_netrc_are_not_looked_at(client, site, monkeypatch, tmp_path):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    site.pages["/"] = answer(b"x")
    assert client.get(site.url()).body == b"x"
    assert client.post(site.url(), b"", {})[0] == 200
    assert b"uthorization" not in b"".join(site.requests)


def test_what_goes_out_is_what_we_wrote(client, site):
    site.pages["/"] = answer(b"x")
    client.get(site.url())
    client.post(site.url(), b"{}", {"Content-Type": "application/json"})
    names = [
        sorted(line.split(b":")[0].lower() for line in request.split(b"\r\n")[1:] if b":" in line)
        for request in site.requests
    ]
    assert names[0] == [b"accept", b"accept-encoding", b"host", b"user-agent"]
    assert names[1] == [b"accept-encoding", b"content-length", b"content-type", b"host",
                        b"user-agent"]  # fmt: skip
    assert f"Host: {site.host}\r\n".encode() in site.requests[0]


@pytest.mark.parametrize(
    "path",
    ["/a?f[0]=b", "/100%", "/%7euser", "/%2e%2e/b", "/a/../b", "//c", "/a;b?x=y'z", "/?", "/%zz"],
)
def test_the_path_on_the_wire_is_the_path_that_was_checked(client, site, path):
    failing(client, site.url(path))
    assert site.paths == [path.removesuffix("?")]


def test_no_cookie_is_kept(client, site):
    site.pages["/"] = answer(b"x", "200 OK", *[f"Set-Cookie: c{i}={i}; Path=/" for i in range(99)])
    client.get(site.url())
    client.get(site.url())
    assert b"ookie" not in site.requests[1]
    assert len(client._session.cookies) == 0


@pytest.mark.parametrize("status", ["503 Busy", "429 Slow", "413 Large"])
def test_an_answer_is_not_asked_for_again(client, site, status):
    site.pages["/"] = answer(b"", status, "Retry-After: 0")
    failing(client, site.url())
    assert len(site.requests) == 1


def test_a_post_that_fails_is_not_repeated(client, site):
    site.pages["/hook"] = lambda connection: None
    with pytest.raises(FetchError, match="broke off"):
        client.post(site.url("/hook"), b"{}", {})
    assert len(site.requests) == 1


def test_the_body_of_a_redirect_is_not_unpacked(client, site):
    """requests reads it whole, also where redirects are not followed: a way in for a bomb."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * 1024
    site.pages["/a"] = answer(bomb, "302 Found", "Location: /b", "Content-Encoding: gzip")
    site.pages["/b"] = answer(b"here")
    before = time.process_time()
    assert client.get(site.url("/a")).body == b"here"
    assert time.process_time() - before < 5


def test_lengths_that_contradict_each_other_are_no_http(client, site):
    site.pages["/"] = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"
    error = failing(client, site.url())
    assert (error.outcome, "proper HTTP" in str(error)) == (Outcome.UNAVAILABLE, True)


def test_odd_header_lines_leave_no_traceback_in_the_log(client, site, caplog):
    site.pages["/"] = answer(b"x", "200 OK", "no colon here", ": no name")
    with caplog.at_level(logging.WARNING):
        assert client.get(site.url()).body == b"x"
    assert caplog.records == []


@pytest.mark.parametrize("kind", [ConnectionResetError, BrokenPipeError, ConnectionAbortedError])
def test_a_connection_that_breaks_while_it_is_made(client, site, monkeypatch, kind):
    def connect(self, sockaddr):
        raise kind(104, "broken")

    monkeypatch.setattr(wire._Socket, "connect", connect, raising=False)
    assert "broke off" in str(failing(client, site.url()))


# -- connections -----------------------------------------------------------------------
def test_an_idle_connection_that_is_too_old_is_not_used(client, site, monkeypatch):
    site.pages["/"] = answer(b"x")
    client.get(site.url())
    monkeypatch.setattr(session, "IDLE_SECONDS", 0.0)
    client.get(site.url())
    assert site.connections == 2


@pytest.mark.parametrize("reset", [False, True])
def test_a_get_on_a_connection_that_ends_just_then_is_repeated_once(client, site, reset):
    def script(connection):
        connection.sendall(answer(b"x"))
        connection.recv(65536)  # the next request, which gets no answer
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    site.pages["/"] = script
    for _ in range(3):
        assert client.get(site.url()).body == b"x"
    assert site.connections == 3


def test_a_fresh_connection_that_ends_is_not_tried_again(client, site):
    site.pages["/"] = lambda connection: None
    assert "broke off" in str(failing(client, site.url()))
    assert site.connections == 1


@pytest.mark.parametrize("size", [0, 1, 65536, 200_000])
def test_the_connection_is_kept_after_every_kind_of_whole_answer(client, site, size):
    body = b"x" * size
    packed = gzip.compress(body, mtime=0)
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (
        b"%x\r\n%b\r\n0\r\n\r\n" % (size, body) if size else b"0\r\n\r\n"
    )
    site.pages["/"] = kept(
        answer(body), chunked, answer(packed, "200 OK", "Content-Encoding: gzip"),
        answer(b"no", "404 Not Found"), answer(body),
    )  # fmt: skip
    for _ in range(3):
        assert client.get(site.url()).body == body
    failing(client, site.url())
    assert client.get(site.url()).body == body
    assert site.connections == 1


def test_a_body_that_was_not_read_to_its_end_ends_the_connection(make, site):
    site.pages["/large"] = answer(b"x" * 2000)
    site.pages["/"] = answer(b"y")
    client = make(max_body=1000)
    failing(client, site.url("/large"))
    assert client.get(site.url()).body == b"y"
    assert site.connections == 2


def test_each_post_has_a_connection_of_its_own_and_ends_it(client, site):
    ended = []

    def script(connection):
        connection.sendall(answer(b"ok"))
        ended.append(connection.recv(1))

    site.pages["/hook"] = script
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: client.post(site.url("/hook"), b"1", {})[0], range(16)))
    assert (told, site.connections) == ([200] * 16, 16)
    for _ in range(200):
        if len(ended) == 16:
            break
        time.sleep(0.01)
    assert ended == [b""] * 16


def test_a_post_does_not_use_the_connection_of_a_get(client, site):
    site.pages["/"] = answer(b"x")
    client.get(site.url())
    client.post(site.url(), b"", {})
    assert site.connections == 2
    client.get(site.url())
    assert site.connections == 2


def test_each_request_on_a_connection_has_its_own_deadline(make, site):
    site.pages["/"] = answer(b"x")
    client = make(deadline=0.3)
    for _ in range(3):
        assert client.get(site.url()).body == b"x"
        time.sleep(0.2)
    assert site.connections == 1


def test_closing_ends_what_is_idle_and_the_client_stays_usable(client, site):
    ended = threading.Event()

    def script(connection):
        connection.sendall(answer(b"x"))
        if connection.recv(65536) == b"":
            ended.set()

    site.pages["/"] = script
    client.get(site.url())
    client.close()
    assert ended.wait(2)
    assert client.get(site.url()).body == b"x"
