"""One file per kind of page; one line each in the table.

An adapter is pure: it turns a `Page` into a `Cut`, or raises `SplitError`. Both sides of a
comparison are cut here and now by the same adapter, so a better adapter never makes a change.
"""

from __future__ import annotations

from monitor.errors import SplitError
from monitor.model import Cut, Page, Source
from monitor.sources import (
    australia,
    base,
    canada,
    headings,
    ireland,
    uk_api,
    uk_page,
    us_api,
    us_embassy,
    us_html,
    us_rss,
)
from monitor.sources.base import Adapter
from monitor.sources.guess import source_for

__all__ = ["ADAPTERS", "APPEND_ONLY", "Adapter", "cut", "essence", "fingerprint", "is_feed", "shared", "source_for"]

ADAPTERS: dict[str, Adapter] = {
    "us-page": Adapter(us_html.cut, us_html.fingerprint, essence=us_html.essence),
    "us-country": Adapter(us_html.cut, us_html.fingerprint, essence=us_html.essence),
    "us-advisory": Adapter(us_html.cut, us_html.fingerprint, essence=us_html.essence),
    "us-rss": Adapter(us_rss.cut, us_rss.fingerprint, us_rss.shared),
    "us-api": Adapter(us_api.cut, us_api.fingerprint, us_api.shared),
    "us-embassy": Adapter(us_embassy.cut, us_embassy.fingerprint),
    "uk-api": Adapter(uk_api.cut, uk_api.fingerprint),
    "uk-page": Adapter(uk_page.cut, uk_page.fingerprint, essence=base.markup),
    "canada": Adapter(canada.cut, canada.fingerprint, essence=base.markup),
    "australia": Adapter(australia.cut, australia.fingerprint, essence=base.markup),
    "ireland": Adapter(ireland.cut, ireland.fingerprint, essence=base.markup),
    "headings": Adapter(headings.cut, headings.fingerprint, essence=base.markup),
}

APPEND_ONLY = frozenset({"us-embassy"})
"""Templates whose items scroll out of view; an item that is gone was not withdrawn."""


def cut(source: Source, page: Page) -> Cut:
    """The page as today's adapter reads it; raises `SplitError`."""
    return _adapter(source).cut(source, page)


def fingerprint(source: Source, page: Page) -> str:
    """A short hash of all that a cut is made from; equal ones mean equal cuts."""
    return _adapter(source).fingerprint(source, page)


def essence(source: Source, page: Page) -> bytes | None:
    """What the fingerprint of this page is made from, if that is markup; equal ones mean equal fingerprints."""
    make = _adapter(source).essence
    return make(source, page) if make is not None else None


def is_feed(source: Source) -> bool:
    """Whether the source carries other destinations beside its own."""
    return _adapter(source).shared is not None


def shared(source: Source, page: Page) -> tuple[str, ...]:
    """Marks of the sentences that many destinations of a feed share, for the memory of boilerplate.

    Nothing for a page of one destination; raises `SplitError` like `cut`.
    """
    read = _adapter(source).shared
    return read(page) if read is not None else ()


def _adapter(source: Source) -> Adapter:
    adapter = ADAPTERS.get(source.kind)
    if adapter is None:
        raise SplitError(f"There is no adapter called {source.kind!r}.")
    return adapter
