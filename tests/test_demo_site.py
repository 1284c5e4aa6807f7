"""The demo site plays a recording: the right capture at each beat, with its status and headers."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.demo_site import DemoSite
from monitor.errors import ConfigError
from tests import story
from tests.story.timeline import PAGE, RSS


def get(url: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=5)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


Row = tuple[str, str, str, list[tuple[str, str]], bytes]
HTML = [("Content-Type", "text/html")]


def record(path: Path, *rows: Row) -> Path:
    """A small WARC of (time, url, status line, headers, body)."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for at, url, status, headers, body in rows:
            writer.write_record(writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), length=len(body),
                http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": at}))  # fmt: skip
    return path


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(story.WARC) as running:
        yield running


def to(site: DemoSite, label: str) -> None:
    while site.beat.label != label:
        assert site.advance(), f"no beat is called {label}"


def test_the_beats_are_those_of_the_story_in_order(site: DemoSite) -> None:
    labels = list(dict.fromkeys(capture.label for capture in story.captures()))
    assert [beat.label for beat in site.beats] == labels
    assert [beat.taken_at for beat in site.beats] == sorted(beat.taken_at for beat in site.beats)


def test_every_capture_is_served_with_its_status_and_its_bytes(site: DemoSite) -> None:
    captures = list(story.captures())
    while True:
        for capture in [c for c in captures if c.label == site.beat.label]:
            answer, body = get(site.local_url(capture.url))
            assert answer.status == capture.status
            assert body == capture.body, capture.id
            assert answer.getheader("Content-Type") == dict(capture.headers)["Content-Type"]
        if site.advance() is None:
            break
    assert site.over
    assert site.now == site.beats[-1].taken_at


def test_an_address_keeps_its_newest_capture_until_there_is_a_newer_one(site: DemoSite) -> None:
    to(site, story.capture("challenge-200/page").label)
    before = get(site.local_url(RSS))[1]
    site.advance()
    assert get(site.local_url(RSS))[1] == before


def test_an_address_that_the_story_has_not_reached_is_not_found(site: DemoSite) -> None:
    assert get(site.local_url(PAGE))[0].status == 404
    assert get(site.local_url("https://travel.state.gov/nowhere.html"))[0].status == 404


def test_there_is_no_robots_txt(site: DemoSite) -> None:
    assert get(site.base_url + "/robots.txt")[0].status == 404
    assert get(site.local_url("https://travel.state.gov/robots.txt"))[0].status == 404


def test_a_refusal_is_served_as_it_was_with_its_headers(site: DemoSite) -> None:
    to(site, story.capture("busy/page").label)
    answer, _ = get(site.local_url(PAGE))
    assert (answer.status, answer.getheader("Retry-After")) == (503, "120")
    to_page = story.capture("challenge-403/page")
    site.rewind()
    to(site, to_page.label)
    answer, body = get(site.local_url(PAGE))
    assert (answer.status, answer.getheader("cf-mitigated")) == (403, "challenge")
    assert b"Just a moment" in body


def test_the_host_becomes_the_first_step_of_the_path(site: DemoSite) -> None:
    local = site.local_url(PAGE)
    assert local.startswith(f"http://127.0.0.1:{site.port}/travel.state.gov/en/")
    assert PAGE in site.urls


def test_head_sends_the_headers_alone(site: DemoSite) -> None:
    to(site, "The new site, first look")
    answer, body = get(site.local_url(PAGE), "HEAD")
    assert answer.status == 200 and int(answer.getheader("Content-Length") or 0) > 80_000
    assert body == b""


def test_the_story_moves_by_itself_when_it_has_a_speed() -> None:
    with DemoSite(story.WARC, speed=500.0) as site:
        deadline = time.monotonic() + 10
        while not site.over and time.monotonic() < deadline:
            time.sleep(0.005)
        assert site.over
        assert site.advance() is None


def test_stopping_twice_or_before_the_start_does_no_harm() -> None:
    site = DemoSite(story.WARC)
    site.stop()
    site.stop()


def test_a_recording_without_labels_is_cut_by_time(tmp_path: Path) -> None:
    warc = record(
        tmp_path / "plain.warc.gz",
        ("2026-01-01T10:00:00Z", "https://a.example/x.html", "200 OK", HTML, b"one"),
        ("2026-01-01T10:05:00Z", "https://b.example/y.xml", "200 OK", HTML, b"feed"),
        ("2026-01-02T10:00:00Z", "https://a.example/x.html", "200 OK", HTML, b"two"),
    )
    with DemoSite(warc) as site:
        assert [beat.label for beat in site.beats] == ["x.html, y.xml", "x.html"]
        assert get(site.local_url("https://a.example/x.html"))[1] == b"one"
        site.advance()
        assert get(site.local_url("https://a.example/x.html"))[1] == b"two"
        assert get(site.local_url("https://b.example/y.xml"))[1] == b"feed"


def test_a_conditional_request_for_the_same_capture_is_not_modified(tmp_path: Path) -> None:
    tagged = [("ETag", '"1"')]
    row: Row = ("2026-01-01T10:00:00Z", "https://a.example/x", "200 OK", tagged, b"one")
    with DemoSite(record(tmp_path / "etag.warc.gz", row)) as site:
        url = site.local_url("https://a.example/x")
        assert get(url, If_None_Match='"1"')[0].status == 304
        assert get(url, If_None_Match='"2"')[0].status == 200


def test_a_redirect_stays_on_this_machine(tmp_path: Path) -> None:
    moved = [("Location", "https://b.example/new?id=1")]
    warc = record(
        tmp_path / "moved.warc.gz",
        ("2026-01-01T10:00:00Z", "https://a.example/old", "301 Moved Permanently", moved, b""),
        ("2026-01-01T10:00:01Z", "https://b.example/new?id=1", "200 OK", HTML, b"here"),
    )
    with DemoSite(warc) as site:
        answer, _ = get(site.local_url("https://a.example/old"))
        assert answer.status == 301
        target = answer.getheader("Location") or ""
        assert target.startswith(site.base_url)
        assert get(target)[1] == b"here"


def test_a_missing_recording_is_a_plain_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        DemoSite(tmp_path / "missing.warc.gz")


@pytest.mark.parametrize("content", [b"", b"this is no recording\n", b"\x1f\x8b broken"])
def test_a_file_that_is_no_recording_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.warc.gz"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="recording"):
        DemoSite(path)
