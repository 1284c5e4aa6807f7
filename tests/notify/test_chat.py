"""Messages for chats and telephones: plain words, no mention, no link that a page chose."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.audience import Channel, Language, Links, MessageKind, Notice, Verified
from monitor.errors import NotifyError
from monitor.notify import chat, wording
from monitor.notify.chat import ChatChannel
from monitor.notify.short import MOST, plain, short
from tests.fakes import START
from tests.notify.examples import delivery, digest, notice_of, rich
from tests.notify.test_webhook import Endpoint

CHATS = [Channel.SLACK, Channel.MATTERMOST, Channel.TEAMS]
HOSTILE = "<!channel> @all *bold* [click](https://evil.example) <script>x</script> {{7*7}} \x00\u202e"


def hostile() -> Notice:
    return replace(rich(), headline=HOSTILE, sentences=(HOSTILE,) * 9, source_url="javascript:alert(1)", why=HOSTILE)


def made(channel: Channel, notice: Notice) -> Any:
    call = delivery(channel=channel, address="https://hooks.example/x")
    return json.loads(ChatChannel(channel, Endpoint(), lambda: START).render(notice, call))


@pytest.mark.parametrize("channel", CHATS)
def test_every_chat_is_told_the_severity_the_headline_and_where_to_read_on(channel: Channel) -> None:
    text = json.dumps(made(channel, rich()), ensure_ascii=False).replace("\\", "")
    assert "Critical" in text and rich().source_url in text and "First seen" in text


@pytest.mark.parametrize("channel", CHATS)
def test_a_message_is_the_same_however_often_it_is_made(channel: Channel) -> None:
    assert made(channel, rich()) == made(channel, rich())


def test_slack_gets_nothing_but_plain_text() -> None:
    message = made(Channel.SLACK, hostile())
    kinds = {part["text"]["type"] for part in message["blocks"] if "text" in part}
    assert kinds == {"plain_text"} and "<!" not in message["text"]
    assert len(message["blocks"][0]["text"]["text"]) <= 150
    assert not any(block["type"] == "actions" and "javascript" in json.dumps(block) for block in message["blocks"])


def test_mattermost_gets_no_mention_no_link_and_no_markup_of_the_pages() -> None:
    text = made(Channel.MATTERMOST, hostile())["text"]
    assert "@all" not in text and "](https://evil" not in text and "*bold*" not in text.replace("\\*", "")
    assert "<script" not in text and "javascript" not in text


def test_teams_gets_a_card_of_text_runs() -> None:
    card = made(Channel.TEAMS, hostile())["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard" and {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert all(action["url"].startswith("http") for action in card["actions"])
    assert len(json.dumps(card)) < 28_000


@pytest.mark.parametrize("channel", CHATS)
@pytest.mark.parametrize(
    ("status", "permanent"),
    [(404, True), (410, True), (403, True), (429, False), (500, False), (302, False), (0, False)],
)
def test_a_hook_that_is_gone_ends_the_trying_and_nothing_else_does(
    channel: Channel, status: int, permanent: bool
) -> None:
    call = delivery(channel=channel, address="https://desk.example/secret-hook")
    with pytest.raises(NotifyError) as caught:
        ChatChannel(channel, Endpoint(status), lambda: START).send(call, b"{}")
    assert caught.value.permanent is permanent and "desk.example" not in str(caught.value)
    assert caught.value.gone is (channel is Channel.SLACK and status in (404, 410))  # as Slack documents


def test_an_accepted_call_is_said_so() -> None:
    endpoint = Endpoint(202)
    call = delivery(channel=Channel.TEAMS, address="https://hooks.example/x")
    assert ChatChannel(Channel.TEAMS, endpoint, lambda: START).send(call, b"{}") == "HTTP 202"
    assert endpoint.calls[0][2]["Content-Type"] == "application/json"


# -- messages that are no change -----------------------------------------------------
@pytest.mark.parametrize("channel", CHATS)
def test_a_digest_lists_what_happened_and_where_everything_stands(channel: Channel) -> None:
    items = tuple(replace(rich(), headline=f"Mali: item {n}") for n in range(14))
    stands = (Verified(destination="Niger", publisher="us-state", level="Level 3", at=START),)
    digest = replace(rich(), kind=MessageKind.DIGEST, headline="Your digest", items=items, verified=stands)
    text = json.dumps(made(channel, digest), ensure_ascii=False).replace("\\", "")
    assert "Item 9" in text and "Niger: Level 3" in text
    assert "Critical: Your digest" not in text


@pytest.mark.parametrize("channel", CHATS)
def test_a_correction_says_the_operators_words(channel: Channel) -> None:
    wrong = replace(rich(), kind=MessageKind.WITHDRAWAL, remark="The feed was wrong", headline="Withdrawn: Mali")
    text = json.dumps(made(channel, wrong), ensure_ascii=False)
    assert "The feed was wrong" in text and "Withdrawn: Mali" in text.replace("\\", "")


@pytest.mark.parametrize("channel", CHATS)
def test_what_asks_to_be_acknowledged_has_a_button_in_the_readers_language(channel: Channel) -> None:
    asks = replace(rich(), links=Links(act="https://monitor.example/acknowledge/abc"), language=Language.FR)
    text = json.dumps(made(channel, asks), ensure_ascii=False)
    assert "Accuser réception" in text and "https://monitor.example/acknowledge/abc" in text
    hostile = json.dumps(made(channel, replace(asks, links=Links(act="javascript:x"))), ensure_ascii=False)
    assert "Accuser" not in hostile


def test_slack_takes_the_longest_message_we_make() -> None:
    long = replace(rich(), sentences=("x" * 900,) * 9, items=(rich(),) * 30, remark="y" * 900)
    assert all(len(block["text"]["text"]) <= 3000 for block in made(Channel.SLACK, long)["blocks"] if "text" in block)


def test_every_chat_of_the_model_has_a_form() -> None:
    assert set(chat.FORMS) == {Channel.SLACK, Channel.MATTERMOST, Channel.TEAMS}


# -- one SMS -------------------------------------------------------------------------
def test_a_short_message_says_how_grave_it_is_and_what_happened() -> None:
    words = short(replace(rich(), headline="Mali: level raised 3 → 4 — Do not travel", confirmed=True,
                          page_url="https://w.example/c/1"))  # fmt: skip
    assert words == "CRITICAL: Mali: level raised 3 -> 4 - Do not travel https://w.example/c/1"


def test_an_unconfirmed_one_says_so() -> None:
    assert short(replace(rich(), confirmed=False)).startswith("CRITICAL (unconfirmed): ")


@given(st.text(max_size=400), st.text(max_size=200))
def test_it_is_one_sms_whatever_the_page_says(headline: str, url: str) -> None:
    words = short(replace(rich(), headline=headline, page_url=url))
    assert len(words) <= MOST and "\n" not in words and plain(words) == words


# -- every kind, both languages ------------------------------------------------------
def _shown(channel: Channel, kind: MessageKind, language: Language) -> str:
    text = json.dumps(made(channel, notice_of(kind, language)), ensure_ascii=False)
    return " ".join(text.replace("\\\\", "").replace("\\n", " ").replace(":\u200b//", "://").split())


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(MessageKind))
@pytest.mark.parametrize("channel", CHATS)
def test_a_chat_is_told_every_kind_in_its_language(channel: Channel, kind: MessageKind, language: Language) -> None:
    notice = notice_of(kind, language)
    shown, w = _shown(channel, kind, language), wording.words(notice)
    assert wording.band(notice).word in shown
    assert len(json.dumps(made(channel, notice))) < 28_000
    if kind in (MessageKind.CORRECTION, MessageKind.WITHDRAWAL):
        assert shown.index(notice.remark.split(",")[0].rstrip(".")) < shown.rindex(notice.level)
    if kind is MessageKind.BLIND:
        assert " ".join(w.silence.split()).rstrip(".") in shown and notice.level in shown
    if kind is MessageKind.CONFIRM:
        assert notice.links.act in shown and w.confirm_button in shown
    if kind is MessageKind.NOTICE:
        assert notice.links.act in shown and w.acknowledge in shown
    if kind is MessageKind.DIGEST:
        assert "Niger" in shown and "Level 1: Exercise normal precautions" in shown
    if language is Language.FR:
        assert "First seen" not in shown and "You asked" not in shown and "This change" not in shown


@pytest.mark.parametrize("channel", CHATS)
def test_a_long_digest_is_counted_within_what_a_chat_takes(channel: Channel) -> None:
    notice = replace(digest(), items=digest().items * 60)
    text = json.dumps(made(channel, notice))
    assert "more changes, on our pages" in text.replace("\\", "") and len(text) < 28_000
    if channel is Channel.SLACK:
        assert all(len(block["text"]["text"]) <= 3_000 for block in made(channel, notice)["blocks"] if "text" in block)
