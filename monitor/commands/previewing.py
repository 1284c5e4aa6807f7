"""`monitor preview`: a stored change in every form in which somebody could get it; nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor import deliver
from monitor.audience import (
    Channel,
    Delivery,
    Digest,
    Form,
    MessageKind,
    Notice,
    Subscription,
    Told,
    Wishes,
)
from monitor.channels import site
from monitor.core import clock
from monitor.errors import ConfigError
from monitor.feeds import atom, cap, entries, hxl, jsonfeed
from monitor.feeds.entries import Feed
from monitor.model import Campaign, StoredChange
from monitor.notify import chat, mail, webhook
from monitor.notify.short import short
from monitor.notify.wording import PUBLISHERS

if TYPE_CHECKING:
    from monitor.wiring import Parts

FORMS = ("text", "html", "mail", "thin", "digest", "sms", "webhook", "slack", "mattermost", "teams",
         "atom", "json", "csv", "cap")  # fmt: skip
_SUFFIX = {"text": "txt", "sms": "txt", "mail": "eml", "thin": "eml", "digest": "eml", "webhook": "json",
           "slack": "json", "mattermost": "json", "teams": "json", "json": "json", "cap": "cap.xml"}  # fmt: skip


def preview(parts: Parts, event: str, forms: tuple[str, ...], out: Path | None, wishes: Wishes) -> None:
    """Prints the change in these forms, or writes each into a file of its own in `out`, as a reader with these
    wishes gets it.

    Raises ConfigError if no such change is stored.
    """
    if not clock.known(wishes.zone):
        raise ConfigError(f"{wishes.zone} is no time zone; write one like Africa/Bamako")
    subject: StoredChange | Campaign | None = parts.store.campaign(event) or parts.store.change(event)
    if subject is None:
        raise ConfigError(f"no change {event} is stored; monitor history lists them")
    for form, words in _rendered(parts, subject, forms or (FORMS if out else ("text",)), wishes):
        if out is None:
            click.echo(words, nl=not words.endswith("\n"))
            continue
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"{event}-{form}.{_SUFFIX.get(form, form)}"
        path.write_text(words, encoding="utf-8", newline="")
        click.echo(f"{form:<11} {len(words.encode()):>7,} bytes  {path}")


def _rendered(
    parts: Parts, subject: StoredChange | Campaign, forms: tuple[str, ...], wishes: Wishes
) -> Iterator[tuple[str, str]]:
    change = subject.example if isinstance(subject, Campaign) else subject
    for form in forms:
        if form in ("atom", "json", "csv", "cap"):
            yield form, _pulled(parts, change, form)
            continue
        channel = next((one for one in Channel if one.value == form), Channel.MAIL)
        asked = replace(wishes, form=Form.THIN) if form == "thin" else wishes
        told, delivery = _told(parts, subject, channel, asked, within_digest=form == "digest")
        yield form, _PUSHED[form](parts, told, delivery)


def _told(
    parts: Parts, subject: StoredChange | Campaign, channel: Channel, wishes: Wishes, *, within_digest: bool
) -> tuple[Notice, Delivery]:
    """What such a reader would be told, and a delivery that no row stands for."""
    reader = Subscription(id="sub_preview", channel=channel, address="reader@example.org", wishes=wishes)
    event = subject.id if isinstance(subject, Campaign) else subject.event_id
    at = subject.first_at if isinstance(subject, Campaign) else subject.taken_at
    confirmed = True if isinstance(subject, Campaign) else subject.confirmed
    delivery = Delivery(id=0, event_id=event, subscription_id=reader.id, channel=channel, address=reader.address,
                        message_id=f"<preview.{event}@example.org>", created_at=at, confirmed=confirmed)  # fmt: skip
    told: Told = subject
    if within_digest:
        stands = deliver.standing(parts.store.overview())
        told = Digest(id="dig_preview", subscription_id=reader.id, since=at, until=at, items=((delivery, subject),),
                      verified=tuple(one for mine in stands.values() for one in mine))  # fmt: skip
        delivery = replace(delivery, kind=MessageKind.DIGEST, event_id="dig_preview")
    return parts.notice_for(told, reader, delivery), delivery


def _mail(parts: Parts, told: Notice, delivery: Delivery) -> str:
    return mail.render(told, delivery, site(parts.config)).decode("utf-8", "replace")


def _part(kind: str) -> Callable[[Parts, Notice, Delivery], str]:
    def part(parts: Parts, told: Notice, delivery: Delivery) -> str:
        made = message_from_bytes(mail.render(told, delivery, site(parts.config)), policy=policy.default)
        assert isinstance(made, EmailMessage)
        body = made.get_body((kind,))
        return str(body.get_content()) if body is not None else ""

    return part


def _chat(kind: Channel) -> Callable[[Parts, Notice, Delivery], str]:
    return lambda parts, told, delivery: _pretty(json.dumps(chat.FORMS[kind](told)))


def _pretty(words: str) -> str:
    return json.dumps(json.loads(words), ensure_ascii=False, indent=2)


_PUSHED: dict[str, Callable[[Parts, Notice, Delivery], str]] = {
    "text": _part("plain"),
    "html": _part("html"),
    "mail": _mail,
    "thin": _mail,
    "digest": _mail,
    "sms": lambda parts, told, delivery: short(told),
    "webhook": lambda parts, told, delivery: _pretty(webhook.payload(told, delivery).decode()),
    **{kind.value: _chat(kind) for kind in chat.FORMS},
}


def _pulled(parts: Parts, change: StoredChange, form: str) -> str:
    home = parts.config.site.base_url or "http://localhost"
    one = entries.entry(change, home, PUBLISHERS.get(change.publisher, change.publisher))
    name = parts.config.site.name
    if form == "cap":
        return cap.document(one, sender="preview", sender_name=name).decode()
    feed = Feed(title=name, address=f"{home}/feeds/all.{form}", home=home, author=name, entries=(one,),
                empty_at=datetime(2000, 1, 1, tzinfo=UTC))  # fmt: skip
    build = {"atom": atom.document, "json": jsonfeed.document, "csv": hxl.document}[form]
    return build(feed).decode()
