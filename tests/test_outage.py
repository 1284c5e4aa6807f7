"""When everything fails together, a reader hears of it once, and once that it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor import deliver
from monitor.audience import Channel, Language, MessageKind, Notice, Subscription, Wishes
from monitor.errors import FetchError
from monitor.model import Destination, Source
from monitor.store import Store
from tests import databases
from tests.fakes import START, page, source
from tests.test_pipeline import Desk

SIX = timedelta(hours=6)
DOWN = FetchError("the server cannot be reached (no route to host)")
US = ["Mali", "Niger", "Chad", "Togo", "Benin", "Ghana"]
UK = ["Mali", "Niger", "Chad", "Togo"]


def place(name: str, publisher: str) -> Source:
    host = {"us-state": "travel.state.gov", "uk-fcdo": "www.gov.uk"}[publisher]
    return source(f"{publisher}-{name.lower()}", publisher=publisher, url=f"https://{host}/{name.lower()}",
                  kind="us-page", destination=Destination(key=name.lower(), name=name))  # fmt: skip


SOURCES = [*(place(name, "us-state") for name in US), *(place(name, "uk-fcdo") for name in UK)]


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Ten advisories of two publishers, all seen once."""
    store = Store.open(databases.url(), durable=False)
    made = Desk(store, *SOURCES)
    store.remove_subscription("sub_1", START)
    everything(made, page)
    yield made
    store.close()


def everything(desk: Desk, answer: object, but: tuple[int, ...] = (), **passed: float) -> None:
    """A look at every source but some, a second apart."""
    desk.clock.forward(**passed)
    for number, one in enumerate(SOURCES):
        if number not in but:
            got = page(name=one.destination.name) if callable(answer) else answer
            desk.look(got, number, seconds=1)  # type: ignore[arg-type]


def reader(desk: Desk, name: str, *destinations: str, language: Language = Language.EN) -> None:
    desk.store.add_subscription(Subscription(
        id=f"sub_{name}", channel=Channel.FILE, address=name, created_at=START,
        wishes=Wishes(destinations=destinations, language=language)))  # fmt: skip


def watch(desk: Desk) -> list[Notice]:
    """What readers are told now; a second time tells nothing more."""
    deliver.watch(book=desk.store, now=desk.clock(), after=SIX)
    assert deliver.watch(book=desk.store, now=desk.clock(), after=SIX) == 0
    before = len(desk.sender.notices)
    while desk.deliver():
        pass
    return desk.sender.notices[before:]


def test_our_own_network_down_is_one_message_and_so_is_its_end(desk: Desk) -> None:
    reader(desk, "all")
    everything(desk, DOWN, hours=1)
    assert watch(desk) == []
    everything(desk, DOWN, hours=6)
    (told,) = watch(desk)
    assert told.kind is MessageKind.BLIND
    assert told.headline == "We cannot see any of the 10 advisories that you follow: our own connection may be down"
    assert "Benin" in " ".join(told.sentences) and "no route to host" in " ".join(told.sentences)
    everything(desk, DOWN, hours=6)
    assert watch(desk) == []
    everything(desk, page, hours=1)
    (again,) = watch(desk)
    assert again.kind is MessageKind.ALL_CLEAR and again.headline == "We see all 10 advisories that you follow again"
    assert again.references == (desk.sender.sent[0][0],)
    everything(desk, page, hours=1)
    assert watch(desk) == []


def test_each_reader_hears_of_the_own_destinations_in_the_own_language(desk: Desk) -> None:
    reader(desk, "mali", "mali", language=Language.FR)
    reader(desk, "ghana", "ghana")
    everything(desk, DOWN, hours=1)
    everything(desk, DOWN, hours=6)
    told = {notice.language: notice for notice in watch(desk)}
    assert told[Language.FR].headline == ("Nous ne voyons plus aucun des 2 avis que vous suivez\u00a0: notre propre"
                                          " connexion est peut-être coupée")  # fmt: skip
    assert told[Language.FR].destination == "Mali" and "Ghana" not in " ".join(told[Language.FR].sentences)
    assert told[Language.EN].headline == "We cannot see the advisory that you follow: our own connection may be down"
    everything(desk, page, hours=1)
    told = {notice.language: notice for notice in watch(desk)}
    assert told[Language.FR].headline == "Nous voyons de nouveau les 2 avis que vous suivez"
    assert told[Language.EN].headline == "We see the advisory that you follow again"


