"""Baseline and answer to a Visit: exactly one outcome, decided here and nowhere else. Pure.

Both sides are cut here and now, by today's adapter, so an improved adapter never makes a change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from monitor import sources
from monitor.core import diff, garble, gate, remnant
from monitor.errors import FetchError, SplitError
from monitor.model import Comparison, Cut, Outcome, Page, Snapshot, Source, SourceState, Visit
from monitor.sources import identity

FEW = 0.7
"""A feed with less than this share of the baseline's entries is implausible (sources notes, 3.1-2)."""
WIDE_FEED = 20
"""Feeds smaller than this are not judged by their number of entries."""


def failed(source: Source, error: FetchError, now: datetime) -> Visit:
    """The visit of a page that did not come."""
    return Visit(source=source, taken_at=now, outcome=error.outcome, reason=str(error),
                 retry_after=error.retry_after, status=error.status)  # fmt: skip


def visit(
    source: Source,
    page: Page,
    *,
    state: SourceState,
    baseline: Callable[[], Snapshot | None],
    now: datetime,
    reads_as: Callable[[str], bool] = lambda mark: False,
) -> Visit:
    """What this page means, held against the baseline. Never raises on what a server may send.

    `reads_as` says that the page certainly has this fingerprint, or nothing.
    """
    made = Visit(source=source, taken_at=now, outcome=Outcome.UNCHANGED, page=page,
                 status=page.status, elapsed=page.elapsed)  # fmt: skip
    if page.status == 304 and state.baseline_id is not None:
        return replace(made, page=None, fingerprint=state.fingerprint)
    flood = gate.flooded(page)
    if flood is not None:
        return replace(made, outcome=flood.outcome, reason=flood.reason)
    if state.fingerprint and state.baseline_id is not None and reads_as(state.fingerprint):
        return replace(made, page=None, fingerprint=state.fingerprint)
    mark = _mark(source, page)
    if mark and state.baseline_id is not None and mark == state.fingerprint:
        # Nothing but the page itself has its fingerprint, so the gate is not asked: this is the hot path.
        return replace(made, page=None, fingerprint=mark)
    seen = gate.inspect(page)
    if seen is not None:
        return replace(made, outcome=seen.outcome, reason=seen.reason)
    try:
        mark = mark or sources.fingerprint(source, page)
        new = sources.cut(source, page)
        _check_alone(source, new)
    except SplitError as error:
        return replace(made, outcome=error.outcome, reason=str(error))
    made = replace(made, fingerprint=mark, cut=new)
    before = baseline() if state.baseline_id is not None else None
    if before is None:
        return replace(made, outcome=Outcome.FIRST)
    try:
        old = sources.cut(source, before.page)
    except SplitError as error:
        reason = f"the stored page can no longer be read ({error}); starting anew from today's"
        return replace(made, outcome=Outcome.REBASED, reason=reason,
                       comparison=_identified(Comparison(outcome=Outcome.REBASED, reason=reason), source))  # fmt: skip
    try:
        _check_against(old, new)
    except SplitError as error:
        return replace(made, outcome=error.outcome, reason=str(error))
    garbled = garble.between(old, new, before.page.body, page.body)
    if garbled is garble.Side.NEW:
        return replace(made, page=None, fingerprint=before.fingerprint, cut=None, reason=garble.WORDS)
    if garbled is garble.Side.OLD:
        return replace(made, outcome=Outcome.REBASED, reason=garble.MENDED, comparison=_identified(
            Comparison(outcome=Outcome.REBASED, reason=garble.MENDED), source))  # fmt: skip
    found = diff.comparison(old, new, name=source.destination.name, at=now,
                            append_only=new.template in sources.APPEND_ONLY)  # fmt: skip
    if remnant.is_other_page(old, new, found, (source.destination.name, *source.destination.names)):
        return replace(made, outcome=Outcome.UNREADABLE, reason=remnant.WORDS)
    return replace(made, outcome=found.outcome, reason=found.reason,
                   comparison=_identified(found, source))  # fmt: skip


