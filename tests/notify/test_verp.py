"""A return path for each delivery that nobody else can make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.notify import verp
from monitor.notify.clean import recipient

BASE = "bounces@monitor.example"


@given(st.integers(1, 2**63 - 1), st.text(min_size=1, max_size=40))
def test_it_names_the_delivery_it_was_made_for_and_any_relay_takes_it(number: int, secret: str) -> None:
    made = verp.address(BASE, number, secret)
    assert verp.delivery(made, BASE, secret) == number
    assert recipient(made) == made and len(made.partition("@")[0]) <= 64


@pytest.mark.parametrize("change", [str.upper, lambda a: f"<{a}>", lambda a: f" {a}\r\n"])
def test_what_relays_do_to_an_address_does_no_harm(change) -> None:  # type: ignore[no-untyped-def]
    assert verp.delivery(change(verp.address(BASE, 7, "s")), BASE, "s") == 7


def test_a_forged_or_altered_one_names_nothing() -> None:
    made = verp.address(BASE, 7, "s")
    local, _, domain = made.partition("@")
    wrong = [made.replace("+7-", "+8-"), verp.address(BASE, 7, "other"), verp.address("x@monitor.example", 7, "s"),
             f"{local}@evil.example", f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}", local, "", BASE,
             made.replace("+7-", "+07-"), made.replace("+7-", "+٧-")]  # fmt: skip
    assert [verp.delivery(one, BASE, "s") for one in wrong] == [None] * len(wrong)


@given(st.text(max_size=200))
def test_any_words_are_no_return_path_and_no_trouble(words: str) -> None:
    assert verp.delivery(words, BASE, "s") is None


def test_the_signature_has_at_least_eighty_bits() -> None:
    mark = verp.address(BASE, 7, "s").partition("@")[0].rpartition("-")[2]
    assert len(mark) * 5 >= 80


@pytest.mark.parametrize("base", ["", "no-at", "@x.example", "b@", "b" * 60 + "@x.example"])
def test_a_base_without_room_is_told_to_the_operator(base: str) -> None:
    with pytest.raises(ConfigError, match=r"\[mail\] bounces"):
        verp.address(base, 2**63 - 1, "s")
