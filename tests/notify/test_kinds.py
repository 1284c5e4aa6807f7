"""Every kind of message in both languages: complete, readable, and as it was approved."""

import email
import re
from dataclasses import fields, replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default

import pytest
from bs4 import BeautifulSoup

from monitor.audience import Language, Links, MessageKind, Notice, Verified
from monitor.model import Severity
from monitor.notify import english, french, mail, sheets
from monitor.notify.words import Words
from tests.notify.examples import (
    ACT,
    GOLDEN,
    LINKS,
    SEEN,
    SITE,
    delivery,
    digest,
    golden,
    goldens,
    in_language,
    notice_of,
    parts,
)

KINDS = list(MessageKind)
LANGUAGES = list(Language)
CHANGES = [MessageKind.NOTICE, MessageKind.CAMPAIGN]


def read(notice: Notice) -> EmailMessage:
    return email.message_from_bytes(mail.render(notice, delivery(), SITE), policy=default)  # type: ignore[return-value]


def written(notice: Notice) -> dict[str, str]:
    return parts(mail.render(notice, delivery(), SITE))


@pytest.mark.parametrize("name", list(goldens()))
def test_a_message_reads_as_it_was_approved(name: str) -> None:
    """If it was meant to change: python -m tests.notify.examples, and read the difference."""
    for file, text in golden(name).items():
        assert text == (GOLDEN / file).read_text(encoding="utf-8")


def test_nothing_is_kept_that_is_no_longer_made() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {file for name in goldens() for file in golden(name)}


@pytest.mark.parametrize("name", list(goldens()))
def test_the_text_of_every_kind_is_readable_at_72_columns(name: str) -> None:
    text = written(goldens()[name])["txt"]
    long = [one for one in text.splitlines() if len(one) > 72 and not one.startswith("https://")]
    assert long == [] or name.startswith("notice-short")
    assert "\n\n\n" not in text and not text.endswith("\n\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_html_of_every_kind_is_small_loads_nothing_and_stands_in_the_dark(
    kind: MessageKind, language: Language
) -> None:
    page = written(notice_of(kind, language))["html"]
    assert len(page.encode()) < 60_000
    assert not re.search(r"(?:src|background|@import|url\()\s*=?\s*['\"]?https?:", page)
    assert "prefers-color-scheme: dark" in page and "forced-colors: active" in page
    seen = BeautifulSoup(page, "lxml")
    assert not seen.find_all(["script", "img", "form", "iframe", "object", "link"])
    html = seen.find("html")
    assert html is not None and html.attrs["lang"] == language.value  # type: ignore[union-attr]


def test_what_is_dark_in_the_light_is_light_in_the_dark() -> None:
    """Every class whose text has a colour of its own gets another one in the dark."""
    style = re.search(r"<style>(.*?)</style>", written(in_language(Language.EN))["html"], re.S)
    assert style is not None
    light, dark = style[1].split("@media (prefers-color-scheme: dark)")
    grey = re.findall(r"^([^\n{@]+)\{[^}]*(?<![-\w])color: #4d5561", light, re.M)
    assert grey and all(re.search(rf"(?<![\w.-]){re.escape(one.strip())}(?![\w-])", dark) for one in grey)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not MessageKind.CONFIRM])
def test_every_message_says_why_and_how_to_stop(kind: MessageKind) -> None:
    notice = notice_of(kind)
    both = written(notice)
    for text in (" ".join(both["txt"].split()), BeautifulSoup(both["html"], "lxml").get_text(" ", strip=True)):
        assert notice.why in text
    message = read(notice)
    assert message["List-Unsubscribe"] == f"<{LINKS.unsubscribe}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert LINKS.manage in both["txt"] and LINKS.manage in both["html"]


@pytest.mark.parametrize("kind", [*CHANGES, MessageKind.CORRECTION, MessageKind.WITHDRAWAL])
def test_what_is_about_a_change_bears_its_three_times_and_the_last_look(kind: MessageKind) -> None:
    made = notice_of(kind)
    made = replace(made, stated_at="2026-06-08", seen_at=SEEN, verified_at=SEEN + timedelta(minutes=30))
    sent = delivery(created_at=SEEN + timedelta(minutes=45))
    for text in parts(mail.render(made, sent, SITE)).values():
        shown = " ".join(BeautifulSoup(text, "lxml").get_text(" ").split())
        for time in ("2026-06-08", "06:12 in Paris (04:12 UTC)", "06:42 in Paris (04:42 UTC)",
                     "06:57 in Paris (04:57 UTC)"):  # fmt: skip
            assert time in shown


