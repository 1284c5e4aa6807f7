"""The fixtures on disk are those that the builder writes, and each capture has its shape."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor.model import FACT_KINDS, Outcome, Severity
from tests import hostile, story
from tests.story import noise, recording, timeline
from tests.story.timeline import ADVISORY, API, COUNTRY, EMBASSY, PAGE, RSS

CAPTURES = story.captures()
GOOD = {"first", "unchanged", "changed", "rebased", "implausible"}
"""Outcomes of a capture that has the shape of its kind."""
REDESIGN = {"redesign-headings/page", "redesign-opaque/page"}


def shaped(url: str) -> list[timeline.Capture]:
    """Captures of this address that are what they claim to be."""
    return [
        c for c in CAPTURES
        if c.url == url and c.body and c.status == 200 and GOOD & set(c.expect.outcome)
        and "unreadable" not in c.expect.outcome
    ]  # fmt: skip


class Balance(HTMLParser):
    """Finds the first tag that is closed out of turn."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fault = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if (not self.open or self.open.pop() != tag) and not self.fault:
            self.fault = f"</{tag}> at {self.getpos()}"


# --------------------------------------------------------------------------------------
# What stands on disk
# --------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", sorted(story.expected()), ids=lambda p: p.name)
def test_the_file_on_disk_is_the_one_that_the_builder_writes(path: Path) -> None:
    assert path.read_bytes() == story.expected()[path], "run: python -m tests.story"


def test_no_file_is_left_over_from_an_older_story() -> None:
    for folder in (story.STORY, story.NOISE):
        assert set(folder.iterdir()) == {p for p in story.expected() if p.parent == folder}


def test_the_builder_writes_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from tests.story import files, recording, timeline;"
        "print(hashlib.sha256(recording.warc(timeline.captures())).hexdigest(),"
        "hashlib.sha256(b''.join(files.expected().values())).hexdigest())"
    )
    root = Path(__file__).resolve().parent.parent
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
            cwd=root,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_the_story_and_the_pairs_stay_below_three_megabytes() -> None:
    ours = [*story.STORY.iterdir(), *story.NOISE.iterdir(), story.WARC]
    assert sum(path.stat().st_size for path in ours) < 3 * 2**20


# --------------------------------------------------------------------------------------
# The recording
# --------------------------------------------------------------------------------------
def test_the_recording_reads_back_as_the_captures() -> None:
    with story.WARC.open("rb") as stream:
        rows = [
            (
                record.rec_headers.get_header("WARC-Target-URI"),
                record.rec_headers.get_header("WARC-Date"),
                record.rec_headers.get_header(recording.BEAT),
                int(record.http_headers.get_statuscode()),
                tuple(record.http_headers.headers),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(stream)
            if record.rec_type == "response"
        ]
    assert rows == [
        (c.url, timeline.stamp(c.taken_at), c.label, c.status, c.headers, c.body) for c in CAPTURES
    ]


def test_the_digests_of_the_recording_are_right() -> None:
    with story.WARC.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            record.content_stream().read()


def test_every_record_has_an_identity_of_its_own() -> None:
    with story.WARC.open("rb") as stream:
        ids = [r.rec_headers.get_header("WARC-Record-ID") for r in ArchiveIterator(stream)]
    assert len(ids) == len(set(ids)) == len(CAPTURES) + 1


# --------------------------------------------------------------------------------------
# The story
# --------------------------------------------------------------------------------------
def test_captures_have_names_of_their_own_and_stand_in_the_order_of_time() -> None:
    assert len({c.id for c in CAPTURES}) == len(CAPTURES)
    assert [c.taken_at for c in CAPTURES] == sorted(c.taken_at for c in CAPTURES)
    assert len({(c.url, c.taken_at) for c in CAPTURES}) == len(CAPTURES)


def test_each_address_begins_with_its_baseline_and_has_only_one() -> None:
    for url in timeline.KINDS:
        firsts = [c.expect.outcome == ("first",) for c in CAPTURES if c.url == url]
        assert firsts[0] and firsts.count(True) == 1, url


def test_expectations_speak_the_words_of_the_model() -> None:
    for capture in CAPTURES:
        expect = capture.expect
        assert set(expect.outcome) <= {o.value for o in Outcome}
        assert set(expect.facts) <= FACT_KINDS
        assert Severity(expect.max_severity).at_least(Severity(expect.min_severity))
        assert not expect.told or expect.outcome == ("changed",)
        assert expect.told_by is None or expect.told_by > capture.taken_at
        assert (
            not capture.witness_of or story.capture(capture.witness_of).taken_at < capture.taken_at
        )


def test_what_is_held_is_seen_again_by_the_time_it_must_be_told() -> None:
    for capture in CAPTURES:
        if capture.expect.told_by:
            again = [c for c in CAPTURES
                     if c.url == capture.url and c.taken_at == capture.expect.told_by]  # fmt: skip
            assert again and again[0].expect.outcome == ("unchanged",), capture.id


def test_story_json_lists_the_recording_row_by_row() -> None:
    rows = json.loads((story.STORY / "story.json").read_text())
    assert [row["record"] for row in rows] == list(range(len(CAPTURES)))
    for row, capture in zip(rows, CAPTURES, strict=True):
        assert datetime.fromisoformat(row["taken_at"]) == capture.taken_at
        assert row["file"] is None or (story.STORY / row["file"]).is_file()
        assert row["whole"] is None or (story.STORY / row["whole"]).read_bytes() == capture.body


def test_chrome_changes_on_every_fetch_while_the_content_stands() -> None:
    same = [c for c in CAPTURES if c.file == "level-raised.html"]
    assert len(same) >= 3
    assert len({c.body for c in same}) == len(same)


def test_the_pages_have_the_size_of_real_ones() -> None:
    for capture in shaped(PAGE):
        if capture.id not in REDESIGN:
            assert 75_000 < len(capture.body) < 95_000, capture.id
            assert 20_000 < len(capture.readable.encode()) < 30_000, capture.id


# --------------------------------------------------------------------------------------
# The shapes
# --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "capture", [*shaped(PAGE), *shaped(COUNTRY), *shaped(ADVISORY)], ids=lambda c: c.id
)
def test_every_tag_of_a_page_is_closed_in_its_turn(capture: timeline.Capture) -> None:
    balance = Balance()
    balance.feed(capture.body.decode())
    assert not balance.fault and not balance.open


