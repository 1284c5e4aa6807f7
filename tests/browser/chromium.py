"""Debian's Chromium, driven by Playwright; and what judges its pages."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests import npm

JUDGES = Path(__file__).parent / "judges"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def started() -> Iterator[Browser]:
    """A browser of our own. Skips with a loud reason where none can be had; fails in CI."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        npm.unable("NO PAGE WAS LOOKED AT IN A BROWSER", "Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is shown: rule, how bad, and where."""
    folder = npm.installed(JUDGES, "NO PAGE WAS JUDGED by axe-core")
    page.add_script_tag(content=(folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
            for one in found["violations"] for node in one["nodes"]]  # fmt: skip


def vnu(files: Iterable[Path]) -> list[str]:
    """What the Nu HTML checker says of these files."""
    if shutil.which("java") is None:
        npm.unable("NO PAGE WAS JUDGED by the Nu HTML checker", "Java is not installed (apt-get install default-jre)")
    folder = npm.installed(JUDGES, "NO PAGE WAS JUDGED by the Nu HTML checker")
    jar = folder / "node_modules/vnu-jar/build/dist/vnu.jar"
    done = subprocess.run(["java", "-Xss1m", "-jar", str(jar), "--format", "json", "--stdout",
                           *map(str, files)], capture_output=True, text=True, timeout=180, check=False)  # fmt: skip
    said: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return [f"{Path(one.get('url', '')).name}:{one.get('lastLine', '')} {one['message']} {one.get('extract', '')!r}"
            for one in said if one["type"] != "info" or one.get("subType") == "warning"]  # fmt: skip
