"""The page of a change: what a reader sees in ten seconds, and what an auditor can prove."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import Engine, event

from monitor.audience import Bulletin, Channel, Language, MessageKind, Subscription, Wishes
from monitor.model import (
    Change,
    ChangeIntent,
    ChangeKind,
    ChangeState,
    Comparison,
    Destination,
    Finding,
    Outcome,
    Page,
    Record,
    Severity,
    Visit,
)
from monitor.posture import AreaLevel, Hold, Posture, Rung
from monitor.web import findings
from tests.fakes import START, page, source
from tests.test_pipeline import COUP, ORDER
from tests.test_web import HOSTILE, Site
from tests.web.pages import Seen

NOTE = "Updated to reflect changes to health information."


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site(source(), source("mali-rss"))
    yield made
    made.store.close()


def told(site: Site, *found: Finding, note: str | None = None, posture: Posture | None = None, body: bytes = b"after",
         state: ChangeState = ChangeState.TOLD, headline: str = "Mali: something — new") -> str:  # fmt: skip
    """Store a change with exactly these findings; its event id."""
    at = site.desk.clock.forward(hours=1)
    one = site.desk.sources[0]
    severity = max((f.severity for f in found), key=lambda s: s.rank, default=Severity.NONE)
    made = Comparison(outcome=Outcome.CHANGED, severity=severity, headline=headline, findings=found, note=note)
    visit = Visit(source=one, taken_at=at, outcome=Outcome.CHANGED, comparison=made, status=200, elapsed=0.4,
                  page=Page(url=one.url, body=body, taken_at=at))  # fmt: skip
    intent = ChangeIntent(comparison=made, state=state, confirmed=True, level="Level 4 - Do not travel")
    return site.store.record(Record(visit=visit, next_due_at=at, new_baseline=True, change=intent,
                                    posture=posture)).event_id  # fmt: skip


def finding(severity: Severity = Severity.HIGH, before: str | None = None, after: str | None = "News.",
            section: str = "Safety", **more: object) -> Finding:  # fmt: skip
    kind = more.pop("kind", ChangeKind.EDITED if before and after else ChangeKind.ADDED if after else
                    ChangeKind.REMOVED)  # fmt: skip
    unannounced, rule = bool(more.pop("unannounced", False)), str(more.pop("rule", "wording"))
    change = Change(section=section, kind=kind, before=before, after=after, **more)  # type: ignore[arg-type]
    return Finding(change=change, severity=severity, rule=rule, summary="", unannounced=unannounced)


def plain(got: str) -> str:
    """The words of a page, as they are read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", got)).split())


# -- in ten seconds --------------------------------------------------------------------
def test_what_matters_first_stands_first(site: Site) -> None:
    site.desk.look(page(level=3))
    _, recorded = site.desk.look(page(level=4, words=ORDER))
    words = plain(site.text(f"/changes/{recorded.event_id}").partition("<main")[2])
    order = ["Critical act now", "level raised 3 → 4", "Not yet confirmed", "Single source", "What came before",
             "Level 3 - Reconsider travel", "Level 4 - Do not travel", "What changed", "Three times",
             "Proof"]  # fmt: skip
    places = [words.index(one) for one in order]
    assert places == sorted(places)


def test_every_source_that_showed_it_stands_with_its_time_and_its_own_change(site: Site) -> None:
    for which in (0, 1):
        site.desk.look(page(), which)
    _, first = site.desk.look(page(words=COUP), 0)
    _, second = site.desk.look(page(words=COUP), 1, minutes=4)
    got = site.text(f"/changes/{first.event_id}")
    sure = got.partition('aria-labelledby="sure"')[2].partition("</section>")[0]
    assert "2 sources of this publisher show it" in sure and "<strong>mali-page</strong>" in sure
    assert f'<a href="/changes/{second.event_id}">mali-rss</a>' in sure
    assert sure.index("2026-06-09 09:00 UTC") < sure.index("2026-06-09 09:04 UTC")
    other = site.text(f"/changes/{second.event_id}")
    assert f'<a href="/changes/{first.event_id}">The change that was told, seen on mali-page</a>' in other


