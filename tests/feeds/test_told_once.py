"""A campaign is one entry, a correction reaches who reads feeds, and no reader is told "not modified" wrongly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from monitor import deliver
from monitor.audience import Bulletin, MessageKind
from monitor.errors import FetchError
from monitor.feeds import cap
from monitor.model import Outcome
from monitor.web.app import SiteView, create_app
from tests.fakes import page
from tests.feeds import judges
from tests.test_campaigns import AIR, NAMES, OWN, Many
from tests.test_pipeline import COUP, ORDER

HOME = "https://watch.example"


def client(desk: Any) -> FlaskClient:
    app = create_app(
        desk.store, site=SiteView(name="Watch", base_url=HOME), now=desk.clock, last_tick=desk.clock, tick=5,
        allowed_hosts={"watch.example"},
    )  # fmt: skip
    return app.test_client()


def items(asked: FlaskClient, path: str) -> list[dict[str, Any]]:
    made = asked.get(path).get_data()
    judges.json_feed(made)
    found: list[dict[str, Any]] = json.loads(made)["items"]
    return found


@pytest.fixture
def many() -> Iterator[Many]:
    desk = Many(*NAMES)
    yield desk
    desk.store.close()


def test_a_campaign_stands_once_in_the_feed_of_all_and_once_in_that_of_each_destination(many: Many) -> None:
    for number in range(7):
        many.show(number, AIR)
    asked = client(many)
    assert items(asked, "/feeds/all.json") == []  # still gathering
    many.settle(minutes=60)
    (one,) = items(asked, "/feeds/all.json")
    assert one["_advisory"]["kind"] == "campaign" and one["_advisory"]["event_id"].startswith("cmp_")
    assert one["_advisory"]["destinations"] == list(NAMES[:7]) and "on 7 destinations" in one["title"]
    assert items(asked, "/feeds/chad.json") == [one] and items(asked, "/feeds/zambia.json") == []
    assert items(asked, "/feeds/all.json?from=high") == []
    many.show(7, AIR, days=1)
    (later,) = items(asked, "/feeds/zambia.json")
    assert (later["id"], later["date_modified"]) == (one["id"], one["date_modified"])
    assert "Zambia" in later["_advisory"]["destinations"]
    root = judges.cap_alert(asked.get(later["url"].removeprefix(HOME) + ".cap").get_data())
    assert len(root.findall("c:info/c:area", {"c": cap.NS})) == 8
    judges.atom_feed(asked.get("/feeds/zambia.atom").get_data(), f"{HOME}/feeds/zambia.atom")
    assert judges.hxl_rows(asked.get("/feeds/all.csv").get_data())[0]["#country+name+list"].count("|") == 7


def test_what_a_page_says_beside_the_campaign_is_an_entry_of_its_own(many: Many) -> None:
    for number in range(6):
        many.show(number, AIR)
    many.show(6, AIR + "\n" + OWN)
    many.settle(minutes=60)
    kinds = sorted(item["_advisory"]["kind"] for item in items(client(many), "/feeds/togo.json"))
    assert kinds == ["campaign", "change"]


def test_a_destination_that_told_it_by_itself_is_not_told_again_by_its_feed(many: Many) -> None:
    for number in range(7):
        many.show(number, AIR, days=1)
        many.settle(minutes=61)
    asked = client(many)
    assert [item["_advisory"]["kind"] for item in items(asked, "/feeds/benin.json")] == ["change"]
    assert [item["_advisory"]["kind"] for item in items(asked, "/feeds/togo.json")] == ["campaign"]


def test_a_reader_that_compares_dates_does_not_miss_what_was_told_late(many: Many) -> None:
    asked = client(many)
    many.show(0, OWN)
    many.clock.forward(minutes=20)
    many.show(1, ORDER)  # grave: told at once, while the other waits for company
    asked.get("/feeds/all.atom")
    many.clock.forward(seconds=5)
    first = asked.get("/feeds/all.atom")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert asked.get("/feeds/all.atom", headers=since).status_code == 304
    many.settle(minutes=50)
    again = asked.get("/feeds/all.atom", headers=since)
    assert again.status_code == 200 and b"rent" in again.get_data()
    # What joined is older than what was there: its date alone would not have told.
    assert judges.atom_feed(again.get_data()).findtext("{*}updated") == judges.atom_feed(
        first.get_data()).findtext("{*}updated")  # fmt: skip


def test_two_versions_within_one_second_never_share_a_date(many: Many) -> None:
    asked = client(many)
    first = asked.get("/feeds/all.atom")
    assert "Last-Modified" not in first.headers  # the second in which it was first served is not over
    many.show(0, ORDER, seconds=0)
    fresh = asked.get("/feeds/all.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert fresh.status_code == 200 and "Last-Modified" not in fresh.headers
    many.clock.forward(seconds=2)
    assert "Last-Modified" in asked.get("/feeds/all.atom").headers
    assert asked.head("/feeds/all.atom").status_code == 200


def test_another_process_never_takes_an_old_version_for_the_new_one(many: Many) -> None:
    here, there = client(many), client(many)
    here.get("/feeds/all.atom")
    many.clock.forward(seconds=1)
    held = here.get("/feeds/all.atom").headers["Last-Modified"]
    many.show(0, ORDER, seconds=0)
    assert there.get("/feeds/all.atom", headers={"If-Modified-Since": held}).status_code == 200
    many.clock.forward(seconds=1)
    assert there.get("/feeds/all.atom", headers={"If-Modified-Since": held}).status_code == 200


@pytest.mark.parametrize("kind", [MessageKind.CORRECTION, MessageKind.WITHDRAWAL])
def test_a_correction_reaches_every_form_under_the_same_id(many: Many, kind: MessageKind) -> None:
    asked = client(many)
    event = many.show(0, ORDER)
    many.show(1, COUP)
    before = {item["_advisory"]["event_id"]: item for item in items(asked, "/feeds/all.json")}
    mark = asked.get("/feeds/all.atom").headers["ETag"]
    many.store.announce(Bulletin(id="bul_1", kind=kind, created_at=many.clock() + timedelta(hours=1), about=event,
                                 remark="The page was a test."))  # fmt: skip
    first = items(asked, "/feeds/all.json")[0]
    word = "Withdrawn" if kind is MessageKind.WITHDRAWAL else "Corrected"
    assert first["id"] == before[event]["id"] and first["title"] == f"{word}: {before[event]['title']}"
    assert first["date_modified"] > before[event]["date_modified"] == first["date_published"]
    root = judges.atom_feed(asked.get("/feeds/all.atom", headers={"If-None-Match": mark}).get_data())
    assert root.findtext("{*}updated") == first["date_modified"]
    row = judges.hxl_rows(asked.get("/feeds/all.csv").get_data())[0]
    assert (row["#status+standing"], row["#description+remark"]) == (word.lower(), "The page was a test.")
    alert = judges.cap_alert(asked.get(f"/changes/{event}.cap").get_data())
    names = {"c": cap.NS}
    assert alert.findtext("c:msgType", "", names) == ("Cancel" if kind is MessageKind.WITHDRAWAL else "Update")
    assert alert.findtext("c:references", "", names).startswith(f"watch.example,{event},")


def test_a_destination_that_nobody_can_see_is_said_to_be_so_in_its_feed(many: Many) -> None:
    asked = client(many)
    mark = asked.get("/feeds/benin.atom").headers["ETag"]
    for _ in range(3):
        many.look(FetchError("The server refused us.", outcome=Outcome.BLOCKED, status=403), 0, hours=3)
    for number in range(1, 6):  # were none of them seen either, it would be one outage
        many.show(number)
    deliver.watch(book=many.store, now=many.clock(), after=timedelta(hours=6))
    (one,) = items(asked, "/feeds/benin.json?from=high")
    assert one["_advisory"]["kind"] == "blind"
    assert one["title"].startswith("Benin: we cannot see the publisher’s advice")
    assert items(asked, "/feeds/all.json") == [one] and items(asked, "/feeds/chad.json") == []
    assert items(asked, "/feeds/benin.json?from=critical") == []
    answer = asked.get("/feeds/benin.atom", headers={"If-None-Match": mark})
    judges.atom_feed(answer.get_data(), f"{HOME}/feeds/benin.atom")
    assert judges.hxl_rows(asked.get("/feeds/benin.csv").get_data())[0]["#severity"] == "high"
    many.show(0)
    deliver.watch(book=many.store, now=many.clock(), after=timedelta(hours=6))
    assert items(asked, "/feeds/benin.json") == []


def test_every_page_names_the_feeds_of_what_it_is_about(many: Many) -> None:
    event = many.show(0, ORDER)
    asked = client(many)

    def named(path: str) -> set[str]:
        text = asked.get(path).get_data(as_text=True)
        tags = re.findall(r'<link rel="alternate"[^>]*href="([^"]+)"', text)
        assert all(asked.get(address).status_code == 200 for address in tags)
        return set(tags)

    everywhere = {"/feeds/all.atom", "/feeds/all.atom?from=high", "/feeds/all.json", "/feeds/all.csv"}
    assert named("/") == everywhere | {f"/feeds/{name.lower()}.atom" for name in NAMES}
    benin = {"/feeds/benin.atom", "/feeds/benin.atom?from=high", "/feeds/benin.json", "/feeds/benin.csv"}
    assert named(f"/changes/{event}") == everywhere | benin | {f"/changes/{event}.cap"}
    assert named("/sources/benin-page") == everywhere | benin
    assert named("/changes/none") == everywhere
    root = judges.atom_feed(asked.get("/feeds/benin.atom").get_data())
    kinds = {x.get("type"): x.get("href") for x in root.findall("{*}entry/{*}link") if x.get("rel") == "alternate"}
    assert kinds["application/cap+xml"] == f"{HOME}/changes/{event}.cap"


def test_a_feed_of_a_thousand_changes_holds_the_newest_and_the_campaign_among_them(many: Many) -> None:
    for number in range(6):
        many.show(number, AIR)
    many.settle(minutes=60)
    for turn in range(70):
        many.look(page(words=f"{ORDER}\nOn June {turn % 28 + 1}, 2026, {turn + 3} people were killed in Niamey.",
                       name="Benin"), 0, minutes=90)  # fmt: skip
        many.settle(minutes=61)
    found = items(client(many), "/feeds/all.json")
    assert len(found) == 60 and [item["date_modified"] for item in found] == sorted(
        (item["date_modified"] for item in found), reverse=True)  # fmt: skip
    assert [item["_advisory"]["kind"] for item in items(client(many), "/feeds/chad.json")] == ["campaign"]
