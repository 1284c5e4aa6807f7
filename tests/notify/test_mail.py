"""The e-mail itself: plain, honest, deterministic, and deaf to what a page tries to smuggle in."""

import email
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from monitor.audience import Links
from monitor.model import Severity
from monitor.notify import clean, mail, wording
from monitor.notify.mail import Site
from tests.notify.examples import LINKS, SEEN, SITE, confirmed, critical, delivery, finding, rich

HOSTILE = [
    "<script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "\r\nBcc: everyone@example.org", "\x00\x07\x1b[31m",
    "\u202egpj.exe", "\u2066\u061cevil\U000e0041", "\" onmouseover=\"x",
    "</style><img src=http://evil.example/x>", "a" * 10_000,
]  # fmt: skip


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=default)  # type: ignore[return-value]


def body(raw: bytes, kind: str) -> str:
    part = read(raw).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_an_officer_sees_severity_headline_standing_and_certainty_first() -> None:
    text = body(mail.render(rich(), delivery(), SITE), "plain")
    lines = [line for line in text.splitlines() if line]
    assert "CRITICAL" in lines[0] and lines[1].startswith("Mali: level raised")
    assert "Stands now: Level 4 - Do not travel" in text
    assert "not yet confirmed" in text and "not yet confirmed" not in body(
        mail.render(rich(confirmed=True), delivery(), SITE), "plain")  # fmt: skip


def test_the_text_part_is_readable_at_72_columns() -> None:
    text = body(mail.render(rich(), delivery(), SITE), "plain")
    assert [line for line in text.splitlines() if len(line) > 72 and not line.startswith("https://")] == []


def test_both_parts_carry_the_words_before_and_after_the_times_and_the_proof() -> None:
    raw = mail.render(rich(), delivery(), SITE)
    text, html = body(raw, "plain"), body(raw, "html")
    for words in ("Five", "Seven", "2026-06-09 04:12 UTC", "evt_3b9a77", "You asked to be told"):
        assert words in text and words in html
    assert "a1" * 32 in text and "b2" * 32 in text


def test_removed_and_added_words_are_marked_without_colour() -> None:
    raw = mail.render(rich(), delivery(), SITE)
    assert "[-Five-] {+Seven+}" in body(raw, "plain")
    assert re.search(r"<del[^>]*>Five</del> <ins[^>]*>Seven</ins>", body(raw, "html"))


def test_a_level_a_telephone_and_a_rewritten_sentence_are_shown_whole_on_both_sides() -> None:
    raw = mail.render(critical(), delivery(), SITE)
    text, html = body(raw, "plain"), BeautifulSoup(body(raw, "html"), "lxml").get_text(" ", strip=True)
    assert "Before:  Level 3: Reconsider travel" in text and "After:   Level 4: Do not travel" in text
    assert "− Before Level 3: Reconsider travel + After Level 4: Do not travel" in html
    assert "− Gone The road" in html and "+ New On 9 June" in html


def test_blanks_stand_outside_the_marks() -> None:
    one = finding(Severity.MEDIUM, "denial", "The road to Kayes is safe.", "The road to Kayes is not safe.")
    html = body(mail.render(critical(findings=(one,)), delivery(), SITE), "html")
    assert re.search(r"Kayes is <ins[^>]*>not</ins> safe\.", html)


def test_what_was_confirmed_says_when_and_by_what() -> None:
    assert "Confirmed by a second look at 04:13 UTC." in body(mail.render(confirmed(), delivery(), SITE), "plain")
    later = replace(confirmed(), verified_at=SEEN + timedelta(days=1), witnesses=("mali-us-rss",))
    assert wording.certainty(later) == (
        "Confirmed by a second look at 2026-06-10 04:12 UTC. Also seen on mali-us-rss.")  # fmt: skip
    assert "second look" not in wording.certainty(critical(confirmed=True))


def test_the_html_is_small_and_loads_nothing() -> None:
    html = body(mail.render(rich(), delivery(), SITE), "html")
    assert len(html.encode()) < 60_000
    assert not re.search(r"(?:src|background|@import|url\()\s*=?\s*['\"]?https?:", html)
    assert "<script" not in html and "<img" not in html and "<form" not in html


def test_the_same_delivery_gives_the_same_bytes_in_any_process() -> None:
    code = ("import hashlib; from tests.notify.examples import *; from monitor.notify import mail;"
            "print(hashlib.sha256(mail.render(rich(), delivery(), SITE)).hexdigest())")  # fmt: skip
    got = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                       cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(got) == 1