def test_the_advice_before_and_now_stands_side_by_side_measure_by_measure(site: Site) -> None:
    hold = Hold(Rung.AUTHORIZED, "Staff may leave."), Hold(Rung.ORDERED, "Staff were ordered to leave.")
    told(site, finding(), posture=Posture(level=3, level_words="Level 3", risks=("Crime",), holds=hold[:1],
                                          areas=(AreaLevel("Kayes", "Level 4"),)))  # fmt: skip
    name = told(site, finding(), body=b"newer", posture=Posture(
        level=4, level_words="Level 4", risks=("Crime", "Health"), holds=hold[1:],
        areas=(AreaLevel("Kayes", "Level 3"),)))  # fmt: skip
    rows = re.findall(r'<th scope="row".*?</tr>', site.text(f"/changes/{name}").partition("<h2 id=\"what\">")[0], re.S)
    assert [plain(row) for row in rows] == [
        "Level Level 3 Level 4",
        "Measures Staff may leave Staff ordered out or withdrawn",
        "Risks named Crime Crime, Health",
        "Kayes Level 4 Level 3",
    ]


def test_what_was_taken_back_stands_above_all_else(site: Site) -> None:
    name = told(site, finding())
    site.store.announce(Bulletin(id="cor_1", kind=MessageKind.CORRECTION, created_at=START, about=name,
                                 remark="It was the other embassy."))  # fmt: skip
    main = plain(site.text(f"/changes/{name}").partition("<main")[2])
    assert main.index("It was the other embassy.") < main.index("High review today")


def test_the_change_before_and_the_one_since_are_linked_with_their_age(site: Site) -> None:
    first = told(site, finding(), body=b"1", headline="Mali: the first")
    told(site, finding(Severity.NONE), body=b"2", state=ChangeState.SILENT, headline="Mali: nothing")
    second = told(site, finding(), body=b"3", headline="Mali: the second")
    third = told(site, finding(), body=b"4", headline="Mali: the third")
    got = site.text(f"/changes/{second}")
    assert f'rel="prev" href="/changes/{first}">Mali: the first</a>' in got and "3 hours ago" in got
    assert f'rel="next" href="/changes/{third}">Mali: the third</a>' in got and "Mali: nothing" not in got
    assert "No earlier change" in site.text(f"/changes/{first}") and "Nothing was told since" in site.text(
        f"/changes/{third}")  # fmt: skip


# -- findings --------------------------------------------------------------------------
def test_findings_stand_gravest_first_and_those_of_one_section_together(site: Site) -> None:
    given = [finding(Severity.LOW, after="a", section="X"), finding(Severity.HIGH, after="b", section="Y"),
             finding(Severity.HIGH, after="c", section="Z"), finding(Severity.HIGH, after="d", section="Y"),
             finding(Severity.NONE, after="e", section="Y"),
             finding(Severity.CRITICAL, after="f", section="Z")]  # fmt: skip
    made = findings.laid_out(given, Language.EN)
    shown = [(item.number, item.new[0].text) for grade in made.grades for item in grade.items]
    assert shown == [(1, "f"), (2, "b"), (3, "d"), (4, "c"), (5, "a")]
    assert [item.number for item in made.quiet] == [6] and made.total == 5


def test_every_rule_has_a_reason_in_words_in_both_languages(site: Site) -> None:
    name = told(site, finding(rule="acute-dated", after="A coup."), finding(rule="no-such-rule", after="Odd."))
    english, french = (unescape(site.text(f"/changes/{name}{asked}")) for asked in ("", "?lang=fr"))
    assert "Why: an attack, coup, closure or the like, dated or going on now." in english
    assert "attentat, coup d’État, fermeture ou fait semblable, daté ou en cours." in french
    assert "Why: no such rule." in english


