"""Full, thin and short: each keeps to its size whatever a page, an operator or a reader puts into a message."""

import email
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.audience import Form, Language, Links, MessageKind, Notice, Verified
from monitor.model import Severity
from monitor.notify import mail
from monitor.notify.short import MOST, plain, short
from tests.notify.examples import LINKS, SEEN, SITE, delivery, finding, in_language, notice_of, parts

HOSTILE = [
    "<script>alert(1)</script>" * 50, "{{ 7*7 }}{% for x in y %}", "\r\nBcc: everyone@example.org\r\n\r\n",
    "\x00\x07\x02why\x02", "\u202egpj.exe", "</style><img src=http://evil.example/x>", "a" * 10_000, "日本語" * 4_000,
    "😀" * 10_000, "é & < > \" '" * 900, "word " * 3_000, "« ; : ! ? » " * 700,
]  # fmt: skip
KINDS, LANGUAGES = list(MessageKind), list(Language)


def stuffed(words: str, kind: MessageKind, language: Language, form: Form) -> Notice:
    """A message with these words in every field that can hold any, and 600 findings."""
    one = [finding(severity, "name", f"{n} {words}", f"{n + 1} {words} x", section=words, path=(words,), summary=words)
           for severity in (Severity.CRITICAL, Severity.MEDIUM, Severity.LOW) for n in range(200)]  # fmt: skip
    item = replace(in_language(language), headline=words, sentences=(words,) * 9, destination=words)
    return replace(
        notice_of(kind, language), form=form, headline=words, sentences=(words,) * 9, findings=tuple(one), note=words,
        level=words, destination=words, publisher=words, stated_at=words, why=words, remark=words, zone=words,
        witnesses=(words,) * 9, left_out=600, items=tuple(replace(item, event_id=f"evt_{n}") for n in range(60)),
        verified=tuple(Verified(destination=words, publisher=words, level=words, at=SEEN) for _ in range(100)),
        links=replace(LINKS, act=LINKS.manage))  # fmt: skip


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=default)  # type: ignore[return-value]


@cache
def _keys(kind: MessageKind, form: Form) -> frozenset[str]:
    """The headers that an ordinary message of this kind has."""
    return frozenset(read(mail.render(replace(notice_of(kind), form=form), delivery(), SITE)).keys())


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@pytest.mark.parametrize("kind", KINDS)
def test_no_form_outgrows_its_size_and_no_words_become_more_than_words(kind: MessageKind, number: int) -> None:
    language = LANGUAGES[(number + KINDS.index(kind)) % 2]
    made = {form: mail.render(stuffed(HOSTILE[number], kind, language, form), delivery(), SITE) for form in Form}
    page = parts(made[Form.FULL])["html"]
    assert len(page.encode()) < 60_000 and len(made[Form.THIN]) < 10_000
    assert "html" not in parts(made[Form.THIN])
    assert kind is MessageKind.CONFIRM or len(parts(made[Form.SHORT])["txt"].rstrip("\n")) <= MOST
    for form, raw in made.items():
        message, text = read(raw), parts(raw)["txt"]
        assert set(message.keys()) == _keys(kind, form) and message.get_all("To") == ["officer@ngo.example"]
        assert len(message["Subject"]) <= 150
        assert not any(char in text + page for char in "\x00\x02\x07\u202e")
        assert "{{" not in HOSTILE[number] or "7*7" in text  # and not 49


@pytest.mark.parametrize("kind", KINDS)
def test_the_forms_of_an_ordinary_message_keep_far_below_their_limits(kind: MessageKind) -> None:
    for language in LANGUAGES:
        notice = notice_of(kind, language)
        assert len(mail.render(replace(notice, form=Form.FULL), delivery(), SITE)) < 40_000
        assert len(mail.render(replace(notice, form=Form.THIN), delivery(), SITE)) < 8_000


def test_a_thin_message_still_says_what_matters_first() -> None:
    text = parts(mail.render(in_language(Language.EN, form=Form.THIN), delivery(), SITE))["txt"]
    for words in ("CRITICAL — Act now", "Mali: level raised 3 → 4", "Level 4: Do not travel", "Acknowledge:",
                  "Stated by the source:",
                  "Source last verified:", "3 more (3 medium)", LINKS.unsubscribe):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not MessageKind.CONFIRM])
