"""Bounces and complaints, from the shapes that mail systems write to what no mail system would."""

import json
import mailbox
import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.notify import bounces, verp
from monitor.notify.bounces import Kind, Report

BASE = "bounces@monitor.example"
PATH = verp.address(BASE, 7, "s")
known = partial(verp.delivery, base=BASE, secret="s")
ORIGINAL = (
    f"Return-Path: <{PATH}>\nFrom: Advisory monitor <alerts@monitor.example>\nTo: officer@ngo.example\n"
    "Message-ID: <evt_3b9a77.5f0c@monitor.example>\nSubject: Mali\n")  # fmt: skip
FINAL = "Final-Recipient: rfc822; officer@ngo.example\n"


def dsn(*blocks: str, to: str = PATH, original: str = ORIGINAL, kind: str = "text/rfc822-headers", head: str = "",
        status_head: str = "") -> bytes:  # fmt: skip
    status = "\n\n".join(("Reporting-MTA: dns; relay.example", *(block.strip() for block in blocks)))
    return (
        f"Return-Path: <>\nTo: <{to}>\nFrom: Mail Delivery System <MAILER-DAEMON@relay.example>\n{head}"
        "Subject: Undelivered Mail\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"\n\n'
        "--b1\nContent-Type: text/plain\n\nSorry, your message for officer@ngo.example did not go.\n\n"
        f"--b1\nContent-Type: message/delivery-status\n{status_head}\n{status}\n\n"
        f"--b1\nContent-Type: {kind}\n\n{original}\n--b1--\n"
    ).encode()


def complaint(kind: str = "abuse", to: str = "fbl@monitor.example", fields: str = "") -> bytes:
    return (
        f"From: <feedback@provider.example>\nTo: <{to}>\nSubject: complaint\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b2"\n\n'
        "--b2\nContent-Type: text/plain\n\nThis is a complaint.\n\n"
        f"--b2\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: x/1\nVersion: 1\n{fields}"
        "Original-Rcpt-To: <officer@ngo.example>\n\n"
        f"--b2\nContent-Type: message/rfc822\n\n{ORIGINAL}\nText\n--b2--\n"
    ).encode()


def read(raw: bytes) -> Report:
    found = bounces.read(raw, known)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("action", "fields", "kind", "status"),
    [
        ("failed", "Status: 5.1.1", Kind.HARD, "5.1.1"),
        ("failed", "Status: 5.0.0 (permanent failure)", Kind.HARD, "5.0.0"),
        ("Failed (no mailbox)", "Status: 5.1.10", Kind.HARD, "5.1.10"),
        ("failed", "Diagnostic-Code: smtp; 550 No such user", Kind.HARD, "5.0.0"),
        ("failed", "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 <x@y>: unknown", Kind.HARD, "5.1.1"),
        ("failed", "Status: 5.0.0\nDiagnostic-Code: smtp; 550-5.7.1 looks like spam", Kind.SOFT, "5.7.1"),
        ("failed", "Status: 5.2.2", Kind.SOFT, "5.2.2"),
        ("failed", "Status: 5.3.4", Kind.SOFT, "5.3.4"),
        ("failed", "Status: 4.4.7", Kind.SOFT, "4.4.7"),
        ("delayed", "Status: 4.4.1", Kind.SOFT, "4.4.1"),
        ("delayed", "Status: 5.1.1", Kind.SOFT, "5.1.1"),
        ("relayed", "Status: 2.1.5", Kind.ARRIVED, "2.1.5"),
        ("delivered", "Status: 2.0.0", Kind.ARRIVED, "2.0.0"),
        ("failed", "", Kind.SOFT, ""),
        ("", "", Kind.UNREADABLE, ""),
        ("{{7*7}}", "Status: five", Kind.UNREADABLE, ""),
    ],
)
def test_a_status_report_is_read_by_its_action_and_its_code(action: str, fields: str, kind: Kind, status: str) -> None:
    found = read(dsn(f"{FINAL}Action: {action}\n{fields}\n"))
    assert (found.kind, found.status, found.delivery_id) == (kind, status, 7)


