"""config.toml to one frozen Config. An unknown key or a wrong type is an error that names its place."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from monitor import __version__, passwords
from monitor.errors import ConfigError
from monitor.listed import Listing
from monitor.model import Destination, Source
from monitor.sources.listing import LISTS


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file: its fields are its keys."""


class Site(_Table, frozen=True):
    name: str = "Advisory monitor"
    contact: str = ""
    base_url: str = "http://127.0.0.1:8080"


class Database(_Table, frozen=True):
    url: str = "sqlite:///var/monitor.db"
    erased: str = ""


class Schedule(_Table, frozen=True):
    every: str = "15m"
    jitter: Annotated[float, msgspec.Meta(ge=0, le=0.5)] = 0.1
    tick: str = "5s"
    blind_after: str = "6h"
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4


class Fetch(_Table, frozen=True):
    deadline: str = "40s"
    host_gap: str = "2s"
    max_body: str = "15MiB"
    robots: bool = True
    local_hosts: tuple[str, ...] = ()


class Dkim(_Table, frozen=True):
    domain: str = ""
    selector: str = ""


class Mail(_Table, frozen=True):
    host: str = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    """One of the three; anything else is refused."""
    user: str = ""
    from_: str = msgspec.field(default="monitor@localhost", name="from")
    folder: str = "var/outbox"
    connections: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    pace: Annotated[int, msgspec.Meta(ge=0)] = 0
    pace_by_domain: dict[str, Annotated[int, msgspec.Meta(ge=0)]] = {}
    bounces: str = ""
    dkim: Dkim = Dkim()


class Webhooks(_Table, frozen=True):
    timeout: str = "15s"


class Retention(_Table, frozen=True):
    visits: str = "400d"


class Web(_Table, frozen=True):
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8080
    trusted_proxies: tuple[str, ...] = ()
    private: bool = False
    operator_header: str = ""
    operators: tuple[str, ...] = ()


class Watch(_Table, frozen=True):
    mail: str = ""
    canary: str = ""
    heartbeat: str = ""
    heartbeat_fail: bool = False


class SourceTable(_Table, frozen=True):
    id: str
    kind: str
    url: str
    publisher: str = ""
    aliases: tuple[str, ...] = ()
    every: str = ""
    select: str = ""
    min_items: Annotated[int, msgspec.Meta(ge=0)] = 0


class DestinationTable(_Table, frozen=True):
    name: str
    sources: tuple[SourceTable, ...]
    key: str = ""
    iso3: str = ""
    region: str = ""
    names: tuple[str, ...] = ()


class PublisherTable(_Table, frozen=True):
    """A publisher of whose destinations all are watched, as its own list names them."""

    name: str
    destinations: Literal["all"]
    except_: tuple[str, ...] = msgspec.field(default=(), name="except")
    every: str = ""
    list: str = ""
    list_every: str = ""
    min_items: Annotated[int, msgspec.Meta(ge=0)] | None = None


class File(_Table, frozen=True):
    """The whole file as it is written."""

    destinations: tuple[DestinationTable, ...] = ()
    publishers: tuple[PublisherTable, ...] = ()
    site: Site = Site()
    database: Database = Database()
    schedule: Schedule = Schedule()
    fetch: Fetch = Fetch()
    mail: Mail = Mail()
    webhooks: Webhooks = Webhooks()
    retention: Retention = Retention()
    web: Web = Web()
    watch: Watch = Watch()


def _one_line(text: str) -> bool:
    return text.isascii() and text.isprintable()


