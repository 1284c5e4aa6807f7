"""One at a time, with a gap, and robots.txt first."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor import config
from monitor.fetch import Manners
from monitor.fetch.client import ROBOTS_SECONDS
from monitor.fetch.turns import Turns
from monitor.model import Outcome
from tests.fetch.site import answer
from tests.fetch.test_get import failing


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def clock():
    return Clock()


def test_two_requests_to_one_host_keep_the_gap(make, site, clock):
    site.pages["/"] = answer(b"x")
    client = make(host_gap=2.0, clock=clock)
    for _ in range(3):
        client.get(site.url())
    assert clock.slept == [2.0, 2.0]


def test_a_redirect_belongs_to_the_same_look(make, site, clock):
    site.pages["/a"] = answer(b"", "302 Found", "Location: /b")
    site.pages["/b"] = answer(b"x")
    make(host_gap=2.0, clock=clock).get(site.url("/a"))
    assert clock.slept == []


def test_hosts_do_not_wait_for_each_other(clock):
    turns = Turns(clock, clock.sleep)
    for host in "abc":
        with turns.turn(host, 5.0):
            pass
    assert clock.slept == []


def test_threads_at_one_host_queue_up(make, site):
    inside, most = 0, 0
    lock = threading.Lock()

    def script(connection):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        threading.Event().wait(0.01)
        with lock:
            inside -= 1
        connection.sendall(answer(b"x"))

    site.pages["/"] = script
    client = make()
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: client.get(site.url()), range(16)))
    assert (most, len(pages)) == (1, 16)


def test_a_failed_request_keeps_the_gap_too(make, site, clock):
    client = make(host_gap=2.0, clock=clock)
    failing(client, site.url("/missing"))
    failing(client, site.url("/missing"))
    assert clock.slept == [2.0]


# -- robots.txt (RFC 9309) -------------------------------------------------------------
RULES = b"User-agent: *\nDisallow: /private\nCrawl-delay: 7\n\nUser-agent: other\nDisallow: /\n"


def test_a_disallowed_page_is_not_asked_for(make, site):
    site.pages["/robots.txt"] = answer(RULES)
    error = failing(make(robots=True), site.url("/private/mali"))
    assert error.outcome is Outcome.BLOCKED
    assert "asks us not to" in str(error)
    assert site.paths == ["/robots.txt"]


def test_rules_that_name_us_count_before_those_for_all(make, site):
    site.pages["/robots.txt"] = answer(RULES + b"\nUser-agent: advisory-monitor\nAllow: /\n")
    site.pages["/private"] = answer(b"x")
    assert make(robots=True).get(site.url("/private")).body == b"x"


def test_a_redirect_to_a_disallowed_page_is_not_followed(make, site):
    site.pages["/robots.txt"] = answer(RULES)
    site.pages["/a"] = answer(b"", "302 Found", "Location: /private")
    assert failing(make(robots=True), site.url("/a")).outcome is Outcome.BLOCKED
    assert "/private" not in site.paths


def test_robots_is_asked_once_a_day(make, site, clock):
    site.pages["/robots.txt"] = answer(b"")
    site.pages["/"] = answer(b"x")
    client = make(robots=True, clock=clock)
    client.get(site.url())
    client.get(site.url())
    assert site.paths == ["/robots.txt", "/", "/"]
    clock.time += 24 * 3600
    client.get(site.url())
    assert site.paths[3:] == ["/robots.txt", "/"]


@pytest.mark.parametrize(("asked", "waited"), [(b"7", 7.0), (b"900", 60.0), (b"1", 2.0)])
def test_the_crawl_delay_is_kept_up_to_a_minute(make, site, clock, asked, waited):
    site.pages["/robots.txt"] = answer(b"User-agent: *\nCrawl-delay: " + asked)
    site.pages["/"] = answer(b"x")
    client = make(robots=True, host_gap=2.0, clock=clock)
    client.get(site.url())
    client.get(site.url())
    assert clock.slept == [waited]


WALL = b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    "robots",
    [
        answer(WALL, "404 Not Found"),
        answer(WALL, "403 Forbidden"),
        answer(b"<!DOCTYPE html><pre>" + WALL),
        answer(WALL, "200 OK", "cf-mitigated: challenge"),
        answer(b"\xff\xfe\x00" * 99),
        answer(b"", "302 Found", "Location: https://elsewhere.example/robots.txt"),
        b"rubbish",
    ],
)
def test_what_is_no_robots_file_forbids_nothing(make, site, robots):
    site.pages["/robots.txt"] = robots
    site.pages["/"] = answer(b"x")
    assert make(robots=True).get(site.url()).body == b"x"


def test_a_host_in_trouble_is_asked_again_in_ten_minutes_and_its_old_rules_hold(make, site, clock):
    site.pages["/robots.txt"] = answer(RULES)
    site.pages["/"] = answer(b"x")
    client = make(robots=True, clock=clock)
    client.get(site.url())
    site.pages["/robots.txt"] = answer(b"", "503 Busy")
    clock.time += 24 * 3600
    assert failing(client, site.url("/private")).outcome is Outcome.BLOCKED
    client.get(site.url())
    assert site.paths.count("/robots.txt") == 2
    clock.time += 600
    client.get(site.url())
    assert site.paths.count("/robots.txt") == 3


def test_a_robots_file_of_a_million_lines_is_read_at_its_beginning(make, site):
    site.pages["/robots.txt"] = answer(RULES + b"# filler\n" * 100_000)
    assert failing(make(robots=True), site.url("/private")).outcome is Outcome.BLOCKED


def test_threads_ask_for_robots_once(make, site):
    site.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /private\n")
    site.pages["/"] = answer(b"x")
    client = make(robots=True)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.get(site.url()), range(8)))
    assert site.paths.count("/robots.txt") == 1


def test_a_look_with_its_robots_file_ends_within_a_minute_as_shipped():
    seconds = config.duration(config.Fetch().deadline, "deadline")
    assert seconds == Manners(user_agent="x", allowed_hosts=frozenset()).deadline
    assert seconds + ROBOTS_SECONDS < 60
