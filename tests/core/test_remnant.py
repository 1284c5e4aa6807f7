"""What came in place of a page without a known shape, and pages read in the wrong charset."""

import pytest

from monitor.core import verdict
from monitor.core.garble import MENDED
from monitor.model import Destination, Outcome, Page, Snapshot, Source, SourceState, Visit
from tests.fakes import START
from tests.fakes import page as advisory

SOURCE = Source(id="s", url="https://voyages.example/mali", kind="headings", publisher="ministry",
                destination=Destination(key="mali", name="Mali", iso3="MLI"))  # fmt: skip
WORDS = ("<h2>Sécurité</h2><p>Des groupes armés tiennent des barrages au nord de Ségou.</p><p>Le couvre-feu est en "
         "vigueur à Bamako de 21 h à 6 h.</p><h2>Santé</h2><p>Le paludisme sévit toute l’année à Ménaka.</p>"
         "<p>Les hôpitaux manquent de médicaments hors de la capitale.</p><p>Gardez vos papiers.</p>")  # fmt: skip
MALI = f"<!DOCTYPE html><html><head><title>Mali</title></head><body><main><h1>Mali</h1>{WORDS}</main></body></html>"


def visit(before: bytes, after: bytes, source: Source = SOURCE, charset: str = "utf-8") -> Visit:
    kept = Page(url=source.url, body=before)
    known = Snapshot(id=1, source_id=source.id, page=kept, sha256="", fingerprint="x", taken_at=START)
    came = Page(url=source.url, body=after, headers=(("Content-Type", f"text/html; charset={charset}"),))
    return verdict.visit(source, came, state=SourceState(source_id=source.id, baseline_id=1), baseline=lambda: known,
                         now=START)  # fmt: skip


@pytest.mark.parametrize("body", [
    "The website encountered an unexpected error. Please try again later.",
    "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
    "<html><head><title>Mali</title></head><body><main><h1>Mali</h1><p>Please use scripts.</p></main></body></html>",
    '{"message": "Too many requests came from your address."}',
    "Access denied: your address is on a list. Reference 92.1781000.2c",
])  # fmt: skip
def test_a_short_answer_with_nothing_of_the_page_in_it_is_not_its_new_state(body: str) -> None:
    made = visit(MALI.encode(), body.encode())
    assert made.outcome in (Outcome.UNREADABLE, Outcome.BLOCKED) and made.comparison is None and made.reason


@pytest.mark.parametrize("words", [
    "All citizens must leave Mali now. The embassy is closed until further notice.",
    "Le gouvernement ordonne à tous ses ressortissants de quitter immédiatement le Mali.",
    "The airport is closed and all commercial flights are suspended.",
])  # fmt: skip
def test_a_page_that_was_emptied_to_say_one_thing_that_matters_is_told(words: str) -> None:
    made = visit(MALI.encode(), MALI.replace(WORDS, f"<p>{words}</p>").encode())
    assert made.outcome is Outcome.CHANGED and made.comparison is not None and made.comparison.findings


def test_a_page_of_which_a_part_is_left_is_compared() -> None:
    made = visit(MALI.encode(), MALI.replace(WORDS, WORDS[: WORDS.index("<h2>Santé")]).encode())
    assert made.outcome is Outcome.CHANGED


@pytest.mark.parametrize("codec", ["cp1252", "mac-roman", "koi8-r"])
@pytest.mark.parametrize("label", ["utf-8", "iso-8859-1", "shift_jis", "gb18030", "koi8-r", "x-no-such"])
def test_a_page_in_another_charset_than_it_says_is_no_news(codec: str, label: str) -> None:
    body = MALI.encode(codec, "xmlcharrefreplace")
    made = visit(MALI.encode(), body, charset=label)
    assert made.outcome is Outcome.UNCHANGED


def test_a_page_that_was_encoded_twice_is_no_news_and_mended_it_is_the_new_baseline() -> None:
    twice = MALI.encode().decode("cp1252", "replace").encode()
    assert visit(MALI.encode(), twice).outcome is Outcome.UNCHANGED
    made = visit(twice, MALI.encode())
    assert made.outcome is Outcome.REBASED and made.reason == MENDED
    assert made.comparison is not None and made.comparison.findings == ()


def test_news_in_a_garbled_page_is_told() -> None:
    news = MALI.replace("<h2>Santé", "<p>L’aéroport de Bamako est fermé.</p><h2>Santé")
    made = visit(MALI.encode(), news.encode("mac-roman", "replace"), charset="koi8-r")
    assert made.outcome is Outcome.CHANGED


def test_one_broken_byte_does_not_turn_a_page_in_utf_8_into_another_charset() -> None:
    made = visit(MALI.encode(), MALI.replace("Ménaka", "Ménaka\udcff").encode("utf-8", "surrogateescape"))
    told = made.comparison.headline if made.comparison else ""
    assert "Ã" not in told


def test_a_price_in_another_currency_is_no_charset() -> None:
    before, after = (MALI.replace("Ménaka", f"Ménaka. Le visa coûte {sign}50") for sign in "£€")
    assert visit(before.encode(), after.encode()).outcome is Outcome.CHANGED


def test_a_page_with_a_shape_of_its_own_is_never_doubted_for_being_short() -> None:
    us = Source(id="s", url="https://travel.state.gov/mali.html", kind="us-page", publisher="us-state",
                destination=SOURCE.destination)  # fmt: skip
    whole = advisory(words="A long text. " * 200)
    assert visit(whole, advisory(words="Roads are bad."), us).outcome is Outcome.CHANGED
