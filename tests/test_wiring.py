"""The parts of one machine: the secret that is whole or not there, and passes that break off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import wiring
from monitor.audience import Channel, DeliveryState
from monitor.errors import ConfigError, FetchError, StoreError
from monitor.model import Page
from monitor.wiring import Parts
from tests.fakes import Clock
from tests.faults.house import House
from tests.faults.service import _furnish, _look, finished
from tests.faults.sinks import World


def test_an_empty_secret_is_refused_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("\n")
    with pytest.raises(ConfigError, match="is empty"):
        wiring._kept_secret(tmp_path)


def test_a_secret_that_cannot_be_written_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("monitor.wiring.os.fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        wiring._kept_secret(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_secret_is_made_once_and_whoever_comes_second_takes_the_first(tmp_path: Path) -> None:
    made = wiring._kept_secret(tmp_path)
    assert len(made) >= 32 and wiring._kept_secret(tmp_path) == made
    wiring._write_once(tmp_path / "secret.key", "another")
    assert wiring._kept_secret(tmp_path) == made
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    with World() as world:
        house = House(tmp_path, f"sqlite:///{tmp_path}/monitor.db", world).furnish()
        made = wiring.build(wiring.configuration(house.config))
        _furnish(made, house.hook)
        _look(made)
        yield made
        made.close()


@pytest.mark.parametrize("channel", [Channel.MAIL, None])
def test_a_pass_that_breaks_off_after_its_claim_gives_it_back_to_the_next_pass(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, channel: Channel | None
) -> None:
    def broken(*_: Any) -> Any:
        raise StoreError("the disk reports an error")

    with monkeypatch.context() as now, pytest.raises(StoreError):
        now.setattr(parts.store, "readers", broken)
        parts.deliver_due(channel)
    assert DeliveryState.CLAIMED in {one.state for one in parts.store.deliveries()}
    for one in (Channel.MAIL, Channel.WEBHOOK) if channel else (None,):
        parts.deliver_due(one)
    assert finished(parts)
    assert {one.state for one in parts.store.deliveries()} == {DeliveryState.SENT}


def test_a_machine_that_slept_does_not_take_its_own_pause_for_blindness(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dark:
        def get(self, url: str, **_: str) -> Page:
            raise FetchError("HTTP 503")

        def close(self) -> None:
            """Nothing is open."""

    parts.client.close()
    parts.client = Dark()  # type: ignore[assignment]
    clock = Clock(datetime.now(UTC))
    monkeypatch.setattr(parts, "clock", clock)
    parts.check(parts.sources[0])
    assert parts.watch_blindness() == 0
    clock.forward(hours=8)
    parts.check(parts.sources[0])
    clock.forward(minutes=5)
    parts.check(parts.sources[0])
    assert parts.watch_blindness() == 0
    told = 0
    for _ in range(80):  # and from then on nobody sees it
        clock.forward(minutes=5)
        parts.check(parts.sources[0])
        told += parts.watch_blindness()
    assert told == len(parts.store.subscriptions()) and len(parts.store.open_blindness()) == 1


def test_a_look_that_could_not_be_written_down_comes_again_in_a_minute_and_not_in_an_hour(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> Any:
        raise StoreError("the disk is full")

    mali = parts.sources[0]
    parts.store.postpone(mali.id, parts.clock() - timedelta(minutes=1))
    with monkeypatch.context() as now, pytest.raises(StoreError):
        now.setattr(parts.store, "record", full)
        parts.check_due()
    due = parts.store.state(mali.id).next_due_at
    assert due is not None and timedelta() < due - parts.clock() <= timedelta(minutes=1)
