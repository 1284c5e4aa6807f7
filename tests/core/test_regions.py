"""Which regions of Mali a text names, and that every place of the gazetteer has its place on the map."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from monitor.core import maps
from monitor.core.gazetteer.entries import parse, read
from monitor.core.regions import naming, regions

MALI = maps.of("ML")
assert MALI is not None
ALL = MALI.keys
DOUBTFUL = {"Ber-Sud", "Dogo", "Farako", "Kabala", "Kadiala", "Kona", "Kwala", "Senoufo Bougou", "Sokoura"}
"""Names of several places, or of one that no map at hand shows: said in words, never shaded."""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Gao Region", {"gao"}), ("Timbuktu Region and the cercle of Ansongo", {"tombouctou", "gao"}),
        ("Taoudénit and Ménaka", {"tombouctou", "gao"}), ("An attack near Sévaré", {"mopti"}),
        ("The airport at Senou is closed.", {"bamako"}),
        ("Nara, Nioro du Sahel and San", {"koulikoro", "kayes", "segou"}),
        ("the San and Nara regions", {"segou", "koulikoro"}), ("Northern Mali", {"tombouctou", "gao", "kidal"}),
        ("Mali", ALL), ("the rest of Mali", ALL), ("Crime is common throughout the country.", ALL),
        ("a country-wide curfew", ALL), ("all other regions", ALL),
        ("all of Mali except Bamako", ALL - {"bamako"}), ("Do not travel outside of Bamako.", ALL - {"bamako"}),
        ("the whole of Mali, except for Bamako and Kayes region", ALL - {"bamako", "kayes"}),
        ("Sikasso Region, except the city of Sikasso", {"sikasso"}),
        ("the whole country except the town of Kayes", ALL),
        ("No travel outside Bamako. Kidal is cut off.", ALL - {"bamako"}),
        ("Do not travel to Mali due to crime.", set()), ("Niamey, Niger", set()), ("", set()),
    ],
)  # fmt: skip
def test_a_text_names_the_regions_that_its_places_lie_in(text: str, named: set[str]) -> None:
    assert regions([text]) == named


def test_texts_together_name_what_each_names() -> None:
    found = naming(["Ménaka", "the city of Gao", "Sokoura"])
    assert dict(found.regions) == {"gao": ("Ménaka", "Gao")} and found.elsewhere == ("Sokoura",) and not found.whole


def test_a_country_without_a_drawing_has_no_regions() -> None:
    assert maps.of("NE") is None and regions(["Niamey", "Niger"], "NE") == frozenset()


def test_every_place_of_the_gazetteer_lies_in_a_region_or_is_known_to_be_doubtful() -> None:
    assert MALI is not None
    lines = [line for line in map(parse, read("mali")) if line.kind != "road"]
    missing = {line.name for line in lines if maps.plain(line.name) not in MALI.whereabouts}
    assert missing == DOUBTFUL
    named = {maps.plain(line.name) for line in lines}
    assert set(MALI.whereabouts) <= named, "a place that the gazetteer does not know is never found"
    assert frozenset().union(*MALI.whereabouts.values()) == ALL


# -- the drawing ----------------------------------------------------------------------
def _points(path: str) -> list[list[tuple[float, float]]]:
    return [[(float(x), float(y)) for x, y in (pair.split(",") for pair in ring.split(" "))]
            for ring in re.findall(r"M([^Z]+)Z", path)]  # fmt: skip


def _inside(x: float, y: float, rings: list[list[tuple[float, float]]]) -> bool:
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def test_every_town_lies_in_the_region_of_its_name_and_every_sign_in_its_own() -> None:
    assert MALI is not None
    shapes = {one.name: _points(one.path) for one in MALI.outlines}
    assert {city for city, _, _ in MALI.cities} == set(shapes) - {"Koulikoro"}
    for city, x, y in MALI.cities:
        assert [name for name, rings in shapes.items() if _inside(x, y, rings)] == [city]
    for one in MALI.outlines:
        assert [name for name, rings in shapes.items() if _inside(*one.middle, rings)] == [one.name]
        assert all(0 <= x <= MALI.width and 0 <= y <= MALI.height for ring in shapes[one.name] for x, y in ring)


def test_neighbours_share_their_boundaries_to_the_point() -> None:
    kept = json.loads(files("monitor.core.maps").joinpath("mali.json").read_text(encoding="utf-8"))
    used = [n if n >= 0 else ~n for one in kept["regions"].values() for ring in one["rings"] for n in ring]
    assert set(used) == set(range(len(kept["arcs"]))) and max(map(used.count, used)) == 2
    assert "Natural Earth" in kept["credit"] and "before 2016" in kept["division"]
    assert len(files("monitor.core.maps").joinpath("mali.json").read_bytes()) < 12_000