def test_one_dead_member_of_a_forwarding_address_is_no_dead_address() -> None:
    dead, well = f"{FINAL}Action: failed\nStatus: 5.1.1", f"{FINAL}Action: relayed\nStatus: 2.1.5"
    assert read(dsn(dead, well)).kind is Kind.SOFT
    assert read(dsn(dead, dead)).kind is Kind.HARD
    assert read(dsn(well, well)).kind is Kind.ARRIVED


DEAD = f"{FINAL}Action: failed\nStatus: 5.1.1\n"


@pytest.mark.parametrize(
    "raw",
    [
        dsn(DEAD, original=""),
        dsn(DEAD, to="alerts@monitor.example"),
        dsn(DEAD, to="alerts@monitor.example", kind="message/rfc822"),
        dsn(DEAD, to="x@y.example", original="", head=f"X-Original-To: {PATH}\n"),
        dsn(DEAD, to="x@y.example", original="", head=f"Delivered-To: {PATH.upper()}\n"),
        dsn(f"Original-Recipient: rfc822;{PATH}\n{DEAD}", to="x@y.example", original=""),
        complaint(fields=f"Original-Mail-From: <{PATH}>\n"),
        complaint(to=PATH),
    ],
    ids=["to", "headers", "message", "x-original-to", "delivered-to", "original-recipient", "arf", "arf-to"],
)
def test_the_delivery_is_found_wherever_the_signed_return_path_stands(raw: bytes) -> None:
    assert read(raw).delivery_id == 7


def test_a_forged_return_path_names_nobody_and_the_message_is_still_known_by_its_id() -> None:
    forged = PATH.replace("+7-", "+8-")
    found = read(dsn(DEAD, to=forged, original=ORIGINAL.replace(PATH, forged)))
    assert found.delivery_id is None and found.message_id == "<evt_3b9a77.5f0c@monitor.example>"


@pytest.mark.parametrize("kind", ["abuse", "fraud", "virus", "opt-out", "Other"])
def test_a_complaint_is_one_whatever_its_kind(kind: str) -> None:
    found = read(complaint(kind))
    assert (found.kind, found.status, found.delivery_id) == (Kind.COMPLAINT, kind.lower(), 7)


def test_a_reader_who_called_it_no_spam_did_not_complain() -> None:
    assert read(complaint("not-spam")).kind is Kind.ARRIVED


@pytest.mark.parametrize(
    "raw",
    [
        b"Return-Path: <>\nFrom: MAILER-DAEMON@relay.example\nSubject: failure notice\n\nHi. This is the qmail-send.",
        b"From: Mail Delivery System <postmaster@relay.example>\nX-Failed-Recipients: a@b.example\n\nfailed",
        b"From: x@y.example\nContent-Type: multipart/report; boundary=b\n\n--b\n\nwords only\n--b--\n",
    ],
)
def test_a_bounce_that_says_nothing_a_program_reads_is_honestly_unreadable(raw: bytes) -> None:
    assert read(raw).kind is Kind.UNREADABLE


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x01\x02",
        b"From: officer@ngo.example\nSubject: thank you\n\nWe left Bamako.",
        f"From: officer@ngo.example\nTo: {PATH}\nAuto-Submitted: auto-replied\nReturn-Path: <>\n\nAway.".encode(),
    ],
)
def test_a_letter_and_an_automatic_reply_are_no_report(raw: bytes) -> None:
    assert bounces.read(raw, known) is None


def test_an_encoded_status_part_is_read_too() -> None:
    import base64

    status = base64.encodebytes(b"Reporting-MTA: dns; x\r\n\r\n" + DEAD.encode()).decode()
    raw = dsn(status_head="Content-Transfer-Encoding: base64\n").replace(b"Reporting-MTA: dns; relay.example",
                                                                        status.encode())  # fmt: skip
    assert read(raw).kind is Kind.HARD


@pytest.mark.parametrize("raw", [dsn(DEAD), complaint()])
def test_the_readers_address_is_kept_nowhere(raw: bytes) -> None:
    found = read(raw)
    assert "officer" not in json.dumps([found.kind, found.status, found.message_id, found.fingerprint])


def test_the_same_report_counts_once_wherever_it_is_read_from() -> None:
    raw = dsn(DEAD, head="Message-ID: <b1@relay.example>\n")
    again = b"Received: from a by b\r\nDelivered-To: x@y.example\r\n" + raw.replace(b"\n", b"\r\n")
    assert read(raw).fingerprint == read(again).fingerprint
    assert read(dsn(DEAD)).fingerprint == read(b"Received: x\n" + dsn(DEAD)).fingerprint


