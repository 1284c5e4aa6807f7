"""/healthz for whoever restarts us, /metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector, CollectorRegistry

from monitor import __version__
from monitor.alarm import Vitals
from monitor.core.alarms import KINDS
from monitor.errors import StoreError
from monitor.places import Route

PATIENCE = 60.0
"""Seconds without a finished tick after which the ticking counts as stopped."""
OVERDUE = 1800.0
"""Seconds by which a source may be late before something hangs; many slow ones take minutes."""


class Facts(Protocol):
    def counts(self) -> Mapping[str, int]: ...
    def routes(self) -> tuple[Route, ...]: ...
    def most_overdue(self) -> tuple[str, datetime] | None: ...
    def vitals(self, now: datetime) -> Vitals: ...


def health(
    store: Facts, now: datetime, last_tick: datetime | None, started: datetime, tick: float
) -> tuple[dict[str, Any], int]:
    """The state as JSON values and an HTTP status.

    503 if the ticking stopped, the database fails, or a source waits for its look far too long.
    """
    age = max(0.0, (now - (last_tick or started)).total_seconds())
    ticking = age <= max(PATIENCE, 10 * tick)
    late, who = 0.0, None
    try:
        if (found := store.most_overdue()) is not None:
            late = max(0.0, (now - max(found[1], started)).total_seconds())  # before our start it is nobody's fault
            who = found[0] if late else None
        database = "ok"
    except StoreError as error:
        database = str(error)
    well = ticking and database == "ok" and late < OVERDUE
    return {
        "ok": well,
        "database": database,
        "ticking": ticking,
        "last_tick_age_seconds": round(age, 1),
        "overdue_source": who,
        "overdue_seconds": round(late, 1),
    }, 200 if well else 503


class Numbers(Collector):
    """Asks the store for its numbers whenever Prometheus asks us. No addresses among them."""

    def __init__(
        self,
        store: Facts,
        now: Callable[[], datetime],
        last_tick: Callable[[], datetime | None],
        started: datetime,
    ) -> None:
        self._store, self._now, self._tick, self._started = store, now, last_tick, started

    def describe(self) -> list[Metric]:
        """Nothing, so that registering does not already ask the store."""
        return []

    def collect(self) -> Iterator[Metric]:
        counts = self._store.counts()
        visits = CounterMetricFamily(
            "monitor_visits", "Looks at sources, by how they ended", labels=["outcome"]
        )
        changes = GaugeMetricFamily(
            "monitor_changes", "Changes stored, by what became of them", labels=["state"]
        )
        deliveries = GaugeMetricFamily(
            "monitor_deliveries", "Messages, by how far they came", labels=["state"]
        )
        families: dict[str, CounterMetricFamily | GaugeMetricFamily] = {
            "visits": visits, "changes": changes, "deliveries": deliveries,
        }  # fmt: skip
        for name, value in counts.items():
            family, _, label = name.partition(".")
            if label and family in families:
                families[family].add_metric([label], value)
        yield from families.values()
        yield GaugeMetricFamily(
            "monitor_sources_watched", "Sources watched", value=counts.get("sources.watched", 0)
        )
        yield GaugeMetricFamily("monitor_bodies", "Pages kept", value=counts.get("bodies", 0))
        yield GaugeMetricFamily(
            "monitor_bodies_bytes", "Bytes of the pages kept", value=counts.get("bytes", 0)
        )
        yield from self._sources()
        yield GaugeMetricFamily(
            "monitor_last_tick_age_seconds",
            "Seconds since the last finished tick, or since the start",
            value=self._since(self._tick()),
        )

        yield GaugeMetricFamily("monitor_source_overdue_seconds", "Seconds by which the latest look is late",
                                value=self._overdue())  # fmt: skip
        yield from self._vitals()
        built = GaugeMetricFamily("monitor_build_info", "The installed version", labels=["version"])
        built.add_metric([__version__], 1)
        yield built

    def _vitals(self) -> Iterator[Metric]:
        """How well the service watches itself."""
        found = self._store.vitals(self._now())
        alarms = GaugeMetricFamily("monitor_alarms", "Alarms that stand (docs/alarms.md)", labels=["alarm"])
        for kind in KINDS:  # the zeros too: a line that is missing raises no alert
            alarms.add_metric([kind.name], found.alarms.get(kind.name, 0))
        yield alarms
        pulses = GaugeMetricFamily(
            "monitor_pulse_age_seconds", "Seconds since a part of the service last came to the end of its work",
            labels=["part"],
        )  # fmt: skip
        for part, at in sorted({"audit": self._started, **found.pulses}.items()):
            pulses.add_metric([part], self._since(at))
        yield pulses
        yield GaugeMetricFamily(
            "monitor_messages_owed", "Messages owed to readers for a quarter of an hour and not handed over",
            value=sum(one.count for one in found.owing),
        )  # fmt: skip
        oldest = min((one.since for one in found.owing), default=None)
        yield GaugeMetricFamily("monitor_messages_owed_seconds", "Seconds since the oldest of them is owed",
                                value=self._since(oldest) if oldest else 0.0)  # fmt: skip
        untold = GaugeMetricFamily(
            "monitor_untold_change_age_seconds", "Seconds that the oldest change waits that nobody was told of",
            labels=["state"],
        )  # fmt: skip
        for state, since in (("held", found.held_since), ("gathering", found.gathering_since)):
            untold.add_metric([state], self._since(since) if since else 0.0)
        yield untold
        if found.canary_at is not None:
            yield GaugeMetricFamily("monitor_canary_age_seconds", "Seconds since the newest canary that got through",
                                    value=self._since(found.canary_at))  # fmt: skip

    def _overdue(self) -> float:
        found = self._store.most_overdue()
        return 0.0 if found is None else self._since(max(found[1], self._started))

    def _sources(self) -> Iterator[Metric]:
        good = GaugeMetricFamily(
            "monitor_seconds_since_good_look",
            "Seconds since the page was last seen; since the start if it never was",
            labels=["source"],
        )
        failures = GaugeMetricFamily(
            "monitor_failures", "Looks in a row that did not see the page", labels=["source"]
        )
        for route in self._store.routes():
            good.add_metric([route.source_id], self._since(route.last_good_at))
            failures.add_metric([route.source_id], route.failures)
        yield good
        yield failures

    def _since(self, moment: datetime | None) -> float:
        # A number even where there is none to give: NaN would keep every alert silent.
        return max(0.0, (self._now() - (moment or self._started)).total_seconds())


def registry(numbers: Numbers) -> CollectorRegistry:
    """One registry for one app, so that two apps in a process never mix their numbers."""
    made = CollectorRegistry(auto_describe=False)
    made.register(numbers)
    return made
