"""Which regions of a country a text names: a town or cercle names the region it lies in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.core import gazetteer, maps
from monitor.core import text as text_
from monitor.core.maps import Drawing

_WHOLE = re.compile(
    r"\b(?:country|nation)-?wide\b"
    r"|\b(?:whole|entire)(?: of)?(?: the)? (?:country|territory|NAME)\b"
    r"|\b(?:throughout|all over|across|anywhere (?:else )?in|elsewhere in|all (?:other )?parts of|all(?: of)?"
    r"|(?:the )?(?:rest|remainder) of|(?:every|any) part of)(?: the)? (?:country|NAME)\b"
    r"|\ball (?:other |remaining )?(?:areas|regions)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|with the exceptions? of|excluding|other than|apart from|outside(?: of)?|beyond)\b",
    re.IGNORECASE,
)
_TAKEN_OUT = frozenset(("region", "bamako"))
"""A kind of place, and a town that is a region of its own, that an exception takes out."""
_PARTS = frozenset(("region", "district", "commune", "town", "area", "crossing"))


@dataclass(frozen=True, slots=True)
class Naming:
    """The regions that texts name, and the words by which they do."""

    whole: bool = False
    """The whole country is spoken of, or all of it but what is taken out."""
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names as written, by the key of the region as drawn; none where only the whole is named."""
    elsewhere: tuple[str, ...] = ()
    """Named parts of the country that lie in no one region as drawn, or nobody placed yet."""


def regions(texts: Iterable[str], country: str = "ML") -> frozenset[str]:
    """Keys of the regions, as drawn, that any of the texts names; all of them for words about the whole country."""
    return frozenset(naming(texts, country).regions)


def naming(texts: Iterable[str], country: str = "ML") -> Naming:
    """What the texts name of this country; nothing for a country without a drawing.

    Words that take something out ("all of Mali except Bamako") take out only a region named as such: a town that is
    excepted leaves its region in.
    """
    drawing = maps.of(country)
    if drawing is None:
        return Naming()
    whole, found, elsewhere = False, dict[str, list[str]](), list[str]()
    for sentence in (one for text in texts for one in text_.sentences(text)):
        inner = _named(sentence, drawing)
        whole = whole or inner.whole
        elsewhere += inner.elsewhere
        for key, words in inner.regions.items():
            found.setdefault(key, []).extend(words)
    named = {one.key: tuple(dict.fromkeys(found[one.key])) for one in drawing.outlines if one.key in found}
    return Naming(whole, named, tuple(dict.fromkeys(elsewhere)))


def _named(text: str, drawing: Drawing) -> Naming:
    """What one sentence names."""
    parts = [place for place in gazetteer.places(text, drawing.country)
             if place.country == drawing.country and place.kind in _PARTS]  # fmt: skip
    cut = _EXCEPT.search(text)
    limit = cut.start() if cut else len(text)
    inside = [place for place in parts if place.start < limit]
    whole = _of_all(text, drawing.country) or (cut is not None and not inside and len(parts) > 0)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(sorted(drawing.keys), ()) if whole else {}
    elsewhere = []
    for place in inside:
        keys = drawing.whereabouts.get(maps.plain(place.name), frozenset())
        if not keys:
            elsewhere.append(place.quote)
        for key in keys:
            # "Kayes Region" is Kayes; "Ménaka Region" is a part of what is drawn as Gao.
            own = place.kind == "region" and maps.plain(place.name) == maps.plain(drawing.name(key))
            found[key] = (*found.get(key, ()), drawing.name(key) if own else place.quote)
    if whole:
        for place in parts[len(inside) :]:
            if _TAKEN_OUT & {place.kind, maps.plain(place.name)}:
                for key in drawing.whereabouts.get(maps.plain(place.name), frozenset()):
                    found.pop(key, None)
    return Naming(whole, found, tuple(elsewhere))


def _of_all(text: str, country: str) -> bool:
    """Whether the words speak of the whole country: by its bare name, or in so many words."""
    if gazetteer.people_or_country(text) == country:
        return True
    named = re.sub(r"\s+", " ", text)
    for place in reversed(gazetteer.places(named, country)):
        if place.kind == "country" and place.country == country:
            named = f"{named[: place.start]}NAME{named[place.end :]}"
    return _WHOLE.search(named) is not None
