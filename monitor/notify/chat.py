"""A Notice in a chat: Slack, Mattermost, and Teams (as an Adaptive Card), through their incoming webhooks.

The words of a page are shown as plain text: they call nobody, link nowhere and style nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from monitor.audience import Channel, Delivery, Language, MessageKind, Notice
from monitor.errors import FetchError, NotifyError
from monitor.model import Severity
from monitor.notify.clean import line, safe_link
from monitor.notify.webhook import Post, asked, nameless
from monitor.notify.wording import LEVELS

SENTENCES = 5
_LONGEST = 600
"""Letters of one sentence; Slack takes 3,000 in a block, Teams 28 KB in a card."""
_HEADLINE = 150
"""What a Slack header block takes."""
_BLOCK = 2_900
"""Letters of all lines together; Slack takes 3,000 in one block."""
_LISTED = 10
"""Entries of a digest, and destinations, that a chat shows."""
_FOR_GOOD = frozenset({403, 404, 410})
"""The hook was removed, its channel archived or its app disabled; asking again cannot help."""
_GONE = {Channel.SLACK: frozenset({404, 410})}
"""Where the platform documents that its hook or channel is no more, so that the subscription ends too
(Slack, "Incoming webhooks: handling errors"). Mattermost and Teams document no such answer."""
_COLOURS = {Severity.CRITICAL: "Attention", Severity.HIGH: "Warning", Severity.MEDIUM: "Accent"}


def slack(notice: Notice) -> dict[str, Any]:
    """Block Kit, in plain text throughout; `text` is what a telephone shows."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(heading(notice, _HEADLINE))}]
    if lines := below(notice):
        blocks.append({"type": "section", "text": _plain("\n".join(f"• {one}" for one in lines))})
    blocks.append({"type": "context", "elements": [_plain(times(notice))]})
    buttons = [
        {"type": "button", "text": _plain(label), "url": url} for label, url in links(notice)
    ]  # fmt: skip
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return {"text": _escaped(heading(notice, _LONGEST)), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def mattermost(notice: Notice) -> dict[str, Any]:
    """Markdown with every mark of the page's words escaped, and no mention in it."""
    lines = [f"**{_unmarked(heading(notice, _LONGEST))}**", ""]
    lines += [f"- {_unmarked(one)}" for one in below(notice)]
    lines += ["", f"_{_unmarked(times(notice))}_"]
    if found := links(notice):
        lines += ["", " · ".join(f"[{label}](<{url}>)" for label, url in found)]
    return {"text": "\n".join(lines), "props": {"disable_group_highlight": True}}


def teams(notice: Notice) -> dict[str, Any]:
    """An Adaptive Card 1.4; its text runs know no markup."""
    level = LEVELS[notice.severity]
    top = [_runs(f"{level.symbol} {level.word}: {level.asks}", weight="Bolder",
                 color=_COLOURS.get(notice.severity, "Default"))]  # fmt: skip
    body: list[dict[str, Any]] = [
        *(top if notice.kind in _CHANGES else []),
        _runs(line(notice.headline, _LONGEST), weight="Bolder", size="Medium"),
        *(_runs(f"• {one}") for one in below(notice)),
        _runs(times(notice), size="Small", isSubtle=True),
    ]  # fmt: skip
    card = {
        "type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.4",
        "fallbackText": heading(notice, _LONGEST), "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": label, "url": url} for label, url in links(notice)],
    }  # fmt: skip
    return {"type": "message", "attachments": [
        {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}]}  # fmt: skip


FORMS: dict[Channel, Callable[[Notice], dict[str, Any]]] = {
    Channel.SLACK: slack, Channel.MATTERMOST: mattermost, Channel.TEAMS: teams}  # fmt: skip


