"""Where a source stands, kept by each visit that brings a new page, and read once from what an older monitor kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from monitor import pipeline, wiring
from monitor.model import ChangeState, Source
from monitor.posture import Rung
from monitor.store import Store
from monitor.store.schema import stands
from tests import databases
from tests.fakes import page, source
from tests.test_pipeline import COUP, ORDER, Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = Store.open(databases.url(), durable=False)
    yield Desk(store)
    store.close()


def level(desk: Desk) -> list[int | None]:
    return [one.posture.level for one in desk.store.standing(["mali"])]


def test_the_first_look_says_where_a_source_stands_and_a_change_moves_it(desk: Desk) -> None:
    desk.look(page(level=3))
    assert level(desk) == [3]
    _, recorded = desk.look(page(level=3, words=ORDER))
    (now,) = desk.store.standing(["mali"])
    assert now.posture.rungs == {Rung.ORDERED} and now.event_id == recorded.event_id
    assert now.posture.holds[0].quote == ORDER


def test_a_held_fall_counts_once_it_is_settled_and_never_if_it_is_taken_back(desk: Desk) -> None:
    desk.look(page(level=4))
    desk.look(page(level=3))
    assert level(desk) == [4], "nobody has confirmed the fall"
    desk.look(page(level=4), minutes=1)
    assert level(desk) == [4] and len(desk.store.stands("mali")) == 1
    desk.look(page(level=3), minutes=1)
    desk.look(page(level=3), minutes=1)
    assert level(desk) == [3] and [one.posture.level for one in desk.store.stands("mali")] == [4, 3]


def test_a_fall_that_nobody_could_confirm_counts_when_it_is_told(desk: Desk) -> None:
    desk.look(page(level=4))
    desk.look(page(level=3))
    desk.clock.forward(minutes=31)
    pipeline.settle_held(book=desk.store, now=desk.clock())
    assert level(desk) == [3]


def test_a_level_that_is_back_with_another_edit_is_where_the_source_stands(desk: Desk) -> None:
    desk.look(page(level=4))
    desk.look(page(level=3))
    desk.look(page(level=4, words=COUP), minutes=1)
    assert level(desk) == [4]


def test_a_page_that_was_kept_before_postures_were_read_is_read_once(desk: Desk) -> None:
    desk.look(page(level=3))
    _forget(desk.store)
    watched = desk.sources[0]
    assert desk.store.without_stand() == (watched.id,)
    assert pipeline.read_stand(watched, desk.store)
    assert level(desk) == [3] and desk.store.without_stand() == ()


def test_a_page_that_waits_for_its_second_look_is_not_read_before(desk: Desk) -> None:
    desk.look(page(level=4))
    _, recorded = desk.look(page(level=3))
    held = desk.store.change(recorded.event_id)
    assert held is not None and held.state is ChangeState.HELD
    _forget(desk.store)
    assert not pipeline.read_stand(desk.sources[0], desk.store)
    assert level(desk) == []


def test_a_start_reads_what_an_older_monitor_kept_a_few_at_each_tick(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("""
[database]
url = "sqlite:///monitor.db"
[[destinations]]
name = "Mali"
iso3 = "MLI"
  [[destinations.sources]]
  id = "mali-page"
  kind = "us-page"
  url = "https://travel.state.gov/mali.html"
""")
    parts = wiring.parts(config)
    try:
        desk = Desk.__new__(Desk)
        _look_with(desk, parts.store, parts.sources)
        _forget(parts.store)
        parts.store.postpone("mali-page", desk.clock.forward(days=900))
        parts.catch_up()
        parts.check_due()
        assert [one.posture.level for one in parts.store.standing(["mali"])] == [3]
    finally:
        parts.close()


def _look_with(desk: Desk, store: Store, watched: tuple[Source, ...]) -> None:
    from tests.fakes import Clock, Web

    desk.store, desk.clock, desk.sources = store, Clock(), watched
    desk.web = Web(desk.clock)
    desk.look(page(level=3))


def _forget(store: Store) -> None:
    with store._db.write() as conn:
        conn.execute(delete(stands))


def test_every_route_of_a_destination_has_its_own_stand() -> None:
    store = Store.open(databases.url(), durable=False)
    desk = Desk(store, source("a"), source("b", url="https://travel.state.gov/other/mali.html"))
    desk.look(page(level=3), 0)
    desk.look(page(level=4), 1)
    assert [(one.source_id, one.posture.level) for one in store.standing(["mali"])] == [("a", 3), ("b", 4)]
    store.close()
