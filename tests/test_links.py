"""Links: each opens one thing, for one purpose, and nobody else can make one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.audience import Channel, Delivery, MessageKind, Subscription
from monitor.links import Expired, Purpose, Signer
from monitor.model import Severity
from tests.fakes import START

SIGNER = Signer("a secret", "https://monitor.example/")
READER = Subscription(id="sub_1", channel=Channel.MAIL, address="a@ngo.example", group_id="grp_1")


def delivery(kind: MessageKind = MessageKind.NOTICE, severity: Severity = Severity.CRITICAL) -> Delivery:
    return Delivery(id=1, event_id="evt_1", subscription_id="sub_1", channel=Channel.MAIL, address="a@ngo.example",
                    message_id="<a@b>", created_at=START, kind=kind, severity=severity)  # fmt: skip


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_opens_what_it_was_made_for_and_nothing_else(purpose: Purpose) -> None:
    token = SIGNER.token(purpose, "sub_1", START)
    assert SIGNER.read(purpose, token, START) == "sub_1"
    assert all(SIGNER.read(other, token, START) is None for other in Purpose if other is not purpose)
    assert Signer("another", "https://monitor.example").read(purpose, token, START) is None


@given(st.text(max_size=80), st.integers(0, 200))
def test_no_altered_token_is_taken(text: str, at: int) -> None:
    token = SIGNER.token(Purpose.MANAGE, "sub_1", START)
    for forged in (text, token[:at], token + text, token[:at] + "x" + token[at + 1 :]):
        assert SIGNER.read(Purpose.MANAGE, forged, START) is None or forged == token


def test_who_wants_to_leave_may_use_the_oldest_mail_and_a_confirmation_ends_after_a_week() -> None:
    later = START + timedelta(days=4000)
    assert SIGNER.read(Purpose.UNSUBSCRIBE, SIGNER.token(Purpose.UNSUBSCRIBE, "sub_1", START), later) == "sub_1"
    with pytest.raises(Expired):
        SIGNER.read(Purpose.CONFIRM, SIGNER.token(Purpose.CONFIRM, "ask_1", START), START + timedelta(days=8))


def test_a_message_that_is_sent_again_has_the_same_links_and_none_shows_an_address() -> None:
    links = SIGNER.of(READER, delivery())
    assert links == SIGNER.of(READER, delivery())
    assert links.manage.startswith("https://monitor.example/manage/") and "ngo" not in repr(links)


def test_only_a_critical_notice_to_an_organisation_asks_to_be_acknowledged() -> None:
    assert "/acknowledge/" in SIGNER.of(READER, delivery()).act
    assert SIGNER.of(READER, delivery(severity=Severity.HIGH)).act == ""
    assert SIGNER.of(READER, delivery(MessageKind.BLIND)).act == ""


def test_a_confirmation_has_one_link_and_an_installation_without_an_address_has_none() -> None:
    links = SIGNER.of(READER, delivery(MessageKind.CONFIRM))
    assert "/confirm/" in links.act and not links.manage and not links.unsubscribe
    assert Signer("a secret", "").of(READER, delivery()).manage == ""
