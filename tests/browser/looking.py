"""Looks at pages in a browser, and notes whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from playwright.sync_api import Browser, BrowserContext

from tests.browser import chromium
from tests.browser.installation import PASSWORD


class Served(Protocol):
    url: str


NOT_THERE = "Failed to load resource: the server responded with a status of"


class Look(NamedTuple):
    """How one looks: the size of the screen, the tone, the language."""

    screen: str
    tone: str
    language: str


SIZES = {"desktop": chromium.DESKTOP, "phone": chromium.PHONE}
EVERY = tuple(Look(screen, tone, language) for screen in SIZES for tone in ("light", "dark")
              for language in ("en", "fr"))  # fmt: skip
CROSSED = (Look("desktop", "light", "en"), Look("phone", "dark", "fr"))
"""Two looks that between them take every size, tone and language."""


class Eyes:
    """A browser's window, and what it complained of."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.page, self._home = context.new_page(), home
        self.page.set_default_timeout(10_000)
        self.said: list[str] = []
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("console", lambda one: self.said.append(f"{one.type}: {one.text}")
                     if one.type in ("error", "warning") else None)  # fmt: skip
        self.page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda one: None if one.url.startswith(home) else self.said.append(f"asks {one.url}"))

    def open(self, path: str, status: int = 200) -> str:
        """Opens the page; its HTML as it came."""
        answer = self.page.goto(self._home + path)
        assert answer is not None and answer.status == status, f"{path}: {answer and answer.status}"
        if status != 200:  # which the console calls an error
            self.said = [one for one in self.said if NOT_THERE not in one]
        return answer.text()

    def see(self, look: Look) -> None:
        """The same page on another screen, in another tone; nothing is loaded anew."""
        self.page.set_viewport_size(SIZES[look.screen])  # type: ignore[arg-type]
        self.page.emulate_media(color_scheme=look.tone)  # type: ignore[arg-type]

    def troubles(self) -> list[str]:
        """What axe finds, what the console said, and what is wider than the narrowest screen."""
        found = [f"axe: {one}" for one in chromium.axe(self.page)] + self.said
        self.said = []
        return found

    def overflows(self) -> list[str]:
        """What makes the page scroll sideways on 320 pixels (WCAG 1.4.10)."""
        self.page.set_viewport_size(chromium.NARROW)  # type: ignore[arg-type]
        return self.page.evaluate(  # type: ignore[no-any-return]
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .map((e) => `too wide: ${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 60)}`).slice(0, 5)"""
        )

    def log_in(self) -> None:
        self.open("/login")
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.page.locator("main button").click()
        self.page.wait_for_url("**/operators**")


@contextmanager
def eyes(browser: Browser, there: Served, *, operator: bool = False, judged: bool = True) -> Iterator[Eyes]:
    """A window of its own, with its own cookies."""
    with browser.new_context(locale="en-GB", reduced_motion="reduce") as context:
        if judged:
            context.add_init_script(chromium.axe_source())
        made = Eyes(context, there.url)
        if operator:
            made.log_in()
        yield made
