"""The pages: plain, read-only, and deaf to what a source wrote."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import requests
from flask.testing import FlaskClient

from monitor import web
from monitor.errors import ConfigError, FetchError, StoreError
from monitor.model import Outcome
from monitor.store import Store
from monitor.web.app import HEADERS
from tests.fakes import START, page
from tests.test_pipeline import COUP, Desk

ROUTES = ["/", "/changes/none", "/sources/mali-page", "/sources/none", "/healthz", "/metrics", "/static/style.css",
          "/nothing"]  # fmt: skip


class Site:
    """A small installation with its pages."""

    def __init__(self) -> None:
        self.store = Store.open("sqlite://", durable=False)
        self.desk = Desk(self.store)
        self.ticked: datetime | None = START
        self.app = web.create_app(self.store, site=web.SiteView(name="Watch", base_url="https://watch.example"),
                                  now=self.desk.clock, last_tick=lambda: self.ticked, tick=5,
                                  allowed_hosts={"watch.example"})  # fmt: skip
        self.client: FlaskClient = self.app.test_client()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.store.close()


def text(site: Site, path: str) -> str:
    return site.client.get(path).get_data(as_text=True)


def test_the_overview_says_level_outcome_and_freshness_in_words(site: Site) -> None:
    site.desk.look(page())
    site.desk.clock.forward(minutes=4)
    got = text(site, "/")
    assert "Level 4 - Do not travel" in got and "First capture" in got and "4 minutes ago" in got


def test_a_source_that_cannot_be_seen_is_said_to_be_so_since_when_and_why(site: Site) -> None:
    site.desk.look(page())
    site.desk.look(FetchError("The server refused us.", outcome=Outcome.BLOCKED))
    got = text(site, "/")
    assert "Refused" in got and "failing since 2026-06-09 08:00 UTC" in got and "The server refused us." in got
    assert "Blind" in got


def test_a_change_has_a_page_with_words_reasons_times_and_proof(site: Site) -> None:
    site.desk.look(page())
    _, recorded = site.desk.look(page(words=COUP))
    got = text(site, f"/changes/{recorded.event_id}")
    stored = site.store.change(recorded.event_id)
    assert stored is not None and stored.headline.split("—")[0] in got
    assert "<ins>" in got and "dated or going on now" in got and stored.after_sha256 in got
    assert "1 waiting" in got and f"/changes/{recorded.event_id}" in text(site, "/")


def test_each_visit_of_a_source_is_listed(site: Site) -> None:
    site.desk.look(page())
    site.desk.look(b"")
    got = text(site, "/sources/mali-page")
    assert got.count("<tr>") == 3 and "Not readable" in got


@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_carries_every_protective_header(site: Site, path: str) -> None:
    site.desk.look(page())
    headers = site.client.get(path).headers
    assert {name: headers.get(name) for name in HEADERS if name != "Cache-Control"} == {
        name: value for name, value in HEADERS.items() if name != "Cache-Control"
    }
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed_through_the_pages(site: Site, method: str, path: str) -> None:
    assert site.client.open(path, method=method).status_code in (404, 405)


def test_a_foreign_host_name_is_refused(site: Site) -> None:
    assert site.client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert site.client.get("/", headers={"Host": "watch.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/nothing", "/changes/<script>", "/sources/../x", "/changes/" + "x" * 3000])
def test_what_is_not_there_is_said_plainly(site: Site, path: str) -> None:
    answer = site.client.get(path)
    assert answer.status_code == 404 and "<script>" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script> attack", "{{ 7*7 }} attack", "\"><img src=x onerror=alert(1)> attack"]
)
def test_hostile_page_text_stays_text(site: Site, words: str) -> None:
    site.desk.look(page())
    hostile = words.replace("<", "&lt;").replace(">", "&gt;")
    _, recorded = site.desk.look(page(words=f"On June 9, 2026, soldiers said {hostile} in a coup."))
    got = text(site, f"/changes/{recorded.event_id}") + text(site, "/")
    assert recorded.event_id and "<script>" not in got and "<img" not in got and "{{ 7*7 }} attack" in got or "7*7" not in words


def test_health_is_good_while_ticks_come_and_bad_when_they_stop(site: Site) -> None:
    site.desk.look(page())
    site.ticked = site.desk.clock()
    assert site.client.get("/healthz").status_code == 200
    site.desk.clock.forward(minutes=5)
    answer = site.client.get("/healthz")
    assert answer.status_code == 503 and answer.get_json()["ticking"] is False


def test_health_is_bad_when_the_database_cannot_be_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise StoreError("the file is damaged")

    monkeypatch.setattr(site.store, "overview", broken)
    answer = site.client.get("/healthz")
    assert answer.status_code == 503 and "damaged" in answer.get_json()["database"]
    assert site.client.get("/").status_code == 503


def test_metrics_count_visits_and_name_no_address(site: Site) -> None:
    site.desk.look(page())
    got = text(site, "/metrics")
    assert 'monitor_visits{state="first"} 1.0' in got and "monitor_seconds_since_good_look" in got and "@" not in got


def test_the_pages_answer_over_a_real_connection_and_close_cleanly(site: Site) -> None:
    server = web.serve(site.app, "127.0.0.1", 0)
    assert requests.get(server.url, timeout=5).status_code == 200
    with pytest.raises(ConfigError, match="set another port"):
        web.serve(site.app, "127.0.0.1", server.port)
    server.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=2)
