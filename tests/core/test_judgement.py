"""What a changed sentence weighs and which facts it moves: tiny pages, one change each, in our own words."""

from datetime import UTC, datetime

import pytest

from monitor.core import diff
from monitor.model import Comparison, Severity
from tests.core.pages import cut

AT = datetime(2026, 6, 9, 6, 0, tzinfo=UTC)
STANDING = "Keep copies of your papers.\nDrink bottled water only.\nUse taxis that your hotel has called.\n"


def judged(section: str, before: str, after: str) -> Comparison:
    pages = (cut(f"# {section}\n{STANDING}{words}") for words in (before, after))
    old, new = pages
    return diff.comparison(old, new, name="Mali", at=AT)


def facts(found: Comparison) -> set[str]:
    return {fact.kind for finding in found.findings for fact in finding.facts}


@pytest.mark.parametrize(
    ("section", "before", "after", "severity", "moved"),
    [
        # What may happen, what happens, and what is going on now are three things.
        ("Safety", "Attacks could happen in the north.", "Attacks could happen in the north.\nArmed groups have"
         " attacked the town of Gao and are holding the bridge.", "high", {"event_added"}),
        ("Warnings", "Attacks could resume at short notice.", "Two groups have carried out new attacks on the"
         " capital, and could do so again.", "high", {"event_added"}),
        ("Safety", "", "Drones may fall short of their targets in Sikasso.", "medium", {"risk_added"}),
        ("Safety", "The airport is closed until further notice.", "The airport may close at short notice.", "high",
         {"air_travel"}),
        # A month is no possibility.
        ("Warnings", "", "On May 20, 2026, soldiers said that they had dissolved the government.", "high",
         {"event_added", "date_changed"}),
        # What is long past is no event.
        ("Safety", "", "An earthquake killed many people in the valley in 1948.", "low", None),
        # Each disease is news of its own, a second mention of one is not.
        ("Health", "Cholera occurs.", "Cholera occurs.\nDengue occurs too.", "medium", {"health_notice"}),
        ("Health", "", "An outbreak of Ebola is occurring in Kayes.", "high", {"health_notice", "event_added"}),
        # Rules of entry count by what they rule.
        ("Entry", "Passports must be valid for three months.", "Passports must be valid for six months.", "medium",
         {"entry_rule", "number_changed"}),
        ("Entry", "You do not need a visa for stays of up to 90 days, but a return ticket is required.",
         "A visa is not required for a stay of 90 days or less. A return ticket is needed, however.", "low", None),
        ("Entry", "", "Visitors must show a letter of invitation.", "medium", {"entry_rule"}),
        ("Entry", "## Currency\nDeclare large sums.", "## Currency\nDeclare $10,000 USD.", "medium",
         {"entry_rule", "number_changed"}),
        # Laws.
        ("Local laws", "", "It is illegal to bring electronic cigarettes into the country.", "medium", {"other"}),
        # Posture.
        ("Advisory", "", "The embassy ordered non-emergency staff and families to leave.", "critical",
         {"departure_order"}),
        ("Safety", "", "If you encounter a protest, leave the area as soon as it is safe.", "low", None),
        ("Warnings", "", "Follow the instructions of the authorities, including orders to shelter in place.", "low",
         None),
        ("Advisory", "You should the country at the earliest opportunity while commercial options remain.",
         "You should leave the country at the earliest opportunity while commercial options remain.", "low", set()),
        # Telephones, and what only looks like one.
        ("Embassy", "Call +223 2070 2300.", "Call +223 2070 2399.", "medium", {"phone_changed"}),
        ("Embassy", "Call (+223) 2070-2300.", "Call +223 20 70 23 00.", "low", set()),
        ("Embassy", "It stands at 3051 River Avenue, telephone 2070 2300.",
         "3051 River Avenue. Telephone 2070 2300.", "low", None),
        ("Embassy", "## Telephone\n+223 2070 2300", "## Telephone\nnull", "none", None),
        # A telephone that another sentence has now was not taken away.
        ("Embassy", "Report theft at the desk, and call +223 2070 2300 at night.\nCall +223 2070 2300.",
         "Report theft at the desk.\nCall +223 2070 2300.", "low", set()),
        # Where a danger spreads to, or no longer reaches.
        ("Safety", "Attacks in the north and in Mopti could happen without warning.",
         "Attacks in Bamako, the north and in Mopti could happen without warning.", "medium", {"area_added"}),
        ("Safety", "Attacks in Bamako, the north and in Mopti could happen without warning.",
         "Attacks in the north and in Mopti could happen without warning.", "medium", {"area_removed"}),
        # What is called a risk beside what happens is both.
        ("Warnings", "", "As elections come in August 2026, there is a heightened risk of unrest.", "medium",
         {"event_added", "risk_added"}),
        # An alert stands for the time being.
        ("Overview", "", "## Travel alert\nThe rains bring floods that close roads.", "medium", {"event_added"}),
        # An exemption that joins a rule changes it.
        ("Entry", "Your passport must be valid for three months after the day you leave.",
         "Your passport must be valid for three months after the day you leave, but does not need blank pages.",
         "medium", {"entry_rule"}),
        # Lists of advice.
        ("Advisory", "Do not travel to:\n* Gao Region\n* Kidal Region", "Do not travel to:\n* Gao Region", "high",
         {"area_removed", "area_level_change"}),
        ("Disasters", "Tsunami warnings are in effect for:\n* the coast of Oria\n* the islands of Bel",
         "Tsunami warnings are in effect for:\n* the coast of Oria", "high", {"area_removed", "event_removed"}),
        ("Safety", "Targets could include attacks on:\n* hotels",
         "Targets could include attacks on:\n* hotels\n* markets",
         "low", {"risk_added"}),
        # Shortages.
        ("Safety", "", "## Fuel\nThere is currently a fuel shortage and lines are long.", "high", {"event_added"}),
        # Pointers and praise of the publisher are no warning.
        ("Warnings", "", "Read more about the risks of travel on our pages to make informed decisions.", "low", set()),
    ],
)  # fmt: skip
def test_a_change_weighs_what_it_asks_for(
    section: str, before: str, after: str, severity: str, moved: set[str] | None
) -> None:
    found = judged(section, before, after)
    lowest = {"low": (Severity.NONE, Severity.LOW)}.get(severity, (Severity(severity),))
    assert found.severity in lowest, [(f.severity.value, f.rule, f.summary) for f in found.findings]
    if moved is not None:
        assert moved <= facts(found) and (moved or not facts(found))


