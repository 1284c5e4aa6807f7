"""Tree to blocks: labels in all spellings, paths, and the law that nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import dom, split
from monitor.model import Block, BlockKind

LABEL, PARAGRAPH, ITEM, ROW, HEADING = (
    BlockKind.LABEL, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADING
)  # fmt: skip


def blocks(html: str, **more: object) -> tuple[Block, ...]:
    return split.blocks(dom.clean(dom.fragment(html)), **more)  # type: ignore[arg-type]


def seen(html: str) -> list[tuple[str, str]]:
    return [(b.kind.value, b.text) for b in blocks(html)]


def paths(html: str) -> list[str]:
    return [" > ".join((*b.path, b.text)) for b in blocks(html)]


@pytest.mark.parametrize(
    "html",
    [
        "<p><b>Crime:</b> Thieves work here.</p>",
        "<p><b>Crime</b>: Thieves work here.</p>",
        "<p><strong>Crime </strong>– Thieves work here.</p>",
        "<p><b>Crime</b>Thieves work here.</p>",
        "<p><b>Crime</b><br>Thieves work here.</p>",
        "<p><b>Crime</b></p><p>Thieves work here.</p>",
        "<p><b><i>Crime:</i></b> Thieves work here.</p>",
        "<p><span class='header-paragraph'>Crime<br />\n</span>Thieves work here.</p>",
        "<p><span class='header-paragraph'>Crime</span><span><br />\nThieves work here.</span></p>",
        "<p>**Crime:**Thieves work here.</p>",
        "<h4>Crime</h4><p>Thieves work here.</p>",
        "<dl><dt>Crime</dt><dd>Thieves work here.</dd></dl>",
        "<details><summary>Crime</summary>Thieves work here.</details>",
        "<ul><li><b>Crime:</b> Thieves work here.</li></ul>",
        "<p>CRIME:</p><p>Thieves work here.</p>",
    ],
)
def test_a_label_is_a_label_however_it_is_written(html: str) -> None:
    label, text = blocks(html)
    assert label.kind in (LABEL, HEADING)
    assert (label.path, text.path[0].casefold(), text.text) == ((), "crime", "Thieves work here.")


@pytest.mark.parametrize(
    "html",
    [
        "<p><b>Do not travel</b> to Mali.</p>",
        "<p><b>Mal</b>i is large.</p>",
        "<p>i<b>nconsistent</b> words</p>",
        "<p><b>The Department strongly advises against all travel to Mali at this time.</b></p>",
        "<p><b>Do not travel to the north.</b> It is far.</p>",
        "<p><b>U</b>S citizens</p>",
        "<p><b>5</b></p>",
        "<p><a href='/contact'><b>Contact us</b></a></p>",
        "<p><b>Leave now.</b></p>",
    ],
)
def test_bold_words_that_open_or_are_a_sentence_are_no_label(html: str) -> None:
    assert [kind for kind, _ in seen(html)] == ["paragraph"]


def test_a_bold_address_stays_one_paragraph_and_its_last_line_is_the_label() -> None:
    html = (
        "<p><b>Villa 12<br>Rue 243<br>Bamako<br>Telephone:</b> +223 20<br>"
        "<b>E-mail:</b> <a href='mailto:a@b.c'>a@b.c</a></p>"
    )
    assert seen(html) == [
        ("paragraph", "Villa 12 Rue 243 Bamako"),
        ("label", "Telephone:"),
        ("paragraph", "+223 20"),
        ("label", "E-mail:"),
        ("paragraph", "a@b.c"),
    ]


def test_a_line_break_ends_a_sentence_but_not_an_address() -> None:
    assert seen("<address>Villa 12<br>Bamako</address>") == [("paragraph", "Villa 12 Bamako")]
    assert len(seen("<p>It is closed.<br>It opens soon.</p>")) == 2
    assert len(seen("<p>Villa 12<br><br>Bamako</p>")) == 2
    long = "Call the embassy at any hour on this number: 12"
    assert len(seen(f"<p>{long}<br>At night use another one</p>")) == 2


def test_a_label_ends_with_the_item_and_with_its_own_container() -> None:
    html = "<ul><li><b>Police:</b> 17</li><li>Stay calm.</li></ul><p>Elsewhere.</p>"
    assert paths(html)[2:] == ["Stay calm.", "Elsewhere."]
    html = "<div><p><b>Crime:</b> Thieves.</p></div><div><p>Other.</p></div>"
    assert paths(html)[2:] == ["Other."]


def test_a_label_in_a_wrapper_of_its_own_reaches_the_text_after_it() -> None:
    assert paths("<div><p><b>Crime</b></p></div><p>Thieves.</p>")[1] == "Crime > Thieves."


def test_headings_nest_by_rank_and_a_label_stands_below_them() -> None:
    html = "<h2>A</h2><h3>B</h3><p><b>C:</b> d</p><p>e</p><h3>F</h3><p>g</p>"
    assert paths(html) == ["A", "A > B", "A > B > C:", "A > B > C > d", "A > B > C > e", "A > F",
                           "A > F > g"]  # fmt: skip


def test_a_notice_in_a_section_does_not_head_what_follows_it() -> None:
    assert paths("<section><h3>Curfew</h3><p>a</p></section><p>b</p>")[2] == "b"


def test_text_of_an_item_leaves_out_the_list_inside_it() -> None:
    html = "<ul><li>Bring:<ul><li>water</li><li>food</li></ul>and time</li></ul>"
    assert seen(html) == [("item", "Bring:"), ("item", "water"), ("item", "food"),
                          ("item", "and time")]  # fmt: skip


def test_cells_of_a_row_are_joined_by_a_blank_and_layout_tables_are_not_rows() -> None:
    html = "<table><tr><th>City</th><th>Risk</th></tr><tr><td><p>Gao</p></td><td>high</td></tr>"
    assert seen(html) == [("row", "City Risk"), ("row", "Gao high")]
    layout = "<table><tr><td><h2>Crime</h2><p>One.</p><p>Two.</p></td></tr></table>"
    assert [kind for kind, _ in seen(layout)] == ["heading", "paragraph", "paragraph"]


def test_bare_text_between_blocks_counts() -> None:
    assert seen("a<div>b<h2>c</h2>d<span>e</span></div>f") == [
        ("paragraph", "a"), ("paragraph", "b"), ("heading", "c"), ("paragraph", "de"),
        ("paragraph", "f"),
    ]  # fmt: skip


def test_links_keep_their_target_as_written_and_scripts_are_no_target() -> None:
    html = (
        "<p><a href='/a?b=1&amp;c=2'>one</a> <a href='javascript:void(0)'>two</a>"
        " <a href='mailto:a@b.c'>three</a> <a href='#'>top</a></p>"
    )
    assert [(x.text, x.url) for x in blocks(html)[0].links] == [
        ("one", "/a?b=1&c=2"), ("three", "mailto:a@b.c")
    ]  # fmt: skip


def test_a_link_without_words_goes_with_the_text_beside_it() -> None:
    assert [x.url for b in blocks("<a href='/x'><img></a><p>a</p>") for x in b.links] == ["/x"]
    assert [x.url for b in blocks("<p>a</p><a href='/x'></a>") for x in b.links] == ["/x"]


def test_sections_start_at_the_top_headings_and_have_keys_of_their_own() -> None:
    html = "start<h2>Crime</h2><p>a</p><h3>Deep</h3><p>b</p><h2>Crime</h2><p>c</p>"
    found = split.sections(dom.fragment(html), title="Mali")
    assert [(s.key, s.heading) for s in found] == [
        ("top", "Mali"), ("crime", "Crime"), ("crime-2", "Crime")
    ]  # fmt: skip
    assert found[1].blocks[-1].path == ("Deep",)


def test_slugs_have_no_marks() -> None:
    assert split.slug("Côte d’Ivoire & co.") == "cote-d-ivoire-co"


# --------------------------------------------------------------------------------------
# Nothing is lost
# --------------------------------------------------------------------------------------
_WORDS = st.sampled_from(["Crime", "crime:", "Do not travel", "to", "Mali.", "U.S.", "a", " ", "B"])
_TAGS = st.sampled_from(
    "p div b strong i span ul li h2 h3 h5 table tr td th dl dt dd details summary section address"
    " blockquote em article".split()
)


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inner = st.lists(children, max_size=4).map("".join)
    return st.one_of(
        st.builds("<{0}>{1}</{0}>".format, _TAGS, inner),
        st.builds("<span class='header-paragraph'>{}</span>".format, inner),
        st.builds("<a href='/{}'>{}</a>".format, st.integers(0, 99), inner),
        st.just("<br>"),
    )


MARKUP = st.lists(st.recursive(_WORDS, _element, max_leaves=25), max_size=6).map("".join)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(MARKUP)
def test_no_visible_word_is_lost_added_or_moved(html: str) -> None:
    region = dom.fragment(html)
    said = " ".join(block.text for block in split.blocks(region))
    assert _squeezed(said) == _squeezed(dom.text(region))


@given(MARKUP)
def test_every_block_can_be_quoted_from_the_page(html: str) -> None:
    region = dom.fragment(html)
    visible = dom.text(region)
    assert all(block.text in visible for block in split.blocks(region))


@given(MARKUP)
def test_no_link_target_is_lost(html: str) -> None:
    region = dom.fragment(html)
    wanted = {str(href) for href in region.xpath(".//@href")}
    assert {x.url for block in split.blocks(region) for x in block.links} == wanted


@given(MARKUP)
def test_sections_hold_the_same_blocks_as_the_region(html: str) -> None:
    region = dom.fragment(html)
    found = [b.text for s in split.sections(region) for b in s.blocks]
    assert found == [b.text for b in split.blocks(region)]
    keys = [s.key for s in split.sections(region)]
    assert len(keys) == len(set(keys))
