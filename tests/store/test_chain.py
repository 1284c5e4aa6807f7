"""The chain over all captures, where sources stood, and what opens the operators' pages."""

from datetime import timedelta

from monitor import proof
from monitor.model import ChangeState
from monitor.posture import AreaLevel, Hold, Posture, Rung
from monitor.store import Store
from tests.fakes import START, page, source
from tests.test_pipeline import Desk


def test_every_capture_gets_the_next_place_and_each_link_follows_from_the_one_before() -> None:
    store = Store.open("sqlite://", durable=False)
    desk = Desk(store, source(), source("embassy"))
    desk.look(page())
    desk.look(page(level=3), 1)
    desk.look(page(level=4, words="Armed men took the radio station."))
    links = store.chain_since(1)
    assert [one.position for one in links] == [1, 2, 3]
    assert proof.broken_at(proof.START, links) is None
    assert store.chain_head() == links[-1]
    store.close()


def test_a_link_that_does_not_follow_is_named_by_its_position() -> None:
    entries = [format(number, "064x") for number in range(3)]
    links, before = [], proof.START
    for position, entry in enumerate(entries, 1):
        before = proof.link_hash(before, entry)
        links.append(proof.Link(position, entry, before))
    assert proof.broken_at(proof.START, links) is None
    altered = proof.Link(2, entries[0], links[1].link)
    assert proof.broken_at(proof.START, [links[0], altered, links[2]]) == 2
    assert proof.broken_at(proof.START, [links[0], links[2]]) == 3


def test_the_entry_changes_with_everything_that_it_states() -> None:
    given = {"source_id": "a", "taken_at": START, "url": "https://a.example/", "final_url": "https://a.example/",
             "status": 200, "headers": [("ETag", "x")], "sha256": "0" * 64}  # fmt: skip
    others = {"source_id": "b", "taken_at": START + timedelta(microseconds=1), "url": "https://b.example/",
              "final_url": "", "status": 203, "headers": [], "sha256": "1" * 64}  # fmt: skip
    hashes = {proof.entry_hash(**given), *(proof.entry_hash(**{**given, key: value}) for key, value in others.items())}  # type: ignore[arg-type]
    assert len(hashes) == 8


def test_a_posture_comes_back_from_what_is_kept_as_it_was() -> None:
    made = Posture(level=4, level_words="Level 4 - Do not travel", areas=(AreaLevel("Gao", "Do not travel"),),
                   risks=("Terrorism",), holds=(Hold(Rung.ORDERED, "Families were ordered to leave.", "Advisory"),))
    assert Posture.from_dict(made.to_dict()) == made
    assert made.height == 5 and Posture().height == 0


def test_a_stand_is_kept_when_it_moves_and_counts_only_while_its_change_does() -> None:
    store = Store.open("sqlite://", durable=False)
    watched = source()
    store.sync_sources((watched,), START)
    for hours, level in ((0, 3), (1, 3), (2, 4)):
        store.note_stand(watched, START + timedelta(hours=hours), Posture(level=level))
    assert [(one.taken_at - START, one.posture.level) for one in store.stands("mali")] == [
        (timedelta(0), 3), (timedelta(hours=2), 4)]
    assert [one.posture.level for one in store.standing(["mali"])] == [4]
    assert store.standing(["niger"]) == ()
    store.close()


def test_a_token_opens_until_it_is_revoked_or_too_old_and_is_kept_as_a_hash_only() -> None:
    store = Store.open("sqlite://", durable=False)
    token = "t0ken-of-many-random-bits"
    made = store.issue_pass(token, kind="session", name="desk", now=START, expires_at=START + timedelta(hours=12))
    found = store.open_with(token, "session", START + timedelta(hours=1))
    assert found is not None and found.name == "desk"
    assert store.open_with(token, "token", START) is None, "a session opens no API"
    assert store.open_with(token + "x", "session", START) is None
    assert store.open_with(token, "session", START + timedelta(hours=12)) is None
    assert token not in repr(store.passes()) and store.passes()[0].used_at == START + timedelta(hours=1)
    assert store.revoke_pass(made.id) and store.open_with(token, "session", START) is None
    assert not store.revoke_pass("") and not store.revoke_pass("no such token")
    store.close()


def test_a_stand_of_a_change_that_was_taken_back_is_not_where_the_source_stands() -> None:
    assert ChangeState.REVERTED in _doubtful() and ChangeState.HELD in _doubtful()
    store = Store.open("sqlite://", durable=False)
    desk = Desk(store, source())
    desk.look(page(level=4))
    _, held = desk.look(page(level=2))
    assert held.change_id is not None
    change = store.change(held.change_id)
    assert change is not None and change.state is ChangeState.HELD
    assert all(one.posture.level != 2 for one in store.stands("mali"))
    store.close()


def _doubtful() -> tuple[ChangeState, ...]:
    from monitor.store import stands

    return stands._DOUBTFUL