def test_two_reports_count_as_two() -> None:
    one, two = (dsn(DEAD, head=f"Message-ID: <b{n}@relay.example>\n") for n in (1, 2))
    other = dsn(DEAD, to=verp.address(BASE, 8, "s"), original="")
    assert len({read(raw).fingerprint for raw in (one, two, other, dsn(DEAD))}) == 4


# -- hostile -------------------------------------------------------------------------
def nested(depth: int) -> bytes:
    return b"".join(b'Content-Type: multipart/report; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth))


HOSTILE = {
    "deep": nested(5_000),
    "deep enough to be read": nested(9) + b"\n" * 250_000,
    "quotes": b'Content-Type: multipart/report; x="' + b'";' * 120_000 + b"\n\nx",
    "folded": b"Content-Type: multipart/report;\n" + b' x="a;b";\n' * 25_000 + b"\nx",
    "bare returns": b"From: mailer-daemon@x\rContent-Type: multipart/report;" + b'\r x="a;b";' * 22_000,
    "fields": b"From: mailer-daemon@x.example\n" + b"To: <a@b>\n" * 26_000,
    "names": b"From: mailer-daemon@x.example\nTo: " + b"(" * 100_000 + b"\n\n",
    "addresses": b"From: mailer-daemon@x.example\nTo: " + b"a@b," * 60_000 + b"\n\n",
    "recipients": dsn(*[DEAD] * 3_000),
    "huge": dsn(DEAD) + b"x" * 3_000_000,
    "charset": dsn(DEAD, status_head="Content-Transfer-Encoding: \xff\xfe\n"),
    "uuencoded": dsn(DEAD, status_head="Content-Transfer-Encoding: x-uuencode\n"),
    "encoded words": dsn(DEAD, head="Subject: =?utf-8?b?!!!?=\nMessage-ID: <=?x?q?\xff?=>\n"),
    "no end": dsn(DEAD)[:-300],
    "many parts": b"Content-Type: multipart/digest; boundary=b\n\n" + b"--b\n\n\n" * 990,
    "digest": b"Content-Type: multipart/digest; boundary=b\n\n" + b"--b\n\n\n" * 40_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_no_mail_system_writes_is_read_in_bounded_time_and_never_raises(raw: bytes) -> None:
    began = time.process_time()
    bounces.read(raw, known)
    assert time.process_time() - began < 3


@settings(max_examples=300)
@given(st.data())
def test_any_change_to_a_report_raises_nothing_and_makes_no_other_delivery(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from([dsn(DEAD), complaint(), dsn(DEAD, kind="message/rfc822")])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=12))
    found = bounces.read(bytes(raw), known)
    assert found is None or found.delivery_id in (None, 7)


@given(st.binary(max_size=400))
def test_any_bytes_raise_nothing(raw: bytes) -> None:
    bounces.read(raw, known)


# -- where they lie ------------------------------------------------------------------
def test_mails_come_out_of_an_mbox_a_maildir_and_a_single_file(tmp_path: Path) -> None:
    raws = [dsn(DEAD, head=f"Message-ID: <b{n}@relay.example>\n") for n in range(3)]
    box, folder = mailbox.mbox(tmp_path / "mbox"), mailbox.Maildir(tmp_path / "maildir")
    for raw in raws:
        box.add(raw)
        folder.add(raw)
    box.close()
    (tmp_path / "one.eml").write_bytes(raws[0])
    prints = {read(raw).fingerprint for raw in raws}
    for path in ("mbox", "maildir", "mbox"):
        assert {read(raw).fingerprint for raw in bounces.mailbox(tmp_path / path)} == prints
    assert [read(raw).delivery_id for raw in bounces.mailbox(tmp_path / "one.eml")] == [7]


def test_a_mailbox_that_is_none_is_told_to_the_operator(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(ConfigError, match=str(tmp_path)):
            list(bounces.mailbox(path))


def test_an_empty_mailbox_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "mbox").write_bytes(b"")
    assert [raw for raw in bounces.mailbox(tmp_path / "mbox") if bounces.read(raw)] == []
