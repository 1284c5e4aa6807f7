"""The commands about people: who is told, organisations, corrections, what came back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.audience import Cadence, Channel, Form, Language, Scope, SubscriptionState, Wishes
from monitor.channels import signing
from monitor.cli import main
from monitor.model import Severity
from monitor.notify.webhook import endpoint_secret
from monitor.store import Store
from tests.fakes import page
from tests.notify.test_bounces import DEAD, dsn
from tests.test_pipeline import ORDER, Desk
from tests.test_run import config

ROOT = Path(__file__).parents[1]


class House:
    """An installation that watches Mali, spoken to by its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        config(folder, "https://mali.example/mali.html", every="1h")

    def say(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(self.folder / "config.toml"), *words])

    def subscribed(self, *words: str) -> str:
        """The id of a new subscription."""
        said = self.say("subscribe", *words)
        assert said.exit_code == 0, said.output
        return said.output.split()[0]

    def store(self) -> Store:
        secret = (self.folder / "var" / "secret.key").read_text(encoding="utf-8").strip()
        return Store.open(f"sqlite:///{self.folder}/var/monitor.db", secret=secret, message_domain="localhost")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_every_wish_can_be_said_on_the_command_line(house: House) -> None:
    name = house.subscribed(
        "officer@ngo.example", "-d", "MLI", "--from-severity", "medium", "--section", "health", "--section", "entry",
        "--cadence", "weekly", "--hour", "6", "--weekday", "friday", "--quiet", "22:00-06:30", "--critical-waits",
        "--zone", "Africa/Bamako", "--language", "fr", "--form", "thin", "--verified", "--no-blindness")  # fmt: skip
    store = house.store()
    sub = store.subscription(name)
    assert sub is not None and sub.address == "officer@ngo.example" and sub.wishes == Wishes(
        destinations=("mali",), scope=Scope.SECTIONS, sections=("entry", "health"), floor=Severity.MEDIUM,
        cadence=Cadence.WEEKLY, hour=6, weekday=4, quiet=(1320, 390), critical_at_once=False, zone="Africa/Bamako",
        language=Language.FR, form=Form.THIN, verified=True, blindness=False)  # fmt: skip
    store.close()


@pytest.mark.parametrize(("words", "says"), [
    (("no-address@", ), "not an e-mail address"),
    (("a@ngo.example", "-d", "Atlantis"), "Atlantis is not watched; config.toml has: Mali"),
    (("a@ngo.example", "--zone", "Mars/Olympus"), "zone: this is no time zone"),
    (("a@ngo.example", "--quiet", "late"), "write it like 22:00-06:00"),
    (("ftp://desk.example", "--channel", "webhook"), "an endpoint starts with https://"),
    (("http://desk.example/hook",), "an endpoint starts with https://"),
    (("officer-at-ngo.example",), "no e-mail address, no https:// address and no path"),
    (("a@ngo.example", "--quiet", "06:00-06:00"), "begin and end at different times"),
    (("a@ngo.example", "--list"), "one thing at a time"),
    (("--pause", "nobody@ngo.example"), "no subscription this address"),
    (("https://desk.example/x", "--ask"), "only an e-mail address can be asked"),
    (("a@ngo.example", "--posture", "--section", "health"), "give one of them"),
    (("--remove", "sub_none"), "no subscription sub_none"),
])  # fmt: skip
def test_what_cannot_be_had_is_said_in_one_line(house: House, words: tuple[str, ...], says: str) -> None:
    said = house.say("subscribe", *words)
    assert said.exit_code in (1, 2) and says in said.output and "Traceback" not in said.output


def test_the_list_shows_ids_and_wishes_and_never_an_address(house: House) -> None:
    name = house.subscribed("officer@ngo.example", "--posture")
    listed = house.say("subscribe", "--list").output
    assert name in listed and "posture" in listed and "ngo.example" not in listed


def test_pausing_going_on_ending_and_erasing_are_said_to_be_done(house: House) -> None:
    name = house.subscribed("officer@ngo.example")
    assert "paused" in house.say("subscribe", "--pause", "officer@ngo.example").output
    assert "active" in house.say("subscribe", "--resume", "officer@ngo.example").output
    for option, says in (("--pause", "paused"), ("--pause", "nothing to change"), ("--resume", "active"),
                         ("--remove", "ended"), ("--erase", "erased")):  # fmt: skip
        said = house.say("subscribe", option, name)
        assert said.exit_code == 0 and says in said.output
    store = house.store()
    sub = store.subscription(name)
    assert sub is not None and (sub.state, sub.address) == (SubscriptionState.ENDED, "")
    store.close()


def test_a_test_message_reaches_the_one_it_is_for(house: House) -> None:
    name = house.subscribed("officer@ngo.example")
    said = house.say("subscribe", "--test", name)
    (mail,) = (house.folder / "var" / "outbox").glob("*.eml")
    assert "sent" in said.output and b"Test" in mail.read_bytes()
    assert oct(mail.stat().st_mode)[-3:] == "600" and oct(mail.parent.stat().st_mode)[-3:] == "700"


def test_asking_again_says_what_was_asked_for_before(house: House) -> None:
    house.subscribed("officer@ngo.example", "--from-severity", "high")
    said = house.say("subscribe", "officer@ngo.example")
    assert "Changed" in said.output and "from high up" in said.output