# -- corrections ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "language", "opening"),
    [(MessageKind.CORRECTION, Language.EN, "Correction: "), (MessageKind.WITHDRAWAL, Language.EN, "Withdrawn: "),
     (MessageKind.CORRECTION, Language.FR, "Rectification\u00a0: "),
     (MessageKind.WITHDRAWAL, Language.FR, "Annulation\u00a0: ")],
)  # fmt: skip
def test_an_amendment_answers_the_first_mail_and_says_the_remark_before_what_was_said(
    kind: MessageKind, language: Language, opening: str
) -> None:
    notice = replace(notice_of(kind, language), references=("<a.1@monitor.example>", "<b.2@monitor.example>"))
    message, both = read(notice), written(notice)
    assert message["Subject"].startswith(opening + "Mali")
    assert message["In-Reply-To"] == "<b.2@monitor.example>"
    assert message["References"] == "<a.1@monitor.example> <b.2@monitor.example>"
    assert message["X-Advisory-Event"] == "evt_3b9a77"
    for text in both.values():
        flat = " ".join(BeautifulSoup(text, "lxml").get_text(" ").split())
        said, now = notice.sentences[0][:20], flat.rindex(notice.level)
        assert flat.index(notice.remark) < flat.index(" ".join(said.split())) < now


def test_an_earlier_id_that_is_none_reaches_no_header() -> None:
    bad = ("<a@b>\r\nBcc: x@y.example", "evt", "<a b@c.example>", "")
    message = read(replace(notice_of(MessageKind.CORRECTION), references=bad))
    assert "References" not in message and "In-Reply-To" not in message and "Bcc" not in message


# -- confirming ----------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmation_says_what_was_asked_for_and_holds_one_link_and_no_way_to_unsubscribe(
    language: Language,
) -> None:
    notice = replace(notice_of(MessageKind.CONFIRM, language), links=replace(LINKS, act=ACT))
    message, both = read(notice), written(notice)
    assert "List-Unsubscribe" not in message and "List-Unsubscribe-Post" not in message
    assert re.findall(r"https?://\S+", both["txt"]) == [ACT]
    page = BeautifulSoup(both["html"], "lxml")
    assert [a.attrs["href"] for a in page.find_all("a")] == [ACT]
    for text in (both["txt"], page.get_text(" ")):
        flat = " ".join(text.split())
        assert all(" ".join(line.split()) in flat for line in notice.sentences)
        assert {"en": "do nothing: nothing more is sent", "fr": "ne faites rien : vous ne recevrez"}[language] in flat


# -- blindness -----------------------------------------------------------------------
def test_blindness_says_since_when_what_stood_last_and_what_to_do() -> None:
    for text in written(notice_of(MessageKind.BLIND)).values():
        flat = " ".join(BeautifulSoup(text, "lxml").get_text(" ").split())
        for words in ("Silence now means nothing.", "Level 4: Do not travel", "HTTP 403", "Read the publisher’s page",
                      "06:12 in Paris", "05:42 in Paris", "travel-advisories/mali.html"):  # fmt: skip
            assert words in flat


# -- acknowledging -------------------------------------------------------------------
def test_what_can_be_acknowledged_shows_how_and_nothing_else_does() -> None:
    both = written(in_language(Language.EN))
    assert f"Acknowledge:\n{ACT}\n" in both["txt"] and f'href="{ACT}"' in both["html"]
    for notice in (in_language(Language.EN, links=LINKS), replace(notice_of(MessageKind.BLIND), links=Links(act=ACT))):
        assert all("cknowledge" not in text for text in written(notice).values())


