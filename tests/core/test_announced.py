"""The publisher's own note beside what really changed."""

from dataclasses import replace

import pytest

from monitor.core import announced, compose
from monitor.model import Change, ChangeKind, FactChange, Finding, Severity


def finding(section: str, words: str, *facts: str, severity: Severity = Severity.HIGH) -> Finding:
    return Finding(
        change=Change(section=section, kind=ChangeKind.ADDED, after=words), severity=severity, rule="acute",
        summary="", facts=tuple(FactChange(kind=kind) for kind in facts))  # fmt: skip


HEALTH = finding("Health", "An outbreak of cholera is occurring in Gao.", "health_notice")
PHONE = finding("Getting help", "Call +223 2070 2300.", "phone_changed", severity=Severity.MEDIUM)


@pytest.mark.parametrize(
    ("note", "left_out"),
    [
        ("The Health section was updated - disease outbreaks", [PHONE]),
        ("New contact numbers of the embassy ('Getting help' page)", [HEALTH]),
        ("Editorial change", [HEALTH, PHONE]),
        ("Thorough review of the entire travel advice contents", []),
    ],
)
def test_what_the_note_leaves_out_is_marked(note: str, left_out: list[Finding]) -> None:
    marked = announced.marked([HEALTH, PHONE], note)
    assert [replace(f, unannounced=False) for f in marked if f.unannounced] == left_out


def test_a_small_edit_need_not_be_announced() -> None:
    small = finding("Laws", "Wording.", severity=Severity.LOW)
    assert announced.marked([small], "Editorial change") == [small]


def test_the_sections_left_out_are_named_in_one_sentence() -> None:
    marked = announced.marked([HEALTH, PHONE], "Editorial change")
    assert compose.unannounced(marked) == "The note does not mention what changed in: Health, Getting help."
    assert compose.unannounced([HEALTH]) == ""