def test_a_short_message_is_one_sms_in_letters_that_one_can_carry(kind: MessageKind, language: Language) -> None:
    notice = replace(notice_of(kind, language), form=Form.SHORT)
    raw = mail.render(notice, delivery(), SITE)
    assert read(raw).get_content_type() == "text/plain"
    words = parts(raw)["txt"].rstrip("\n")
    assert (words == short(notice) and len(words) <= MOST and plain(words) == words and "Mali" in words) or (
        kind in (MessageKind.TEST, MessageKind.CAMPAIGN))  # fmt: skip


def test_a_short_message_in_ascii_needs_no_decoding() -> None:
    """Gateways that pass a mail on as an SMS often know no transfer encoding."""
    notice = in_language(Language.EN, form=Form.SHORT)
    raw = mail.render(notice, delivery(), SITE)
    assert raw.endswith(b"\r\n\r\n" + short(notice).encode("ascii") + b"\r\n")
    assert read(raw)["Content-Transfer-Encoding"] == "7bit"


def test_a_short_correction_says_what_is_wrong() -> None:
    words = short(notice_of(MessageKind.CORRECTION))
    assert words.startswith("CORRECTION: Mali: level raised") and "concerns family" in words


def test_a_confirmation_for_a_telephone_still_holds_its_whole_link() -> None:
    notice = replace(notice_of(MessageKind.CONFIRM), form=Form.SHORT)
    assert notice.links.act in parts(mail.render(notice, delivery(), SITE))["txt"]


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=400), st.sampled_from(KINDS), st.sampled_from(LANGUAGES))
def test_any_words_make_one_sms(words: str, kind: MessageKind, language: Language) -> None:
    notice = replace(notice_of(kind, language), headline=words, remark=words, page_url=words, links=Links(act=words))
    made = short(notice)
    assert len(made) <= MOST and "\n" not in made and plain(made) == made


@pytest.mark.parametrize(
    ("zone", "language", "shown"),
    [("Europe/Paris", Language.EN, "2026-06-09 06:12 in Paris (04:12 UTC)"),
     ("America/New_York", Language.EN, "2026-06-09 00:12 in New York (04:12 UTC)"),
     ("America/Los_Angeles", Language.EN, "2026-06-08 21:12 in Los Angeles (2026-06-09 04:12 UTC)"),
     ("Etc/GMT+5", Language.EN, "2026-06-08 23:12 UTC-0500 (2026-06-09 04:12 UTC)"),
     ("UTC", Language.EN, "2026-06-09 04:12 UTC"), ("No/Such_Zone", Language.EN, "2026-06-09 04:12 UTC"),
     ("../../etc/passwd", Language.EN, "2026-06-09 04:12 UTC"), ("", Language.EN, "2026-06-09 04:12 UTC"),
     ("Africa/Algiers", Language.FR, "9 juin 2026 à 5\u00a0h\u00a012, à Alger (4\u00a0h\u00a012\u00a0UTC)"),
     ("Africa/Cairo", Language.FR, "9 juin 2026 à 7\u00a0h\u00a012 au Caire (4\u00a0h\u00a012\u00a0UTC)"),
     ("UTC", Language.FR, "9 juin 2026 à 4\u00a0h\u00a012\u00a0UTC")],
)  # fmt: skip
def test_times_are_on_the_readers_clock_with_utc_beside(zone: str, language: Language, shown: str) -> None:
    text = parts(mail.render(in_language(language, zone=zone), delivery(created_at=SEEN), SITE))["txt"]
    assert shown in " ".join(text.split(" "))


def test_a_time_on_another_day_for_the_reader_says_both_days() -> None:
    late = SEEN + timedelta(hours=19)
    text = parts(mail.render(in_language(Language.EN, seen_at=late, verified_at=late), delivery(), SITE))["txt"]
    assert "2026-06-10 01:12 in Paris (2026-06-09 23:12 UTC)" in " ".join(text.split())
