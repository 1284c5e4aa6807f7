"""What is asked often is answered from an index, however long the history has become."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from monitor.alarm import Alarm
from monitor.model import CampaignIntent, ChangeState, Settlement, Severity, Share
from monitor.store import Store
from tests.store.builders import RSS, T0, US, at, changed, first, looked, wants

CAMPAIGN = (
    [
        Settlement(
            change_id=3,
            state=ChangeState.CAMPAIGN,
            confirmed=True,
            shares=(Share(campaign_id="cmp_2", severity=Severity.LOW),),
        )
    ],
    [
        CampaignIntent(
            id="cmp_2",
            publisher="us",
            example=3,
            headline="",
            sentences=(),
            findings=(),
            marks=("+a",),
        )
    ],
)
OFTEN: dict[str, Callable[[Store], Any]] = {
    "due": lambda store: store.due(at(999)),
    "audited": lambda store: (store.audited(at(999), "can_1"), store.vitals(at(999))),
    "alarms": lambda store: (store.turn_alarms([Alarm(name="space")], at(999)), store.pulse("look", at(999))),
    "next_due_at": lambda store: store.next_due_at(),
    "postpone": lambda store: store.postpone(US.id, at(999)),
    "state": lambda store: store.state(US.id),
    "baseline": lambda store: store.baseline(US.id),
    "visits": lambda store: store.visits(US.id),
    "portrait": lambda store: store.portrait(US.id, at(999)),
    "captures": lambda store: (store.captures(US.id), store.captures(US.id, before_id=2)),
    "captures by id": lambda store: store.captures_by_id(US.id, (1, 2)),
    "change between": lambda store: store.change_between(US.id, "a", "b"),
    "changes by id": lambda store: store.changes_by_id((1, 2)),
    "around": lambda store: _around(store),
    "unchanged": lambda store: store.record(looked(200)),
    "changed": lambda store: store.record(changed(200, body=b"last", marks=("+b",))),
    "settle": lambda store: store.settle(
        Settlement(change_id=2, state=ChangeState.TOLD, confirmed=True), at(200)
    ),
    "change": lambda store: (store.change(1), store.change("evt_x")),
    "changes": lambda store: (
        store.changes(),
        store.changes(destination="mali"),
        store.changes(source_id=US.id, before_id=9),
    ),
    "held": lambda store: store.held(at(999)),
    "signatures": lambda store: store.recent_signatures(
        publisher="us", destination="mali", since=T0, except_source=RSS.id
    ),
    "gathering": lambda store: store.gathering(at(999), limit=1),
    "gathered": lambda store: store.gathering(at(999)),
    "edits": lambda store: store.edits(publisher="us", marks={"+a", "-a"}, since=T0),
    "open campaigns": lambda store: store.open_campaigns(publisher="us", since=T0),
    "watched destinations": lambda store: store.watched_destinations("us"),
    "settle gathered": lambda store: store.settle_gathered(*CAMPAIGN, at(200)),
    "campaign": lambda store: store.campaign("cmp_1"),
    "campaign deliveries": lambda store: store.deliveries(campaign_id="cmp_1"),
    "claim": lambda store: store.claim(at(999), owner="w"),
    "sent": lambda store: store.sent(1, at(999), owner="w", digest=True),
    "deliveries": lambda store: store.deliveries(change_id=1),
}


def _around(store: Store) -> None:
    change = store.change(2)
    assert change is not None
    store.around(change)
    store.around(replace(change, campaign="cmp_1"), ("cmp_1",))


@pytest.mark.parametrize("name", OFTEN)
def test_no_question_asked_often_reads_a_whole_table(path: Path, name: str) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False)
    store.sync_sources([US, RSS], T0)
    store.add_subscription(wants("anna", "mali"))
    store.record(first())
    store.record(changed(60))
    store.record(changed(120, ChangeState.HELD, body=b"newer"))
    store.record(changed(130, ChangeState.GATHERING, body=b"newest", marks=("+a",)))
    said: list[tuple[str, Any]] = []

    def listen(_conn: Any, _cursor: Any, sql: str, values: Any, *_more: Any) -> None:
        said.append((sql, values))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        OFTEN[name](store)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
        store.close()
    assert said
    conn = sqlite3.connect(path)
    for sql, values in said:
        if not sql.startswith("BEGIN"):
            one = values[0] if isinstance(values, list) else values
            plan = [row[3] for row in conn.execute("EXPLAIN QUERY PLAN " + sql, one)]
            assert not [step for step in plan if _reads_all(step, sql)], (sql, plan)
    conn.close()


def _reads_all(step: str, sql: str) -> bool:
    """A walk along an index is fine if it stops after LIMIT rows; pulses are a dozen, and bulletins a few a month."""
    few = step in ("SCAN pulses", "SCAN bulletins")
    return not few and step.startswith("SCAN") and not ("LIMIT" in sql and "subscriptions" not in step)
