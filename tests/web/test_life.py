"""A subscription from the form to being forgotten, through the pages alone."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.audience import (
    Cadence,
    Channel,
    Form,
    Group,
    Language,
    Limits,
    Scope,
    Subscription,
    SubscriptionState,
    Wishes,
)
from monitor.links import Purpose
from monitor.model import Severity
from monitor.web import forms
from tests.store.builders import changed, first
from tests.web.desk import BASE, House, form, said

ASKED = form(
    destination=["mali", "niger"], scope="sections", section=["safety", "entry"], floor="high", cadence="weekly",
    hour="18", weekday="4", quiet_from="22:00", quiet_to="06:30", critical_at_once=None, zone="africa/bamako",
    language="fr", form="thin", verified="yes", blindness=None,
)  # fmt: skip
WISHES = Wishes(
    destinations=("mali", "niger"), scope=Scope.SECTIONS, sections=("entry", "safety"), floor=Severity.HIGH,
    cadence=Cadence.WEEKLY, hour=18, weekday=4, quiet=(22 * 60, 6 * 60 + 30), critical_at_once=False,
    zone="Africa/Bamako", language=Language.FR, form=Form.THIN, verified=True, blindness=False,
)  # fmt: skip


def test_the_whole_life_of_a_subscription(house: House) -> None:
    assert house.client.get("/subscribe").status_code == 200
    assert house.post("/subscribe", ASKED).status_code == 200
    (pending,) = house.store.subscriptions()
    assert pending.state is SubscriptionState.PENDING

    link = house.confirmation()
    shown = said(house.client.get(link))
    assert '<html lang="fr">' in shown
    assert "Mali, Niger" in shown and "Sécurité, Entrée et sortie" in shown and "de 22:00 à 06:30" in shown
    assert house.store.subscription(pending.id) == pending
    assert "Abonnement confirmé" in said(house.post(link))
    kept = house.store.subscription(pending.id)
    assert kept is not None and kept.active and kept.wishes == WISHES

    manage = house.link(Purpose.MANAGE, kept.id)
    page = said(house.client.get(manage))
    assert "o…r@n….example" in page and "officer" not in page and "ngo.example" not in page
    answer = house.post(manage, form(destination=None, every="yes", language="en", address=None))
    assert answer.status_code == 303 and answer.location == f"{manage}?done=saved"
    assert "Saved." in said(house.client.get(answer.location))
    now = house.store.subscription(kept.id)
    assert now is not None and now.wishes == Wishes()

    assert house.post(f"{manage}/pause").status_code == 303
    assert house.store.subscription(kept.id).state is SubscriptionState.PAUSED  # type: ignore[union-attr]
    assert house.post(f"{manage}/pause").status_code == 303
    assert "Paused. Nothing is sent" in said(house.client.get(f"{manage}?done=paused"))
    assert house.post(f"{manage}/resume").location == f"{manage}?done=resumed"
    assert house.store.subscription(kept.id).active  # type: ignore[union-attr]

    assert "Unsubscribed" in said(house.post(f"{manage}/unsubscribe"))
    assert "has ended" in said(house.client.get(manage))
    refused = house.post(f"{manage}/erase")
    assert refused.status_code == 422 and "Tick the box first" in said(refused)
    assert house.store.subscriptions(removed=True)[0].address == "officer@ngo.example"
    for _ in range(2):
        assert "Erased" in said(house.post(f"{manage}/erase", {"sure": "yes"}))
    (gone,) = house.store.subscriptions(removed=True)
    assert gone.address == "" and gone.wishes == Wishes()


def test_erasing_asks_for_a_tick_and_keeps_what_was_typed_nowhere_else(house: House) -> None:
    sub = house.reader()
    manage = house.link(Purpose.MANAGE, sub.id)
    refused = house.post(f"{manage}/erase", {"sure": "no"})
    assert refused.status_code == 422 and 'aria-describedby="sure-wrong"' in said(refused)
    assert house.store.subscription(sub.id) == sub
    assert house.post(f"{manage}/erase", {"sure": "yes"}).status_code == 200
    assert "officer" not in str(house.everything())


# -- asking tells nothing -------------------------------------------------------------
def test_known_unknown_and_too_often_asked_addresses_get_the_same_answer(house: House) -> None:
    answers = [house.ask(), house.ask(), house.ask(address="stranger@ngo.example")]
    house.clock.forward(days=2)
    house.post(house.confirmation())
    house.clock.forward(hours=1)
    answers.append(house.ask())
    assert {answer.status_code for answer in answers} == {200}
    assert len({said(answer) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert len(house.proposals()) == 3  # the second was too soon after the first


def test_the_time_of_an_answer_does_not_tell_addresses_apart(tmp_path: Path) -> None:
    house, took = House(tmp_path, even=0.2), list[float]()
    for address in ("known@ngo.example", "known@ngo.example", "stranger@ngo.example"):
        begun = time.monotonic()
        house.ask(address=address)
        took.append(time.monotonic() - begun)
    assert min(took) >= 0.2 and len(house.proposals()) == 2
    house.close()


def test_a_sender_that_asks_for_many_addresses_is_answered_the_same_and_nothing_is_sent(house: House) -> None:
    answers = [house.ask(address=f"reader{number}@ngo.example") for number in range(14)]
    assert len({said(answer) for answer in answers}) == 1 and len(house.proposals()) == Limits().per_sender


def test_senders_behind_a_trusted_proxy_are_counted_apart_and_a_forged_header_is_not_believed(
    tmp_path: Path,
) -> None:
    for proxies, sent in (((), 1), (("127.0.0.1",), 4)):
        folder = tmp_path / str(len(proxies))
        folder.mkdir()
        house = House(folder, Limits(per_sender=1), proxies)
        for number in range(4):
            house.post("/subscribe", form(address=f"r{number}@ngo.example"),
                       headers={"X-Forwarded-For": f"10.9.9.9, 198.51.100.{number}"})  # fmt: skip
        assert len(house.proposals()) == sent
        house.close()


def test_who_is_known_keeps_what_was_asked_until_the_new_wishes_are_confirmed(house: House) -> None:
    sub = house.reader()
    house.clock.forward(days=1)
    house.ask(floor="high")
    assert house.store.subscription(sub.id) == sub
    assert "You have a subscription already" in said(house.client.get(house.confirmation()))
    house.post(house.confirmation())
    now = house.store.subscription(sub.id)
    assert now == replace(sub, wishes=replace(sub.wishes, floor=Severity.HIGH))


# -- links ----------------------------------------------------------------------------
def test_a_confirmation_used_again_changes_nothing(house: House) -> None:
    house.ask()
    link = house.confirmation()
    house.post(link)
    before = house.everything()
    assert "Already confirmed" in said(house.post(link)) and "Already confirmed" in said(house.client.get(link))
    assert house.everything() == before
    (sub,) = house.store.subscriptions()
    house.desk.unsubscribe(sub.id)
    before = house.everything()
    assert "ended since" in said(house.post(link)) and "ended since" in said(house.client.get(link))
    assert house.everything() == before


def test_a_confirmation_of_what_was_erased_or_left_meanwhile_begins_nothing(house: House) -> None:
    house.ask()
    (sub,), link = house.store.subscriptions(), house.confirmation()
    house.desk.unsubscribe(sub.id)
    assert house.client.get(link).status_code == 410 and house.post(link).status_code == 410
    house.desk.erase(sub.id)
    assert house.client.get(link).status_code == 410 and house.post(link).status_code == 410
    assert house.store.subscriptions() == ()


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_of_another_purpose_a_forged_and_a_cut_one_lead_nowhere(house: House, purpose: Purpose) -> None:
    sub = house.reader()
    names = [sub.id, house.proposals()[0], f"evt_1 {sub.id}"]
    mine = house.signer.token(purpose, sub.id, house.clock())
    forged = [mine[:-1], mine[1:], mine + "A", mine.swapcase(), mine[: len(mine) // 2], "x", ".", "..", "%00", "é" * 50,
              "a" * 10_000, sub.id, "%2e%2e%2f", "{{7*7}}", "<script>"]  # fmt: skip
    forged += [house.signer.token(other, name, house.clock()) for other in Purpose if other is not purpose
               for name in names]  # fmt: skip
    before = house.everything()
    for token in forged:
        path = f"/{purpose}/{token}"
        for answer in (house.client.get(path), house.post(path, {"List-Unsubscribe": "One-Click", "sure": "yes"})):
            assert answer.status_code in (404, 405, 308), token
            assert "<script>" not in said(answer) and "officer" not in said(answer)
        for step in ("pause", "resume", "unsubscribe", "erase") if purpose is Purpose.MANAGE else ():
            assert house.post(f"{path}/{step}", {"sure": "yes"}).status_code in (404, 405, 308), token
    assert house.everything() == before


@pytest.mark.parametrize(
    ("purpose", "days"), [(Purpose.CONFIRM, 8), (Purpose.MANAGE, 181), (Purpose.ACKNOWLEDGE, 8)]
)
def test_a_link_whose_time_is_over_says_so(house: House, purpose: Purpose, days: int) -> None:
    sub = house.reader()
    name = {Purpose.CONFIRM: house.proposals()[0]}.get(purpose, sub.id)
    link = house.link(purpose, name)
    house.clock.forward(days=days)
    before = house.everything()
    for answer in (house.client.get(link), house.post(link, form())):
        assert answer.status_code == 410 and "too old" in said(answer) and "/subscribe" in said(answer)
    assert house.everything() == before


# -- leaving --------------------------------------------------------------------------
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_ends_the_subscription_in_both_encodings(house: House, kind: str) -> None:
    sub = house.reader()
    link = house.link(Purpose.UNSUBSCRIBE, sub.id)
    house.clock.forward(days=4000)  # the oldest mail is good enough to leave
    page = said(house.client.get(link))
    assert 'name="List-Unsubscribe" value="One-Click"' in page and house.store.subscription(sub.id) == sub
    for _ in range(3):
        answer = house.post(link, ONE_CLICK, content_type=kind)
        assert answer.status_code == 200 and answer.mimetype == "text/html"
        assert "Set-Cookie" not in answer.headers and "Location" not in answer.headers
        assert house.store.subscriptions() == ()
    assert "Unsubscribed" in said(house.client.get(link))


def test_a_badly_written_body_does_not_keep_anybody_from_leaving(house: House) -> None:
    sub = house.reader()
    link = house.link(Purpose.UNSUBSCRIBE, sub.id)
    answer = house.client.post(link, data=b"--no such boundary", content_type="multipart/form-data")
    assert answer.status_code == 200 and house.store.subscriptions() == ()


def test_leaving_calls_off_what_waits(house: House) -> None:
    sub = house.reader()
    house.store.record(first(source=_mali(house)))
    house.store.record(changed(60, source=_mali(house)))
    before = house.waiting()
    house.post(house.link(Purpose.UNSUBSCRIBE, sub.id), ONE_CLICK)
    assert house.waiting() == before - 2  # the notice and the confirmation, neither of them handed over yet


# -- acknowledging --------------------------------------------------------------------
def _mali(house: House) -> Any:
    from tests.fakes import source

    return source("mali-page")


@pytest.fixture
def chain(house: House) -> tuple[House, str, list[Subscription]]:
    contacts = [
        Subscription(id=f"sub_{turn}", channel=Channel.MAIL, address=f"c{turn}@ngo.example", turn=turn,
                     wishes=Wishes(destinations=("mali",)), created_at=house.clock())
        for turn in range(3)
    ]  # fmt: skip
    house.store.enrol(Group(id="grp_1", name="NGO", wait=900), contacts)
    house.store.record(first(source=_mali(house)))
    recorded = house.store.record(changed(60, source=_mali(house), severity=Severity.CRITICAL))
    assert recorded.event_id and house.waiting() == 3
    return house, recorded.event_id, contacts


def test_acknowledging_calls_nobody_else_and_may_be_said_twice(chain: tuple[House, str, list[Subscription]]) -> None:
    house, event, contacts = chain
    link = house.link(Purpose.ACKNOWLEDGE, f"{event} {contacts[0].id}")
    before = house.everything()
    shown = said(house.client.get(link))
    assert "Mali: level 4" in shown and "I have seen it" in shown and house.everything() == before
    answer = said(house.post(link))
    assert "Noted: you have seen it" in answer
    assert "2 further contacts of your organisation will not be called." in answer
    assert house.waiting() == 1
    after = house.everything()
    assert "acknowledged in your organisation" in said(house.post(link)) and house.everything() == after
    other = house.link(Purpose.ACKNOWLEDGE, f"{event} {contacts[1].id}")
    assert "acknowledged in your organisation" in said(house.post(other))


def test_acknowledging_what_was_never_told_or_never_was_leads_nowhere(
    chain: tuple[House, str, list[Subscription]],
) -> None:
    house, event, _ = chain
    before = house.everything()
    assert house.post(house.link(Purpose.ACKNOWLEDGE, f"{event} sub_9")).status_code == 410
    assert house.client.get(house.link(Purpose.ACKNOWLEDGE, "evt_9 sub_0")).status_code == 410
    assert house.post(house.link(Purpose.ACKNOWLEDGE, "evt_9 sub_0")).status_code == 410
    assert house.everything() == before


def test_a_suspended_reader_may_go_on_because_this_link_arrived(house: House) -> None:
    sub = house.reader()
    house.store.move(sub.id, SubscriptionState.SUSPENDED, "bounced", house.clock())
    manage = house.link(Purpose.MANAGE, sub.id)
    page = said(house.client.get(manage))
    assert "Stopped by us" in page and f"{manage}/resume" in page
    house.post(f"{manage}/resume")
    assert house.store.subscription(sub.id).active  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("address", "shown"),
    [("officer@ngo.example", "o…r@n….example"), ("a@b.example", "a…@b….example"), ("ab@localhost", "a…@l…"),
     ("https://hooks.slack.com/services/T/B/x", "https://h….com/…"), ("", "…"),
     ("élan@münchen.example", "é…n@m….example")],
)  # fmt: skip
def test_an_address_is_shown_so_that_only_its_owner_knows_it(address: str, shown: str) -> None:
    assert forms.masked(address) == shown


def test_the_links_of_messages_open_these_pages(house: House) -> None:
    sub = house.reader()
    for purpose in (Purpose.MANAGE, Purpose.UNSUBSCRIBE):
        link = house.signer.link(purpose, sub.id, house.clock() - timedelta(days=1))
        assert link.startswith(BASE)
        assert house.client.get(link.removeprefix(BASE)).status_code == 200
