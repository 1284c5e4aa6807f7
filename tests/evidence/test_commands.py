"""`monitor export` and `monitor verify`, as they are typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor import proof, wiring
from monitor.cli import main
from monitor.evidence.seal import Seal
from monitor.store import Store
from tests.fakes import Clock, Web, page
from tests.test_pipeline import COUP, Desk
from tests.test_run import config


@pytest.fixture
def event(tmp_path: Path) -> str:
    config(tmp_path, "https://mali.example/mali.html", every="1h")
    (tmp_path / "var").mkdir()
    store = Store.open(f"sqlite:///{tmp_path}/var/monitor.db")
    desk = Desk(store)
    desk.look(page())
    _, recorded = desk.look(page(words=COUP))
    store.close()
    return recorded.event_id


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder / "config.toml"), *arguments])


def test_a_pack_is_written_and_checked_without_database_or_configuration(tmp_path: Path, event: str) -> None:
    pack = tmp_path / "pack.zip"
    written = run(tmp_path, "export", event, "--out", str(pack))
    assert written.exit_code == 0 and "chain at 2:" in written.output
    (tmp_path / "config.toml").rename(tmp_path / "gone.toml")
    got = CliRunner().invoke(main, ["verify", str(pack)])
    assert got.exit_code == 0 and "Nothing wrong was found." in got.output and "What it does not prove" in got.output
    head = written.output.split("chain at ")[1].strip()
    sound = json.loads(CliRunner().invoke(main, ["verify", str(pack), "--head", head, "--json"]).output)
    assert sound["sound"] and sound["event"] == event and len(sound["proves"]) == 4


def test_the_head_that_is_printed_is_the_one_that_a_pack_is_checked_with(tmp_path: Path, event: str) -> None:
    line = run(tmp_path, "export", "--head").output
    noted = line.split(" ")[0]
    assert line.startswith("2:") and line.endswith(" UTC\n")
    run(tmp_path, "export", event, "--out", str(tmp_path / "p.zip"))
    key = Seal(wiring.kept_secret(wiring.configuration(tmp_path / "config.toml"))).public_key
    got = run(tmp_path, "verify", str(tmp_path / "p.zip"), "--head", noted, "--key", key, "--database")
    assert got.exit_code == 0 and "existed, as it is here, when it was noted" in got.output
    assert "Signed with the key that was given" in got.output and "is the one in the pack" in got.output


def test_a_pack_that_was_altered_or_cannot_be_told_needs_a_person(tmp_path: Path, event: str) -> None:
    pack = tmp_path / "p.zip"
    run(tmp_path, "export", event, "--out", str(pack))
    for head in ("0" * 64, f"1:{proof.START}", f"77:{proof.START}"):
        assert run(tmp_path, "verify", str(pack), "--head", head).exit_code == 1
    pack.write_bytes(pack.read_bytes()[:-100])
    got = run(tmp_path, "verify", str(pack))
    assert got.exit_code == 1 and "DO NOT RELY" in got.output and "What this proves" not in got.output


@pytest.mark.parametrize("arguments", [
    ["export"], ["export", "evt_1", "--head"], ["verify"], ["verify", "no-such-file.zip"],
    ["verify", __file__, "--head", "abc"], ["verify", __file__, "--key", "abc"],
])  # fmt: skip
def test_wrong_use_is_said_to_be_that(tmp_path: Path, event: str, arguments: list[str]) -> None:
    assert run(tmp_path, *arguments).exit_code == 2


def test_what_cannot_be_exported_is_said_plainly(tmp_path: Path, event: str) -> None:
    got = run(tmp_path, "export", "evt_none")
    assert got.exit_code == 1 and "no change evt_none is stored" in got.output
    got = run(tmp_path, "export", event, "--out", str(tmp_path / "no" / "where.zip"))
    assert got.exit_code == 1 and "name another place with --out" in got.output


def test_a_pack_goes_to_standard_output_byte_for_byte(tmp_path: Path, event: str) -> None:
    run(tmp_path, "export", event, "--out", str(tmp_path / "p.zip"))
    assert run(tmp_path, "export", event, "--out", "-").stdout_bytes == (tmp_path / "p.zip").read_bytes()


def test_the_readme_names_both_commands_and_all_their_options(tmp_path: Path, event: str) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for command in ("export", "verify"):
        assert f"monitor {command}" in readme
        options = {word.strip(",") for word in run(tmp_path, command, "--help").output.split() if word.startswith("--")}
        assert {option for option in options - {"--help"} if option not in readme} == set()


class Book:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[dict[str, object]] = []

    def info(self, event: str, **said: object) -> None:
        self.lines.append(said)


def test_the_log_of_a_recorded_change_bears_the_head_of_the_chain(
    tmp_path: Path, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Book()
    parts = wiring.parts(tmp_path / "config.toml")
    real, web = parts.client, Web(Clock(now=parts.clock()))
    try:
        parts.client = web  # type: ignore[assignment]
        monkeypatch.setattr(wiring, "log", book)
        for words in ("", COUP):
            web.answer = page(words=words)
            web.clock.forward(hours=1)
            parts.check(parts.sources[0])
        head = parts.store.chain_head()
        assert head is not None
        assert [line["chain"] for line in book.lines] == [None, f"{head.position}:{head.link}"]
    finally:
        parts.client = real
        parts.close()
