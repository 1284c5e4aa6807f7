"""The State Department's feed and API, and the embassies' feeds: the quirks that were seen."""

from __future__ import annotations

import json

import pytest

from monitor import sources
from monitor.errors import SplitError
from monitor.model import Cut, Destination, Outcome
from tests.sources import pages

NEW = pages.fixture("us-rss/2026-10-07-new.xml")
LEGACY = pages.fixture("us-rss/2026-05-25-legacy.xml")
API = pages.fixture("us-api/2026-09-26.json")
ALERTS = pages.fixture("us-embassy/2026-04-29.xml")


def cut(body: str, kind: str = "us-rss", destination: Destination = pages.MALI) -> Cut:
    return sources.cut(pages.source(kind, destination), pages.page(body, "text/xml"))


def outcome(body: str, kind: str = "us-rss", destination: Destination = pages.MALI) -> Outcome:
    with pytest.raises(SplitError) as caught:
        cut(body, kind, destination)
    return caught.value.outcome


def test_the_two_renderings_are_two_templates() -> None:
    assert (cut(NEW).template, cut(LEGACY).template) == ("us-rss/new", "us-rss/legacy")


def test_the_newest_of_two_items_about_one_country_wins() -> None:
    assert cut(NEW).level == 4 and cut(NEW).values("issued") == ("2026-06-08",)


def test_a_link_to_our_page_in_another_item_is_not_ours() -> None:
    assert "Niger" not in cut(NEW).text


def test_the_country_tag_is_never_believed() -> None:
    assert '<category domain="Country-Tag">ML</category>' in NEW.split("</item>")[0]
    assert cut(NEW).values("name") == ("Mali",)


def test_a_missing_item_is_unknown_and_not_withdrawn() -> None:
    assert outcome(NEW, destination=Destination(key="chad", name="Chad", iso3="tcd")) is (Outcome.IMPLAUSIBLE)


def test_a_date_without_a_time_is_read_as_that_date() -> None:
    assert cut(NEW.replace("Mon, 08 Jun 2026", "8 Jun 2026")).values("issued") == ("2026-06-08",)


def test_title_and_category_that_disagree_are_implausible() -> None:
    last = '<category domain="Threat-Level">Level 4: Do Not Travel'
    assert outcome(NEW.replace(last, last.replace("4", "2"))) is Outcome.IMPLAUSIBLE


def test_a_title_without_a_level_leaves_the_category() -> None:
    assert cut(NEW.replace("Mali  - Level 4: Do Not Travel", "Mali")).level == 4


def test_an_item_without_any_level_is_implausible() -> None:
    finland = Destination(key="finland", name="Finland", iso3="fin")
    assert outcome(NEW, destination=finland) is Outcome.IMPLAUSIBLE


def test_only_items_with_a_level_are_counted() -> None:
    assert cut(NEW).items == 3


def test_words_split_by_inline_tags_are_whole() -> None:
    assert "Do not travel to Mali for any reason." in cut(NEW).text


def test_entities_are_unescaped_exactly_once() -> None:
    assert "due to crime & terrorism." in cut(LEGACY).text
    twice = LEGACY.replace("Armed groups", "Use &amp;amp;lt;b&amp;amp;gt; Armed groups")
    assert "Use &lt;b&gt; Armed groups" in cut(twice).text


def test_several_countries_in_one_title_are_found_by_each_name() -> None:
    assert cut(LEGACY, destination=Destination(key="china", name="China")).level == 2


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Mexico Travel Advisory - Level 2: Exercise Increased Caution", "Mexico"),
        ("Switzerland  - Level 1: Exercise Normal Precautions", "Switzerland"),
        ("Côte d’Ivoire - Level 2: Exercise Increased Caution", "Côte d'Ivoire"),
        ("Burma (Myanmar) - Level 4: Do Not Travel", "Burma"),
    ],
)
def test_a_country_is_found_by_its_name_where_the_link_has_no_code(title: str, name: str) -> None:
    feed = LEGACY.replace("Mali Travel Advisory - Level 4: Do Not Travel", title)
    feed = feed.replace("Level 4: Do Not Travel", title.rpartition(" - ")[2])
    feed = feed.replace("mali-travel-advisory", "page1-advisory")
    assert cut(feed, destination=Destination(key="x", name=name)).values("issued") == ("2026-01-09",)