class ChatChannel:
    """Calls incoming webhooks of one kind of chat. 2xx is accepted; 403, 404 and 410 give the message up, and
    end the subscription where the platform says by them that the hook is no more."""

    def __init__(self, channel: Channel, post: Post, now: Callable[[], datetime]) -> None:
        self._gone = _GONE.get(channel, frozenset())
        self._form, self._post, self._now = FORMS[channel], post, now

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        """The call's body; equal arguments give equal bytes."""
        made = self._form(notice)
        return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    def send(self, delivery: Delivery, message: bytes) -> str:
        """The status as words. Raises NotifyError, which names the subscription and never the address."""
        headers: Mapping[str, str] = {"Content-Type": "application/json"}
        try:
            status, answered = self._post(delivery.address, message, headers)
        except FetchError as error:
            raise NotifyError(
                f"the chat of subscription {delivery.subscription_id} was not reached: "
                f"{nameless(str(error), delivery.address)}", retry_after=error.retry_after) from error  # fmt: skip
        if 200 <= status < 300:
            return f"HTTP {status}"
        raise NotifyError(f"the chat of subscription {delivery.subscription_id} answered HTTP {status}",
                          permanent=status in _FOR_GOOD, gone=status in self._gone,
                          retry_after=asked(answered, self._now()))  # fmt: skip


_CHANGES = frozenset({MessageKind.NOTICE, MessageKind.CAMPAIGN})
"""What bears the severity of a change; other messages are told by their headline."""


def heading(notice: Notice, most: int) -> str:
    if notice.kind not in _CHANGES:
        return line(notice.headline, most)
    level = LEVELS[notice.severity]
    doubt = "" if notice.confirmed else " (not yet confirmed)"
    return line(f"{level.symbol} {level.word}{doubt}: {notice.headline}", most)


def below(notice: Notice) -> list[str]:
    """What a message says below its headline, so much of it as a chat takes."""
    lines = [line(notice.remark, _LONGEST)] if notice.remark else []
    lines += [line(one, _LONGEST) for one in notice.sentences[:SENTENCES]]
    for item in notice.items[:_LISTED]:
        lines.append(f"{LEVELS[item.severity].symbol} {line(item.headline, _LONGEST // 3)}")
    if (more := len(notice.items) - _LISTED) > 0:
        lines.append(f"+ {more}")
    for one in notice.verified[:_LISTED]:
        at = f"{one.at:%Y-%m-%d %H:%M} UTC" if one.at else "–"
        lines.append(line(f"{one.destination}, {one.publisher}: {one.level or '–'} ({at})", _LONGEST // 3))
    fitting, room = [], _BLOCK
    for text in lines:
        room -= len(text) + 3
        if room < 0:
            break
        fitting.append(text)
    return fitting


def times(notice: Notice) -> str:
    stated = f"dated by the source {line(notice.stated_at)}, " if notice.stated_at else ""
    return f"{stated}first seen {notice.seen_at:%Y-%m-%d %H:%M} UTC. {line(notice.why)}".strip()


_LABELS = {
    Language.EN: ("Acknowledge", "Confirm", "The change", "The publisher’s page"),
    Language.FR: ("Accuser réception", "Confirmer", "Le changement", "La page de la source"),
}


def links(notice: Notice) -> list[tuple[str, str]]:
    acknowledge, confirm, change, source = _LABELS[notice.language]
    found = (
        (confirm if notice.kind is MessageKind.CONFIRM else acknowledge, safe_link(notice.links.act)),
        (change, safe_link(notice.page_url)),
        (source, safe_link(notice.source_url)),
    )
    return [(label, url) for label, url in found if url]


def _plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words, "emoji": False}


def _escaped(words: str) -> str:
    """Slack's three control characters (its documentation, "Escaping text")."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unmarked(words: str) -> str:
    out = "".join(f"\\{char}" if char in "\\`*_{}[]()#+-.!|~>:" else char for char in words)
    return out.replace("@", "@\u200b").replace("<", "&lt;").replace("://", ":\u200b//")


def _runs(words: str, **style: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": words, **style}]}