def test_headers_are_those_of_an_automatic_message_with_the_stored_id() -> None:
    message = read(mail.render(rich(), delivery(), SITE))
    assert message["Message-ID"] == "<evt_3b9a77.5f0c@monitor.example>"
    assert message["Auto-Submitted"] == "auto-generated" and message["List-Id"]
    assert message["Subject"].startswith("[Critical] Mali: level raised") and len(message["Subject"]) <= 150
    assert "List-Unsubscribe" not in message


def test_one_click_unsubscribe_is_offered_where_there_is_an_address_for_it() -> None:
    link = "https://monitor.example/unsubscribe/" + "x" * 240
    raw = mail.render(rich(links=Links(unsubscribe=link)), delivery(), SITE)
    assert read(raw)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{link}>\r\n".encode() in raw


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://a.example/\r\nBcc: b@c.example", "ftp://a.example"])
def test_what_is_no_web_address_is_no_way_out(link: str) -> None:
    raw = mail.render(rich(links=Links(unsubscribe=link, manage=link, act=link)), delivery(), SITE)
    assert set(read(raw).keys()) == _KEYS and "Change what you get" not in body(raw, "plain")


def test_the_way_to_stop_stands_in_both_parts() -> None:
    raw = mail.render(rich(links=LINKS), delivery(), SITE)
    for link in (LINKS.unsubscribe, LINKS.manage):
        assert f"\n{link}\n" in body(raw, "plain").replace("\r", "") and f'href="{link}"' in body(raw, "html")
    assert "write to desk@monitor.example" in body(mail.render(rich(), delivery(), SITE), "html")


@pytest.mark.parametrize("headline", ["Côte d’Ivoire: " + "élevé — " * 30, "日本" * 90, "Mali: a — b", "e\u0301" * 70])
def test_words_beyond_ascii_travel_in_short_encoded_words(headline: str) -> None:
    notice = rich(headline=headline)
    raw = mail.render(notice, delivery(), replace(SITE, name="Veille de sécurité — équipe été, « Sahel »"))
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii() and max(map(len, re.findall(rb"=\?\S+\?=", head))) <= 75
    assert read(raw)["Subject"] == wording.subject(notice)
    assert read(raw)["From"].addresses[0].addr_spec == SITE.from_address
    # Python's parser of addresses puts a blank between encoded words; its decoder of headers knows better.
    sender = email.message_from_bytes(raw)["From"]
    assert str(make_header(decode_header(sender))).startswith("Veille de sécurité — équipe été, « Sahel »")


@pytest.mark.parametrize(
    "address",
    ["a@b>,<c", "a@b\r\nBcc: x@y.example", "a@b.example,c@d.example", 'a"b@c.example', "", "@", "/srv/out", "a b@c.d",
     "https://desk.example/hook", "<a@b.example>", "a@b.example (", "undisclosed-recipients:;", "a@" + "b" * 5000],
)  # fmt: skip
def test_what_is_no_address_is_never_a_recipient(address: str) -> None:
    message = read(mail.render(rich(), delivery(address=address), SITE))
    assert message["To"].addresses == () and set(message.keys()) == _KEYS


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_adds_a_second_one(user: str, domain: str) -> None:
    message = read(mail.render(rich(), delivery(address=f"{user}@{domain}"), SITE))
    assert len(message["To"].addresses) <= 1 and set(message.keys()) == _KEYS


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    one = finding(Severity.HIGH, words, words, f"{words} x", section=words, path=(words,), summary=words,
                  links=(words, words))  # fmt: skip
    raw = mail.render(
        rich(headline=words, note=words, level=words, destination=words, stated_at=words, why=words,
             sentences=(words,), source_url=words, page_url=words, publisher=words, event_id=words,
             witnesses=(words,), findings=(one, replace(one, severity=Severity.LOW)),
             before_sha256=words, after_sha256=words), delivery(subscription_id=words), SITE)  # fmt: skip
    message = read(raw)
    assert message.get_all("To") == ["officer@ngo.example"] and "Bcc" not in message
    assert set(message.keys()) == set(read(mail.render(rich(), delivery(), SITE)).keys())
    html = body(raw, "html")
    seen = BeautifulSoup(html, "lxml")
    assert not seen.find_all(["script", "img", "form", "iframe", "object"])
    assert not [name for tag in seen.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert len(seen.find_all("style")) == 1 and len(html.encode()) < 60_000
    assert "7*7" not in words or ("{{ 7*7 }}" in seen.get_text() and "49" not in seen.get_text())
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u061c\u202a-\u202e\u2066-\u2069]", html + body(raw, "plain"))


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_adds_a_header_or_a_recipient(headline: str, note: str) -> None:
    message = read(mail.render(rich(headline=headline, note=note), delivery(), SITE))
    assert set(message.keys()) == _KEYS and message["To"] == "officer@ngo.example"


