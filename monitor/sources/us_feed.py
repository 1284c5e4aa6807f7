"""Items of the State Department's feed and API, and the one that is about our destination."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple, TypeVar

from monitor.core import dom, signature, split, text
from monitor.model import Block, BlockKind, Cut, Destination, Fact, Section, Source
from monitor.sources import base, identity, us


class Item(NamedTuple):
    """One advisory as a feed prints it."""

    title: str
    link: str
    day: str
    """Issue date, ISO; "" if there is none."""
    printed: str
    """The date as the feed prints it."""
    body: str
    threat: str = ""
    """The level once more, in a category of its own."""


_ISO3 = re.compile(r"/destination\.([a-z]{3})\.html", re.I)
_SLUG = re.compile(r"/([\w-]+?)(?:-travel)?-advisory\d?\.html", re.I)
_PAGE = re.compile(r"/travel-advisories/([\w-]+)\.html", re.I)


def code(link: str) -> str:
    """The three-letter code in a new link, "" for an old one."""
    match = _ISO3.search(link)
    return match[1].lower() if match else ""


def slug(link: str) -> str:
    """The name in an old link or in the address of a page, "" for a new link."""
    match = None if code(link) else _SLUG.search(link) or _PAGE.search(link)
    return match[1] if match else ""


T = TypeVar("T")


def ours(source: Source, found: Iterable[T], head: Callable[[T], tuple[str, str]]) -> list[T]:
    """The items about our destination, by their titles and links; raises `SplitError`.

    The Country-Tag is no help: it is not ISO. A title for several countries ("Mainland China, Hong
    Kong & Macau") counts only where no other item is about ours.
    """
    items = [(item, head(item)) for item in found]
    for judge in (_is_about, _is_among):
        mine = [i for i, (t, link) in items if judge(source.destination, source.aliases, t, link)]
        if mine:
            return mine
    raise base.implausible(f"{source.destination.name} is missing from the list, which is not the same as withdrawn.")


@lru_cache(maxsize=16384)
def _is_about(destination: Destination, aliases: tuple[str, ...], title: str, link: str) -> bool:
    iso3 = code(link)
    if iso3 and destination.iso3:
        return iso3 == destination.iso3.lower()
    if identity.is_called(destination, us.name_of(title), aliases):
        return True
    return identity.is_called(destination, slug(link).replace("-", " "), aliases)


@lru_cache(maxsize=16384)
def _is_among(destination: Destination, aliases: tuple[str, ...], title: str, link: str) -> bool:
    if code(link) and destination.iso3:
        return False
    return identity.is_among(destination, us.name_of(title), aliases)


def newest(items: Iterable[Item]) -> Item:
    """A destination may stand in a feed twice; the newest date wins, the first among equals."""
    return max(items, key=lambda item: item.day)


def rendering(item: Item) -> str:
    """ "new" or "legacy": the site writes the same advice in two ways; they do not compare."""
    if code(item.link):
        return "new"
    if _SLUG.search(item.link):
        return "legacy"
    return "new" if not item.body.lstrip().startswith("<") else "legacy"


def read(kind: str, item: Item, items: int) -> Cut:
    """One item as a cut of its own."""
    level, threat = us.level_of(item.title), us.level_of(item.threat)
    if level and threat and level != threat:
        raise base.implausible(f"The feed says level {level} and level {threat} in one item.")
    if not (level or threat):
        raise base.implausible("The item in the feed has no level.")
    sections, note = _sections(item)
    return Cut(
        template=f"{kind}/{rendering(item)}",
        sections=sections,
        facts=base.facts(
            Fact("name", us.name_of(item.title), item.title),
            Fact("level", level or threat, item.title if level else item.threat),
            Fact("issued", item.day, item.printed),
            Fact("note", note, note),
            *_areas(sections),
        ),
        items=items,
    )


def read_all(kind: str, items: Iterable[Item]) -> Cut:
    """Every item of a feed as a section of one cut, for a feed without a destination."""
    found = list(items)
    sections, facts = [], []
    for item in found:
        made, _ = _sections(item)
        name = us.name_of(item.title)
        key = code(item.link) or split.slug(name)
        sections.append(Section(key, item.title, made[-1].blocks))
        level = us.level_of(item.title) or us.level_of(item.threat)
        facts.append(Fact("area_level", level, item.title, name) if level else None)
    return Cut(
        template=f"{kind}/all",
        sections=split.unique(sections),
        facts=base.facts(*facts),
        items=len(found),
    )


SHARED = 10
"""So many destinations with a sentence, of some 210, make it the publisher's own text."""


def shared(items: Iterable[Item]) -> tuple[str, ...]:
    """Marks of the sentences that at least `SHARED` destinations carry, each with its own name left out."""
    carried: dict[str, set[str]] = {}
    for item in items:
        name = us.name_of(item.title)
        for block in _sections(item)[0][-1].blocks:
            for sentence in text.sentences(block.text):
                carried.setdefault(signature.mark_of(sentence, name), set()).add(name)
    return tuple(mark for mark, names in carried.items() if len(names) >= SHARED)


def _sections(item: Item) -> tuple[tuple[Section, ...], str]:
    region = dom.clean(dom.fragment(item.body))
    note = us.take_note(region)
    holder = region[0] if len(region) else region
    if (holder.text or "").strip():
        us.rejoin(holder)
    title = " ".join(item.title.split())
    blocks = base.headed(title, *split.blocks(region, style=us.STYLE))
    return (*us.note_section(note), Section("advisory", "Travel advisory", blocks)), note


def _areas(sections: tuple[Section, ...]) -> tuple[Fact, ...]:
    """Areas with a level of their own; the first heading is the level of the whole."""
    last = sections[-1]
    rest: tuple[Block, ...] = last.blocks[1:]
    if not any(b.kind in (BlockKind.HEADING, BlockKind.LABEL) for b in rest):
        return ()
    return us.area_levels([Section(last.key, last.heading, rest)])
