"""The pages: plain, read-only, and deaf to what a source wrote."""

import re
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from monitor import web
from monitor.audience import Bulletin, Language, MessageKind
from monitor.errors import ConfigError, FetchError, StoreError
from monitor.model import Change, ChangeKind, Finding, Link, Outcome, Severity, Source
from monitor.store import Store
from monitor.web import findings
from monitor.web.access import ACCESS
from monitor.web.app import HEADERS
from monitor.web.shown import Shown
from monitor.web.tongues import Tongue
from tests import databases
from tests.fakes import START, page, source
from tests.test_pipeline import COUP, ORDER, Desk

ROUTES = ["/", "/changes/none", "/sources/mali-page", "/sources/none", "/healthz", "/metrics",
          "/static/style.css", "/static/none.css", "/nothing"]  # fmt: skip
REFUSED = FetchError("The server refused us.", outcome=Outcome.BLOCKED, status=403)


ENGLISH = Tongue(Language.EN)
FOREIGN = r'<(script(?! src="/static/live\.js)|img|b)\b'
"""Elements that our templates do not have, beside the one script of ours."""


class Site:
    """A small installation with its pages."""

    def __init__(self, *sources: Source) -> None:
        self.store = Store.open(databases.url(), durable=False)
        self.desk = Desk(self.store, *sources)
        self.ticked: datetime | None = START
        self.app = self.new_app()
        self.client: FlaskClient = self.app.test_client()

    def new_app(self) -> Flask:
        return web.create_app(
            self.store, site=web.SiteView(name="Watch", base_url="https://watch.example"),
            now=self.desk.clock, last_tick=lambda: self.ticked, tick=5,
            allowed_hosts={"watch.example", ""},
        )  # fmt: skip

    def text(self, path: str) -> str:
        return self.client.get(path).get_data(as_text=True)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.store.close()


# -- what the pages say --------------------------------------------------------------
def test_an_empty_installation_says_what_to_do_first(site: Site) -> None:
    site.store.sync_sources((), START)
    assert "Nothing is watched yet" in site.text("/")


def test_the_overview_says_level_outcome_and_freshness_in_words(site: Site) -> None:
    site.desk.look(page())
    site.desk.clock.forward(minutes=4)
    got = site.text("/")
    assert "Level 4 - Do not travel" in got and "First capture" in got
    assert "Last verified 4 minutes ago" in got and "2026-06-09 07:00 UTC" in got


def test_a_source_that_cannot_be_seen_is_said_to_be_so_since_when_and_why(site: Site) -> None:
    site.desk.look(page())
    site.desk.look(REFUSED)
    got = site.text("/")
    assert "Refused" in got and "The server refused us." in got and "Blind" in got
    assert "2026-06-09 08:00 UTC</time> (just now) · next try in" in got
    assert "1 of 1 source cannot be seen" in got


def test_the_overview_links_the_last_change_of_a_source_with_its_severity(site: Site) -> None:
    site.desk.look(page(level=3))
    _, recorded = site.desk.look(page(level=4))
    card = site.text("/").partition("Recent changes")[0]
    assert f"/changes/{recorded.event_id}" in card and "Critical" in card


def test_publishers_that_disagree_on_the_level_are_both_shown() -> None:
    site = Site(source(), source("embassy", publisher="us-embassy"))
    site.desk.look(page(level=4))
    site.desk.look(page(level=3), 1)
    got = site.text("/")
    assert "Level 4 - Do not travel" in got and "Level 3 - Reconsider travel" in got
    assert "U.S. embassy" in got
    site.store.close()


def test_a_change_has_a_page_with_words_reasons_times_and_proof(site: Site) -> None:
    site.desk.look(page())
    _, recorded = site.desk.look(page(words=COUP))
    got = site.text(f"/changes/{recorded.event_id}")
    stored = site.store.change(recorded.event_id)
    assert stored is not None and stored.headline.split("—")[0] in got
    assert "dated or going on now" in got and stored.after_sha256 in got
    assert stored.before_sha256 in got and "1 waiting" not in got  # what was sent to whom is for operators
    assert f"/changes/{recorded.event_id}" in site.text("/")


def test_the_page_of_what_was_withdrawn_says_so_and_why(site: Site) -> None:
    site.desk.look(page())
    _, recorded = site.desk.look(page(words=COUP))
    site.store.announce(Bulletin(id="wdr_1", kind=MessageKind.WITHDRAWAL, created_at=START, about=recorded.event_id,
                                 remark="An old copy <of> the page."))  # fmt: skip
    got = site.text(f"/changes/{recorded.event_id}")
    assert "Withdrawn" in got and "An old copy &lt;of&gt; the page." in got


