"""Alignment: every unit ends in exactly one row, and the row says what became of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import align
from monitor.model import ChangeKind
from tests.core.pages import cut


def rows(before: str, after: str) -> list[tuple[str | None, list[str], list[str]]]:
    found = align.rows(align.units(cut(before)), align.units(cut(after)))
    return [(r.kind and r.kind.value, [u.text for u in r.old], [u.text for u in r.new])
            for r in found if r.kind is not None]  # fmt: skip


def test_a_page_compared_with_itself_has_only_equal_rows() -> None:
    assert rows("# A\nOne thing. Another.", "# A\nOne thing. Another.") == []


def test_a_sentence_under_another_heading_is_moved_not_removed_and_added() -> None:
    words = "Roads in the north are bad after heavy rain."
    got = rows(f"# A\n{words}\n# B\nStay alert.", f"# A\n# B\nStay alert. {words}")
    assert {row[0] for row in got} == {"moved"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Visa\nYes\n# Vaccination\nNo", "# Visa\nNo\n# Vaccination\nYes"),
        ("# Phone\n+223 2070 2300\n# Emergency\n+223 6675 2860",
         "# Phone\n+223 2070 2300\n# Emergency\n+223 2070 2300"),
        ("# Kidal\nAvoid all travel to this region.\n# Gao\nTake care.",
         "# Kidal\nTake care.\n# Gao\nAvoid all travel to this region."),
        ("# A\nAvoid all travel to:\n* Gao\n* Kidal\nAvoid non-essential travel to:\n* Mopti",
         "# A\nAvoid all travel to:\n* Kidal\nAvoid non-essential travel to:\n* Mopti\n* Gao"),
    ],
    ids=["answers", "telephones", "advice", "lists"],
)  # fmt: skip
def test_short_words_that_changed_their_place_are_not_merely_moved(before: str, after: str) -> None:
    assert {row[0] for row in rows(before, after)} & {"edited", "added", "removed"}


def test_short_items_under_a_renamed_heading_stay_what_they_were() -> None:
    got = rows("# A\n## Targets\n* Hotels\n* Markets", "# A\n## Likely targets\n* Hotels\n* Markets")
    assert [row[1] for row in got if row[0] != "moved"] == [["Targets"]]


def test_a_paragraph_made_into_a_list_is_no_change() -> None:
    assert rows("# A\nLock doors. Keep windows shut.", "# A\n* Lock doors.\n* Keep windows shut.") == []


def test_one_sentence_cut_in_two_is_split() -> None:
    got = rows("# A\nAvoid crowds and stay informed at all times",
               "# A\n* Avoid crowds\n* and stay informed at all times")  # fmt: skip
    assert [row[0] for row in got] == ["split"]


def test_two_items_joined_are_merged() -> None:
    got = rows("# A\n* Avoid crowds\n* and stay informed", "# A\nAvoid crowds and stay informed")
    assert [row[0] for row in got] == ["merged"]


def test_a_figure_that_changed_is_an_edit_of_its_sentence() -> None:
    got = rows("# A\nFive people were killed in the attack on the market.",
               "# A\nSeven people were killed in the attack on the market.")  # fmt: skip
    assert [row[0] for row in got] == ["edited"]


def test_unlike_sentences_are_removed_and_added() -> None:
    got = rows("# A\nBring enough cash for your stay.", "# A\nThe airport in the capital is closed.")
    assert sorted(row[0] or "" for row in got) == ["added", "removed"]


def test_a_rewritten_page_is_aligned_without_searching_every_pair() -> None:
    before = "# A\n" + "\n".join(f"Statement number {n} about roads." for n in range(900))
    after = "# A\n" + "\n".join(f"Remark {n * 7} concerning bridges." for n in range(900))
    got = rows(before, after)
    assert {row[0] for row in got} == {"added", "removed"} and len(got) == 1800


WORDS = st.lists(
    st.sampled_from("Roads are bad.|Stay alert.|Call 112.|Avoid crowds.|Bring water.|No flights.".split("|")),
    max_size=8,
)  # fmt: skip


@given(WORDS, WORDS)
def test_every_unit_stands_in_exactly_one_row(a: list[str], b: list[str]) -> None:
    old, new = align.units(cut("# A\n" + "\n".join(a))), align.units(cut("# A\n" + "\n".join(b)))
    found = align.rows(old, new)
    assert sorted(id(u) for r in found for u in r.old) == sorted(map(id, old))
    assert sorted(id(u) for r in found for u in r.new) == sorted(map(id, new))


@given(WORDS, WORDS)
def test_swapping_the_sides_swaps_added_and_removed(a: list[str], b: list[str]) -> None:
    old, new = align.units(cut("# A\n" + "\n".join(a))), align.units(cut("# A\n" + "\n".join(b)))

    def keys(rows_: tuple[align.Row, ...], kind: ChangeKind) -> list[str]:
        return sorted(u.key for r in rows_ if r.kind is kind for u in r.old + r.new)

    forth, back = align.rows(old, new), align.rows(new, old)
    assert keys(forth, ChangeKind.ADDED) == keys(back, ChangeKind.REMOVED)
    assert keys(forth, ChangeKind.REMOVED) == keys(back, ChangeKind.ADDED)


@given(st.permutations("Roads are bad.|Stay alert.|Call 112.|Avoid crowds.|Bring water.".split("|")))
def test_the_order_of_blocks_never_matters_for_what_is_new(order: list[str]) -> None:
    before = "# A\n" + "\n".join("Roads are bad.|Stay alert.|Call 112.|Avoid crowds.|Bring water.".split("|"))
    assert {row[0] for row in rows(before, "# A\n" + "\n".join(order))} <= {"moved"}