@pytest.mark.parametrize(
    ("section", "before", "after"),
    [
        ("Safety", "The border is closed.", "Militias have taken a town and are fighting for it."),
        ("Entry", "A visa is required.", "A visa is not required."),
        ("Warnings", "Level 3: Reconsider travel to Gao.", "Level 4: Do not travel to Gao."),
    ],
)
def test_a_removal_never_weighs_less_than_half_of_what_its_addition_does(section: str, before: str, after: str) -> None:
    there, back = judged(section, before, after), judged(section, after, before)
    assert abs(there.severity.rank - back.severity.rank) <= 1 and back.severity.at_least(Severity.MEDIUM)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ask the police in Niger before you drive at night.", "Ask the police in Mali before you drive at night."),
        ("Malian law forbids photographs of bridges.", "Chadian law forbids photographs of bridges."),
    ],
)
def test_another_countrys_name_in_the_text_is_called_a_slip(before: str, after: str) -> None:
    found = judged("Safety", before, after)
    assert [finding.rule for finding in found.findings] == ["slip-country"]
    assert "slip" in found.findings[0].summary and found.severity is Severity.LOW


def test_a_neighbours_name_in_place_of_another_neighbours_is_no_slip() -> None:
    found = judged("Safety", "Avoid the border with Niger.", "Avoid the border with Mauritania.")
    assert found.findings[0].rule != "slip-country"


def test_a_place_of_advice_that_is_only_spelt_anew_is_no_new_area() -> None:
    assert "area_added" not in facts(judged("Warnings", "Do not travel to the region of Timbuktu.",
                                            "Do not travel to the region of Tombouctou."))  # fmt: skip


def test_an_attack_in_a_town_new_to_the_page_adds_the_town() -> None:
    found = judged("Safety", "", "On June 3, 2026 armed men attacked the market of Kadiolo.")
    assert {"event_added", "area_added"} <= facts(found)


def test_each_armed_group_is_news_of_its_own_under_all_its_names() -> None:
    standing = "Armed groups such as JNIM are active in the country."
    same = judged("Safety", standing, standing.replace("JNIM", "GSIM"))
    assert "risk_added" not in facts(same)
    other = judged("Safety", standing, standing.replace("JNIM", "JNIM and Lakurawa"))
    assert "risk_added" in facts(other)


def test_the_long_past_in_a_new_sentence_is_no_date_that_changed() -> None:
    told = facts(judged("Advisory", "", "The consulate has been closed since March 11, 2019."))
    assert "embassy_status" in told and "date_changed" not in told
    assert "date_changed" in facts(judged("Advisory", "", "The consulate has been closed since June 2026."))


def test_a_dated_subsection_makes_no_news_of_what_the_page_says_elsewhere() -> None:
    standing = "Monitor local media and follow the advice of the authorities.\n"
    block = "## Floods\nOn June 3, 2026 the river flooded the town of Gao.\n"
    found = judged("Safety", standing, standing + block + standing.replace("media and", "media, and"))
    assert {f.severity for f in found.findings if "Monitor" in (f.change.after or "")} <= {Severity.NONE}


def test_the_reason_of_advice_may_stand_with_the_list_or_with_its_item() -> None:
    found = judged("Advisory", "Exercise increased caution in:\n* Gao and Kidal regions due to crime.",
                   "Exercise increased caution due to crime in:\n* Gao Region\n* Kidal Region")  # fmt: skip
    assert "risk_added" not in facts(found)


CONTACTS = "# Embassy contact\nCall +223 2070 2300 at any hour.\nWrite to help@example.gov.\n"
REST = f"# Safety\n{STANDING}"


def compared(before: str, after: str) -> Comparison:
    return diff.comparison(cut(before), cut(after), name="Mali", at=AT)


def test_a_page_that_shows_no_contacts_any_more_is_told_if_a_second_look_agrees() -> None:
    found = compared(REST + CONTACTS, REST)
    assert found.severity is Severity.MEDIUM and found.needs_second_look
    assert {f.rule for f in found.findings} == {"contacts-gone"} and not facts(found)


def test_contacts_that_come_or_change_or_leave_one_by_one_are_told() -> None:
    assert compared(REST, REST + CONTACTS).severity is Severity.MEDIUM
    assert compared(REST + CONTACTS, REST + CONTACTS.replace("2300", "2399")).severity is Severity.MEDIUM
    fewer = CONTACTS.replace("Call +223 2070 2300 at any hour.\n", "")
    assert compared(REST + CONTACTS, REST + fewer).severity is Severity.MEDIUM


def test_an_order_to_leave_is_told_over_even_where_all_contacts_went_with_it() -> None:
    order = "The embassy ordered non-emergency staff and families to leave.\n"
    assert compared(REST + CONTACTS + order, REST).severity is Severity.HIGH
