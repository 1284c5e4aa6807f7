"""Over a real SMTP connection: accepted once, refused for now or for good, connection reused."""

from collections.abc import Iterator

import pytest

from monitor.errors import NotifyError
from monitor.notify.smtp import SmtpChannel
from tests.notify.examples import SITE, delivery, rich
from tests.notify.relay import Relay


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as running:
        yield running


def channel(relay: Relay, **options: object) -> SmtpChannel:
    return SmtpChannel("127.0.0.1", relay.port, SITE, tls="none", timeout=5, **options)  # type: ignore[arg-type]


def test_an_accepted_message_arrives_once_at_one_recipient(relay: Relay) -> None:
    out = channel(relay)
    message = out.render(rich(), delivery())
    assert out.send(delivery(), message).startswith("250")
    [(recipients, received)] = relay.accepted
    assert recipients == ["officer@ngo.example"] and received.replace(b"\r\n", b"\n") == message.replace(b"\r\n", b"\n")


def test_the_connection_is_reused_for_the_next_message(relay: Relay) -> None:
    out = channel(relay)
    for n in range(5):
        out.send(delivery(id=n), b"Subject: x\r\n\r\nx\r\n")
    assert relay.connections == 1 and len(relay.accepted) == 5


def test_a_stale_connection_is_replaced(relay: Relay) -> None:
    out = channel(relay, most_per_connection=2)
    for n in range(5):
        out.send(delivery(id=n), b"Subject: x\r\n\r\nx\r\n")
    assert relay.connections == 3 and len(relay.accepted) == 5


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "permanent"), [("450 try later", False), ("550 no such mailbox", True), ("drop", False)]
)
def test_a_refusal_is_told_apart_by_its_code(relay: Relay, command: str, reply: str, permanent: bool) -> None:
    out = channel(relay)
    relay.answers[command] = reply
    with pytest.raises(NotifyError) as caught:
        out.send(delivery(), b"Subject: x\r\n\r\nx\r\n")
    assert caught.value.permanent is permanent and "officer@" not in str(caught.value)
    relay.answers.clear()
    assert out.send(delivery(), b"Subject: x\r\n\r\nx\r\n").startswith("250")


def test_a_connection_lost_after_the_final_dot_is_tried_again(relay: Relay) -> None:
    out = channel(relay)
    relay.answers["DATA"] = "accept then drop"
    with pytest.raises(NotifyError) as caught:
        out.send(delivery(), b"Subject: x\r\n\r\nx\r\n")
    assert not caught.value.permanent


def test_a_relay_that_is_not_there_is_trouble_for_now() -> None:
    out = SmtpChannel("127.0.0.1", 1, SITE, tls="none", timeout=2)
    with pytest.raises(NotifyError, match="cannot be used") as caught:
        out.send(delivery(), b"x")
    assert not caught.value.permanent


def test_a_relay_without_tls_is_not_talked_to_in_clear(relay: Relay) -> None:
    out = SmtpChannel("127.0.0.1", relay.port, SITE, tls="starttls", timeout=5)
    with pytest.raises(NotifyError, match="STARTTLS"):
        out.send(delivery(), b"x")
    assert relay.accepted == []


@pytest.mark.parametrize(
    "address", ["not an address", "a@b\r\nRCPT TO:<c@d>", "", "a@b>, <c@d", "x" * 400 + "@y.example"]
)
def test_an_address_that_is_none_goes_nowhere(relay: Relay, address: str) -> None:
    with pytest.raises(NotifyError) as caught:
        channel(relay).send(delivery(address=address), b"x")
    assert caught.value.permanent and relay.accepted == []
