"""What people see of lists: the operators' page, `monitor sources`, `check` and `doctor`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor import web
from monitor.cli import main
from monitor.web.tongues import operators as words
from monitor.wiring import Parts
from tests.fakes import Clock
from tests.lists.house import MALI, service, tick, uk, us, write
from tests.lists.publisher import FEED, INDEX, Publisher, document, feed_of, index
from tests.web.desk import said

NAMES = [("mali", "Mali"), ("niger", "Niger"), ("chad", "Chad"), ("togo", "Togo")]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    made.pages = {INDEX: index(NAMES)} | {f"{INDEX}/{slug}": document(slug, name) for slug, name in NAMES}
    yield made
    made.close()


def operators_page(parts: Parts, clock: Clock, language: str = "en") -> str:
    app = web.create_app(
        parts.store, site=web.SiteView(name="Watch"), now=clock, last_tick=clock, tick=5,
        who=web.Roles(header="X-Forwarded-User", operators=("alice",), trusted_proxies=("127.0.0.1",)))  # fmt: skip
    answer = app.test_client().get(f"/operators?lang={language}", headers={"X-Forwarded-User": "alice"})
    assert answer.status_code == 200
    return said(answer)


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *arguments], env={"MONITOR_SECRET": "s" * 20})


def test_operators_see_each_list_with_what_is_new_in_it_and_what_is_missing(
    tmp_path: Path, publisher: Publisher
) -> None:
    clock = Clock()
    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        tick(parts, clock)
        tick(parts, clock, 60)
        calm = operators_page(parts, clock)
        assert "4 destinations watched" in calm and "New in the list" not in calm and "Nothing needs a person" in calm
        publisher.pages[f"{INDEX}/benin"] = document("benin", "Benin")
        publisher.pages[INDEX] = index([*NAMES[1:], ("benin", "Benin")])
        tick(parts, clock, 4000)
        tick(parts, clock, 60)
        seen = operators_page(parts, clock)
        assert re.search('New in the list: <a href="/sources/uk-fcdo:benin[^>]*>Benin</a>', seen)
        assert re.search('No longer in the list: <a href="/sources/uk-fcdo:mali[^>]*>Mali</a>', seen)
        assert "1 destination is no longer in its publisher’s list" in seen and "5 destinations watched" in seen
        french = operators_page(parts, clock, "fr")
        assert "Plus dans la liste" in french and "Nouvelles dans la liste" in french
        publisher.down = 403
        tick(parts, clock, 4000)
        assert "1 publisher’s list cannot be read" in operators_page(parts, clock)
        clock.forward(days=8)
        assert parts.store.lists(clock() - timedelta(days=7))[0].new == ()


def test_both_languages_have_the_same_words() -> None:
    assert words.ENGLISH.keys() == words.FRENCH.keys()


def test_what_all_gives_can_be_looked_at_before_anything_is_watched(tmp_path: Path, publisher: Publisher) -> None:
    mine = MALI + f'[[destinations.sources]]\nid = "mine"\nkind = "uk-api"\npublisher = "uk-fcdo"\nurl = "' \
        f'{publisher.url(INDEX)}/mali"\n'  # fmt: skip
    config = write(tmp_path, publisher, mine + uk(publisher, 'except = ["Togo", "Tonga"]\n'))
    made = run(config, "sources", "--json")
    assert made.exit_code == 0, made.output
    rows = {row["id"]: row for row in map(json.loads, made.stdout.splitlines())}
    assert {name: row["state"] for name, row in rows.items()} == {
        "mine": "configured", "uk-fcdo:mali": "by hand", "uk-fcdo:niger": "new", "uk-fcdo:chad": "new",
        "uk-fcdo:togo": "left out"}  # fmt: skip
    assert rows["uk-fcdo:niger"]["url"] == publisher.url(f"{INDEX}/niger")
    assert "'Tonga', which the list does not name" in made.stderr
    table = run(config, "sources", "uk-fcdo")
    assert "uk-fcdo:niger" in table.output and "2 new" in table.output and "2 addresses to fetch" in table.output
    assert run(config, "sources", "--offline", "--json").stdout.count("\n") == 1  # nothing was recorded
    assert publisher.asked == {INDEX: 2}


def test_check_reads_the_lists_then_every_destination_from_one_answer(tmp_path: Path, publisher: Publisher) -> None:
    publisher.pages[FEED] = feed_of(8)
    config = write(tmp_path, publisher, us(publisher))
    made = run(config, "check", "--json")
    assert made.exit_code == 0, made.output
    assert len(made.stdout.splitlines()) == 8 and publisher.asked == {FEED: 1}
    assert run(config, "check").exit_code == 0 and publisher.asked == {FEED: 2}
    shown = run(config, "sources", "--offline", "--json").stdout.splitlines()
    assert {json.loads(line)["state"] for line in shown} == {"listed"}


def test_a_list_that_really_shrank_is_believed_when_a_person_says_so(tmp_path: Path, publisher: Publisher) -> None:
    publisher.pages[FEED] = feed_of(20)
    config = write(tmp_path, publisher, us(publisher))
    run(config, "check")
    publisher.pages[FEED] = feed_of(8)
    assert "fell from 20 destinations to 8" in run(config, "sources", "us-state").stderr
    assert run(config, "sources", "--believe").exit_code == 2
    made = run(config, "sources", "us-state", "--believe")
    assert made.exit_code == 0 and "12 missing" in made.output and "8 listed" in made.output
    run(config, "check")
    rows = map(json.loads, run(config, "sources", "--offline", "--json").stdout.splitlines())
    assert sorted(row["state"] for row in rows) == ["listed"] * 8 + ["missing"] * 12


def test_doctor_says_how_many_a_list_names_or_why_it_cannot_be_read(tmp_path: Path, publisher: Publisher) -> None:
    config = write(tmp_path, publisher, uk(publisher))
    assert "uk-fcdo: its list names 4 destinations" in run(config, "doctor").output
    publisher.down = 403
    made = run(config, "doctor")
    assert "uk-fcdo: its list cannot be read" in made.output and made.exit_code == 1


@pytest.mark.parametrize(("table", "words"), [
    ('[[publishers]]\nname = "uk-fcod"\ndestinations = "all"\n', "did you mean uk-fcdo?"),
    ('[[publishers]]\nname = "uk-fcdo"\ndestinations = "some"\n', "[[publishers]] destinations"),
    ('[[publishers]]\nname = "uk-fcdo"\n', "destinations: this key is missing"),
    ('[[publishers]]\nname = "uk-fcdo"\ndestinations = "all"\nexept = []\n', "did you mean except?"),
    ('[[publishers]]\nname = "uk-fcdo"\ndestinations = "all"\nevery = "5s"\n', "too fast"),
    ('[[publishers]]\nname = "uk-fcdo"\ndestinations = "all"\nlist = "http://www.gov.uk/x"\n', "is not https"),
    ('[[publishers]]\nname = "canada"\ndestinations = "all"\n' * 2, "twice"),
    ("", "there is nothing to watch"),
])  # fmt: skip
def test_a_mistake_in_the_table_is_named_with_its_place(
    tmp_path: Path, publisher: Publisher, table: str, words: str
) -> None:
    made = run(write(tmp_path, publisher, table), "sources")
    assert made.exit_code == 1 and words in made.stderr, made.stderr


def test_every_known_list_may_be_named_without_an_address(tmp_path: Path, publisher: Publisher) -> None:
    from monitor import wiring
    from monitor.sources.listing import LISTS

    tables = "".join(f'[[publishers]]\nname = "{name}"\ndestinations = "all"\n' for name in LISTS)
    config = wiring.load(write(tmp_path, publisher, tables), environ={}, kinds=wiring.adapters.ADAPTERS.keys())
    paces = {one.publisher: (one.pace, one.every) for one in config.listings}
    assert paces == {"us-state": (900, 900), "uk-fcdo": (3600, 3600), "canada": (3600, 3600), "australia": (900, 900),
                     "ireland": (10800, 3600)}  # fmt: skip
    assert {"www.gov.uk", "travel.state.gov", "data.international.gc.ca"} < config.hosts
