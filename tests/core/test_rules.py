"""The rule table itself."""

from hypothesis import given
from hypothesis import strategies as st

from docs import changes, rules
from monitor.core import classify, zones
from monitor.core.cases import Case
from monitor.model import ChangeKind


def test_rules_have_unique_names_and_say_their_reason() -> None:
    names = [rule.name for rule in classify.RULES]
    assert len(names) == len(set(names)) and all(rule.says for rule in classify.RULES)


def test_the_last_rule_fits_everything() -> None:
    empty = Case(kind=ChangeKind.EDITED, before="a", after="b", zone=zones.Zone.OTHER)
    assert classify.RULES[-1].fits(empty)


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=3))
def test_every_heading_has_a_zone(section: str, path: list[str]) -> None:
    assert zones.zone(section, tuple(path)) in zones.Zone


def test_the_page_of_rules_is_the_one_that_the_tables_make() -> None:
    assert rules.PAGE.read_text(encoding="utf-8") == rules.made(), "run: python -m docs.rules"


def test_the_page_of_ten_changes_is_the_one_that_the_story_makes() -> None:
    assert changes.PAGE.read_text(encoding="utf-8") == changes.made(), "run: python -m docs.changes"
