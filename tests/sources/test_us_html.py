"""Pages of travel.state.gov: what each template hides, and which template a page is."""

from __future__ import annotations

import pytest

from monitor import sources
from monitor.errors import SplitError
from monitor.model import Cut, Destination, Outcome
from tests.faults.lies.good import all_of_them
from tests.sources import pages

NEW = pages.fixture("us-page/2026-06-08.html")
COUNTRY = pages.fixture("us-country/2025-03-26.html")
ADVISORY = pages.fixture("us-advisory/2025-03-26.html")


def cut(html: str, kind: str = "us-page", destination: Destination = pages.MALI) -> Cut:
    return sources.cut(pages.source(kind, destination), pages.page(html))


@pytest.mark.parametrize("kind", ["us-page", "us-country", "us-advisory"])
def test_each_kind_reads_whichever_template_came(kind: str) -> None:
    assert cut(NEW, kind).template == "us-page/1"
    assert cut(COUNTRY, kind).template == "us-country/old"
    assert cut(ADVISORY, kind).template == "us-advisory/old"


def test_a_page_of_another_site_is_unreadable() -> None:
    with pytest.raises(SplitError) as caught:
        cut("<html><body><h1>Just a moment...</h1></body></html>")
    assert caught.value.outcome is Outcome.UNREADABLE


@pytest.mark.parametrize(
    "html",
    [
        NEW.replace("Level 4 - Do not travel</h3>", "</h3>"),
        NEW.replace("cmp-traveladvisory ", "cmp-other "),
        ADVISORY.replace("Mali - Level 4: Do Not Travel", "Mali").replace("Level 4", "Lvl 4"),
    ],
)
def test_a_page_without_its_level_is_implausible(html: str) -> None:
    with pytest.raises(SplitError) as caught:
        cut(html)
    assert caught.value.outcome is Outcome.IMPLAUSIBLE


@pytest.mark.parametrize(
    ("printed", "level"),
    [("Level 1 - Exercise normal precautions", 1), ("Level 2: Exercise increased caution", 2),
     ("Level: 3 - Reconsider travel", 3)],
)  # fmt: skip
def test_the_level_is_read_from_the_head_of_the_advisory_in_every_spelling(printed: str, level: int) -> None:
    assert cut(NEW.replace("Level 4 - Do not travel</h3>", f"{printed}</h3>")).level == level


def test_the_statement_is_one_sentence_though_the_page_breaks_it() -> None:
    assert "Do not travel to Mali due to crime and terrorism." in cut(NEW).text


def test_the_date_of_issue_is_not_the_date_of_the_page() -> None:
    found = cut(NEW)
    assert (found.values("issued"), found.values("page_date")) == (("2026-06-08",), ("2026-06-09",))


def test_dates_buttons_and_menus_are_no_text() -> None:
    text = cut(NEW).text
    for words in ("Date issued", "advisory history", "Last Updated", "Passports", "official web",
                  "Bureau of Consular"):  # fmt: skip
        assert words not in text


def test_a_component_that_we_do_not_know_is_kept_under_its_own_heading() -> None:
    more = '<div class="newcomponent"><h2>New</h2><p>Borders are closed.</p></div>'
    found = cut(NEW.replace('<div class="destination-tips">', more + '<div class="destination-tips">'))
    other = next(s for s in found.sections if s.key == "other")
    assert [b.text for b in other.blocks] == ["New", "Borders are closed."]


def test_each_area_has_its_own_level() -> None:
    html = NEW.replace(
        '<div class="location-name-summary">\n'
        '                        <div class="location-name" tabindex="0">The eastern',
        '</div><div class="risk-level level-3"><h4 class="level-title">Level: 3 - Reconsider'
        ' travel</h4><div class="location-name-summary"><div class="location-name">The eastern',
    )
    levels = [(f.subject, f.value) for f in cut(html).facts if f.kind == "area_level"]
    assert levels == [("The northern desert", "4"), ("The eastern border", "3")]


def test_an_area_keeps_its_path_when_its_level_changes() -> None:
    changed = NEW.replace("Level: 4 - Do not travel", "Level: 3 - Reconsider travel")
    before, after = (
        {b.text: b.path for s in c.sections if s.key == "risk-areas" for b in s.blocks}
        for c in (cut(NEW), cut(changed))
    )
    assert before["Smugglers use this border."] == after["Smugglers use this border."]


