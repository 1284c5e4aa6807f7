"""A page that is told unchanged at a glance is one whose fingerprint, if it were parsed, is the same. Always."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import service, site
from monitor import pipeline, sources
from monitor.core import glance
from monitor.glances import HELD, Glances
from monitor.model import Destination, Outcome, Page, Snapshot, Source, SourceState

URL = "https://travel.state.gov/en/mali.html"
MALI = Source(id="mali", url=URL, kind="us-page", publisher="us-state",
              destination=Destination(key="mali", name="Mali", names=("Republic of Mali",)))  # fmt: skip
PLAIN = replace(MALI, kind="headings")
AT = datetime(2026, 6, 8, tzinfo=UTC)


def _page(number: int, edit: int = 0) -> Page:
    return Page(url=URL, body=site.page(number, edit), taken_at=AT, headers=(("Content-Type", "text/html"),))


def _kept(page: Page, source: Source = MALI) -> Snapshot:
    return Snapshot(id=1, source_id=source.id, taken_at=AT, sha256="", page=page,
                    fingerprint=sources.fingerprint(source, page))  # fmt: skip


@pytest.fixture(scope="module")
def learned() -> tuple[Glances, str]:
    glances, kept = Glances(), _kept(_page(0))
    glances.learn(MALI, _page(1), kept.fingerprint, lambda: kept)
    return glances, kept.fingerprint


def test_a_page_whose_chrome_alone_differs_is_known_at_a_glance(learned: tuple[Glances, str]) -> None:
    glances, mark = learned
    # A token of six letters without a digit is parsed: it might be a word.
    assert sum(glances.reads_as(MALI, _page(n), mark) for n in range(2, 42)) >= 36


@pytest.mark.parametrize("edit", range(1, 22))
def test_a_page_with_an_edit_is_not(learned: tuple[Glances, str], edit: int) -> None:
    glances, mark = learned
    assert not glances.reads_as(MALI, _page(50 + edit, edit), mark)


def test_whatever_is_done_to_a_page_what_is_known_at_a_glance_has_the_same_fingerprint(
    learned: tuple[Glances, str],
) -> None:
    glances, mark = learned
    dice = random.Random(7)
    known = 0
    for n in range(250):
        body = bytearray(site.page(100 + n))
        token = dice.choice(list(re.finditer(rb"[A-Za-z0-9]{6,}", body)))
        at, end = dice.choice([token.span(), (dice.randrange(len(body)),) * 2])
        body[at:end] = dice.choice([
            b"", b"<", b">", b'"', b"<!--", b"-->", b"<main>", b"</main>", b"</div>", b"&lt;", b"<footer>", b"0000000",
            b"a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4", bytes(body[at:end])[::-1], b"<script>", b"</script>", b"<nav>", b"\0",
        ])  # fmt: skip
        page = replace(_page(0), body=bytes(body))
        if glances.reads_as(MALI, page, mark):
            known += 1
            assert sources.fingerprint(MALI, page) == mark, (n, at, end)
    assert 20 < known < 230


def _learned_from(markup: bytes, before: bytes, now: bytes) -> bool:
    """Whether a glance is learned from these two, if all that is parsed had one fingerprint."""
    return glance.learn(markup.replace(b"{}", before), markup.replace(b"{}", now), "f", lambda _: "f") is not None


@pytest.mark.parametrize("markup", [
    b"<p>build {} here</p>", b"<meta content='{}'>", b'<a data-x="1" href="/a.js?v={}">a</a>', b"<p>v.{}</p>",
])  # fmt: skip
def test_a_token_in_a_text_or_in_a_quoted_attribute_may_differ(markup: bytes) -> None:
    assert _learned_from(markup, b"abcde1", b"fedcb2")


@pytest.mark.parametrize("markup", [
    b"<div class='{}'>words</div>", b"<div id='x-{}'>words</div>", b"<p>words &#{}; words</p>", b"<p>&{};</p>",
    b"<{}>words", b"</{}>words", b"<p {}=1>words</p>", b"<p title={}>words</p>", b"<!{}>", b"<?{}>",
    b"<p title='a>b' {}>", b"<time datetime='{}'>x</time>", b"{}<p>",
])  # fmt: skip
def test_a_token_that_shapes_or_selects_never_may(markup: bytes) -> None:
    assert not _learned_from(markup, b"abcde1", b"fedcb2")


@pytest.mark.parametrize("tokens", [
    (b"morning", b"evening"), (b"09:15", b"10:15"), (b"abc1", b"abd1"), (b"abcde1", b"abcdef1"),
])  # fmt: skip
def test_words_short_runs_and_other_lengths_are_no_tokens(tokens: tuple[bytes, bytes]) -> None:
    assert not _learned_from(b"<p>build {} here</p>", *tokens)


def test_what_a_fingerprint_depends_on_is_found_out_by_reading_the_page_again() -> None:
    before, now = b"<p>told abc123</p>", b"<p>told abc456</p>"
    seen = iter(("f", "f", "another"))
    assert glance.learn(before, now, "f", lambda _: next(seen)) is None

    body = b"<main><p>Case %s is closed.</p>" + b"<p>Advice for travellers.</p>" * 40 + b"</main>"
    pages = [Page(url=URL, body=body % one) for one in (b"abc123", b"abc456")]
    mark, glances = sources.fingerprint(PLAIN, pages[1]), Glances()
    glances.learn(PLAIN, pages[1], mark, lambda: replace(_kept(pages[0], PLAIN), fingerprint=mark))
    assert not glances.reads_as(PLAIN, pages[1], mark)


def test_pages_that_fit_no_pattern_are_tried_ever_more_seldom_and_held_within_a_limit() -> None:
    glances, tried = Glances(), []

    def kept() -> None:
        tried.append(1)

    for n in range(64):
        body = b"<main>" + b"<p>Advice for travellers.</p>" * 40 + b"<p>" + b"x1" * (5 + n) + b"</p></main>"
        glances.learn(PLAIN, Page(url=URL, body=body), "never", kept)
    assert len(tried) <= 7
    for n in range(300):
        page = Page(url=URL, body=b"<main><p>" + random.Random(n).randbytes(15_000).hex().encode() + b"</p></main>")
        glances.learn(replace(PLAIN, id=f"s{n}"), page, "never", kept)
    assert 0 <= glances._room < HELD - sum(map(len, glances._held.values())) + 1


@pytest.mark.parametrize("kind", ["us-page", "headings"])
def test_a_look_that_only_glances_ends_as_one_that_parses(kind: str) -> None:
    class Book:
        def baseline(self, _: str) -> Snapshot:
            return kept

    class Web:
        def get(self, url: str, **_: str) -> Page:
            return page

    source = replace(MALI, kind=kind)
    kept = _kept(_page(0), source)
    state = SourceState(source_id="mali", baseline_id=1, fingerprint=kept.fingerprint)
    glances = Glances()
    for n, edit, outcome in ((1, 0, Outcome.UNCHANGED), (2, 0, Outcome.UNCHANGED), (3, 5, Outcome.CHANGED)):
        page = _page(n, edit)
        ways = [pipeline.look(source, state, book=Book(), web=Web(), now=lambda: AT, glances=one)  # type: ignore[arg-type]
                for one in (glances, None)]  # fmt: skip
        assert ways[0] == ways[1]
        assert ways[0].outcome is outcome


def test_the_service_parses_a_page_whose_chrome_alone_differs_only_until_it_knows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    real = sources.fingerprint

    def counted(source: Source, page: Page) -> str:
        parsed.append(source.id)
        return real(source, page)

    with site.served() as where, service.installed(tmp_path / "one", where, "/en/", 3) as rounds:
        rounds.begin()
        rounds.look()
        monkeypatch.setattr(sources, "fingerprint", counted)
        assert sum(rounds.look() for _ in range(10)) == 30
        assert rounds.outcomes() == {Outcome.UNCHANGED}
    assert len(parsed) <= 10, "each look was paid for with a parse"
