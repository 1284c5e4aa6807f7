"""Normalisation: what may differ without saying anything different, and what may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import text


@pytest.mark.parametrize(
    ("rule", "a", "b"),
    [
        ("invisible", "Bam\u200bako", "Bamako"),
        ("compatible", "Level\u00a04", "Level 4"),
        ("quotes", "Mali’s “north”", "Mali's \"north\""),
        ("dashes", "Level 4 – Do not travel", "Level 4 - Do not travel"),
        ("link-decoration", "the list (opens in a new tab)", "the list"),
        ("blanks", "Do  not\ntravel", "Do not travel"),
        ("case", "DO NOT TRAVEL", "Do not travel"),
        ("thousands", "1,500 people", "1500 people"),
        ("punctuation", "Crime: theft", "Crime. Theft"),
        ("joints", "land mines", "landmines"),
    ],
)
def test_each_named_rule_hides_its_own_difference(rule: str, a: str, b: str) -> None:
    assert text.key(a) == text.key(b)
    assert rule in text.fired(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("1.5 km", "15 km"),
        ("20 70 23", "2070 23"),
        ("five killed", "seven killed"),
        ("is safe", "is not safe"),
        ("$10", "€10"),
        ("Level 3", "Level 4"),
    ],
)
def test_a_difference_that_speaks_is_kept(a: str, b: str) -> None:
    assert text.key(a) != text.key(b)


def test_the_names_of_the_rules_are_unique() -> None:
    names = [rule.name for rule in text.RULES + text.KEY_RULES]
    assert len(names) == len(set(names)) and all(rule.why for rule in text.RULES)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Stay home. Call the U.S. Embassy at 3 p.m. on Monday. Bring No. 5.",
         ["Stay home.", "Call the U.S. Embassy at 3 p.m. on Monday.", "Bring No. 5."]),
        ("Report crime to the contact.Harassment is common.",
         ["Report crime to the contact.", "Harassment is common."]),
        ("See www.Example.com for more. Go now!", ["See www.Example.com for more.", "Go now!"]),
        ("You may leave the U.S. The rest stays.", ["You may leave the U.S.", "The rest stays."]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_end_where_people_end_them(words: str, expected: list[str]) -> None:
    assert list(text.sentences(words)) == expected


@given(st.text(max_size=300))
def test_sentences_are_verbatim_and_lose_no_word(words: str) -> None:
    parts = text.sentences(words)
    assert all(part in words for part in parts)
    assert "".join("".join(parts).split()) == "".join(words.split())


@given(st.text(max_size=200))
def test_a_key_is_stable_under_its_own_rules(words: str) -> None:
    assert text.key(text.normalise(words)) == text.key(words)


@pytest.mark.parametrize(
    "stamp",
    ["Last Updated: May 21, 2026", "Still current at: 3 May 2026", "Date issued: 8 June 2026",
     "Updated: 2026-05-04", "Travel Advisory June 8, 2026"],
)  # fmt: skip
def test_dates_that_a_page_prints_about_itself_are_stamps(stamp: str) -> None:
    assert text.is_stamp(stamp)


@pytest.mark.parametrize(
    "words", ["The curfew began on 3 May 2026.", "Updated rules apply from May.", "Last chance"]
)
def test_dates_in_the_advice_are_not_stamps(words: str) -> None:
    assert not text.is_stamp(words)


def test_tracking_scheme_and_fragment_do_not_make_another_link() -> None:
    a = text.url_key("https://www.example.org/a/?utm_source=x&id=3#top")
    assert a == text.url_key("http://example.org/a?id=3")
    assert a != text.url_key("http://example.org/a?id=4")


@pytest.mark.parametrize(
    "wrapped",
    [
        "https://gcc02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa%3Fid%3D3&data=05%7C02&reserved=0",
        "https://proxy.mcas.ms/certificate-checker?login=false&originalUrl=https%3A%2F%2Fexample.org.mcas.ms%2Fa%3Fid%3D3"
        "%26McasTsid%3D20892&mcasCsrf=c0fa",
        "https://urldefense.com/v3/__https:/example.org/a?id=3__;!!Ab1",
        "https://example.org.mcas.ms/a?id=3",
        "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fgcc02.safelinks.protection.outlook.com%2F%3Furl"
        "%3Dhttps%253A%252F%252Fexample.org%252Fa%253Fid%253D3&data=05",
    ],
)
def test_a_link_through_an_office_gateway_is_the_link_behind_it(wrapped: str) -> None:
    assert text.url_key(wrapped) == text.url_key("http://example.org/a?id=3")
    assert text.url_key(wrapped) != text.url_key("http://example.org/b?id=3")
