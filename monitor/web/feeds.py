"""Routes of the feeds: per destination and from a severity up, answered with 304 while nothing is new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from monitor.audience import Bulletin, Language
from monitor.core import outage
from monitor.core.speech import names
from monitor.feeds import atom, cap, entries, hxl, jsonfeed
from monitor.feeds.entries import Entry, Feed
from monitor.model import Campaign, ChangeState, Severity, StoredChange, worst
from monitor.web.conditional import Unchanged
from monitor.web.kept import Kept
from monitor.web.versions import Revision

MOST = 60
"""Entries of a feed; readers that come once a week miss nothing of a busy one."""
EVERYTHING = "all"
"""The name under which the feed of all destinations stands; no destination is called so."""
PAGE, PAGES = 100, 5
"""So many changes are looked through for campaigns, beyond the oldest entry of a full feed."""
FORMS: dict[str, tuple[Callable[[Feed], bytes], str]] = {
    "atom": (atom.document, atom.TYPE),
    "json": (jsonfeed.document, jsonfeed.TYPE),
    "csv": (hxl.document, hxl.TYPE),
}
DOCUMENTS = 128
"""Feeds that are kept as they were made, until anything that one of them says has moved."""
START = datetime(2000, 1, 1, tzinfo=UTC)


class Facts(Protocol):
    """What the feeds need from the store."""

    def place_name(self, destination: str) -> str | None: ...
    def revision(self) -> Revision: ...
    def change(self, change: int | str) -> StoredChange | None: ...
    def campaign(self, campaign_id: str) -> Campaign | None: ...
    def bulletins_about(self, event_id: str) -> tuple[Bulletin, ...]: ...
    def bulletins_about_many(self, events: Collection[str]) -> Mapping[str, tuple[Bulletin, ...]]: ...
    def open_blindness(self) -> tuple[Bulletin, ...]: ...
    def changes(
        self, *, destination: str | None = None, limit: int = 50, before_id: int | None = None,
        states: Iterable[ChangeState] | None = None, severities: Iterable[Severity] | None = None,
    ) -> tuple[StoredChange, ...]: ...  # fmt: skip


def routes(app: Flask, store: Facts, *, name: str, base_url: str, now: Callable[[], datetime]) -> None:
    """Adds /feeds/DESTINATION.atom, .json and .csv (`?from=high`), and /changes/EVENT.cap."""
    unchanged = Unchanged(now)
    kept = Kept[bytes](DOCUMENTS)

    def root() -> str:
        return (base_url or request.url_root).rstrip("/")

    def told(change: StoredChange, about: Sequence[Bulletin]) -> Entry:
        return entries.entry(change, root(), names.publisher(change.publisher, Language.EN), about)

    def shared(campaign: Campaign, about: Sequence[Bulletin]) -> Entry:
        return entries.campaign(campaign, root(), names.publisher(campaign.publisher, Language.EN), about)

    @app.get("/feeds/<place>.<form>")
    def feed(place: str, form: str) -> Response:
        if form not in FORMS:
            abort(404, "A feed ends with .atom, .json or .csv; its entries in .atom name their CAP alerts.")
        floor = _floor(request.args.get("from", Severity.LOW.value))
        made = kept.get((place, form, floor, root()), store.revision().told, lambda: build(place, form, floor))
        return unchanged.answer(request, made, FORMS[form][1])

    def build(place: str, form: str, floor: Severity) -> bytes:
        called = "all destinations" if place == EVERYTHING else store.place_name(place)
        if called is None:
            abort(404, "No destination with this name is watched.")
        where = None if place == EVERYTHING else place
        singles = store.changes(destination=where, limit=MOST, states=[ChangeState.TOLD],
                                severities=[one for one in Severity if one.rank >= floor.rank])  # fmt: skip
        campaigns = [one for one in _campaigns(store, where, singles) if _weight(one, where).at_least(floor)]
        about = store.bulletins_about_many([*(one.event_id for one in singles), *(one.id for one in campaigns)])
        found = [*(told(one, about.get(one.event_id, ())) for one in singles),
                 *(shared(one, about.get(one.id, ())) for one in campaigns),
                 *(entries.blindness(one, root()) for one in _blind(store, where) if entries.BLIND.at_least(floor))]
        found.sort(key=lambda one: (one.updated_at, one.event_id), reverse=True)
        only = "" if floor is Severity.LOW else f"?from={floor.value}"
        return FORMS[form][0](Feed(
            title=f"{name}: {called}{f', {floor.value} and above' if only else ''}",
            address=f"{root()}/feeds/{place}.{form}{only}", home=f"{root()}/", author=name,
            entries=tuple(found[:MOST]), empty_at=START))  # fmt: skip

    @app.get("/changes/<event_id>.cap")
    def alert(event_id: str) -> Response:
        campaign = store.campaign(event_id)
        change = None if campaign else store.change(event_id)
        if campaign is None and (change is None or change.state is not ChangeState.TOLD):
            abort(404, "No change with this number was told by itself.")
        about = store.bulletins_about(event_id)
        one = shared(campaign, about) if campaign else told(change, about) if change else None
        assert one is not None
        host = urlsplit(root()).hostname or "localhost"
        return unchanged.answer(request, cap.document(one, sender=host, sender_name=name), cap.TYPE)


def _blind(store: Facts, place: str | None) -> list[Bulletin]:
    """What we cannot see of the place; of an outage that reached it, that part."""
    found = [outage.narrowed(one, (place,)) if place and one.places else one for one in store.open_blindness()]
    return [one for one in found
            if place in (None, one.destination) or place in {each.destination for each in one.places}]  # fmt: skip


def _campaigns(store: Facts, place: str | None, singles: tuple[StoredChange, ...]) -> list[Campaign]:
    """The campaigns that reached the place, each once however many changes showed it, newest first."""
    oldest = singles[-1].id if len(singles) == MOST else 0
    found: dict[str, None] = {}
    before: int | None = None
    for _ in range(PAGES):
        page = store.changes(destination=place, limit=PAGE, before_id=before,
                             states=[ChangeState.TOLD, ChangeState.CAMPAIGN])  # fmt: skip
        found |= {change.campaign: None for change in page if change.campaign}
        if len(page) < PAGE or page[-1].id < oldest or len(found) >= MOST:
            break
        before = page[-1].id
    return [one for one in map(store.campaign, found) if one is not None]


def _weight(campaign: Campaign, place: str | None) -> Severity:
    """How heavy it is for a place, as for those who are told of it there."""
    return worst(one.severity for one in campaign.members if place in (None, one.destination))


def _floor(words: str) -> Severity:
    found = next((one for one in Severity if one.value == words and one is not Severity.NONE), None)
    if found is None:
        abort(400, "from is one of low, medium, high and critical.")
    return found
