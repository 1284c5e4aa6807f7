"""What the templates of a mail say, as clean bounded lines: everything but the reader's own words and links."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from monitor.audience import MessageKind, Notice, Verified
from monitor.core import speech
from monitor.core.speech import names
from monitor.notify import quotes, wording
from monitor.notify.clean import line, safe_link
from monitor.notify.times import when
from monitor.notify.words import Level


class Thrift(NamedTuple):
    """How much a message may say."""

    quotes: quotes.Bounds = quotes.FULL
    sentences: int = 5
    sentence: int = 600
    headline: int = 300
    note: int = 900
    url: int = 2000
    items: int = 26_000
    """Bytes of a digest's items, and of its table."""
    table: int = 14_000
    name: int = 120
    """Letters of a name of a place or a publisher."""


FULL = (
    Thrift(),
    Thrift(quotes.Bounds(8, 600, 18_000, 5), 5, 400, 300, 600, 2000, 16_000, 8_000),
    Thrift(quotes.Bounds(4, 300, 8_000, 2), 5, 300, 200, 300, 1000, 8_000, 4_000, 80),
)
THIN = (
    Thrift(quotes.Bounds(4, 300, 3000, 3), 5, 300, 200, 300, 400, 3000, 1500, 80),
    Thrift(quotes.Bounds(2, 200, 1500, 0), 3, 200, 200, 150, 400, 1500, 800, 60),
    Thrift(quotes.Bounds(1, 120, 600, 0), 2, 120, 120, 80, 400, 600, 400, 40),
    Thrift(quotes.Bounds(0, 0, 0, 0), 1, 40, 60, 40, 300, 200, 200, 24),
)
"""From much to little: a message takes the first that fits into its form."""
_ITEM, _ROW = 1100, 420
"""Bytes of the tags and styles round one item, and round one row of the table."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in a digest."""

    severity: Level
    key: str
    headline: str
    sentences: tuple[str, ...]
    seen: str
    doubt: str
    url: str

    @property
    def cost(self) -> int:
        return _ITEM + sum(len(html.escape(text).encode()) for text in (self.headline, *self.sentences, self.url))


class Standing(NamedTuple):
    """Where one destination stands, and when its source was last seen."""

    place: str
    publisher: str
    level: str
    at: str

    @property
    def cost(self) -> int:
        return _ROW + sum(len(html.escape(text).encode()) for text in self)


def content(notice: Notice, created_at: datetime, thrift: Thrift = FULL[0]) -> dict[str, Any]:
    """The values of the templates, each text one clean line of bounded length."""
    w = wording.words(notice)
    sent = when(created_at, notice.zone, notice.language)
    source, page = _link(notice.source_url, thrift), _link(notice.page_url, thrift)
    made: dict[str, Any] = {
        "w": w,
        "kind": notice.kind.value,
        "band": wording.band(notice),
        "key": notice.severity.value if notice.kind in wording.CHANGES else notice.kind.value,
        "subject": wording.subject(notice),
        "headline": wording.tidy(_opening(notice) + notice.headline, notice, thrift.headline),
        "sentences": _sentences(notice, thrift),
        "level": line(notice.level, min(200, thrift.headline)),
        "certainty": wording.tidy(wording.certainty(notice), notice, thrift.sentence),
        "confirmed": notice.confirmed,
        "publisher": line(wording.publisher(notice), thrift.name),
        "source_url": source,
        "page_url": page,
        "times": wording.times(notice, sent),
        "verified_at": when(notice.verified_at, notice.zone, notice.language),
        "remark": line(notice.remark, min(1000, 2 * thrift.sentence)),
        "to_do": w.blind_do(line(wording.place(notice), thrift.name)),
        "event": line(notice.event_id, thrift.name),
        "before": line(notice.before_sha256, 64),
        "after": line(notice.after_sha256, 64),
        "left_out": w.left_out(notice.left_out) if notice.left_out else "",
    }
    if notice.kind in wording.CHANGES:
        made |= _proof(notice, thrift, page)
    if notice.kind is MessageKind.DIGEST:
        made |= _digest(notice, thrift)
    return made


