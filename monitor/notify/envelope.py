"""The headers of a mail: those that all readers of one message share, and those of one reader.

RFC 5322 (message format), RFC 2047 (words beyond ASCII), RFC 8058 (one-click unsubscribe), RFC 3834
(automatic messages). Everything goes through EmailMessage, but for values that fit a pattern under which it
would print them as they are.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.charset import SHORTEST, Charset
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import cache
from typing import Any

from monitor.audience import Delivery, MessageKind, Notice
from monitor.notify import wording
from monitor.notify.clean import line, safe_link

CRLF = "\r\n"
MOST_REFERENCES = 20


class _Policy(EmailPolicy):
    """Long lines stay whole, words beyond ASCII are parted.

    The default policy folds a long List-Unsubscribe in the middle of its address. One that does not
    fold makes encoded words of any length, and RFC 2047 allows them 75 characters.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name in ("Subject", "From") and not str(value).isascii():
            return f"{name}: {_parted(name, value)}{CRLF}".encode()
        return super().fold_binary(name, value)


def _parted(name: str, value: Any) -> str:
    """The header's value as encoded words of at most 75 characters each, folded between them."""
    if name == "Subject":
        return _encoded(name, str(value))
    [sender] = value.addresses
    return f"{_encoded(name, sender.display_name)}{CRLF} <{sender.addr_spec}>"


def _encoded(name: str, text: str) -> str:
    return Header(text, _utf8(), header_name=name).encode(linesep=CRLF, maxlinelen=75)


@cache
def _utf8() -> Charset:
    """UTF-8 with its usual encoding of headers, whatever another library in this process (apprise does) has made of
    the standard library's own table: a message that is sent again has the same bytes."""
    made = Charset("utf-8")
    made.header_encoding = SHORTEST
    return made


POLICY = _Policy(linesep=CRLF, max_line_length=998)


def shared(message: EmailMessage, notice: Notice, created_at: datetime, name: str, sender: str) -> None:
    """Sets the headers that are the same for every reader of this notice."""
    user, _, domain = sender.rpartition("@")
    message["From"] = Address(_words(line(name, 60)), user, domain)
    message["Subject"] = _words(wording.subject(notice))
    message["Date"] = format_datetime(created_at)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<{_token(notice.destination)}.advisories.{_token(domain, '.')}>"
    message["X-Advisory-Event"] = _token(notice.event_id, "_")


def _words(text: str) -> str:
    """The text as words only: `=?` begins an encoded word (RFC 2047), and EmailMessage decodes one that stands in what
    it is given. Page text that holds an encoded line break would so begin a header of its own."""
    return text.replace("=?", "= ?")


def own(notice: Notice, delivery: Delivery, to: str, domain: str) -> list[tuple[str, str | Address]]:
    """Name and value of the headers of one reader."""
    # What is no address (a folder, an endpoint) is not printed; the relay's channel refuses it anyway.
    found: list[tuple[str, str | Address]] = [
        ("To", Address("", *to.rsplit("@", 1)) if to else "undisclosed-recipients:;"),
        ("Message-ID", message_id(delivery, domain)),
    ]
    earlier = [one for one in notice.references if _ID.fullmatch(one)][-MOST_REFERENCES:]
    if earlier:
        found += [("In-Reply-To", earlier[-1]), ("References", " ".join(earlier))]
    link = unsubscribe(notice)
    if link:
        found += [("List-Unsubscribe", f"<{link}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]
    return found


def unsubscribe(notice: Notice) -> str:
    """The one-click address; a confirmation has none, for there is nothing yet to end."""
    link = notice.links.unsubscribe
    return link if notice.kind is not MessageKind.CONFIRM and link.isascii() and safe_link(link) else ""


def message_id(delivery: Delivery, domain: str) -> str:
    """The stored one; a file's is a bare token, which RFC 5322 (3.6.4) wants as <token@domain>."""
    if _ID.fullmatch(delivery.message_id):
        return delivery.message_id
    return f"<{_token(delivery.message_id, '_.')}@{domain}>"


def printed(headers: list[tuple[str, str | Address]]) -> bytes:
    """The headers as they go over the wire."""
    out = []
    for name, value in headers:
        words = value.addr_spec if isinstance(value, Address) else value
        if _AS_IT_IS[name].fullmatch(words):
            out.append(f"{name}: {words}{CRLF}".encode("ascii"))
        else:
            message = EmailMessage(policy=POLICY if words.isascii() else POLICY.clone(utf8=True))  # RFC 6532
            message[name] = value
            out.append(message.as_bytes().removesuffix(b"\r\n"))
    return b"".join(out)


_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_PLAIN_ID = r"<[A-Za-z0-9._+-]{1,200}@[A-Za-z0-9.-]{1,200}>"
_AS_IT_IS = {
    "To": re.compile(r"[A-Za-z0-9](?:[._+-]?[A-Za-z0-9]){0,63}@[A-Za-z0-9](?:[.-]?[A-Za-z0-9]){0,250}"),
    "Message-ID": re.compile(_PLAIN_ID),
    "In-Reply-To": re.compile(_PLAIN_ID),
    "References": re.compile(_PLAIN_ID),
    "List-Unsubscribe": re.compile(r"<https?://[A-Za-z0-9./:_?=&~%-]{1,900}>"),
    "List-Unsubscribe-Post": re.compile("List-Unsubscribe=One-Click"),
}
"""Values that EmailMessage prints as they are: nothing to quote, to encode or to fold, and no line break."""


def _token(text: str, more: str = "") -> str:
    """The text in letters that every mail program takes, at most 80 of them."""
    plain = re.sub(rf"[^A-Za-z0-9{re.escape(more)}-]+", "-", text[:400])
    return plain.strip("-")[:80].strip("-.").casefold() or "x"
