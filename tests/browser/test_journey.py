"""What a reader does, in a real browser, with the whole service behind it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser import chromium
from tests.browser.service import link, serving
from tests.fakes import page


def test_a_reader_signs_up_sees_a_change_arrive_reads_it_with_the_keyboard_and_leaves(tmp_path: Path) -> None:
    with serving(tmp_path) as service, chromium.started() as browser:
        tab = browser.new_page(locale="en-GB")
        tab.goto(service.url)
        tab.get_by_role("link", name="Sign up").first.click()
        tab.get_by_label("E-mail address").fill("officer@ngo.example")
        tab.get_by_role("button", name="Send me the confirmation mail").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")

        tab.goto(link(service.mail("confirm"), "confirm/"))
        tab.get_by_role("button").click()
        assert [one.active for one in service.parts.store.subscriptions()] == [True]

        tab.goto(service.url)
        expect(tab.get_by_text("Level 3").first).to_be_visible()
        service.publisher.body = page(level=4, words="On June 9, 2026, soldiers closed the airport in Bamako.")
        arrived = tab.get_by_role("link", name="raised").first  # nobody reloads: the page itself finds out
        expect(arrived).to_be_visible(timeout=45_000)

        notice = service.mail("raised")
        tab.goto(link(notice, "changes/"))
        expect(tab.get_by_role("heading", level=1)).to_contain_text("raised")
        reached: list[str] = []
        for _ in range(60):
            tab.keyboard.press("Tab")
            reached.append(tab.evaluate("document.activeElement.textContent.trim()"))
        assert reached[0].startswith("Skip") and any("ide by side" in words for words in reached)
        tab.get_by_role("link", name="ide by side").first.press("Enter")
        expect(tab.get_by_text("Level 4", exact=False).first).to_be_visible()

        tab.goto(link(notice, "unsubscribe/"))
        tab.get_by_role("button").click()
        assert service.parts.store.subscriptions() == ()
        tab.close()
