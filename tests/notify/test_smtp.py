"""Over a real SMTP connection: accepted once, refused for now or for good, connection reused."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import NotifyError
from monitor.notify.smtp import AFTER_DOT, SmtpChannel
from tests.notify.examples import SITE, delivery, rich
from tests.notify.relay import Moody, Relay, Slow

MESSAGE = b"Subject: x\r\n\r\nx\r\n"


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
        out.send(delivery(id=n), MESSAGE)
    assert relay.connections == 1 and len(relay.accepted) == 5


def test_a_stale_connection_is_replaced(relay: Relay) -> None:
    out = channel(relay, most_per_connection=2)
    for n in range(5):
        out.send(delivery(id=n), MESSAGE)
    assert relay.connections == 3 and len(relay.accepted) == 5


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "permanent"), [("450 try later", False), ("550 no such mailbox", True), ("drop", False)]
)
def test_a_refusal_is_told_apart_by_its_code(relay: Relay, command: str, reply: str, permanent: bool) -> None:
    out = channel(relay)
    relay.answers[command] = reply
    with pytest.raises(NotifyError) as caught:
        out.send(delivery(), MESSAGE)
    assert caught.value.permanent is permanent and "officer@" not in str(caught.value)
    relay.answers.clear()
    assert out.send(delivery(), MESSAGE).startswith("250")


def test_a_relay_that_refuses_our_sender_is_for_the_operator_to_mend_and_loses_nobody_a_message(relay: Relay) -> None:
    relay.answers["MAIL"] = "550 5.7.1 sender not allowed"
    with pytest.raises(NotifyError, match=r"refuses us as the sender .*\[mail\].* delivery 7 waits") as caught:
        channel(relay).send(delivery(), MESSAGE)
    assert not caught.value.permanent


def test_a_connection_lost_after_the_final_dot_is_tried_again(relay: Relay) -> None:
    out = channel(relay)
    relay.answers["DATA"] = "accept then drop"
    with pytest.raises(NotifyError) as caught:
        out.send(delivery(), MESSAGE)
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


def test_a_connection_that_the_relay_closed_meanwhile_is_made_anew() -> None:
    with Relay() as relay:
        out, port = channel(relay), relay.port
        out.send(delivery(id=1), MESSAGE)
    with Relay(port=port) as again:
        out.send(delivery(id=2), MESSAGE)
        assert len(again.accepted) == 1


def test_a_used_up_connection_is_left_with_a_goodbye(relay: Relay) -> None:
    out = channel(relay, most_per_connection=1)
    for n in range(3):
        out.send(delivery(id=n), MESSAGE)
    out.close()
    assert (relay.connections, relay.goodbyes) == (3, 3)


def test_a_relay_that_breaks_off_in_the_middle_of_the_data_gets_it_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        threading.Thread(target=_breaks_in_data, args=(listening,), daemon=True).start()
        out = SmtpChannel("127.0.0.1", port, SITE, tls="none", timeout=5)
        with pytest.raises(NotifyError, match="broke off") as caught:
            out.send(delivery(), b"Subject: x\r\n\r\n" + b"x" * 5_000_000)
    assert not caught.value.permanent and "officer@" not in str(caught.value)


def _breaks_in_data(listening: socket.socket) -> None:
    peer, _ = listening.accept()
    with peer:
        peer.sendall(b"220 here\r\n")
        for reply in (b"250 hello", b"250 ok", b"250 ok", b"354 go on"):
            peer.recv(1000)
            peer.sendall(reply + b"\r\n")
        peer.recv(1000)


@pytest.mark.parametrize("code", [530, 535])
def test_a_relay_that_wants_a_log_in_is_trouble_for_the_operator_not_the_end(relay: Relay, code: int) -> None:
    relay.answers["MAIL"] = f"{code} 5.7.0 authentication required"
    with pytest.raises(NotifyError, match="MONITOR_SMTP_PASSWORD") as caught:
        channel(relay).send(delivery(), MESSAGE)
    assert not caught.value.permanent


def test_a_relay_that_takes_no_log_in_says_so_and_the_message_waits(relay: Relay) -> None:
    with pytest.raises(NotifyError, match="cannot be used") as caught:
        channel(relay, user="monitor", password="wrong").send(delivery(), MESSAGE)
    assert not caught.value.permanent and "wrong" not in str(caught.value)


def test_the_refusal_keeps_the_codes_and_drops_the_words(relay: Relay) -> None:
    relay.answers["RCPT"] = "550 5.1.1 <officer@ngo.example>: no such user"
    with pytest.raises(NotifyError, match=r"refused delivery 7 for good \(SMTP 550 5\.1\.1\)$"):
        channel(relay).send(delivery(), MESSAGE)


def test_a_domain_beyond_ascii_goes_to_any_relay(relay: Relay) -> None:
    channel(relay).send(delivery(address="desk@bücher.example"), MESSAGE)
    assert relay.accepted[0][0] == ["desk@xn--bcher-kva.example"]


def test_a_name_beyond_ascii_goes_only_where_it_is_understood(relay: Relay) -> None:
    one = delivery(address="büro@ngo.example")
    with pytest.raises(NotifyError, match="beyond ASCII") as caught:
        channel(relay).send(one, MESSAGE)
    assert caught.value.permanent and relay.accepted == []
    with Relay(utf8=True) as able:
        out = channel(able)
        out.send(one, out.render(rich(), one))
        assert able.accepted[0][0] == ["büro@ngo.example"] and "To: büro@ngo.example".encode() in able.accepted[0][1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine: STARTTLS is not tried")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True)  # fmt: skip
    return folder


@pytest.mark.parametrize("trusted", [True, False])
def test_starttls_is_used_and_the_certificate_is_checked(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with Relay(tls=context) as relay:
        out = SmtpChannel("127.0.0.1", relay.port, SITE, tls="starttls", timeout=5)
        if trusted:
            out.send(delivery(), MESSAGE)
            out.close()
        else:
            with pytest.raises(NotifyError, match="certificate is not valid") as caught:
                out.send(delivery(), MESSAGE)
            assert not caught.value.permanent
        assert len(relay.accepted) == trusted


def test_an_encrypted_connection_is_reused_too(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with Relay(tls=context) as relay:
        out = SmtpChannel("127.0.0.1", relay.port, SITE, tls="starttls", timeout=5)
        for number in range(5):
            out.send(delivery(id=number), b"Subject: x\r\n\r\n" + (b"x" * 70 + b"\r\n") * 3_000)
        out.close()
        assert len(relay.accepted) == 5 and relay.connections == 2  # it greets before and after STARTTLS


def test_a_slow_relay_is_given_time_to_check_the_message_before_we_hang_up() -> None:
    with Slow(0.5) as relay:
        out = SmtpChannel("127.0.0.1", relay.port, SITE, tls="none", timeout=0.2, return_path=Moody.return_path)
        assert out.send(delivery(), MESSAGE).startswith("250")
        assert AFTER_DOT >= 120
