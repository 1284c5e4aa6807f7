"""Makes the pictures of the pages: an installation in its worst week is started, and its own pages are photographed.

    python -m docs.pictures.pages [FOLDER]

needs Chromium, and writes docs/pictures/pages/*.webp and docs/pages.md. With a FOLDER, every page goes there in
every size, tone and language, whole and as PNG: for looking at.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import chromium
from tests.browser.installation import Installation
from tests.browser.looking import EVERY, Look, eyes
from tests.browser.pages import Sheet, sheets

HERE = Path(__file__).parent
OUT = HERE / "pages"
SHOWN = {
    "overview": "The overview: where each destination stands, how fresh that is, and what changed last.",
    "place": "One destination: the ladder of measures, the map, how often the advice changes, and every change.",
    "change": "A change, as the officer sees it at 3 a.m.: how grave, how sure, what came before, and what changed.",
    "change-side-by-side": "The same change side by side.",
    "change-corrected": "A change that was corrected says so first.",
    "source": "A source: every look at it, how fast it answers, and what is kept.",
    "captures-compared": "Any two captures of a source, compared by today’s rules.",
    "how": "How we watch, in words.",
    "chain-checked": "The chain over all captures, asked about a noted link.",
    "api": "The API, for people.",
    "operators": "The service itself, for its operators.",
    "login": "The log-in of operators.",
    "subscribe": "Signing up.",
    "confirm": "The link in the confirmation mail.",
    "manage": "A reader’s own page.",
    "unsubscribe": "The link to leave.",
    "acknowledge": "The link with which a contact of an organisation says: seen.",
    "not-found": "An address that leads nowhere.",
}
"""What docs/pages.md shows, and what it says of it."""
LOOKS = (Look("desktop", "light", "en"), Look("desktop", "dark", "fr"),
         Look("phone", "light", "en"), Look("phone", "dark", "fr"))  # fmt: skip
TALLEST, QUALITY = {"desktop": 1600, "phone": 1500}, 38
"""Pixels that a picture shows: what follows further below looks alike."""


def main(folder: Path | None) -> None:
    out, looks = (folder, EVERY) if folder else (OUT, LOOKS)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, chromium.started() as browser:
        there = Installation(Path(name))
        readers = {one: there.reader(one, f"reader-{one}") for one in ("en", "fr")}
        asked = {one: there.reader(one, f"asks-{one}", confirmed=False) for one in ("en", "fr")}
        with (eyes(browser, there, judged=False) as visitor,
              eyes(browser, there, operator=True, judged=False) as operator):  # fmt: skip
            for look in looks:
                for sheet in sheets(there, readers, asked, look.language):
                    if folder or sheet.name in SHOWN:
                        who = operator if sheet.operator else visitor
                        who.see(look)
                        who.open(sheet.address(look.language), sheet.status)
                        (out / file_name(sheet, look, whole=folder is not None)).write_bytes(
                            who.page.screenshot(full_page=True) if folder else _small(who.page, look))  # fmt: skip
        there.close()
    if folder is None:
        (HERE.parent / "pages.md").write_text(text(), encoding="utf-8")


def file_name(sheet: Sheet | str, look: Look, *, whole: bool = False) -> str:
    name = sheet if isinstance(sheet, str) else sheet.name
    shown = f"{name}-{look.screen}-{look.tone}"
    return f"{shown}-{look.language}.png" if whole else f"{shown}.webp"


def _small(page: Page, look: Look) -> bytes:
    """The upper part, as small as it can be read."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[look.screen])
    width = page.viewport_size["width"] if page.viewport_size else 0
    wire = page.context.new_cdp_session(page)
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 0.75 if look.screen == "desktop" else 1}
    made = wire.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True,
                                                "clip": clip})  # fmt: skip
    wire.detach()
    return base64.b64decode(made["data"])


def text() -> str:
    """docs/pages.md."""
    lines = ["# The pages", "",
             "Made by `python -m docs.pictures.pages` from an installation that plays the recorded, invented story up",
             "to a night in June: the level rose five days ago, its page hides behind a wall. On a desktop and phone,",
             "light in English and dark in French; long pages are cut off below.", ""]  # fmt: skip
    for name, words in SHOWN.items():
        cells = [f'<img src="pictures/pages/{file_name(name, look)}" alt="{look.screen}, {look.tone}"'
                 f' width="{340 if look.screen == "desktop" else 130}">' for look in LOOKS]  # fmt: skip
        lines += [f"## {words}", "", " ".join(cells), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