def test_looks_that_fail_at_different_hours_are_still_one_message(desk: Desk) -> None:
    """The first is due for telling while the others have failed for an hour only."""
    reader(desk, "all")
    everything(desk, page, but=(0, 9), hours=5)
    desk.look(DOWN, 0, minutes=1)
    everything(desk, DOWN, but=(0,), minutes=1)
    desk.look(DOWN, 0, hours=1)
    assert [notice.kind for notice in watch(desk)] == [MessageKind.BLIND]
    everything(desk, DOWN, hours=6)
    assert watch(desk) == []


def test_one_server_of_our_own_that_still_answers_changes_nothing(desk: Desk) -> None:
    reader(desk, "all")
    everything(desk, DOWN, hours=1)
    everything(desk, DOWN, but=(9,), hours=6)
    desk.look(page(name="Togo"), 9, seconds=1)
    (told,) = watch(desk)
    assert "any of the 9 advisories" in told.headline and "Togo" in " ".join(told.sentences)


def test_one_publisher_that_refuses_us_everywhere_is_one_message_that_names_it(desk: Desk) -> None:
    reader(desk, "all")
    us = tuple(range(len(US)))
    uk = tuple(range(len(US), len(SOURCES)))
    for hours in (1, 6):
        everything(desk, FetchError("HTTP 403"), but=uk, hours=hours)
        everything(desk, page, but=us)
    (told,) = watch(desk)
    assert told.headline.startswith("We cannot see any of the 6 advisories that you follow of one publisher (")
    assert "our own connection" not in " ".join((told.headline, *told.sentences))
    everything(desk, page, hours=1)
    assert [notice.kind for notice in watch(desk)] == [MessageKind.ALL_CLEAR]


def test_a_few_pages_that_fail_are_told_one_by_one(desk: Desk) -> None:
    reader(desk, "all")
    for hours in (1, 6):
        everything(desk, page, but=(0, 1), hours=hours)
        desk.look(DOWN, 0, seconds=1)
        desk.look(DOWN, 1, seconds=1)
    assert sorted(notice.destination for notice in watch(desk)) == ["Mali", "Niger"]


def test_what_stays_out_of_sight_is_named_at_the_end_and_told_anew_only_later(desk: Desk) -> None:
    reader(desk, "all")
    reader(desk, "mali", "mali")
    for hours in (1, 6):
        everything(desk, DOWN, hours=hours)
    watch(desk)
    everything(desk, page, but=(0,), hours=1)
    desk.look(DOWN, 0, seconds=1)
    told = watch(desk)
    assert sorted(notice.headline for notice in told) == [
        "We see 1 of the 2 advisories that you follow again",
        "We see 9 of the 10 advisories that you follow again"]  # fmt: skip
    assert all("Still not visible: Mali" in " ".join(notice.sentences) for notice in told)
    everything(desk, page, but=(0,), hours=4)
    desk.look(DOWN, 0, seconds=1)
    assert watch(desk) == []
    everything(desk, page, but=(0,), hours=3)
    desk.look(DOWN, 0, seconds=1)
    assert [notice.destination for notice in watch(desk)] == ["Mali", "Mali"]


def test_a_page_that_was_dark_before_keeps_its_own_message(desk: Desk) -> None:
    reader(desk, "all")
    for hours in (1, 6):
        everything(desk, page, but=(0,), hours=hours)
        desk.look(DOWN, 0, seconds=1)
    assert [notice.destination for notice in watch(desk)] == ["Mali"]
    for hours in (1, 6):
        everything(desk, DOWN, hours=hours)
    (told,) = watch(desk)
    assert "any of the 9 advisories" in told.headline


def test_a_connection_that_fails_again_is_told_again(desk: Desk) -> None:
    reader(desk, "all")
    kinds = []
    for _ in range(2):
        for hours in (1, 6):
            everything(desk, DOWN, hours=hours)
        kinds += [notice.kind for notice in watch(desk)]
        everything(desk, page, hours=1)
        kinds += [notice.kind for notice in watch(desk)]
    assert kinds == [MessageKind.BLIND, MessageKind.ALL_CLEAR] * 2