def test_congo_is_two_countries() -> None:
    feed = LEGACY.replace("Mali Travel Advisory", "Democratic Republic of the Congo")
    feed = feed.replace("mali-travel-advisory", "democratic-republic-of-the-congo-travel-advisory")
    other = Destination(key="congo", name="Republic of the Congo")
    assert outcome(feed, destination=other) is Outcome.IMPLAUSIBLE


def test_an_alias_finds_an_item_under_another_name() -> None:
    feed = LEGACY.replace("Mali Travel", "Sahel Republic Travel").replace("mali-travel", "sahel")
    source = pages.source("us-rss", aliases=("Sahel Republic",))
    assert sources.cut(source, pages.page(feed)).level == 4


def test_a_feed_that_is_cut_off_is_unreadable() -> None:
    assert outcome(NEW[: len(NEW) - 200]) is Outcome.UNREADABLE


def test_an_answer_that_is_no_feed_is_unreadable() -> None:
    assert outcome("<html><title>Access Denied</title></html>") is Outcome.UNREADABLE


def test_an_empty_feed_is_implausible() -> None:
    assert outcome("<rss><channel></channel></rss>") is Outcome.IMPLAUSIBLE


def test_entities_of_a_hostile_feed_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
    feed = NEW.replace("<rss", bomb + "<rss", 1).replace("gunpoint", "gunpoint &b;")
    assert len(cut(feed).text) < 1000


def test_a_feed_for_no_country_in_particular_has_a_section_per_item() -> None:
    found = cut(NEW, destination=Destination(key="", name=""))
    assert [s.key for s in found.sections] == ["ner", "mli", "mli-2", "fin"]
    assert found.items == 4


# --------------------------------------------------------------------------------------
# The API
# --------------------------------------------------------------------------------------
def test_eight_in_the_evening_in_washington_is_the_next_day_in_the_feed() -> None:
    assert cut(API, "us-api").values("issued") == cut(NEW).values("issued")


def test_an_empty_list_is_implausible_and_not_the_end_of_all_advice() -> None:
    assert outcome("[]", "us-api") is Outcome.IMPLAUSIBLE


@pytest.mark.parametrize("body", ["<html>no</html>", "{", "3", "[1]", "[" * 100_000])
def test_an_answer_of_the_api_that_is_no_list_is_unreadable(body: str) -> None:
    assert outcome(body, "us-api") is Outcome.UNREADABLE


def test_the_api_as_xml_says_the_same_as_the_api_as_json() -> None:
    records = json.loads(API)
    xml = "".join(
        f"<Rss><Title>{r['Title']}</Title><Link>{r['Link']}</Link>"
        f"<Published>{r['Published']}</Published><Summary><![CDATA[{r['Summary']}]]></Summary></Rss>"
        for r in records
    )
    body = f'<ArrayOfRss xmlns="http://schemas.example.org/Models">{xml}</ArrayOfRss>'
    assert cut(body, "us-api") == cut(API, "us-api")


def test_another_country_does_not_touch_our_fingerprint_in_the_api() -> None:
    source = pages.source("us-api")
    changed = API.replace("Saudi Arabia - Level 3", "Saudi Arabia - Level 4")
    assert sources.fingerprint(source, pages.page(API)) == sources.fingerprint(source, pages.page(changed))


# --------------------------------------------------------------------------------------
# Embassies
# --------------------------------------------------------------------------------------
def test_two_alerts_of_one_title_are_two_alerts() -> None:
    found = cut(ALERTS, "us-embassy")
    assert len({s.key for s in found.sections}) == 2
    assert len({s.heading for s in found.sections}) == 1


def test_the_newest_alert_comes_first_whatever_the_order_of_the_feed() -> None:
    found = cut(ALERTS, "us-embassy")
    assert found.values("updated") == ("2026-04-29T17:00:00Z", "2026-04-25T09:30:00Z")


def test_the_tail_of_the_blog_is_no_text() -> None:
    assert "appeared first on" not in cut(ALERTS, "us-embassy").text


def test_a_feed_without_alerts_is_a_quiet_embassy() -> None:
    quiet = ALERTS.partition("<item>")[0] + "</channel></rss>"
    assert cut(quiet, "us-embassy").sections == ()


def test_alerts_scroll_out_of_the_feed_without_being_withdrawn() -> None:
    assert cut(ALERTS, "us-embassy").template in sources.APPEND_ONLY
