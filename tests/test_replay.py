"""What would have been sent to a given set of subscriptions, and when, by the recording's clock."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.audience import Cadence, Channel, Subscription, Wishes
from monitor.cli import main
from monitor.core import contacts, notice
from monitor.model import Page, Severity
from monitor.replay import Replay, write, write_told
from monitor.store import Store
from tests import databases
from tests.fakes import Sender, page, source
from tests.test_demo_site import HTML, record
from tests.test_pipeline import COUP, ORDER

URL = "https://travel.state.gov/en/international-travel/travel-advisories/mali.html"
PHONE = "+(223) 2021-9999"
RECORDED = (
    ("2026-06-09T08:00:00Z", page()),
    ("2026-06-09T12:00:00Z", page(phone=PHONE)),  # medium
    ("2026-06-09T23:30:00Z", page(words=COUP, phone=PHONE)),  # high, at night
    ("2026-06-20T12:00:00Z", page(words=f"{COUP}\n{ORDER}", phone=PHONE)),  # critical
)


def replayed(*wishes: Wishes) -> list[tuple[str, str, str, str]]:
    """(subscription, kind, severity, when) of each message for readers with these wishes."""
    store, out = Store.open(databases.url(), durable=False), io.StringIO()
    first = datetime.fromisoformat(RECORDED[0][0])
    for number, one in enumerate(wishes):
        store.add_subscription(Subscription(id=f"line_{number}", channel=Channel.MAIL, address=f"r{number}@ngo.example",
                                            created_at=first, wishes=one))  # fmt: skip
    replay = Replay(store, [source(url=URL)], dict.fromkeys(Channel, Sender()), notice.notice)
    for seen in replay.run(Page(url=URL, body=body, taken_at=datetime.fromisoformat(at)) for at, body in RECORDED):
        write(out, seen)
    write_told(out, replay.finish())
    store.close()
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    told = [row for row in rows if row["type"] == "message"]
    ids = {row["id"] for row in rows if row["type"] == "visit"}
    assert all(row["changes"] and set(row["changes"]) <= ids for row in told)
    # A line stands no earlier than what it tells of; the times of all lines run forward.
    assert [row["taken_at"] for row in rows] == sorted(row["taken_at"] for row in rows)
    return [(row["subscription"], row["kind"], row["severity"], row["taken_at"]) for row in told]


def test_a_reader_of_everything_is_told_at_once() -> None:
    assert replayed(Wishes()) == [
        ("line_0", "notice", "medium", "2026-06-09T12:00:00Z"), ("line_0", "notice", "high", "2026-06-09T23:30:00Z"),
        ("line_0", "notice", "critical", "2026-06-20T12:00:00Z")]  # fmt: skip


def test_each_reader_is_told_from_the_readers_own_floor_up() -> None:
    told = replayed(Wishes(floor=Severity.HIGH), Wishes(floor=Severity.CRITICAL), Wishes(destinations=("niger",)))
    assert [(who, severity) for who, _, severity, _ in told] == [
        ("line_0", "high"), ("line_0", "critical"), ("line_1", "critical")]  # fmt: skip


def test_what_comes_in_quiet_hours_is_told_when_they_end_not_at_the_next_capture() -> None:
    told = replayed(Wishes(quiet=(22 * 60, 6 * 60), zone="Europe/Paris"))
    assert told[1] == ("line_0", "notice", "high", "2026-06-10T04:00:00Z")


def test_a_digest_is_told_at_the_readers_hour_and_only_if_there_is_something_to_tell() -> None:
    told = replayed(Wishes(cadence=Cadence.DAILY, hour=7, zone="Europe/Paris", floor=Severity.LOW))
    assert told == [
        ("line_0", "digest", "high", "2026-06-10T05:00:00Z"), ("line_0", "notice", "critical", "2026-06-20T12:00:00Z")]


def test_what_is_critical_waits_for_the_digest_of_a_reader_who_said_so() -> None:
    told = replayed(Wishes(cadence=Cadence.WEEKLY, hour=7, weekday=0, critical_at_once=False))
    # 15 and 22 June 2026 are Mondays; the second digest comes after the last capture.
    assert told == [("line_0", "digest", "high", "2026-06-15T07:00:00Z"),
                    ("line_0", "digest", "critical", "2026-06-22T07:00:00Z")]  # fmt: skip


# -- the command ----------------------------------------------------------------------
@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return record(tmp_path / "mali.warc.gz", *((at, URL, "200 OK", HTML, body) for at, body in RECORDED))


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, ["replay", *map(str, arguments)])


def test_the_command_lists_the_messages_of_a_table_by_line_and_never_an_address(recording: Path) -> None:
    table, out = recording.parent / "contacts.csv", recording.parent / "out.jsonl"
    table.write_bytes(
        "address;destinations;severity;cadence;hour\r\n"
        "first@ngo.example;Mali;critical;;\r\n\r\n"
        "second@ngo.example;mli;low;daily;7\r\n"
        "https://desk.ngo.example/hook;all;high;;\r\n".encode("utf-8-sig"))  # fmt: skip
    done = run(recording, "--subscriptions", table, "--json", out)
    assert done.exit_code == 0, done.output
    told = [row for row in map(json.loads, out.read_text().splitlines()) if row["type"] == "message"]
    assert sorted((row["taken_at"], row["subscription"], row["kind"], row["severity"]) for row in told) == [
        ("2026-06-09T23:30:00Z", "line_5", "notice", "high"), ("2026-06-10T07:00:00Z", "line_4", "digest", "high"),
        *(("2026-06-20T12:00:00Z", f"line_{line}", "notice", "critical") for line in (2, 4, 5))]  # fmt: skip
    assert "ngo.example" not in out.read_text() + done.output


def test_a_table_with_a_mistake_is_refused_as_a_whole_with_its_lines(recording: Path) -> None:
    table = recording.parent / "contacts.csv"
    table.write_text("address,destinations,zone\nofficer@ngo.example,Atlantis,UTC\nx@ngo.example,Mali,Mars\n=1,,\n")
    done = run(recording, "--subscriptions", table)
    assert done.exit_code == 1
    assert "line 2, destinations: not watched: Atlantis" in done.output and "line 3, zone" in done.output
    assert "line 4, address" in done.output and "ngo.example" not in done.output


@pytest.mark.parametrize("words", ["address,zone\n", ""])
def test_a_table_of_nobody_is_refused(recording: Path, words: str) -> None:
    table = recording.parent / "contacts.csv"
    table.write_text(words)
    assert run(recording, "--subscriptions", table).exit_code == 1


def test_nothing_is_kept_of_what_only_would_be(recording: Path) -> None:
    table = recording.parent / "contacts.csv"
    table.write_text(contacts.template())
    done = run(recording, "--subscriptions", table, "--database", f"sqlite:///{recording.parent}/kept.db")
    assert done.exit_code == 2 and "--database" in done.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    words = "address,destinations\r\na@b.example,Côte d’Ivoire\r\n"
    assert contacts.decoded(words.encode(encoding)) == words
