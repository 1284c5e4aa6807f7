"""`monitor preview`: one stored change in every form, and nothing sent."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from monitor.cli import main
from monitor.commands.previewing import FORMS
from monitor.store import Store
from tests.fakes import page
from tests.test_pipeline import ORDER, Desk
from tests.test_run import config


@pytest.fixture
def event(tmp_path: Path) -> str:
    config(tmp_path, "https://mali.example/mali.html", every="1h")
    (tmp_path / "var").mkdir()
    store = Store.open(f"sqlite:///{tmp_path}/var/monitor.db")
    desk = Desk(store)
    desk.look(page())
    _, recorded = desk.look(page(words=ORDER))
    store.close()
    return recorded.event_id


def preview(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder / "config.toml"), "preview", *arguments])


def test_a_change_is_written_in_every_form(tmp_path: Path, event: str) -> None:
    assert preview(tmp_path, event, "--out", str(tmp_path / "forms")).exit_code == 0
    made = {path.name.removeprefix(f"{event}-").partition(".")[0]: path for path in (tmp_path / "forms").iterdir()}
    assert set(made) == set(FORMS)
    assert len(made["thin"].read_bytes()) < 10_000 and b"Digest: 1 change: Mali" in made["digest"].read_bytes()
    assert len(made["html"].read_bytes()) < 60_000 and len(made["sms"].read_text(encoding="utf-8")) <= 160
    for form in ("webhook", "slack", "mattermost", "teams", "json"):
        assert json.loads(made[form].read_text(encoding="utf-8"))
    for form in ("atom", "cap"):
        etree.fromstring(made[form].read_bytes())
    lines = made["text"].read_text(encoding="utf-8").splitlines()
    assert all(len(line) <= 72 for line in lines if "://" not in line), "an address is never broken"


def test_without_a_form_the_text_of_the_mail_is_printed(tmp_path: Path, event: str) -> None:
    assert "ordered non-emergency" in " ".join(preview(tmp_path, event).output.split())


def test_previewing_sends_nothing(tmp_path: Path, event: str) -> None:
    before = Store.open(f"sqlite:///{tmp_path}/var/monitor.db")
    counted = before.counts()
    before.close()
    preview(tmp_path, event, "--form", "mail", "--form", "slack")
    after = Store.open(f"sqlite:///{tmp_path}/var/monitor.db")
    assert after.counts() == counted
    after.close()


def test_what_is_not_stored_and_what_is_no_form_are_said(tmp_path: Path, event: str) -> None:
    missing, wrong = preview(tmp_path, "evt_none"), preview(tmp_path, event, "--form", "fax")
    assert missing.exit_code != 0 and wrong.exit_code == 2 and "fax" in wrong.output


def test_a_change_can_be_seen_as_a_reader_of_french_gets_it(tmp_path: Path, event: str) -> None:
    shown = preview(tmp_path, event, "--language", "fr", "--zone", "Africa/Bamako")
    assert shown.exit_code == 0 and "Agir maintenant" in shown.output and "Bamako" in shown.output
