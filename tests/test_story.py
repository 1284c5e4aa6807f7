"""The recorded Mali story through the whole product: each beat yields what its page says it must.

Each address is replayed on its own (what one route must yield), then all of them together (what
subscribers are sent). The quiet and loud pairs are judged as `monitor compare` judges them.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor import channels, warc, wiring
from monitor.audience import Channel
from monitor.commands.replaying import READER
from monitor.core import verdict
from monitor.model import Severity
from monitor.notify.files import FolderChannel
from monitor.replay import Replay, Seen
from monitor.store import Store
from tests import databases

FIXTURES = Path(__file__).parent / "fixtures"
RECORDING = FIXTURES / "mali-story.warc.gz"
STORY: list[dict[str, Any]] = json.loads((FIXTURES / "mali-story" / "story.json").read_text())
PAIRS: list[dict[str, Any]] = json.loads((FIXTURES / "noise" / "index.json").read_text())


def replayed(*urls: str) -> Iterator[Seen]:
    """The visits to these addresses (all if none is named), in the order of the recording."""
    config = wiring.configuration(Path(__file__).parent.parent / "config.toml")
    places = [p for p in warc.places([RECORDING]) if not urls or p.url in urls]
    store = Store.open(databases.url(), durable=False)
    store.add_subscription(READER)
    sender = _Nowhere()
    try:
        replay = Replay(store, config.sources, dict.fromkeys(Channel, sender), wiring.noticer(config))
        yield from replay.run(warc.pages(places))
    finally:
        store.close()


class _Nowhere:
    def render(self, notice: object, delivery: object) -> bytes:
        return b""

    def send(self, delivery: object, message: bytes) -> str:
        return ""


@cache
def alone(url: str) -> dict[str, Seen]:
    """What each capture of one address yields when nothing else is watched, by its time."""
    return {seen.visit.taken_at.strftime("%Y-%m-%dT%H:%M:%SZ"): seen for seen in replayed(url)}


@pytest.mark.parametrize("capture", STORY, ids=lambda c: c["id"])
def test_each_beat_yields_what_its_page_says(capture: dict[str, Any]) -> None:
    seen, expect = alone(capture["url"])[capture["taken_at"]], capture["expect"]
    found = seen.visit.comparison
    severity = found.severity if found else Severity.NONE
    facts = {f.kind for x in (found.findings if found else ()) for f in x.facts}
    assert seen.visit.outcome.value in expect["outcome"], seen.visit.reason
    assert Severity(expect["min_severity"]).rank <= severity.rank <= Severity(expect["max_severity"]).rank
    assert set(expect["facts"]) <= facts
    assert expect["told"] is None or bool(seen.told) is expect["told"]
    assert not expect["second_look"] or (found is not None and found.needs_second_look)
    headline = (found.headline if found else "").casefold()
    assert [word for word in expect["headline_has"] if word.casefold() not in headline] == []


def test_all_routes_together_tell_each_piece_of_news_once() -> None:
    seen = list(replayed())
    told = [(t.notice.publisher, t.notice.headline) for s in seen for t in s.told]
    assert len(told) == len(set(told))
    wanted = {c["taken_at"] for c in STORY if c["expect"]["told"] and not c["witness_of"]}
    heard = {s.visit.taken_at.strftime("%Y-%m-%dT%H:%M:%SZ") for s in seen if s.told}
    assert wanted <= heard
    assert heard <= {c["taken_at"] for c in STORY if c["expect"]["told"] is not False}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: p["name"])
def test_quiet_pairs_are_quiet_and_loud_pairs_are_told(pair: dict[str, Any]) -> None:
    before, after = ((FIXTURES / "noise" / pair[side]).read_bytes() for side in ("before", "after"))
    config = wiring.configuration(Path(__file__).parent.parent / "config.toml")
    watched = next((s for s in config.sources if s.url == pair["url"]), None)
    found = verdict.compare(before, after, url=pair["url"], source=watched)
    facts = {f.kind for x in found.findings for f in x.facts}
    assert found.outcome.value in pair["outcome"], found.reason
    assert set(pair["facts"]) <= facts
    if pair["verdict"] == "quiet":
        assert found.severity is Severity.NONE, found.headline
    else:
        assert found.severity.at_least(Severity(pair["min_severity"])), found.headline


def test_the_messages_of_the_story_can_be_written_and_read(tmp_path: Path) -> None:
    config = wiring.configuration(Path(__file__).parent.parent / "config.toml")
    store = Store.open(databases.url(), durable=False)
    store.add_subscription(READER)
    sender = FolderChannel(tmp_path, channels.site(config))
    replay = Replay(store, config.sources, dict.fromkeys(Channel, sender), wiring.noticer(config))
    told = sum(len(seen.told) for seen in replay.run(warc.pages(warc.places([RECORDING]))))
    store.close()
    written = list(tmp_path.glob("*.eml"))
    assert told == len(written) > 10 and all(path.stat().st_size < 60_000 for path in written)
