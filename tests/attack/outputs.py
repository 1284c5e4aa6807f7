"""Everything that leaves the monitor, made with hostile words in every field that can hold any, and judged.

A message, feed or page with hostile words has to have the same parts as one with plain words: the same elements with
the same kinds of attributes, the same headers, one recipient, the same keys. What is not in the plain one came in.
"""

from __future__ import annotations

import email
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import lxml.html

from monitor.audience import Channel, Form, Language, MessageKind, Notice
from monitor.feeds import entries
from monitor.model import ChangeKind, Severity
from monitor.notify import chat, mail, webhook
from monitor.posture import AreaLevel, Posture
from tests.feeds import test_validity as feeds
from tests.notify.examples import LINKS, SITE, delivery, finding, in_language, notice_of
from tests.test_web import Site
from tests.web import test_change_page as changes

PLAIN = "plain words"
KINDS = (MessageKind.NOTICE, MessageKind.DIGEST, MessageKind.CORRECTION, MessageKind.BLIND)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ADDRESSES = ("href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcset", "background")


def notice(words: str, kind: MessageKind = MessageKind.NOTICE, language: Language = Language.EN,
           form: Form = Form.FULL) -> Notice:  # fmt: skip
    """A message with these words in every field that a page, an operator or a reader can fill."""
    one = tuple(
        finding(severity, words, f"1 {words}", f"2 {words} x", section=words, path=(words,), summary=words)
        for severity in (Severity.CRITICAL, Severity.MEDIUM, Severity.LOW)
    )
    item = replace(_item(language), headline=words, sentences=(words,) * 2, destination=words)
    return replace(
        _base(kind, language), form=form, headline=words, sentences=(words,) * 2, findings=one, note=words,
        level=words, destination=words, publisher=words, stated_at=words, why=words, remark=words,
        witnesses=(words,) * 2, items=(replace(item, event_id="evt_1"),), links=replace(LINKS, act=LINKS.manage),
    )  # fmt: skip


_item, _base = cache(in_language), cache(notice_of)


# --------------------------------------------------------------------------------------
# Mail
# --------------------------------------------------------------------------------------
def letters(words: str, turn: int = 0) -> Iterator[tuple[str, str]]:
    """Each mail as its name and what is wrong with it; the HTML parts are in `last_html`."""
    language, kind = list(Language)[turn % 2], KINDS[turn % len(KINDS)]
    for form in Form:
        raw = mail.render(notice(words, kind, language, form), delivery(), SITE)
        for wrong in letter(raw, kind, language, form):
            yield f"mail {kind} {form} {language}", wrong


def letter(raw: bytes, kind: MessageKind, language: Language, form: Form) -> Iterator[str]:
    message = _read(raw)
    if sorted(message.keys()) != _headers(kind, language, form):
        yield f"headers {sorted(set(message.keys()) ^ set(_headers(kind, language, form)))}"
    if message.get_all("To") != ["officer@ngo.example"] or message["Bcc"] or message["Cc"]:
        yield "recipients"
    for part in message.walk():
        if part.defects:
            yield f"defects {part.defects}"
        if part.get_content_maintype() == "text":
            text = str(part.get_content())
            if found := CONTROL.search(text):
                yield f"control {found.group()!r}"
            if part.get_content_subtype() == "html":
                yield from added(text, _html(_plain_letter(kind, language, form)))


def page_of(words: str, turn: int = 0) -> str:
    """The HTML part of a full mail, for a browser."""
    language, kind = list(Language)[turn % 2], KINDS[turn % len(KINDS)]
    return _html(mail.render(notice(words, kind, language), delivery(), SITE))


def _read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=default)  # type: ignore[return-value]


def _html(raw: bytes) -> str:
    body = _read(raw).get_body(("html",))
    return str(body.get_content()) if body is not None else ""


@cache
def _plain_letter(kind: MessageKind, language: Language, form: Form) -> bytes:
    return mail.render(notice(PLAIN, kind, language, form), delivery(), SITE)


@cache
def _headers(kind: MessageKind, language: Language, form: Form) -> list[str]:
    return sorted(_read(_plain_letter(kind, language, form)).keys())


# --------------------------------------------------------------------------------------
# HTML
# --------------------------------------------------------------------------------------
def added(page: str, plain: str) -> Iterator[str]:
    """What this HTML has that the one with plain words has not."""
    found = _nodes(page)
    if more := {(tag, name) for tag, named in found for name in ("", *named)} - _parts(plain):
        yield f"elements {sorted(more)[:4]}"
    for _, named in found:
        for name in ADDRESSES:
            if name in named and not _harmless(named[name]):
                yield f"address {named[name][:60]!r}"


