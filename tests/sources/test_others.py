"""The other governments, and pages of no known kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor import sources
from monitor.errors import SplitError
from monitor.model import Cut, Outcome
from tests.sources import pages

UK = pages.fixture("uk-api/2026-05-01.json")
UK_PAGE = pages.fixture("uk-page/2026-05-01.html")
CANADA = pages.fixture("canada/2026-04-27.html")
CANADA_JSON = pages.fixture("canada/2026-04-27.json")
AUSTRALIA = pages.fixture("australia/2025-07-02.html")
EXPORT = pages.fixture("australia/export-2025-07-02.json")
IRELAND = pages.fixture("ireland/2026-06-16.html")
HEADINGS = pages.fixture("headings/2026-02-01.html")


def cut(kind: str, body: str, **more: Any) -> Cut:
    return sources.cut(pages.source(kind, **more), pages.page(body))


def fingerprint(kind: str, body: str) -> str:
    return sources.fingerprint(pages.source(kind), pages.page(body))


@pytest.mark.parametrize("kind", ["uk-api", "uk-page", "canada", "australia", "ireland", "us-page", "us-embassy"])
@pytest.mark.parametrize("body", ["", "<html><body><h1>Access Denied</h1></body></html>", "{}", "["])
def test_an_answer_of_another_shape_is_unreadable(kind: str, body: str) -> None:
    for read in (sources.cut, sources.fingerprint):
        with pytest.raises(SplitError) as caught:
            read(pages.source(kind), pages.page(body))
        assert caught.value.outcome is Outcome.UNREADABLE
        assert str(caught.value).endswith(".")


def test_a_kind_without_an_adapter_is_an_error_that_names_it() -> None:
    with pytest.raises(SplitError, match="'nowhere'"):
        cut("nowhere", "")


# --------------------------------------------------------------------------------------
# United Kingdom
# --------------------------------------------------------------------------------------
def test_the_note_loses_the_label_that_the_site_strips_too() -> None:
    note = "A curfew in Bamako (‘Safety and security’ page)."
    assert cut("uk-api", UK).values("note") == cut("uk-page", UK_PAGE).values("note") == (note,)


def test_request_numbers_and_dates_of_building_are_not_read() -> None:
    changed = UK.replace("21-1791370603", "22-1791370999").replace('"phase": "live"', "")
    assert cut("uk-api", changed) == cut("uk-api", UK)
    assert fingerprint("uk-api", changed) == fingerprint("uk-api", UK)


def test_a_minor_edition_shows_in_the_text_without_a_new_note() -> None:
    changed = UK.replace("from 9pm", "from 8pm")
    assert fingerprint("uk-api", changed) != fingerprint("uk-api", UK)
    assert cut("uk-api", changed).values("note") == cut("uk-api", UK).values("note")


def test_still_current_at_is_read_by_nobody() -> None:
    tomorrow = UK_PAGE.replace("<dd>1 May 2026</dd>", "<dd>2 May 2026</dd>")
    assert cut("uk-page", tomorrow) == cut("uk-page", UK_PAGE)
    assert fingerprint("uk-page", tomorrow) == fingerprint("uk-page", UK_PAGE)


def test_the_way_to_the_next_part_and_the_printable_version_are_chrome() -> None:
    text = cut("uk-page", UK_PAGE).text
    assert "Next" not in text and "printable" not in text and "Cookies" not in text


def test_a_new_map_is_a_new_fact_and_the_same_map_in_a_new_folder_is_not() -> None:
    moved = UK.replace("media/aa10", "media/ff99")
    assert cut("uk-api", moved).values("map") == cut("uk-api", UK).values("map")
    assert "FCDO_TA_026_Mali_Ed8_WEB.jpg" in cut("uk-api", UK.replace("Ed7_WEB", "Ed8_WEB")).values("map")


def test_a_withdrawn_document_is_implausible() -> None:
    withdrawn = UK.replace('"withdrawn_notice": {}', '"withdrawn_notice": {"explanation": "x"}')
    with pytest.raises(SplitError) as caught:
        cut("uk-api", withdrawn)
    assert caught.value.outcome is Outcome.IMPLAUSIBLE


def test_a_country_without_parts_is_an_empty_cut() -> None:
    document = json.loads(UK)
    document["details"]["parts"] = []
    assert cut("uk-api", json.dumps(document)).sections == ()


# --------------------------------------------------------------------------------------
# Canada
# --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("MALI - AVOID ALL TRAVEL", 4),
        ("Mali - Avoid non-essential travel", 3),
        ("Mali - Exercise a high degree of caution (with regional advisories)", 2),
        ("Mali - Take normal security precautions", 1),
        ("Mali - Exercise normal security precautions", 1),
    ],
)
def test_the_scale_of_canada_runs_from_one_to_four_here(words: str, level: int) -> None:
    assert cut("canada", CANADA.replace("MALI - AVOID ALL TRAVEL", words)).level == level


def test_the_state_of_the_document_is_its_level_minus_one() -> None:
    changed = CANADA_JSON.replace('"advisory-state": 3', '"advisory-state": 0')
    assert (cut("canada", CANADA_JSON).level, cut("canada", changed).level) == (4, 1)
    with pytest.raises(SplitError):
        cut("canada", CANADA_JSON.replace('"advisory-state": 3', '"advisory-state": null'))


def test_the_hour_of_building_and_the_french_text_do_not_count() -> None:
    changed = CANADA_JSON.replace("1790255653", "1790259253").replace("Éviter", "Évitez")
    assert fingerprint("canada", changed) == fingerprint("canada", CANADA_JSON)


def test_page_and_document_print_one_time_and_use_one_set_of_keys() -> None:
    page, document = cut("canada", CANADA), cut("canada", CANADA_JSON)
    assert page.values("updated") == document.values("updated") == ("2026-04-27T12:53:00Z",)
    winter = cut("canada", CANADA.replace("April 27, 2026 08:53", "January 5, 2026 08:53"))
    assert winter.values("updated") == ("2026-01-05T13:53:00Z",)
    assert {"risk", "security"} <= {s.key for s in page.sections} & {s.key for s in document.sections}


# --------------------------------------------------------------------------------------
# Australia and Ireland
# --------------------------------------------------------------------------------------
def test_the_level_of_australia_is_read_from_the_head_and_not_from_menu_or_text() -> None:
    calm = AUSTRALIA.replace(
        '<div class="advice-level">Do not travel',
        '<div class="advice-level">Exercise normal safety precautions',
    )
    assert cut("australia", calm).level == 1


def test_the_latest_update_is_the_note_and_stays_in_the_text() -> None:
    found = cut("australia", AUSTRALIA)
    assert found.values("note")[0] in found.text


def test_a_country_missing_from_the_export_is_implausible() -> None:
    with pytest.raises(SplitError) as caught:
        cut("australia", EXPORT.replace('"Mali"', '"Malta"'))
    assert caught.value.outcome is Outcome.IMPLAUSIBLE


@pytest.mark.parametrize(
    ("words", "level"),
    [("Normal&nbsp;Precautions", 1), ("High Degree of Caution", 2),
     ("Avoid non-essential travel.", 3), ("Do Not Travel.", 4)],
)  # fmt: skip
def test_the_first_level_under_security_status_counts(words: str, level: int) -> None:
    start = IRELAND.index("Do Not Travel, with")
    html = IRELAND[:start] + words + IRELAND[IRELAND.index("</p>", start) :]
    assert cut("ireland", html).level == level


def test_the_level_in_the_head_of_the_older_template_counts_first() -> None:
    head = '<h1>Mali</h1><div class="travel-landing--summary">High Degree of Caution</div>'
    assert cut("ireland", IRELAND.replace("<h1>Mali</h1>", head)).level == 2


# --------------------------------------------------------------------------------------
# Anything else
# --------------------------------------------------------------------------------------
def test_a_level_in_a_menu_is_not_the_level_of_the_page() -> None:
    assert cut("headings", HEADINGS).level == 4
    without = HEADINGS.replace("Mali - Level 4: Do not travel", "Mali")
    assert cut("headings", without).level is None


def test_a_selector_chooses_the_part_to_watch() -> None:
    found = cut("headings", HEADINGS, select="main dl, main address")
    assert "Stay away" not in found.text and "17" in found.text
    with pytest.raises(SplitError, match=r"#nowhere"):
        cut("headings", HEADINGS, select="#nowhere")


def test_plain_text_is_cut_into_its_paragraphs() -> None:
    found = cut("headings", "Stay away from Mali & Niger.\n\nDo not go there.")
    assert [b.text for b in found.sections[0].blocks] == [
        "Stay away from Mali & Niger.", "Do not go there."
    ]  # fmt: skip


def test_any_json_has_a_section_per_field() -> None:
    found = cut("headings", '{"name": "Mali", "advice": {"text": "<p>Stay <b>away</b>.</p>"}}')
    assert [(s.key, s.text) for s in found.sections] == [("name", "Mali"), ("advice", "Stay away.")]


def test_a_page_without_text_is_unreadable() -> None:
    with pytest.raises(SplitError) as caught:
        cut("headings", "<html><body><nav>Menu</nav></body></html>")
    assert caught.value.outcome is Outcome.UNREADABLE


def test_half_a_character_in_a_document_does_not_reach_the_database() -> None:
    found = cut("headings", '{"text": "Mali \\ud83d is \\ud83d\\ude00 large"}')
    assert found.text.encode("utf-8") and "😀" in found.text


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, '{"text": "tab\there"}'])
def test_json_that_is_too_deep_or_too_loose_is_no_crash(body: str) -> None:
    try:
        assert "tab here" in cut("headings", body).text
    except SplitError as e:
        assert e.outcome is Outcome.UNREADABLE
