"""`monitor sources`: what is watched, and what the list of a publisher would add to it; nothing is recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from monitor import discovery, register, terminal
from monitor.core import rollcall
from monitor.errors import ConfigError
from monitor.listed import Found, Listing, ListState
from monitor.model import Source

if TYPE_CHECKING:
    from monitor.wiring import Parts

_STYLE = {"new": "green", "missing": "yellow", "left out": "dim", "listed": "", "configured": "", "by hand": "dim"}


@dataclass(frozen=True, slots=True)
class Row:
    source: Source
    state: str
    """configured · listed · new: watched from the next look at the list on · missing from the list, watched all the
    same · left out · by hand: configured as the source named beside it."""
    instead: str = ""


def show(parts: Parts, publisher: str | None, *, offline: bool, as_json: bool) -> bool:
    """Prints every source; gives True if a list could not be read.

    Raises ConfigError if the publisher is not one of those whose destinations are all watched.
    """
    listings = parts.register.listings
    if publisher is not None:
        _known(parts, publisher)
    trouble = False
    rows: list[Row] = []
    if publisher is None:
        rows = [Row(source, "configured") for source in parts.config.sources]
    for listing in listings.values():
        if publisher not in (None, listing.publisher):
            continue
        found, reason = (parts.store.found([listing.publisher]), "") if offline else _today(parts, listing)
        trouble = trouble or bool(reason)
        mine = list(_rows(parts, listing, found))
        if reason:
            click.echo(f"{listing.publisher}: {listing.url}: {reason}", err=True)
        _say_unmatched(listing, mine)
        rows += mine
    if as_json:
        for row in rows:
            click.echo(json.dumps(_dict(row), ensure_ascii=False))
    else:
        _print(rows)
    return trouble


def believe(parts: Parts, publisher: str) -> None:
    """Forgets how long the list was, so that a shorter one is taken as it is at the next look, which is due now.

    What it names no longer is watched on all the same. Raises ConfigError if there is no such list.
    """
    _known(parts, publisher)
    parts.store.believe_list(publisher, parts.clock())


def _known(parts: Parts, publisher: str) -> None:
    listings = parts.register.listings
    if publisher not in listings:
        raise ConfigError(f"[[publishers]] has no {publisher}; it has: {', '.join(listings) or 'none'}")


def _today(parts: Parts, listing: Listing) -> tuple[tuple[Found, ...], str]:
    """What the list names now beside what it ever named, as the next look would find it; and what went wrong."""
    known = parts.store.found([listing.publisher])
    state = next(iter(parts.store.list_states([listing.publisher])), None)
    items = state.items if state else 0
    blank = ListState(publisher=listing.publisher, url=listing.url, items=items)  # asks for the whole list
    made = discovery.look(listing, blank, web=parts.client, now=parts.clock)
    if made.entries is None:
        return known, made.reason
    return rollcall.call(listing.publisher, known, made.entries, made.at).found, ""


def _rows(parts: Parts, listing: Listing, found: Iterable[Found]) -> Iterator[Row]:
    configured = parts.config.sources
    places = tuple(dict.fromkeys(source.destination for source in configured))
    by_hand = {register.what(source): source.id for source in configured}
    stored = {one.source_id for one in parts.store.found([listing.publisher])}
    for one in found:
        source = register.source_of(one, listing, places)
        if register.left_out(source.destination, listing):
            yield Row(source, "left out")
        elif register.what(source) in by_hand:
            yield Row(source, "by hand", by_hand[register.what(source)])
        elif one.missing_since is not None:
            yield Row(source, "missing")
        else:
            yield Row(source, "listed" if one.source_id in stored else "new")


def _say_unmatched(listing: Listing, rows: list[Row]) -> None:
    """A name in `except` that leaves nothing out is most likely misspelt."""
    for name in listing.left_out:
        one = Listing(publisher=listing.publisher, url="", every=1, pace=1, left_out=(name,))
        if rows and not any(register.left_out(row.source.destination, one) for row in rows):
            click.echo(f"{listing.publisher}: except has {name!r}, which the list does not name", err=True)


def _dict(row: Row) -> dict[str, str | float]:
    source = row.source
    return {"id": source.id, "publisher": source.publisher, "destination": source.destination.key,
            "name": source.destination.name, "kind": source.kind, "url": source.url, "every": source.every,
            "state": row.state, "instead": row.instead}  # fmt: skip


def _print(rows: list[Row]) -> None:
    out = terminal.console()
    if not rows:
        out.print("Nothing is watched.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("source", "destination", "every", "state", "address"):
        table.add_column(name, overflow="fold" if name == "address" else "ellipsis", no_wrap=name != "address")
    for row in rows:
        state = f"by hand: {row.instead}" if row.instead else row.state
        table.add_row(Text(row.source.id), Text(row.source.destination.name), _span(row.source.every),
                      Text(state, style=_STYLE[row.state]), Text(row.source.url, style="dim"))  # fmt: skip
    out.print(table)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.state] = counts.get(row.state, 0) + 1
    addresses = len({row.source.url for row in rows if row.state not in ("left out", "by hand")})
    out.print(Text(f"\n{', '.join(f'{number} {state}' for state, number in counts.items())}; "
                   f"{addresses} {'address' if addresses == 1 else 'addresses'} to fetch"))  # fmt: skip


def _span(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:g}s"