@pytest.mark.parametrize("view", ["", "?view=side"])
def test_removed_and_added_words_are_marked_for_eyes_and_ears_in_both_views(site: Site, view: str) -> None:
    name = told(site, finding(before="The curfew ends at 5 a.m. in town.", after="The curfew ends at 6 a.m. in town."))
    got = site.text(f"/changes/{name}{view}")
    assert re.search(r'<del><span class="hidden">removed: </span>5 a.m.</del>', got)
    assert re.search(r'<ins><span class="hidden">added: </span>6 a.m.</ins>', got)
    assert Seen(got).problems() == []


def test_side_by_side_is_a_table_with_headings_for_rows_and_columns_and_each_side_verbatim(site: Site) -> None:
    name = told(site, finding(before="Four areas are closed.", after="Five areas are closed."), finding(after="New."))
    got = site.text(f"/changes/{name}?view=side")
    table = got.partition('<table class="side"')[2].partition("</table>")[0]
    assert table.count('scope="col"') == 3 and table.count('scope="row"') == 2
    cells = [plain(re.sub(r"<span class=\"(?:hidden|stacked)\".*?</span>", "", cell))
             for cell in re.findall(r"<td.*?</td>", table, re.S)]  # fmt: skip
    assert cells == ["Four areas are closed.", "Five areas are closed.", "nothing there", "New."]
    assert f'href="/changes/{name}#what"' in got and "view=side#what" in site.text(f"/changes/{name}")


@pytest.mark.parametrize(
    ("came_from", "words"),
    [(("Health", "Hospitals"), "They stood before under: Health › Hospitals"),
     (("Safety",), "elsewhere in this part of the page"), ((), "they stand elsewhere on the page")],
)  # fmt: skip
def test_moved_words_say_where_they_stood_before(site: Site, came_from: tuple[str, ...], words: str) -> None:
    name = told(site, finding(Severity.NONE, before="Same.", after="Same.", kind=ChangeKind.MOVED,
                              moved_from=came_from, rule="same-words"))  # fmt: skip
    got = site.text(f"/changes/{name}")
    assert words in plain(got) and "<del>" not in got and "<ins>" not in got


def test_a_moved_passage_keeps_its_old_place_from_the_page_to_the_reader(site: Site) -> None:
    lead, moved = "Keep your papers in a safe place at all times.", "Hospitals ask for cash before they treat you."

    def body(first: str, second: str) -> bytes:
        return page(words=f"</p><h4>Crime</h4><p>{lead} {first}</p><h4>Medical care</h4><p>Clinics are few. {second}")

    site.desk.look(body(moved, ""))
    _, recorded = site.desk.look(body("", moved))
    stored = site.store.change(recorded.event_id)
    assert stored is not None
    (found,) = [one.change for one in stored.findings if one.change.kind is ChangeKind.MOVED]
    assert found.after == moved and found.moved_from[-1] == "Crime" and found.heading_path[-1] == "Medical care"
    assert "They stood before under: Advisory summary" in plain(site.text(f"/changes/{recorded.event_id}")) or (
        "› Crime" in plain(site.text(f"/changes/{recorded.event_id}")))  # fmt: skip


@pytest.mark.parametrize(("kind", "words"), [(ChangeKind.SPLIT, "One passage became several"),
                                             (ChangeKind.MERGED, "Several passages became one")])  # fmt: skip
def test_what_was_split_or_merged_is_said_in_words(site: Site, kind: ChangeKind, words: str) -> None:
    name = told(site, finding(Severity.NONE, before="A. B.", after="A. B.", kind=kind, rule="same-words"))
    assert words in site.text(f"/changes/{name}")


def test_differences_without_meaning_are_counted_collapsed_and_still_there(site: Site) -> None:
    name = told(site, finding(), *(finding(Severity.NONE, after=f"Trifle {n}.", section=f"S{n}") for n in range(3)))
    got = site.text(f"/changes/{name}")
    folded = got.partition("<details")[2].partition("</details>")[0]
    assert "3 differences without change of meaning" in folded and not got.count("<details open")
    assert all(f"Trifle {n}." in folded for n in range(3))


