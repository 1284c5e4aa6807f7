"""A relay that misbehaves at any command, for any recipient: the right state, and nobody else waits for it."""

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.errors import NotifyError
from monitor.notify import smtp
from monitor.notify.pacing import Pacer
from monitor.notify.smtp import SmtpChannel
from monitor.notify.verp import address
from tests.notify.examples import SITE, delivery
from tests.notify.relay import Moody, Relay

MESSAGE = b"Subject: x\r\n\r\n.a line that begins with a dot\r\nx\r\n"
TIMEOUT = 0.3
"""Seconds that a relay which hangs is given; one that answers has more, also on a busy machine."""
ALL = range(1, 8)
BAD = (1, 4, 7)
MOODS = {"450 4.2.0 later": False, "550 5.1.1 no": True, "drop": False, "drip": False, "timeout": False}


def channel(relay: Moody, **options: object) -> SmtpChannel:
    given: dict[str, object] = {"timeout": TIMEOUT, "after_dot": TIMEOUT, "connections": 1} | options
    return SmtpChannel("127.0.0.1", relay.port, SITE, tls="none", return_path=Moody.return_path, **given)  # type: ignore[arg-type]


def sent(out: SmtpChannel, number: int) -> NotifyError | None:
    try:
        out.send(delivery(id=number), MESSAGE)
    except NotifyError as error:
        return error
    return None


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("mood", ["450 4.2.0 later", "550 5.1.1 no", "drop"])
@pytest.mark.parametrize("command", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "END"])
def test_the_first_the_middle_or_the_last_fails_in_its_own_way_and_all_others_arrive_once(
    command: str, mood: str, pipelining: bool
) -> None:
    _tell(command, mood, pipelining=pipelining, timeout=10)


@pytest.mark.parametrize("mood", ["drip", "timeout"])
@pytest.mark.parametrize("command", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "END"])
def test_a_relay_that_drips_or_falls_silent_costs_each_its_own_time_and_no_more(command: str, mood: str) -> None:
    began = time.monotonic()
    _tell(command, mood)
    assert time.monotonic() - began < len(BAD) * 2 * TIMEOUT + 3


def _tell(command: str, mood: str, *, pipelining: bool = True, timeout: float = TIMEOUT) -> None:
    early = command in ("GREETING", "EHLO")  # then every delivery has a connection of its own, and its number
    with Moody(command, mood, BAD, pipelining=pipelining) as relay:
        out = channel(relay, timeout=timeout, most_per_connection=1 if early else 100)
        errors = {number: sent(out, number) for number in ALL}
        out.close()
    for number, error in errors.items():
        assert (error is not None) == (number in BAD), (number, error)
        if error is not None:
            assert error.permanent == (MOODS[mood] and command in ("RCPT", "DATA", "END"))
            assert error.waits is None and "officer" not in str(error)
    arrived = [number for number, _ in relay.accepted if number not in BAD]
    assert arrived == [number for number in ALL if number not in BAD]
    assert all(body == MESSAGE.replace(b"\r\n.", b"\r\n..") for _, body in relay.accepted)


@pytest.mark.parametrize("command", ["RCPT", "END"])
def test_others_do_not_wait_behind_one_that_hangs_on_another_connection(command: str) -> None:
    with Moody(command, "timeout", [1]) as relay:
        out = channel(relay, connections=2, timeout=2, after_dot=2)
        with ThreadPoolExecutor(2) as pool:
            hangs = pool.submit(sent, out, 1)
            assert [sent(out, number) for number in range(2, 30)] == [None] * 28
            assert not hangs.done()
            assert hangs.result() is not None


def test_several_threads_hand_over_at_the_same_time_by_as_many_connections_as_allowed() -> None:
    together = threading.Barrier(3, timeout=10)

    class Waiting(Moody):
        def _say(self, peer: socket.socket, word: str, now: int, usual: str, taken: bytes = b"") -> bool:
            if word == "END" and now <= 3:
                together.wait()  # breaks unless three messages are under way at once
            return super()._say(peer, word, now, usual, taken)

    with Waiting() as relay:
        out = channel(relay, connections=3, timeout=10)
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda n: sent(out, n), range(1, 40))) == {None}
        assert relay.connections == 3 and sorted(n for n, _ in relay.accepted) == list(range(1, 40))


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("mood", ["drop", "421 4.4.2 idle too long"])
def test_a_used_connection_that_ends_before_the_message_began_is_made_anew_at_once(command: str, mood: str) -> None:
    with Moody(command, mood, [2], once=True) as relay:
        out = channel(relay, timeout=5)
        assert [sent(out, number) for number in (1, 2, 3)] == [None, None, None]
        assert relay.connections == 2 and [number for number, _ in relay.accepted] == [1, 2, 3]


@pytest.mark.parametrize("mood", ["drop", "421 4.3.0 going down"])
def test_after_the_final_dot_nothing_is_sent_a_second_time_in_the_same_attempt(mood: str) -> None:
    with Moody("END", mood, [2], once=True) as relay:
        out = channel(relay, timeout=5)
        assert sent(out, 1) is None
        error = sent(out, 2)
        assert error is not None and not error.permanent
        assert relay.heard.count("DATA") == 2
        assert sent(out, 2) is None  # the next attempt, with the same bytes
        again = [body for number, body in relay.accepted if number == 2]
        assert len(set(again)) == 1 and len(again) == (2 if mood == "drop" else 1)


