"""A Notice as an e-mail: written text and HTML, the same bytes however often it is rendered.

RFC 5322 (message format), RFC 8058 (one-click unsubscribe), RFC 3834 (automatic messages). Nothing is
loaded from elsewhere and nothing tracks the reader.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.model import Delivery, Notice
from monitor.notify import wording
from monitor.notify.clean import line, safe_link

POLICY = SMTP.clone(max_line_length=998)
"""The default policy folds long List-Unsubscribe lines in the middle of the address."""
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
    message = EmailMessage(policy=POLICY)
    _headers(message, notice, delivery, site)
    values = _values(notice, delivery, site)
    message.set_content(_text(values), cte="quoted-printable")
    message.add_alternative(_html(values), subtype="html", cte="quoted-printable")
    mark = hashlib.sha256(delivery.message_id.encode()).hexdigest()
    message.set_boundary(f"=_{mark[:32]}")
    return message.as_bytes()


def _headers(message: EmailMessage, notice: Notice, delivery: Delivery, site: Site) -> None:
    user, _, domain = site.from_address.rpartition("@")
    message["From"] = Address(line(site.name, 60), user, domain)
    message["To"] = _address(delivery.address)
    message["Subject"] = wording.subject(notice)
    message["Date"] = format_datetime(delivery.created_at)
    message["Message-ID"] = delivery.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<{_token(notice.destination)}.advisories.{_token(domain, '.')}>"
    message["X-Advisory-Event"] = _token(notice.event_id, "_")
    if site.unsubscribe_url:
        link = site.unsubscribe_url.format(subscription=_token(delivery.subscription_id, "_"))
        message["List-Unsubscribe"] = f"<{link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _address(text: str) -> Address | str:
    """The recipient as one address; what is not one goes nowhere (the relay refuses an empty To)."""
    user, _, domain = line(text).rpartition("@")
    return Address("", user, domain) if user and domain else "undisclosed-recipients:;"


def _token(text: str, more: str = "") -> str:
    return re.sub(rf"[^A-Za-z0-9{re.escape(more)}-]+", "-", text).strip("-").casefold() or "x"


def _values(notice: Notice, delivery: Delivery, site: Site) -> dict[str, Any]:
    shown, more = wording.items(notice)
    severity = wording.LEVELS[notice.severity]
    return {
        "subject": wording.subject(notice),
        "headline": line(notice.headline, 300),
        "destination": line(notice.destination, 100),
        "severity": severity,
        "key": notice.severity.value,
        "level": line(notice.level, 200),
        "certainty": wording.certainty(notice),
        "confirmed": notice.confirmed,
        "sentences": [line(s, 600) for s in notice.sentences],
        "items": shown,
        "more": more,
        "note": line(notice.note or "", 900),
        "publisher": wording.publisher(notice),
        "stated": line(notice.stated_at, 40) or "not stated",
        "seen": wording.when(notice.seen_at),
        "sent": wording.when(delivery.created_at),
        "source_url": safe_link(notice.source_url),
        "page_url": safe_link(notice.page_url),
        "before": notice.before_sha256,
        "after": notice.after_sha256,
        "event": notice.event_id,
        "why": line(notice.why, 400),
        "contact": line(site.contact, 200),
        "site": line(site.name, 60),
        "subscription": delivery.subscription_id,
    }


@cache
def _templates(html: bool) -> Environment:
    made = Environment(
        loader=PackageLoader("monitor.notify"), autoescape=html, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters["wrap"] = wrap
    made.filters["marked"] = wording.marked
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
