"""Who is erased stays so: through crashes, and through an older backup that is put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.audience import Channel, SubscriptionState, Wishes
from monitor.errors import StoreError
from monitor.store import Store, erasures
from tests.store.builders import US, at, first, wants


@pytest.fixture
def kept(path: Path) -> Store:
    """A store with Anna, who watches Mali and has left Niger, and Bea."""
    store = Store.open(f"sqlite:///{path}", secret="s")
    store.sync_sources([US], at(0))
    store.record(first())
    store.add_subscription(wants("anna", "mali"))
    store.add_subscription(replace(wants("anna", "niger"), id="sub-left"))
    store.remove_subscription("sub-left", at(1))
    store.add_subscription(wants("bea"))
    return store


def addresses(store: Store) -> dict[str, str]:
    return {sub.id: sub.address for sub in store.subscriptions(removed=True)}


def test_an_erasure_takes_what_is_left_of_ended_subscriptions_along(kept: Store) -> None:
    assert kept.erase("sub-anna", at(2))
    assert addresses(kept) == {"sub-anna": "", "sub-left": "", "sub-bea": "bea@ngo.example"}
    kept.close()


def test_a_live_subscription_of_the_same_reader_stays(kept: Store) -> None:
    kept.erase("sub-left", at(2))
    assert addresses(kept)["sub-anna"] == "anna@ngo.example"
    kept.close()


def test_an_older_copy_of_the_database_brings_nobody_back(kept: Store, path: Path, tmp_path: Path) -> None:
    kept._db.forget()
    shutil.copy(path, tmp_path / "older")
    kept.erase("sub-anna", at(2))
    kept.close()
    shutil.copy(tmp_path / "older", path)
    store = Store.open(f"sqlite:///{path}", secret="s")
    assert addresses(store) == {"sub-anna": "", "sub-left": "", "sub-bea": "bea@ngo.example"}
    assert store.erased(Channel.MAIL, "Anna@ngo.example") == at(2)
    store.close()
    sealed = {row[0] for row in sqlite3.connect(tmp_path / "older").execute("SELECT sealed FROM subscriptions")}
    for file in path.parent.glob("monitor.db*"):
        gone = [one for one in sealed if one and one.encode() in file.read_bytes()]
        assert len(gone) <= 1, f"{file.name}: only Bea's seal may be left"


def test_a_lost_ledger_is_made_anew_from_the_table(kept: Store, path: Path) -> None:
    kept.erase("sub-anna", at(2))
    kept.close()
    ledger = Path(f"{path}.erased")
    before = erasures.Ledger(ledger).read()
    ledger.unlink()
    Store.open(f"sqlite:///{path}", secret="s").close()
    assert erasures.Ledger(ledger).read() == before != {}
    assert ledger.stat().st_mode & 0o777 == 0o600


def test_what_is_kept_of_somebody_erased_holds_neither_address_nor_the_hash_used_elsewhere(
    kept: Store, path: Path
) -> None:
    reader = sqlite3.connect(path).execute("SELECT reader FROM subscriptions WHERE id = 'sub-anna'").fetchone()[0]
    kept.erase("sub-anna", at(2))
    kept.close()
    for file in path.parent.glob("monitor.db*"):
        assert reader.encode() not in file.read_bytes() and b"anna@" not in file.read_bytes(), file.name


def test_an_erasure_that_crashed_before_its_commit_comes_true_at_the_next_start(kept: Store, path: Path) -> None:
    with pytest.raises(ZeroDivisionError), kept._db.write() as conn:
        erasures.erase(conn, "sub-anna", at(2), kept._vault, kept._ledger)
        raise ZeroDivisionError
    assert addresses(kept)["sub-anna"] == "anna@ngo.example"
    kept.close()
    store = Store.open(f"sqlite:///{path}", secret="s")
    assert addresses(store)["sub-anna"] == ""
    store.close()


def test_half_a_line_in_the_ledger_spoils_no_other(kept: Store, path: Path) -> None:
    kept.erase("sub-anna", at(2))
    ledger = Path(f"{path}.erased")
    ledger.write_bytes(ledger.read_bytes() + b"2026-06-08T12:0")
    kept.erase("sub-bea", at(3))
    kept.close()
    assert set(erasures.Ledger(ledger).read()) == {"sub-anna", "sub-left", "sub-bea"}


def test_an_erasure_that_cannot_be_noted_is_not_said_to_be_done(kept: Store, path: Path) -> None:
    Path(f"{path}.erased").mkdir()
    with pytest.raises(StoreError, match=r"cannot be noted.*Nothing was written"):
        kept.erase("sub-anna", at(2))
    assert addresses(kept)["sub-anna"] == "anna@ngo.example"
    kept.close()


def test_who_comes_back_by_itself_is_erased_no_more(kept: Store) -> None:
    kept.erase("sub-anna", at(2))
    back = replace(wants("anna"), id="sub-new", state=SubscriptionState.PENDING)
    kept.add_subscription(back)
    assert kept.erased(Channel.MAIL, "anna@ngo.example")  # anybody may ask in her name
    kept.move("sub-new", SubscriptionState.ACTIVE, "", at(3))
    kept.add_subscription(replace(back, state=SubscriptionState.ACTIVE))
    assert kept.erased(Channel.MAIL, "anna@ngo.example") is None
    kept.close()


def test_who_never_confirmed_may_be_subscribed_by_an_operator_later(kept: Store) -> None:
    kept.add_subscription(replace(wants("carl"), state=SubscriptionState.PENDING))
    kept.prune(at(60 * 24 * 40), keep_visits=at(1) - at(0))
    assert addresses(kept)["sub-carl"] == ""
    assert kept.erased(Channel.MAIL, "carl@ngo.example") is None
    kept.close()


def test_an_erasure_leaves_the_log_soon_also_when_somebody_was_reading(
    kept: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = sqlite3.connect(path).execute("SELECT sealed FROM subscriptions WHERE id = 'sub-anna'").fetchone()[0]
    clock = [time.monotonic()]
    monkeypatch.setattr("monitor.store.engine.time.monotonic", lambda: clock[0])
    kept._db._wait = 0.05
    reading = sqlite3.connect(path, isolation_level=None)
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM visits").fetchone()
    kept.wish("sub-anna", Wishes(), at(1))
    kept.erase("sub-anna", at(2))
    log = Path(f"{path}-wal")
    assert os.stat(log).st_size > 0 and sealed.encode() in log.read_bytes()
    reading.close()
    clock[0] += 45
    assert kept.claim(at(3), owner="w") == ()  # asked once a second
    assert os.stat(log).st_size == 0
    assert sealed.encode() not in path.read_bytes()
    kept.close()
