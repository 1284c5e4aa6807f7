"""Who watches what stays a secret: a whole life of the service with a thousand marked readers, and then a search.

`monitor run`, from a configuration file and in a process of its own, takes sign-ups, asks them to confirm, tells a
change, is refused by a relay that quotes the reader's address, meets endpoints that answer nonsense, takes bounces in,
is killed in the middle, starts again, is backed up and asked for everything it shows. Every byte that it leaves or
shows is then searched for the marks. Not searched is what lists readers on purpose: the messages themselves, and the
operator's `monitor subscriptions`.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from click.testing import CliRunner

from monitor import cli, wiring
from monitor.audience import Channel, DeliveryState, Group, Subscription, Wishes
from monitor.links import Purpose, Signer
from monitor.model import ChangeState, Severity
from tests.faults.house import House
from tests.faults.sinks import Copy, World
from tests.faults.traces import MARK, files, opened, traces

ROOT = Path(__file__).parents[2]
SIGNED_UP = 8
"""Readers who come by the sign-up page; more an hour are not let in from one sender."""
PATIENCE = 120.0
WITHIN = 60.0
"""Seconds within which what was erased must be gone."""
PAGES = ("/", "/?show=all", "/feeds/all.atom", "/feeds/all.json", "/feeds/mali.atom", "/feeds/mali.json",
         "/feeds/all.csv", "/destinations/mali", "/how", "/chain", "/subscribe", "/sources/mali", "/changes/{event}",
         "/changes/{event}.cap", "/changes/{event}/evidence.zip", "/healthz", "/api", "/api/v1/openapi.json",
         "/api/v1/destinations", "/api/v1/destinations/mali", "/api/v1/destinations/mali/stands", "/api/v1/sources",
         "/api/v1/sources/mali", "/api/v1/sources/mali/visits", "/api/v1/changes", "/api/v1/changes/{event}",
         "/api/v1/chain", "/api/v1/chain/links")  # fmt: skip
_PLACES = {
    (True, True, False): "backup", (True, False, False): "evidence", (False, True, False): "database with -wal, -shm",
    (False, False, True): "logs", (False, False, False): "other files, temporary ones",
}  # fmt: skip
"""What a file is, by: was it taken away, is it a database, is it the log."""
MORE = ("/metrics", "/operators", "/api/v1/operators/health", "/api/v1/operators/deliveries?limit=200",
        "/no-such-page/{address}", "/confirm/{address}", "/manage/{address}")  # fmt: skip
"""What operators and programs are shown, and what is asked for wrongly."""


@dataclass
class Found:
    """What a search found."""

    readers: int = 0
    looked_at: dict[str, int] = field(default_factory=dict)
    """Bytes searched, by place."""
    handed_over: int = 0
    refused: int = 0
    bounced: int = 0
    kills: int = 0
    erased: int = 0
    erased_after: float = 0.0
    """Seconds from the last erasure until no file of the database held anything of them any more."""
    pages: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def look(self, place: str, name: str, data: bytes) -> None:
        for inner, content in opened(name, data):
            self.looked_at[place] = self.looked_at.get(place, 0) + len(content)
            self.wrong += [f"{place}, {inner}: {one}" for one in traces(content)]

    def rows(self) -> list[list[str]]:
        return [
            ["marked readers (mail, webhook)", str(self.readers)],
            ["messages handed over", str(self.handed_over)],
            ["refusals that quoted the address", str(self.refused)],
            ["bounces taken in", str(self.bounced)],
            ["kill -9 in the middle", str(self.kills)],
            *([f"searched: {place}", f"{size / 2**20:.2f} MiB"] for place, size in self.looked_at.items()),
            ["public pages searched for counts of readers", str(self.pages)],
            ["erased", str(self.erased)],
            ["gone from file and log after", f"{self.erased_after:.1f} s"],
            ["run time", f"{self.seconds:.0f} s"],
            ["wrong", str(len(self.wrong))],
        ]


def privacy(
    readers: int = 1003, erased: int = 100, say: Callable[[str], None] = lambda words: None, *, own_process: bool = True
) -> Found:
    """Lives the life, searches, erases, restores, and searches again.

    With `own_process`, each of the operator's commands is one.
    """
    begun, found = time.monotonic(), Found(readers=readers)
    with (
        tempfile.TemporaryDirectory(prefix="privacy-") as root, World(news=False) as world,
        relay(world, found) as world.relay_port, scene(Path(root), world, found, own_process) as here,
    ):  # fmt: skip
        here.move_in()
        here.tell_and_kill()
        say(f"{found.handed_over} messages handed over, {found.refused} refusals, killed {found.kills} times")
        here.shown()
        here.searched("after all of it")
        say(f"{sum(found.looked_at.values()) / 2**20:.1f} MiB searched")
        here.erase(erased)
        say(f"{erased} erased, gone after {found.erased_after:.1f} s")
        here.restore(erased)
        here.searched("after the restore")
    found.seconds = time.monotonic() - begun
    return found


@contextmanager
def scene(root: Path, world: World, found: Found, own_process: bool) -> Iterator[Scene]:
    """The installation; whatever happens, none of its processes outlives it."""
    made = Scene(root, world, found, own_process)
    try:
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            made.process.kill()
            made.process.wait()


class Scene:
    """One installation, its readers and what is done to it."""

    def __init__(self, root: Path, world: World, found: Found, own_process: bool) -> None:
        self.world, self.found, self.readers, self.own_process = world, found, found.readers, own_process
        self.gone: list[str] = []
        self.out = root / "out"  # what is shown to the operator, and taken away
        self.house = House(root / "house", f"sqlite:///{root}/house/monitor.db", world).furnish()
        (self.house.folder / "tmp").mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        text = self.house.config.read_text().replace("[web]\nport = 0", (
            f'[web]\nport = {self.port}\noperator_header = "X-Operator"\noperators = ["desk"]\n'
            'trusted_proxies = ["127.0.0.1"]'))  # fmt: skip
        self.house.config.write_text(text.replace("connections = 2", "connections = 4"))
        self.token = secrets.token_hex(16)
        self.environ = {**os.environ, "MONITOR_NO_BOOTSTRAP": "1", "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1",
                        "TMPDIR": str(self.house.folder / "tmp"), "MONITOR_BOUNCE_TOKEN": self.token}  # fmt: skip
        self.environ.pop("MONITOR_SECRET", None)
        self.process: subprocess.Popen[bytes] | None = None
        self.event = ""

    # -- the life ---------------------------------------------------------------------
    def move_in(self) -> None:
        """Readers by table, and the first look."""
        with self.parts() as parts:
            made = [self.subscription(n) for n in range(self.readers - SIGNED_UP)]
            parts.store.enrol(Group(id="grp_desk", name="Desk", created_at=parts.clock()), made)
            parts.check(parts.sources[0])

    def subscription(self, number: int) -> Subscription:
        hook = number % 5 == 4  # every other one at an address where nobody may be called
        place = f"127.0.0.1:{self.world.web_port}/hook" if number % 10 == 4 else "127.0.0.1:9/elsewhere"
        return Subscription(
            id=f"sub_{number:04}", channel=Channel.WEBHOOK if hook else Channel.MAIL, created_at=datetime.now(UTC),
            address=f"http://{place}/{MARK}{number:04}?key={MARK}" if hook else address(number),
            wishes=Wishes(destinations=("mali",), floor=Severity.LOW))  # fmt: skip

    @contextmanager
    def parts(self) -> Iterator[wiring.Parts]:
        parts = wiring.build(wiring.load(self.house.config, environ={}, kinds=wiring.adapters.ADAPTERS.keys()))
        try:
            yield parts
        finally:
            parts.close()

    def tell_and_kill(self) -> None:
        """Sign-up by the page, confirmation by the mail, a change, kill -9 while it is told, and the rest."""
        self.start()
        for number in range(self.readers - SIGNED_UP, self.readers):
            self.ask("/subscribe", form(number))
        # Wrong use too: what is refused must not be repeated into a log.
        self.ask("/subscribe", form(0) | {"address": f"{MARK}9998@@nowhere"}, good=False)
        self.ask("/subscribe", form(9997) | {"destination": MARK}, good=False)
        signups = [n for n in range(self.readers - SIGNED_UP, self.readers) if kind_of(n) == "good"]
        self.until(lambda: len(self.confirmations()) >= len(signups), "confirmations came")
        for link in self.confirmations():
            self.ask(link, {})
        self.world.news = True
        before = len(self.world.copies)
        self.until(lambda: len(self.world.copies) > before + self.readers // 10, "the change is told")
        self.kill()
        self.searched("right after kill -9")
        self.start()
        self.until(self.told, "everybody is told or refused")
        for copy in [one for one in self.world.copies if "@" in one.to][:20]:
            self.bounce(copy)
        self.found.handed_over = len(self.world.copies)

    def told(self) -> bool:
        """Nobody waits any more but whom the relay or the endpoint put off."""
        rows = self.sql("SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'claimed') AND attempts < 1")
        return bool(self.sql("SELECT count(*) FROM deliveries WHERE kind = 'notice'")[0][0]) and rows[0][0] == 0

    def confirmations(self) -> list[str]:
        return [found[1].decode() for copy in self.world.copies
                if (found := re.search(rb"https://alerts\.example(/confirm/[\w.\-]+)", joined(copy.raw)))]  # fmt: skip

    def bounce(self, copy: Copy) -> None:
        """As the relay's own mail system hands it in."""
        report = BOUNCE.format(to=copy.to, id=copy.message_id).replace("\n", "\r\n").encode()
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}/bounces", report, {
            "Authorization": f"Bearer {self.token}", "Content-Type": "message/rfc822"})  # fmt: skip
        with urllib.request.urlopen(asked, timeout=20) as answer:
            self.found.bounced += answer.status == 200 and b"noted" in answer.read()

    # -- what is shown ----------------------------------------------------------------
    def shown(self) -> None:
        """Every page, feed and command that shows something, and what is taken away: backup and evidence."""
        with self.parts() as parts:
            (change,) = parts.store.changes(states=[ChangeState.TOLD])
            watched = sum(sub.active for sub in parts.store.subscriptions())
            told = len(parts.store.deliveries(subject=change.event_id, limit=100_000))
            sent = len(parts.store.deliveries(subject=change.event_id, state=DeliveryState.SENT, limit=100_000))
        self.event = change.event_id
        counts = {number for number in (watched, told, sent, self.readers) if number > 100}
        for page in PAGES:
            status, body = self.fetch(page.format(event=self.event))
            self.found.pages += status == 200
            if status != 200:
                self.found.wrong.append(f"{page} cannot be searched: {status}")
            self.found.look("pages, feeds, API", page, body)
            for number in counts if page.rpartition(".")[2] != "zip" else ():
                if re.search(rb"(?<![\w.#])%d(?![\w.])" % number, body):
                    self.found.wrong.append(f"{page} says {number}, which is how many readers Mali has, or were told")
        for page in MORE:
            _, body = self.fetch(page.format(address=urllib.parse.quote(address(1))), {"X-Operator": "desk"})
            if "{address}" not in page:  # who is shown the address that they have typed
                self.found.look("metrics, operators’ pages", page, body)
        self.out.mkdir()
        for words in (("show",), ("show", self.event), ("show", self.event, "--json"), ("history",),
                      ("history", "mali", "--json"), ("doctor",), ("diff", "mali"), ("sources",)):  # fmt: skip
            said = self.command(*words)
            self.found.look("what commands print", " ".join(words), said)
        self.command("backup", str(self.out / "backup.db"))
        self.command("export", self.event, "--out", str(self.out / "evidence.zip"))

    def fetch(self, path: str, more: dict[str, str] | None = None) -> tuple[int, bytes]:
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=more or {})
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def ask(self, path: str, form: dict[str, Any], *, good: bool = True) -> None:
        """Sends a form, as a browser does."""
        data = urllib.parse.urlencode(form).encode()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data, timeout=30) as answer:
                assert good == (answer.status == 200), f"{path.partition('?')[0][:20]}: {answer.status}"
        except urllib.error.HTTPError as error:
            assert not good, f"{path[:20]}: {error.code} {error.read()[-600:]!r}"

    def command(self, *words: str) -> bytes:
        if not self.own_process:
            ran_here = CliRunner().invoke(cli.main, ["--config", str(self.house.config), *words])
            assert ran_here.exit_code in (0, 1) and (ran_here.exception is None or ran_here.exit_code), ran_here.output
            return ran_here.output.encode()
        ran = subprocess.run([sys.executable, "-m", "monitor", "--config", str(self.house.config), *words],
                             capture_output=True, env=self.environ, cwd=self.house.folder, timeout=120)  # fmt: skip
        assert ran.returncode in (0, 1), f"monitor {words[0]}: {ran.returncode}: {ran.stderr[-800:]!r}"
        return ran.stdout + ran.stderr

    def searched(self, when: str) -> None:
        """Everything in the installation's folder, and what was taken out of it."""
        for folder in (self.house.folder, self.out):
            for name, data in files(folder):
                place = _PLACES[folder == self.out, ".db" in name, name == "log"]
                self.found.looked_at[place] = self.found.looked_at.get(place, 0) + len(data)
                self.found.wrong += [f"{when}: {name}: {one}" for one in traces(data)]

    # -- erasing ----------------------------------------------------------------------
    def erase(self, count: int) -> None:
        """By the readers' own pages, while the service runs."""
        chosen = [f"sub_{number:04}" for number in range(count)]
        query = f"SELECT sealed, reader FROM subscriptions WHERE id IN ({', '.join('?' * count)})"
        self.gone = [str(word) for row in self.sql(query, chosen) for word in row]
        assert len(self.gone) == 2 * count and all(self.gone) and self.left()
        signer = Signer((self.house.folder / "secret.key").read_text().strip(), "")
        for name in chosen:
            self.ask(f"/manage/{signer.token(Purpose.MANAGE, name, datetime.now(UTC))}/erase", {"sure": "yes"})
        begun = time.monotonic()
        while (left := self.left()) and time.monotonic() - begun < WITHIN:
            time.sleep(0.5)
        self.found.erased, self.found.erased_after = count, time.monotonic() - begun
        if left:
            self.found.wrong.append(f"after {WITHIN:.0f} s something of the erased is left in {left}")
        self.stop()

    def left(self) -> list[str]:
        """The files of the installation that still hold the sealed address or the hash of one who was erased."""
        words = re.compile(b"|".join(re.escape(word.encode()) for word in self.gone))
        return [name for name, data in files(self.house.folder) if words.search(data)]

    def restore(self, count: int) -> None:
        """A backup from before the erasures, which still holds them, is put back."""
        old = (self.out / "backup.db").read_bytes()
        assert all(word.encode() in old for word in self.gone), "the backup is not from before"
        self.command("restore", str(self.out / "backup.db"), "--yes")
        if left := self.left():
            self.found.wrong.append(f"after a restore something of the erased is back in {left}")
        (back,) = self.sql("SELECT count(*) FROM subscriptions WHERE sealed != ''")[0]
        if back != self.readers - count and back != self.readers - count + 1:  # the one asked for with a wrong place
            self.found.wrong.append(f"after a restore {back} readers have an address, of {self.readers - count}")

    # -- the process ------------------------------------------------------------------
    def start(self) -> None:
        with self.house.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "monitor", "--config", str(self.house.config), "run"],
                cwd=self.house.folder, stdout=log, stderr=log, env=self.environ)  # fmt: skip
        self.until(self.answers, "the pages answer")

    def answers(self) -> bool:
        try:
            return self.fetch("/healthz")[0] in (200, 503)
        except OSError:
            return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.found.kills += 1
        self.world.settle()

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def sql(self, words: str, given: list[str] | None = None) -> list[tuple[Any, ...]]:
        with sqlite3.connect(f"file:{self.house.folder}/monitor.db?mode=ro", uri=True, timeout=10) as conn:
            try:
                return conn.execute(words, given or []).fetchall()
            finally:
                conn.rollback()

    def until(self, true: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"not within {PATIENCE:.0f} s: {what}; {self.house.said()[-1500:]}"
            assert self.process is None or self.process.poll() is None, self.house.said()[-1500:]
            time.sleep(0.1)


# --------------------------------------------------------------------------------------
# A relay that tells everybody whom it does not know
# --------------------------------------------------------------------------------------
def kind_of(number: int) -> str:
    """How the relay takes this reader."""
    return {3: "unknown", 8: "later", 13: "refused after the dot"}.get(number % 20, "good")


def address(number: int) -> str:
    return f"{MARK}{number:04}@{MARK}{number % 50}.example"


class Gossip:
    """aiosmtpd's handler: keeps what is handed over, and names the reader in each refusal."""

    def __init__(self, world: World, found: Found) -> None:
        self.world, self.found = world, found

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        kind = kind_of(int(address.partition("@")[0].removeprefix(MARK)))
        if kind == "unknown":
            self.found.refused += 1
            return f"550 5.1.1 <{address}>: user {address.partition('@')[0]} is not known here (write to {address})"
        if kind == "later":
            self.found.refused += 1
            return f"451 4.7.1 <{address}>: greylisted; {address.upper()} may come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(0)
        to = envelope.rcpt_tos[0]
        if kind_of(int(to.partition("@")[0].removeprefix(MARK))) == "refused after the dot":
            self.found.refused += 1
            return f"554 5.7.1 message to {to} looks like spam; {{'rcpt': '{to}'}}"
        raw = bytes(envelope.content)
        name = next(line[11:].strip() for line in raw.split(b"\r\n") if line.lower().startswith(b"message-id:"))
        self.world.keep(Copy(to, name.decode(), raw, time.monotonic()))
        return "250 queued"


@contextmanager
def relay(world: World, found: Found) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    listening = Controller(Gossip(world, found), hostname="127.0.0.1", port=port)
    listening.start()
    try:
        yield port
    finally:
        listening.stop()


BOUNCE = """From: MAILER-DAEMON@relay.example
To: monitor@alerts.example
Subject: Undelivered mail to {to}
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

The mail system could not deliver to <{to}>.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Original-Recipient: rfc822;{to}
Final-Recipient: rfc822;{to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: unknown

--b
Content-Type: message/rfc822

Message-ID: {id}
To: {to}

--b--
"""


def form(number: int) -> dict[str, str]:
    """As a browser sends the page of sign-up."""
    return {"address": address(number), "destination": "mali", "scope": "everything", "floor": "low",
            "cadence": "immediate", "hour": "7", "weekday": "0", "quiet_from": "", "quiet_to": "",
            "critical_at_once": "yes", "zone": "UTC", "language": "en", "form": "full", "blindness": "yes"}  # fmt: skip


def joined(raw: bytes) -> bytes:
    """Quoted-printable lines put together again."""
    return raw.replace(b"=\r\n", b"").replace(b"=3D", b"=")
