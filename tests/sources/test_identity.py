"""Which destination a page is about, and what an address tells."""

from __future__ import annotations

import pytest

from monitor import sources
from monitor.model import Block, BlockKind, Cut, Destination, Fact, Section
from monitor.sources import identity, iso
from tests.sources import pages


def called(destination: str, *names: str, text: str = "") -> bool:
    facts = tuple(Fact("name", name) for name in names)
    blocks = (Block(BlockKind.PARAGRAPH, text),)
    found = Cut(template="t", sections=(Section("a", "", blocks),) if text else (), facts=facts)
    key = destination.casefold()
    return identity.about(pages.source("us-page", Destination(key=key, name=destination)), found)


@pytest.mark.parametrize(
    ("destination", "name"),
    [
        ("Mali", "Republic of Mali"),
        ("Saudi Arabia", "Kingdom of Saudi Arabia"),
        ("The Gambia", "Gambia, The"),
        ("Gambia", "Republic of The Gambia"),
        ("Côte d'Ivoire", "Côte d’Ivoire (Ivory Coast)"),
        ("Cote D Ivoire", "Ivory Coast"),
        ("Burma", "Myanmar"),
        ("Turkey", "Türkiye"),
        ("Israel", "Israel, the West Bank and Gaza"),
        ("China", "Mainland China, Hong Kong & Macau"),
        ("United States", "United States of America (USA)"),
        ("South Korea", "Korea, South"),
        ("Democratic Republic of the Congo", "Congo, Democratic Republic of the"),
        ("Micronesia", "Federated States of Micronesia"),
        ("Cote Divoire Ivory Coast", "Côte d’Ivoire (Ivory Coast)"),
        ("North Korea Democratic Peoples Republic Korea", "North Korea (Democratic People’s Republic of Korea)"),
    ],
)
def test_official_forms_and_other_names_are_the_same_country(destination: str, name: str) -> None:
    assert called(destination, name)


@pytest.mark.parametrize(
    ("destination", "name"),
    [
        ("Mali", "Niger"),
        ("Mali", "Malawi"),
        ("Niger", "Nigeria"),
        ("Guinea", "Guinea-Bissau"),
        ("Guinea", "Equatorial Guinea"),
        ("Republic of the Congo", "Democratic Republic of the Congo"),
        ("North Korea", "South Korea"),
        ("Dominica", "Dominican Republic"),
        ("Sudan", "South Sudan"),
        ("Mali", "Mauritania"),
    ],
)
def test_neighbours_and_namesakes_are_another_country(destination: str, name: str) -> None:
    assert not called(destination, name)


def test_a_page_without_a_name_is_judged_by_its_text_and_doubt_is_a_yes() -> None:
    assert called("Mali", "null", text="Travel to Mali is dangerous.")
    assert called("Mali")


def test_one_of_several_names_on_a_page_is_enough() -> None:
    assert called("Macau", "China", "Mainland China, Hong Kong & Macau")


def test_every_country_of_the_table_is_called_by_its_own_name_only() -> None:
    names = {c.name: Destination(key="", name=c.name) for c in iso.countries()}
    assert len(names) == len(iso.countries()) > 200
    for name in names:
        hits = [n for n, d in names.items() if identity.is_called(d, name)]
        assert hits == [name]


@pytest.mark.parametrize(
    ("url", "kind", "publisher", "key", "name"),
    [
        ("https://travel.state.gov/en/international-travel/travel-advisories/mali.html",
         "us-page", "us-state", "mali", "Mali"),
        ("https://travel.state.gov/content/tsg_aem/us/en/home/international-travel/"
         "travel-advisories/destination.civ.html", "us-page", "us-state", "cote-d-ivoire",
         "Côte d'Ivoire"),
        ("https://travel.state.gov/content/travel/en/international-travel/"
         "International-Travel-Country-Information-Pages/ElSalvador.html",
         "us-country", "us-state", "el-salvador", "El Salvador"),
        ("https://travel.state.gov/content/travel/en/traveladvisories/traveladvisories/"
         "mali-travel-advisory.html", "us-advisory", "us-state", "mali", "Mali"),
        ("https://travel.state.gov/_res/rss/TAsTWs.xml", "us-rss", "us-state", "", ""),
        ("https://cadataapi.state.gov/api/TravelAdvisories", "us-api", "us-state", "", ""),
        ("https://ml.usembassy.gov/category/alert/feed/", "us-embassy", "us-embassy", "mali",
         "Mali"),
        ("https://www.gov.uk/api/content/foreign-travel-advice/mali", "uk-api", "uk-fcdo", "mali",
         "Mali"),
        ("https://www.gov.uk/foreign-travel-advice/mali/health", "uk-page", "uk-fcdo", "mali",
         "Mali"),
        ("https://travel.gc.ca/destinations/mali", "canada", "canada", "mali", "Mali"),
        ("https://data.international.gc.ca/travel-voyage/cta-cap-ML.json", "canada", "canada",
         "mali", "Mali"),
        ("https://www.smartraveller.gov.au/destinations/africa/mali", "australia", "australia",
         "mali", "Mali"),
        ("https://www.ireland.ie/en/dfa/overseas-travel/advice/mali/", "ireland", "ireland",
         "mali", "Mali"),
        ("https://example.org/advice/mali.html", "headings", "example.org", "mali", "Mali"),
    ],
)  # fmt: skip
def test_an_address_tells_kind_publisher_and_destination(
    url: str, kind: str, publisher: str, key: str, name: str
) -> None:
    found = sources.source_for(url, b"")
    assert (found.kind, found.publisher) == (kind, publisher)
    assert (found.destination.key, found.destination.name) == (key, name)
    assert found.url == url
    assert found.id.startswith(publisher) and kind in found.id


def test_the_parts_of_one_guide_are_sources_of_their_own() -> None:
    base = "https://www.gov.uk/foreign-travel-advice/mali"
    assert sources.source_for(base, b"").id != sources.source_for(base + "/health", b"").id


COPIES = [
    "us-page/2026-06-08.html", "us-country/2025-03-26.html", "us-advisory/2025-03-26.html",
    "us-rss/2026-10-07-new.xml", "us-embassy/2026-04-29.xml", "uk-api/2026-05-01.json",
    "uk-page/2026-05-01.html", "canada/2026-04-27.html", "canada/2026-04-27.json",
    "australia/2025-07-02.html", "ireland/2026-06-16.html", "headings/2026-02-01.html",
]  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_under_an_unknown_address_is_known_by_its_shape(name: str) -> None:
    body = pages.fixture(name).encode()
    for url in ("file:///saved/mali.html", "https://archive.example.org/mali"):
        assert sources.source_for(url, body).kind == name.partition("/")[0]


@pytest.mark.parametrize("url", ["", "mali", "http://[::1", "https://", ":::", "http://a/%ff"])
def test_no_address_is_too_odd(url: str) -> None:
    found = sources.source_for(url, b"<h1>Mali</h1>")
    assert found.kind == "headings" and found.id