def _opening(notice: Notice) -> str:
    """What was wrong must not stand in large letters as if it still held."""
    amends = notice.kind in (MessageKind.CORRECTION, MessageKind.WITHDRAWAL)
    return wording.words(notice).subjects[notice.kind] if amends else ""


def _proof(notice: Notice, thrift: Thrift, page_url: str) -> dict[str, Any]:
    w, found = wording.words(notice), quotes.layout(notice, thrift.quotes)
    unannounced = speech.unannounced(notice.findings, notice.language) if notice.note else ""
    return {
        "found": found,
        "unshown": f"{found.unshown} {w.more_linked if page_url else w.more_lost}." if found.unshown else "",
        "quiet": w.quiet(found.quiet) if found.quiet else "",
        "small_edits": w.small_edits(found.more) if found.more else "",
        "note": line(notice.note or "", thrift.note),
        "unannounced": wording.tidy(unannounced, notice, min(400, thrift.note)),
    }


def _digest(notice: Notice, thrift: Thrift) -> dict[str, Any]:
    """Items by destination, the heaviest first, and the table; what finds no room is counted."""
    w = wording.words(notice)
    items = sorted(notice.items, key=lambda item: -item.severity.rank)
    entries = [(line(wording.place(item), thrift.name), _entry(item, notice, thrift)) for item in items]
    kept = _fitting([entry.cost for _, entry in entries], thrift.items)
    groups: dict[str, list[Entry]] = {}
    for place, entry in entries[:kept]:
        groups.setdefault(place, []).append(entry)
    rows = [_standing(one, notice, thrift.name) for one in notice.verified]
    shown = _fitting([row.cost for row in rows], thrift.table)
    seen = [one.at for one in notice.verified[shown:] if one.at is not None]
    oldest = when(min(seen), notice.zone, notice.language) if seen else w.never
    return {
        "groups": [(place, tuple(group)) for place, group in groups.items()],
        "more_items": w.more_changes(len(items) - kept) if len(items) > kept else "",
        "standing": rows[:shown],
        "more_standing": w.more_places(len(rows) - shown, oldest) if len(rows) > shown else "",
    }


def _entry(item: Notice, notice: Notice, thrift: Thrift) -> Entry:
    w = wording.words(notice)
    head = line(item.headline, thrift.headline)
    place = wording.place(item)
    for opening in (f"{place}: ", f"{place} : "):
        head = head.removeprefix(opening)
    said = _sentences(item, thrift)
    if said and line(said[0]).casefold().startswith(line(head).rstrip("….»” ").casefold()):
        head, said = said[0], said[1:]  # the headline is the beginning of its only sentence
    return Entry(
        severity=w.levels[item.severity] if item.kind in wording.CHANGES else w.bands[item.kind],
        key=item.severity.value,
        headline=wording.spaced(head[:1].upper() + head[1:], notice.language),
        sentences=said[:3],
        seen=when(item.seen_at, notice.zone, notice.language),
        doubt="" if item.confirmed else w.single,
        url=_link(item.page_url, thrift) or _link(item.source_url, thrift),
    )


def _standing(one: Verified, notice: Notice, most: int) -> Standing:
    language = notice.language
    return Standing(
        place=line(names.place(one.destination, language), most),
        publisher=line(names.publisher(one.publisher, language), most),
        level=line(one.level, most),
        at=when(one.at, notice.zone, language) if one.at else wording.words(notice).never,
    )


def _sentences(notice: Notice, thrift: Thrift) -> tuple[str, ...]:
    most = len(notice.sentences) if notice.kind is MessageKind.CONFIRM else thrift.sentences
    return tuple(wording.tidy(one, notice, thrift.sentence) for one in notice.sentences[: min(most, 20)])


def _fitting(costs: Sequence[int], room: int) -> int:
    """How many fit; the first always does."""
    kept = 0
    for cost in costs:
        room -= cost
        if room < 0 and kept:
            break
        kept += 1
    return kept


def _link(url: str, thrift: Thrift) -> str:
    return safe_link(url) if len(url) <= thrift.url else ""
