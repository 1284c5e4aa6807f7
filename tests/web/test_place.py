"""The page of one destination: where it stands, where, how often, what changed, what it says; and who may ask what."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.audience import Bulletin, Language, MessageKind
from monitor.core import rates
from monitor.model import ChangeState, Severity, SourceView
from monitor.posture import AreaLevel, Hold, Posture, Rung, Stand
from monitor.web import asked, map, place, text
from monitor.web.tongues import Tongue
from tests.fakes import START, page, source
from tests.test_pipeline import COUP, ORDER
from tests.test_web import Site

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
EN, FR = Tongue(Language.EN), Tongue(Language.FR)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.store.close()


def posture(*rungs: Rung, level: int | None = 4, areas: dict[str, str] | None = None, quote: str = "") -> Posture:
    words = {3: "Level 3 - Reconsider travel", 4: "Level 4 - Do not travel", None: ""}[level]
    named = tuple(AreaLevel(area, said) for area, said in (areas or {}).items())
    return Posture(level=level, level_words=words, areas=named, holds=tuple(
        Hold(rung, quote or f"Proof of {rung.value}.", "Advisory") for rung in rungs))  # fmt: skip


def stand(day: float, *rungs: Rung, source_id: str = "mali-page", publisher: str = "us-state", **more: object) -> Stand:
    return Stand(source_id=source_id, publisher=publisher, taken_at=START + timedelta(days=day),
                 posture=posture(*rungs, **more))  # type: ignore[arg-type]  # fmt: skip


def note(site: Site, day: float, made: Posture, **changed: object) -> None:
    site.store.note_stand(source(**changed), START + timedelta(days=day), made)  # type: ignore[arg-type]


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", words)))


# -- where it stands ------------------------------------------------------------------
def test_the_ladder_shows_each_rung_with_its_sentence_its_section_and_since_when(site: Site) -> None:
    site.desk.look(page())
    note(site, 1, posture(Rung.CURFEW))
    note(site, 2, posture(Rung.CURFEW, Rung.ORDERED))
    site.desk.clock.forward(days=3)
    got = plain(site.text("/destinations/mali"))
    assert "Staff ordered to leave Proof of ordered_departure. since 2026-06-11 06:00 UTC · in “Advisory” · mali" in got
    assert "Curfew Proof of curfew. since 2026-06-10 06:00 UTC" in got
    assert got.index("Staff ordered to leave Proof") < got.index("Curfew Proof")
    assert "Not in force: People are told to leave or shelter · Embassy closed or its work suspended" in got


def test_routes_and_publishers_that_disagree_are_both_shown(site: Site) -> None:
    feed = source("mali-feed", url="https://travel.state.gov/x.html")
    british = source("mali-uk", publisher="uk-fcdo", kind="uk-page", url="https://www.gov.uk/foreign-travel-advice/mali")
    site.store.sync_sources([source(), feed, british], START)
    note(site, 1, posture(Rung.ORDERED))
    site.store.note_stand(feed, START + timedelta(days=1), posture(level=3))
    site.store.note_stand(british, START + timedelta(days=1), posture(Rung.AIR, level=None))
    site.desk.clock.forward(days=2)
    got = plain(site.text("/destinations/mali"))
    assert "The publishers do not agree" in got and "Its own pages and feeds disagree" in got
    assert "Level 4 - Do not travel" in got and "Level 3 - Reconsider travel" in got and "Not on mali-feed." in got
    assert "UK Foreign, Commonwealth & Development Office States no level" in got


def test_a_destination_that_was_never_read_says_so_and_one_that_never_was_is_not_there(site: Site) -> None:
    site.store.sync_sources([source()], START)
    got = site.text("/destinations/mali")
    assert EN("place.no_stands") in got and EN("place.text.none") in got and "Last verified never" in got
    for key in ("niger", "x" * 500, "a%00b", "%F0%9F%92%A9", "..%2f..%2fetc"):
        assert site.client.get(f"/destinations/{key}").status_code == 404, key


def test_a_destination_that_is_watched_no_longer_keeps_its_page(site: Site) -> None:
    site.desk.look(page())
    site.desk.look(page(words=COUP))
    site.store.sync_sources([], START)
    got = site.text("/destinations/mali")
    assert EN("place.gone") in got and "coup" in got and "What it says now" not in got


# -- where ----------------------------------------------------------------------------
def test_the_map_shades_the_gravest_advice_and_says_the_same_in_words() -> None:
    made = map.drawn("Mali", named=[
        stand(0, level=3, areas=dict.fromkeys(("Gao Region", "Ménaka Region"), "Level: 4 - Do not travel")),
        stand(0, level=3, source_id="feed"),
        stand(0, level=None, source_id="uk", publisher="uk-fcdo",
              areas={"the Kidal region, and Sokoura": "advises against all travel",
                     "the rest of Mali except Bamako": "advises against all but essential travel"}),
    ])  # fmt: skip
    assert made is not None
    grades = {one.outline.key: one.grade.name for one in made.shapes}
    assert grades == dict.fromkeys(grades, "RECONSIDER") | {"gao": "STAY_AWAY", "kidal": "STAY_AWAY"}
    said = [(one.grade.name, one.publisher, one.everywhere, one.regions[:3]) for one in made.advice]
    assert said[:3] == [("STAY_AWAY", "uk-fcdo", False, ("Kidal",)),
                        ("STAY_AWAY", "us-state", False, ("Gao", "Ménaka")),
                        ("RECONSIDER", "uk-fcdo", False, ("Kayes", "Koulikoro", "Sikasso"))]  # fmt: skip
    assert said[3][2] is True and len(said) == 4 and made.elsewhere == ("Sokoura",) and not made.marks_change


@pytest.mark.parametrize(
    ("words", "level", "grade"),
    [("Level 4 - Do not travel", 4, 3), ("Avoid all travel", None, 3), ("advises against all travel to", None, 3),
     ("advises against all but essential travel", None, 2), ("Avoid non-essential travel", None, 2),
     ("Reconsider your need to travel", None, 2), ("Exercise a high degree of caution", None, 1),
     ("Exercise normal precautions", 1, 0), ("Red", 4, 3), ("Red", 5, 3), ("Amber", 2, 1), ("Amber", None, 0)],
)  # fmt: skip
def test_advice_is_graded_by_its_words_and_else_by_its_level(words: str, level: int | None, grade: int) -> None:
    assert map.graded(words, level) == grade


def test_the_map_marks_what_a_change_touches_and_only_what_means_something(site: Site) -> None:
    site.desk.look(page())
    site.desk.look(page(words="Armed groups attacked the town of Ansongo and killed nine people."))
    (change,) = site.store.changes()
    made = map.drawn("Mali", touched=map.texts(change))
    assert made is not None and made.marks_change
    assert [one.outline.key for one in made.shapes if one.touched] == ["gao"] and made.touched == ("Gao (Ansongo)",)
    quiet = replace(change, findings=tuple(replace(one, severity=Severity.NONE) for one in change.findings))
    assert map.texts(quiet) == ()
    with site.app.test_request_context("/?lang=en"):
        macro = site.app.jinja_env.from_string(
            '{% from "map.html.j2" import map with context %}{{ map(picture) }}')  # fmt: skip
        site.app.update_template_context(known := {"picture": made})
        laid_out = macro.render(**known)
    assert laid_out.count('fill="url(#map-hatch)"') == 1 and "Named in this change:</strong> Gao (Ansongo)" in laid_out


def test_a_country_that_nobody_drew_has_no_map(site: Site) -> None:
    assert map.drawn("Niger") is None
    site.desk.look(page())
    assert "Natural Earth" in site.text("/destinations/mali") and "before 2016" in site.text("/destinations/mali")


# -- how often ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "english", "french"),
    [
        ([10, 100, 310, 520, 915, 950, 999], "Third posture change in 90 days; the median before was one in 210 days.",
         "Troisième changement de posture en 90 jours ; avant cela, la médiane était d’un tous les 210 jours."),
        ([100], "No posture change in the last 90 days; one in the 910 days that we watched before.",
         "Aucun changement de posture ces 90 derniers jours ; un pendant les 910 jours de veille précédents."),
        ([950], "First posture change in 90 days; none in the 910 days that we watched before.",
         "Premier changement de posture en 90 jours ; aucun pendant les 910 jours de veille précédents."),
        ([*range(950, 962)], "12 posture changes in 90 days; none in the 910 days that we watched before.",
         "12 changements de posture en 90 jours ; aucun pendant les 910 jours de veille précédents."),
    ],
)  # fmt: skip
def test_base_rates_are_put_into_words(days: list[int], english: str, french: str) -> None:
    since = datetime(2024, 1, 1, tzinfo=UTC)
    found = rates.rate([since + timedelta(days=day) for day in days], since=since, now=since + timedelta(days=1000))
    assert (place.words_of(found, EN), place.words_of(found, FR)) == (english, french)


def test_a_young_watch_compares_with_nothing() -> None:
    found = rates.rate([START], since=START, now=START + timedelta(days=20))
    assert place.words_of(found, EN) == (
        "First posture change in 90 days; we have watched for 20 days, too short for a comparison.")  # fmt: skip


def test_the_chart_is_drawn_by_the_server_with_a_title_and_a_table(site: Site) -> None:
    site.desk.look(page())
    note(site, 10, posture(Rung.AUTHORIZED))
    note(site, 20, posture(Rung.CURFEW, level=3))
    site.desk.clock.forward(days=40)
    got = site.text("/destinations/mali")
    figure = got[got.index('<figure class="chart">') : got.index("</figure>", got.index('<figure class="chart">'))]
    assert "Now: Level 3, other measures." in figure and figure.count("<circle") == 3
    assert re.search(r'class="steps level-steps" d="M138,14H\S+V31H416"', figure), figure
    assert "2026-06-29 06:00 UTC" in figure and "Curfew" in figure and "first look" in figure
    assert " style=" not in got and "<script" not in got


def test_a_withdrawn_change_is_marked_and_does_not_count(site: Site) -> None:
    site.desk.look(page())
    site.desk.look(page(words=COUP))
    (change,) = site.store.changes()
    assert len(site.store.moments("mali")) == 1
    bulletin = Bulletin(id="bul_1", kind=MessageKind.WITHDRAWAL, about=change.event_id, destination="mali",
                        created_at=START + timedelta(hours=1), remark="It was a test page.")  # fmt: skip
    site.store.announce(bulletin)
    got = site.text("/destinations/mali")
    assert site.store.moments("mali") == () and 'class="over"' in got and "Withdrawn" in got
    assert f"<s>{html.escape(change.headline)[:20]}" in got


# -- the timeline and its filters -----------------------------------------------------
def test_the_filters_narrow_by_severity_kind_publisher_and_day(site: Site) -> None:
    site.desk.look(page())
    site.desk.clock.forward(days=1)
    site.desk.look(page(phone="+(223) 2021-9999"))
    site.desk.clock.forward(days=1)
    site.desk.look(page(phone="+(223) 2021-9999", words=ORDER))
    (order, phone) = site.store.changes()
    assert order.severity is Severity.CRITICAL and phone.severity.rank < order.severity.rank

    def listed(query: str) -> list[str]:
        got = site.text(f"/destinations/mali?{query}")
        return re.findall(r'<h3 class="line"><a href="/changes/(\w+)', got[got.index('id="timeline"') :])

    both = [order.event_id, phone.event_id]
    assert listed("") == both == listed("severity=none") == listed("publisher=us-state&kind=&from=&to=")
    assert listed("severity=critical") == listed("kind=posture") == [order.event_id]
    assert listed("kind=contacts") == [phone.event_id] and listed("kind=health") == []
    assert listed(f"from={order.taken_at:%Y-%m-%d}") == [order.event_id]
    assert listed(f"to={phone.taken_at:%Y-%m-%d}") == [phone.event_id]
    assert listed(f"before={order.id}") == [phone.event_id]
    kept = site.text("/destinations/mali?lang=fr&kind=posture&severity=high")
    assert '<input type="hidden" name="lang" value="fr">' in kept and '<option value="posture" selected>' in kept


def test_a_long_timeline_is_turned_page_by_page_and_nothing_is_shown_twice(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "PAGE", 2)
    site.desk.look(page())
    for number in range(5):
        site.desk.clock.forward(days=1)
        site.desk.look(page(phone=f"+(223) 2021-333{number}"))
    seen, path = list[str](), "/destinations/mali?kind=contacts"
    while path:
        got = site.text(path)
        seen += re.findall(r'<h3 class="line"><a href="/changes/(\w+)', got)
        following = re.search(r'rel="next" href="([^"#]+)', got)
        path = html.unescape(following.group(1)) if following else ""
        assert not path or "kind=contacts" in path
    assert seen == [change.event_id for change in site.store.changes()] and len(set(seen)) == 5


@pytest.mark.parametrize(
    "query",
    ["severity=grave", "severity=%00", "publisher=nobody", "kind=weather", "kind=posture%27", "from=yesterday",
     "from=2026-13-01", "to=0001-01-01", "to=9999-12-31", "from=2026-06-02&to=2026-06-01", "before=0", "before=-1",
     "before=x", "before=" + "9" * 40, "before=%D9%A7", "from=2026-06-01T00:00"],
)  # fmt: skip
def test_a_filter_that_nobody_understands_is_refused_in_both_languages(site: Site, query: str) -> None:
    site.desk.look(page())
    for language in Language:
        answer = site.client.get(f"/destinations/mali?{query}&lang={language}")
        assert answer.status_code == 400, query
        name = "order" if "&" in query else query.partition("=")[0]
        assert Tongue(language)(f"place.wrong.{name}") in html.unescape(answer.get_data(as_text=True))
    assert site.client.get("/destinations/mali?source=nobody").status_code == 404


def test_every_kind_in_the_list_has_facts_that_exist() -> None:
    from monitor.model import FACT_KINDS

    assert all(kinds and kinds <= FACT_KINDS for kinds in asked.KINDS.values())


# -- what it says now -----------------------------------------------------------------
def test_the_text_stands_section_by_section_under_headings_in_order(site: Site) -> None:
    site.desk.look(page(words="Drink bottled water only in the north."))
    got = site.text("/destinations/mali")
    assert re.search(r"<details class=\"part\"><summary><h3 lang=\"en\">Travel advisory", got)
    assert "Drink bottled water only in the north." in got

    levels = [int(number) for number in re.findall(r"<h([1-6])[ >]", got)]
    assert levels[0] == 1 and levels.count(1) == 1 and 4 in levels
    assert all(then <= now + 1 for now, then in pairwise(levels))


def test_a_kept_page_is_cut_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.desk.look(page())
    cuts = list[str]()
    real = text.sources.cut
    monkeypatch.setattr(text.sources, "cut", lambda source, kept: cuts.append(source.id) or real(source, kept))
    for _ in range(3):
        site.text("/destinations/mali")
    assert cuts == ["mali-page"]
    site.desk.look(page(words=COUP))
    cuts.clear()
    for _ in range(3):
        assert "coup" in site.text("/destinations/mali")
    assert cuts == ["mali-page"]


def test_the_link_leads_to_the_publishers_page_and_not_to_its_feed() -> None:
    def view(source_id: str, kind: str, url: str, publisher: str = "us-state") -> SourceView:
        from monitor.model import SourceState

        return SourceView(state=SourceState(source_id=source_id, baseline_id=1, last_good_at=START), url=url, kind=kind,
                          publisher=publisher, destination="mali", destination_name="Mali", level="",
                          last_change=None)  # fmt: skip

    us = view("page", "us-page", "https://travel.state.gov/mali.html")
    rss = view("rss", "us-rss", "https://travel.state.gov/feed.xml")
    uk = view("uk", "uk-api", "https://www.gov.uk/api/content/foreign-travel-advice/mali", "uk-fcdo")
    views = (rss, us, uk)
    assert text.reading_address(rss, views) == us.url == text.reading_address(us, views)
    assert text.reading_address(rss, (rss, uk)) == rss.url
    assert text.reading_address(uk, views) == "https://www.gov.uk/foreign-travel-advice/mali"
    assert text.chosen((rss, us), "") is us and text.chosen((rss, us), "rss") is rss and text.chosen((), "") is None


# -- hostile words, and both languages ------------------------------------------------
def test_nothing_that_a_source_wrote_becomes_markup(site: Site) -> None:
    hostile = html.escape(EVIL)
    site.desk.look(page(name="Republic of Mali"))
    site.desk.look(page(words=f"{ORDER} {hostile}"))
    made = Posture(level=4, level_words=EVIL, areas=(AreaLevel(EVIL, EVIL),), risks=(EVIL,),
                   holds=(Hold(Rung.CURFEW, EVIL, EVIL),))  # fmt: skip
    note(site, 1, made)
    site.desk.clock.forward(days=2)
    for language in Language:
        got = site.text(f"/destinations/mali?lang={language}")
        assert "<script" not in got and "<img" not in got and "&gt;49" not in got
        assert "&lt;script&gt;" in got


def test_the_page_speaks_french(site: Site) -> None:
    site.desk.look(page())
    note(site, 1, posture(Rung.CURFEW))
    site.desk.clock.forward(days=2)
    got = site.text("/destinations/mali?lang=fr&zone=Africa/Bamako")
    assert "La situation actuelle" in got and "Couvre-feu" in got and "Carte des régions du Mali" in got
    assert 'lang="en">Proof of curfew' in got and "Where" not in plain(got)


def test_what_is_shown_of_a_change_that_nobody_is_told_needs_to_be_asked_for(site: Site) -> None:
    site.desk.look(page())
    site.desk.clock.forward(days=1)
    site.desk.look(page(issued="June 9, 2026"))
    found = site.store.changes()
    assert [one.state for one in found] == [ChangeState.SILENT]
    assert found[0].event_id not in site.text("/destinations/mali")
    assert found[0].event_id in site.text("/destinations/mali?severity=none")
