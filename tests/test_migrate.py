"""`monitor migrate`, and the one line for health checks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor import cli
from monitor.store.migrate import HEAD
from tests.store import postgres

CONFIG = """
[database]
url = "{url}"
[[destinations]]
name = "Mali"
  [[destinations.sources]]
  id = "mali"
  kind = "us-page"
  url = "https://travel.state.gov/mali.html"
"""
Ask = Callable[..., tuple[int, str]]


@pytest.fixture(params=postgres.BOTH)
def ask(request: pytest.FixtureRequest, tmp_path: Path) -> Ask:
    """Runs a command on an installation whose database holds nothing yet."""
    made = f"sqlite:///{tmp_path}/monitor.db"
    url = made if request.param == "sqlite" else request.getfixturevalue("databases").empty()
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(url=url))

    def asked(*words: str) -> tuple[int, str]:
        found = CliRunner().invoke(cli.main, ["--config", str(config), *words])
        return found.exit_code, found.output

    return asked


def test_tables_are_made_once_and_said_to_be_there_afterwards(ask: Ask) -> None:
    code, said = ask("migrate")
    assert (code, f"from version none to {HEAD}" in said) == (0, True), said
    code, said = ask("migrate")
    assert (code, f"version {HEAD} already" in said) == (0, True), said


def test_a_health_check_says_in_one_line_whether_the_tables_are_there_and_makes_none(ask: Ask) -> None:
    for _ in range(2):
        code, said = ask("doctor", "--brief")
        assert code != 0 and "version none" in said and "monitor migrate" in said
    ask("migrate")
    code, said = ask("doctor", "--brief")
    assert (code, said.count("\n"), f"version {HEAD}" in said) == (0, 1, True), said


def test_a_health_check_of_a_server_that_is_away_says_so(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(url="postgresql://monitor@127.0.0.1:1/monitor"))
    found = CliRunner().invoke(cli.main, ["--config", str(config), "doctor", "--brief"])
    assert found.exit_code != 0 and "does not answer" in " ".join(found.output.split())
