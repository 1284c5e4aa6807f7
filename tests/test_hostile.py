"""Bad input of every kind: a clear outcome, the old baseline kept, the other sources unaffected."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import verdict
from monitor.model import Outcome
from monitor.store import Store
from tests import databases, hostile
from tests.fakes import page, source
from tests.test_pipeline import Desk

URLS = [
    "https://travel.state.gov/en/international-travel/travel-advisories/mali.html",
    "https://travel.state.gov/_res/rss/TAsTWs.xml",
    "https://cadataapi.state.gov/api/TravelAdvisories",
    "https://ml.usembassy.gov/category/alert/feed/",
    "https://www.gov.uk/api/content/foreign-travel-advice/mali",
    "https://www.gov.uk/foreign-travel-advice/mali",
    "https://travel.gc.ca/destinations/mali",
    "https://data.international.gc.ca/travel-voyage/cta-cap-ML.json",
    "https://www.smartraveller.gov.au/destinations/africa/mali",
    "https://www.ireland.ie/en/dfa/overseas-travel/advice/mali/",
    "https://other.example/advice.html",
]
SMALL = list(hostile.small())


@pytest.mark.parametrize("url", URLS)
def test_any_bytes_on_either_side_give_an_outcome_and_no_exception(url: str) -> None:
    for _, body in SMALL:
        for before, after in ((body, page()), (page(), body), (body, body)):
            assert verdict.compare(before, after, url=url).outcome in Outcome


@given(st.binary(max_size=400), st.sampled_from(URLS))
def test_random_bytes_give_an_outcome_and_no_exception(body: bytes, url: str) -> None:
    assert verdict.compare(body, page(), url=url).outcome in Outcome


@given(st.text(max_size=300), st.sampled_from(URLS))
def test_random_markup_compared_with_itself_says_nothing(text: str, url: str) -> None:
    body = f"<html><body><main><h1>Mali</h1><p>{text}</p></main></body></html>".encode("utf-8", "replace")
    assert verdict.compare(body, body, url=url).findings == ()


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = Store.open(databases.url(), durable=False)
    yield Desk(store, source("a"), source("b", publisher="other"))
    store.close()


def test_hostile_answers_keep_the_baseline_and_leave_the_other_source_alone(desk: Desk) -> None:
    desk.look(page(), 0)
    desk.look(page(), 1)
    for name, body in (case for case in (*hostile.documents(), *hostile.feeds()) if "a page" not in case[0]):
        made, recorded = desk.look(body, 0)
        assert not made.outcome.news and recorded.change_id is None, name
    assert desk.store.state("b").failures == 0
    made, _ = desk.look(page(), 0)
    assert made.outcome is Outcome.UNCHANGED and desk.told() == []


def test_deep_nesting_keeps_its_words() -> None:
    words = b"<p>A curfew is in force tonight in the whole district of Bamako.</p>"
    deep = b"<html><body><main><h1>Mali</h1>" + b"<div>" * 100_000 + words + b"</div>" * 100_000
    deep += b"</main></body></html>"
    found = verdict.compare(deep.replace(b"A curfew is", b"No rule is"), deep, url="https://other.example/mali.html")
    assert any("curfew" in (x.change.after or "") for x in found.findings)
