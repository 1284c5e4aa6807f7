"""One destination watched alone: what its publisher says of many destinations is not news of this one."""

from collections.abc import Iterator

import pytest

from monitor.model import Severity
from monitor.store import Store
from tests import databases
from tests.fakes import page, source
from tests.test_pipeline import Desk

SHARED = "From {} the desk for citizens answers at +1 202 555 0143 by day and night."
OWN = "From Mali the desk for citizens answers at +1 202 555 0199 on weekdays."
RISK = "Scams that target visitors to {} may begin on the telephone."
NAMES = "Benin Chad Ghana Kenya Niger Sudan Togo Zambia Angola Gabon Malawi Congo".split()


def item(name: str, *words: str) -> str:
    body = "".join(f"&lt;p&gt;{one.format(name)}&lt;/p&gt;" for one in words)
    return (
        f"<item><title>{name} - Level 3: Reconsider Travel</title><link>https://travel.state.gov/content/travel/en/"
        f"traveladvisories/traveladvisories/{name.lower()}-travel-advisory.html</link>"
        f"<category domain='Threat-Level'>Level 3: Reconsider Travel</category><pubDate>Mon, 08 Jun 2026</pubDate>"
        f"<description>{body}</description></item>"
    )


def feed(*words: str) -> bytes:
    mali = item("Mali", "Reconsider travel to {} due to crime.")
    others = "".join(item(name, "Reconsider travel to {} due to unrest.", *words) for name in NAMES)
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{mali}{others}</channel></rss>".encode()


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = Store.open(databases.url(), durable=False)
    rss = source("mali-rss", kind="us-rss", url="https://travel.state.gov/_res/rss/TAsTWs.xml")
    yield Desk(store, source("mali-page"), rss)
    store.close()


def severity(desk: Desk, words: str) -> Severity:
    desk.look(page())
    _, recorded = desk.look(page(words=words.format("Mali")))
    change = desk.store.change(recorded.change_id or 0)
    assert change is not None
    return change.severity


def test_a_text_that_the_feed_shows_on_many_destinations_is_only_recorded_as_wording(desk: Desk) -> None:
    desk.look(feed(SHARED, "The same on {} and everywhere."), 1)
    assert severity(desk, SHARED) is Severity.LOW


def test_the_same_text_is_news_while_no_feed_showed_it_elsewhere(desk: Desk) -> None:
    desk.look(feed("Something else about {}."), 1)
    assert severity(desk, SHARED) is Severity.MEDIUM


def test_a_text_of_its_own_stays_news(desk: Desk) -> None:
    desk.look(feed(SHARED), 1)
    assert severity(desk, OWN) is Severity.MEDIUM


def test_a_risk_that_many_pages_name_is_news_where_it_is_new(desk: Desk) -> None:
    desk.look(feed(RISK), 1)
    assert severity(desk, RISK) is Severity.MEDIUM


def test_an_order_to_leave_that_every_page_carries_is_still_an_order_to_leave(desk: Desk) -> None:
    order = "On June 9, 2026, the Department ordered non-emergency U.S. government employees to leave {}."
    desk.look(feed(order), 1)
    assert severity(desk, order) is Severity.CRITICAL


def test_the_memory_is_renewed_once_a_day_and_not_on_every_visit(desk: Desk) -> None:
    desk.look(feed(SHARED), 1)
    first = desk.store.learned_at("us-state")
    desk.look(feed(SHARED), 1, hours=1)
    assert desk.store.learned_at("us-state") == first
    desk.look(feed(SHARED), 1, hours=24)
    later = desk.store.learned_at("us-state")
    assert first is not None and later is not None and later > first


def test_what_was_not_seen_for_half_a_year_is_forgotten(desk: Desk) -> None:
    desk.look(feed(SHARED), 1)
    desk.look(feed("Something else about {}."), 1, days=200)
    assert severity(desk, SHARED) is Severity.MEDIUM


def test_a_broken_feed_teaches_nothing(desk: Desk) -> None:
    desk.look(feed(SHARED)[:-40], 1)
    assert desk.store.learned_at("us-state") is None
