"""The API: what it gives, what it refuses, and that its description says just that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from monitor.audience import Bulletin, MessageKind
from monitor.links import Purpose
from monitor.web.access import ACCESS, Who
from monitor.web.api.operations import OPERATIONS, PREFIX
from tests.fakes import START, page, source
from tests.test_pipeline import COUP
from tests.test_pipeline import Desk as Looks
from tests.web.desk import House

SECTIONS = {"changes", "destinations", "sources", "chain", "subscriptions", "operators", "campaigns"}


@pytest.fixture
def looked(house: House) -> House:
    """A house whose first source has seen a page, and then another one."""
    looks = Looks(house.store, source("mali-page"), source("niger-page", destination=_niger()))
    looks.look(page())
    looks.look(page(words=COUP))
    looks.look(page(words=COUP + " The border with Niger was closed on June 10, 2026."))
    return house


def _niger() -> Any:
    from monitor.model import Destination

    return Destination(key="niger", name="Niger")


def got(client: FlaskClient, path: str) -> Any:
    answer = client.get(f"{PREFIX}{path}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def walked(client: FlaskClient, path: str) -> Iterator[Any]:
    """Every item of a list, page by page."""
    following: str | None = f"{PREFIX}{path}"
    while following:
        answer = client.get(following).get_json()
        yield from answer["items"]
        following = answer["next"]


# -- reading --------------------------------------------------------------------------
def test_a_change_is_given_with_its_evidence_and_by_an_id_that_stays(looked: House) -> None:
    (newest, older) = got(looked.client, "/changes")["items"]
    one = got(looked.client, f"/changes/{older['event_id']}")
    stored = looked.store.change(older["event_id"])
    assert stored is not None and one["after_sha256"] == stored.after_sha256
    assert {key: one[key] for key in older} == older
    assert [found["after"] for found in one["findings"]] == [found.change.after for found in stored.findings]
    assert all(found["reason"] for found in one["findings"]) and newest["taken_at"] > older["taken_at"]


def test_lists_come_in_pages_that_together_are_the_whole(looked: House) -> None:
    whole = got(looked.client, "/changes")["items"]
    assert list(walked(looked.client, "/changes?limit=1")) == whole and len(whole) == 2
    assert [one["key"] for one in walked(looked.client, "/destinations?limit=1")] == ["mali", "niger"]
    assert len(list(walked(looked.client, "/sources/mali-page/visits?limit=2"))) == 3
    assert [one["id"] for one in walked(looked.client, "/sources?limit=1")] == ["mali-page", "niger-page"]


def test_changes_are_filtered_by_what_was_asked(looked: House) -> None:
    first, second = (one["taken_at"] for one in reversed(got(looked.client, "/changes")["items"]))
    assert len(got(looked.client, "/changes?destination=niger")["items"]) == 0
    assert len(got(looked.client, "/changes?source=mali-page&severity=high")["items"]) >= 1
    assert [one["taken_at"] for one in got(looked.client, f"/changes?since={second.replace('+', '%2B')}")["items"]] == [
        second]
    assert [one["taken_at"] for one in got(looked.client, f"/changes?until={second.replace('+', '%2B')}")["items"]] == [
        first]


def test_what_was_withdrawn_says_so(looked: House) -> None:
    event = got(looked.client, "/changes")["items"][0]["event_id"]
    looked.store.announce(Bulletin(id="wdr_1", kind=MessageKind.WITHDRAWAL, created_at=START, about=event,
                                   remark="An old copy."))  # fmt: skip
    assert got(looked.client, f"/changes/{event}")["taken_back"] == [
        {"kind": "withdrawal", "at": "2026-06-09T06:00:00Z", "remark": "An old copy."}]


def test_the_chain_is_given_link_by_link(looked: House) -> None:
    head, links = got(looked.client, "/chain"), list(walked(looked.client, "/chain/links?limit=1"))
    assert links[-1] == head and [one["position"] for one in links] == [1, 2, 3]


def test_an_answer_that_is_known_already_is_not_sent_again(looked: House) -> None:
    first = looked.client.get(f"{PREFIX}/changes")
    again = looked.client.get(f"{PREFIX}/changes", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b"" and first.headers["Cache-Control"] == "no-cache"


# -- subscribing ----------------------------------------------------------------------
def test_a_subscription_lives_its_whole_life_through_the_api(house: House) -> None:
    asked = {"address": "officer@ngo.example", "wishes": {"destinations": ["mali"], "floor": "high"}}
    answer = house.client.post(f"{PREFIX}/subscriptions", json=asked)
    assert answer.status_code == 202 and house.store.subscriptions()[0].active is False
    assert house.post(house.confirmation()).status_code == 200
    (sub,) = house.store.subscriptions()
    token = house.link(Purpose.MANAGE, sub.id).rpartition("/")[2]
    mine = f"{PREFIX}/subscriptions/{token}"
    shown = house.client.get(mine).get_json()
    assert shown["state"] == "active" and shown["wishes"]["floor"] == "high" and "officer@" not in str(shown)
    wishes = shown["wishes"] | {"quiet": {"first": 1320, "last": 360}, "language": "fr"}
    assert house.client.put(f"{mine}/wishes", json=wishes).get_json()["wishes"] == wishes
    assert house.client.post(f"{mine}/pause").get_json()["state"] == "paused"
    assert house.client.post(f"{mine}/resume").get_json()["state"] == "active"
    assert house.client.delete(f"{mine}?erase=true").status_code == 204 and house.store.subscriptions() == ()
    assert house.client.get(mine).status_code == 404 and house.client.delete(mine).status_code == 204


def test_known_and_unknown_addresses_get_the_same_answer(house: House) -> None:
    house.reader()
    answers = [house.client.post(f"{PREFIX}/subscriptions", json={"address": address, "wishes": {}})
               for address in ("officer@ngo.example", "nobody@ngo.example", "nobody@ngo.example")]
    assert len({(one.status_code, one.data) for one in answers}) == 1


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"address": "no address", "wishes": {}}, 422, "address"),
        ({"address": "a@b.example", "wishes": {"hour": 24}}, 422, "wishes.hour"),
        ({"address": "a@b.example", "wishes": {"destinations": ["atlantis"]}}, 422, "destinations"),
        ({"address": "a@b.example", "wishes": {"scope": "sections"}}, 422, "sections"),
        ({"address": "a@b.example", "wishes": {"zone": "Mars/Base"}}, 422, "zone"),
        ({"address": "a@b.example", "wish": {}}, 422, None), ([], 422, None), ("{", 422, None),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_refused_with_the_field_to_mend(
    house: House, sent: Any, status: int, field: str | None
) -> None:
    answer = house.client.post(f"{PREFIX}/subscriptions", json=sent)
    said = answer.get_json()
    assert (answer.status_code, said["field"], answer.content_type) == (status, field, "application/problem+json")
    assert said["detail"] and house.store.subscriptions() == ()


# -- refusing -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/changes?limit=0", 400), ("/changes?limit=201", 400), ("/changes?limit=x", 400), ("/changes?nothing=1", 400),
        ("/changes?limit=1&limit=2", 400), ("/changes?cursor=forged", 400), ("/changes?since=yesterday", 400),
        ("/changes?since=2026-01-01T00:00:00", 400), ("/changes?severity=HIGH", 400), ("/changes/none", 404),
        ("/sources/none", 404), ("/sources/none/visits", 404), ("/sources/mali-page/visits?cursor=-1", 400),
        ("/sources/mali-page/visits?cursor=" + "9" * 30, 400), ("/destinations/none", 404), ("/campaigns/none", 404),
        ("/chain/links?start=0", 400), ("/chain/links?start=99999999999999999999", 400), ("/none", 404),
        ("/destinations/none/stands", 404), ("/subscriptions/forged", 404), ("/chain", 404),
    ],
)  # fmt: skip
def test_a_wrong_question_is_answered_with_what_to_mend(house: House, path: str, status: int) -> None:
    answer = house.client.get(f"{PREFIX}{path}")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.get_json()["detail"] and answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "POST"])
def test_a_wrong_method_is_refused_with_the_right_ones(house: House, method: str) -> None:
    answer = house.client.open(f"{PREFIX}/changes", method=method)
    assert answer.status_code == 405 and answer.content_type == "application/problem+json"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_a_body_that_is_no_json_is_refused(house: House) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        answer = house.client.post(f"{PREFIX}/subscriptions", data=b'{"address": "a@b.example"}', content_type=kind)
        assert answer.status_code == 415, "a form of a foreign page must not be able to ask"
    answer = house.client.post(f"{PREFIX}/subscriptions", data=b"\xff{", content_type="application/json")
    assert answer.status_code == 400


def test_operators_operations_are_refused_to_everybody_else(house: House) -> None:
    for one in OPERATIONS:
        path = PREFIX + re.sub(r"\{\w+\}", "1", one.path)
        if ACCESS[one.name].who is Who.OPERATOR:
            assert house.client.open(path, method=one.method).status_code in (401, 403, 404)


# -- the description ------------------------------------------------------------------
def test_the_description_names_every_operation_with_what_it_takes_and_gives(house: House) -> None:
    described = got(house.client, "/openapi.json")
    assert described["openapi"] == "3.1.0"
    named = {(path, method.upper()) for path, methods in described["paths"].items() for method in methods}
    assert named == {(PREFIX + one.path, one.method) for one in OPERATIONS}
    assert {path.split("/")[3] for path in described["paths"]} == SECTIONS
    served = {rule.endpoint for rule in house.app.url_map.iter_rules()}
    assert {one.name for one in OPERATIONS} <= served


def test_the_page_about_the_api_lists_every_operation(house: House) -> None:
    said = house.client.get("/api").get_data(as_text=True)
    assert all(str(escape(one.summary)) in said for one in OPERATIONS)
    assert "Pour les programmes" in house.client.get("/api?lang=fr").get_data(as_text=True)


def test_half_a_character_on_a_page_is_still_an_answer() -> None:
    import json

    from monitor.web.api.routes import _encoded
    from monitor.web.api.types import Problem

    made = _encoded(Problem(title="\ud800", status=400, detail=""))
    assert json.loads(made)["title"] == "\ud800"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()