def _harmless(address: str) -> bool:
    if address.startswith(("/", "#", "?")) and not address.startswith(("//", "/\\")):
        return True
    found = urlsplit(address)
    return found.scheme in ("http", "https", "mailto") and not (found.hostname or "").endswith("evil.example")


def _nodes(page: str) -> list[tuple[str, dict[str, str]]]:
    tree = lxml.html.document_fromstring(page.encode("utf-8"), parser=_PARSER)
    return [(str(node.tag), dict(node.attrib)) for node in tree.iter() if isinstance(node.tag, str)]


@cache
def _parts(plain: str) -> frozenset[tuple[str, str]]:
    return frozenset((tag, name) for tag, named in _nodes(plain) for name in ("", *named))


_PARSER = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)


# --------------------------------------------------------------------------------------
# Hooks and feeds
# --------------------------------------------------------------------------------------
def hooks(words: str) -> Iterator[tuple[str, str]]:
    for name, made, plain in (
        ("webhook", json.loads(webhook.payload(notice(words), delivery())), _plain_hook()),
        *((kind.value, chat.FORMS[kind](notice(words)), _plain_chat(kind)) for kind in chat.FORMS),
    ):
        if more := set(_keys(made)) - set(_keys(plain)):
            yield name, f"keys {sorted(more)[:4]}"
        json.dumps(made, ensure_ascii=False).encode("utf-8")  # no half characters


@cache
def _plain_hook() -> Any:
    return json.loads(webhook.payload(notice(PLAIN), delivery()))


@cache
def _plain_chat(kind: Channel) -> Any:
    return chat.FORMS[kind](notice(PLAIN))


def _keys(made: Any, path: str = "") -> Iterator[str]:
    if isinstance(made, dict):
        for key, value in made.items():
            yield f"{path}.{key}"
            yield from _keys(value, f"{path}.{key}")
    elif isinstance(made, list):
        for value in made:
            yield from _keys(value, f"{path}[]")


def pulled(words: str) -> Iterator[tuple[str, str]]:
    """Feeds and alerts, as the schema of OASIS, feedparser, libhxl and the standards have them."""
    about = [feeds.said(MessageKind.CORRECTION, 1, words), feeds.said(MessageKind.WITHDRAWAL, 2, words)]
    home = feeds.HOME
    try:
        feeds.judge(entries.entry(feeds.change(words, words), home, "United States"),
                    entries.entry(feeds.change(words, words, event_id="evt_2", url=f"https://x.example/{words}"), home,
                                  words, about),
                    entries.campaign(feeds.spread(words, [words, "Mali"]), home, words or "us"),
                    name=f"Watch {words}")  # fmt: skip
    except Exception as error:
        yield "feeds", f"{type(error).__name__}: {str(error)[:120]}"


# --------------------------------------------------------------------------------------
# Pages
# --------------------------------------------------------------------------------------
ASKED = ("/changes/{0}", "/changes/{0}?view=side&lang=fr", "/", "/destinations/mali?lang=fr", "/sources/mali-page",
         "/api/v1/changes/{0}")  # fmt: skip


class Pages:
    """A small installation that was told these words, and its pages."""

    def __init__(self) -> None:
        self._site, self._told = Site(), 0
        self._plain = {path: self._read(path, self._tell(PLAIN)) for path in ASKED}

    def wrong(self, words: str) -> Iterator[tuple[str, str]]:
        name = self._tell(words)
        for path in ASKED:
            got = self._read(path, name)
            if path.startswith("/api"):
                if set(_keys(json.loads(got))) - set(_keys(json.loads(self._plain[path]))):
                    yield path, "keys"
                continue
            for wrong in added(got, self._plain[path]):
                yield path, wrong

    def shown(self, words: str) -> Iterator[str]:
        """The pages themselves, for a browser."""
        name = self._tell(words)
        for path in ASKED[:5]:
            yield self._read(path, name)

    def close(self) -> None:
        self._site.store.close()

    def _tell(self, words: str) -> str:
        self._told += 1
        area = AreaLevel(words, words)
        return changes.told(
            self._site,
            changes.finding(before=f"Before {words}", after=f"After {words}", section=words, heading_path=(words, "x"),
                            rule=words, unannounced=True),
            changes.finding(Severity.NONE, before=words, after=words, kind=ChangeKind.MOVED, moved_from=(words, words)),
            note=words, headline=words, body=f"{self._told}".encode(),
            posture=Posture(level=4, level_words=words, risks=(words,), areas=(area,)),
        )  # fmt: skip

    def _read(self, path: str, name: str) -> str:
        answer = self._site.client.get(path.format(name))
        if answer.status_code != 200:
            raise AssertionError(f"{path}: {answer.status}")
        return answer.get_data(as_text=True)
