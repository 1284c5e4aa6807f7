"""One installation in a folder: configuration, database, log. Each run has its own, a copy of one that has looked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.sinks import World
from tests.store import postgres

MAILS = ("officer@ngo.example", "deputy@ngo.example", "bureau@ngo.example")
HOOK = "/hook"
CONFIG = """
[site]
base_url = "https://alerts.example"
[database]
url = "{url}"
[schedule]
tick = "0.1s"
[fetch]
host_gap = "0.01s"
robots = false
local_hosts = ["127.0.0.1:{web}"]
[mail]
host = "127.0.0.1"
port = {relay}
tls = "none"
from = "monitor@alerts.example"
connections = 2
[web]
port = 0
[[destinations]]
name = "Mali"
iso3 = "MLI"
names = ["Republic of Mali"]
[[destinations.sources]]
id = "mali"
kind = "us-page"
publisher = "us-state"
every = "1s"
url = "http://127.0.0.1:{web}/mali.html"
"""


@dataclass(frozen=True, slots=True)
class House:
    """Where one run lives."""

    folder: Path
    url: str
    world: World = field(compare=False)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def hook(self) -> str:
        return f"http://127.0.0.1:{self.world.web_port}{HOOK}"

    def furnish(self) -> House:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(CONFIG.format(url=self.url, web=self.world.web_port, relay=self.world.relay_port))
        return self

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


class Street:
    """Makes houses: empty ones, and copies of one that has already looked and has its readers."""

    def __init__(self, root: Path, world: World, server: str = "") -> None:
        self.root, self.world, self.server = root, world, server
        self._made = 0

    def empty(self) -> House:
        self._made += 1
        name = f"run{self._made}"
        folder = self.root / name
        url = f"sqlite:///{folder}/monitor.db"
        if self.server:
            self._sql(f"CREATE DATABASE {name}")
            url = self.server.replace("/postgres?", f"/{name}?")
        return House(folder, url, self.world).furnish()

    def copy(self, of: House) -> House:
        self._made += 1
        name = f"run{self._made}"
        folder = self.root / name
        shutil.copytree(of.folder, folder)
        url = f"sqlite:///{folder}/monitor.db"
        if self.server:
            self._sql(f"CREATE DATABASE {name} TEMPLATE {of.folder.name} STRATEGY FILE_COPY")
            url = self.server.replace("/postgres?", f"/{name}?")
        house = House(folder, url, self.world).furnish()
        house.log.unlink(missing_ok=True)
        return house

    def pull_down(self, house: House) -> None:
        shutil.rmtree(house.folder, ignore_errors=True)
        if self.server:
            self._sql(f"DROP DATABASE IF EXISTS {house.folder.name} WITH (FORCE)")

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as conn:
            conn.execute(statement)


@contextmanager
def street(database: str, *, delay: float = 0.0) -> Iterator[Street]:
    """A world and a place for houses, with a PostgreSQL server of its own if that is asked for."""
    with tempfile.TemporaryDirectory(prefix="monitor-faults-") as root, World(delay=delay) as world:
        if database == "postgres":
            with postgres.server() as server:
                yield Street(Path(root), world, server.url)
        else:
            yield Street(Path(root), world)
