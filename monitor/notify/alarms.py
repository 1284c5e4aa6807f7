"""The mail to the operator: what needs a person, and what is over. Ids and numbers; never a reader's address."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage

from monitor.alarm import Raised
from monitor.core.alarms import BY_NAME
from monitor.notify.clean import line
from monitor.notify.envelope import POLICY
from monitor.notify.mail import Site

MOST = 20
"""Alarms told in full; the operators' page has the others."""


def render(begun: Sequence[Raised], ended: Sequence[Raised], *, to: str, site: Site, at: datetime) -> bytes:
    """One mail about all of it; the same alarms always make the same Message-ID."""
    message = EmailMessage(policy=POLICY)
    message["From"] = site.from_address
    message["To"] = to
    message["Subject"] = line(f"[{site.name}] {_subject(begun, ended)}", 150)
    message["Date"] = at
    message["Message-ID"] = message_id(begun, ended, site.from_address)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(begun, ended, site))
    return message.as_bytes()


def message_id(begun: Sequence[Raised], ended: Sequence[Raised], from_address: str) -> str:
    told = [f"+{one.id}" for one in begun] + [f"-{one.id}" for one in ended]
    token = hashlib.sha256(" ".join(told).encode()).hexdigest()[:32]
    return f"<alarms.{token}@{from_address.rpartition('@')[2]}>"


def _subject(begun: Sequence[Raised], ended: Sequence[Raised]) -> str:
    if begun:
        more = f" (and {len(begun) - 1} more)" if len(begun) > 1 else ""
        return f"ALARM: {_says(begun[0])}{more}"
    more = f" (and {len(ended) - 1} more)" if len(ended) > 1 else ""
    return f"Over: {_says(ended[0])}{more}"


def _text(begun: Sequence[Raised], ended: Sequence[Raised], site: Site) -> str:
    parts = []
    for one in begun[:MOST]:
        parts += [f"ALARM: {_says(one)}", f"    {line(one.detail, 600)}", f"    Since {_clock(one.raised_at)}.",
                  f"    What to do: {_do(one)}", ""]  # fmt: skip
    for one in ended[:MOST]:
        until = _clock(one.ended_at) if one.ended_at else ""
        parts += [f"OVER: {_says(one)}", f"    {line(one.detail, 600)}",
                  f"    From {_clock(one.raised_at)} to {until}.", ""]  # fmt: skip
    left = max(0, len(begun) - MOST) + max(0, len(ended) - MOST)
    if left:
        parts += [f"And {left} more.", ""]
    parts.append(f"All that needs a person: {site.base_url.rstrip('/')}/operators")
    return "\n".join(parts) + "\n"


def _says(one: Raised) -> str:
    kind = BY_NAME.get(one.name)
    return kind.says if kind else one.name


def _do(one: Raised) -> str:
    kind = BY_NAME.get(one.name)
    return kind.do if kind else "see docs/alarms.md"


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