def test_what_the_note_leaves_out_is_named_and_linked(site: Site) -> None:
    name = told(site, finding(unannounced=True, section="Terrorism", after="A threat."), finding(after="x"), note=NOTE)
    got = site.text(f"/changes/{name}")
    figure = got.partition("<figure>")[2].partition("</figure>")[0]
    assert NOTE in figure and "Terrorism" in figure and '<a href="#f1">' in figure
    assert got.count("The publisher’s note does not mention this.") == 1


def test_a_page_of_many_long_findings_is_laid_out_within_bounds_and_hides_nothing() -> None:
    long = [finding(before=f"{n} " + "old word " * 700, after=f"{n} " + "new thing " * 700, section=str(n))
            for n in range(40)]  # fmt: skip
    made = findings.laid_out(long, Language.EN)
    assert made.total == 40
    last = made.grades[0].items[-1]
    assert "".join(mark.text for mark in last.old) == long[-1].change.before
    assert "".join(mark.text for mark in last.new) == long[-1].change.after


def test_every_finding_is_reached_by_a_link_from_the_one_before_it(site: Site) -> None:
    name = told(site, *(finding(after=f"News {n}.", section=f"S{n}") for n in range(3)))
    seen = Seen(site.text(f"/changes/{name}"))
    assert [one for one in seen.links if re.fullmatch(r"#f\d", one)] == ["#f2", "#f3"] and seen.problems() == []


# -- proof -----------------------------------------------------------------------------
def test_both_captures_stand_with_hash_and_place_in_the_chain(site: Site) -> None:
    site.desk.look(page())
    _, recorded = site.desk.look(page(words=COUP))
    stored = site.store.change(recorded.event_id)
    assert stored is not None
    got = site.text(f"/changes/{recorded.event_id}")
    for sha, at in ((stored.before_sha256, START.replace(hour=7)), (stored.after_sha256, START.replace(hour=8))):
        link = site.store.chain_place("mali-page", at)
        assert link is not None and sha in got and link.link in got and f"No. {link.position} in the chain" in got


def test_proof_is_linked_where_it_is_served(site: Site) -> None:
    name = told(site, finding())
    got = site.text(f"/changes/{name}")
    stored = site.store.change(name)
    assert stored is not None and f'href="/changes/{name}/evidence.zip"' in got
    assert f'href="/captures/{stored.after_snapshot_id}"' in got
    assert f"/api/v1/changes/{name}" in got and f"/changes/{name}.cap" in got.replace("/cap", ".cap")


def test_operators_see_messages_counted_by_state_without_an_address_and_in_one_query(site: Site) -> None:
    for n in range(30):
        site.store.add_subscription(Subscription(
            id=f"sub_x{n}", channel=Channel.MAIL, address=f"reader{n}@ngo.example", created_at=START,
            wishes=Wishes(floor=Severity.LOW)))  # fmt: skip
    name = told(site, finding())
    site.desk.deliver()
    token = "t" * 43
    site.store.issue_pass(token, kind="token", name="desk", now=site.desk.clock(), expires_at=None)
    asked: list[str] = []

    def listen(_conn: object, _cursor: object, sql: str, *_more: object) -> None:
        asked.append(sql)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        answer = site.client.get(f"/changes/{name}", headers={"Authorization": f"Bearer {token}"})
        got = answer.get_data(as_text=True)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    assert "30 waiting" not in site.text(f"/changes/{name}")
    assert "30 waiting" in got and "1 sent" in got and "@ngo.example" not in got
    assert len(asked) <= 15 and sum("deliveries" in sql for sql in asked) == 1


def test_the_permanent_address_keeps_no_language_and_no_view(site: Site) -> None:
    name = told(site, finding())
    got = site.text(f"/changes/{name}?lang=fr&view=side&zone=Africa/Bamako")
    assert f'<a href="/changes/{name}">https://watch.example/changes/{name}</a>' in got


