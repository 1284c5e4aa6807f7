"""The operations that only read. Each gives None where what the path names is not there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from monitor.model import Severity
from monitor.web.api import told, types
from monitor.web.api.call import Call, Place, Refused


def destinations(place: Place, call: Call) -> types.Page[types.Destination]:
    asked: types.Paged = call.query
    found = place.store.catalogue(asked.cursor, asked.limit + 1)
    some = found[: asked.limit]
    return types.Page(items=_destinations(place, some), next=_next(call, "destinations", len(found) > asked.limit,
                                                                   some[-1][0] if some else ""))  # fmt: skip


def destination(place: Place, call: Call) -> types.Destination | None:
    key = call.named["key"]
    views = place.store.sources(destinations=[key], limit=1)
    return _destinations(place, [(key, views[0].destination_name)])[0] if views else None


def _destinations(place: Place, named: Any) -> list[types.Destination]:
    keys = [key for key, _ in named]
    views = place.store.sources(destinations=keys, limit=100_000) if keys else ()
    stands = place.store.standing(keys) if keys else ()
    of = {view.state.source_id: view.destination for view in views}
    return [
        types.Destination(
            key=key, name=name, page=f"/destinations/{key}",
            sources=[told.source(view) for view in views if view.destination == key],
            stands=[told.stand(one) for one in stands if of.get(one.source_id) == key])
        for key, name in named
    ]  # fmt: skip


def stands(place: Place, call: Call) -> types.Page[types.Stand] | None:
    key, since = call.named["key"], call.query.since
    if not place.store.sources(destinations=[key], limit=1):
        return None
    return types.Page(items=[told.stand(one) for one in place.store.stands(key, since)])


def sources(place: Place, call: Call) -> types.Page[types.Source]:
    asked: types.SourcesAsked = call.query
    found = place.store.sources(after=asked.cursor, limit=asked.limit + 1,
                                destinations=[asked.destination] if asked.destination else None)  # fmt: skip
    some = found[: asked.limit]
    last = some[-1].state.source_id if some else ""
    return types.Page(items=[told.source(one) for one in some],
                      next=_next(call, "sources", len(found) > asked.limit, last))  # fmt: skip


def source(place: Place, call: Call) -> types.Source | None:
    found = place.store.source(call.named["source_id"])
    return told.source(found) if found else None


def visits(place: Place, call: Call) -> types.Page[types.Visit] | None:
    source_id, asked = call.named["source_id"], call.query
    before = _number(asked.cursor)
    found = place.store.visits(source_id, asked.limit + 1, before)
    if not found and before is None and place.store.source(source_id) is None:
        return None
    some = found[: asked.limit]
    ids = {row.change_id for row in some if row.change_id is not None}
    events = {one: change.event_id for one in ids if (change := place.store.change(one)) is not None}
    items = [told.visit(row, events.get(row.change_id) if row.change_id else None) for row in some]
    last = str(some[-1].id) if some else ""
    return types.Page(items=items, next=_next(call, f"sources/{source_id}/visits", len(found) > asked.limit, last))


def changes(place: Place, call: Call) -> types.Page[types.Summary]:
    asked: types.ChangesAsked = call.query
    before = None
    if asked.cursor:
        last = place.store.change(asked.cursor)
        if last is None:
            raise Refused(400, "This cursor is none of ours; take it from the `next` of the page before.", "cursor")
        before = last.id
    graver = None if asked.severity is Severity.NONE else [
        one for one in Severity if one.at_least(asked.severity)]  # fmt: skip
    found = place.store.changes(
        destination=asked.destination or None, source_id=asked.source or None, limit=asked.limit + 1,
        before_id=before, states=None if asked.state is None else [asked.state], severities=graver,
        since=asked.since, until=asked.until)  # fmt: skip
    some = found[: asked.limit]
    last_id = some[-1].event_id if some else ""
    return types.Page(items=[told.summary(one) for one in some],
                      next=_next(call, "changes", len(found) > asked.limit, last_id))  # fmt: skip


def change(place: Place, call: Call) -> types.Change | None:
    found = place.store.change(call.named["event_id"])
    if found is None:
        return None
    about = [one for name in (found.event_id, found.campaign) if name for one in place.store.bulletins_about(name)]
    return told.change(found, about)


def campaign(place: Place, call: Call) -> types.Campaign | None:
    found = place.store.campaign(call.named["campaign_id"])
    return told.campaign(found, place.store.bulletins_about(found.id)) if found else None


def head(place: Place, call: Call) -> types.ChainLink | None:
    found = place.store.chain_head()
    return told.link(found) if found else None


def links(place: Place, call: Call) -> types.Page[types.ChainLink]:
    asked: types.LinksAsked = call.query
    found = place.store.chain_since(asked.start, asked.limit + 1)
    some = found[: asked.limit]
    more = None
    if len(found) > asked.limit:
        more = f"/api/v1/chain/links?{urlencode({'start': some[-1].position + 1, 'limit': asked.limit})}"
    return types.Page(items=[told.link(one) for one in some], next=more)


def _number(cursor: str) -> int | None:
    if not cursor:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 15:
        raise Refused(400, "This cursor is none of ours; take it from the `next` of the page before.", "cursor")
    return int(cursor)


def _next(call: Call, path: str, more: bool, cursor: str) -> str | None:
    """The address of the next page: the same question, from there on."""
    if not more:
        return None
    said = {name: value for name in call.query.__struct_fields__ if (value := getattr(call.query, name)) and
            name != "cursor"}  # fmt: skip
    words = {name: value.isoformat() if hasattr(value, "isoformat") else str(value) for name, value in said.items()}
    return f"/api/v1/{path}?{urlencode({**words, 'cursor': cursor})}"
