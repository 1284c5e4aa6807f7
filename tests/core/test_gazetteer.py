"""Places and organisations in sentences of our own, and the lists themselves."""

import pytest

from monitor.core import gazetteer
from monitor.core.gazetteer.entries import DOUBTS, GROUPS, NAMES, PLACES, parse, read


def named(words: str, near: str = "") -> list[tuple[str, str]]:
    return [(place.name, place.country) for place in gazetteer.places(words, near)]


def test_the_longest_name_wins() -> None:
    assert named("From Guinea-Bissau to Guinea and Equatorial Guinea.") == [
        ("Guinea-Bissau", "GW"), ("Guinea", "GN"), ("Equatorial Guinea", "GQ")]  # fmt: skip


@pytest.mark.parametrize("spelling", ["Timbuktu", "Tombouctou", "Timbuctoo", "TOMBOUCTOU"])
def test_the_spellings_of_a_place_are_one_place(spelling: str) -> None:
    assert named(f"Fighting near {spelling} goes on.", "ML") == [("Tombouctou", "ML")]


def test_a_word_that_is_also_a_town_needs_a_cue_or_its_country() -> None:
    assert named("Reading this page is a nice idea. Nice people live here.") == []
    assert named("Avoid the San region.") == [("San", "ML")]
    assert named("Avoid the Kayes, San and Nara regions.") == [("Kayes", "ML"), ("San", "ML"), ("Nara", "ML")]
    assert named("Stay away from San.", "ML") == [("San", "ML")]


def test_a_name_that_two_countries_share_is_the_one_of_the_page() -> None:
    assert named("Avoid Tripoli.", "LB") == [("Tripoli", "LB")]
    assert named("Avoid Tripoli.", "LY") == [("Tripoli", "LY")]


def test_a_disease_or_airline_is_no_place() -> None:
    assert named("Guinea worm, Rift Valley fever and Ethiopian Airlines.") == []


def test_a_small_letter_is_no_name() -> None:
    assert named("chad and turkey, who and is") == []


def test_a_quote_is_the_words_of_the_text() -> None:
    text = "Beirut’s southern suburbs and N'Djamena."
    for place in gazetteer.places(text):
        assert text[place.start : place.end] == place.quote


@pytest.mark.parametrize("name", ["Mali", "mali", "ML", "cote-d-ivoire", "Côte d’Ivoire", "guinea-bissau"])
def test_a_country_is_found_by_name_slug_and_code(name: str) -> None:
    assert len(gazetteer.country(name)) == 2


def test_a_group_is_one_group_under_all_its_names() -> None:
    names = {o.name for o in gazetteer.organisations("JNIM, also known as GSIM, is not ISIS-GS.")}
    assert names == {"JNIM", "Islamic State in the Greater Sahara"}
    assert gazetteer.organisations("Who is it? It is not who you think.") == ()


def test_mali_is_complete_down_to_its_cercles() -> None:
    kinds = [parse(line).kind for line in read("mali")]
    assert kinds.count("region") == 19 and kinds.count("commune") >= 6
    assert kinds.count("district") >= 160, "159 cercles and the district of Bamako"


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_the_lists_says_what_it_must(name: str) -> None:
    lines = [parse(line) for line in read(name)]
    assert lines and len(lines) == len(set(lines))
    for line in lines:
        assert line.kind in PLACES | GROUPS | DOUBTS, line
        assert line.name == line.name.strip() and line.name[:1].upper() == line.name[:1], line
        if line.kind in PLACES - {"sea", "area", "crossing", "road"}:
            assert gazetteer.country(line.code) == line.code != "", line


def test_hostile_text_is_read_in_one_pass() -> None:
    assert gazetteer.places("Mali " * 20_000)[0].name == "Mali"
    assert gazetteer.places("\x00\ud800 'ʼ’ al- al- " * 500) == ()