def test_the_doctor_finds_a_database_with_readers_sound(house: House) -> None:
    house.subscribed("officer@ngo.example")
    assert "The database is sound." in house.say("doctor", "--offline").output


def test_who_is_asked_gets_one_mail_and_is_not_subscribed_yet(house: House) -> None:
    assert house.say("subscribe", "officer@ngo.example", "--ask").exit_code == 0
    again = house.say("subscribe", "officer@ngo.example", "--ask")
    assert again.exit_code == 1 and "ten minutes" in again.output
    assert "pending" in house.say("subscribe", "--list").output


def test_a_new_secret_signs_beside_the_old_one_for_a_day(house: House) -> None:
    name = house.subscribed("https://desk.example/hook")
    said = house.say("subscribe", "--rotate", name)
    store = house.store()
    sub = store.subscription(name)
    assert sub is not None and sub.rotated_at is not None
    secret = (house.folder / "var" / "secret.key").read_text(encoding="utf-8").strip()
    new, old = signing(secret, sub, sub.rotated_at)
    assert new in said.output and old == endpoint_secret(secret, name)
    assert signing(secret, sub, sub.rotated_at.replace(year=2099)) == [new]
    store.close()
    assert house.say("subscribe", "--rotate", house.subscribed("a@ngo.example")).exit_code == 1


TABLE = "address,destinations,severity,turn\nanna@ngo.example,Mali,low,0\nhttps://desk.example/hook,all,high,1\n"


def test_a_table_becomes_an_organisation_or_nothing_at_all(house: House) -> None:
    table = house.folder / "contacts.csv"
    table.write_text(TABLE + "ben@,Mali,low,2\ncleo@ngo.example,Atlantis,loud,2\n", encoding="utf-8")
    refused = house.say("group", "Sahel desk", "--import", str(table), "--wait", "15")
    assert refused.exit_code == 1 and "line 4" in refused.output and "line 5" in refused.output
    assert "cleo@" not in refused.output and "no organisation" in house.say("group", "Sahel desk").output
    table.write_text(TABLE, encoding="utf-8")
    made = house.say("group", "Sahel desk", "--import", str(table), "--wait", "15")
    assert made.exit_code == 0 and "2 contacts" in made.output and "whsec_" in made.output
    shown = house.say("group", "--list").output
    assert "next contact after 15 min" in shown and "turn 1" in shown and "ngo.example" not in shown
    taken = house.say("group", "Coast desk", "--import", str(table))
    assert taken.exit_code == 1 and "line 2, 3 belong to another organisation" in taken.output
    assert "no organisation sahel desk" in house.say("group", "sahel desk", "--wait", "20").output
    assert "next contact after 20 min" in house.say("group", "Sahel desk", "--wait", "20").output
    assert house.say("group", "--template").output.startswith("address,channel")


@pytest.fixture
def told(house: House) -> tuple[House, str, str]:
    """An installation, a reader of everything, and a critical change that was told."""
    name = house.subscribed("officer@ngo.example")
    store = house.store()
    desk = Desk(store)
    desk.look(page())
    _, recorded = desk.look(page(words=ORDER))
    for delivery in store.claim(desk.clock(), owner="w", channels=[Channel.MAIL]):
        store.sent(delivery.id, desk.clock(), owner="w")
    store.close()
    return house, name, recorded.event_id


def test_a_correction_and_a_withdrawal_say_how_many_will_hear_of_it(told: tuple[House, str, str]) -> None:
    house, _, event = told
    blank = house.say("correct", event, "--words", "  ")
    assert blank.exit_code == 1 and "its readers act on it" in blank.output
    said = house.say("correct", event, "--words", "It concerns families only.")
    assert said.exit_code == 0 and "2 readers will be told" in said.output  # the mail's, and the one still to come
    assert "said of it before" in house.say("correct", event, "--words", "It concerns families only.").output
    assert house.say("withdraw", event, "--reason", "An old copy.").exit_code == 0
    assert "withdrawn already" in house.say("correct", event, "--words", "Or not.").output
    assert "Withdrawn" in house.say("show", event).output
    missing = house.say("withdraw", "evt_none", "--reason", "x")
    assert missing.exit_code == 1 and "monitor history lists them" in missing.output


def test_mail_that_comes_back_is_counted_once_however_often_it_is_read(told: tuple[House, str, str]) -> None:
    house, name, event = told
    store = house.store()
    message_id = next(d.message_id for d in store.deliveries(subject=event) if d.subscription_id == name)
    store.close()
    box = house.folder / "back.eml"
    box.write_bytes(dsn(DEAD, original=f"Message-ID: {message_id}\n"))
    said = house.say("bounces", str(box))
    assert said.exit_code == 0 and "1 message read, 1 about ours; 0 subscriptions are suspended" in said.output
    assert house.say("bounces", str(box)).output == said.output


def test_every_command_and_each_of_its_options_for_people_is_in_its_help(house: House) -> None:
    shown = house.say("--help").output
    assert all(command in shown for command in ("subscribe", "group", "correct", "withdraw", "bounces"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"monitor {command}" in readme for command in ("subscribe", "group", "correct", "withdraw", "bounces"))
