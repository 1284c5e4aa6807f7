"""Tree to sections of blocks. No visible word and no link target is lost.

A block is a paragraph, list item, table row, heading or label, with the headings it stands under.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.core import dom, labels, walk
from monitor.model import Block, BlockKind, Section

Style = labels.Style
DEFAULT = Style()


def sections(
    region: dom.Element, *, title: str = "", style: Style = DEFAULT, top: int = 2
) -> tuple[Section, ...]:
    """The cleaned region cut at its headings of rank `top` and above, or the highest there is.

    What stands before the first of them is the section `top`, headed `title`.
    """
    return _group(walk.lines(region, style), title, top)


def section(region: dom.Element, heading: str, *, key: str = "", style: Style = DEFAULT) -> Section:
    """The cleaned region as one section; `heading` is dropped from paths, not from the blocks."""
    blocks = _relative(walk.lines(region, style), heading)
    return Section(key or slug(heading) or "top", heading, blocks)


def blocks(
    region: dom.Element, *, path: tuple[str, ...] = (), style: Style = DEFAULT
) -> tuple[Block, ...]:
    """The cleaned region as blocks, all of them under `path`."""
    return tuple(
        Block(line.kind, line.text, path + tuple(step.text for step in line.path), line.links)
        for line in walk.lines(region, style)
    )


def unique(found: Iterable[Section]) -> tuple[Section, ...]:
    """The same sections with keys of their own: the second `crime` becomes `crime-2`."""
    seen: dict[str, int] = {}
    out = []
    for one in found:
        key = one.key or "top"
        seen[key] = seen.get(key, 0) + 1
        out.append(replace(one, key=key if seen[key] == 1 else f"{key}-{seen[key]}"))
    return tuple(out)


def slug(words: str) -> str:
    """Words as a key: "Côte d’Ivoire" is "cote-d-ivoire"."""
    return slug_all(words)[:80].strip("-")


def slug_all(words: str) -> str:
    """The same for a text of any length."""
    plain = unicodedata.normalize("NFKD", words)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")


def _group(lines: Sequence[walk.Line], title: str, top: int) -> tuple[Section, ...]:
    top = max(top, min((x.rank for x in lines if x.kind is BlockKind.HEADING), default=top))
    found: list[tuple[str, list[Block]]] = [(title, [])]
    for line in lines:
        if line.kind is BlockKind.HEADING and line.rank <= top:
            found.append((line.text, []))
        path = tuple(step.text for step in line.path if step.rank > top)
        found[-1][1].append(Block(line.kind, line.text, path, line.links))
    return unique(
        Section("top" if n == 0 else slug(heading), heading, tuple(made))
        for n, (heading, made) in enumerate(found)
        if made
    )


def _relative(lines: Sequence[walk.Line], heading: str) -> tuple[Block, ...]:
    own = heading.casefold()
    out = []
    for line in lines:
        path = tuple(step.text for step in line.path if step.text.casefold() != own)
        out.append(Block(line.kind, line.text, path, line.links))
    return tuple(out)