def test_three_times_stand_on_the_readers_clock_with_utc(site: Site) -> None:
    name = told(site, finding())
    got = plain(site.text(f"/changes/{name}?zone=Asia/Tokyo").partition("Three times")[2])
    assert "Stated by the source not stated" in got and "2026-06-09 07:00 UTC (16:00 Tokyo)" in got
    assert "Source last verified" in got


# -- manners ---------------------------------------------------------------------------
@pytest.mark.parametrize("asked", ["", "?lang=fr", "?view=side", "?view=side&lang=fr"])
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_every_field_of_a_change_stay_words(site: Site, words: str, asked: str) -> None:
    area = AreaLevel(words, words)
    told(site, finding(after="x"), posture=Posture(level_words="Level 1"))
    name = told(
        site, finding(before=f"Before {words}", after=f"After {words}", section=words, heading_path=(words, "x"),
                      rule=words, unannounced=True),
        finding(Severity.NONE, before=words, after=words, kind=ChangeKind.MOVED, moved_from=(words, words)),
        note=words, headline=words, body=b"y",
        posture=Posture(level_words=words, risks=(words,), areas=(area,)),
    )  # fmt: skip
    got = site.text(f"/changes/{name}{asked}")
    assert Seen(got).problems() == []
    assert words in unescape(got)


@pytest.mark.parametrize("asked", ["?view=", "?view=SIDE", "?view[]=x", "?view=%00", "?zone=%00", "?lang=xx"])
def test_odd_words_in_the_address_give_the_plain_page(site: Site, asked: str) -> None:
    name = told(site, finding())
    answer = site.client.get(f"/changes/{name}{asked}")
    assert answer.status_code == 200 and '<table class="side"' not in answer.get_data(as_text=True)


def test_the_publishers_words_are_marked_as_english_on_a_french_page(site: Site) -> None:
    name = told(site, finding(after="Violence broke out."), note=NOTE)
    got = site.text(f"/changes/{name}?lang=fr")
    assert '<p class="words" lang="en">' in got and '<blockquote lang="en">' in got
    assert 'lang="en"' not in site.text(f"/changes/{name}").partition("<main")[2]


def test_an_ordinary_change_is_small_enough_for_a_slow_line(site: Site) -> None:
    import gzip

    site.desk.look(page(level=3))
    _, recorded = site.desk.look(page(level=4, words=f"{COUP}\n{ORDER}"))
    made = site.client.get(f"/changes/{recorded.event_id}").data
    styles = [site.client.get(f"/static/{name}").data for name in ("style.css", "change.css")]
    assert sum(len(gzip.compress(one)) for one in (made, *styles)) < 20_000


def test_the_map_hatches_what_the_change_names_under_todays_advice(site: Site) -> None:
    told(site, finding(after="Do not travel to the Gao Region."),
         posture=Posture(level=3, level_words="Level 3",
                         areas=(AreaLevel("Kidal Region", "Level 4 - Do not travel"),)))  # fmt: skip
    name = site.store.changes(limit=1)[0].event_id
    got = site.text(f"/changes/{name}")
    where = plain(got.partition('<section class="where"')[2].partition("</section>")[0])
    assert got.count('class="map-touched"') == 1 and "Named in this change: Gao" in where and "Kidal" in where
    assert got.index('id="what"') < got.index('id="where"') and "map.css" in got


def test_a_change_that_names_no_region_says_so_and_a_country_that_nobody_drew_has_no_map() -> None:
    niger = Destination(key="niger", name="Niger")
    site = Site(source(), source("niger-page", destination=niger))
    name = told(site, finding(after="Carry your papers."))
    assert "no single region" in site.text(f"/changes/{name}") and "where idle" in site.text(f"/changes/{name}")
    site.desk.sources = site.desk.sources[::-1]
    other = site.text(f"/changes/{told(site, finding(after='Do not travel to Agadez.'))}")
    assert "map.css" not in other and 'id="where"' not in other
    site.store.close()
