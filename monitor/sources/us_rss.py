"""Kind `us-rss`: TAsTWs.xml, one item per destination (sources notes, 3.1).

The feed is never parsed as a whole: items are found by searching, and only ours is read. So a
feed of a megabyte is cheap, and no entity of a hostile document is ever expanded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.core import dom
from monitor.model import Cut, Page, Source
from monitor.sources import base, us, us_feed
from monitor.sources.us_feed import Item

_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_THREAT = re.compile(r"<category\s+domain=[\"']Threat-Level[\"'][^>]*>(.*?)</category\s*>", re.S)


def cut(source: Source, page: Page) -> Cut:
    texts = _texts(page)
    if not source.destination.key:
        return us_feed.read_all("us-rss", (_item(one.text) for one in texts))
    levelled = sum(1 for one in texts if us.LEVEL.search(one.title))
    return us_feed.read("us-rss", us_feed.newest(_ours(source, texts)), levelled)


def fingerprint(source: Source, page: Page) -> str:
    texts = _texts(page)
    return dom.digest("us-rss", [one.text for one in (_mine(source, texts) if source.destination.key else texts)])


def shared(page: Page) -> tuple[str, ...]:
    return us_feed.shared(_item(one.text) for one in _texts(page))


def heads(text: str) -> list[tuple[str, str]]:
    """Title and link of every item of a feed."""
    return [(one.title, one.link) for one in _items(text)]


class _Text(NamedTuple):
    """One item of a feed, and what says which destination it is about."""

    text: str
    title: str
    link: str


def _texts(page: Page) -> tuple[_Text, ...]:
    return _read(page.body, page.header("content-type"))


@lru_cache(maxsize=2)
def _read(body: bytes, kind: str) -> tuple[_Text, ...]:
    """Two hundred destinations are read from one answer, each beside the same stored one."""
    return tuple(_items(dom.decode(Page(url="", body=body, headers=(("content-type", kind),)))))


def _items(text: str) -> list[_Text]:
    if "<rss" not in text[:2000] and "<channel" not in text[:4000]:
        raise base.unreadable("The answer is not an RSS feed.")
    found = [part.partition("</item")[0] for part in text.split("<item")[1:]]
    if not found:
        raise base.implausible("The feed holds no items.")
    if "</rss" not in text[-2000:]:
        raise base.unreadable("The feed is cut off before its end.")
    return [_Text(item, field(item, "title"), field(item, "link")) for item in found]


def _mine(source: Source, texts: Sequence[_Text]) -> list[_Text]:
    return us_feed.ours(source, texts, lambda one: (one.title, one.link))


def _ours(source: Source, texts: Sequence[_Text]) -> Iterator[Item]:
    return (_item(one.text) for one in _mine(source, texts))


def _item(text: str) -> Item:
    printed = field(text, "pubDate")
    threat = _THREAT.search(text)
    return Item(
        title=field(text, "title"),
        link=field(text, "link"),
        day=base.day(printed),
        printed=printed,
        body=field(text, "description", markup=True),
        threat=" ".join(unescape(threat[1]).split()) if threat else "",
    )


def field(item: str, name: str, *, markup: bool = False) -> str:
    """The content of one element of an item, unescaped exactly once."""
    start = item.find(f"<{name}")
    end = item.find(f"</{name}", start)
    if start < 0 or end < 0:
        return ""
    found = unescape(item[item.find(">", start) + 1 : end])
    return found if markup else " ".join(found.split())


def unescape(content: str) -> str:
    """Character data of XML as text: CDATA as it stands, the rest unescaped once."""
    if "&" not in content and "<" not in content:
        return content
    out, at = [], 0
    for part in _CDATA.finditer(content):
        out += [html.unescape(content[at : part.start()]), part[1]]
        at = part.end()
    out.append(html.unescape(content[at:]))
    return "".join(out)
