"""Which destination a page is about. A false alarm here would make us blind, so doubt is a yes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from monitor.core import split
from monitor.model import BlockKind, Cut, Destination, Source

_OFFICIAL = (
    "the of and republic kingdom state states united democratic people peoples islamic"
    " federal federative federation union commonwealth principality sultanate grand duchy hashemite"
    " bolivarian plurinational socialist cooperative co operative arab independent oriental"
    " nation new government territory territories special administrative region sar prc"
    " province travel advice advisory country island islands mainland"
)
_FORMS = frozenset(_OFFICIAL.split())
"""Words of official names that do not tell one country from another, if others are left."""

_APOSTROPHE = re.compile(r"\b([dl])-(?=[aeiou])|-(?=s\b)")

_TWINS = (frozenset({"congo"}), frozenset({"korea"}))
"""Two countries each, told apart by nothing but the form of their names."""

_SAME = (
    "burma myanmar", "turkey turkiye", "swaziland eswatini", "macedonia north-macedonia",
    "cape-verde cabo-verde", "czech-republic czechia", "ivory-coast cote-d-ivoire cote-divoire",
    "east-timor timor-leste", "holland netherlands", "vatican-city holy-see vatican",
    "america usa united-states us", "britain great-britain united-kingdom uk", "macau macao",
    "swiss-confederation switzerland", "hellenic-republic greece", "drc congo-democratic-republic"
    " democratic-republic-of-the-congo congo-kinshasa", "emirates united-arab-emirates uae",
    "brunei brunei-darussalam", "laos lao lao-people-s-democratic-republic",
    "micronesia federated-states-of-micronesia", "south-korea republic-of-korea korea-south",
    "north-korea democratic-people-s-republic-of-korea dprk korea-north", "russia russian",
    "palestine palestinian-territories occupied-palestinian-territories",
)  # fmt: skip
_GROUPS = {slug: n for n, group in enumerate(_SAME) for slug in group.split()}
"""Names that share no word and mean one country."""


def group(name: str) -> int | None:
    """The number of the country that has several names without a word in common, if this is one of them."""
    return _GROUPS.get(split.slug(name))


@lru_cache(maxsize=4096)
def words(name: str) -> frozenset[str]:
    """The words of a name, without marks, case and order: "Gambia, The" is {gambia, the}."""
    # "d'Ivoire" and "people's" are one word each, as addresses write them.
    slug = _APOSTROPHE.sub(lambda m: m[1] or "", split.slug(name))
    return frozenset(slug.split("-")) - {""}


@lru_cache(maxsize=4096)
def core(name: str) -> frozenset[str]:
    """The words that make the name; all of them if nothing else is left ("United States")."""
    left = words(name) - _FORMS
    if left in _TWINS:
        return words(name) - {"the", "of", "and"}
    return left or words(name)


def is_called(destination: Destination, name: str, aliases: Iterable[str] = ()) -> bool:
    """Whether exactly this destination may be called so, whatever the official form."""
    if not name:
        return False
    return any(_same(own, name) for own in _names(destination, aliases))


def is_among(destination: Destination, name: str, aliases: Iterable[str] = ()) -> bool:
    """Whether this destination is one of those that the name lists ("Israel and Gaza")."""
    return bool(name) and _overlaps(_names(destination, aliases), name)


def _names(destination: Destination, aliases: Iterable[str] = ()) -> list[str]:
    names = [destination.name, destination.key, *destination.names, *aliases]
    return [name for name in names if name]


@lru_cache(maxsize=65536)
def _same(own: str, name: str) -> bool:
    if core(own) == core(name):
        return True
    group = _GROUPS.get(split.slug(own))
    return group is not None and group == _GROUPS.get(split.slug(name))


def about(source: Source, cut: Cut) -> bool:
    """Whether this page plausibly is about the source's destination.

    False only if the page calls itself something else and none of our names stands in its name or
    headings; a page that does not say what it is about gets the benefit of the doubt.
    """
    names = _names(source.destination, source.aliases)
    if not names:
        return True
    said = [name for name in cut.values("name") if name.casefold() not in ("", "null", "none")]
    if said:
        return any(_overlaps(names, one) for one in said)
    headings = _headings(cut)
    return not headings or _mentioned(names, f"{headings}\n{cut.text}")


def _overlaps(names: Iterable[str], said: str) -> bool:
    """The same name, or one of several ("Israel" and "Israel, the West Bank and Gaza")."""
    wanted = [said, *_parts(said)]
    return any(_same(own, one) for name in names for own in [name, *_parts(name)] for one in wanted)


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[,;:&/()|]|\band\b|\s[-–—]\s", name) if part.strip()]


def _headings(cut: Cut) -> str:
    found = [section.heading for section in cut.sections]
    for section in cut.sections:
        found += [b.text for b in section.blocks if b.kind is BlockKind.HEADING]
    return "\n".join(found)


def _mentioned(names: Iterable[str], text: str) -> bool:
    plain = f"-{split.slug_all(text)}-"
    return any(f"-{split.slug(name)}-" in plain for name in names)


def spoken(slug: str) -> str:
    """A slug as a name: "cote-d-ivoire" is "Cote D Ivoire", "ElSalvador" is "El Salvador"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", slug)
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[-_\s]+", apart) if word)
