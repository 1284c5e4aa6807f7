"""A Notice as an e-mail: written text and HTML, the same bytes however often it is rendered.

Nothing is loaded from elsewhere and nothing tracks the reader. Whatever two readers of one notice share is
rendered and encoded once; `reference` makes the same bytes the long way, and the tests hold the two together.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from functools import lru_cache

from monitor.audience import Delivery, Form, Links, MessageKind, Notice
from monitor.notify import envelope, sheets, wording
from monitor.notify.clean import line, recipient, safe_link
from monitor.notify.content import FULL, THIN, content
from monitor.notify.envelope import POLICY
from monitor.notify.sheets import Mine, Sheet
from monitor.notify.short import short

FULL_ROOM, THIN_ROOM = 54_000, 4_400
"""Bytes of HTML, and of a thin text, that all readers share: with the lines of one reader, and a thin message with its
headers, they stay under 60 and 10 KB."""
_LINK = 2_000
"""Letters of a link to our own pages."""
_OWN = frozenset({MessageKind.DIGEST, MessageKind.CONFIRM, MessageKind.TEST})
"""Kinds that each reader gets in an edition of one: keeping them would push out what is shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who sends."""

    name: str
    from_address: str
    base_url: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class _Edition:
    """What all readers of one notice share who get it in the same language, form and zone, at the same time."""

    head: bytes
    text: Sheet
    page: Sheet | None
    """None if the message is text alone."""
    ascii: bool = False
    """Text that needs no encoding, for gateways that know none."""


def render(notice: Notice, delivery: Delivery, site: Site) -> bytes:
    """The whole message as it goes over the wire. Equal arguments give equal bytes."""
    to, mine = recipient(delivery.address), _mine(notice, delivery, site)
    alike = _Alike(replace(notice, why="", links=Links(), references=()))
    make = _edition.__wrapped__ if notice.kind in _OWN else _edition
    edition = make(alike, delivery.created_at, site, sheets.marks(mine))
    domain = site.from_address.rpartition("@")[2]
    head = edition.head + envelope.printed(envelope.own(notice, delivery, to, domain)) + b"MIME-Version: 1.0\r\n"
    if edition.page is None:
        return head + _part(edition, mine)
    mark = _boundary(delivery)
    return b"".join((
        head, f'Content-Type: multipart/alternative; boundary="{mark}"\r\n\r\n--{mark}\r\n'.encode(),
        _part(edition, mine), f"\r\n--{mark}\r\n".encode(),
        b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
        sheets.filled(edition.page, mine, markup=True), f"\r\n--{mark}--\r\n".encode(),
    ))  # fmt: skip


def _part(edition: _Edition, mine: Mine) -> bytes:
    coded = b"7bit" if edition.ascii else b"quoted-printable"
    return (b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: ' + coded + b"\r\n\r\n"
            + sheets.filled(edition.text, mine, markup=False))  # fmt: skip


def reference(notice: Notice, delivery: Delivery, site: Site) -> bytes:
    """The same message made by the library alone, with nothing kept from an earlier one."""
    to, mine = recipient(delivery.address), _mine(notice, delivery, site)
    message = EmailMessage(policy=POLICY if to.isascii() else POLICY.clone(utf8=True))  # RFC 6532
    envelope.shared(message, notice, delivery.created_at, site.name, site.from_address)
    for name, value in envelope.own(notice, delivery, to, site.from_address.rpartition("@")[2]):
        message[name] = value
    message["MIME-Version"] = "1.0"
    text, page, plain = _written(replace(notice, why=""), delivery.created_at, mine, site)
    if page is None:
        _load(message, "plain", text, plain)
        return message.as_bytes()
    message["Content-Type"] = "multipart/alternative"
    message.set_boundary(_boundary(delivery))
    for subtype, written in (("plain", text), ("html", page)):
        part = EmailMessage(policy=POLICY)
        _load(part, subtype, written, False)
        message.attach(part)
    return message.as_bytes()


def _load(part: EmailMessage, subtype: str, written: str, plain: bool) -> None:
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "7bit" if plain else "quoted-printable"
    part.set_payload(written if plain else sheets.encoded(written).decode("ascii"))


class _Alike:
    """A notice without what is one reader's, as a key: hashed by a few fields, for it may hold hundreds of
    findings, and compared by all of them."""

    __slots__ = ("_hash", "notice")

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self._hash = hash((notice.event_id, notice.kind, notice.headline, notice.language, notice.form, notice.zone,
                           notice.confirmed, notice.left_out, len(notice.findings)))  # fmt: skip

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Alike) and self.notice == other.notice


@lru_cache(maxsize=256)
def _edition(alike: _Alike, created_at: datetime, site: Site, marks: Mine) -> _Edition:
    notice = alike.notice
    message = EmailMessage(policy=POLICY)
    envelope.shared(message, notice, created_at, site.name, site.from_address)
    head = message.as_bytes().removesuffix(b"\r\n")
    text, page, plain = _written(notice, created_at, marks, site)
    if plain:
        return _Edition(head, (text.replace("\n", "\r\n").encode("ascii"),), None, True)
    return _Edition(head, sheets.sheet(text), sheets.sheet(page) if page is not None else None)


def _written(notice: Notice, created_at: datetime, mine: Mine, site: Site) -> tuple[str, str | None, bool]:
    """(text, HTML if there is any, whether the text is so plain that it goes as it is)."""
    kind = notice.kind
    sent_by = wording.words(notice).sent_by(line(site.name, 60))
    if notice.form is Form.SHORT and kind is not MessageKind.CONFIRM:
        words = short(notice) + "\n"
        return words, None, words.isascii()
    # Measured with marks, whoever it is for: all readers get the same.
    blank = sheets.marks(mine)
    if notice.form is not Form.FULL:
        for thrift in THIN:
            values = content(notice, created_at, thrift)
            if len(sheets.encoded(sheets.text(kind, values, blank))) <= THIN_ROOM:
                break
        return sheets.text(kind, values, mine), None, False
    for thrift in FULL:
        values = {**content(notice, created_at, thrift), "sent_by": sent_by}
        page = sheets.page(kind, values, blank)
        if len(page.encode("utf-8", "replace")) <= FULL_ROOM:
            break
    return sheets.text(kind, values, mine), page if mine == blank else sheets.page(kind, values, mine), False


def _mine(notice: Notice, delivery: Delivery, site: Site) -> Mine:
    """The lines of one reader. A page link that is none of ours, or absurdly long, is left out."""
    w, links = wording.words(notice), notice.links
    name, contact = line(delivery.subscription_id, 80), line(site.contact, 200)
    asks = notice.kind is MessageKind.CONFIRM or notice.kind in wording.CHANGES
    return Mine(
        why=wording.tidy(notice.why, notice, 400 if notice.form is Form.FULL else 160),
        stop=w.stop_write(contact, name) if contact else w.stop_ask(name),
        manage=_link(links.manage),
        unsubscribe=_link(envelope.unsubscribe(notice)),
        act=_link(links.act) if asks else "",
    )


def _link(url: str) -> str:
    return safe_link(url) if len(url) <= _LINK else ""


def _boundary(delivery: Delivery) -> str:
    return f"=_{hashlib.sha256(delivery.message_id.encode('utf-8', 'replace')).hexdigest()[:32]}"
