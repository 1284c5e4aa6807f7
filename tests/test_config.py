"""config.toml: what is refused names its place and the fix."""

from pathlib import Path

import pytest

from monitor.config import Config, duration, load
from monitor.errors import ConfigError
from monitor.sources import ADAPTERS

SHIPPED = Path(__file__).parent.parent / "config.toml"
SMALL = """
[[destinations]]
name = "Mali"
  [[destinations.sources]]
  id = "mali"
  kind = "us-page"
  url = "https://travel.state.gov/mali.html"
"""


def read(tmp_path: Path, text: str, **environ: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ=environ, kinds=ADAPTERS)


def test_the_shipped_file_watches_mali_through_four_routes() -> None:
    config = load(SHIPPED, environ={}, kinds=ADAPTERS)
    assert {s.kind for s in config.sources} == {"us-page", "us-rss", "us-api", "us-embassy"}
    assert all(s.destination.name == "Mali" and s.url.startswith("https://") for s in config.sources)
    page = next(s for s in config.sources if s.kind == "us-page")
    assert len(page.aliases) == 3 and page.every == 6 * 3600


def test_the_shipped_file_states_every_default_truly() -> None:
    shipped = load(SHIPPED, environ={}, kinds=ADAPTERS).file
    bare = type(shipped)(destinations=shipped.destinations)
    assert shipped == bare


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("[mail]\nprot = 25", r"\[mail\] prot: unknown key; did you mean port\?"),
        ("[schedule]\nevery = 15", r"\[schedule\] every: expected"),
        ("[schedule]\nevery = 'soon'", r"\[schedule\] every: expected a duration such as"),
        ("[fetch]\nmax_body = '15 apples'", r"\[fetch\] max_body: expected a size"),
        ("[schedule]\nworkers = 0", r"\[schedule\] workers"),
        ("[mail]\ntls = 'yes'", r"\[mail\] tls: .*starttls"),
        ("[mail]\npassword = 'x'", r"\[mail\] password: secrets do not stand in this file"),
        ("secret = 'x'", "secret: secrets do not stand"),
        ("[database]\nurl = 'postgresql://u:p@db/x'", r"\[database\] url: it holds a password"),
        ("[database]\nurl = 'var/x.db'", r"\[database\] url: expected an address"),
        ("[site]\ncontact = \"a\\nb\"", r"\[site\] contact: it stands in a header"),
        ("[site]\nbase_url = 'nonsense'", r"\[site\] base_url: expected an address"),
        ("[mail]\nfrom = 'nobody'", r"\[mail\] from: expected an e-mail address"),
        ("[fetch]\nlocal_hosts = ['localhost']", r"\[fetch\] local_hosts: expected host:port"),
        ("[web]\ntrusted_proxies = ['proxy.example']", r"\[web\] trusted_proxies: expected an address or a network"),
        ("[watch]\nmail = 'nobody'", r"\[watch\] mail: expected an e-mail address"),
        ("[watch]\ncanary = 'me@ngo.example'", r"\[watch\] canary: expected the id of a subscription"),
        ("[watch]\nheartbeat = 'http://ping.example/secret'", r"\[watch\] heartbeat: expected an https:// address"),
        ("[wbe]\nport = 1", r"wbe: unknown key; did you mean web\?"),
        ("[mail]\nconnections = 0", r"\[mail\] connections: expected"),
        ("[mail]\npace = -1", r"\[mail\] pace: expected"),
        ("[mail.pace_by_domain]\n'example.org' = 'ten'", r"\[mail\] pace_by_domain: expected"),
        ("[mail.pace_by_domain]\nexample = 10", r"\[mail.pace_by_domain\] example: expected a mail domain"),
        ("[mail]\nbounces = 'nobody'", r"\[mail\] bounces: expected an e-mail address"),
        ("[mail]\nbounces = 'a-very-long-name-for-bounces@example.org'", r"\[mail\] bounces: .*at most 27"),
        ("[mail.dkim]\nselectro = 's'", r"\[mail.dkim\] selectro: unknown key; did you mean selector"),
        ("[mail.dkim]\ndomain = 'example.org'", r"\[mail.dkim\] domain and selector: set both"),
        ("[mail.dkim]\nprivate_key = 'x'", r"\[mail.dkim\] private_key: secrets do not stand"),
        ("[site", "not valid TOML"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(tmp_path: Path, line: str, place: str) -> None:
    with pytest.raises(ConfigError, match="config.toml.*" + place):
        read(tmp_path, line + "\n" + SMALL)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"us-page"', '"us-pag"', "mali: unknown kind 'us-pag'; did you mean us-page"),
        ("https://", "http://", "is not https"),
        ('id = "mali"', 'idd = "mali"', r"\[\[destinations.sources\]\] (id: this key is missing|idd: unknown key)"),
        ("https://travel", "https://[oops", "is not a web address"),
        ("https://travel", "https://u:p@travel", "holds a user name or password"),
        ("state.gov/", "state.gov:8443/", "usual port"),
        ('id = "mali"', 'id = "../mali x"', "an id is letters"),
        ('kind =', "every = '1s'\n  kind =", "too fast"),
        ('name = "Mali"', 'name = 3', r"\[\[destinations\]\] name: expected"),
    ],
)  # fmt: skip
def test_a_wrong_source_is_refused_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    with pytest.raises(ConfigError, match=place):
        read(tmp_path, SMALL.replace(old, new))