def test_the_words_that_came_and_went_are_marked_for_eyes_and_for_ears(site: Site) -> None:
    site.desk.look(page(words="The curfew lasts from 10 p.m. to 5 a.m. in Bamako."))
    _, recorded = site.desk.look(page(words="The curfew lasts from 9 p.m. to 5 a.m. in Bamako."))
    got = site.text(f"/changes/{recorded.event_id}")
    assert '<del><span class="hidden">removed: </span>10 p.m.</del>' in got
    assert '<ins><span class="hidden">added: </span>9 p.m.</ins>' in got


def test_a_change_says_whether_it_is_unconfirmed_confirmed_held_or_taken_back(site: Site) -> None:
    site.desk.look(page(level=3))
    _, raised = site.desk.look(page(level=4, words=ORDER))
    assert "Not yet confirmed" in site.text(f"/changes/{raised.event_id}")
    site.desk.look(page(level=4, words=ORDER))
    assert "✓</span> Confirmed" in site.text(f"/changes/{raised.event_id}")
    _, fell = site.desk.look(page(level=2, words=ORDER))
    assert "Held" in site.text(f"/changes/{fell.event_id}")
    site.desk.look(page(level=4, words=ORDER))
    assert "Taken back" in site.text(f"/changes/{fell.event_id}")


def test_a_witness_names_the_change_it_agrees_with() -> None:
    site = Site(source(), source("mali-rss"))
    for which in (0, 1):
        site.desk.look(page(), which)
    _, told = site.desk.look(page(words=COUP), 0)
    _, seen = site.desk.look(page(words=COUP), 1)
    got = site.text(f"/changes/{seen.event_id}")
    assert "Witness" in got and f"/changes/{told.event_id}" in got
    got = site.text(f"/changes/{told.event_id}")
    assert "2 sources of this publisher show it" in got and f'/changes/{seen.event_id}">mali-rss</a>' in got
    site.store.close()


def test_each_look_at_a_source_is_listed_and_leads_to_its_change(site: Site) -> None:
    site.desk.look(page())
    site.desk.look(b"")
    _, recorded = site.desk.look(page(words=COUP))
    got = site.text("/sources/mali-page")
    looks = got.partition('<table class="looks"')[2].partition("</table>")[0]
    assert looks.count("<tr>") == 4 and "Not readable" in looks
    assert f"/changes/{recorded.event_id}" in got


def test_a_source_that_is_no_longer_watched_keeps_its_history(site: Site) -> None:
    site.desk.look(page())
    site.store.sync_sources((), START)
    got = site.client.get("/sources/mali-page")
    assert got.status_code == 200 and "No longer watched" in got.get_data(as_text=True)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (1, "1 second ago"), (59, "59 seconds ago"), (60, "1 minute ago"),
     (7199, "1 hour ago"), (172800, "2 days ago"), (-300, "in 5 minutes")],
)  # fmt: skip
def test_an_age_is_one_rounded_unit(seconds: int, words: str) -> None:
    assert Shown(ENGLISH, START + timedelta(seconds=seconds)).age(START) == words


def test_ages_and_times_are_put_in_the_readers_language_and_on_the_readers_clock() -> None:
    made = Shown(Tongue(Language.FR), START, ZoneInfo("Asia/Tokyo"))
    assert made.age(START - timedelta(hours=2)) == "il y a 2 heures" and made.age(None) == "jamais"
    assert made.when(START) == "2026-06-09 06:00 UTC (15:00 Tokyo)"
    late = START + timedelta(hours=12)
    assert made.when(late) == "2026-06-09 18:00 UTC (2026-06-10 03:00 Tokyo)"


# -- safety ---------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_carries_every_protective_header(
    site: Site, path: str, host: str, method: str
) -> None:
    site.desk.look(page())
    headers = site.client.open(path, method=method, headers={"Host": host}).headers
    assert headers.get("Cache-Control") in ("no-store", "no-cache") or "immutable" in headers["Cache-Control"]
    for name in HEADERS.keys() - {"Cache-Control"}:
        assert headers.get(name) == HEADERS[name]
    assert "Set-Cookie" not in headers


def test_every_route_is_in_the_table_of_who_may_open_it(site: Site) -> None:
    assert {rule.endpoint for rule in site.app.url_map.iter_rules()} <= ACCESS.keys()


def test_a_route_that_the_table_does_not_name_is_refused(site: Site) -> None:
    app = site.new_app()
    app.add_url_rule("/new", "new", lambda: "secret")
    answer = app.test_client().get("/new")
    assert answer.status_code == 403 and b"secret" not in answer.data


