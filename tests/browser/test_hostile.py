"""Whatever a page says, in a real browser it stays words: nothing runs, asks for anything, or becomes an element."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error

from tests import hostile
from tests.browser.besieged import Besieged
from tests.browser.looking import Eyes, eyes
from tests.browser.pages import OPENED

PLANTED = """() => [
  ...(window.ran ? [`ran ${window.ran} times`] : []),
  ...[...document.querySelectorAll("#planted, [name=planted], iframe, frame, object, embed, img, video, audio, " +
    "template, body :is(style, link, base, meta, title:not(svg title)), script:not([src^='/static/live.js?'])")]
    .map((e) => `element ${e.outerHTML.slice(0, 100)}`),
  ...[...document.querySelectorAll("*")].flatMap((e) => Element.prototype.getAttributeNames.call(e))
    .filter((name) => /^on|^style$|^srcdoc$/.test(name)).map((name) => `attribute ${name}`),
  ...[...document.querySelectorAll("[href], [src], [action]")].flatMap((e) => ["href", "src", "action"]
    .map((name) => e.getAttribute(name)).filter((to) => to && !/^(https?:[/][/]|[/?#])/.test(to)))
    .map((to) => `leads to ${to.slice(0, 60)}`),
]"""
"""What no page of ours can hold."""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    made = Besieged(tmp_path_factory.mktemp("besieged"))
    yield made
    made.close()


def planted(who: Eyes) -> list[str]:
    found = who.page.evaluate(PLANTED) + who.said
    who.said = []
    return found


def test_hostile_words_stay_words_on_every_page(there: Besieged, browser: Browser) -> None:
    paths = there.paths()
    assert set(paths) == set(OPENED)
    wrong, shown = list[str](), ""
    with eyes(browser, there, judged=False) as visitor, eyes(browser, there, operator=True, judged=False) as operator:
        for route, addresses in paths.items():
            for path in addresses:
                who = operator if route == "operators" else visitor
                who.open(path)
                who.page.evaluate("document.querySelectorAll('details').forEach((e) => (e.open = true))")
                wrong += [f"{path}: {one}" for one in planted(who)]
                if route in ("change", "operators"):
                    shown += who.page.locator("main").inner_text()
    assert "\n".join(wrong) == ""
    for name, words in hostile.words():  # the hostile words were really there, to be read
        if name not in ("letters that are none", "a word that turns"):
            assert " ".join(words.split()) in " ".join(shown.split()), name


def test_hostile_words_stay_words_when_the_page_brings_itself_up_to_date(there: Besieged, browser: Browser) -> None:
    with eyes(browser, there, judged=False) as visitor:
        visitor.page.clock.install()
        for path in ("/", f"/changes/{there.events[-1]}"):
            visitor.open(path)
            visitor.page.evaluate("document.querySelector('main').dataset.old = 'yes'")
            visitor.page.clock.fast_forward(30_000)
            visitor.page.wait_for_selector("main:not([data-old])")
            assert planted(visitor) == []


def test_a_raw_capture_is_saved_and_never_opened(there: Besieged, browser: Browser) -> None:
    newest = there.store.captures("mali-page", 1)[0].snapshot_id
    with eyes(browser, there, judged=False) as visitor:
        visitor.open("/sources/mali-page")
        for form in ("raw", "warc", "headers"):
            with visitor.page.expect_download() as saved:
                visitor.page.evaluate("path => { location = path }", f"/captures/{newest}?form={form}")
            assert saved.value.suggested_filename.endswith((".bin", ".warc", ".headers.txt"))
        assert visitor.page.url.endswith("/sources/mali-page") and planted(visitor) == []


def test_the_judge_of_hostile_words_sees_what_was_planted(browser: Browser) -> None:
    """Were one of the words let through, it would be noticed."""
    with browser.new_context(offline=True) as context:
        tab = context.new_page()
        unseen = []
        for name, words in hostile.words():
            try:
                tab.set_content(f'<!DOCTYPE html><title>x</title><main><p title="{words}">{words}</p></main>')
                if not tab.evaluate(PLANTED):
                    unseen.append(name)
            except Error as error:
                assert "navigation" in str(error), name  # it took us elsewhere, which is noticed too
        assert unseen == ["a template", "a word that turns", "letters that are none"]
