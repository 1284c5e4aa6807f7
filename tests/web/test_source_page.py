"""The page of a source, and two of its captures compared."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import Engine, event
from werkzeug.exceptions import TooManyRequests

from monitor.errors import FetchError
from monitor.history import Capture
from monitor.model import Outcome, Page, Record, Visit
from monitor.web import compared, timing
from tests.fakes import START, page, source
from tests.test_pipeline import COUP
from tests.test_web import HOSTILE, Site
from tests.web.pages import Seen

REFUSED = FetchError("The server refused us.", outcome=Outcome.BLOCKED, status=403)
HERE = "/sources/mali-page"


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site(source(), source("mali-rss"))
    yield made
    made.store.close()


def looked(site: Site, count: int, *, elapsed: float = 0.5, outcome: Outcome = Outcome.UNCHANGED) -> None:
    """So many looks, an hour apart."""
    for _ in range(count):
        at = site.desk.clock.forward(hours=1)
        visit = Visit(source=site.desk.sources[0], taken_at=at, outcome=outcome, elapsed=elapsed, reason="",
                      status=200 if outcome.good else None)  # fmt: skip
        site.store.record(Record(visit=visit, next_due_at=at + timedelta(hours=1), failures=0 if outcome.good else 1))


def plain(got: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", got)).split())


def rows(got: str, table: str) -> list[str]:
    body = got.partition(f'<table class="{table}"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [plain(row) for row in re.findall(r"<tr.*?</tr>", body, re.S)]


# -- the source ------------------------------------------------------------------------
def test_a_source_says_what_it_is_how_fresh_and_when_it_is_looked_at_again(site: Site) -> None:
    site.desk.look(page())
    looked(site, 3)
    words = plain(site.text(HERE))
    for one in ("Level 4 - Do not travel", "✓ Fresh", "Last verified just now", "Next look in 1 hour",
                "Pace 1 hour between two looks", "Says of whom Mali · U.S. Department of State", "Read as us-page",
                "https://travel.state.gov/en/international-travel/travel-advisories/mali.html"):  # fmt: skip
        assert one in words, one


@pytest.mark.parametrize(
    ("fresh", "words"),
    [("blind", "✕ Blind since 2026-06-09 08:00 UTC (just now), 1 look in a row. The server refused us."),
     ("late", "◷ Late"), ("never", "… Never seen"), ("over", "⊘ No longer watched.")],
)  # fmt: skip
def test_freshness_is_a_word_and_a_symbol(site: Site, fresh: str, words: str) -> None:
    if fresh != "never":
        site.desk.look(page())
    if fresh == "blind":
        site.desk.look(REFUSED)
    if fresh == "late":
        site.desk.clock.forward(hours=6)
    if fresh == "over":
        site.store.sync_sources((), START)
    assert words in plain(site.text(HERE))


def test_only_the_source_asked_for_is_read_and_a_change_and_a_look_cost_the_same_few_queries(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.desk.look(page())
    site.desk.look(page(words=COUP))
    looked(site, 60)

    def everything() -> None:
        raise AssertionError("the page of one source read them all")

    monkeypatch.setattr(site.store, "overview", everything)
    asked: list[str] = []

    def listen(_conn: object, _cursor: object, sql: str, *_more: object) -> None:
        asked.append(sql)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        assert site.client.get(HERE).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    assert len(asked) <= 14


def test_outcomes_are_counted_ever_and_lately_with_the_share_that_saw_the_page(site: Site) -> None:
    looked(site, 2, outcome=Outcome.BLOCKED)
    site.desk.clock.forward(days=40)
    looked(site, 1, outcome=Outcome.UNAVAILABLE)
    site.desk.clock.forward(days=20)
    looked(site, 3)
    assert rows(site.text(HERE), "grid") == [
        "✓ Unchanged 3 3 3", "⊘ Refused 0 0 2", "✕ Not reachable 0 1 1", "Page seen 100.0 % 75.0 % 50.0 %",
    ]  # fmt: skip


def test_looks_are_paged_without_a_gap_or_a_repeat(site: Site) -> None:
    looked(site, 120)
    seen, path, pages = list[str](), HERE, 0
    while path:
        got = site.text(path)
        seen += re.findall(r'<th scope="row"><time datetime="([^"]+)"', got.partition('class="looks"')[2])
        older = re.search(r'<a rel="next" href="([^"]+)#looks">Older ones', got)
        path, pages = unescape(older.group(1)) if older else "", pages + 1
    assert pages == 3 and len(seen) == len(set(seen)) == 120 and seen == sorted(seen, reverse=True)
    assert "To the newest" in got and "To the newest" not in site.text(HERE)


def test_captures_are_listed_with_hash_size_and_place_and_compared_with_the_one_before(site: Site) -> None:
    for n in range(3):
        site.desk.look(page(words=f"{COUP}\nThe hotel has {n + 3} rooms."))
    newest, middle, oldest = site.store.captures("mali-page")
    got = site.text(HERE).partition('id="kept"')[2]
    assert [one for one in re.findall(r"<code>(\w+)</code>", got)] == [newest.sha256, middle.sha256, oldest.sha256]
    assert f"{newest.size / 1024:.1f} KiB · No. {newest.position} in the chain" in got
    pairs = [(newest, middle), (middle, oldest)]
    assert re.findall(r'href="([^"]+)"[^>]*>compare', got) == [
        f"{HERE}/diff?old={old.snapshot_id}&amp;new={new.snapshot_id}" for new, old in pairs]  # fmt: skip
    assert re.findall(r'href="/captures/([^"]+)"[^>]*>download as it came', got) == [
        str(one.snapshot_id) for one in (newest, middle, oldest)]  # fmt: skip


def test_captures_are_paged_and_the_last_of_a_page_is_still_compared_with_the_next(site: Site) -> None:
    for n in range(23):
        site.desk.look(page(words=f"{COUP}\nThe hotel has {n + 3} rooms."))
    first = site.text(HERE)
    assert first.count(">compare with the one before") == 20
    older = re.search(r'<a rel="next" href="([^"]+)#kept">', first)
    assert older is not None
    second = site.text(unescape(older.group(1)))
    assert len(re.findall(r"<code>", second.partition('id="kept"')[2])) == 3
    assert second.count(">compare with the one before") == 2


def test_response_times_are_a_median_a_slow_end_a_line_and_a_table(site: Site) -> None:
    looked(site, 95, elapsed=0.2)
    looked(site, 10, elapsed=3.0)
    got = site.text(HERE)
    assert "at most 0.20 s, 95 of 100 at most 3.00 s" in got
    assert 'role="img" aria-label="Response times of the last 100 answers' in got
    assert len(re.findall(r"<polyline", got)) == 1 and "style=" not in got
    table = got.partition("<details>")[2]
    assert len(rows(table, "grid")) == timing.ROWS and rows(table, "grid")[0].endswith("10 3.00 s 3.00 s")


@pytest.mark.parametrize(
    ("seconds", "p95"), [([1.0], 1.0), ([1.0, 2.0], 2.0), ([float(n) for n in range(1, 21)], 19.0),
                         ([float(n) for n in range(1, 101)], 95.0)],
)  # fmt: skip
def test_the_slow_end_is_the_nearest_rank(seconds: list[float], p95: float) -> None:
    assert timing.ranked(seconds, 0.95) == p95


def test_a_look_that_got_no_answer_has_no_response_time(site: Site) -> None:
    looked(site, 5, elapsed=0.0, outcome=Outcome.UNAVAILABLE)
    assert "How fast it answers" not in site.text(HERE)


# -- two captures ----------------------------------------------------------------------
def pair(site: Site) -> str:
    site.desk.look(page(level=3))
    site.desk.look(page(level=4, words=COUP))
    new, old = site.store.captures("mali-page")
    return f"{HERE}/diff?old={old.snapshot_id}&new={new.snapshot_id}"


def test_two_captures_are_compared_as_a_change_is_shown(site: Site) -> None:
    path = pair(site)
    (change,) = site.store.changes(source_id="mali-page")
    got = site.text(path)
    words = plain(got)
    assert "level raised 3 → 4" in words and "Why: the level of the whole destination rose." in words
    assert f'href="/changes/{change.event_id}"' in got and change.before_sha256 in got and change.after_sha256 in got
    assert '<table class="side"' in site.text(f"{path}&view=side") and Seen(got).problems() == []


def test_a_comparison_is_made_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pair(site)
    first = site.text(path)

    def again(*_: object) -> None:
        raise AssertionError("the same two pages were compared again")

    monkeypatch.setattr(site.store, "snapshot", again)
    assert site.text(path) == first


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("?old=1", 400), ("?new=1", 400), ("?old=x&new=1", 400), ("?old=-1&new=1", 400),
     ("?old=1.5&new=1", 400),
     ("?old=1&new=٢", 400), ("?old=1&new=999999999999999999", 404), ("?old=0&new=1", 400), ("?old=1&new=3", 404),
     ("?old=" + "9" * 40 + "&new=1", 400), ("?old=1%00&new=2", 400)],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_plainly(site: Site, query: str, status: int) -> None:
    pair(site)
    site.desk.look(page(), 1)  # capture 3, of another source
    answer = site.client.get(f"{HERE}/diff{query}")
    assert answer.status_code == status and Seen(answer.get_data(as_text=True)).problems() == []


@pytest.mark.parametrize("name", ["before", "kept"])
@pytest.mark.parametrize("said", ["x", "-1", "0", "1e3", "9" * 40, "%00", "<b>"])
def test_odd_numbers_in_the_address_are_refused_plainly(site: Site, name: str, said: str) -> None:
    site.desk.look(page())
    answer = site.client.get(f"{HERE}?{name}={said}")
    assert answer.status_code == 400 and "<b>" not in answer.get_data(as_text=True)
    assert site.client.get(f"{HERE}?{name}=123456789").status_code == 200


def test_pages_too_large_to_compare_while_one_waits_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pair(site)
    monkeypatch.setattr(compared, "MOST_BYTES", 100)
    answer = site.client.get(path)
    assert answer.status_code == 422 and "monitor compare" in answer.get_data(as_text=True)


def test_only_one_comparison_is_made_at_a_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    pair(site)
    monkeypatch.setattr(compared, "PATIENCE", 0.05)
    comparer = compared.Comparer(site.store)
    portrait = site.store.portrait("mali-page", START)
    assert portrait is not None
    one = Capture(snapshot_id=1, taken_at=START, sha256="", size=1)
    refused = list[int]()

    def ask() -> None:
        try:
            comparer.compare(portrait.view, one, one)
        except TooManyRequests as error:
            refused.append(error.code)

    with comparer._busy:
        other = threading.Thread(target=ask)
        other.start()
        other.join(5)
    assert refused == [429]


def test_captures_that_todays_adapter_cannot_read_are_refused_with_the_reason(site: Site) -> None:
    site.desk.look(page())
    at = site.desk.clock.forward(hours=1)
    visit = Visit(source=site.desk.sources[0], taken_at=at, outcome=Outcome.UNCHANGED,
                  page=Page(url="https://x.example", body=b"\x00not a page", taken_at=at), status=200)  # fmt: skip
    site.store.record(Record(visit=visit, next_due_at=at, new_baseline=True))
    new, old = site.store.captures("mali-page")
    answer = site.client.get(f"{HERE}/diff?old={old.snapshot_id}&new={new.snapshot_id}")
    assert answer.status_code == 422 and "cannot read one of these captures" in answer.get_data(as_text=True)


# -- manners ---------------------------------------------------------------------------
@pytest.mark.parametrize("asked", ["", "lang=fr", "view=side"])
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words_on_both_pages(words: str, asked: str) -> None:
    site = Site(source(publisher=words))
    site.desk.look(page())
    quoted = words.replace("<", "&lt;").replace(">", "&gt;")
    site.desk.look(page(words=f"On June 9, 2026, {quoted} a coup began."))
    site.desk.look(FetchError(words))
    new, old = site.store.captures("mali-page")
    for path in (f"{HERE}?{asked}", f"{HERE}/diff?old={old.snapshot_id}&new={new.snapshot_id}&{asked}"):
        got = site.text(path)
        assert Seen(got).problems() == [], path
        assert words in unescape(got)
    site.store.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_headings_ids_and_references_are_in_order(site: Site, language: str) -> None:
    site.desk.look(page())
    site.desk.look(page(words=COUP))
    site.desk.look(REFUSED)
    assert Seen(site.text(f"{HERE}?lang={language}")).problems() == []
