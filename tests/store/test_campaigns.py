"""Site-wide edits: where a statement appeared, what gathered changes become, who is told once."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import (
    CampaignIntent,
    ChangeState,
    Comparison,
    Destination,
    Edit,
    Outcome,
    Record,
    Settlement,
    Severity,
    Share,
    Source,
)
from monitor.store import Store
from tests.store.builders import FINDING, T0, US, at, changed, first, wants

NAMES = ("benin", "chad", "ghana", "niger", "togo", "gabon")
PAGES = tuple(
    replace(US, id=f"us-{name}", url=f"https://us.example/{name}",
            destination=Destination(key=name, name=name.title()))
    for name in NAMES
)  # fmt: skip
MARK, OTHER = "+" + "a" * 32, "-" + "b" * 32


def _gathering(source: Source, minutes: float = 60, **more: object) -> Record:
    return changed(minutes, ChangeState.GATHERING, body=source.id.encode(), source=source,
                   severity=Severity.LOW, confirmed=True, marks=(MARK,), **more)  # fmt: skip


def _gathered(store: Store, count: int = 5) -> list[int]:
    store.sync_sources(PAGES, T0)
    ids = []
    for source in PAGES[:count]:
        store.record(first(source.id.encode() + b" old", source))
        change_id = store.record(_gathering(source)).change_id
        assert change_id is not None
        ids.append(change_id)
    return ids


def _plan(ids: list[int], told: tuple[int, ...] = ()) -> tuple[list[Settlement], list[CampaignIntent]]:
    share = Share(campaign_id="cmp_1", severity=Severity.LOW)
    made = CampaignIntent(id="cmp_1", publisher="us", example=ids[0], headline="new in Health",
                          sentences=("New in Health.",), findings=(FINDING,), marks=(MARK,), told=told)  # fmt: skip
    return [Settlement(change_id=i, state=ChangeState.CAMPAIGN, confirmed=True, shares=(share,)) for i in ids], [made]


def test_gathered_changes_wait_and_tell_nobody(store: Store) -> None:
    store.add_subscription(wants())
    ids = _gathered(store)
    assert [change.id for change in store.gathering(at(60))] == ids
    assert [change.id for change in store.gathering(at(60), limit=1)] == ids[:1]
    assert store.gathering(at(59)) == () and store.deliveries() == ()
    assert store.watched_destinations("us") == len(PAGES) and store.watched_destinations("uk") == 0


def test_a_statement_is_found_on_every_destination_that_showed_it(store: Store) -> None:
    ids = _gathered(store, 2)
    assert store.edits(publisher="us", marks={MARK, OTHER}, since=T0) == (
        Edit(mark=MARK, destination="benin", change_id=ids[0]),
        Edit(mark=MARK, destination="chad", change_id=ids[1]),
    )
    assert store.edits(publisher="uk", marks={MARK}, since=T0) == ()
    assert store.edits(publisher="us", marks={OTHER}, since=T0) == ()
    assert store.edits(publisher="us", marks={MARK}, since=at(61)) == ()


def test_a_change_that_was_taken_back_said_nothing(store: Store) -> None:
    store.record(first())
    held = store.record(changed(60, ChangeState.HELD, marks=(MARK,))).change_id
    assert held is not None and len(store.edits(publisher="us", marks={MARK}, since=T0)) == 1
    store.settle(Settlement(change_id=held, state=ChangeState.REVERTED, confirmed=False), at(61))
    assert store.edits(publisher="us", marks={MARK}, since=T0) == ()


def test_a_campaign_is_told_once_to_each_who_wants_a_destination_of_it(store: Store) -> None:
    for sub in (wants("all"), wants("chad", "chad"), wants("gabon", "gabon"), wants("high", floor=Severity.HIGH)):
        store.add_subscription(sub)
    ids = _gathered(store)
    settlements, made = _plan(ids)
    assert store.settle_gathered(settlements, made, at(120)) == 2
    assert store.settle_gathered(settlements, made, at(121)) == 0
    assert {(d.subscription_id, d.event_id, d.members) for d in store.deliveries(campaign_id="cmp_1")} == {
        ("sub-all", "cmp_1", 5), ("sub-chad", "cmp_1", 5)}  # fmt: skip
    assert store.gathering(at(999)) == ()
    change = store.change(ids[1])
    assert change is not None and (change.state, change.campaign) == (ChangeState.CAMPAIGN, "cmp_1")
    assert store.open_campaigns(publisher="us", since=at(120)) == (("cmp_1", frozenset({MARK})),)
    assert store.open_campaigns(publisher="us", since=at(121)) == ()


def test_who_joins_later_is_told_to_those_alone_who_have_not_been_told(store: Store) -> None:
    for sub in (wants("all"), wants("gabon", "gabon")):
        store.add_subscription(sub)
    store.settle_gathered(*_plan(_gathered(store)), at(120))
    late = PAGES[5]
    store.record(first(b"old gabon", late))
    share = Share(campaign_id="cmp_1", severity=Severity.LOW)
    record = changed(200, ChangeState.CAMPAIGN, body=b"gabon", source=late, severity=Severity.LOW, shares=(share,))
    assert store.record(record).deliveries == 1
    assert store.record(record).deliveries == 0
    newest = store.deliveries(campaign_id="cmp_1")[0]
    assert (newest.subscription_id, newest.members) == ("sub-gabon", 6)
    then, now = store.campaign("cmp_1", 5), store.campaign("cmp_1")
    assert then is not None and now is not None
    assert [m.destination for m in then.members] == list(NAMES[:5])
    assert [m.destination for m in now.members] == list(NAMES)
    assert (now.headline, now.findings, now.severity) == ("new in Health", (FINDING,), Severity.LOW)
    assert now.example.destination == "benin" and store.campaign("cmp_2") is None


def test_a_change_with_more_to_say_is_told_for_the_rest(store: Store) -> None:
    store.add_subscription(wants("chad", "chad"))
    ids = _gathered(store)
    settlements, made = _plan(ids)
    rest = Comparison(outcome=Outcome.CHANGED, severity=Severity.MEDIUM, headline="Chad: the rest",
                      sentences=("The rest.",), findings=(FINDING,))  # fmt: skip
    settlements[1] = replace(settlements[1], state=ChangeState.TOLD, rest=rest)
    assert store.settle_gathered(settlements, made, at(120)) == 2
    change = store.change(ids[1])
    assert change is not None and change.state is ChangeState.TOLD
    assert (change.severity, change.headline, change.findings) == (Severity.MEDIUM, "Chad: the rest", (FINDING,))
    assert {d.event_id for d in store.deliveries()} == {"cmp_1", change.event_id}


def test_what_was_told_by_itself_is_counted_and_not_told_again(store: Store) -> None:
    store.add_subscription(wants("togo", "togo"))
    ids = _gathered(store)
    alone = Settlement(change_id=ids[4], state=ChangeState.TOLD, confirmed=True)
    assert store.settle_gathered([alone], [], at(120)) == 1
    settlements, made = _plan(ids[:4], told=(ids[4],))
    assert store.settle_gathered(settlements, made, at(130)) == 0
    campaign = store.campaign("cmp_1")
    assert campaign is not None and len(campaign.members) == 5
    assert {m.destination for m in campaign.members if m.severity is Severity.NONE} == {"togo"}


def test_an_older_level_in_a_gathered_change_is_not_believed_again(store: Store) -> None:
    _gathered(store, 1)
    store.record(changed(70, body=b"newer", source=PAGES[0], level="Level 4", confirmed=True))
    change = store.gathering(at(60))[0]
    store.settle_gathered([Settlement(change_id=change.id, state=ChangeState.TOLD, confirmed=True)], [], at(120))
    level = {view.state.source_id: view.level for view in store.overview()}
    assert level[PAGES[0].id] == "Level 4"