class Secrets(msgspec.Struct, frozen=True):
    """What only the environment knows; never shown."""

    smtp_password: str = ""
    signing: str = ""
    dkim_key: str = ""
    bounces: str = ""
    operator_password: str = ""
    """A hash that `monitor password` made."""

    def __repr__(self) -> str:
        return "Secrets(hidden)"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the service was told, checked once at start."""

    def __repr__(self) -> str:
        # A database address may hold a password.
        return f"Config({self.path}, {len(self.sources)} sources)"

    path: Path
    file: File
    secrets: Secrets
    sources: tuple[Source, ...]
    """Those that stand in the file; lists of publishers add theirs while the service runs."""
    database_url: str
    listings: tuple[Listing, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def site(self) -> Site:
        return self.file.site

    @property
    def mail(self) -> Mail:
        return self.file.mail

    @property
    def web(self) -> Web:
        return self.file.web

    @property
    def watch(self) -> Watch:
        return self.file.watch

    @property
    def workers(self) -> int:
        return self.file.schedule.workers

    @property
    def tick(self) -> float:
        """Seconds between two questions for what is due."""
        return duration(self.file.schedule.tick, "[schedule] tick")

    @property
    def pace(self) -> float:
        """Seconds between two looks at a source that names no pace of its own."""
        return duration(self.file.schedule.every, "[schedule] every")

    @property
    def deadline(self) -> float:
        return duration(self.file.fetch.deadline, "[fetch] deadline")

    @property
    def host_gap(self) -> float:
        return duration(self.file.fetch.host_gap, "[fetch] host_gap")

    @property
    def max_body(self) -> int:
        return size(self.file.fetch.max_body, "[fetch] max_body")

    @property
    def webhook_timeout(self) -> float:
        return duration(self.file.webhooks.timeout, "[webhooks] timeout")

    @property
    def blind_after(self) -> timedelta:
        return timedelta(seconds=duration(self.file.schedule.blind_after, "[schedule] blind_after"))

    @property
    def keep_visits(self) -> timedelta:
        return timedelta(seconds=duration(self.file.retention.visits, "[retention] visits"))

    @property
    def mail_folder(self) -> Path:
        return self.path.parent / self.mail.folder

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that we may ask: those of the sources and lists, without those on this machine."""
        named = [urlsplit(url) for url in (*(one.url for one in self.sources), *(one.url for one in self.listings))]
        local = set(self.file.fetch.local_hosts)
        return frozenset(url.hostname or "" for url in named if url.netloc not in local)

    @property
    def database_shown(self) -> str:
        """The database's address without its password."""
        return hidden(self.database_url)

    @property
    def page_hosts(self) -> frozenset[str]:
        """Host names under which readers may open our own pages."""
        named = urlsplit(self.site.base_url).hostname or ""
        return frozenset({named, self.web.host})

    @property
    def user_agent(self) -> str:
        who = self.site.contact or "no contact given"
        return f"AdvisoryMonitor/{__version__} (watches travel advisories for changes; {who})"


def hidden(database_url: str) -> str:
    """A database's address without its password."""
    return re.sub(r"(//[^/@:]*):[^@/]*@", r"\1:***@", database_url)


_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"(\d+)\s*(KiB|MiB)")


def duration(words: str, place: str) -> float:
    """Seconds in "90s", "15m", "6h" or "400d"; raises ConfigError that names the place."""
    match = _DURATION.fullmatch(words.strip())
    if match is None or float(match[1]) <= 0:
        raise ConfigError(f'{place}: expected a duration such as "15m", got {words!r}')
    return float(match[1]) * _SECONDS[match[2]]


def size(words: str, place: str) -> int:
    """Bytes in "512KiB" or "15MiB"; raises ConfigError that names the place."""
    match = _SIZE.fullmatch(words.strip())
    if match is None:
        raise ConfigError(f'{place}: expected a size such as "15MiB", got {words!r}')
    return int(match[1]) * (2**10 if match[2] == "KiB" else 2**20)


def load(path: Path | None, *, environ: Mapping[str, str], kinds: Collection[str]) -> Config:
    """The checked configuration. `kinds` are the adapters that exist.

    Looks at the given path, else $MONITOR_CONFIG, else ./config.toml, else the one beside the
    package. Raises ConfigError that names file, place and fix.
    """
    found = _find(path, environ)
    text = _read(found)
    _refuse_secrets(text, found)
    try:
        file = msgspec.convert(_with_environment(text, environ), File)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{found.name}: {_plain(str(error))}") from error
    secrets = Secrets(_secret("MONITOR_SMTP_PASSWORD", environ), _secret("MONITOR_SECRET", environ),
                      _secret("MONITOR_DKIM_KEY", environ), _secret("MONITOR_BOUNCE_TOKEN", environ),
                      _secret("MONITOR_OPERATOR_PASSWORD_HASH", environ))  # fmt: skip
    _check_password(secrets.operator_password)
    try:
        sources = _sources(file, kinds)
        config = Config(path=found, file=file, secrets=secrets, sources=sources, listings=_listings(file, sources),
                        database_url=_database(file.database.url, found),
                        warnings=tuple(_warnings(file, secrets)))  # fmt: skip
        _ = (config.tick, config.deadline, config.host_gap, config.max_body, config.webhook_timeout,
             config.keep_visits, config.blind_after)  # fmt: skip
    except ConfigError as error:
        raise ConfigError(f"{found.name}: {error}") from error
    return config


