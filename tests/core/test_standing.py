"""What a page says stands today, and what only looks as if it did. The first half are sentences in the publishers' style."""

import pytest

from monitor import sources
from monitor.core import split, standing
from monitor.model import Block, BlockKind, Cut, Destination, Fact, Section
from monitor.posture import GRAVITY, Posture, Rung
from tests.sources import pages

MALI = Destination(key="mali", name="Mali")


def cut(*sentences: str, section: str = "Travel advisory", facts: tuple[Fact, ...] = (), template: str = "us-page/1") -> Cut:
    blocks = tuple(Block(BlockKind.PARAGRAPH, one) for one in sentences)
    return Cut(template=template, sections=(Section(split.slug(section), section, blocks),), facts=facts)


def rungs(*sentences: str, section: str = "Travel advisory", dated: str = "") -> set[Rung]:
    facts = (Fact("issued", dated, dated),) if dated else ()
    return set(standing.read(cut(*sentences, section=section, facts=facts), MALI).rungs)


@pytest.mark.parametrize(
    ("rung", "sentence"),
    [
        (Rung.LEAVE_NOW, "U.S. citizens in Mali should depart immediately using commercial aviation."),
        (Rung.LEAVE_NOW, "If you’re in Mali, you should leave immediately by commercial flight if you judge it safe to do so."),
        (Rung.LEAVE_NOW, "You should leave the country by commercial flights if it is safe to do so."),
        (Rung.LEAVE_NOW, "Irish citizens are advised to leave Mali by air immediately if it is safe to do so."),
        (Rung.LEAVE_NOW, "If you're in Mali, leave as soon as possible."),
        (Rung.EMBASSY, "The U.S. Embassy in Bamako suspended operations on March 11, 2026."),
        (Rung.EMBASSY, "The Embassy of Canada in Mali has suspended its operations."),
        (Rung.EMBASSY, "The British Embassy in Bamako is temporarily closed."),
        (Rung.ORDERED, "On June 5, 2026, the Department ordered the departure of non-emergency U.S. government employees from Mali."),
        (Rung.ORDERED, "We have temporarily withdrawn family members of British Embassy staff."),
        (Rung.AUTHORIZED, "On June 1, 2026, the Department authorized the departure of eligible family members from Mali."),
        (Rung.REACH, "The U.S. government is unable to provide emergency services to U.S. citizens outside of Bamako."),
        (Rung.REACH, "Our ability to provide consular services in Mali is extremely limited."),
        (Rung.REACH, "Consular support is severely limited in parts of Mali."),
        (Rung.STAFF, "U.S. government employees must obtain special authorization to travel outside of Bamako."),
        (Rung.STAFF, "Family members cannot join U.S. government employees who work in Mali."),
        (Rung.EMERGENCY, "A state of emergency is currently in effect throughout Mali."),
        (Rung.CURFEW, "A curfew is in force in the District of Bamako from 9 p.m. to 6 a.m."),
        (Rung.CURFEW, "A curfew is in effect in Bamako until further notice, and could be extended to other towns."),
        (Rung.AIR, "The international airport is closed to commercial flights until further notice."),
        (Rung.BORDER, "All land borders are closed except for trucks that carry food and fuel."),
    ],
)
def test_a_measure_that_stands_is_on_the_ladder(rung: Rung, sentence: str) -> None:
    assert rungs(sentence) == {rung}


@pytest.mark.parametrize(
    "sentence",
    [
        "On June 30, 2026, the Department lifted the ordered departure of non-emergency U.S. government employees.",
        "Updated to reflect the removal of ordered departure information.",
        "The curfew in Bamako has been lifted.",
        "Authorities may impose curfews at short notice.",
        "Previous curfews were in place in the north.",
        "The state of emergency does not impose a curfew.",
        "Obey any curfews that are in force.",
        "If a state of emergency is in effect, security forces have wide powers.",
        "The airport has reopened.",
        "Flights can be cancelled at short notice.",
        "Border crossings may be closed without notice.",
        "Air and land borders are open but could be disrupted at short notice.",
        "If you become aware of any protests, leave the area immediately.",
        "If you are in need of assistance, you should leave a message on the emergency line.",
        "You should consider leaving by commercial means.",
        "Be prepared to leave Mali immediately if tensions escalate.",
        "The Malian Embassy in London is closed.",
        "If urgent assistance is required while the Embassy is closed, contact the duty officer.",
        "The U.S. Embassy resumed operations on May 2, 2026 after it had suspended operations.",
        "If you are also a citizen of Mali, our ability to offer you consular services may be limited.",
        "Embassy personnel are prohibited from using public buses.",
    ],
)
def test_what_is_over_or_general_or_may_happen_is_not(sentence: str) -> None:
    assert rungs(sentence) == set()


