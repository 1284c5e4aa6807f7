"""Makes the pictures of the README from the product itself, so that they stay true.

    python -m docs.pictures.make      (needs Chromium; writes PNG files beside this one)

The mail is the one that the recorded story sends when the level rises; the terminal is what
`monitor replay` and `monitor compare` print; the other messages are those that the tests compare with.
"""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
import tempfile
from email.policy import default
from pathlib import Path

from rich.console import Console
from rich.text import Text

from monitor.notify import mail
from tests.notify import examples

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NOISE = ROOT / "tests" / "fixtures" / "noise"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("pictures need Chromium (Debian: apt install chromium)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run("replay", "tests/fixtures/mali-story.warc.gz", "--out", str(folder / "out"))
        _mail(browser, folder)
        _messages(browser, folder)
        told = _run("replay", "tests/fixtures/mali-story.warc.gz", "--out", str(folder / "out"))
        lines = told.splitlines()
        begin = next(n for n, line in enumerate(lines) if "2026-06-05 20:15" in line)
        _terminal(browser, folder, "terminal-replay", "\n".join(lines[begin : begin + 40]))
        pair = [str(NOISE / f"loud-curfew-hours-{side}.html") for side in "ab"]
        url = "https://travel.gc.ca/destinations/mali"
        _terminal(browser, folder, "terminal-compare", _run("compare", *pair, "--url", url))


def _run(*arguments: str) -> str:
    """What the command prints on a terminal of 100 columns, with its colours."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *arguments], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": "100", "TERM": "xterm-256color", "MONITOR_NO_BOOTSTRAP": "1"},
    )  # fmt: skip
    return done.stdout


def _mail(browser: str, folder: Path) -> None:
    for path in sorted((folder / "out").glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        if "level raised" in str(message["Subject"]):
            part = message.get_body(("html",))  # type: ignore[attr-defined]
            page = folder / "mail.html"
            page.write_text(part.get_content(), encoding="utf-8")
            _shoot(browser, folder, page, "mail", 720, 1180)
            _shoot(browser, folder, page, "mail-phone-dark", 500, 1400, DARK)


DARK = "--blink-settings=preferredColorScheme=0"
MESSAGES = (
    ("notice-fr", "notice.fr", 700, 1060, ()), ("digest", "digest.en", 700, 1080, ()),
    ("blind", "blind.en", 700, 800, ()), ("blind-fr-phone-dark", "blind.fr", 500, 1000, (DARK,)),
    ("correction", "correction.en", 700, 1010, ()), ("correction-phone-dark", "withdrawal.fr", 500, 1000, (DARK,)),
    ("digest-fr-phone", "digest.fr", 500, 1180, ()), ("confirm", "confirm.en", 700, 620, ()),
    ("confirm-fr-phone", "confirm.fr", 500, 760, ()),
)  # fmt: skip
"""Picture, message (tests.notify.examples), width, height, and how the browser is started."""


def _messages(browser: str, folder: Path) -> None:
    """Messages of the other kinds, as the tests know them."""
    known = examples.goldens()
    for name, message, width, height, more in MESSAGES:
        page = folder / f"{name}.html"
        raw = mail.render(known[message], examples.delivery(), examples.SITE)
        page.write_text(examples.parts(raw)["html"], encoding="utf-8")
        _shoot(browser, folder, page, name, width, height, *more)


def _terminal(browser: str, folder: Path, name: str, printed: str) -> None:
    console = Console(record=True, width=100, file=(folder / "nowhere").open("w"))
    console.print(Text.from_ansi(printed))
    svg = console.export_svg(title=f"monitor {name.removeprefix('terminal-')}")
    page = folder / f"{name}.html"
    page.write_text(f"<body style='margin:0'>{svg}</body>", encoding="utf-8")
    height = 80 + int(24.4 * (printed.count("\n") + 2))
    _shoot(browser, folder, page, name, 1240, height)


def _shoot(browser: str, folder: Path, page: Path, name: str, width: int, height: int, *more: str) -> None:
    profile = tempfile.mkdtemp(dir=folder)
    subprocess.run([browser, *FLAGS, *more, f"--user-data-dir={profile}", f"--screenshot={HERE / name}.png",
                    f"--window-size={width},{height}", page.as_uri()], check=True, capture_output=True)  # fmt: skip


if __name__ == "__main__":
    main()
