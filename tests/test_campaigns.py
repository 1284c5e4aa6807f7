"""The same edit on many destinations: told once for all, with nothing lost and nothing late that must not be."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from monitor import pipeline
from monitor.audience import Channel, Subscription, Wishes
from monitor.commands import looking_back
from monitor.core import campaign, notice
from monitor.model import ChangeState, Destination, Page, Severity, Source
from monitor.replay import Replay, write, write_told
from monitor.store import Store
from monitor.web.app import SiteView, create_app
from tests import databases
from tests.fakes import START, Sender, page, source
from tests.test_pipeline import ORDER, Desk

AIR = (
    "Air pollution can be a problem for those who visit {}. For common air pollutants, see the page on air.\n"
    "For general health information, see the page on health abroad."
)
NAMES = ("Benin", "Chad", "Ghana", "Kenya", "Niger", "Sudan", "Togo", "Zambia")
OWN = "Landlords in {} now ask for rent a year in advance."


def place(name: str, route: str = "page") -> Source:
    return source(f"{name.lower()}-{route}", destination=Destination(key=name.lower(), name=name),
                  url=f"https://travel.state.gov/en/{route}/{name.lower()}.html")  # fmt: skip


class Many(Desk):
    """An installation that watches several destinations of one publisher."""

    def __init__(self, *names: str, more: tuple[Source, ...] = (), store: Store | None = None) -> None:
        super().__init__(store or Store.open(databases.url(), durable=False), *map(place, names), *more)
        self.names = names
        for number in range(len(self.sources)):
            self.show(number, seconds=1)

    def show(self, which: int, words: str = "", level: int = 4, **later: float) -> str:
        """The page of a destination says this; the event id of the change, if there is one."""
        name = self.sources[which].destination.name
        body = page(level=level, words=words.replace("{}", name), name=name)
        return self.look(body, which, **(later or {"minutes": 1}))[1].event_id

    def settle(self, **later: float) -> int:
        self.clock.forward(**later)
        return pipeline.settle_gathered(book=self.store, now=self.clock())

    def kinds(self) -> list[str]:
        self.told()
        return [made.kind for made in self.sender.notices]

    def state(self, event_id: str) -> ChangeState:
        change = self.store.change(event_id)
        assert change is not None
        return change.state


@pytest.fixture
def many() -> Iterator[Many]:
    desk = Many(*NAMES)
    yield desk
    desk.store.close()


def test_an_edit_on_many_destinations_is_one_message_with_all_their_names(many: Many) -> None:
    events = [many.show(number, AIR) for number in range(7)]
    assert many.told() == []
    many.settle(minutes=60)
    (headline,) = many.told()
    notice = many.sender.notices[0]
    assert headline.startswith("United States: the same edit on 7 destinations — new in Travel advisory /")
    assert len(headline) <= 120 and notice.kind == "campaign" and notice.event_id.startswith("cmp_")
    assert notice.destinations == NAMES[:7] and "on 7 destinations" in notice.sentences[-2]
    assert sum("Air pollution" in said for said in notice.sentences) == 1
    assert {many.state(event) for event in events} == {ChangeState.CAMPAIGN}
    assert many.settle(days=2) == 0 and len(many.told()) == 1


def test_a_page_with_more_to_say_is_told_for_the_rest(many: Many) -> None:
    events = [many.show(number, AIR) for number in range(6)]
    event = many.show(6, AIR + "\n" + OWN)
    many.settle(minutes=60)
    assert sorted(many.kinds()) == ["campaign", "notice"]
    (own,) = [made for made in many.sender.notices if made.kind == "notice"]
    assert own.destination == "Togo" and "rent" in own.headline and "pollution" not in " ".join(own.sentences)
    assert many.state(event) is ChangeState.TOLD and many.state(events[0]) is ChangeState.CAMPAIGN
    assert {f.rule for f in own.findings if f.severity is Severity.NONE} >= {"site-wide"}


def test_destinations_that_follow_within_the_window_join_without_a_message(many: Many) -> None:
    for number in range(5):
        many.show(number, AIR)
    many.settle(minutes=60)
    event = many.show(5, AIR, days=6)
    late = many.show(6, AIR, days=6)
    assert many.state(event) is many.state(late) is ChangeState.CAMPAIGN
    many.settle(hours=2)
    assert many.kinds() == ["campaign"]


def test_an_edit_that_trickles_in_is_told_by_notice_until_it_is_known_as_site_wide(many: Many) -> None:
    for number in range(4):
        many.show(number, AIR, days=1)
        many.settle(minutes=61)
    assert many.kinds() == ["notice"] * 4
    for number in range(4, 7):
        many.show(number, AIR, days=1)
        many.settle(minutes=61)
    assert many.kinds() == ["notice"] * 4 + ["campaign"]
    assert many.sender.notices[-1].destinations == NAMES[:5]


def test_a_reader_of_one_destination_is_told_when_that_one_joins(many: Many) -> None:
    many.store.add_subscription(Subscription(
        id="sub_zambia", channel=Channel.FILE, address="z", created_at=START,
            wishes=Wishes(destinations=("zambia",))))  # fmt: skip
    for number in range(5):
        many.show(number, AIR)
    many.settle(minutes=60)
    assert len(many.told()) == 1
    many.show(7, AIR, days=1)
    many.told()
    notice = many.sender.notices[-1]
    assert len(many.sender.notices) == 2 and notice.destinations == ("Zambia",)
    assert "Zambia" in notice.why and "6 destinations" in notice.headline


def test_a_reader_whose_floor_is_higher_is_not_told(many: Many) -> None:
    many.store.remove_subscription("sub_1")
    many.store.add_subscription(Subscription(
        id="sub_high", channel=Channel.FILE, address="h", created_at=START,
            wishes=Wishes(floor=Severity.HIGH)))  # fmt: skip
    for number in range(6):
        many.show(number, AIR)
    many.settle(minutes=60)
    assert many.told() == []


def test_what_cannot_wait_is_told_at_once_and_by_itself_however_many_say_it(many: Many) -> None:
    for number in range(7):
        many.show(number, ORDER.replace("Mali", "{}"))
        assert len(many.told()) == number + 1
    many.settle(minutes=61)
    assert many.kinds() == ["notice"] * 7


def test_a_heavy_change_goes_at_once_without_what_the_campaign_has_told(many: Many) -> None:
    for number in range(5):
        many.show(number, AIR)
    many.settle(minutes=60)
    many.show(5, AIR + "\n" + ORDER.replace("Mali", "{}"))
    assert sorted(many.kinds()) == ["campaign", "notice"]
    (notice,) = [one for one in many.sender.notices if one.kind == "notice"]
    assert notice.severity.at_least(Severity.HIGH) and "pollution" not in " ".join(notice.sentences)


def test_a_change_that_nobody_shares_is_told_alone_when_its_wait_is_over(many: Many) -> None:
    event = many.show(0, OWN)
    assert many.state(event) is ChangeState.GATHERING and many.settle(minutes=59) == 0
    assert many.settle(minutes=1) == 1 and many.kinds() == ["notice"]


def test_where_few_destinations_are_watched_nothing_waits() -> None:
    few = Many(*NAMES[: campaign.SIZE - 1])
    few.show(0, OWN)
    assert few.kinds() == ["notice"]
    few.store.close()


def test_a_gathering_change_that_is_followed_by_another_edit_is_not_lost(many: Many) -> None:
    many.show(0, OWN)
    many.show(0, OWN + "\nTaxis in {} are painted yellow now.")
    many.settle(minutes=61)
    assert len(many.told()) == 2 and "rent" in many.told()[0] and "yellow" in many.told()[1]


def test_a_second_route_bears_witness_to_a_change_that_is_still_gathering() -> None:
    desk = Many(*NAMES[:5], more=(place("Benin", "feed"),))
    desk.show(0, OWN)
    event = desk.show(5, OWN)
    assert desk.state(event) is ChangeState.WITNESS
    desk.settle(minutes=61)
    assert len(desk.told()) == 1
    desk.store.close()


def test_an_edit_made_anew_after_it_was_taken_back_everywhere_is_told_again(many: Many) -> None:
    for words in (AIR, "", AIR):
        for number in range(6):
            many.show(number, words)
        many.settle(minutes=61)
        many.clock.forward(days=1)
    assert many.kinds() == ["campaign"] * 3


def test_one_destination_that_takes_the_edit_back_and_makes_it_anew_is_told_by_itself(many: Many) -> None:
    for number in range(6):
        many.show(number, AIR)
    many.settle(minutes=61)
    for words in ("", AIR):
        many.show(0, words, days=1)
        many.settle(minutes=61)
    assert many.kinds() == ["campaign", "notice", "notice"]


def test_a_flip_of_the_whole_site_within_the_hour_is_one_message_that_says_both(many: Many) -> None:
    for words in (AIR, ""):
        for number in range(7):
            many.show(number, words)
    many.settle(minutes=61)
    assert many.kinds() == ["campaign"]
    said = " ".join(many.sender.notices[0].sentences)
    assert "New in" in said and "Removed from" in said


def test_two_edits_of_different_pages_are_two_campaigns() -> None:
    desk = Many(*NAMES, "Angola", "Gabon")
    for number in range(5):
        desk.show(number, AIR)
    for number in range(5, 10):
        desk.show(number, OWN)
    desk.settle(minutes=61)
    assert desk.kinds() == ["campaign", "campaign"]
    named = {made.destinations for made in desk.sender.notices}
    assert named == {NAMES[:5], ("Angola", "Gabon", "Sudan", "Togo", "Zambia")}
    desk.store.close()


def test_a_message_about_a_campaign_says_the_same_when_it_is_sent_again(many: Many) -> None:
    for number in range(5):
        many.show(number, AIR)
    many.settle(minutes=60)
    claimed = many.store.claim(many.clock(), owner="dead")[0]
    first = many.store.campaign(claimed.event_id, claimed.members)
    many.show(5, AIR)
    many.clock.forward(minutes=10)
    many.told()
    assert first is not None and many.sender.notices[-1].destinations == NAMES[:5]
    assert "5 destinations" in many.sender.notices[-1].headline


def replayed(*shown: tuple[int, int, str]) -> list[dict[str, Any]]:
    """The JSON lines of a recording: (destination, minutes after the start, words)."""
    store, out = Store.open(databases.url(), durable=False), io.StringIO()
    store.add_subscription(Subscription(id="sub_1", channel=Channel.FILE, address="", created_at=START))
    places = [place(name) for name in NAMES]
    replay = Replay(store, places, {Channel.FILE: Sender()}, notice.notice)
    pages = (Page(url=places[n].url, body=page(words=words.replace("{}", NAMES[n]), name=NAMES[n]),
                  taken_at=START + timedelta(minutes=minutes)) for n, minutes, words in shown)  # fmt: skip
    for seen in replay.run(pages):
        write(out, seen)
    write_told(out, replay.finish())
    store.close()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_replay_waits_by_the_recordings_clock_and_tells_what_waits_at_its_end() -> None:
    rows = replayed(*((n, 0, "") for n in range(8)), *((n, 10, AIR) for n in range(6)), (7, 90, OWN))
    told = [row for row in rows if row["type"] == "message"]
    assert [(row["kind"], row["taken_at"]) for row in told] == [
        ("campaign", "2026-06-09T07:10:00Z"), ("notice", "2026-06-09T08:30:00Z")]  # fmt: skip
    assert told[0]["destinations"] == list(NAMES[:6]) and len(told[0]["changes"]) == 6
    assert set(told[0]["changes"]) <= {row.get("id") for row in rows}
    assert rows.index(told[0]) == len(rows) - 3 and rows[-1] == told[1]


def test_the_status_pages_say_what_became_of_a_site_wide_edit(many: Many) -> None:
    event = [many.show(number, AIR) for number in range(6)][2]
    app = create_app(many.store, site=SiteView(name="Monitor"), now=many.clock, last_tick=lambda: None, tick=5)
    assert "Waiting for others" in app.test_client().get(f"/changes/{event}").text
    many.settle(minutes=60)
    many.told()
    change = many.store.change(event)
    assert change is not None and change.campaign is not None
    text = app.test_client().get(f"/changes/{event}").text
    assert "Site-wide edit" in text and "6 destinations: Benin, Chad" in text
    assert "6 destinations" in app.test_client().get(f"/changes/{change.campaign}").text
    assert "Site-wide edit" in app.test_client().get("/").text


def test_the_command_line_shows_a_campaign_by_its_number(many: Many, capsys: pytest.CaptureFixture[str]) -> None:
    event, *_ = [many.show(number, AIR) for number in range(6)]
    many.settle(minutes=60)
    change = many.store.change(event)
    assert change is not None and change.campaign is not None
    looking_back.show(many.store, change.campaign, as_json=False)
    shown = " ".join(capsys.readouterr().out.split())
    assert "told once for 6 destinations: Benin, Chad, Ghana" in shown
    looking_back.history(many.store, None, limit=9, as_json=False)
    assert "campaign" in capsys.readouterr().out