def test_a_greylisting_relay_gets_it_with_the_next_attempt_on_the_same_connection() -> None:
    with Moody("RCPT", "451 4.7.1 greylisted", [2], once=True) as relay:
        out = channel(relay, timeout=5)
        assert sent(out, 1) is None
        error = sent(out, 2)
        assert error is not None and not error.permanent and "SMTP 451 4.7.1" in str(error)
        assert sent(out, 3) is None and sent(out, 2) is None
        assert relay.connections == 1 and [number for number, _ in relay.accepted] == [1, 3, 2]


def test_a_relay_that_does_not_answer_to_the_clearing_up_changes_no_outcome() -> None:
    with Moody("RCPT", "550 5.1.1 no", [2]) as relay:
        relay_says = relay._say

        def say(peer: socket.socket, word: str, now: int, usual: str, taken: bytes = b"") -> bool:
            if word == "RSET":
                return True
            return relay_says(peer, word, now, usual, taken)

        relay._say = say  # type: ignore[method-assign]
        out = channel(relay)
        error = sent(out, 2)
        assert error is not None and error.permanent
        assert sent(out, 3) is None and relay.connections == 2


def test_a_busy_connection_is_not_asked_whether_it_lives_and_an_idle_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with Moody() as relay:
        out = channel(relay, timeout=5)
        for number in (1, 2, 3):
            sent(out, number)
        assert "NOOP" not in relay.heard
        monkeypatch.setattr(smtp, "IDLE", 0.0)
        assert sent(out, 4) is None
        assert relay.heard.count("NOOP") == 1 and relay.connections == 1


@pytest.mark.parametrize("greeting", ["HTTP/1.1 400 Bad Request", "2" * 100_000, "220-hello\r\n" * 9_000])
def test_a_server_that_speaks_no_smtp_is_left(greeting: str) -> None:
    with Moody("GREETING", greeting, [1]) as relay:
        error = sent(channel(relay, timeout=3), 1)
        assert error is not None and "does not speak SMTP" in str(error) and not error.permanent


@pytest.mark.parametrize("mood", ["454 4.7.0 not now", "554 5.7.0 no", "drop", "timeout", "drip", "220 go on"])
def test_a_relay_that_offers_encryption_and_does_not_begin_it_hears_no_more(mood: str) -> None:
    with Moody("STARTTLS", mood, [1]) as relay:
        out = SmtpChannel("127.0.0.1", relay.port, SITE, tls="starttls", timeout=0.5, user="u", password="p")
        error = sent(out, 1)
        assert error is not None and not error.permanent and "cannot be used" in str(error)
        assert set(relay.heard) <= {"EHLO", "HELO", "STARTTLS"} or mood.startswith("220")
        assert not {"AUTH", "MAIL"} & set(relay.heard)


def test_words_put_in_before_the_encryption_began_end_the_connection() -> None:
    def offers(peer: socket.socket, lines: list[str]) -> None:
        peer.sendall(b"220 here\r\n")
        peer.recv(1000)
        peer.sendall(b"250-here\r\n250 STARTTLS\r\n")
        peer.recv(1000)
        peer.sendall(b"220 go on\r\n250 AUTH PLAIN\r\n")
        lines.append(peer.recv(1000)[:1].hex())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        lines: list[str] = []
        thread = threading.Thread(target=lambda: offers(listening.accept()[0], lines), daemon=True)
        thread.start()
        out = SmtpChannel("127.0.0.1", listening.getsockname()[1], SITE, tls="starttls", timeout=3, user="u",
                          password="p")  # fmt: skip
        error = sent(out, 1)
        thread.join(5)
    assert error is not None and not error.permanent and lines != ["41"]  # no AUTH in clear


def test_the_return_path_names_the_delivery_and_the_sender_stays_in_the_message() -> None:
    with Relay() as relay:
        out = SmtpChannel("127.0.0.1", relay.port, SITE, tls="none", timeout=5,
                          return_path=lambda d: address("bounces@monitor.example", d.id, "secret"))  # fmt: skip
        out.send(delivery(), MESSAGE)
        [sender] = relay.senders
        assert sender.startswith("bounces+7-") and sender.endswith("@monitor.example")


@pytest.mark.parametrize("made", ["", "a@b>\r\nRCPT TO:<c@d", "no address"])
def test_a_return_path_that_is_no_address_goes_nowhere(made: str) -> None:
    with Moody() as relay:
        out = SmtpChannel("127.0.0.1", relay.port, SITE, tls="none", timeout=5, return_path=lambda _: made)
        error = sent(out, 1)
        assert error is not None and not error.permanent and relay.connections == 0


def test_a_message_over_the_pace_of_its_domain_waits_its_turn_which_is_no_attempt() -> None:
    clock: Callable[[], float] = lambda: 0.0  # noqa: E731
    with Moody() as relay:
        out = channel(relay, timeout=5, pacer=Pacer(60, now=clock))
        errors = [sent(out, number) for number in range(1, 8)]
        assert errors[:5] == [None] * 5
        assert [error and error.waits for error in errors[5:]] == [1.0, 2.0]
        assert len(relay.accepted) == 5
