"""A Notice in a chat: Slack, Mattermost, and Teams (as an Adaptive Card), through their incoming webhooks.

The words of a page are shown as plain text: they call nobody, link nowhere and style nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from monitor.audience import Channel, Delivery, MessageKind, Notice
from monitor.errors import FetchError, NotifyError
from monitor.model import Severity
from monitor.notify import wording
from monitor.notify.clean import line, safe_link
from monitor.notify.content import content
from monitor.notify.webhook import Post, asked, nameless

SENTENCES = 5
_LONGEST = 600
"""Letters of one sentence; Slack takes 3,000 in a block, Teams 28 KB in a card."""
_HEADLINE = 150
"""What a Slack header block takes."""
_LINK = 2_000
"""Slack refuses longer ones (3,000), and no page of ours has such an address."""
_FOR_GOOD = frozenset({403, 404, 410})
"""The hook was removed, its channel archived or its app disabled; asking again cannot help."""
_GONE = {Channel.SLACK: frozenset({404, 410})}
"""Where the platform documents that its hook or channel is no more, so that the subscription ends too
(Slack, "Incoming webhooks: handling errors"). Mattermost and Teams document no such answer."""
_COLOURS = {Severity.CRITICAL: "Attention", Severity.HIGH: "Warning", Severity.MEDIUM: "Accent"}
_KIND_COLOURS = {MessageKind.BLIND: "Attention", MessageKind.CORRECTION: "Warning", MessageKind.WITHDRAWAL: "Warning",
                 MessageKind.ALL_CLEAR: "Good"}  # fmt: skip
_ROOM = 2_600
"""Letters of all lines together: in Slack's one block, and in a card whatever the alphabet."""


def slack(notice: Notice) -> dict[str, Any]:
    """Block Kit, in plain text throughout; `text` is what a telephone shows."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(wording.title(notice, _HEADLINE))}]
    if lines := said(notice):
        blocks.append({"type": "section", "text": _plain("\n".join(lines))})
    blocks.append({"type": "context", "elements": [_plain(times(notice))]})
    buttons = [
        {"type": "button", "text": _plain(label), "url": url} for label, url in links(notice)
    ]  # fmt: skip
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return {"text": _escaped(wording.title(notice, _LONGEST)), "blocks": blocks, "unfurl_links": False,
            "unfurl_media": False}  # fmt: skip


def mattermost(notice: Notice) -> dict[str, Any]:
    """Markdown with every mark of the page's words escaped, and no mention in it."""
    lines = [f"**{_unmarked(wording.title(notice, _LONGEST))}**", ""]
    lines += [f"- {_unmarked(one.removeprefix('• '))}" for one in said(notice)]
    lines += ["", f"_{_unmarked(times(notice))}_"]
    if found := links(notice):
        lines += ["", " · ".join(f"[{label}](<{url}>)" for label, url in found)]
    return {"text": "\n".join(lines), "props": {"disable_group_highlight": True}}


def teams(notice: Notice) -> dict[str, Any]:
    """An Adaptive Card 1.4; its text runs know no markup."""
    top, w = wording.band(notice), wording.words(notice)
    colours = _COLOURS.get(notice.severity) if notice.kind in wording.CHANGES else _KIND_COLOURS.get(notice.kind)
    body: list[dict[str, Any]] = [
        _runs(f"{top.symbol} {top.word}{w.colon}{top.asks}", weight="Bolder", color=colours or "Default"),
        _runs(wording.tidy(notice.headline, notice, _LONGEST), weight="Bolder", size="Medium"),
        *(_runs(one) for one in said(notice)),
        _runs(times(notice), size="Small", isSubtle=True),
    ]  # fmt: skip
    card = {
        "type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.4",
        "lang": w.code, "fallbackText": wording.title(notice, _LONGEST), "body": body,
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


def said(notice: Notice) -> list[str]:
    """The lines under the headline, the operator's remark first, within the room of a chat."""
    w = wording.words(notice)
    if notice.kind is MessageKind.DIGEST:
        return _within([*_items(notice), *_standing(notice)])
    lines = []
    if notice.kind in (MessageKind.CORRECTION, MessageKind.WITHDRAWAL):
        lines += [f"{w.remark}{w.colon}{line(notice.remark, _LONGEST) or w.no_remark}",
                  w.corrected if notice.kind is MessageKind.CORRECTION else w.withdrawn]  # fmt: skip
    if notice.kind is MessageKind.BLIND:
        lines.append(w.silence)
    if notice.kind is MessageKind.CONFIRM:
        lines.append(w.not_you)
    lines += [wording.tidy(one, notice, _LONGEST) for one in notice.sentences[:SENTENCES]]
    if notice.level and notice.kind not in (MessageKind.NOTICE, MessageKind.CAMPAIGN):
        label = {MessageKind.BLIND: w.last_level, MessageKind.ALL_CLEAR: w.stands}.get(notice.kind, w.holds_now)
        lines.append(f"{label}{w.colon}{line(notice.level, 200)}")
    if notice.kind is MessageKind.BLIND:
        lines.append(w.blind_do(wording.place(notice)))
    return _within([f"• {one}" for one in lines])


def _items(notice: Notice) -> list[str]:
    made = content(notice, notice.seen_at)
    lines = [f"• {entry.severity.symbol} {entry.severity.word}, {place}{made['w'].colon}{entry.headline}"
             for place, entries in made["groups"] for entry in entries]  # fmt: skip
    return [*lines, *([made["more_items"]] if made["more_items"] else [])] or [made["w"].unchanged]


def _standing(notice: Notice) -> list[str]:
    made = content(notice, notice.seen_at)
    w = made["w"]
    return [f"{row.place}{w.colon}{row.level or row.publisher} — {w.verified}{w.colon}{row.at}"
            for row in made["standing"]]  # fmt: skip


def _within(lines: list[str]) -> list[str]:
    out: list[str] = []
    room = _ROOM
    for one in lines:
        room -= len(one) + 1
        if room < 0:
            return [*out, "…"]
        out.append(one)
    return out


def times(notice: Notice) -> str:
    w = wording.words(notice)
    rows = [(label, value) for label, value in wording.times(notice) if value != w.not_stated]
    stood = ". ".join(f"{label}{w.colon}{value}" for label, value in rows)
    return f"{stood}{'. ' if stood else ''}{wording.tidy(notice.why, notice, 400)}".strip()


def links(notice: Notice) -> list[tuple[str, str]]:
    w, asks = wording.words(notice), notice.kind in wording.CHANGES
    act = w.confirm_button if notice.kind is MessageKind.CONFIRM else w.acknowledge if asks else ""
    found = ((act, safe_link(notice.links.act)), (w.this_change, safe_link(notice.page_url)),
             (w.source, safe_link(notice.source_url)), (w.manage, safe_link(notice.links.manage)))  # fmt: skip
    return [(label, url) for label, url in found if label and url and len(url) <= _LINK]


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
