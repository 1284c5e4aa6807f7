"""Equal fingerprints mean equal cuts; chrome alone never changes a fingerprint."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import sources
from monitor.errors import SplitError
from monitor.model import Page
from tests.sources import pages

NAMES = ["us-page/2026-06-08.html", "us-country/2025-03-26.html", "us-advisory/2025-03-26.html",
         "uk-page/2026-05-01.html", "canada/2026-04-27.html", "australia/2025-07-02.html",
         "ireland/2026-06-16.html", "headings/2026-02-01.html"]  # fmt: skip
ALL = [*NAMES, "us-rss/2026-10-07-new.xml", "us-rss/2026-05-25-legacy.xml",
       "us-api/2026-09-26.json", "us-embassy/2026-04-29.xml", "uk-api/2026-05-01.json",
       "canada/2026-04-27.json", "australia/export-2025-07-02.json"]  # fmt: skip


def fingerprint(name: str, body: str) -> str:
    return sources.fingerprint(pages.source(name.partition("/")[0]), pages.page(body))


def _dressed(html: str, seed: int) -> str:
    """The same page as another visit would get it."""
    head = f'<meta name="csrf-token" content="{seed}"><script nonce="{seed}">t={seed}</script>'
    html = html.replace("</head>", f"{head}<link href='/site.{seed}.css'></head>")
    html = html.replace("<body", f"<!-- built {seed} --><body", 1)
    html = html.replace("</p>", f"</p><!-- {seed} -->")
    html = html.replace("</h2>", f'</h2><img src="/t.gif?{seed}" alt="">')
    html = re.sub(r'src="/dam/levels-v1.svg"', f'src="/dam/levels-v{seed}.svg"', html)
    tiles = f'<nav><a href="/{seed}">Tile {seed}</a></nav>'
    return html.replace("</body>", f"<footer>{tiles}</footer><script>{seed}</script></body>")


@pytest.mark.parametrize("name", NAMES)
def test_nonces_comments_scripts_pixels_and_menus_change_no_fingerprint(name: str) -> None:
    html = pages.fixture(name)
    assert fingerprint(name, _dressed(html, 1)) == fingerprint(name, _dressed(html, 2))


@pytest.mark.parametrize("name", ALL)
def test_every_word_and_every_target_counts(name: str) -> None:
    body = pages.fixture(name)
    source, before = pages.source(name.partition("/")[0]), fingerprint(name, body)
    for section in sources.cut(source, pages.page(body)).sections:
        for block in section.blocks:
            word = max(re.findall(r"\w+", block.text), key=len, default="")
            for old in (word, *(x.url for x in block.links)):
                changed = body.replace(old, old + "x")
                with contextlib.suppress(SplitError):
                    assert changed == body or fingerprint(name, changed) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("us-page/2026-06-08.html", "Level 4 - Do", "Level 3 - Do"),
        ("us-page/2026-06-08.html", "Last Updated: June 9", "Last Updated: June 7"),
        ("us-page/2026-06-08.html", 'class="location-name"', 'class="location"'),
        ("us-country/2025-03-26.html", "main-frame-red", "main-frame-blue"),
        ("us-advisory/2025-03-26.html", 'class="showThreat"', 'class="tip"'),
        ("uk-page/2026-05-01.html", "30 April 2026", "29 April 2026"),
        ("uk-page/2026-05-01.html", "Mali_Ed7", "Mali_Ed8"),
        ("canada/2026-04-27.html", "08:53", "08:54"),
        ("australia/2025-07-02.html", "2025-07-02T12", "2025-07-02T13"),
        ("ireland/2026-06-16.html", "15 June", "16 June"),
    ],
)
def test_what_a_fact_is_read_from_counts(name: str, old: str, new: str) -> None:
    body = pages.fixture(name)
    assert old in body
    assert fingerprint(name, body.replace(old, new)) != fingerprint(name, body)


def test_other_items_of_a_feed_do_not_count() -> None:
    body = pages.fixture("us-rss/2026-10-07-new.xml")
    changed = body.replace("Finland", "Finland and more").replace("21:02:01", "22:02:01")
    assert fingerprint("us-rss/", changed) == fingerprint("us-rss/", body)


_EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 12),
        st.sampled_from(["", " ", "x", "4", "<b>", "</b>", "<p>", "</div>", "<!-- c -->", "&nbsp;",
                         '<a href="/new">', "<br>", ' nonce="7"', "<script>1</script>", "Level 2"]),
    ),
    max_size=3,
)  # fmt: skip


@given(st.sampled_from(ALL), _EDITS)
def test_equal_fingerprints_mean_equal_cuts(name: str, edits: list[tuple[float, int, str]]) -> None:
    body = changed = pages.fixture(name)
    for at, length, new in edits:
        start = int(at * len(changed))
        changed = changed[:start] + new + changed[start + length :]
    source = pages.source(name.partition("/")[0])

    def both(page: Page) -> tuple[str, object]:
        mark = sources.fingerprint(source, page)
        cut = sources.cut(source, page)
        return mark, (cut.template, cut.sections, cut.facts)

    try:
        mark, cut = both(pages.page(changed))
    except SplitError:
        return
    old_mark, old_cut = both(pages.page(body))
    assert mark != old_mark or cut == old_cut
