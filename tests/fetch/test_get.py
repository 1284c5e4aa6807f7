"""GET: what comes back, and what every refusal means."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from monitor.errors import FetchError
from monitor.fetch import Client, Manners
from monitor.model import Outcome
from tests.fetch.site import answer


def failing(client, url, **validators) -> FetchError:
    with pytest.raises(FetchError) as caught:
        client.get(url, **validators)
    return caught.value


def test_a_page_comes_with_its_bytes_and_facts(client, site):
    site.pages["/mali"] = answer(b"<p>caf\xe9", "200 OK", 'ETag: "a"', "X-Folded: a\r\n  b")
    before = datetime.now(UTC)
    page = client.get(site.url("/mali#top"))
    assert (page.status, page.body) == (200, b"<p>caf\xe9")
    assert (page.header("etag"), page.header("x-folded")) == ('"a"', "a b")
    assert page.final_url == site.url("/mali")
    assert before <= page.taken_at <= datetime.now(UTC)
    assert 0 < page.elapsed < 5


def test_we_say_who_we_are_and_nothing_else(client, site):
    site.pages["/"] = answer(b"x", "200 OK", "Set-Cookie: id=1")
    client.get(site.url())
    client.get(site.url(), accept="application/json")
    first, second = (request.decode() for request in site.requests)
    assert "User-Agent: advisory-monitor/1 (+mailto:ops@example.org)\r\n" in first
    assert "Accept: application/json\r\n" in second
    assert "cookie" not in second.lower()


def test_validators_are_sent_and_304_is_a_page_without_body(client, site):
    site.pages["/"] = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
    page = client.get(site.url(), etag='"a"', last_modified="Mon, 08 Jun 2026 00:00:00 GMT")
    assert (page.status, page.body) == (304, b"")
    assert b'If-None-Match: "a"' in site.requests[0]
    assert b"If-Modified-Since: Mon, 08 Jun 2026 00:00:00 GMT" in site.requests[0]


def test_a_304_that_nobody_asked_for_is_no_page(client, site):
    site.pages["/"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    assert failing(client, site.url()).outcome is Outcome.UNREADABLE


def test_a_stored_validator_that_cannot_be_sent_is_left_out(client, site):
    site.pages["/"] = answer(b"x")
    assert client.get(site.url(), etag='"a\r\nX: y"', last_modified="caf\u00e9").body == b"x"
    assert b"If-" not in site.requests[0]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("401 Unauthorized", Outcome.BLOCKED),
        ("403 Forbidden", Outcome.BLOCKED),
        ("407 Proxy Authentication Required", Outcome.BLOCKED),
        ("429 Too Many Requests", Outcome.BLOCKED),
        ("404 Not Found", Outcome.UNREADABLE),
        ("410 Gone", Outcome.UNREADABLE),
        ("400 Bad Request", Outcome.UNREADABLE),
        ("304 Not Modified", Outcome.UNREADABLE),
        ("300 Multiple Choices", Outcome.UNREADABLE),
        ("500 Internal Server Error", Outcome.UNAVAILABLE),
        ("503 Service Unavailable", Outcome.UNAVAILABLE),
    ],
)
def test_every_status_has_its_outcome_and_a_plain_sentence(client, site, status, outcome):
    site.pages["/"] = answer(b"", status)
    error = failing(client, site.url())
    assert (error.outcome, error.status) == (outcome, int(status[:3]))
    assert str(error).startswith(site.host)
    assert str(error).endswith(".")


def test_a_challenge_page_is_named_whatever_its_status(client, site):
    wall = b"<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script></html>"
    for status in ("403 Forbidden", "429 Too Many Requests", "503 Service Unavailable"):
        site.pages["/"] = answer(wall, status)
        error = failing(client, site.url())
        assert error.outcome is Outcome.BLOCKED
        assert "Cloudflare challenge page" in str(error)


def test_a_refusal_with_a_broken_body_is_still_a_refusal(client, site):
    raw = b"HTTP/1.1 403 No\r\nContent-Length: 99\r\nContent-Encoding: gzip\r\n\r\nab"
    site.pages["/"] = lambda connection: connection.sendall(raw)
    assert failing(client, site.url()).status == 403


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Wed, 07 Oct 2026 00:01:00 GMT", 60.0),
        ("Tue, 06 Oct 2026 00:00:00 GMT", 0.0),
        ("999999999999", 86400.0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped_at_a_day(site, header, seconds):
    site.pages["/"] = answer(b"", "429 Too Many Requests", f"Retry-After: {header}")
    manners = Manners(
        user_agent="t/1", allowed_hosts=frozenset(), local_hosts=frozenset({site.host}),
        robots=False, host_gap=0,
    )  # fmt: skip
    client = Client(manners, now=lambda: datetime(2026, 10, 7, tzinfo=UTC))
    assert failing(client, site.url()).retry_after == seconds


# -- bodies ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"text" * 999, mtime=0)),
        ("x-gzip", gzip.compress(b"text" * 999, mtime=0)),
        ("gzip", gzip.compress(b"text" * 499, mtime=0) + gzip.compress(b"text" * 500, mtime=0)),
        ("gzip", gzip.compress(b"text" * 999, mtime=0) + b"\0\0\0"),
        ("deflate", zlib.compress(b"text" * 999)),
        ("deflate", zlib.compress(b"text" * 999)[2:-4]),
        ("identity", b"text" * 999),
        ("", b"text" * 999),
    ],
)
def test_packed_bodies_are_unpacked(client, site, coding, packed):
    site.pages["/"] = answer(packed, "200 OK", f"Content-Encoding: {coding}")
    assert client.get(site.url()).body == b"text" * 999


def test_an_empty_body_that_claims_to_be_packed_is_empty(client, site):
    site.pages["/"] = answer(b"", "200 OK", "Content-Encoding: gzip")
    assert client.get(site.url()).body == b""


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (answer(gzip.compress(b"x" * 9999, mtime=0)[:-20], "200 OK", "Content-Encoding: gzip"), "cut off"),
        (answer(b"not gzip at all", "200 OK", "Content-Encoding: gzip"), "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>half", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello", "broke off"),
    ],
)
def test_half_a_page_is_never_taken_for_a_page(client, site, raw, outcome):
    site.pages["/"] = lambda connection: connection.sendall(raw)
    error = failing(client, site.url())
    assert error.outcome is Outcome.UNAVAILABLE
    assert outcome in str(error)


def test_a_chunked_page_is_put_together(client, site):
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    site.pages["/"] = lambda connection: connection.sendall(raw)
    assert client.get(site.url()).body == b"abcde"


def test_a_packing_we_did_not_offer_is_unreadable(client, site):
    site.pages["/"] = answer(b"x", "200 OK", "Content-Encoding: br")
    assert failing(client, site.url()).outcome is Outcome.UNREADABLE


def test_a_wrong_charset_changes_no_byte(client, site):
    site.pages["/"] = answer("é".encode(), "200 OK", "Content-Type: text/html; charset=klingon")
    assert client.get(site.url()).body == "é".encode()


# -- connections -----------------------------------------------------------------------
def test_one_connection_serves_many_requests(client, site):
    site.pages["/"] = answer(b"x")
    for _ in range(5):
        client.get(site.url())
    assert (site.connections, len(site.requests)) == (1, 5)


def test_a_connection_that_the_server_closed_is_replaced(client, site):
    site.pages["/"] = lambda connection: connection.sendall(answer(b"x"))
    for _ in range(3):
        assert client.get(site.url()).body == b"x"
    assert site.connections == 3


# -- redirects -------------------------------------------------------------------------
def test_a_redirect_is_followed_and_the_last_address_kept(client, site):
    site.pages["/old"] = answer(b"", "301 Moved", "Location: ./new?x=1")
    site.pages["/new"] = answer(b"here")
    page = client.get(site.url("/old"))
    assert (page.body, page.url) == (b"here", site.url("/old"))
    assert page.final_url == site.url("/new?x=1")


def test_a_redirect_loop_ends(client, site):
    site.pages["/a"] = answer(b"", "302 Found", "Location: /a")
    error = failing(client, site.url("/a"))
    assert error.outcome is Outcome.UNAVAILABLE
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/",
        "http://localhost/",
        "https://localhost:8443/",
        "https://user:secret@localhost/",
        "file:///etc/passwd",
        "//169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/",
        "https://[::1/",
        "https://localhost\\@evil.example/",
        "https://local\u00adhost.example/",
    ],
)
def test_a_redirect_to_anything_not_allowed_is_not_followed(client, site, location):
    raw = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location.encode() + b"\r\n\r\n"
    site.pages["/"] = raw
    error = failing(client, site.url())
    assert error.outcome is Outcome.UNREADABLE
    assert f"{site.host} sends us on to another address" in str(error)


def test_a_redirect_without_a_place_is_no_page(client, site):
    site.pages["/"] = answer(b"", "302 Found")
    assert failing(client, site.url()).outcome is Outcome.UNREADABLE
