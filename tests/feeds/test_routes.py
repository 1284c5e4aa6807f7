"""Feeds: standard forms, stable ids, 304 while nothing is new, and deaf to what a source wrote."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from monitor.feeds import atom, cap, hxl, jsonfeed
from monitor.feeds.entries import Feed
from monitor.model import Severity
from tests.fakes import page
from tests.feeds import judges
from tests.test_pipeline import COUP, ORDER
from tests.test_web import Site

ATOM, CAP = {"a": atom.NS}, {"c": cap.NS}
@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    made.desk.look(page())
    made.desk.look(page(words=COUP))
    made.desk.look(page(words=f"{COUP}\n{ORDER}"))
    made.desk.look(page(words=f"{COUP}\n{ORDER}", phone="+(223) 2021-9999"))
    yield made
    made.store.close()


def xml(site: Site, path: str) -> Any:
    return etree.fromstring(site.client.get(path).get_data())


def test_the_atom_feed_lists_what_was_told_newest_first(site: Site) -> None:
    root = xml(site, "/feeds/mali.atom")
    titles = [node.text for node in root.findall("a:entry/a:title", ATOM)]
    assert len(titles) == 3 and "telephone" in titles[0] and "coup" in titles[2]
    for name in ("id", "title", "updated"):
        assert root.find(f"a:{name}", ATOM).text
    assert root.find("a:link[@rel='self']", ATOM).get("href") == "https://watch.example/feeds/mali.atom"
    ids = [node.text for node in root.findall("a:entry/a:id", ATOM)]
    assert len(set(ids)) == 3 and all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in ids)
    for moment in root.iter(f"{{{atom.NS}}}updated", f"{{{atom.NS}}}published"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment.text)


def test_a_floor_leaves_the_lighter_changes_out(site: Site) -> None:
    root = xml(site, "/feeds/all.atom?from=high")
    terms = [node.get("term") for node in root.findall("a:entry/a:category", ATOM)]
    assert "medium" not in terms and "critical" in terms
    assert root.find("a:link[@rel='self']", ATOM).get("href").endswith("?from=high")


def test_an_event_keeps_its_id_in_every_form_and_on_every_asking(site: Site) -> None:
    first = [node.text for node in xml(site, "/feeds/all.atom").findall("a:entry/a:id", ATOM)]
    site.desk.look(page(words="Banks are closed.", phone="+(223) 2021-9999"))
    later = [node.text for node in xml(site, "/feeds/all.atom").findall("a:entry/a:id", ATOM)]
    assert first == later[-3:]
    made = json.loads(site.text("/feeds/all.json"))
    assert [item["id"] for item in made["items"]] == later


def test_the_json_feed_holds_what_the_standard_asks_for(site: Site) -> None:
    answer = site.client.get("/feeds/mali.json")
    made = json.loads(answer.get_data())
    assert made["version"] == "https://jsonfeed.org/version/1.1" and made["title"]
    assert answer.content_type.startswith("application/feed+json")
    for item in made["items"]:
        assert item["id"] and item["content_text"] and item["_advisory"]["severity"] in item["tags"]
        assert item["_advisory"]["countries"] == ["ML"]


def test_the_csv_has_a_row_of_hxl_tags_under_its_headings(site: Site) -> None:
    rows = list(csv.reader(io.StringIO(site.text("/feeds/mali.csv"))))
    assert all(re.fullmatch(r"#[a-z]+(\+[a-z0-9_]+)*", tag) for tag in rows[1])
    assert len(rows) == 5 and all(len(row) == len(rows[0]) for row in rows)
    assert rows[2][rows[1].index("#country+code+list+v_iso2")] == "ML"


def test_a_change_is_a_cap_alert_of_the_right_shape(site: Site) -> None:
    for change in site.store.changes(limit=3):
        root = judges.cap_alert(site.client.get(f"/changes/{change.event_id}.cap").get_data())
        assert root.find("c:identifier", CAP).text == change.event_id
        said = root.find("c:info/c:severity", CAP).text
        assert said == {"critical": "Extreme", "high": "Severe", "medium": "Moderate"}[change.severity.value]


@pytest.mark.parametrize("path", ["/feeds/mali.atom", "/feeds/all.json", "/feeds/mali.csv?from=high"])
def test_a_reader_that_has_the_feed_is_answered_304_until_there_is_news(site: Site, path: str) -> None:
    first = site.client.get(path)
    again = site.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.get_data() == b""
    site.desk.look(page(words="On June 9, 2026, the airport was closed.", phone="+(223) 2021-9999"))
    assert site.client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("/feeds/nowhere.atom", 404), ("/feeds/mali.exe", 404), ("/feeds/mali.atom?from=loud", 400),
     ("/feeds/mali.atom?from=none", 400), ("/feeds/..%2fall.atom", 404), ("/changes/evt_none.cap", 404),
     ("/feeds/%00.atom", 404), ("/feeds/.atom", 404)],
)  # fmt: skip
def test_what_is_not_there_is_said_plainly(site: Site, path: str, status: int) -> None:
    assert site.client.get(path).status_code == status


def test_what_was_never_told_is_in_no_feed(site: Site) -> None:
    before = site.text("/feeds/all.json")
    site.desk.look(page(words=f"{COUP}\n{ORDER}", phone="+(223) 2021-9999", issued="June 9, 2026"))
    assert site.store.changes(limit=1)[0].severity is Severity.NONE
    assert site.text("/feeds/all.json") == before
    assert site.client.get(f"/changes/{site.store.changes(limit=1)[0].event_id}.cap").status_code == 404


def test_the_pages_name_their_feeds(site: Site) -> None:
    text = site.text("/")
    assert 'rel="alternate" type="application/atom+xml"' in text and "/feeds/mali.atom" in text


def test_an_empty_feed_is_a_feed() -> None:
    empty = Feed(title="t", address="https://x.example/feeds/all.atom", home="https://x.example/", author="a",
                 entries=(), empty_at=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip
    assert etree.fromstring(atom.document(empty)).find("a:updated", ATOM).text == "2026-01-01T00:00:00Z"
    assert json.loads(jsonfeed.document(empty))["items"] == []
    assert len(hxl.document(empty).splitlines()) == 2
