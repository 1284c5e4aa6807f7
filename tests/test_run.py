"""`monitor run` as a process: it says where things are, survives having no network, and stops cleanly."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from monitor.commands import running as in_process
from tests.fakes import page

ROOT = Path(__file__).parent.parent


class Served(BaseHTTPRequestHandler):
    body = page(level=3)

    def do_GET(self) -> None:
        found = self.path == "/mali.html"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.body if found else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


def config(folder: Path, url: str, local: str = "", every: str = "1s") -> Path:
    path = folder / "config.toml"
    path.write_text(f"""
[schedule]
tick = "0.2s"
[fetch]
host_gap = "0.01s"
local_hosts = [{local}]
[web]
port = 0
[[destinations]]
name = "Mali"
iso3 = "MLI"
[[destinations.sources]]
id = "mali"
kind = "us-page"
publisher = "us-state"
every = "{every}"
url = "{url}"
""")
    return path


class Process:
    def __init__(self, path: Path) -> None:
        self.environ = {**os.environ, "MONITOR_NO_BOOTSTRAP": "1", "PYTHONPATH": str(ROOT)}
        self.path = path
        self.child = subprocess.Popen([sys.executable, "-m", "monitor", "--config", str(path), "run"], cwd=path.parent,
                                      stderr=subprocess.PIPE, text=True, env=self.environ)  # fmt: skip
        self.said = ""
        assert self.child.stderr is not None
        for line in self.child.stderr:
            self.said += line
            if "Ctrl-C" in line:
                break
        threading.Thread(target=self._drain, daemon=True).start()
        self.url = re.search(r"http://\S+", self.said).group()  # type: ignore[union-attr]

    def _drain(self) -> None:
        assert self.child.stderr is not None
        self.said += self.child.stderr.read()

    def monitor(self, *words: str) -> str:
        command = [sys.executable, "-m", "monitor", "--config", str(self.path), *words]
        done = subprocess.run(
            command, cwd=self.path.parent, capture_output=True, text=True, env=self.environ, check=True
        )
        return done.stdout

    def page_with(self, words: str, seconds: float = 15) -> str:
        end, text = time.monotonic() + seconds, ""
        while time.monotonic() < end:
            text = requests.get(self.url, timeout=5).text
            if words in text:
                return text
            time.sleep(0.1)
        raise AssertionError(f"{words!r} did not appear in: {text}\n{self.said}")

    def stop(self) -> int:
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(timeout=20)


def test_a_change_on_a_server_becomes_a_message_in_the_folder_and_sigterm_stops_cleanly(
    tmp_path: Path, port: int
) -> None:
    Served.body = page(level=3)
    host = f"127.0.0.1:{port}"
    running = Process(config(tmp_path, f"http://{host}/mali.html", f'"{host}"'))
    try:
        assert "outbox" in running.said and "Nobody is subscribed yet" in running.said
        running.monitor("subscribe", "officer@ngo.example", "-d", "Mali")
        running.page_with("Level 3 - Reconsider travel")
        Served.body = page(level=4)
        running.page_with("level raised 3 → 4")
        end = time.monotonic() + 10
        while not list((tmp_path / "var" / "outbox").glob("*.eml")) and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        code = running.stop()
    [message] = (tmp_path / "var" / "outbox").glob("*.eml")
    assert code == 0 and b"officer@ngo.example" in message.read_bytes()
    assert "officer@ngo.example" not in running.said


def test_without_any_network_it_keeps_running_and_says_since_when_it_is_blind(tmp_path: Path) -> None:
    running = Process(config(tmp_path, "https://no-such-host.invalid/mali.html", every="1m"))
    try:
        text = running.page_with("Not reachable")
        assert re.search(r"[Ff]ailing since", text)
        assert requests.get(running.url + "healthz", timeout=5).status_code == 200
    finally:
        assert running.stop() == 0


def test_a_sigterm_in_the_middle_of_a_start_is_heeded_when_the_start_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []

    @contextmanager
    def started(parts: object, port: int) -> Iterator[str]:
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            yield "here"
        finally:
            ended.append("in order")

    monkeypatch.setattr(in_process, "started", started)
    monkeypatch.setattr(in_process, "_say_where", lambda parts, address: None)
    in_process.run(SimpleNamespace(config=SimpleNamespace(web=SimpleNamespace(port=0))))  # type: ignore[arg-type]
    assert ended == ["in order"]
