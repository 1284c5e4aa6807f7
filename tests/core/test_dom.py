"""Bytes to tree: charsets, broken markup, chrome."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor.core import dom
from monitor.model import Page


def page(body: bytes, content_type: str = "") -> Page:
    headers = (("Content-Type", content_type),) if content_type else ()
    return Page(url="https://example.org/", body=body, headers=headers)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Côte d’Ivoire".encode(), ""),
        (b"\xef\xbb\xbf" + "Côte d’Ivoire".encode(), "text/xml; charset=iso-8859-1"),
        ("Côte d’Ivoire".encode("utf-16"), ""),
        ("Côte d’Ivoire".encode("windows-1252"), "text/html; charset=ISO-8859-1"),
        (b'<meta charset="windows-1252">' + "Côte d’Ivoire".encode("windows-1252"), "text/html"),
        (
            b'<?xml version="1.0" encoding="windows-1252"?>' + "Côte d’Ivoire".encode("cp1252"),
            "text/xml",
        ),
    ],
)
def test_text_survives_every_way_of_declaring_its_charset(body: bytes, content_type: str) -> None:
    assert dom.decode(page(body, content_type)).endswith("Côte d’Ivoire")


def test_xml_without_a_charset_is_utf8_whatever_http_once_said() -> None:
    assert dom.decode(page("é".encode(), "text/xml")) == "é"


def test_bytes_that_are_not_what_they_say_are_read_as_browsers_read_unlabelled_pages_and_nulls_disappear() -> None:
    assert dom.decode(page(b"ma\0li S\xe9gou", "text/html; charset=utf-8")) == "mali Ségou"
    assert dom.decode(page(b"S\xe9gou d\x92ici", "text/html; charset=klingon")) == "Ségou d’ici"


def test_a_few_broken_bytes_in_utf_8_are_replaced() -> None:
    assert dom.decode(page("Ségou, Ménaka".encode() + b" \xff", "text/html; charset=utf-8")) == "Ségou, Ménaka \ufffd"


def test_an_unknown_charset_does_not_stop_anything() -> None:
    assert "li" in dom.decode(page(b"ma\xffli", "text/html; charset=klingon"))


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(body: bytes) -> None:
    assert dom.tree(dom.decode(page(body))).tag == "html"


DEEP = 100_000


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * DEEP + "kept" + "</div>" * DEEP + "<p>after</p>",
        "<b>" * DEEP + "kept<p>after</p>",
        "<ul><li>" * (DEEP // 4) + "kept<p>after</p>",
        "<table><tr><td>" * (DEEP // 5) + "kept<p>after</p>",
    ],
    ids=["div", "b", "list", "table"],
)
def test_markup_nested_a_hundred_thousand_deep_keeps_its_text(markup: str) -> None:
    text = dom.text(dom.tree(f"<body>before {markup}</body>"))
    assert [w for w in text.split() if len(w) > 1] == ["before", "kept", "after"]


def test_a_tag_with_a_hundred_thousand_attributes_does_not_stop_the_parser() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(DEEP))
    assert dom.text(dom.tree(f"<body><div {attributes}>kept</div></body>")) == "kept"


def test_a_paragraph_inside_a_heading_does_not_end_it() -> None:
    root = dom.tree("<section><h3><p>Curfew</p></h3><p>From nine.</p></section>")
    assert dom.text(next(root.iter("h3"))) == "Curfew"


def test_text_sets_blocks_apart_and_lets_inline_elements_run_on() -> None:
    root = dom.fragment("<p>to <b>Mal</b>i<br>and&nbsp;back</p><ul><li>a</li><li>b</li></ul>")
    assert dom.text(root) == "to Mali and back a b"


def test_scripts_comments_and_images_leave_no_trace() -> None:
    region = dom.fragment('a<script nonce="1">x()</script>b<!-- c -->d<img src="t.gif"> e')
    assert dom.text(dom.clean(region)) == "abd e"
    assert b"nonce" not in etree.tostring(region)


def test_chrome_leaves_a_break_because_text_on_both_sides_does_not_touch() -> None:
    region = dom.clean(dom.fragment("one<nav>menu</nav>two<button>more</button>three"))
    assert dom.text(region) == "one two three"


def test_a_button_in_a_heading_is_the_heading() -> None:
    assert dom.text(dom.clean(dom.fragment("<h3><button>Health</button></h3>"))) == "Health"


def test_a_form_around_the_page_is_not_chrome() -> None:
    words = "word " * 200
    assert dom.text(dom.clean(dom.fragment(f"<form><p>{words}</p></form>"))) == words.strip()
    assert dom.text(dom.clean(dom.fragment("<form>Search <input></form>"))) == ""


def test_banners_are_chrome_of_a_site_but_not_looked_for_in_a_chosen_region() -> None:
    banner = '<div class="usa-banner">Official</div><div role="navigation">Menu</div>Text'
    assert dom.text(dom.clean_site(dom.fragment(banner))) == "Text"
    assert dom.text(dom.clean(dom.fragment(banner))) == "Official Menu Text"


def test_classes_are_matched_whole() -> None:
    root = dom.fragment('<p class="a-b">1</p><p class="x a y">2</p>')
    assert [dom.text(e) for e in dom.by_class(root, "a")] == ["2"]
    assert dom.first(root, "missing") is None


def test_a_taken_element_leaves_its_tail_behind() -> None:
    root = dom.fragment("<p>a<b>c</b>d</p>")
    taken = dom.take(next(root.iter("b")))
    assert (dom.text(taken), dom.text(root)) == ("c", "a d")