_KEYS = set(read(mail.render(rich(), delivery(), SITE)).keys())


def test_a_short_form_fits_a_text_message() -> None:
    assert len(wording.brief(rich(headline="x " * 300))) <= 160


def test_the_heaviest_findings_are_quoted_and_the_rest_is_counted_honestly() -> None:
    heavy = [finding(Severity.CRITICAL, "level-raised", f"a {n}", f"b {n}") for n in range(20)]
    mixed = [finding(Severity.MEDIUM, "name", f"c {n}", f"d {n}") for n in range(8)]
    raw = mail.render(rich(findings=(*mixed, *heavy)), delivery(), Site(name="M", from_address="a@b.example"))
    text = body(raw, "plain")
    assert "16 more (8 critical, 8 medium)" in text and text.count("Critical, changed") == 12
    assert "Medium, changed" not in text


def test_smaller_edits_are_a_line_each_and_then_a_number() -> None:
    small = [finding(Severity.LOW, "wording", f"a {n} x", f"b {n} x", summary=f"Small edit {n}.") for n in range(8)]
    none = [finding(Severity.NONE, "same-words", "a", "a")] * 2
    one = finding(Severity.MEDIUM, "name", "c", "d")
    text = body(mail.render(rich(findings=(*small, one, *none)), delivery(), SITE), "plain")
    assert "* Small edit 4." in text and "Small edit 5." not in text
    assert "And 3 more of such small edits." in text and "2 further differences change no meaning." in text
    alone = body(mail.render(rich(findings=tuple(small)), delivery(), SITE), "plain")
    assert "FOR THE RECORD" not in alone and alone.count("● Low, changed") == 8


@pytest.mark.parametrize("unit", ["<&\"'>", "日本", "😀😀😀", "word {} ", "{} "])
@pytest.mark.parametrize("rewritten", [True, False])
def test_no_page_makes_a_mail_that_clients_cut_short(unit: str, rewritten: bool) -> None:
    old = " ".join(unit.format(n) + "same" for n in range(3000))
    new = old.upper() + " 1" * 3000 if rewritten else " ".join(unit.format(n + n % 3) + "same" for n in range(3000))
    heavy = [finding(Severity.HIGH, "name", f"{n} {old}", None if rewritten else new, section=old) for n in range(12)]
    small = [finding(Severity.LOW, "wording", old, new, section=old)] * 12
    raw = mail.render(rich(findings=(*heavy, *small), headline=old, note=old, level=old, why=old, publisher=old,
                           sentences=(old,) * 9, stated_at=old), delivery(), SITE)  # fmt: skip
    html = body(raw, "html")
    assert len(html.encode()) < 60_000 and len(read(raw)["Subject"]) <= 150
    shown, more = html.count("High</strong>"), re.search(r"(\d+) more \((\d+) high\)", html)
    assert shown + (int(more.group(1)) if more else 0) == 12


def test_another_library_that_changes_how_headers_are_encoded_changes_no_mail_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = rich(headline="Mali : niveau relevé 😀")
    before = mail.render(told, delivery(), SITE)
    mail._edition.cache_clear()
    quoted = (email.charset.QP, email.charset.QP, "utf-8")
    monkeypatch.setitem(email.charset.CHARSETS, "utf-8", quoted)  # what importing apprise does
    assert mail.render(told, delivery(), SITE) == before


@pytest.mark.parametrize("words", ["=?utf-8?q?=0D=0ABcc:_victim=40evil.example?=", "=?utf-8?b?DQpCY2M6IHg=?= é"])
def test_an_encoded_line_break_in_page_text_begins_no_header(words: str) -> None:
    notice = replace(rich(), headline=f"Mali {words}", destination=words)
    for made in (mail.render(notice, delivery(), replace(SITE, name=words)), mail.render(notice, delivery(), SITE)):
        head = made.partition(b"\r\n\r\n")[0].decode()
        assert "Bcc" not in email.message_from_bytes(made) and "\nBcc" not in head
    assert clean.recipient("=?utf-8?q?=0D=0A?=@ngo.example") == ""