# -- digests -------------------------------------------------------------------------
def test_a_digest_tells_the_heaviest_destination_first_and_each_change_with_its_link() -> None:
    notice = digest()
    text = written(replace(notice, items=tuple(reversed(notice.items))))["txt"]
    assert text.index("\nMALI\n") < text.index("\nNIGER\n")
    assert text.index("▲▲ Critical: Level raised") < text.index("■ Medium: Telephone changed")
    assert all(f"\n{item.page_url}\n" in text for item in notice.items)
    assert text.index("WHERE THINGS STAND") > text.index("NIGER") and "Senegal: Level 1" in text


def test_a_digest_without_news_says_so_and_when_each_source_was_verified() -> None:
    notice = digest(empty=True)
    assert read(notice)["Subject"] == "Digest: Nothing changed: 4 destinations"
    for text in written(notice).values():
        flat = " ".join(BeautifulSoup(text, "lxml").get_text(" ").split())
        assert "Nothing changed of what you asked to be told." in flat
        assert flat.count("Source last verified: 2026-06-09 0") == 3 and "not yet seen" in flat


def test_a_digest_of_more_than_a_mail_holds_counts_the_rest() -> None:
    notice = digest()
    items = tuple(replace(notice.items[1], event_id=f"evt_{n}", destination=f"Place {n}") for n in range(500))
    table = tuple(Verified(destination=f"Place {n}", publisher="us-state", level="Level 2", at=SEEN - timedelta(days=n))
                  for n in range(250))  # fmt: skip
    both = written(replace(notice, items=items, verified=table))
    assert len(both["html"].encode()) < 60_000
    shown, rest = both["txt"].count("■ Medium: "), re.search(r"And (\d+) more changes", both["txt"])
    assert rest is not None and shown + int(rest[1]) == 500 and shown >= 15
    rows, others = both["txt"].count("Source last verified"), re.search(r"And (\d+) more destinations", both["txt"])
    assert others is not None and rows + int(others[1]) == 250 and "2025-10-03" in both["txt"]


def test_a_critical_item_is_seen_in_the_subject_of_a_digest() -> None:
    assert read(digest())["Subject"] == "[Critical] Digest: 3 changes: Mali and Niger"
    calm = tuple(replace(item, severity=Severity.LOW) for item in digest().items)
    assert read(replace(digest(), items=calm))["Subject"].startswith("Digest: 3 changes")


# -- French --------------------------------------------------------------------------
def _sayings(words: Words) -> set[str]:
    """Every fixed text of a language, short words left out: "Sources" and "Page" are the same in both."""
    found: set[str] = set()
    for field in fields(words):
        value = getattr(words, field.name)
        values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
        for one in values:
            found |= {one} if isinstance(one, str) else {one.word, one.asks} if hasattr(one, "asks") else set()
    return {one for one in found if len(one) > 8}


@pytest.mark.parametrize("kind", KINDS)
def test_no_english_of_ours_stands_in_a_french_message(kind: MessageKind) -> None:
    ours = _sayings(english.WORDS) - _sayings(french.WORDS)
    assert len(ours) > 60
    notice = notice_of(kind, Language.FR)
    for text in (*written(notice).values(), str(read(notice)["Subject"])):
        shown = re.sub(r"https?://\S+", "", BeautifulSoup(text, "lxml").get_text(" "))
        flat = " ".join(shown.split()).casefold()
        assert [one for one in ours if one.casefold() in flat] == []


@pytest.mark.parametrize("kind", KINDS)
def test_french_signs_stand_behind_spaces_that_do_not_break(kind: MessageKind) -> None:
    text = written(notice_of(kind, Language.FR))["txt"]
    assert not re.search(r"[ \n][;!?»](?:\s|$)|[ \n]:(?:\s|$)|«[ \n]", text)
    ours = re.sub(r"«.*?»|https?://\S+", "", text, flags=re.S)
    assert not re.search(r"\w[;!?](?:\s|$)", ours)


def test_both_languages_say_everything_about_every_kind() -> None:
    for words in (english.WORDS, french.WORDS):
        assert set(words.levels) == set(Severity)
        assert set(words.bands) == set(MessageKind) - set(CHANGES)
        assert all(getattr(words, field.name) not in ("", None) for field in fields(words))
    assert set(english.WORDS.rules) == set(french.WORDS.rules)
    assert set(sheets._FAMILIES) == set(MessageKind)