def _mark(source: Source, page: Page) -> str:
    """The light fingerprint, empty if the page has not even the adapter's shape."""
    try:
        return sources.fingerprint(source, page)
    except SplitError:
        return ""


def _identified(found: Comparison, source: Source) -> Comparison:
    return replace(found, url=source.url, publisher=source.publisher,
                   destination=source.destination.name)  # fmt: skip


def _check_alone(source: Source, new: Cut) -> None:
    if source.destination.name and not identity.about(source, new):
        name = new.first("name")
        raise SplitError(
            f"the page is about {name.value if name else 'another place'}, not {source.destination.name}; "
            "it was not used"
        )
    if source.min_items and new.items < source.min_items:
        raise SplitError(
            f"the feed holds {new.items} entries where at least {source.min_items} are expected; a short "
            "feed says nothing about what is missing from it",
            outcome=Outcome.IMPLAUSIBLE,
        )


def _check_against(old: Cut, new: Cut) -> None:
    if old.items >= WIDE_FEED and new.items < FEW * old.items:
        raise SplitError(
            f"the feed fell from {old.items} entries to {new.items}; it was not used",
            outcome=Outcome.IMPLAUSIBLE,
        )
    if old.issued and new.issued and new.issued < old.issued:
        raise SplitError(
            f"this copy was issued on {new.issued}, older than the stored one of {old.issued}: a stale copy",
            outcome=Outcome.IMPLAUSIBLE,
        )
    if old.level is not None and new.level is None and old.template == new.template:
        raise SplitError(
            "the page states no level where it stated one before; it was not used",
            outcome=Outcome.IMPLAUSIBLE,
        )


_EMPTY = Cut(template="", sections=())


def compare(
    before: str | bytes | None, after: str | bytes | None, *, url: str = "",
    at: datetime | None = None, source: Source | None = None,
) -> Comparison:  # fmt: skip
    """Two saved captures of one page, judged as the service would judge them; no database, no network.

    `None` on one side stands for a page that did not exist then. A capture that cannot be read gives
    the outcome and reason that a visit would get, with no findings; odd bytes never raise. `source` says
    which entry of a feed is meant; without it, it is guessed from the address and the page.
    """
    raw = [side.encode("utf-8", "surrogatepass") if isinstance(side, str) else side for side in (before, after)]
    known = raw[1] if raw[1] is not None else raw[0] or b""
    source = source or sources.source_for(url, known)
    cuts: list[Cut] = []
    for body in raw:
        if body is None:
            cuts.append(_EMPTY)
            continue
        page = Page(url=url, body=body)
        seen = gate.inspect(page)
        if seen is not None:
            return _identified(Comparison(outcome=seen.outcome, reason=seen.reason), source)
        try:
            cuts.append(sources.cut(source, page))
        except SplitError as error:
            return _identified(Comparison(outcome=error.outcome, reason=str(error)), source)
    old, new = cuts
    if raw[0] is None or raw[1] is None:
        old, new = (replace(cut, template=(new if raw[0] is None else old).template) for cut in cuts)
    elif identity_differs(source, old, new):
        names = [cut.first("name") for cut in (old, new)]
        reason = " and ".join(name.value for name in names if name)
        return _identified(Comparison(outcome=Outcome.UNREADABLE,
                                      reason=f"the two pages are about two places: {reason}"), source)  # fmt: skip
    found = diff.comparison(old, new, name=source.destination.name or "Page", at=at,
                            append_only=new.template in sources.APPEND_ONLY)  # fmt: skip
    return _identified(found, source)


def identity_differs(source: Source, old: Cut, new: Cut) -> bool:
    """Whether exactly one of the two pages is about the source's destination."""
    return identity.about(source, old) != identity.about(source, new)
