"""Fifty pairs: the label of a person, the golden file, and what holds for every pair."""

import html
import re

import pytest

from monitor.core import text, verdict
from monitor.model import ChangeKind, Outcome, Severity
from tests.understand import golden
from tests.understand.pairs import PAIRS, Pair
from tests.understand.shapes import SHAPES

every_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)


@every_pair
def test_it_weighs_what_a_person_says_it_weighs(pair: Pair) -> None:
    found = golden.compared(pair)
    assert (found.severity is pair.severity) != bool(pair.known_wrong), (found.severity, pair.known_wrong)


@every_pair
def test_the_facts_that_a_person_names_are_found(pair: Pair) -> None:
    kinds = {fact.kind for finding in golden.compared(pair).findings for fact in finding.facts}
    assert set(pair.facts.split()) <= kinds


def test_the_golden_files_are_what_we_say_today() -> None:
    wanted = dict(golden.made())
    assert {path: path.read_text(encoding="utf-8") for path in golden.FOLDER.glob("*.txt")} == wanted, (
        "run: python -m tests.understand, and read the difference")  # fmt: skip


def test_there_are_fifty_pairs_in_every_shape() -> None:
    assert len(PAIRS) >= 50 and {pair.shape for pair in PAIRS} == set(SHAPES)
    assert len({pair.name for pair in PAIRS}) == len(PAIRS)


@every_pair
def test_a_page_compared_with_itself_says_nothing(pair: Pair) -> None:
    for side in golden.pages(pair):
        found = verdict.compare(side, side, url=SHAPES[pair.shape].url, at=golden.AT,
                               source=golden.source(pair))
        assert found.outcome is Outcome.UNCHANGED and found.findings == ()


@every_pair
def test_swapped_sides_swap_added_and_removed(pair: Pair) -> None:
    swap = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED,
            ChangeKind.SPLIT: ChangeKind.MERGED, ChangeKind.MERGED: ChangeKind.SPLIT}  # fmt: skip
    there, back = golden.compared(pair), golden.compared(pair, swapped=True)
    # Which of two blocks that changed places is the one that moved is nobody's business.
    kept = [(f.change.kind, f.change.before, f.change.after) for f in there.findings]
    turned = [(swap.get(f.change.kind, f.change.kind), f.change.after, f.change.before) for f in back.findings]
    assert {x for x in kept if x[0] is not ChangeKind.MOVED} == {x for x in turned if x[0] is not ChangeKind.MOVED}
    assert (there.severity is Severity.NONE) == (back.severity is Severity.NONE)


@every_pair
def test_every_quote_is_on_its_page_and_the_headline_is_short(pair: Pair) -> None:
    found = golden.compared(pair)
    assert len(found.headline) <= 120 and len(found.sentences) <= 5
    before, after = (text.key(_words(side)) for side in golden.pages(pair))
    for finding in found.findings:
        if finding.change.section == "Advice level":
            continue  # the British status is a word in the data, not in the text
        assert text.key(finding.change.before or "") in before
        assert text.key(finding.change.after or "") in after


def _words(page: str) -> str:
    plain = page.encode().decode("unicode_escape") if page.startswith("{") else page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(plain)))
