"""Pairs made to hurt, small: the same texts that `benchmarks.hostile_pairs` measures at a megabyte a side."""

from pathlib import Path

import pytest

from benchmarks.hostile_pairs import PAGES, shapes
from monitor.core import bounds, verdict
from monitor.model import ChangeKind, Comparison, Outcome, Severity

SHAPES = dict(shapes(5_000))
FIXTURES = Path(__file__).with_name("fixtures")
US, US_PAGE = PAGES["us"]


def _compared(page: str, before: str, after: str) -> Comparison:
    url, wrap = PAGES[page]
    old, new = (wrap(side).encode("utf-8", "surrogatepass") for side in (before, after))
    return verdict.compare(old, new, url=url)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_pair_gets_an_outcome_both_ways_round_and_says_nothing_of_itself(shape: str, page: str) -> None:
    before, after = SHAPES[shape]
    there, back = _compared(page, before, after), _compared(page, after, before)
    assert there.outcome in Outcome and back.outcome in Outcome
    for side in SHAPES[shape]:
        assert _compared(page, side, side).findings == ()


def _many(word: str, number: int) -> str:
    return "".join(f"<p>Item {n} {word} nothing of note.</p>" for n in range(number))


def test_an_order_to_leave_is_not_lost_in_a_page_beyond_the_bounds() -> None:
    order = "<p>On June 3, 2026 the Department ordered non-emergency U.S. government employees to leave Mali.</p>"
    many = bounds.MOST_JUDGED * 4
    found = _compared("us", _many("holds", many), _many("shows", many) + order)
    told = {finding.rule: finding for finding in found.findings}
    assert found.severity is Severity.CRITICAL
    assert any("ordered non-emergency" in (finding.change.after or "") for finding in found.findings[:1])
    assert "page-rewritten" in told and "only counted" in told["page-rewritten"].summary


def test_beyond_the_bounds_every_passage_is_judged_or_counted() -> None:
    many = bounds.MOST_JUDGED * 2
    found = _compared("any", "<p>Nothing was here.</p>", _many("shows", many)).findings
    judged = [f for f in found if f.rule != "page-rewritten" and f.change.kind is ChangeKind.ADDED]
    counted = next(f for f in found if f.rule == "page-rewritten" and f.change.kind is ChangeKind.ADDED)
    assert f"{many - len(judged):,} further passages" in counted.summary
    assert counted.severity is Severity.MEDIUM


def test_an_edit_of_a_page_that_is_merely_long_is_judged_in_full() -> None:
    before, order = _many("holds", 2000), "<p>The airport is closed until further notice.</p>"
    found = _compared("us", before, before + order).findings
    assert len(found) == 1 and found[0].severity >= Severity.HIGH


def test_a_page_of_more_passages_than_any_advisory_is_unreadable_not_news() -> None:
    found = _compared("us", _many("holds", 10), _many("holds", 11_000))
    assert found.outcome is Outcome.UNREADABLE and "passages" in found.reason and found.findings == ()


def test_a_sentence_that_nobody_could_have_written_is_read_in_pieces() -> None:
    words = "crime " * 2000
    found = _compared("us", f"<p>{words}</p>", f"<p>{words}and the airport is closed</p>").findings
    assert 1 <= len(found) <= 2


def test_two_countries_are_told_as_two_countries_not_as_changes() -> None:
    niger = US_PAGE("<p>Do not travel.</p>").replace("Mali", "Niger")
    found = verdict.compare(US_PAGE("<p>Do not travel.</p>"), niger, url=US)
    assert found.outcome is Outcome.UNREADABLE
    assert "two places" in found.reason or "Niger" in found.reason
    assert found.findings == ()


def test_two_templates_are_told_as_a_rebuilt_page() -> None:
    old, new = (next((FIXTURES / kind).glob("*.html")).read_bytes() for kind in ("us-advisory", "us-page"))
    found = verdict.compare(old, new, url=US)
    assert found.outcome is Outcome.REBASED and found.reason
    assert sum(finding.severity is not Severity.NONE for finding in found.findings) <= 3  # posture alone
