"""What a reader does, in a real browser, with the whole service behind it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.service import link, serving
from tests.fakes import page

HALF_A_MINUTE = 30_000
"""How often the overview looks for news, in milliseconds (live.js)."""


def test_a_reader_signs_up_sees_a_change_arrive_reads_it_with_the_keyboard_and_leaves(
    tmp_path: Path, browser: Browser
) -> None:
    with serving(tmp_path) as service, browser.new_context(locale="en-GB") as context:
        tab = context.new_page()
        wrong: list[str] = []
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)

        # Signs up; nothing is sent but the mail that asks to confirm.
        tab.goto(service.url)
        tab.get_by_role("link", name="Sign up").first.click()
        tab.get_by_label("E-mail address").fill("officer@ngo.example")
        tab.get_by_role("button", name="Send me the confirmation mail").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
        assert [one.active for one in service.parts.store.subscriptions()] == [False]

        # Opening the link does nothing yet: mail programs open links too.
        tab.goto(link(service.mail("confirm"), "confirm/"))
        assert [one.active for one in service.parts.store.subscriptions()] == [False]
        tab.get_by_role("button").click()
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
        assert [one.active for one in service.parts.store.subscriptions()] == [True]

        # Leaves the overview open. The page itself finds out what is new; only the half minute between two of its looks
        # is shortened, by the browser's clock.
        watching = context.new_page()
        watching.clock.install()
        watching.goto(service.url)
        expect(watching.get_by_text("Level 3").first).to_be_visible()
        watching.evaluate("window.neverReloaded = true")
        service.publisher.body = page(level=4, words="On June 9, 2026, soldiers closed the airport in Bamako.")
        notice = service.mail("raised")
        arrived = watching.get_by_role("link", name="raised").first
        expect(arrived).not_to_be_visible()
        watching.clock.fast_forward(HALF_A_MINUTE)
        expect(arrived).to_be_visible()
        expect(watching.locator("#live [role=status]")).not_to_be_empty()
        assert watching.evaluate("window.neverReloaded") is True

        # Reads the change with nothing but keys, from the link in the mail.
        tab.goto(link(notice, "changes/"))
        expect(tab.get_by_role("heading", level=1)).to_contain_text("raised")
        tab.keyboard.press("Tab")
        expect(tab.locator(":focus")).to_have_attribute("href", "#main")
        expect(tab.locator(":focus")).to_be_in_viewport()
        walk(tab, "Side by side")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**view=side**")
        rows = tab.locator("table.side tbody tr")
        expect(rows.filter(has_text="airport").first).to_be_visible()
        expect(tab.locator("table.side del .hidden").first).to_contain_text("removed")
        walk(tab, "In one text")
        tab.keyboard.press("Enter")
        expect(tab.locator("article.item").first).to_be_visible()

        tab.goto(link(notice, "unsubscribe/"))
        assert [one.active for one in service.parts.store.subscriptions()] == [True]
        tab.get_by_role("button").click()
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
        assert service.parts.store.subscriptions() == ()
        assert wrong == []


def walk(tab: Page, words: str) -> None:
    """Presses Tab until the link with these words has the focus."""
    for _ in range(80):
        tab.keyboard.press("Tab")
        if words.casefold() in tab.locator(":focus").inner_text().casefold():
            return
    raise AssertionError(f"{words!r} cannot be reached with the keyboard")
