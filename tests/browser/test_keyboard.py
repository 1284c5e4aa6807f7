"""Everything can be done with keys alone, and one always sees where one is."""

from __future__ import annotations

from playwright.sync_api import Browser

from monitor.links import Purpose
from tests.browser.installation import Installation
from tests.browser.looking import Eyes, eyes

REACHABLE = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
  .filter((e) => e.checkVisibility({visibilityProperty: true}))
  .filter((e) => e.type != "radio" || e.checked || !document.querySelector(`input[name="${e.name}"]:checked`))
  .length"""
"""How many things can be pressed or filled in; of a group of radio buttons Tab reaches one, arrows the rest."""
HERE = """() => {
  const at = document.activeElement, seen = getComputedStyle(at), box = at.getBoundingClientRect();
  window.passed ??= new Set();
  const parts = at == window.before;  // a field for a date has several
  const again = at == document.body || (window.passed.has(at) && !parts);
  window.passed.add(at);
  window.before = at;
  const outlined = seen.outlineStyle != "none" && parseFloat(seen.outlineWidth) >= 2;
  const inside = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0;
  return {again, parts, what: `${at.tagName} ${(at.textContent || at.name || "").trim().slice(0, 40)}`,
          lost: !outlined ? "no outline" : !inside ? "out of sight" : ""};
}"""


def walked(who: Eyes) -> tuple[int, list[str]]:
    """How many elements Tab reaches from the top, and at which of them one does not see where one is."""
    lost: list[str] = []
    count = 0
    for _ in range(400):
        who.page.keyboard.press("Tab")
        here = who.page.evaluate(HERE)
        if here["again"]:
            break
        count += not here["parts"]
        if here["lost"]:
            lost.append(f"{here['what']}: {here['lost']}")
    return count, lost


def test_every_control_is_reached_with_tab_and_seen_to_have_the_focus(there: Installation, browser: Browser) -> None:
    change = there.change("level raised").event_id
    manage = there.link(Purpose.MANAGE, there.reader("en", "keys"))
    wrong: list[str] = []
    with eyes(browser, there, judged=False) as visitor, eyes(browser, there, operator=True, judged=False) as operator:
        for path in ("/", "/destinations/mali", f"/changes/{change}?view=side", manage, "/operators"):
            who = operator if path == "/operators" else visitor
            who.open(path)
            there_are = who.page.evaluate(REACHABLE)
            count, lost = walked(who)
            wrong += [f"{path}: {one}" for one in lost]
            if count < there_are:
                wrong.append(f"{path}: {count} of {there_are} are reached")
    assert "\n".join(wrong) == ""


def test_the_first_key_offers_to_skip_to_what_matters(there: Installation, browser: Browser) -> None:
    with eyes(browser, there, judged=False) as visitor:
        for path in ("/", "/how", "/subscribe"):
            visitor.open(path)
            visitor.page.keyboard.press("Tab")
            assert visitor.page.locator(":focus").get_attribute("href") == "#main"
            visitor.page.keyboard.press("Enter")
            visitor.page.keyboard.press("Tab")
            assert visitor.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_change_is_one_sheet_of_paper(there: Installation, browser: Browser) -> None:
    with eyes(browser, there, judged=False) as visitor:
        visitor.open(f"/changes/{there.change('level raised').event_id}")
        made = visitor.page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm"))
        assert made.count(b"/Type /Page\n") == 1
