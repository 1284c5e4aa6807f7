"""Two cuts to a comparison: what is told, how heavily, and in whose words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import diff
from monitor.model import ChangeKind, Comparison, Direction, Fact, Outcome, Severity
from tests.core.pages import cut, level

AT = datetime(2026, 6, 10, tzinfo=UTC)
STANDING = """# Summary
Violent crime is common in the north of the country.
Armed groups run roadblocks on rural roads.
# Health
Hospitals outside the capital lack basic supplies."""


def compare(before: str, after: str, *facts: Fact, old: tuple[Fact, ...] = ()) -> Comparison:
    return diff.comparison(cut(before, *old), cut(after, *facts), name="Mali", at=AT)


def kinds(found: Comparison) -> set[str]:
    return {fact.kind for finding in found.findings for fact in finding.facts}


@pytest.mark.parametrize(
    ("words", "severity", "kind"),
    [
        ("On June 9, 2026, the Department ordered non-emergency staff and family members to leave Mali.",
         Severity.CRITICAL, "departure_order"),
        ("You should leave immediately by commercial flight.", Severity.CRITICAL, "leave_now"),
        ("On June 9, 2026, soldiers announced a coup on state television.", Severity.HIGH, "event_added"),
        ("A curfew has been imposed in Bamako since June 8.", Severity.HIGH, "curfew"),
        ("The airport in Bamako is closed until further notice since 9 June.", Severity.HIGH, "air_travel"),
        ("The embassy has suspended routine visa services as of June 9.", Severity.HIGH, "embassy_status"),
    ],
)  # fmt: skip
def test_an_added_sentence_weighs_what_it_asks_for(words: str, severity: Severity, kind: str) -> None:
    found = compare(STANDING, STANDING.replace("# Health", f"{words}\n# Health"))
    assert found.severity is severity and kind in kinds(found)


@pytest.mark.parametrize(
    "words",
    [
        "On June 9, 2026, the Department ordered non-emergency staff and family members to leave Mali.",
        "You should leave immediately by commercial flight.",
        "A curfew has been imposed in Bamako since June 8.",
    ],
)
def test_a_removal_weighs_at_least_high_when_its_arrival_did(words: str) -> None:
    there = STANDING.replace("# Health", f"{words}\n# Health")
    added, removed = compare(STANDING, there), compare(there, STANDING)
    assert added.severity.at_least(Severity.HIGH) and removed.severity.at_least(Severity.HIGH)
    assert {f.direction for x in removed.findings for f in x.facts} & {Direction.DOWN}


def test_a_lifted_order_is_a_fall_not_a_rise() -> None:
    ordered = STANDING.replace("# Health", "The Department ordered the departure of staff.\n# Health")
    lifted = ordered.replace("ordered the departure of staff", "lifted the ordered departure of staff")
    moved = [f for x in compare(ordered, lifted).findings for f in x.facts if f.kind == "departure_order"]
    assert moved and all(fact.direction is Direction.DOWN for fact in moved)


def test_a_level_that_rises_is_critical_and_leads_the_headline() -> None:
    found = compare(STANDING, STANDING, level(4), old=(level(3, "Reconsider travel"),))
    assert found.severity is Severity.CRITICAL and not found.needs_second_look
    assert found.headline.startswith("Mali: level raised") and len(found.headline) <= 120


def test_a_level_that_falls_needs_a_second_look() -> None:
    found = compare(STANDING, STANDING, level(3), old=(level(4),))
    assert found.severity is Severity.HIGH and found.needs_second_look


def test_a_number_that_changed_is_told_with_both_values() -> None:
    old = STANDING.replace("# Health", "Five people were killed in the attack on the market.\n# Health")
    found = compare(old, old.replace("Five", "Seven"))
    moved = [f for x in found.findings for f in x.facts if f.kind == "number_changed"]
    assert moved and moved[0].before == "Five people" and moved[0].after == "Seven people"
    assert found.severity.at_least(Severity.MEDIUM)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The road to the airport is safe at night.", "The road to the airport is not safe at night."),
        ("Foreigners are allowed to enter the park.", "Foreigners are no longer allowed to enter the park."),
    ],
)
def test_a_word_of_denial_is_never_a_trifle(before: str, after: str) -> None:
    old = STANDING.replace("# Health", f"{before}\n# Health")
    assert compare(old, old.replace(before, after)).severity.at_least(Severity.MEDIUM)


@pytest.mark.parametrize(
    "after",
    [
        STANDING.replace("roadblocks", "road-blocks"),
        STANDING.replace("Violent crime is common in the north of the country.\n", "").replace(
            "rural roads.", "rural roads.\nViolent crime is common in the north of the country."),
        STANDING.replace("country.\n", "country. "),
        STANDING.replace("Violent", "* Violent").replace("Armed", "* Armed"),
    ],
    ids=["spelling", "moved", "joined", "list"],
)  # fmt: skip
def test_what_says_the_same_is_no_news(after: str) -> None:
    assert compare(STANDING, after).severity is Severity.NONE


def test_a_page_date_alone_is_recorded_and_not_told() -> None:
    dates = Fact("page_date", "2026-06-01", "June 1, 2026"), Fact("page_date", "2026-06-09", "June 9, 2026")
    found = compare(STANDING, STANDING, dates[1], old=(dates[0],))
    assert found.severity is Severity.NONE and kinds(found) == {"date_changed"}


def test_a_switch_of_template_tells_no_wording() -> None:
    old, new = cut(STANDING, template="a"), cut(STANDING + "\n# More\nRead the guidance first.", template="b")
    found = diff.comparison(old, new, name="Mali", at=AT)
    assert found.outcome is Outcome.REBASED and found.severity is Severity.NONE and found.reason


def test_a_switch_of_template_still_tells_a_change_of_level() -> None:
    old, new = cut(STANDING, level(3), template="a"), cut(STANDING, level(4), template="b")
    assert diff.comparison(old, new, name="Mali", at=AT).severity is Severity.CRITICAL


def test_a_feed_that_only_grows_never_reports_what_scrolled_away() -> None:
    old, new = cut("# Alert one\nStay away from the market."), cut("# Alert two\nA curfew is in place today.")
    found = diff.comparison(old, new, name="Mali", at=AT, append_only=True)
    assert not [x for x in found.findings if x.change.kind is ChangeKind.REMOVED]


def test_a_vanished_section_needs_a_second_look() -> None:
    old = STANDING + "\n# Contacts\nCall the desk at 117.\nWrite to the desk.\nVisit the desk on Mondays."
    assert compare(old, STANDING).needs_second_look


LINES = st.lists(
    st.sampled_from((STANDING + "\nCall 117 for police.\nA curfew is in place in Bamako.\n# Visas\n"
                     "Visas cost $100.\nDo not travel to Gao due to crime.").split("\n")), max_size=12)  # fmt: skip


@given(LINES)
def test_a_page_compared_with_itself_gives_nothing(lines: list[str]) -> None:
    page = "\n".join(lines)
    assert compare(page, page).findings == ()


@given(LINES, LINES)
def test_every_quote_stands_on_its_page_and_every_finding_has_one(a: list[str], b: list[str]) -> None:
    old, new = cut("\n".join(a)), cut("\n".join(b))
    for finding in diff.comparison(old, new, name="Mali", at=AT).findings:
        change = finding.change
        assert change.before or change.after
        assert change.before is None or change.before in old.text
        assert change.after is None or change.after in new.text


@given(LINES, LINES)
def test_headline_and_sentences_keep_their_lengths(a: list[str], b: list[str]) -> None:
    found = compare("\n".join(a), "\n".join(b))
    assert len(found.headline) <= 120 and len(found.sentences) <= 5


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Avoid all but essential travel to Gao.", "Avoid all travel to Gao."),
        ("Some roads are closed to foreigners.", "All roads are closed to foreigners."),
        ("The risk of kidnapping is low in Mopti.", "The risk of kidnapping is high in Mopti."),
        ("Do not travel north of Mopti.", "Do not travel south of Mopti."),
        ("The border with Niger is open.", "The border with Algeria is open."),
        ("Militants control the town of Nara.", "Militants control the town of Diema."),
        ("The curfew starts at 9 a.m. in Bamako.", "The curfew starts at 9 p.m. in Bamako."),
        ("Pay €10 on arrival.", "Pay $10 on arrival."),
        ("It drops to -5 degrees.", "It drops to 5 degrees."),
        ("Use the old road. Use the old road.", "Use the old road. Use the new road."),
        ("Call +223 20 21 22 23 for help.", "Call +223 20 21 22 24 for help."),
    ],
)
def test_a_few_letters_that_change_the_meaning_are_told(before: str, after: str) -> None:
    old = STANDING.replace("# Health", f"{before}\n# Health")
    assert compare(old, old.replace(before, after)).severity is not Severity.NONE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Read the advise of the desk again.", "Read the advice of the desk again."),
        ("This is a list of the clinics.", "This is the list of clinics."),
        ("Call +223 20 21 22 23 for help.", "Call +223 2021 2223 for help."),
        ("The air is poor in [destination] at times.", "The air is poor in Mali at times."),
    ],
)
def test_spelling_small_words_grouping_and_filled_placeholders_are_not(before: str, after: str) -> None:
    old = STANDING.replace("# Health", f"{before}\n# Health")
    assert compare(old, old.replace(before, after)).severity is Severity.NONE