# --------------------------------------------------------------------------------------
# The old templates
# --------------------------------------------------------------------------------------
def test_of_nine_letters_only_those_in_force_are_risks_and_none_is_text() -> None:
    found = cut(ADVISORY)
    assert found.values("risk") == ("K", "T", "C")
    assert not {"O", "D", "K", "E", "N", "H", "U", "T", "C"} & {b.text for s in found.sections for b in s.blocks}


def test_letters_of_a_page_without_styles_say_nothing() -> None:
    assert cut(ADVISORY.replace("showThreat", "")).values("risk") == ()


def test_the_change_note_is_kept_apart_from_the_advice() -> None:
    found = cut(ADVISORY)
    assert found.values("note") == ("Updated to reflect the end of the curfew.",)
    advice = next(s for s in found.sections if s.key == "advisory")
    assert "curfew" not in advice.text


@pytest.mark.parametrize(
    "note",
    [
        "Reissued after periodic review without changes.",
        "Last Update:&nbsp;Reissued after periodic review with minor edits.",
        "There were no changes to the advisory level or risk indicators.",
        "The advisory level was increased to 4. The “health” indicator was added.",
        "Updated to&nbsp;reflect the ordered departure of staff.",
        "Updated due to change in travel advisory level.",
    ],
)
def test_every_known_wording_of_a_note_is_a_note(note: str) -> None:
    found = cut(ADVISORY.replace("Updated to reflect the end of the curfew.", note))
    assert found.values("note") == (note.replace("&nbsp;", " "),)


def test_a_bold_first_sentence_of_advice_is_no_note() -> None:
    words = "Do not travel to Mali for any reason."
    found = cut(ADVISORY.replace("Updated to reflect the end of the curfew.", words))
    assert found.values("note") == () and words in found.text


def test_the_picture_of_levels_the_map_and_the_search_are_chrome() -> None:
    found = cut(ADVISORY)
    assert not {"Travel Advisory Levels", "Mali Map", "Search for Travel Advisories"} & {
        s.heading for s in found.sections
    }
    assert "View Larger Map" not in found.text


def test_a_new_version_of_the_picture_of_levels_changes_nothing() -> None:
    assert cut(ADVISORY.replace("levels-v1.svg", "levels-v2.svg")) == cut(ADVISORY)


def test_on_a_page_for_several_countries_ours_has_the_level_of_its_part() -> None:
    html = ADVISORY.replace(
        "Mali - Level 4: Do Not Travel", "Guinea, Mali & Niger - See Summaries - Level 2: Caution"
    ).replace("Northern regions - Level 4", "Mali - Level 3")
    assert cut(html).level == 3
    elsewhere = Destination(key="guinea", name="Guinea")
    assert cut(html, destination=elsewhere).level == 2


def test_quick_facts_that_stand_twice_are_kept_once() -> None:
    assert cut(COUNTRY).text.count("Yellow fever") == 1


def test_a_name_of_null_falls_back_to_the_official_name() -> None:
    assert cut(COUNTRY).values("name") == ("Republic of Mali",)
    named = COUNTRY.replace(">null<", ">Mali<")
    assert cut(named).values("name") == ("Mali",)


def test_without_a_title_the_colour_of_the_frame_is_the_level() -> None:
    html = COUNTRY.replace("Mali - Level 4: Do Not Travel", "Mali")
    for colour, level in (("blue", 1), ("standard", 2), ("orange", 3), ("red", 4)):
        assert cut(html.replace("main-frame-red", f"main-frame-{colour}")).level == level


def test_a_country_page_without_an_advisory_has_no_level_and_is_fine() -> None:
    assert cut(COUNTRY.replace("tsg-rwd-csi-travel-advisories", "gone")).level is None


def test_an_embassy_block_is_read_line_by_line() -> None:
    lines = pages.lines(cut(COUNTRY))
    assert "U.S. Embassy Bamako > Telephone > +(223) 2070-2300" in lines
    assert "U.S. Embassy Bamako > Street 1 Bamako" in lines


def test_the_hero_is_no_advice_whatever_element_it_is() -> None:
    long = all_of_them()["us-page"].body.decode()
    assert "Travel advisory and guidance" in long
    found = cut(long.replace("<div", "<section").replace("</div", "</section"))
    assert not any("Travel advisory and guidance" in line for line in pages.lines(found))
