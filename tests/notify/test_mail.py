"""The e-mail itself: plain, honest, deterministic, and deaf to what a page tries to smuggle in."""

import email
import os
import re
import subprocess
import sys
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from monitor.notify import mail, wording
from monitor.notify.mail import Site
from tests.notify.examples import SITE, delivery, rich

HOSTILE = [
    "<script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "\r\nBcc: everyone@example.org", "\x00\x07\x1b[31m",
    "\u202egpj.exe", "\" onmouseover=\"x", "</style><img src=http://evil.example/x>", "a" * 10_000,
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
    site = replace(SITE, unsubscribe_url="https://monitor.example/u/{subscription}?token=" + "x" * 200)
    raw = mail.render(rich(), delivery(), site)
    message = read(raw)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"List-Unsubscribe: <https://monitor.example/u/sub_5f0c?token=" + b"x" * 200 + b">" in raw


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    raw = mail.render(
        rich(headline=words, note=words, level=words, destination=words, stated_at=words, why=words,
             sentences=(words,), source_url=words), delivery(), SITE)  # fmt: skip
    message = read(raw)
    assert message.get_all("To") == ["officer@ngo.example"] and "Bcc" not in message
    assert set(message.keys()) == set(read(mail.render(rich(), delivery(), SITE)).keys())
    html = body(raw, "html")
    seen = BeautifulSoup(html, "lxml")
    assert not seen.find_all(["script", "img", "form", "iframe", "object"])
    assert not [name for tag in seen.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert "7*7" not in words or "{{ 7*7 }}" in seen.get_text()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e]", html + body(raw, "plain"))


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_adds_a_header_or_a_recipient(headline: str, note: str) -> None:
    message = read(mail.render(rich(headline=headline, note=note), delivery(), SITE))
    assert set(message.keys()) == _KEYS and message["To"] == "officer@ngo.example"


_KEYS = set(read(mail.render(rich(), delivery(), SITE)).keys())


def test_a_short_form_fits_a_text_message() -> None:
    assert len(wording.brief(rich(headline="x " * 300))) <= 160


def test_many_findings_are_counted_not_listed() -> None:
    one = rich().findings[1]
    raw = mail.render(rich(findings=(one,) * 40), delivery(), Site(name="M", from_address="a@b.example"))
    assert "And 28 smaller differences" in body(raw, "plain").replace("\n", " ")
