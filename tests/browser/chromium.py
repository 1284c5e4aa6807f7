"""Debian's Chromium, driven by Playwright; and what judges its pages.

    apt-get install chromium nodejs npm default-jre-headless      (.ci/run does, where it may)

What is missing is skipped with a loud reason, and fails where CI=true.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests import npm

JUDGES = Path(__file__).parent / "judges"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE, DESKTOP, NARROW = ({"width": 390, "height": 844}, {"width": 1280, "height": 900}, {"width": 320, "height": 640})
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NOT_SEEN = "NO PAGE WAS LOOKED AT IN A BROWSER"


@contextmanager
def started() -> Iterator[Browser]:
    """A browser of our own. Skips with a loud reason where none can be had; fails in CI."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        npm.unable(NOT_SEEN, "Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as error:
            npm.unable(NOT_SEEN, f"{found} does not start: {error}")
        yield browser
        browser.close()


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is shown: rule, how bad, and where. Its source has to
    be there, as a script of the browser's and not of the page's, whose own policy would refuse it."""
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})"
        ".then((found) => found.violations)", RULES)  # fmt: skip
    return [f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
            for one in found for node in one["nodes"]]  # fmt: skip


@cache
def axe_source() -> str:
    folder = npm.installed(JUDGES, "NO PAGE WAS JUDGED by axe-core")
    return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def vnu(files: Iterable[Path]) -> list[str]:
    """What the Nu checker says of these files: HTML, CSS and SVG, by the end of the name."""
    if shutil.which("java") is None:
        npm.unable("NO PAGE WAS JUDGED by the Nu HTML checker", "Java is not installed (apt-get install default-jre)")
    folder = npm.installed(JUDGES, "NO PAGE WAS JUDGED by the Nu HTML checker")
    jar = folder / "node_modules/vnu-jar/build/dist/vnu.jar"
    quick = ["-Xss16m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    done = subprocess.run(["java", *quick, "-jar", str(jar), "--format", "json", "--stdout", "--also-check-css",
                           "--also-check-svg", *map(str, files)], capture_output=True,
                          text=True, timeout=180, check=False)  # fmt: skip
    said: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return [f"{Path(one.get('url', '')).name}:{one.get('lastLine', '')} {one['message']} {one.get('extract', '')!r}"
            for one in said if one["type"] != "info" or one.get("subType") == "warning"]  # fmt: skip
