"""All destinations of a publisher by one line: found, watched, fetched once a round, and never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.model import Outcome
from monitor.wiring import Parts
from tests.fakes import Clock
from tests.lists.house import MALI, service, tick, uk, us
from tests.lists.publisher import (
    FEED,
    INDEX,
    Publisher,
    countries,
    document,
    feed,
    feed_of,
    index,
    item,
    new_link,
    old_link,
)

HOUR = 3600.0
NAMES = [("mali", "Mali"), ("niger", "Niger"), ("cote-d-ivoire", "Côte d'Ivoire"), ("myanmar", "Myanmar (Burma)")]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def outcomes(parts: Parts) -> dict[str, Outcome | None]:
    return {view.state.source_id: view.state.last_outcome for view in parts.store.overview()}


def serve_uk(publisher: Publisher, names: list[tuple[str, str]]) -> None:
    publisher.pages = {INDEX: index(names)}
    publisher.pages |= {f"{INDEX}/{slug}": document(slug, name) for slug, name in names}


def test_one_line_watches_every_destination_and_fetches_their_feed_once_a_round(
    tmp_path: Path, publisher: Publisher, clock: Clock
) -> None:
    publisher.pages[FEED] = feed_of(30)
    with service(tmp_path, publisher, us(publisher), clock) as parts:
        tick(parts, clock)
        assert len(parts.sources) == 30 and set(outcomes(parts).values()) == {Outcome.FIRST}
        assert publisher.asked[FEED] == 1
        for rounds in range(2, 6):
            tick(parts, clock, 1.2 * 900)
            assert publisher.asked[FEED] == rounds
        assert set(outcomes(parts).values()) == {Outcome.UNCHANGED}
        due = {view.state.next_due_at for view in parts.store.overview()}
        assert len(due) == 1  # they stay together
    assert publisher.answered == {200: 1, 304: 4}


def test_every_visit_of_a_round_names_the_same_capture(tmp_path: Path, publisher: Publisher, clock: Clock) -> None:
    publisher.pages[FEED] = feed_of(20)
    with service(tmp_path, publisher, us(publisher), clock) as parts:
        tick(parts, clock)
        kept = [parts.store.baseline(source.id) for source in parts.sources]
        assert len({(one.taken_at, one.sha256, one.page.body) for one in kept if one}) == 1 and None not in kept
        assert parts.store.counts()["bodies"] == 1


def test_a_change_in_the_feed_is_a_change_of_that_destination_alone(
    tmp_path: Path, publisher: Publisher, clock: Clock
) -> None:
    publisher.pages[FEED] = feed_of(20, level=2)
    with service(tmp_path, publisher, us(publisher), clock) as parts:
        tick(parts, clock)
        publisher.pages[FEED] = feed_of(20, level=4)
        tick(parts, clock, 1000)
        assert [change.destination for change in parts.store.changes()] == ["mali"]
        assert publisher.asked[FEED] == 2
        # It is told at once, and confirmed by a second look of its own at a new answer.
        tick(parts, clock, 61)
        assert publisher.asked[FEED] == 3
        assert parts.store.changes()[0].confirmed


def test_a_feed_that_is_down_is_asked_once_a_round_and_all_its_destinations_fail(
    tmp_path: Path, publisher: Publisher, clock: Clock
) -> None:
    publisher.pages[FEED] = feed_of(20)
    with service(tmp_path, publisher, us(publisher), clock) as parts:
        tick(parts, clock)
        publisher.down = 503
        tick(parts, clock, 1000)
        assert publisher.asked[FEED] == 2
        assert set(outcomes(parts).values()) == {Outcome.UNAVAILABLE}
        tick(parts, clock, 301)
        assert publisher.asked[FEED] == 3
        publisher.down = 0
        tick(parts, clock, 601)
        assert set(outcomes(parts).values()) == {Outcome.UNCHANGED} and publisher.asked[FEED] == 4


def test_a_new_destination_is_watched_within_one_interval_and_the_log_says_so(
    tmp_path: Path, publisher: Publisher, clock: Clock
) -> None:
    serve_uk(publisher, NAMES)
    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        tick(parts, clock)
        assert "uk-fcdo:chad" not in parts.register._by_id
        serve_uk(publisher, [*NAMES, ("chad", "Chad")])
        with capture_logs() as logs:
            tick(parts, clock, 1.1 * HOUR)
            tick(parts, clock, 10)
        assert outcomes(parts)["uk-fcdo:chad"] is Outcome.FIRST
        said = [one for one in logs if "did not name before" in one["event"]]
        assert [one["source"] for one in said] == ["uk-fcdo:chad"]
        (view,) = parts.store.lists(clock() - timedelta(days=7))
        assert [one.source_id for one in view.new] == ["uk-fcdo:chad"] and view.watched == 5


def test_a_destination_that_the_list_names_no_longer_is_watched_on_and_told(
    tmp_path: Path, publisher: Publisher, clock: Clock
) -> None:
    serve_uk(publisher, NAMES)
    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        tick(parts, clock)
        publisher.pages[INDEX] = index(NAMES[1:])
        with capture_logs() as logs:
            tick(parts, clock, 1.2 * HOUR)
            tick(parts, clock, 1.2 * HOUR)
        assert [one["source"] for one in logs if "no longer" in one["event"]] == ["uk-fcdo:mali"]
        assert outcomes(parts)["uk-fcdo:mali"] is Outcome.UNCHANGED
        (view,) = parts.store.lists(clock())
        assert [one.source_id for one in view.missing] == ["uk-fcdo:mali"]
        publisher.pages[INDEX] = index(NAMES)
        tick(parts, clock, 1.2 * HOUR)
        assert parts.store.lists(clock())[0].missing == ()


@pytest.mark.parametrize("broken", [
    index([("mali", "Mali")]), b"<html><body><h1>Access Denied</h1></body></html>", b'{"links": {}}',
    b'{"links": {"chi', b'{"links": {"children": []}}', b"",
], ids=["short", "denied", "other", "cut off", "empty list", "empty"])  # fmt: skip
def test_a_list_that_cannot_be_whole_changes_nothing_and_is_told(
    tmp_path: Path, publisher: Publisher, clock: Clock, broken: bytes
) -> None:
    serve_uk(publisher, NAMES)
    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        tick(parts, clock)
        before = parts.sources
        publisher.pages[INDEX] = broken
        tick(parts, clock, 1.2 * HOUR)
        assert parts.sources == before
        (view,) = parts.store.lists(clock())
        assert view.state.failures == 1 and view.state.last_reason and view.missing == ()
        assert {view.state.source_id for view in parts.store.overview()} == {source.id for source in before}


def test_a_list_that_lost_a_third_is_not_believed(tmp_path: Path, publisher: Publisher, clock: Clock) -> None:
    publisher.pages[FEED] = feed_of(30)
    with service(tmp_path, publisher, us(publisher), clock) as parts:
        tick(parts, clock)
        publisher.pages[FEED] = feed_of(20)
        tick(parts, clock, 1000)
        (view,) = parts.store.lists(clock())
        assert view.state.last_outcome is Outcome.IMPLAUSIBLE and "fell from 30" in view.state.last_reason
        assert len(parts.sources) == 30 and view.missing == ()


def test_a_start_while_the_publisher_is_down_watches_the_same_set(
    tmp_path: Path, publisher: Publisher, clock: Clock
) -> None:
    serve_uk(publisher, NAMES)
    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        tick(parts, clock)
        before = parts.sources
    publisher.down = 503
    clock.forward(hours=2)
    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        assert parts.sources == before
        tick(parts, clock)
        assert parts.store.lists(clock())[0].state.failures == 1
        assert set(outcomes(parts).values()) == {Outcome.FIRST, Outcome.UNAVAILABLE} - {Outcome.FIRST}


def test_first_looks_at_pages_are_spread(tmp_path: Path, publisher: Publisher, clock: Clock) -> None:
    names = [(one.name.casefold().replace(" ", "-"), one.name) for one in countries(60) if one.name.isascii()]
    names = [(slug, name) for slug, name in names if slug.replace("-", "").isalpha()]
    serve_uk(publisher, names)
    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        parts.look_at_lists()
        due = sorted(view.state.next_due_at for view in parts.store.overview() if view.state.next_due_at)
        assert len(due) == len(names) and due[-1] - due[0] > timedelta(seconds=len(names))
        assert len(parts.store.due(clock() + timedelta(seconds=10))) < len(names) / 3


def test_what_is_left_out_is_not_watched_until_it_is_wanted(
    tmp_path: Path, publisher: Publisher, clock: Clock
) -> None:
    serve_uk(publisher, NAMES)
    with service(tmp_path, publisher, uk(publisher, 'except = ["Ivory Coast", "niger"]\n'), clock) as parts:
        tick(parts, clock)
        assert set(outcomes(parts)) == {"uk-fcdo:mali", "uk-fcdo:burma"}
    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        assert len(parts.sources) == 4 and "uk-fcdo:niger" in outcomes(parts)
    with service(tmp_path, publisher, MALI + f'[[destinations.sources]]\nid = "x"\nkind = "uk-api"\n'
                 f'url = "{publisher.url(INDEX)}/mali"\n', clock) as parts:  # fmt: skip
        assert set(outcomes(parts)) == {"x"}


def test_a_configured_destination_and_source_come_first(tmp_path: Path, publisher: Publisher, clock: Clock) -> None:
    publisher.pages[FEED] = feed_of(10)
    mine = (f'{MALI}[[destinations.sources]]\nid = "mine"\nkind = "us-rss"\npublisher = "us-state"\n'
            f'url = "{publisher.url(FEED)}"\n')  # fmt: skip
    serve_uk(publisher, NAMES)
    publisher.pages[FEED] = feed_of(10)
    with service(tmp_path, publisher, mine + us(publisher) + uk(publisher), clock) as parts:
        tick(parts, clock)
        tick(parts, clock, 60)
        assert {s.id for s in parts.sources if s.destination.key == "ml"} == {"mine", "uk-fcdo:mali"}
        assert "us-state:mali" not in outcomes(parts) and outcomes(parts)["mine"] is Outcome.FIRST
        assert publisher.asked[FEED] == 1  # the configured one is served the same answer


def test_one_place_of_two_publishers_is_one_destination(tmp_path: Path, publisher: Publisher, clock: Clock) -> None:
    serve_uk(publisher, NAMES)
    publisher.pages[FEED] = feed([item("Burma", new_link("mmr")), item("Côte d’Ivoire", new_link("civ")),
                                  item("Mali", old_link("mali"))])  # fmt: skip
    with service(tmp_path, publisher, us(publisher) + uk(publisher), clock) as parts:
        tick(parts, clock)
        tick(parts, clock, 60)
        routes = {source.id: source.destination.key for source in parts.sources}
        assert routes["us-state:burma"] == routes["uk-fcdo:burma"] == "burma"
        assert len(set(routes.values())) == 4 and set(outcomes(parts).values()) == {Outcome.FIRST}


def test_a_new_name_address_or_rendering_goes_on_with_the_same_history(
    tmp_path: Path, publisher: Publisher, clock: Clock
) -> None:
    serve_uk(publisher, [*NAMES, ("st-helena-ascension", "St Helena, Ascension")])
    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        tick(parts, clock)
        tick(parts, clock, 60)
        before = {source.id for source in parts.sources}
        serve_uk(publisher, [*NAMES[:3], ("burma", "Burma"), ("st-helena", "St Helena, Ascension")])
        tick(parts, clock, 1.2 * HOUR)
        tick(parts, clock, 10)
        assert {source.id for source in parts.sources} == before
        assert parts.source("uk-fcdo:burma").url.endswith("/burma")
        assert parts.source("uk-fcdo:st-helena-ascension").url.endswith("/st-helena")
        assert set(outcomes(parts).values()) == {Outcome.UNCHANGED}
        assert publisher.answered[404] == 0 and parts.store.changes() == ()


def test_an_id_that_a_list_makes_cannot_be_taken_by_hand(tmp_path: Path, publisher: Publisher, clock: Clock) -> None:
    from monitor.errors import ConfigError

    mine = f'{MALI}[[destinations.sources]]\nid = "uk-fcdo:x"\nkind = "uk-api"\nurl = "https://www.gov.uk/x"\n'
    with pytest.raises(ConfigError, match="take another"), service(tmp_path, publisher, mine + uk(publisher), clock):
        pass


def test_after_a_change_elsewhere_in_the_feed_the_next_round_is_not_modified_for_all(
    tmp_path: Path, publisher: Publisher, clock: Clock
) -> None:
    publisher.pages[FEED] = feed_of(10, words="Fuel is short.")
    with service(tmp_path, publisher, us(publisher), clock) as parts:
        tick(parts, clock)
        publisher.pages[FEED] = feed_of(10, words="Fuel is short. Avoid the market at night.")
        tick(parts, clock, 1000)
        before = publisher.answered[304]
        for _ in range(3):
            tick(parts, clock, 1000)
        assert publisher.answered == {200: 2, 304: before + 3}
