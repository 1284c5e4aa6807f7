"""`monitor migrate-to`: everything arrives on PostgreSQL, is the same there, and nothing is written over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from monitor import cli
from monitor.audience import (
    Bulletin,
    Cadence,
    Channel,
    DeliveryState,
    Group,
    Limits,
    MessageKind,
    Scope,
    Subscription,
    Wishes,
)
from monitor.errors import StoreError
from monitor.evidence import gather
from monitor.model import Severity
from monitor.store import Store, move
from monitor.store.move import TABLES
from tests.fakes import START
from tests.store import postgres
from tests.test_campaigns import AIR, NAMES, Many
from tests.test_pipeline import ORDER

SECRET = "the secret of this installation"
CONFIG = """
[database]
url = "sqlite:///{path}"
[[destinations]]
name = "Mali"
iso3 = "MLI"
  [[destinations.sources]]
  id = "mali"
  kind = "us-page"
  url = "https://travel.state.gov/mali.html"
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation on SQLite with something in every table."""
    path = tmp_path_factory.mktemp("old") / "monitor.db"
    store = Store.open(f"sqlite:///{path}", durable=False, secret=SECRET)
    many = Many(*NAMES, store=store)
    place = many.sources[0].destination.key

    def reader(name: str, **wishes: object) -> Subscription:
        return Subscription(id=f"sub_{name}", channel=Channel.MAIL, address=f"{name}@ngo.example", created_at=START,
                            wishes=Wishes(**{"floor": Severity.LOW, **wishes}))  # type: ignore[arg-type]  # fmt: skip

    store.enrol(Group(id="grp_1", name="Bureau du Sahel"), [reader("a"), reader("b", destinations=(place,))])
    store.add_subscription(reader("c", scope=Scope.SECTIONS, sections=("health",)))
    store.add_subscription(reader("d", cadence=Cadence.DAILY))
    store.add_subscription(reader("gone"))
    asked = reader("e")
    store.propose("prop_1", asked, sender="192.0.2.7", now=many.clock(), limits=Limits())
    for number in range(6):
        many.show(number, AIR)
    many.settle(hours=2)
    event = many.show(0, ORDER)
    many.told()
    many.clock.forward(hours=30)
    now = many.clock()
    store.make_digest("sub_d", now, {})
    store.acknowledge(event, "sub_1", now)
    sent = store.deliveries(limit=1)[0]
    store.note_bounce(fingerprint="f", kind="hard", status="5.1.1", delivery_id=sent.id, message_id=None, now=now)
    store.announce(Bulletin(id="bul_1", kind=MessageKind.BLIND, created_at=now, destination=place,
                            destination_name="Mali", publisher="us-state"))  # fmt: skip
    store.issue_pass("token", kind="token", name="desk", now=now, expires_at=now + timedelta(days=9))
    with store._db.write() as conn:
        at = "2026-06-08 12:00:00.000000"
        conn.execute(text(f"INSERT INTO boilerplate VALUES ('us-state', 'm', '{at}')"))
        conn.execute(text(f"INSERT INTO pulses VALUES ('settle', '{at}')"))
        conn.execute(text("INSERT INTO alarms (name, about, detail, stops, raised_at, seen_at)"
                          f" VALUES ('overdue', 'mali-page', '', false, '{at}', '{at}')"))  # fmt: skip
        conn.execute(text("INSERT INTO listings (publisher, url, etag, last_modified, fingerprint, items, failures,"
                          " next_due_at, last_reason) VALUES ('us-state', 'https://x.example', '', '', '', 1, 0,"
                          f" '{at}', '')"))  # fmt: skip
        conn.execute(text("INSERT INTO found (source_id, publisher, token, name, names, place, url, kind, iso3, region,"
                          " first_seen_at) VALUES ('us-state:togo', 'us-state', 'togo', 'Togo', '[\"Togo\"]', 'togo',"
                          f" 'https://x.example/togo', 'us-page', 'TGO', 'TG', '{at}')"))  # fmt: skip
    store.erase("sub_gone", now)
    with store._db.read() as conn:
        empty = [one.name for one in TABLES if not conn.scalar(select(func.count()).select_from(one))]
    store.close()
    assert empty == [], "every table should have something in it"
    return path


@pytest.fixture
def old(original: Path, tmp_path: Path) -> Path:
    for file in original.parent.glob("monitor.db*"):
        shutil.copy(file, tmp_path)
    return tmp_path / "monitor.db"


@pytest.fixture
def target(databases: postgres.Databases) -> Iterator[str]:
    address = databases.empty()
    yield address
    databases.drop(address)


def opened(url: str, folder: Path) -> Store:
    return Store.open(url, secret=SECRET, ledger=folder / "erased.log", durable=False)


def test_everything_arrives_and_works_there(old: Path, target: str, tmp_path: Path) -> None:
    sums = move.move(f"sqlite:///{old}", target, SECRET)
    assert sums.keys() == {one.name for one in TABLES} and all(found.rows for found in sums.values())
    before, after = opened(f"sqlite:///{old}", tmp_path), opened(target, tmp_path / "..")
    assert after.check() == [] and after.revision() == before.revision()
    for ask in (Store.counts, Store.chain_head, Store.subscriptions, Store.changes, Store.overview):
        assert ask(after) == ask(before), ask
    assert after.deliveries(limit=1000) == before.deliveries(limit=1000)
    assert after.erased(Channel.MAIL, "gone@ngo.example") == before.erased(Channel.MAIL, "gone@ngo.example") is not None
    change = before.changes()[0]
    assert gather.found(after, change.event_id) == gather.found(before, change.event_id) is not None
    now = START + timedelta(days=30)
    claimed = after.claim(now, owner="w", limit=100)
    assert {one.id for one in claimed} == {
        one.id for one in before.deliveries(limit=1000) if one.state is DeliveryState.WAITING
    } and any(one.address.endswith("@ngo.example") for one in claimed)
    # What is new is numbered behind what was brought along.
    after.announce(Bulletin(id="bul_2", kind=MessageKind.BLIND, created_at=now, destination="mali",
                            destination_name="Mali", publisher="us-state"))  # fmt: skip
    before.close()
    after.close()


def test_the_chain_goes_on_where_it_stood(old: Path, target: str, tmp_path: Path) -> None:
    move.move(f"sqlite:///{old}", target, SECRET)
    store = opened(target, tmp_path)
    stood = store.chain_head()
    assert stood is not None and store.check() == []
    Many(*NAMES, store=store).show(0, "A new sentence about the river bridges.", days=40)
    head = store.chain_head()
    assert head is not None and head.position == stood.position + 1
    assert store.check() == []
    store.close()


def test_a_copy_that_broke_off_is_taken_up_and_one_that_is_whole_may_be_asked_for_again(
    old: Path, target: str
) -> None:
    class Killed(Exception):
        pass

    def dies(table: str, rows: int) -> None:
        if table == "deliveries":
            raise Killed

    with pytest.raises(Killed):
        move.move(f"sqlite:///{old}", target, SECRET, dies)
    first = move.move(f"sqlite:///{old}", target, SECRET)
    assert move.move(f"sqlite:///{old}", target, SECRET) == first


def test_a_target_with_other_data_is_refused_and_left_alone(old: Path, target: str, tmp_path: Path) -> None:
    store = opened(target, tmp_path)
    store.add_subscription(Subscription(id="sub_z", channel=Channel.MAIL, address="z@ngo.example", created_at=START))
    before = store.counts()
    with pytest.raises(StoreError, match=r"holds other data.*Nothing was written"):
        move.move(f"sqlite:///{old}", target, SECRET)
    assert store.counts() == before and [one.id for one in store.subscriptions()] == ["sub_z"]
    store.close()


def test_a_copy_that_lost_a_row_is_not_called_whole(old: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = move._insert

    def forgetful(table: object) -> object:
        made = insert(table)  # type: ignore[arg-type]
        return made if table is not move.TABLES[-1] else text("SELECT 1")

    monkeypatch.setattr(move, "_insert", forgetful)
    with pytest.raises(StoreError, match=r"is not the same as.*source is unchanged"):
        move.move(f"sqlite:///{old}", target, SECRET)


def test_who_was_erased_after_the_backup_that_was_put_back_does_not_arrive(
    old: Path, target: str, tmp_path: Path
) -> None:
    shutil.copy(old, tmp_path / "backup")
    store = Store.open(f"sqlite:///{old}", secret=SECRET, durable=False)
    store.erase("sub_a", START)
    store.close()
    shutil.copy(tmp_path / "backup", old)  # by hand, and not by `monitor restore`
    for side in ("-wal", "-shm"):
        Path(f"{old}{side}").unlink(missing_ok=True)
    move.move(f"sqlite:///{old}", target, SECRET)
    store = opened(target, tmp_path)
    assert "a@ngo.example" not in {one.address for one in store.subscriptions()}
    store.close()


def test_another_secret_is_refused_before_anything_is_copied(old: Path, target: str) -> None:
    with pytest.raises(StoreError, match="sealed with another secret"):
        move.move(f"sqlite:///{old}", target, "another")


@pytest.mark.parametrize("wrong", ["sqlite:///{folder}/new.db", "postgresql://monitor@127.0.0.1:1/monitor", "nonsense"])
def test_a_target_that_cannot_be_one_is_said_so(old: Path, tmp_path: Path, wrong: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(path=old))
    found = CliRunner().invoke(cli.main, ["--config", str(config), "migrate-to", wrong.format(folder=tmp_path)],
                               env={"MONITOR_SECRET": SECRET})  # fmt: skip
    said = " ".join(found.output.split())
    assert found.exit_code != 0
    assert any(words in said for words in ("only to PostgreSQL", "does not answer", "not the address of a database"))


def test_the_command_names_every_table_and_says_what_to_do_next(old: Path, target: str, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(path=old))
    found = CliRunner().invoke(cli.main, ["--config", str(config), "migrate-to", target],
                               env={"MONITOR_SECRET": SECRET})  # fmt: skip
    assert found.exit_code == 0, found.output
    assert found.output.count("the same in both") == len(TABLES)
    assert "MONITOR_DATABASE_URL" in found.output and "Do not start the old installation again" in found.output
