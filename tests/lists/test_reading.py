"""Bytes of a list to destinations, each with the address where it is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import sources
from monitor.errors import SplitError
from monitor.listed import Entry, Found, Listing
from monitor.model import Outcome, Page
from monitor.register import source_of
from monitor.sources import listing
from tests.fakes import START
from tests.lists.publisher import countries, feed, feed_of, index, item, new_link, old_link

US = listing.LISTS["us-state"].url
UK = listing.LISTS["uk-fcdo"].url


def read(publisher: str, body: bytes) -> tuple[Entry, ...]:
    return listing.entries(publisher, Page(url=listing.LISTS[publisher].url, body=body))


def source(publisher: str, entry: Entry) -> sources.base.Source:
    one = Found(publisher=publisher, source_id="x", entry=entry, first_seen_at=START)
    return source_of(one, Listing(publisher=publisher, url="", every=1, pace=1))


def test_every_destination_of_the_feed_is_found_again_in_it_by_its_own_source() -> None:
    body = feed([
        *(item(one.name, new_link(one.iso3)) for one in countries(230)),
        item("Saba and Sint Eustatius", new_link("xqx")),
        item("The Northern Isles", old_link("northern-isles")),
    ])  # fmt: skip
    entries = read("us-state", body)
    assert len(entries) == len({entry.key for entry in entries}) == 2 + len(countries(230))
    for entry in entries:
        cut = sources.cut(source("us-state", entry), Page(url=US, body=body))
        assert (cut.first("name") or cut).value in (entry.name, *entry.names)  # type: ignore[union-attr]


@pytest.mark.parametrize(("before", "after"), [
    (item("Mali", old_link("mali")), item("Mali", new_link("mli"))),
    (item("Mexico Travel Advisory", new_link("mex")), item("Mexico", old_link("mexico"))),
    (item("Côte d’Ivoire", new_link("civ")), item("Cote d'Ivoire", old_link("cote-d-ivoire"))),
    (item("Switzerland ", old_link("switzerland")), item("Switzerland", new_link("che"))),
])  # fmt: skip
def test_both_renderings_of_the_feed_name_the_same_destination(before: str, after: str) -> None:
    (old,), (new,) = read("us-state", feed([before])), read("us-state", feed([after]))
    assert (old.token, old.key, old.iso3) == (new.token, new.key, new.iso3)


def test_one_destination_in_two_items_is_one_entry_with_both_names() -> None:
    entries = read("us-state", feed([
        item("Macau", new_link("mac")), item("Mainland China, Hong Kong &amp; Macau", old_link("macau")),
        item("China", new_link("chn")), item("China", new_link("chn"), level=3),
    ]))  # fmt: skip
    assert [entry.key for entry in entries] == ["macau", "china"]
    assert entries[0].names == ("Mainland China, Hong Kong & Macau",)


def test_an_item_without_a_level_is_no_destination() -> None:
    worldwide = "<item><title>Worldwide Caution</title><link>https://x/</link></item>"
    (entry,) = read("us-state", feed([item("Mali", new_link("mli")), worldwide]))
    assert entry.key == "mali"


def test_the_index_of_govuk_gives_the_document_of_each_country() -> None:
    entries = read("uk-fcdo", index([
        ("mali", "Mali"), ("the-occupied-palestinian-territories", "Palestine"), ("st-martin", "St Martin"),
        ("congo", "Congo"), ("democratic-republic-of-the-congo", "Democratic Republic of the Congo"),
    ]))  # fmt: skip
    assert entries[0].url == "https://www.gov.uk/api/content/foreign-travel-advice/mali"
    assert {entry.kind for entry in entries} == {"uk-api"} and len({entry.key for entry in entries}) == 5


def test_two_addresses_of_one_country_stay_two_entries_of_one_destination() -> None:
    entries = read("uk-fcdo", index([("burma", "Burma"), ("myanmar", "Myanmar")]))
    assert [(entry.token, entry.key) for entry in entries] == [("mmr", "burma"), ("mmr/myanmar", "burma")]


def test_an_address_is_made_of_checked_parts_on_the_lists_own_host() -> None:
    children = [{"base_path": path, "title": "Mali travel advice"} for path in (
        "//evil.example/foreign-travel-advice/mali", "https://evil.example/", "/foreign-travel-advice/../x",
        "/foreign-travel-advice/ma li", "/foreign-travel-advice/Mali?x=1", "/foreign-travel-advice/mali")]  # fmt: skip
    (entry,) = read("uk-fcdo", json.dumps({"links": {"children": children}}).encode())
    assert entry.url == "https://www.gov.uk/api/content/foreign-travel-advice/mali"


def test_the_index_of_canada_gives_the_document_of_each_code_with_content() -> None:
    def record(code: str, name: str, content: int = 1) -> dict[str, object]:
        return {"country-iso": code, "has-content": content, "eng": {"name": name, "url-slug": name.casefold()}}

    data = {"ML": record("ML", "Mali"), "HT": record("HT", "Haiti"), "XX": record("../x", "Nowhere"),
            "AQ": record("AQ", "Antarctica", 0)}  # fmt: skip
    entries = read("canada", json.dumps({"metadata": {}, "data": data}).encode())
    assert [(entry.key, entry.url.rpartition("/")[2]) for entry in entries] == [
        ("mali", "cta-cap-ML.json"), ("haiti", "cta-cap-HT.json")]  # fmt: skip


def test_the_export_of_australia_is_its_own_list() -> None:
    export = json.dumps([
        {"title": name, "field_overall_advice_level": "Do not travel", "field_last_update": "<p>Fuel is short.</p>"}
        for name in ("Mali", "C&ocirc;te d&#039;Ivoire", "Israel and the Occupied Palestinian Territories")
    ]).encode()  # fmt: skip
    entries = read("australia", export)
    assert [entry.key for entry in entries][:2] == ["mali", "cote-d-ivoire"]
    for entry in entries:
        assert sources.cut(source("australia", entry), Page(url="", body=export)).level == 4


def test_links_one_step_below_the_page_of_ireland_are_its_destinations() -> None:
    home = "/en/dfa/overseas-travel/advice"
    body = "<html><body><nav><a href='/en/dfa/'>Home</a></nav>" + "".join(
        f"<p><a href='{href}'>{name}</a></p>" for href, name in (
            (f"{home}/mali/", "Mali"), ("niger", "Niger"), (f"{home}/mali", "Mali travel advice"), (f"{home}/", "All"),
            ("https://evil.example/en/dfa/overseas-travel/advice/chad/", "Chad"), (f"{home}/mali/map", "Map"),
        )) + "</body></html>"  # fmt: skip
    entries = read("ireland", body.encode())
    addresses = [f"https://www.ireland.ie{home}/{one}/" for one in ("mali", "niger", "chad")]
    assert [entry.url for entry in entries] == addresses


@pytest.mark.parametrize("publisher", listing.LISTS)
@given(body=st.one_of(st.binary(max_size=300), st.sampled_from([feed_of(3), index([("mali", "Mali")]), b"[]", b"{}"])))
def test_whatever_comes_is_entries_or_a_split_error(publisher: str, body: bytes) -> None:
    try:
        found = read(publisher, body)
    except SplitError:
        return
    assert found and all(entry.key and entry.token and entry.url for entry in found)


def test_a_list_without_end_is_not_believed() -> None:
    body = index([(f"place-{number}", f"Place {number}") for number in range(listing.MOST + 1)])
    with pytest.raises(SplitError) as error:
        read("uk-fcdo", body)
    assert error.value.outcome is Outcome.IMPLAUSIBLE
