"""The pictures in the docs are of every page, and small enough to be looked at."""

from __future__ import annotations

from docs.pictures import pages
from tests.browser.pages import OPENED


def test_every_page_has_its_pictures_and_they_are_all_shown() -> None:
    made = {path.name: path.stat().st_size for path in pages.OUT.glob("*")}
    wanted = {pages.file_name(name, look) for name in pages.SHOWN for look in pages.LOOKS}
    assert set(made) == wanted and min(made.values()) > 1000 and sum(made.values()) < 3_000_000
    assert (pages.HERE.parent / "pages.md").read_text(encoding="utf-8") == pages.text()
    routes = {"change-side-by-side": "change", "change-corrected": "change", "captures-compared": "compared",
              "chain-checked": "chain", "not-found": ""}  # fmt: skip
    assert {routes.get(name, name) for name in pages.SHOWN} - {""} == set(OPENED)
