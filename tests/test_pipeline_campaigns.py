"""The story of a site-wide edit: it gathers, is told once, and hides nothing that is a page's own."""

from collections.abc import Iterator

import pytest

from monitor import pipeline
from monitor.core import campaign
from monitor.model import (
    ChangeState,
    Channel,
    Destination,
    Notice,
    Severity,
    Source,
    StoredChange,
    Subscription,
)
from monitor.store import Store
from tests.fakes import START, page, source
from tests.test_pipeline import Desk

NAMES = ("Mali", "Niger", "Chad", "Togo", "Ghana", "Benin", "Gambia")
BOILERPLATE = "Look at the air quality map of the health service, which covers {0} too, before you pack."
OWN = "A large festival will take place in the old town on June 20, 2026."
ORDER = "On June 9, 2026, the Department ordered non-emergency U.S. government employees to leave."


def watched(name: str) -> Source:
    key = name.casefold()
    return source(f"{key}-page", destination=Destination(key=key, name=name),
                  url=f"https://travel.state.gov/en/international-travel/travel-advisories/{key}.html")  # fmt: skip


class Region(Desk):
    """Several destinations of one publisher, each with a page of its own."""

    def __init__(self, store: Store, names: tuple[str, ...] = NAMES) -> None:
        super().__init__(store, *(watched(name) for name in names))
        for n in range(len(names)):
            self.show(n, "", seconds=1)

    def show(self, which: int, words: str = BOILERPLATE, **later: float) -> StoredChange | None:
        name = self.sources[which].destination.name
        _, recorded = self.look(page(name=name, words=words.format(name)), which, **(later or {"seconds": 2}))
        return self.store.change(recorded.change_id) if recorded.change_id else None

    def wait(self, **later: float) -> list[Notice]:
        """Everything told once the time has passed."""
        self.clock.forward(**(later or {"minutes": 61}))
        pipeline.settle_gathered(book=self.store, now=self.clock())
        self.told()
        return self.sender.notices

    def state(self, change: StoredChange | None) -> ChangeState:
        assert change is not None
        now = self.store.change(change.id)
        assert now is not None
        return now.state


@pytest.fixture
def region() -> Iterator[Region]:
    store = Store.open("sqlite://", durable=False)
    yield Region(store)
    store.close()


def test_the_same_edit_on_many_destinations_is_one_message_and_no_notice(region: Region) -> None:
    seen = [region.show(n) for n in range(len(NAMES))]
    assert region.told() == [] and {region.state(one) for one in seen} == {ChangeState.GATHERING}
    (told,) = region.wait()
    assert told.kind == "campaign" and f"{len(NAMES)} destinations" in told.headline
    assert "air quality map" in " ".join(told.sentences) and set(NAMES) == set(told.destinations)
    assert {region.state(one) for one in seen} == {ChangeState.CAMPAIGN}
    assert region.wait() == [told]


def test_four_destinations_are_four_notices_an_hour_later(region: Region) -> None:
    for n in range(campaign.SIZE - 1):
        region.show(n)
    told = region.wait()
    assert [one.kind for one in told] == ["notice"] * 4
    assert {one.destination for one in told} == set(NAMES[:4])


def test_what_a_page_says_beside_the_edit_is_told_by_itself(region: Region) -> None:
    for n in range(1, len(NAMES)):
        region.show(n)
    own = region.show(0, f"{BOILERPLATE}\n{OWN}")
    told = region.wait()
    notice = next(one for one in told if one.kind == "notice")
    assert [one.kind for one in told].count("notice") == 1 and region.state(own) is ChangeState.TOLD
    assert notice.destination == "Mali" and "festival" in notice.headline
    assert not any("air quality" in sentence for sentence in notice.sentences)


def test_what_has_to_be_reviewed_today_never_waits(region: Region) -> None:
    change = region.show(0, ORDER)
    assert region.state(change) is ChangeState.TOLD and len(region.told()) == 1


def test_a_grave_edit_of_many_pages_is_told_for_each_of_them(region: Region) -> None:
    for n in range(len(NAMES)):
        region.show(n, ORDER)
    assert len(region.told()) == len(NAMES)


def test_an_edit_that_trickles_in_over_days_is_told_once(region: Region) -> None:
    for n in range(campaign.SIZE):
        region.show(n)
    assert [one.kind for one in region.wait()] == ["campaign"]
    late = [region.show(n, days=3) for n in range(campaign.SIZE, len(NAMES))]
    assert {region.state(one) for one in late} == {ChangeState.CAMPAIGN}
    assert [one.kind for one in region.wait()] == ["campaign"]


def test_notices_told_before_the_fifth_page_are_not_repeated_by_a_campaign_of_the_rest(region: Region) -> None:
    for n in range(len(NAMES)):
        region.show(n, hours=5)
        region.wait()
    told = region.wait()
    assert [one.kind for one in told].count("notice") == campaign.SIZE - 1
    assert [one.kind for one in told].count("campaign") == 1


def test_an_edit_that_is_taken_back_by_one_page_later_is_that_pages_news(region: Region) -> None:
    for n in range(len(NAMES)):
        region.show(n)
    region.wait()
    back = region.show(0, "", days=1)
    told = region.wait()
    assert region.state(back) is ChangeState.TOLD and told[-1].destination == "Mali"


def test_few_watched_destinations_cannot_show_a_site_wide_edit_so_nothing_waits() -> None:
    store = Store.open("sqlite://", durable=False)
    region = Region(store, NAMES[:4])
    change = region.show(0)
    assert region.state(change) is ChangeState.TOLD and len(region.told()) == 1
    store.close()


def test_a_reader_of_one_destination_gets_the_campaign_with_that_name_only(region: Region) -> None:
    region.store.add_subscription(Subscription(
        id="sub_2", channel=Channel.FILE, address="two", destinations=("togo",), floor=Severity.LOW,
        created_at=START))  # fmt: skip
    region.store.add_subscription(Subscription(
        id="sub_3", channel=Channel.FILE, address="three", destinations=("japan",), floor=Severity.LOW,
        created_at=START))  # fmt: skip
    for n in range(len(NAMES)):
        region.show(n)
    told = region.wait()
    assert sorted(len(one.destinations) for one in told) == [1, len(NAMES)]
    assert ("Togo",) in [one.destinations for one in told]


def test_a_reader_who_wants_only_grave_news_gets_no_campaign_of_less(region: Region) -> None:
    region.store.remove_subscription("sub_1")
    region.store.add_subscription(Subscription(
        id="sub_2", channel=Channel.FILE, address="two", floor=Severity.HIGH, created_at=START))  # fmt: skip
    for n in range(len(NAMES)):
        region.show(n)
    assert region.wait() == []
