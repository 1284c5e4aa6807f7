"""A backup of a database in use, and the way back: verified, atomic, and nobody comes back who has gone."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.audience import Channel, DeliveryState, SubscriptionState
from monitor.errors import StoreError
from monitor.store import Store, backup, dumps
from tests.store.builders import RSS, UK, US, at, changed, first, looked, wants
from tests.store.test_damage import overwrite

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def live(path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{path}", secret="s")
    store.sync_sources([US, RSS, UK], at(0))
    store.add_subscription(wants("anna"))
    store.add_subscription(wants("bea"))
    store.record(first(os.urandom(50_000)))
    store.record(changed(60))
    yield store
    store.close()


def back(source: Path, path: Path) -> backup.Made:
    return backup.restore(source, path, lambda url: Store.open(url, secret="s", ledger=Path(f"{path}.erased")))


def reopened(path: Path) -> Store:
    store = Store.open(f"sqlite:///{path}", secret="s")
    assert store.check() == []
    return store


def test_a_backup_is_one_private_file_with_everything_in_it(live: Store, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "one.db"
    target.parent.mkdir()
    made = backup.write(live._db, target)
    assert made.rows["changes"] == 1 and made.rows["subscriptions"] == 2 and made.rows["bodies"] == 2
    assert [file.name for file in target.parent.iterdir()] == ["one.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert b"anna@" not in target.read_bytes()
    copy = reopened(target)
    assert copy.changes() == live.changes() and copy.counts() == live.counts()
    copy.close()


def busy(path: Path, stop: object) -> None:
    store, minute = Store.open(f"sqlite:///{path}", secret="s"), 1000
    while not stop.is_set():  # type: ignore[attr-defined]
        store.record(looked(minute))
        store.record(changed(minute + 0.5, body=os.urandom(20_000)))
        minute += 1
    store.close()


def test_a_backup_while_another_process_writes_is_of_one_moment(live: Store, path: Path, tmp_path: Path) -> None:
    stop = FORK.Event()
    writer = FORK.Process(target=busy, args=(path, stop), daemon=True)
    writer.start()
    try:
        numbers = [backup.write(live._db, tmp_path / f"{n}.db").rows["changes"] for n in range(5)]
    finally:
        stop.set()
        writer.join(30)
    assert numbers == sorted(numbers) and numbers[-1] > numbers[0]
    for n in range(5):
        reopened(tmp_path / f"{n}.db").close()


def test_a_backup_of_a_damaged_database_is_refused_and_the_earlier_one_stays(
    live: Store, path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "kept.db"
    backup.write(live._db, target)
    before = target.read_bytes()
    live.close()
    with sqlite3.connect(path) as conn:
        conn.execute("UPDATE bodies SET data = zeroblob(length(data)) WHERE size = 50000")
    conn.close()
    again = Store.open(f"sqlite:///{path}", secret="s")
    with pytest.raises(StoreError, match=r"not sound.*stored page.*earlier backup stays"):
        backup.write(again._db, target)
    again.close()
    assert target.read_bytes() == before
    assert not list(tmp_path.glob("*.part*"))


def test_a_backup_over_the_database_itself_is_refused(live: Store, path: Path) -> None:
    with pytest.raises(StoreError, match="is the database itself"):
        backup.write(live._db, path)
    with pytest.raises(StoreError, match="is the database itself"):
        back(path, path)


def test_a_backup_that_finds_no_room_leaves_nothing_half_written(live: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be written|Nothing was changed"):
        backup.write(live._db, tmp_path / "not there" / "one.db")


def test_a_restore_goes_on_under_a_store_that_is_open(live: Store, path: Path, tmp_path: Path) -> None:
    backup.write(live._db, tmp_path / "one.db")
    live.record(changed(120, body=b"<p>third</p>"))
    assert len(live.changes()) == 2
    made = back(tmp_path / "one.db", path)
    assert made.kept is None
    assert len(live.changes()) == 1
    live.record(changed(180, body=b"<p>fourth</p>"))
    assert len(live.changes()) == 2 and live.check() == []


def test_what_went_out_since_the_backup_is_not_sent_again(live: Store, path: Path, tmp_path: Path) -> None:
    backup.write(live._db, tmp_path / "one.db")
    (one, _) = live.claim(at(61), owner="w")
    assert live.sent(one.id, at(62), owner="w")
    made = back(tmp_path / "one.db", path)
    assert made.already_sent == 1
    assert {d.id: d.state for d in live.deliveries()} == {
        d.id: DeliveryState.SENT if d.id == one.id else DeliveryState.WAITING for d in live.deliveries()}  # fmt: skip


def test_who_left_since_the_backup_stays_away_and_a_revoked_token_stays_closed(
    live: Store, path: Path, tmp_path: Path
) -> None:
    live.issue_pass("t0ken", kind="token", name="api", now=at(0), expires_at=None)
    backup.write(live._db, tmp_path / "one.db")
    live.remove_subscription("sub-anna", at(70))
    live.revoke_pass("t0ken")
    back(tmp_path / "one.db", path)
    assert live.subscription("sub-anna").state is SubscriptionState.ENDED  # type: ignore[union-attr]
    assert live.open_with("t0ken", "token", at(71)) is None


@pytest.mark.parametrize("damaged", [False, True])
def test_who_was_erased_since_the_backup_stays_erased(
    live: Store, path: Path, tmp_path: Path, damaged: bool
) -> None:
    backup.write(live._db, tmp_path / "one.db")
    sealed = sqlite3.connect(path).execute("SELECT sealed FROM subscriptions WHERE id = 'sub-anna'").fetchone()[0]
    live.erase("sub-anna", at(70))
    live.close()
    if damaged:
        overwrite(path, 0, os.urandom(5000))
    back(tmp_path / "one.db", path)
    store = reopened(path)
    assert store.subscription("sub-anna").address == ""  # type: ignore[union-attr]
    assert store.subscription("sub-bea").address == "bea@ngo.example"  # type: ignore[union-attr]
    assert store.erased(Channel.MAIL, "anna@ngo.example") == at(70)
    store.close()
    assert [file.name for file in path.parent.glob("monitor.db*") if sealed.encode() in file.read_bytes()] == []


@pytest.mark.parametrize("how", ["header", "middle", "short", "log"])
def test_a_damaged_database_is_set_aside_and_replaced(live: Store, path: Path, tmp_path: Path, how: str) -> None:
    backup.write(live._db, tmp_path / "one.db")
    live.close()
    match how:
        case "header":
            overwrite(path, 0, b"\0" * 100)
        case "middle":
            overwrite(path, 4096, b"\xff" * (path.stat().st_size - 8192))
        case "short":
            os.truncate(path, path.stat().st_size // 2)
        case _:
            Path(f"{path}-wal").write_bytes(os.urandom(9000))
    found = path.read_bytes()
    with pytest.raises(StoreError, match="monitor restore"):
        Store.open(f"sqlite:///{path}", secret="s")
    made = back(tmp_path / "one.db", path)
    assert made.kept is not None and made.kept.read_bytes() == found
    store = reopened(path)
    assert len(store.changes()) == 1
    store.close()


def test_a_store_that_has_the_replaced_file_open_writes_no_more(live: Store, path: Path, tmp_path: Path) -> None:
    backup.write(live._db, tmp_path / "one.db")
    overwrite(path, 0, os.urandom(100))
    Path(f"{path}-wal").unlink(missing_ok=True)
    back(tmp_path / "one.db", path)
    with pytest.raises(StoreError, match="was replaced while it was open"):
        live.record(looked(200))


def test_a_damaged_or_foreign_backup_changes_nothing(live: Store, path: Path, tmp_path: Path) -> None:
    backup.write(live._db, tmp_path / "one.db")
    good = (tmp_path / "one.db").read_bytes()
    overwrite(tmp_path / "one.db", 4096 * 3, b"\xff" * (len(good) - 4096 * 4))
    (tmp_path / "letter.txt").write_text("Dear sir")
    with sqlite3.connect(tmp_path / "photos.db") as other:
        other.execute("CREATE TABLE photos (id)")
    other.close()
    before = live.changes()
    for name in ("one.db", "letter.txt", "photos.db", "nothing.db"):
        with pytest.raises(StoreError):
            back(tmp_path / name, path)
        assert live.changes() == before and live.check() == []
    assert not list(tmp_path.glob("*.part*"))


def test_a_backup_sealed_with_another_secret_is_refused(live: Store, path: Path, tmp_path: Path) -> None:
    backup.write(live._db, tmp_path / "one.db")
    with pytest.raises(StoreError, match="another secret"):
        backup.restore(tmp_path / "one.db", path, lambda url: Store.open(url, secret="other"))
    assert len(live.changes()) == 1


def test_without_the_programs_of_postgresql_it_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match=r"pg_dump is not on this machine.*pg_dump --dbname=postgresql://me@h/m"
                       r" --format=custom") as caught:  # fmt: skip
        dumps.dump("postgresql://me:hush@h/m", tmp_path / "one.dump")
    assert "hush" not in str(caught.value) and list(tmp_path.iterdir()) == []


def test_postgresql_is_dumped_and_restored_and_who_was_erased_stays_so(url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        pytest.skip("this is about PostgreSQL")
    ledger = tmp_path / "erased.log"
    store = Store.open(url, ledger=ledger)
    store.sync_sources([US], at(0))
    store.add_subscription(wants("anna"))
    store.add_subscription(wants("bea"))
    store.record(first())
    assert dumps.dump(url, tmp_path / "one.dump") > 1000
    assert store.erase("sub-anna", at(1))
    store.record(changed(60))
    store.close()
    dumps.restore(url, tmp_path / "one.dump")
    store = Store.open(url, ledger=ledger)
    assert store.changes() == () and {s.id: s.address for s in store.subscriptions(removed=True)} == {
        "sub-anna": "", "sub-bea": "bea@ngo.example"}  # fmt: skip
    store.close()
