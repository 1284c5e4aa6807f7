"""Signed mails, checked by another implementation (dkimpy) as a receiver would."""

import base64
import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.audience import Links
from monitor.errors import ConfigError
from monitor.notify import dkim, mail
from monitor.notify.smtp import SmtpChannel
from tests.notify.examples import SEEN, SITE, delivery, rich
from tests.notify.relay import Relay

verifier = pytest.importorskip("dkim", reason="dkimpy is not installed: no other implementation checks our signatures")
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
ELLIPTIC = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()  # fmt: skip
PUBLIC = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
SIGN = dkim.signer("monitor.example", "s2026", PEM)
LEAVES = Links(unsubscribe="https://monitor.example/unsubscribe/a-token")


def dns(name: bytes, timeout: int = 5) -> bytes:
    assert name == b"s2026._domainkey.monitor.example."
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(PUBLIC)


def holds(message: bytes) -> bool:
    return bool(verifier.verify(message, dnsfunc=dns))


MADE = mail.render(rich(links=LEAVES), delivery(), SITE)
SIGNED = SIGN(MADE, SEEN)


def test_a_receiver_accepts_it_and_the_message_itself_is_untouched() -> None:
    assert holds(SIGNED) and SIGNED.endswith(MADE)
    assert all(len(line) <= 78 for line in SIGNED[: -len(MADE)].split(b"\r\n"))


@pytest.mark.parametrize("name", [name for name in dkim.SIGNED if name != "references"])
def test_a_changed_header_is_refused(name: str) -> None:
    changed, count = re.subn(rf"(?im)^({name}: )(.)".encode(), rb"\1x\2", SIGNED, count=1)
    assert count == 1 and not holds(changed)


@pytest.mark.parametrize("name", [*dkim.SIGNED])
def test_a_removed_header_or_one_put_in_where_there_was_none_is_refused(name: str) -> None:
    without = re.sub(rf"(?im)^{name}: .*\r\n(?:[ \t].*\r\n)*".encode(), b"", MADE)
    signed = SIGN(without, SEEN) if name != "from" else SIGNED
    added = signed.replace(without if name != "from" else MADE, f"{name}: <mailto:evil@evil.example>\r\n".encode()
                           + (without if name != "from" else MADE))  # fmt: skip
    assert added != signed and not holds(added)
    assert name == "references" or not holds(SIGNED.replace(MADE, without))


def test_a_changed_body_is_refused_and_what_relays_do_to_blanks_is_not() -> None:
    assert not holds(SIGNED.replace(b"Mali", b"Niger"))
    assert holds(SIGNED.replace(b"\r\nTo: ", b"\r\nTo:\t ")) and holds(SIGNED + b"\r\n\r\n")


def test_a_repeat_has_the_same_bytes_and_the_time_of_the_message() -> None:
    assert SIGN(MADE, SEEN) == SIGNED != SIGN(MADE, SEEN + timedelta(seconds=1))
    assert f"t={int(SEEN.timestamp())};".encode() in SIGNED


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"a", b".", b"\xc3\xa9"]), max_size=30).map(b"".join),
       st.sampled_from([b"x", b" x  y ", b"x\r\n y", b"\t"]))  # fmt: skip
def test_any_body_and_any_folding_is_hashed_as_the_receiver_does(body: bytes, subject: bytes) -> None:
    assert holds(SIGN(b"From: a@monitor.example\r\nSubject: " + subject + b"\r\n\r\n" + body + b"\r\n", SEEN))


def test_what_arrives_at_the_relay_is_signed() -> None:
    with Relay() as relay:
        out = SmtpChannel("127.0.0.1", relay.port, SITE, tls="none", timeout=5, sign=SIGN)
        out.send(delivery(), out.render(rich(), delivery()))
        [(_, received)] = relay.accepted
    assert holds(received) and received == out.render(rich(), delivery())


@pytest.mark.parametrize(
    ("domain", "selector", "pem", "place"),
    [
        ("monitor example", "s", PEM, r"\[mail.dkim\] domain"),
        ("monitor.example", "s;d=evil.example", PEM, r"\[mail.dkim\] selector"),
        ("monitor.example", "s\r\nX: y", PEM, r"\[mail.dkim\] selector"),
        ("monitor.example", "", PEM, r"\[mail.dkim\] selector"),
        ("monitor.example", "s", "", "MONITOR_DKIM_KEY"),
        ("monitor.example", "s", PEM[:200], "MONITOR_DKIM_KEY"),
        ("monitor.example", "s", ELLIPTIC, "expected an RSA key"),
    ],
    ids=range(7),
)
def test_what_cannot_sign_is_told_at_the_start_and_the_key_is_not_shown(
    domain: str, selector: str, pem: str, place: str
) -> None:
    with pytest.raises(ConfigError, match=place) as caught:
        dkim.signer(domain, selector, pem)
    assert "PRIVATE" not in str(caught.value)
