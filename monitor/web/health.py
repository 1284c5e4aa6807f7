"""/healthz for whoever restarts us, /metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from monitor.errors import StoreError
from monitor.model import SourceView

PATIENCE = 60.0
"""Seconds without a finished tick after which the ticking counts as stopped."""
OVERDUE = 1800.0
"""Seconds by which a source may be late before something hangs; a pass over many slow ones takes minutes."""


class Facts(Protocol):
    def counts(self) -> Mapping[str, int]: ...
    def overview(self) -> tuple[SourceView, ...]: ...


def health(
    store: Facts, now: datetime, last_tick: datetime | None, started: datetime, tick: float
) -> tuple[dict[str, Any], int]:
    """The state as JSON values and an HTTP status: 503 if the ticking stopped or the database fails."""
    since = (now - (last_tick or started)).total_seconds()
    ticking = since <= max(PATIENCE, 10 * tick)
    try:
        late = max((_late(view, now) for view in store.overview()), default=0.0)
        database = "ok"
    except StoreError as error:
        late, database = 0.0, str(error)
    well = ticking and database == "ok" and late < OVERDUE
    return {
        "ok": well,
        "database": database,
        "ticking": ticking,
        "seconds_since_tick": round(since, 1),
        "seconds_overdue": round(late, 1),
    }, 200 if well else 503


def _late(view: SourceView, now: datetime) -> float:
    due = view.state.next_due_at
    return max(0.0, (now - due).total_seconds()) if due else 0.0


def metrics(store: Facts, now: datetime, last_tick: Callable[[], datetime | None]) -> bytes:
    """Everything countable in Prometheus' text form; no addresses, no subscribers per country."""
    registry = CollectorRegistry()
    gauges: dict[str, Gauge] = {}
    for name, value in store.counts().items():
        family, _, label = name.partition(".")
        gauge = gauges.get(family)
        if gauge is None:
            labels = ["state"] if label else []
            gauge = gauges[family] = Gauge(f"monitor_{family}", f"Number of {family}", labels, registry=registry)
        (gauge.labels(label) if label else gauge).set(value)
    age = Gauge("monitor_seconds_since_good_look", "Seconds since the page was last seen", ["source"], registry=registry)
    failures = Gauge("monitor_failures", "Visits in a row that did not see the page", ["source"], registry=registry)
    for view in store.overview():
        seen = view.state.last_good_at
        age.labels(view.state.source_id).set((now - seen).total_seconds() if seen else float("nan"))
        failures.labels(view.state.source_id).set(view.state.failures)
    ticked = last_tick()
    tick_age = Gauge("monitor_seconds_since_tick", "Seconds since the last finished tick", registry=registry)
    tick_age.set((now - ticked).total_seconds() if ticked else float("nan"))
    return generate_latest(registry)