def test_two_sources_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="used twice"):
        read(tmp_path, SMALL + SMALL)


def test_secrets_come_from_the_environment_and_are_never_shown(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL, MONITOR_SMTP_PASSWORD="hunter2", MONITOR_SECRET="s3cret")
    assert config.secrets.smtp_password == "hunter2"
    assert "hunter2" not in repr(config) and "s3cret" not in repr(config)


DKIM = "[mail.dkim]\ndomain = 'example.org'\nselector = 's2026'\n"


def test_the_key_that_signs_mail_comes_from_a_file_named_in_the_environment_and_is_missed_aloud(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN x\n")
    config = read(tmp_path, DKIM + SMALL, MONITOR_DKIM_KEY_FILE=str(tmp_path / "key.pem"))
    assert config.secrets.dkim_key == "-----BEGIN x" and config.mail.dkim.selector == "s2026"
    assert not any("DKIM" in words for words in config.warnings)
    assert any("MONITOR_DKIM_KEY is not" in words for words in read(tmp_path, DKIM + SMALL).warnings)
    assert any("names no domain" in words for words in read(tmp_path, SMALL, MONITOR_DKIM_KEY="x").warnings)


def test_mail_is_paced_for_all_domains_and_for_single_ones(tmp_path: Path) -> None:
    config = read(tmp_path, "[mail]\npace = 600\n[mail.pace_by_domain]\n'slow.example' = 10\n" + SMALL)
    assert (config.mail.pace, config.mail.pace_by_domain) == (600, {"slow.example": 10})


def test_a_secret_may_come_from_a_file_named_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("from-file\n")
    config = read(tmp_path, SMALL, MONITOR_SMTP_PASSWORD_FILE=str(tmp_path / "pw"))
    assert config.secrets.smtp_password == "from-file"


def test_the_environment_takes_the_place_of_a_key(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL, MONITOR_WEB_PORT="9999", MONITOR_SMTP_HOST="relay")
    assert config.web.port == 9999 and config.mail.host == "relay"
    with pytest.raises(ConfigError, match="MONITOR_WEB_PORT: expected a number"):
        read(tmp_path, SMALL, MONITOR_WEB_PORT="many")


def test_a_relative_database_counts_from_the_files_folder(tmp_path: Path) -> None:
    assert read(tmp_path, SMALL).database_url == f"sqlite:///{tmp_path}/var/monitor.db"


def test_a_missing_contact_is_a_warning_that_says_what_to_do(tmp_path: Path) -> None:
    assert any("contact" in words for words in read(tmp_path, SMALL).warnings)
    config = read(tmp_path, "[site]\ncontact = 'ops@example.org'\n" + SMALL)
    assert not config.warnings and "ops@example.org" in config.user_agent


def test_a_server_on_this_machine_may_do_without_tls_when_named(tmp_path: Path) -> None:
    text = SMALL.replace("https://travel.state.gov", "http://127.0.0.1:8000")
    config = read(tmp_path, "[fetch]\nlocal_hosts = ['127.0.0.1:8000']\n" + text)
    assert config.hosts == frozenset()


@pytest.mark.parametrize(("words", "seconds"), [("90s", 90), ("15m", 900), ("6h", 21600), ("1.5h", 5400)])
def test_durations_are_read_in_seconds(words: str, seconds: float) -> None:
    assert duration(words, "x") == seconds


def test_what_watches_the_watcher_may_come_from_the_environment(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL, MONITOR_HEARTBEAT_URL="https://ping.example/6f1c", MONITOR_CANARY="sub_1",
                  MONITOR_OPERATOR_MAIL="ops@ngo.example")  # fmt: skip
    assert (config.watch.heartbeat, config.watch.canary, config.watch.mail) == (
        "https://ping.example/6f1c", "sub_1", "ops@ngo.example")  # fmt: skip
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, SMALL, MONITOR_HEARTBEAT_URL="http://ping.example/6f1c")
    assert "6f1c" not in str(refused.value)
