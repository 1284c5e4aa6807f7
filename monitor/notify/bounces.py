"""What comes back by mail: bounces (RFC 3464) and complaints (RFC 5965), read into a Report.

Anybody can send us such a mail. What names a delivery is therefore the signed return path (`verp`); a Message-ID
in the attached original is a weaker sign, since whoever was sent the message knows it. No address is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import mailbox as mailboxes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum
from pathlib import Path

from monitor.errors import ConfigError
from monitor.notify import parts

MOST = 256 * 1024
"""Bytes of a report that are read: what counts stands before, or at the head of, the returned message."""


class Kind(StrEnum):
    HARD = "hard"
    """The address does not exist, or takes no mail any more."""
    SOFT = "soft"
    """Not now (mailbox full, still trying), or not this message."""
    COMPLAINT = "complaint"
    """The reader called it spam."""
    ARRIVED = "arrived"
    """Handed on, delivered, or called no spam: nothing to do."""
    UNREADABLE = "unreadable"
    """A bounce without a part that says what happened: a person has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one mail says about one of our messages."""

    kind: Kind
    status: str
    """The status code ("5.1.1"), or the kind of complaint ("abuse"); empty if there is none."""
    delivery_id: int | None
    """From the signed return path."""
    message_id: str | None
    """Of the attached original; unsigned."""
    fingerprint: str
    """Equal for the same report, however often and wherever from it is read."""


def read(raw: bytes, known: Callable[[str], int | None] = lambda _: None) -> Report | None:
    """The report in this mail, None if it is none (a letter, an automatic reply); never raises, whatever it is.

    `known` gives the delivery that a return path was made for (`verp.delivery`).
    """
    head = raw[:MOST].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    if not parts.reasonable(head):
        return None
    try:
        return _report(message_from_bytes(head), head, known)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        # Python's parser trips over some broken MIME; what it cannot read is no report that we can act on.
        return None


def _report(mail: Message, raw: bytes, known: Callable[[str], int | None]) -> Report | None:
    found = parts.by_type(mail)
    status_part = found.get("message/delivery-status") or found.get("message/global-delivery-status")
    senders: list[str] = []
    if "message/feedback-report" in found:
        feedback = parts.fields(found["message/feedback-report"])
        kind, status = _complaint(feedback)
        senders = [feedback.get("original-mail-from", "")]
    elif status_part is not None:
        blocks = parts.blocks(status_part)
        kind, status = _bounce(blocks)
        senders = [block.get("original-recipient", "") for block in blocks]
    elif _looks_like_a_bounce(mail):
        kind, status = Kind.UNREADABLE, ""
    else:
        return None
    originals = parts.originals(found)
    to = [value for name in ("Delivered-To", "To", "X-Original-To", "Envelope-To") for value in parts.each(mail, name)]
    delivery_id = _delivery([*to, *senders, *(one.get("return-path", "") for one in originals)], known)
    message_id = next((name for one in originals if (name := _message_id(one.get("message-id", "")))), None)
    return Report(kind=kind, status=status, delivery_id=delivery_id, message_id=message_id,
                  fingerprint=_fingerprint(mail, raw, kind.value, status, delivery_id, message_id))  # fmt: skip


# -- what happened -------------------------------------------------------------------
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"^\s*([245])\d\d\b")
_NOT_THE_MAILBOX = re.compile(r"5\.(?:2\.[23]|3\.4|6\.\d+|7\.\d+)")
"""Mailbox full, message too long, its contents or its sender not liked (RFC 3463): the address may be well."""


def _bounce(blocks: list[dict[str, str]]) -> tuple[Kind, str]:
    """Of all recipients together: one dead member of an address that forwards to many is no dead address."""
    found = [_one(block) for block in blocks if "action" in block or "status" in block]
    if not found:
        return Kind.UNREADABLE, ""
    kinds = {kind for kind, _ in found}
    if len(kinds) == 1:
        return found[0]
    return Kind.SOFT, next(status for kind, status in found if kind is not Kind.ARRIVED)


def _one(block: dict[str, str]) -> tuple[Kind, str]:
    action = block.get("action", "").split("(")[0].strip().casefold()
    status = _status(block)
    if action in ("delivered", "relayed", "expanded") or status.startswith("2"):
        return Kind.ARRIVED, status
    if action not in ("failed", "delayed") and not status:
        return Kind.UNREADABLE, ""
    dead = action != "delayed" and status.startswith("5") and not _NOT_THE_MAILBOX.fullmatch(status)
    return (Kind.HARD if dead else Kind.SOFT), status


def _status(block: dict[str, str]) -> str:
    """The status code; where it says no more than its class, the relay's own words may."""
    said = block.get("diagnostic-code", "").rpartition(";")[2]
    own, inside, plain = _STATUS.match(block.get("status", "")), _STATUS.search(said), _REPLY.search(said)
    if own and (not own[1].endswith(".0.0") or not inside or inside[1][0] != own[1][0]):
        return own[1]
    return inside[1] if inside else f"{plain[1]}.0.0" if plain else ""


