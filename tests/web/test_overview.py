"""The overview of few and of thousands of destinations, and what answers 304 or keeps itself up to date."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.audience import Bulletin, MessageKind
from monitor.errors import FetchError
from monitor.model import Destination, Outcome, Source
from monitor.places import GRACE, Freshness, Wanted
from monitor.posture import Hold, Posture, Rung
from monitor.web.overview import FEW, PAGE
from tests.fakes import START, page, source
from tests.test_pipeline import COUP, ORDER
from tests.test_web import Site

REFUSED = FetchError("The server refused us.", outcome=Outcome.BLOCKED, status=403)


def place(number: int, name: str = "", **changed: object) -> Source:
    key = f"place-{number:04}"
    there = Destination(key=key, name=name or f"Place {number:04}")
    return source(f"{key}-page", destination=there, url=f"https://a.example/{key}", **changed)


@pytest.fixture
def many() -> Iterator[Site]:
    """More destinations than fit on a page; none was looked at yet."""
    made = Site(*(place(n) for n in range(PAGE + 20)), place(5000, "Île (100%) \\ _odd_", publisher="uk-fcdo"))
    yield made
    made.store.close()


def stand(site: Site, number: int, posture: Posture) -> None:
    site.store.note_stand(site.desk.sources[number], START, posture)


def names(text: str) -> list[str]:
    return re.findall(r"<h3>(?:<a [^>]*>)?([^<]+)(?:</a>)?</h3>", text)


def test_a_few_destinations_are_shown_with_posture_freshness_and_every_source() -> None:
    site = Site(source(), source("mali-rss"))
    site.desk.look(page(level=3, words=f"{ORDER}\nA curfew is in force in Bamako."))
    got = site.text("/")
    assert "Staff ordered out or withdrawn" in got and "and 1 more" in got
    assert "✓</span> Fresh" in got and "mali-rss" in got and "Never seen yet" in got
    site.desk.look(REFUSED)
    assert "✕</span> 1 of 2 sources cannot be seen" in site.text("/")
    site.store.close()


def test_many_destinations_come_by_the_page_in_the_order_of_their_names(many: Site) -> None:
    first, second = names(many.text("/")), names(many.text("/?page=2"))
    assert len(first) == PAGE and len(first + second) == len(set(first + second)) == PAGE + 21
    assert first[:2] == ["Place 0000", "Place 0001"] and second[-1].startswith("Île")
    assert "Page 1 of 2" in many.text("/") and 'rel="next" href="/?page=2#places"' in many.text("/")
    assert many.client.get("/?page=3").status_code == 404
    assert f"{PAGE + 21} destinations" in many.text("/")


@pytest.mark.parametrize(
    ("words", "found"),
    [("place 0007", ["Place 0007"]), ("PLACE 0007", ["Place 0007"]), ("place-0007", ["Place 0007"]), ("nowhere", []),
     ("%", ["Île (100%) \\ _odd_"]), ("_odd_", ["Île (100%) \\ _odd_"]), ("\\", ["Île (100%) \\ _odd_"]),
     ("' or 1=1 --", [])],
)  # fmt: skip
def test_a_search_finds_what_is_typed_and_takes_no_sign_for_a_wildcard(
    many: Site, words: str, found: list[str]
) -> None:
    answer = many.client.get("/", query_string={"q": words}).get_data(as_text=True)
    assert names(answer) == found and ("No destination is like that." in answer) == (not found)


def test_filters_by_level_publisher_and_freshness_can_be_joined(many: Site) -> None:
    for number, level in ((3, 4), (4, 3), (5, 2)):
        many.desk.look(page(level, name=f"Place {number:04}"), number, seconds=1)
    assert names(many.text("/?level=3")) == ["Place 0003", "Place 0004"]
    assert names(many.text("/?publisher=uk-fcdo")) == ["Île (100%) \\ _odd_"]
    assert len(names(many.text("/?stale=1"))) == PAGE and "68 destinations found" in many.text("/?stale=1")
    many.desk.look(REFUSED, 4, seconds=1)
    assert names(many.text("/?level=3&stale=1")) == ["Place 0004"]
    got = many.text("/?level=3&q=x&publisher=us-state&stale=1")
    assert 'value="x"' in got and "<option selected>3</option>" in got and "checked" in got


def test_the_highest_level_and_the_gravest_measure_of_any_publisher_stand_in_the_list(many: Site) -> None:
    holds = (Hold(Rung.CURFEW, "a"), Hold(Rung.BORDER, "b"))
    stand(many, 1, Posture(level=2, level_words="Level 2: Exercise caution", holds=holds))
    got = many.text("/?q=0001")
    assert "Level 2: Exercise caution" in got and "<strong>Curfew</strong>" in got and "and 1 more" in got
    assert "no level stated" in many.text("/?q=0002")


def test_a_stand_that_was_left_behind_does_not_answer_a_filter(many: Site) -> None:
    stand(many, 1, Posture(level=4, level_words="Level 4"))
    many.store.note_stand(many.desk.sources[1], START + timedelta(hours=1), Posture(level=1, level_words="Level 1"))
    assert names(many.text("/?level=4")) == []


def test_freshness_is_late_after_a_quarter_of_an_hour_and_blind_when_no_look_succeeds(many: Site) -> None:
    many.desk.look(page(name="Place 0001"), 1)
    due = many.store.state("place-0001-page").next_due_at
    assert due is not None

    def seen() -> Freshness:
        late = many.desk.clock() - GRACE
        (row,), _ = many.store.places(Wanted(words="0001"), late=late)
        return row.freshness(many.desk.clock())

    assert seen() is Freshness.FRESH
    many.desk.clock.now = due + GRACE
    assert seen() is Freshness.FRESH
    many.desk.clock.forward(seconds=1)
    assert seen() is Freshness.LATE and "◷</span> Late" in many.text("/?q=0001")
    many.desk.look(REFUSED, 1)
    assert seen() is Freshness.BLIND and "✕</span> Blind" in many.text("/?q=0001")
    assert "more than 15 minutes" in many.text("/"), "the page says what the words mean"


def test_recent_changes_stand_above_the_list_and_can_be_filtered(many: Site) -> None:
    name = "Place 0001"
    many.desk.look(page(name=name, phone="+(223) 2021-0001"), 1)
    many.desk.look(page(name=name, phone="+(223) 2021-0002"), 1)
    many.desk.look(page(name=name, phone="+(223) 2021-0002", words=ORDER.replace("Mali", name)), 1)
    got = many.text("/")
    assert got.index("Recent changes") < got.index("Find destinations") and got.count('class="line"') == 2
    assert many.text("/?from=critical").count('class="line"') == 1
    assert "from=high" in got and many.client.get("/?from=none").status_code == 400


def test_what_was_withdrawn_is_marked_wherever_it_stands() -> None:
    site = Site()
    site.desk.look(page())
    _, recorded = site.desk.look(page(words=COUP))
    assert "Withdrawn" not in site.text("/")
    site.store.announce(Bulletin(id="wdr_1", kind=MessageKind.WITHDRAWAL, created_at=START, about=recorded.event_id,
                                 remark="An old copy."))  # fmt: skip
    assert site.text("/").count("Withdrawn") == 2
    site.store.close()


@pytest.mark.parametrize(
    "query",
    ["level=5", "level=0", "level=x", "level=-1", "level=٣", "page=0", "page=-1", "page=x", "page=99999999999",
     "stale=yes", "from=x", "from=", "publisher=nobody", "q=" + "x" * 81, "q=%00"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_words(many: Site, query: str) -> None:
    for language in ("en", "fr"):
        answer = many.client.get(f"/?{query}&lang={language}")
        assert answer.status_code == 400 and len(answer.get_data(as_text=True)) > 500


def test_the_list_speaks_french_and_keeps_the_language_in_its_form(many: Site) -> None:
    got = many.text("/?lang=fr&q=0001")
    assert "1 destination trouvée" in got and '<input type="hidden" name="lang" value="fr">' in got
    assert FEW < PAGE


# -- nothing new -----------------------------------------------------------------------
def test_a_page_that_a_reader_has_is_not_sent_again_until_something_may_differ() -> None:
    site = Site()
    site.desk.look(page(level=3))
    _, recorded = site.desk.look(page(level=4))
    for path in ("/", f"/changes/{recorded.event_id}"):
        mark = site.client.get(path).headers["ETag"]

        def ask(at: str = path, known: str = mark, **more: str) -> int:
            return site.client.get(at, headers={"If-None-Match": known, **more}).status_code

        assert mark.startswith('W/"') and ask() == 304
        assert ask(**{"Accept-Language": "fr"}) == 200 and ask(Authorization="Bearer x") == 200
        assert ask("/?lang=fr" if path == "/" else f"{path}?zone=Asia/Tokyo") == 200
        site.desk.clock.forward(minutes=1)
        assert ask() == 200, "ages are in minutes"
    assert site.client.get("/changes/none").headers.get("ETag") is None
    site.store.close()


def test_a_look_a_settled_change_and_a_withdrawal_each_make_the_page_new() -> None:
    site = Site()
    site.desk.look(page(level=4))
    _, held = site.desk.look(page(level=3))

    def mark() -> str:
        return site.client.get("/").headers["ETag"]

    seen = [mark()]
    for act in (
        lambda: site.desk.look(page(level=3), seconds=0.1),
        lambda: site.store.announce(Bulletin(id="wdr_1", kind=MessageKind.WITHDRAWAL, created_at=START,
                                             about=held.event_id)),
        lambda: site.store.sync_sources(site.desk.sources[:1], START),
    ):  # fmt: skip
        act()
        seen.append(mark())
    assert len(set(seen)) == len(seen) and mark() == seen[-1]
    site.store.close()


def test_live_pages_have_a_plain_link_to_refresh_and_one_script_of_ours(many: Site) -> None:
    got = many.text("/?q=place&lang=fr")
    assert 'href="/?q=place&amp;lang=fr">Actualiser</a>' in got or 'href="/?lang=fr&amp;q=place">Actualiser</a>' in got
    (address,) = re.findall(r'<script src="([^"]+)" defer></script>', got)
    script = many.client.get(address).get_data(as_text=True)
    assert len(script.encode()) < 2500 and "If-None-Match" in script and "document.hidden" in script
    assert "live.js" not in many.text("/nothing")
