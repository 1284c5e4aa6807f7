"""Facts of a sentence: what is read, what is ended, what is not there."""

import pytest

from monitor.core import facts
from monitor.core.said import said, same_phone
from monitor.core.signals import signals


def signs(sentence: str) -> set[str]:
    return {s.sign.name + ("/ended" if s.ended else "") for s in signals(sentence) if not s.general}


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("On 4 May, the Department ordered the departure of family members.", "ordered departure"),
        ("The Department authorized non-emergency employees to leave Mali.", "authorized departure"),
        ("The ordered departure was lifted on 3 July 2026.", "ordered departure/ended"),
        ("You should leave immediately by commercial flight.", "leave now"),
        ("A curfew is in place in Bamako from 9 p.m.", "curfew"),
        ("The curfew has been lifted.", "curfew/ended"),
        ("Soldiers seized power and dissolved the government.", "coup"),
        ("The airport is closed until further notice.", "air travel"),
        ("The airport has reopened.", "air travel/ended"),
        ("The border with Niger is closed.", "border"),
        ("The embassy suspended routine consular services.", "embassy operations"),
        ("U.S. government employees must obtain special authorization to travel outside Bamako.",
         "staff limits"),
        ("A state of emergency remains in force.", "state of emergency"),
        ("Gunmen attacked a convoy near Ségou.", "attack"),
    ],
)  # fmt: skip
def test_a_sentence_carries_its_sign(sentence: str, sign: str) -> None:
    assert sign in signs(sentence)


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("Prices rose generally.", "protest"),
        ("Airstrikes were reported.", "transport"),
        ("Have a plan to leave immediately in case of unrest.", "leave now"),
        ("Be prepared to depart immediately.", "leave now"),
    ],
)
def test_a_word_inside_another_or_a_condition_is_not_a_sign(sentence: str, sign: str) -> None:
    assert sign not in signs(sentence)


@pytest.mark.parametrize(
    ("sentence", "kind", "value"),
    [
        ("Telephone: +(223) 2070-2300", "phone", "22320702300"),
        ("Call (+223) 20 70 23 00 now", "phone", "22320702300"),
        ("Police: call 117", "phone", "117"),
        ("Write to consularbamako@example.gov today.", "email", "consularbamako@example.gov"),
        ("It began on July 3, 2026.", "date", "2026-07-03"),
        ("It began on 3 July 2026.", "date", "2026-07-03"),
        ("Curfew from 9pm", "clock", "21:00"),
        ("Curfew from 21:00", "clock", "21:00"),
        ("Five people were killed.", "number", "5 people"),
        ("A fee of $100 applies.", "money", "$ 100"),
        ("Do not travel to Gao due to terrorism and crime.", "risk", "terrorism"),
    ],
)
def test_a_value_is_read_in_one_form(sentence: str, kind: str, value: str) -> None:
    assert (kind, value) in {r.identity for r in facts.readings(sentence)}


def test_covid_19_is_not_the_number_nineteen() -> None:
    assert not [r for r in facts.readings("See the COVID-19 page.") if r.kind == "number"]


def test_a_number_with_and_without_country_code_is_one_telephone() -> None:
    assert same_phone("22320702300", "20702300")
    assert not same_phone("22320702300", "20702301")


def test_a_known_telephone_in_another_spelling_is_no_news() -> None:
    old = said(["Telephone: +(223) 2070-2300"])
    assert all(old.has(r) for r in facts.readings("Tel. (+223) 20 70 23 00") if r.kind == "phone")
