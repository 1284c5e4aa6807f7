"""Statements: equal for one edit on two routes, and on the pages of two destinations."""

import pytest

from monitor.core import signature
from monitor.model import Change, ChangeKind, FactChange, Finding, Severity


def finding(after: str, before: str = "", **more: object) -> Finding:
    change = Change(section="Health", kind=ChangeKind.ADDED, before=before or None, after=after or None)
    return Finding(change=change, severity=Severity.LOW, rule="wording", summary="", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name, words",
    [
        ("Mali", "If you travel to Mali, check the air. Mali's clinics are few."),
        ("Bahamas", "If you travel to The Bahamas, check the air. The Bahamas’s clinics are few."),
        ("The Gambia", "If you travel to the Republic of The Gambia, check the air. Gambia’s clinics are few."),
        ("Côte d'Ivoire", "If you travel to Côte d’Ivoire, check the air. Côte d’Ivoire's clinics are few."),
        ("Iran", "If you travel to the Islamic Republic of Iran, check the air. IRAN’s clinics are few."),
    ],
)
def test_the_same_edit_says_the_same_on_every_destination(name: str, words: str) -> None:
    said = signature.statements(finding(words), name)
    plain = signature.statements(finding("If you travel to Niue, check the air. Niue's clinics are few."), "Niue")
    assert said == plain


def test_only_whole_names_are_masked() -> None:
    words = "Somalia is normally not Malian."
    assert signature.statements(finding(words), "Mali") == signature.statements(finding(words), "Niger")


def test_two_destinations_that_name_each_other_say_different_things() -> None:
    words = "Do not cross from Mali into Niger."
    assert signature.statements(finding(words), "Mali") != signature.statements(finding(words), "Niger")


def test_a_level_has_no_mark_and_a_sentence_that_goes_is_the_inverse_of_one_that_comes() -> None:
    level = FactChange(kind="level_change", before="Level 3", after="Level 4")
    assert signature.marks(finding("Level 4", facts=(level,)), "Mali") == ()
    (came,) = signature.marks(finding("Check the air in Mali."), "Mali")
    (went,) = signature.marks(finding("", before="Check the air in Niger."), "Niger")
    assert signature.inverse(came) == went and came != went
