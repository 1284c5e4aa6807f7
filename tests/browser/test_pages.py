"""Every page in a real browser: for everybody to read, well-formed, quiet, small."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from monitor.links import Purpose
from monitor.web import static_files
from monitor.web.access import ACCESS
from tests.browser import chromium
from tests.browser.installation import Installation
from tests.browser.looking import CROSSED, Eyes, eyes
from tests.browser.pages import FILES, OPENED, PRESSED, Sheet, sheets

FIRST_VISIT = 30_000
"""Bytes in all, headers too: what a 2G link carries in about five seconds."""


@pytest.fixture(scope="module")
def all_sheets(there: Installation) -> dict[str, list[Sheet]]:
    readers = {language: there.reader(language, f"reader-{language}") for language in ("en", "fr")}
    asked = {language: there.reader(language, f"asked-{language}", confirmed=False) for language in ("en", "fr")}
    return {language: sheets(there, readers, asked, language) for language in ("en", "fr")}


def test_no_route_is_forgotten(there: Installation, all_sheets: dict[str, list[Sheet]]) -> None:
    """A new route has to be put into one of the tables of pages.py, and a new page to be opened."""
    known = [*OPENED, *PRESSED, *FILES]
    assert sorted(known) == sorted(set(known)) == sorted(ACCESS)
    for opened in all_sheets.values():
        assert {one.route for one in opened} - {""} == set(OPENED)


def test_every_page_is_well_formed_accessible_quiet_and_fits_a_narrow_screen(
    there: Installation, browser: Browser, all_sheets: dict[str, list[Sheet]], tmp_path: Path
) -> None:
    wrong: list[str] = []
    with eyes(browser, there) as visitor, eyes(browser, there, operator=True) as operator:
        for look in CROSSED:
            for sheet in all_sheets[look.language]:
                who = operator if sheet.operator else visitor
                who.see(look)
                html = who.open(sheet.address(look.language), sheet.status)
                (tmp_path / f"{sheet.name}.{look.language}.html").write_text(html, encoding="utf-8")
                found = who.troubles() + (who.overflows() if look.screen == "phone" else [])
                wrong += [f"{sheet.name} {tuple(look)}: {one}" for one in found]
    judged = [*tmp_path.glob("*.html"), *static_files.FOLDER.glob("*.css"), *static_files.FOLDER.glob("*.svg")]
    wrong += [f"vnu: {one}" for one in chromium.vnu(judged)]
    assert "\n".join(wrong) == ""


def test_what_a_button_leads_to_is_as_good_as_the_page_before(there: Installation, browser: Browser) -> None:
    wrong: list[str] = []
    phone = CROSSED[1]

    def judge(who: Eyes, name: str) -> None:
        expect(who.page.locator("h1")).to_be_visible()
        done.append(name)
        who.said = [one for one in who.said if "status of 403" not in one and "status of 422" not in one]
        wrong.extend(f"{name}: {one}" for one in who.troubles() + who.overflows())
        who.see(phone)

    done: list[str] = []
    with eyes(browser, there) as reader:
        reader.see(phone)
        reader.open("/subscribe?lang=fr")
        reader.page.locator("main form button").last.click()  # with nothing filled in
        judge(reader, "ask")
        reader.page.locator("input[name=address]").fill("new@ngo.example")
        reader.page.locator("input[name=destination]").first.check()
        reader.page.locator("main form button").last.click()
        judge(reader, "ask")
        waits = there.reader("fr", "presses", confirmed=False)
        reader.open(there.link(Purpose.CONFIRM, waits))
        reader.page.locator("main button").click()
        judge(reader, "confirmed")
        (sub,) = [one for one in there.store.subscriptions() if one.address == "presses@ngo.example"]
        seen = f"{there.change('level raised').event_id} sub_1"
        reader.open(there.link(Purpose.ACKNOWLEDGE, seen))
        reader.page.locator("main button").click()
        judge(reader, "acknowledged")
        manage = there.link(Purpose.MANAGE, sub.id)
        for action in ("save", "pause", "resume", "leave"):
            reader.open(manage)
            reader.page.locator(f"main form[action='{manage}{ACTIONS[action]}'] button").first.click()
            judge(reader, action)
        reader.open(there.link(Purpose.UNSUBSCRIBE, there.reader("fr", "leaves")))
        reader.page.locator("main button").click()
        judge(reader, "one_click")
        reader.open(manage)
        reader.page.locator("main form[action$='/erase'] button").click()  # without a tick
        judge(reader, "erase")
        reader.page.locator("input[name=sure]").check()
        reader.page.locator("main form[action$='/erase'] button").click()
        judge(reader, "erase")
    with eyes(browser, there) as stranger:
        stranger.see(phone)
        stranger.open("/login")
        stranger.page.locator("input[type=password]").fill("a wrong password")
        stranger.page.locator("main button").click()
        judge(stranger, "log_in")
    with eyes(browser, there, operator=True) as operator:
        operator.see(phone)
        for action in ("resend", "resend_alike", "revoke"):
            operator.open("/operators?lang=fr")
            operator.page.evaluate("document.querySelectorAll('details').forEach((e) => (e.open = true))")
            operator.page.locator(f"main form[action*='{ACTIONS[action]}?'] button").first.click()
            judge(operator, action)
    with eyes(browser, there, operator=True) as operator:
        operator.page.locator("header form button").click()
        judge(operator, "log_out")
    assert "\n".join(wrong) == ""
    assert set(done) == set(PRESSED)


ACTIONS = {"save": "", "pause": "/pause", "resume": "/resume", "leave": "/unsubscribe", "resend": "/resend",
           "resend_alike": "/resend-alike", "revoke": "/revoke"}  # fmt: skip


def test_the_first_visit_fits_through_a_slow_link(there: Installation, browser: Browser) -> None:
    with eyes(browser, there) as visitor:
        wire = visitor.page.context.new_cdp_session(visitor.page)
        wire.send("Network.enable")
        sizes: list[float] = []
        wire.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
        visitor.open("/")
        visitor.page.wait_for_load_state("networkidle")
        assert len(sizes) >= 3, "page, style and script at least"
        assert sum(sizes) < FIRST_VISIT, sizes
        print(f"first visit: {sum(sizes):.0f} bytes in {len(sizes)} answers")