def _find(path: Path | None, environ: Mapping[str, str]) -> Path:
    named = path or (Path(environ["MONITOR_CONFIG"]) if environ.get("MONITOR_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise ConfigError(f"there is no configuration file {named}")
        return named.resolve()
    for candidate in (Path("config.toml"), Path(__file__).resolve().parent.parent / "config.toml"):
        if candidate.is_file():
            return candidate.resolve()
    raise ConfigError("there is no config.toml here; name one with --config or MONITOR_CONFIG")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not valid TOML: {error}") from error


_SECRET_KEYS = re.compile(r"password|secret|token|api_?key|dkim_?key|private_?key", re.I)


def _refuse_secrets(tables: Mapping[str, Any], path: Path) -> None:
    for place, key in _keys(tables, ""):
        if _SECRET_KEYS.search(key):
            where = f"[{place}] {key}" if place else key
            raise ConfigError(
                f"{path.name}: {where}: secrets do not stand in this file; set MONITOR_SMTP_PASSWORD, "
                "MONITOR_SECRET or MONITOR_DKIM_KEY in the environment"
            )
    database = tables.get("database")
    url = database.get("url") if isinstance(database, dict) else None
    if isinstance(url, str) and re.search(r"//[^/@]*:[^/@]+@", url):
        raise ConfigError(
            f"{path.name}: [database] url: it holds a password, and secrets do not stand in this file; set "
            "MONITOR_DATABASE_URL in the environment"
        )


def _keys(tables: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for key, value in tables.items():
        yield place, key
        below = f"{place}.{key}".lstrip(".")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from _keys(one, below)


_ENVIRONMENT: dict[str, tuple[str, str, Callable[[str], Any]]] = {
    "MONITOR_DATABASE_URL": ("database", "url", str),
    "MONITOR_ERASED": ("database", "erased", str),
    "MONITOR_BASE_URL": ("site", "base_url", str),
    "MONITOR_CONTACT": ("site", "contact", str),
    "MONITOR_WEB_HOST": ("web", "host", str),
    "MONITOR_WEB_PORT": ("web", "port", int),
    "MONITOR_SMTP_HOST": ("mail", "host", str),
    "MONITOR_SMTP_PORT": ("mail", "port", int),
    "MONITOR_SMTP_USER": ("mail", "user", str),
    "MONITOR_SMTP_FROM": ("mail", "from", str),
    "MONITOR_SMTP_TLS": ("mail", "tls", str),
    "MONITOR_MAIL_FOLDER": ("mail", "folder", str),
    "MONITOR_TRUSTED_PROXIES": ("web", "trusted_proxies", str.split),
    "MONITOR_OPERATOR_MAIL": ("watch", "mail", str),
    "MONITOR_CANARY": ("watch", "canary", str),
    "MONITOR_HEARTBEAT_URL": ("watch", "heartbeat", str),
}
"""Variables that take the place of a key, for containers. Each may come from a file, like a secret: the address of a
database holds a password."""


def _with_environment(tables: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    for variable, (table, key, kind) in _ENVIRONMENT.items():
        value = _secret(variable, environ)
        if value and isinstance(tables.setdefault(table, {}), dict):
            try:
                tables[table][key] = kind(value)
            except ValueError as error:
                raise ConfigError(f"{variable}: expected a number, got {value!r}") from error
    return tables


def _secret(variable: str, environ: Mapping[str, str]) -> str:
    named = environ.get(variable + "_FILE")
    if named:
        try:
            return Path(named).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise ConfigError(f"{variable}_FILE: cannot read {named}: {why}") from error
    return environ.get(variable, "")


_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_INDEX = re.compile(r"\[[\d.]+\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]+)`")


def _plain(message: str) -> str:
    """msgspec's words with the place first, as the file shows it."""
    match = _PATH.search(message)
    where = match["path"].removesuffix("[...]") if match else ""
    what = _PATH.sub("", message)
    unknown = _UNKNOWN.match(what)
    if unknown:
        return f"{_place(where, unknown['key'])}: unknown key{_meant(unknown['key'], where)}"
    missing = re.match(r"Object missing required field `([^`]+)`", what)
    if missing:
        return f"{_place(where, missing[1])}: this key is missing"
    if what.startswith("Invalid enum value") and where == "mail.tls":
        what += ' (one of "starttls", "tls", "none")'
    head, _, key = where.rpartition(".")
    return f"{_place(head, key)}: {what[:1].lower()}{what[1:]}"


def _place(where: str, key: str) -> str:
    """`mail`, `port` as "[mail] port"; `destinations[...].sources[...]` as "[[destinations.sources]]"."""
    if not where:
        return key
    name = _INDEX.sub("", where)
    return f"[[{name}]] {key}" if name != where else f"[{name}] {key}"


_TABLES: dict[str, type[msgspec.Struct]] = {
    "": File, "site": Site, "database": Database, "schedule": Schedule, "fetch": Fetch, "mail": Mail,
    "mail.dkim": Dkim, "webhooks": Webhooks, "retention": Retention, "web": Web, "watch": Watch,
    "destinations": DestinationTable,
    "destinations.sources": SourceTable, "publishers": PublisherTable,
}  # fmt: skip


def _meant(key: str, where: str) -> str:
    table = _TABLES.get(_INDEX.sub("", where))
    known = [field.encode_name for field in msgspec.structs.fields(table)] if table else []
    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known keys: {', '.join(known)}"


def _sources(file: File, kinds: Collection[str]) -> tuple[Source, ...]:
    if not file.destinations and not file.publishers:
        raise ConfigError("[[destinations]]: there is nothing to watch; add one, or a publisher ([[publishers]])")
    _check_general(file)
    local = set(file.fetch.local_hosts)
    pace = duration(file.schedule.every, "[schedule] every")
    keys: set[str] = set()
    made: dict[str, Source] = {}
    for table in file.destinations:
        place = Destination(key=table.key or _slug(table.name), name=table.name, iso3=table.iso3.upper(),
                            names=table.names, region=table.region.upper())  # fmt: skip
        if place.key in keys or not place.key:
            raise ConfigError(f"[[destinations]] {table.name}: the key {place.key!r} is empty or used twice")
        keys.add(place.key)
        if not table.sources:
            raise ConfigError(f"[[destinations]] {table.name}: it has no sources; add [[destinations.sources]]")
        for one in table.sources:
            where = f"[[destinations.sources]] {one.id}"
            if not _ID.fullmatch(one.id):
                raise ConfigError(f"{where}: an id is letters, digits, dots, dashes or colons without blanks")
            if one.id in made:
                raise ConfigError(f"{where}: this id is used twice; ids name the history of a source")
            if one.kind not in kinds:
                near = difflib.get_close_matches(one.kind, list(kinds), n=1)
                hint = f"did you mean {near[0]}?" if near else f"known kinds: {', '.join(kinds)}"
                raise ConfigError(f"{where}: unknown kind {one.kind!r}; {hint}")
            url = _url(one.url, where)
            _check_scheme(url, local, where)
            made[one.id] = Source(
                id=one.id, url=one.url, kind=one.kind, destination=place, aliases=one.aliases,
                publisher=one.publisher or _publisher(url.hostname or ""), select=one.select,
                every=_pace(duration(one.every, f"{where} every") if one.every else pace, url, local, where),
                min_items=one.min_items, spread=file.schedule.jitter)  # fmt: skip
    return tuple(made.values())


def _listings(file: File, sources: Collection[Source]) -> tuple[Listing, ...]:
    local = set(file.fetch.local_hosts)
    made: dict[str, Listing] = {}
    for table in file.publishers:
        where = f"[[publishers]] {table.name}"
        lister = LISTS.get(table.name)
        if lister is None:
            near = difflib.get_close_matches(table.name, list(LISTS), n=1)
            hint = f"did you mean {near[0]}?" if near else f"lists are known of: {', '.join(LISTS)}"
            raise ConfigError(f"{where}: we do not know a list of this publisher; {hint}")
        if table.name in made:
            raise ConfigError(f"{where}: this publisher stands here twice")
        taken = next((one.id for one in sources if one.id.startswith(f"{table.name}:")), None)
        if taken is not None:
            raise ConfigError(f"[[destinations.sources]] {taken}: ids that begin with {table.name}: are made from its "
                              "list; take another")  # fmt: skip
        url = _url(table.list or lister.url, f"{where} list")
        _check_scheme(url, local, f"{where} list")
        pace = table.every or lister.every or file.schedule.every
        list_pace = table.list_every or lister.list_every or pace
        made[table.name] = Listing(
            publisher=table.name, url=url.geturl(), left_out=table.except_, spread=file.schedule.jitter,
            pace=_pace(duration(pace, f"{where} every"), url, local, f"{where} every"),
            every=_pace(duration(list_pace, f"{where} list_every"), url, local, f"{where} list_every"),
            min_items=lister.min_items if table.min_items is None else table.min_items)  # fmt: skip
    return tuple(made.values())


def _check_scheme(url: SplitResult, local: Collection[str], where: str) -> None:
    if url.scheme != "https" and not (url.scheme == "http" and url.netloc in local):
        raise ConfigError(
            f"{where}: {url.geturl()} is not https; only servers named in [fetch] local_hosts may do without"
        )


_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,80}")
FASTEST = 60.0
"""Seconds: nobody's public server is asked more often than this."""


def _check_general(file: File) -> None:
    if not _one_line(file.site.contact):
        raise ConfigError("[site] contact: it stands in a header, so it is one line of plain ASCII")
    if not re.match(r"https?://[^/\s]+", file.site.base_url):
        raise ConfigError("[site] base_url: expected an address such as https://alerts.example.org")
    if "@" not in file.mail.from_ or not _one_line(file.mail.from_):
        raise ConfigError("[mail] from: expected an e-mail address")
    _check_mail(file.mail)
    if "://" not in file.database.url:
        raise ConfigError("[database] url: expected an address such as sqlite:///var/monitor.db")
    for name in file.web.trusted_proxies:
        try:
            ip_network(name, strict=False)
        except ValueError as error:
            raise ConfigError(
                f"[web] trusted_proxies: expected an address or a network such as 10.0.0.0/8, got {name!r}"
            ) from error
    _check_operators(file.web)
    _check_watch(file.watch, file.fetch.local_hosts)
    for host in file.fetch.local_hosts:
        if not re.fullmatch(r"[^/\s:]+:\d+", host):
            raise ConfigError(f"[fetch] local_hosts: expected host:port, got {host!r}")


def _check_watch(watch: Watch, local: Collection[str]) -> None:
    if watch.mail and ("@" not in watch.mail or not _one_line(watch.mail) or " " in watch.mail):
        raise ConfigError("[watch] mail: expected an e-mail address")
    if watch.canary and not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", watch.canary):
        raise ConfigError("[watch] canary: expected the id of a subscription; monitor subscribe --list shows them")
    if not watch.heartbeat:
        return
    try:
        url = urlsplit(watch.heartbeat)
    except ValueError as error:  # the address itself may be a secret: whoever knows it can keep the switch quiet
        raise ConfigError("[watch] heartbeat: this is not a web address") from error
    if not url.hostname or not (url.scheme == "https" or (url.scheme == "http" and url.netloc in local)):
        raise ConfigError("[watch] heartbeat: expected an https:// address; only servers named in [fetch] local_hosts"
                          " may do without")  # fmt: skip


def _check_operators(web: Web) -> None:
    if web.operator_header and not re.fullmatch(r"[A-Za-z0-9-]+", web.operator_header):
        raise ConfigError("[web] operator_header: expected the name of a header such as X-Forwarded-User")
    if bool(web.operator_header) != bool(web.operators):
        raise ConfigError("[web] operator_header and operators: set both, or neither; the header names who logged in "
                          "at the proxy, and operators are those of them who may")  # fmt: skip
    if web.operator_header and not web.trusted_proxies:
        raise ConfigError("[web] operator_header: it is believed only from trusted_proxies, and there are none")


def _check_password(kept: str) -> None:
    try:
        if kept:
            passwords.check(kept)
    except ValueError as error:
        raise ConfigError(f"MONITOR_OPERATOR_PASSWORD_HASH: {error}") from error


def _check_mail(mail: Mail) -> None:
    local, _, domain = mail.bounces.rpartition("@")
    if mail.bounces and not (local and domain and len(local) <= 27 and _one_line(mail.bounces) and " " not in domain):
        raise ConfigError("[mail] bounces: expected an e-mail address with at most 27 letters before the @; the "
                          "number and signature of each message are put behind them")  # fmt: skip
    for name in mail.pace_by_domain:
        if not re.fullmatch(r"[^\s@]+\.[^\s@]+", name):
            raise ConfigError(f"[mail.pace_by_domain] {name}: expected a mail domain such as \"example.org\"")
    if bool(mail.dkim.domain) != bool(mail.dkim.selector):
        raise ConfigError("[mail.dkim] domain and selector: set both, or neither")


def _url(text: str, where: str) -> SplitResult:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        raise ConfigError(f"{where}: {text} is not a web address: {error}") from error
    if not url.hostname:
        raise ConfigError(f"{where}: {text} is not a web address")
    if url.username or url.password:
        raise ConfigError(f"{where}: the address holds a user name or password; none is sent to publishers")
    if url.scheme == "https" and port not in (None, 443):
        raise ConfigError(f"{where}: only the usual port of https is asked, not {port}")
    return url


_PUBLISHERS = (
    ("usembassy.gov", "us-embassy"), ("state.gov", "us-state"), ("gov.uk", "uk-fcdo"),
    ("travel.gc.ca", "canada"), ("international.gc.ca", "canada"), ("smartraveller.gov.au", "australia"),
    ("ireland.ie", "ireland"),
)  # fmt: skip


def _publisher(host: str) -> str:
    return next((name for end, name in _PUBLISHERS if host == end or host.endswith("." + end)), host)


def _pace(seconds: float, url: SplitResult, local: Collection[str], where: str) -> float:
    if seconds < FASTEST and url.netloc not in local:
        raise ConfigError(f"{where}: {seconds:.0f} s is too fast for somebody else's server; at least 1m")
    return seconds


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def _database(url: str, path: Path) -> str:
    """A relative SQLite path counts from the configuration's folder."""
    match = re.fullmatch(r"sqlite:///(?!/)(?P<file>.+)", url)
    return f"sqlite:///{path.parent / match['file']}" if match else url


def _protected(base_url: str) -> bool:
    """Whether nobody on the way can read along."""
    url = urlsplit(base_url)
    return url.scheme == "https" or (url.hostname or "") in ("127.0.0.1", "localhost", "::1")


def _warnings(file: File, secrets: Secrets) -> list[str]:
    out = []
    if not file.site.contact:
        out.append("[site] contact is empty: set it, so that a publisher's webmaster can reach you")
    if file.mail.host and file.mail.user and not secrets.smtp_password:
        out.append("[mail] user is set, but MONITOR_SMTP_PASSWORD is not in the environment")
    if file.mail.host and (urlsplit(file.site.base_url).hostname or "") in ("127.0.0.1", "localhost", "::1"):
        out.append("[site] base_url is this machine: the links in mails (manage, unsubscribe) lead nowhere for readers")
    if secrets.operator_password and not _protected(file.site.base_url):
        out.append("[site] base_url is not https: operators can log in on this machine only")
    if file.web.private and not secrets.operator_password and not file.web.operators:
        out.append("[web] private is set and nobody can log in: the pages open with tokens only (monitor token)")
    if file.mail.dkim.domain and not secrets.dkim_key:
        out.append("[mail.dkim] is set, but MONITOR_DKIM_KEY is not in the environment: mail goes out unsigned")
    if secrets.dkim_key and not file.mail.dkim.domain:
        out.append("MONITOR_DKIM_KEY is in the environment, but [mail.dkim] names no domain and selector")
    return out
