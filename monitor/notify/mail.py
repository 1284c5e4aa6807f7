"""A Notice as an e-mail: written text and HTML, the same bytes however often it is rendered.

RFC 5322 (message format), RFC 2047 (words beyond ASCII), RFC 8058 (one-click unsubscribe), RFC 3834
(automatic messages). Nothing is loaded from elsewhere and nothing tracks the reader.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.audience import Delivery, Notice
from monitor.core import compose
from monitor.notify import quotes, wording
from monitor.notify.clean import line, recipient, safe_link

CRLF = "\r\n"


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
    return Header(text, "utf-8", header_name=name).encode(linesep=CRLF, maxlinelen=75)


POLICY = _Policy(linesep=CRLF, max_line_length=998)
WIDTH = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who sends."""

    name: str
    from_address: str
    base_url: str = ""
    contact: str = ""
    unsubscribe_url: str = ""
    """Address of the one-click unsubscribe, with {subscription}; empty until there is one."""


def render(notice: Notice, delivery: Delivery, site: Site) -> bytes:
    """The whole message as it goes over the wire. Equal arguments give equal bytes."""
    to = recipient(delivery.address)
    message = EmailMessage(policy=POLICY if to.isascii() else POLICY.clone(utf8=True))  # RFC 6532
    _headers(message, notice, delivery, site, to)
    values = _values(notice, delivery, site)
    message.set_content(_text(values), cte="quoted-printable")
    message.add_alternative(_html(values), subtype="html", cte="quoted-printable")
    mark = hashlib.sha256(delivery.message_id.encode()).hexdigest()
    message.set_boundary(f"=_{mark[:32]}")
    return message.as_bytes()


def _headers(message: EmailMessage, notice: Notice, delivery: Delivery, site: Site, to: str) -> None:
    user, _, domain = site.from_address.rpartition("@")
    message["From"] = Address(line(site.name, 60), user, domain)
    # What is no address (a folder, an endpoint) is not printed; the relay's channel refuses it anyway.
    message["To"] = Address("", *to.rsplit("@", 1)) if to else "undisclosed-recipients:;"
    message["Subject"] = wording.subject(notice)
    message["Date"] = format_datetime(delivery.created_at)
    message["Message-ID"] = _message_id(delivery, domain)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<{_token(notice.destination)}.advisories.{_token(domain, '.')}>"
    message["X-Advisory-Event"] = _token(notice.event_id, "_")
    if site.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{_unsubscribe(delivery, site)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _message_id(delivery: Delivery, domain: str) -> str:
    """The stored one; a file's is a bare token, which RFC 5322 (3.6.4) wants as <token@domain>."""
    if re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", delivery.message_id):
        return delivery.message_id
    return f"<{_token(delivery.message_id, '_.')}@{domain}>"


def _unsubscribe(delivery: Delivery, site: Site) -> str:
    return site.unsubscribe_url.format(subscription=_token(delivery.subscription_id, "_"))


def _token(text: str, more: str = "") -> str:
    return re.sub(rf"[^A-Za-z0-9{re.escape(more)}-]+", "-", text).strip("-").casefold() or "x"


def _values(notice: Notice, delivery: Delivery, site: Site) -> dict[str, Any]:
    """What both templates say, each text one clean line of bounded length."""
    found = quotes.layout(notice)
    page_url = safe_link(notice.page_url)
    return {
        "subject": wording.subject(notice),
        "headline": line(notice.headline, 300),
        "severity": wording.LEVELS[notice.severity],
        "key": notice.severity.value,
        "level": line(notice.level, 200),
        "certainty": wording.certainty(notice),
        "confirmed": notice.confirmed,
        "sentences": [line(s, 600) for s in notice.sentences[:5]],
        "found": found,
        "unshown_where": wording.unshown(page_url),
        "quiet": wording.quiet(found.quiet),
        "note": line(notice.note or "", 900),
        "unannounced": line(compose.unannounced(notice.findings), 400) if notice.note else "",
        "publisher": line(wording.publisher(notice), 200),
        "stated": line(notice.stated_at, 40) or "not stated",
        "seen": wording.when(notice.seen_at),
        "sent": wording.when(delivery.created_at),
        "source_url": safe_link(notice.source_url),
        "page_url": page_url,
        "before": line(notice.before_sha256, 64),
        "after": line(notice.after_sha256, 64),
        "event": line(notice.event_id, 80),
        "why": line(notice.why, 400),
        "contact": line(site.contact, 200),
        "site": line(site.name, 60),
        "subscription": line(delivery.subscription_id, 80),
        "unsubscribe": _unsubscribe(delivery, site) if site.unsubscribe_url else "",
    }


@cache
def _templates(html: bool) -> Environment:
    made = Environment(
        loader=PackageLoader("monitor.notify"), autoescape=html, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters["wrap"] = wrap
    made.filters["marked"] = quotes.marked
    return made


def wrap(text: str, indent: int = 0, first: int | None = None) -> str:
    """Lines of at most 72 columns; long addresses stay whole."""
    return textwrap.fill(
        text, WIDTH, initial_indent=" " * (indent if first is None else first),
        subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _text(values: dict[str, Any]) -> str:
    return _templates(False).get_template("notice.txt.j2").render(values)


def _html(values: dict[str, Any]) -> str:
    page = _templates(True).get_template("notice.html.j2").render(values)
    return _inliner().inline(page)


@cache
def _inliner() -> css_inline.CSSInliner:
    """Puts rules into style attributes; media queries stay in the head for clients that read them."""
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
