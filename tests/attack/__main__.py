"""`python -m tests.attack words`: hostile words through every output, as a table.

    python -m tests.attack words [--every N] [--no-browser]

Everything is judged by its parts; with Chromium each mail and page is also opened, and whatever ran or was asked for
outside is counted.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator

import click

from tests.attack import outputs, strings
from tests.browser import chromium


@click.group()
def main() -> None:
    """Attacks on purpose; every command prints a table and ends with 1 if one came through."""


@main.command()
@click.option("--every", default=1, show_default=True, help="only each so-many-th")
@click.option("--browser/--no-browser", default=True, show_default=True)
def words(every: int, browser: bool) -> None:
    """Hostile words in mails, hooks, chats, feeds, alerts, pages and the API."""
    tried = [*strings.ours(), *strings.naughty()][::every]
    begun, seen, wrong = time.monotonic(), Counter[str](), list[str]()
    pages = outputs.Pages()
    for turn, one in enumerate(tried):
        for group, found in (("mails", outputs.letters(one, turn)), ("hooks", outputs.hooks(one)),
                             ("feeds", outputs.pulled(one)), ("pages", pages.wrong(one))):  # fmt: skip
            seen[group] += 1
            try:
                wrong += [f"{one[:80]!r} {group} {name}: {what}" for name, what in found]
            except Exception as error:
                wrong.append(f"{one[:80]!r} {group}: {type(error).__name__}: {str(error)[:120]}")
        if turn % 200 == 199:
            click.echo(f"{turn + 1} of {len(tried)}, {len(wrong)} wrong, {time.monotonic() - begun:.0f} s", err=True)
            pages.close()
            pages = outputs.Pages()
    click.echo("\n".join(f"{group:8} {count:6} strings" for group, count in seen.items()))
    if browser:
        opened, found = _opened(tried)
        wrong += found
        click.echo(f"browser  {opened:6} documents")
    click.echo("\n".join(["", *wrong, f"{len(wrong)} wrong; {time.monotonic() - begun:.0f} s"]))
    sys.exit(1 if wrong else 0)


def _opened(tried: list[str]) -> tuple[int, list[str]]:
    """How many documents Chromium opened, and what ran or was asked for in which."""
    wrong, opened, heard = list[str](), 0, list[str]()
    with chromium.started() as browser:
        context = browser.new_context()
        context.route("**/*", lambda route: (heard.append(f"asked {route.request.url[:80]}"), route.abort()))
        page = context.new_page()
        page.on("dialog", lambda dialog: (heard.append("dialog"), dialog.dismiss()))
        for name, document in _documents(tried):
            page.set_content(document, wait_until="domcontentloaded")
            page.evaluate("document.querySelectorAll('[tabindex],a,button,details').forEach(one => one.focus())")
            if page.evaluate("window.ran"):
                heard.append("ran")
            mine = [one for one in heard if "/static/" not in one]
            if mine:
                wrong.append(f"{name!r} browser: {mine[:3]}")
            heard.clear()
            opened += 1
    return opened, wrong


def _documents(tried: list[str]) -> Iterator[tuple[str, str]]:
    """Mails with one string each; pages of changes with one each for a tenth of them."""
    pages = outputs.Pages()
    for turn, one in enumerate(tried):
        yield one[:80], outputs.page_of(one, turn)
        if turn % 10 == 0:
            for document in pages.shown(one):
                yield one[:80], document
        if turn % 200 == 199:
            pages.close()
            pages = outputs.Pages()
    pages.close()


if __name__ == "__main__":
    main()