@pytest.mark.parametrize(
    "capture", [c for c in shaped(PAGE) if c.id not in REDESIGN], ids=lambda c: c.id
)
def test_a_new_page_holds_its_components_in_order(
    capture: timeline.Capture,
) -> None:
    text = capture.body.decode()
    marks = [
        'class="hero-standard"',
        'class="cmp-traveladvisory ',
        'class="destination-about"',
        'class="destination-requirements"',
        'class="destination-tips"',
        'class="embassycontactcallout"',
        'class="consulatedisplay"',
        'id="tsg-page_date"',
    ]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert text.count('class="iconcallout"') == 4
    assert text.count('class="location-name"') == 8


@pytest.mark.parametrize("capture", shaped(RSS), ids=lambda c: c.id)
def test_a_feed_is_well_formed_and_names_mali_once(capture: timeline.Capture) -> None:
    items = ET.fromstring(capture.body).findall("./channel/item")
    mine = [i for i in items if (i.findtext("title") or "").startswith("Mali - Level ")]
    assert len(mine) == 1
    assert len(items) >= 160 or capture.beat == "thin-feeds"
    assert len({i.findtext("link") for i in items}) == len(items)


@pytest.mark.parametrize("capture", shaped(API), ids=lambda c: c.id)
def test_the_api_answers_with_one_object_per_destination(capture: timeline.Capture) -> None:
    rows = json.loads(capture.body)
    assert len(rows) >= 160
    assert all(set(row) == {"Title", "Link", "Category", "Summary", "id", "Published", "Updated"}
               for row in rows)  # fmt: skip
    assert sum(row["Title"].startswith("Mali - ") for row in rows) == 1


@pytest.mark.parametrize("capture", shaped(EMBASSY), ids=lambda c: c.id)
def test_an_alert_feed_is_well_formed_and_its_links_are_unique(capture: timeline.Capture) -> None:
    items = ET.fromstring(capture.body).findall("./channel/item")
    assert 1 < len(items) <= 5
    assert len({item.findtext("link") for item in items}) == len(items)


def test_two_alerts_share_a_title_so_that_only_the_link_tells_them_apart() -> None:
    items = ET.fromstring(story.capture("coup/embassy").body).findall("./channel/item")
    titles = [item.findtext("title") for item in items]
    assert len(set(titles)) < len(titles)


def test_an_old_page_shows_its_quick_facts_twice_and_all_nine_letters() -> None:
    for capture in shaped(COUNTRY):
        assert capture.body.count(b'class="tsg-rwd-qf-box"') == 12
    for capture, active in zip(shaped(ADVISORY), (3, 4, 4), strict=True):
        assert capture.body.count(b'class="tsg-rwd-risk') == 9
        assert capture.body.count(b"showThreat") == active


def test_a_word_stays_a_word_when_the_feed_splits_it_with_tags() -> None:
    assert b"<b>Mal</b>i" in story.capture("coup/rss").body


# --------------------------------------------------------------------------------------
# The pairs
# --------------------------------------------------------------------------------------
def test_there_are_pairs_enough_for_each_verdict_and_shape() -> None:
    pairs = noise.pairs()
    assert len({pair.name for pair in pairs}) == len(pairs) >= 28
    assert sum(pair.verdict == "quiet" for pair in pairs) >= 16
    assert sum(pair.verdict == "loud" for pair in pairs) >= 12
    shapes = {noise.KINDS[pair.url] for pair in pairs}
    assert {"us-page", "us-rss", "us-country", "us-advisory"} <= shapes
    assert {"canada", "uk-page", "uk-api"} <= shapes


def test_the_two_sides_of_a_pair_differ_and_speak_the_words_of_the_model() -> None:
    for pair in noise.pairs():
        assert pair.before != pair.after, pair.name
        assert set(pair.facts) <= FACT_KINDS
        assert set(pair.outcome) <= {o.value for o in Outcome}
        assert (Severity(pair.min_severity) is Severity.NONE) == (pair.verdict == "quiet")


def test_a_swap_that_finds_no_words_is_refused() -> None:
    with pytest.raises(ValueError, match="stands 0 times"):
        noise.swapped("one", ("two", "three"))


# --------------------------------------------------------------------------------------
# Hostile inputs
# --------------------------------------------------------------------------------------
def test_hostile_inputs_have_names_of_their_own_and_are_the_same_each_time() -> None:
    first, second = list(hostile.small()), list(hostile.small())
    assert first == second
    assert len({name for name, _ in first}) == len(first) > 100


def test_a_bomb_is_small_until_it_is_opened() -> None:
    name, body = next(hostile.bombs(8 * 2**20))
    assert name == "gzip" and len(body) < 64 * 2**10