def test_an_order_that_the_same_page_says_is_lifted_does_not_stand_and_a_later_one_does() -> None:
    order = "On {}, 2026, the Department ordered the departure of non-emergency U.S. government employees."
    lifted = "On June 30, 2026, the Department lifted the ordered departure of U.S. government employees."
    assert rungs(order.format("June 5"), lifted) == set()
    assert rungs(lifted, order.format("July 9")) == {Rung.ORDERED}
    assert rungs("On July 9, 2026, the Department changed the status from ordered departure to authorized departure.") == {
        Rung.AUTHORIZED}  # fmt: skip


def test_a_measure_with_an_end_stands_until_then() -> None:
    curfew = "Local authorities have imposed a curfew in Bamako from 21:00 to 06:00 until the morning of 28th April."
    assert rungs(curfew, dated="2026-04-27") == {Rung.CURFEW}
    assert rungs(curfew, dated="2026-04-30") == set()


def test_sections_on_entry_health_and_laws_order_nobody_out_of_the_country() -> None:
    assert rungs("You should leave the country immediately.", section="Entry requirements") == set()
    assert rungs("Our ability to offer consular services is limited.", section="Laws and culture") == set()


def test_a_list_of_alerts_says_nothing_of_what_stands() -> None:
    old = cut("On June 5, 2026, the Department ordered the departure of U.S. government employees.", template="us-embassy")
    assert standing.read(old, MALI).holds == ()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("us-page", "us-page/2026-06-08.html"), ("us-api", "us-api/2026-09-26.json"), ("uk-api", "uk-api/2026-05-01.json"),
     ("canada", "canada/2026-04-27.html"), ("australia", "australia/2025-07-02.html"),
     ("ireland", "ireland/2026-06-16.html")],
)  # fmt: skip
def test_every_quote_stands_in_the_page_and_the_gravest_comes_first(kind: str, name: str) -> None:
    page = sources.cut(pages.source(kind), pages.page(pages.fixture(name)))
    found = standing.read(page, pages.MALI)
    assert all(hold.quote in page.text for hold in found.holds)
    assert [GRAVITY[one.rung] for one in found.holds] == sorted((GRAVITY[one.rung] for one in found.holds), reverse=True)
    assert found.level_words
    assert Posture.from_dict(found.to_dict()) == found


def test_the_british_warning_is_a_level_only_if_it_is_about_the_whole_country() -> None:
    status = tuple(Fact("status", one, one) for one in ("avoid_all_travel_to_parts",))
    assert standing.read(cut("x", facts=status, template="uk-api"), MALI).level is None
    whole = cut("FCDO advises against all but essential travel to Mali.", section="Warnings and insurance", template="uk-page")
    assert (standing.read(whole, MALI).level, standing.read(whole, "Chad").level) == (3, None)


def test_areas_and_risks_are_read_as_the_page_names_them() -> None:
    facts = (Fact("level", "4", "MALI - AVOID ALL TRAVEL"), Fact("risk", "T", "Terrorism (T)"), Fact("risk", "K", "K"),
             Fact("area_level", "3", "Kayes - Level 3: Reconsider Travel", "Kayes"))  # fmt: skip
    found = standing.read(cut("x", facts=facts), MALI)
    assert (found.level, found.level_words) == (4, "AVOID ALL TRAVEL")
    assert found.risks == ("Terrorism", "Kidnapping or hostage taking")
    assert [(one.area, one.words) for one in found.areas] == [("Kayes", "Level 3: Reconsider Travel")]
    said = cut("Do not travel to Mali due to crime, terrorism, and kidnapping.", facts=facts[:1])
    assert standing.read(said, MALI).risks == ("Crime", "Terrorism", "Kidnapping")