def _complaint(feedback: dict[str, str]) -> tuple[Kind, str]:
    named = re.match(r"[a-z-]{1,20}", feedback.get("feedback-type", "").strip().casefold())
    if named is None:
        return Kind.UNREADABLE, ""
    return (Kind.ARRIVED if named[0] == "not-spam" else Kind.COMPLAINT), named[0]


def _looks_like_a_bounce(mail: Message) -> bool:
    """Sent by a mail system and not by a person's automatic reply (RFC 3834)."""
    automatic = parts.first(mail, "Auto-Submitted").casefold()
    if automatic.startswith("auto-replied") and mail.get_content_type() != "multipart/report":
        return False
    from_ = parts.first(mail, "From").casefold()
    return (
        parts.first(mail, "Return-Path").strip() == "<>"
        or re.search(r"\b(?:mailer-daemon|postmaster)@", from_) is not None
        or bool(parts.first(mail, "X-Failed-Recipients"))
        or mail.get_content_type() == "multipart/report"
    )


# -- whom it is about ----------------------------------------------------------------
def _delivery(values: list[str], known: Callable[[str], int | None]) -> int | None:
    """The delivery of the first address that we made ourselves."""
    for value in values[:40]:
        for _, address in getaddresses([value.rpartition(";")[2] if ";" in value[:20] else value])[:20]:
            if (found := known(address)) is not None:
                return found
    return None


def _message_id(value: str) -> str | None:
    found = re.search(r"<[^<>@\s]{1,200}@[^<>@\s]{1,200}>", value)
    return found[0] if found and found[0].isascii() and found[0].isprintable() else None


def _fingerprint(mail: Message, raw: bytes, *said: object) -> str:
    """Of what it says and of its own name; one without a name is known by its text."""
    name = parts.first(mail, "Message-ID").strip().encode("utf-8", "replace")
    text = name or b" ".join(raw.split(b"\n\n", 1)[-1].split())
    return hashlib.sha256(text + repr(said).encode()).hexdigest()


# -- where they lie ------------------------------------------------------------------
def mailbox(path: Path) -> Iterator[bytes]:
    """The mails of an mbox file, a Maildir or a single .eml, oldest first, each up to its first 256 KiB.

    Nothing in it is changed: reading it twice gives the same reports. Raises ConfigError if it cannot be read.
    """
    try:
        if path.is_dir():
            if not (path / "cur").is_dir() or not (path / "new").is_dir():
                raise ConfigError(f"{path} is no Maildir: it has no folders cur and new")
            yield from _each(mailboxes.Maildir(path, create=False))
        elif path.open("rb").read(5) == b"From ":
            yield from _each(mailboxes.mbox(path, create=False))
        else:
            with path.open("rb") as one:
                yield one.read(MOST)
    except OSError as error:
        raise ConfigError(f"cannot read the mailbox {path}: {error.strerror or error}; nothing was taken") from error


def _each(box: mailboxes.Mailbox[mailboxes.Message]) -> Iterator[bytes]:
    with contextlib.closing(box):
        for key in sorted(box.keys()):
            with contextlib.suppress(KeyError, FileNotFoundError), box.get_file(key) as one:  # taken by another program
                yield one.read(MOST)
