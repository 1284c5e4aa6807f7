"""Kind `us-embassy`: the alerts of an embassy, a WordPress feed (sources notes, 4).

Titles are used again for unrelated alerts, so an alert is known by its permalink. An alert that
is no longer in the feed has scrolled out of it; that is not a removal.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from monitor.core import dom, split
from monitor.model import Cut, Fact, Page, Section, Source
from monitor.sources import base, us, us_rss

TEMPLATE = "us-embassy"

_TAIL = re.compile(r"\AThe post .* (?:appeared first on|first appeared on) .*\Z", re.S)
_LABELS = {"location", "event", "events", "actions to take", "actions", "assistance",
           "for further assistance"}  # fmt: skip
_STYLE = split.Style(labels=us.STYLE.labels | _LABELS, openers=us.STYLE.openers)


def cut(source: Source, page: Page) -> Cut:
    made = sorted((_read(item) for item in _items(page)), key=lambda m: m[0], reverse=True)
    facts = [fact for _, _, found in made for fact in found]
    return Cut(
        template=TEMPLATE,
        sections=split.unique(section for _, section, _ in made),
        facts=base.facts(*facts),
        items=len(made),
    )


def fingerprint(source: Source, page: Page) -> str:
    return dom.digest(TEMPLATE, sorted(item.strip() for item in _items(page)))


def _items(page: Page) -> list[str]:
    text = dom.decode(page)
    if "<rss" not in text[:2000] and "<channel" not in text[:4000]:
        raise base.unreadable("The answer is not a feed of embassy alerts.")
    if "</rss" not in text[-2000:]:
        raise base.unreadable("The feed of embassy alerts is cut off before its end.")
    return [part.partition("</item")[0] for part in text.split("<item")[1:]]


def _read(item: str) -> tuple[str, Section, list[Fact]]:
    title, printed = us_rss.field(item, "title"), us_rss.field(item, "pubDate")
    link = us_rss.field(item, "link") or us_rss.field(item, "guid")
    body = us_rss.field(item, "content:encoded", markup=True) or us_rss.field(item, "description", markup=True)
    region = dom.clean(dom.fragment(body))
    for paragraph in list(region.iter("p")):
        if _TAIL.match(dom.text(paragraph)):
            dom.blank(paragraph)
    key = _key(link) or split.slug(title)
    at = _moment(printed)
    blocks = base.headed(title, *split.blocks(region, style=_STYLE))
    return at, Section(key, title, blocks), [Fact("updated", at, printed, key)]


def _key(link: str) -> str:
    """The last part of the permalink, without the tracking that a reader may have added."""
    return link.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]


def _moment(printed: str) -> str:
    try:
        return base.moment(parsedate_to_datetime(printed).isoformat())
    except (ValueError, TypeError):
        return base.day(printed)