def test_links_keep_the_language_and_the_clock_that_were_asked_for(site: Site) -> None:
    site.desk.look(page())
    got = site.text("/?lang=fr&zone=Asia/Tokyo")
    assert '<html lang="fr">' in got and "Tokyo)" in got
    assert 'href="/sources/mali-page?lang=fr&amp;zone=Asia/Tokyo"' in got
    assert site.client.get("/?zone=../../etc/passwd").status_code == 200


def test_a_bug_in_a_page_is_a_plain_answer_with_every_header(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inner detail")

    monkeypatch.setattr(site.store, "watch", broken)
    answer = site.client.get("/")
    assert answer.status_code == 500 and "inner detail" not in answer.get_data(as_text=True)
    assert all(answer.headers.get(name) == value for name, value in HEADERS.items())


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_but_reading_is_possible(site: Site, method: str, path: str) -> None:
    answer = site.client.open(path, method=method)
    if path == "/nothing":
        assert answer.status_code == 404
    else:
        assert answer.status_code == 405 and set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize(
    ("host", "status"),
    [("watch.example", 200), ("WATCH.example:8080", 200), ("localhost:8080", 200),
     ("127.0.0.1:8080", 200), ("[::1]:8080", 200), ("[::1]", 200), ("evil.example", 400),
     ("watch.example.evil.example", 400), ("localhost@evil.example", 400), ("0.0.0.0", 400)],
)  # fmt: skip
def test_only_our_own_names_are_answered(site: Site, host: str, status: int) -> None:
    assert site.client.get("/", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "path", ["/nothing", "/changes/<script>", "/sources/../x", "/changes/" + "x" * 3000]
)
def test_what_is_not_there_is_said_plainly(site: Site, path: str) -> None:
    answer = site.client.get(path)
    assert answer.status_code == 404 and "<script>" not in answer.get_data(as_text=True)


HOSTILE = [
    "<script>alert(1)</script>", "{{ 7*7 }}", '"><img src=x onerror=alert(1)>', "</title><b>",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_page_text_stays_text(site: Site, words: str) -> None:
    site.desk.look(page())
    quoted = words.replace("<", "&lt;").replace(">", "&gt;")
    _, recorded = site.desk.look(page(words=f"On June 9, 2026, {quoted} a coup began."))
    stored = site.store.change(recorded.event_id)
    assert stored is not None and any(words in (f.change.after or "") for f in stored.findings)
    for path in ("/", f"/changes/{recorded.event_id}", "/sources/mali-page"):
        got = site.text(path)
        assert not re.search(FOREIGN, got) and got.partition("</head>")[0].count("</title>") == 1
    changed = site.text(f"/changes/{recorded.event_id}")
    assert words.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in changed


@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_reason_or_publisher_stays_text(words: str) -> None:
    site = Site(source(publisher=words))
    site.desk.look(FetchError(words))
    got = site.text("/") + site.text("/sources/mali-page")
    assert not re.search(FOREIGN, got)
    assert "7*7" not in words or words in got
    site.store.close()


def test_an_address_that_is_not_of_the_web_is_never_a_link() -> None:
    site = Site(source(url="javascript:alert(1)"))
    site.desk.look(page())
    _, recorded = site.desk.look(page(words=COUP))
    got = site.text("/sources/mali-page") + site.text(f"/changes/{recorded.event_id}")
    assert "javascript:alert(1)" in got and 'href="javascript' not in got
    site.store.close()


@pytest.mark.parametrize(
    "address", ["JavaScript:x", "data:text/html,x", " https://a", "//a", "http:///a", "vbscript:x"]
)
def test_only_whole_web_addresses_become_links(address: str) -> None:
    assert not Shown.web_link(address)
    assert Shown.web_link("https://travel.state.gov/x") and Shown.web_link("HTTP://a.example")


def test_a_link_that_leads_elsewhere_now_is_shown_with_both_addresses() -> None:
    old, new = Link("map", "https://a.example"), Link("map", "https://b.example")
    change = Change(section="Maps", kind=ChangeKind.FORMAT, before="map", after="map",
                    before_links=(old,), after_links=(new,))  # fmt: skip
    found = [Finding(change=change, severity=Severity.LOW, rule="link-x", summary="")]
    ((made,),) = (grade.items for grade in findings.laid_out(found, Language.EN).grades)
    assert made.links == (("removed", old), ("added", new)) and made.reason == "link x"


# -- for programs ---------------------------------------------------------------------
def test_health_is_good_while_ticks_come_and_bad_when_they_stop(site: Site) -> None:
    site.desk.look(page())
    site.ticked = site.desk.clock()
    answer = site.client.get("/healthz")
    assert answer.status_code == 200 and answer.get_json()["ok"] is True
    site.desk.clock.forward(seconds=61)
    answer = site.client.get("/healthz")
    assert answer.status_code == 503 and answer.get_json()["last_tick_age_seconds"] == 61.0


def test_health_gives_a_start_its_time(site: Site) -> None:
    site.ticked = None
    site.desk.clock.forward(seconds=50)
    assert site.client.get("/healthz").status_code == 200
    site.desk.clock.forward(seconds=20)
    assert site.client.get("/healthz").status_code == 503


def test_health_names_the_source_that_waits_too_long(site: Site) -> None:
    site.desk.clock.forward(minutes=31)
    site.ticked = site.desk.clock()
    answer = site.client.get("/healthz")
    assert answer.status_code == 503 and answer.get_json()["overdue_source"] == "mali-page"


def test_health_does_not_blame_us_for_the_time_before_the_start(site: Site) -> None:
    site.ticked = site.desk.clock.forward(days=3)
    assert site.new_app().test_client().get("/healthz").status_code == 200


def test_health_is_bad_when_the_database_cannot_be_read(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError("the file is damaged")

    monkeypatch.setattr(site.store, "most_overdue", broken)
    monkeypatch.setattr(site.store, "watch", broken)
    answer = site.client.get("/healthz")
    assert answer.status_code == 503 and "damaged" in answer.get_json()["database"]
    assert site.client.get("/").status_code == 503
    assert site.client.get("/metrics").status_code == 503


def test_metrics_count_and_name_no_address(site: Site) -> None:
    site.desk.look(page())
    site.desk.look(page(words=COUP))
    site.desk.clock.forward(seconds=90)
    got = site.text("/metrics")
    for line in ('monitor_visits_total{outcome="first"} 1.0', 'monitor_changes{state="told"} 1.0',
                 'monitor_deliveries{state="waiting"} 1.0', "monitor_last_tick_age_seconds 7290.0",
                 'monitor_seconds_since_good_look{source="mali-page"} 90.0'):  # fmt: skip
        assert line in got
    assert "@" not in got


def test_a_source_that_was_never_seen_has_a_number_that_an_alert_can_use(site: Site) -> None:
    site.desk.clock.forward(hours=2)
    assert 'since_good_look{source="mali-page"} 7200.0' in site.text("/metrics")
    assert "NaN" not in site.text("/metrics")


def test_two_apps_in_one_process_keep_their_numbers_apart(site: Site) -> None:
    other = site.new_app().test_client()
    assert other.get("/metrics").status_code == 200 == site.client.get("/metrics").status_code


# -- over a real connection -----------------------------------------------------------
def test_the_pages_answer_over_a_real_connection_and_close_cleanly(site: Site) -> None:
    site.desk.look(page())
    server = web.serve(site.app, "127.0.0.1", 0)
    with requests.Session() as browser:
        answer = browser.get(server.url, timeout=5)
        assert answer.status_code == 200 and "Level 4" in answer.text
        assert "Server" not in answer.headers
        assert browser.post(server.url, data=b"x" * 100_000, timeout=5).status_code in (405, 413)
        with pytest.raises(ConfigError, match="set another port"):
            web.serve(site.app, "127.0.0.1", server.port)
        server.close()
        server.close()
    assert not server._thread.is_alive()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=2)
    web.serve(site.app, "127.0.0.1", server.port).close()


def test_an_answer_in_hand_is_finished_before_closing() -> None:
    slow, asked, got = Flask("slow"), threading.Event(), list[str]()

    @slow.get("/")
    def page_that_takes_time() -> str:
        asked.set()
        time.sleep(0.3)
        return "whole"

    server = web.serve(slow, "127.0.0.1", 0)
    reader = threading.Thread(target=lambda: got.append(requests.get(server.url, timeout=5).text))
    reader.start()
    assert asked.wait(5)
    server.close()
    reader.join(5)
    assert got == ["whole"]


def test_a_name_with_two_addresses_is_served_at_one_port(site: Site) -> None:
    server = web.serve(site.app, "localhost", 0)
    assert requests.get(server.url, timeout=5).status_code == 200
    server.close()


def test_an_address_that_is_none_is_a_plain_error(site: Site) -> None:
    with pytest.raises(ConfigError, match="no such address; set host in"):
        web.serve(site.app, "a..b", 0)
