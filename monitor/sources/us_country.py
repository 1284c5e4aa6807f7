"""The country information page of the old travel.state.gov (sources notes, 1.1)."""

from __future__ import annotations

from monitor.core import dom, split
from monitor.model import Cut, Fact, Section, Source
from monitor.sources import base, us

TEMPLATE = "us-country/old"

_CONTAINER = "tsg-rwd-main-CSI-International-Travel-items-international"
_BAR = "tsg-rwd-accordion-nav-frame-for-freestanding-all-buttons-csi-show"
_FRAMES = {"blue": "1", "standard": "2", "orange": "3", "red": "4"}
_DATE = "csi-data-date"
_NAME, _OFFICIAL = "tsg-rwd-csi-contry-name", "tsg-rwd-csi-official-contry-name"
_WANTED = frozenset(
    {_NAME, _OFFICIAL, "tsg-rwd-csi-travel-advisories", _CONTAINER, _DATE,
     "tsg-rwd-consular-notifications-fram-for-info"}
)  # fmt: skip


def is_shape(text: str) -> bool:
    return _CONTAINER in text


def parts(root: dom.Element) -> list[dom.Element]:
    found = [e for e in root.iter("div", "p", "span", "h1") if not _WANTED.isdisjoint(e.get("class", "").split())]
    kept = dom.outermost(found)
    for element in kept:
        dom.clean(element)
    if not any(_is(e, _CONTAINER) for e in kept):
        raise base.unreadable("The country page has no list of sections.")
    return kept


def _is(element: dom.Element, name: str) -> bool:
    return dom.has_class(element, name)


def read(parts: list[dom.Element], source: Source) -> Cut:
    sections: list[Section] = []
    facts: list[Fact | None] = []
    for part in parts:
        if _is(part, _CONTAINER):
            sections += _sections(part)
        elif _is(part, "tsg-rwd-csi-travel-advisories"):
            made, found = _advisory(part)
            sections += made
            facts += found
        elif _is(part, _DATE):
            printed = dom.text(part)
            facts.append(Fact("page_date", base.day(printed), printed))
        elif _is(part, _NAME) or _is(part, _OFFICIAL):
            name = us.name_of(dom.text(part))
            if not any(f and f.kind == "name" and f.value for f in facts):
                facts.append(Fact("name", name, name))
        else:
            blocks = split.blocks(part, style=us.STYLE)
            sections.append(Section("notifications", "Consular notifications", blocks))
    kept = [s for s in sections if s.blocks]
    if not kept:
        raise base.unreadable("The country page has no sections.")
    return Cut(template=TEMPLATE, sections=split.unique(kept), facts=base.facts(*facts))


def _sections(container: dom.Element) -> list[Section]:
    """One section per accordion; what stands between them belongs to the one before."""
    dom.drop(dom.by_class(container, _BAR))
    _once(container)
    found: list[Section] = []
    for child in container:
        heading = next(child.iter("h3", "h4", "h2"), None)
        if child.tag in ("h3", "h4"):
            heading = child
        title = dom.text(heading)
        if heading is not None and heading is not child:
            dom.blank(heading)
        blocks = base.headed(title, *split.blocks(child, style=us.STYLE)) if heading is not child \
            else split.blocks(child)  # fmt: skip
        if heading is None and found:
            last = found.pop()
            found.append(Section(last.key, last.heading, last.blocks + blocks))
        elif blocks and not any(s.heading == title and s.blocks == blocks for s in found):
            found.append(Section(split.slug(title) or "top", title, blocks))
    return found


def _once(container: dom.Element) -> None:
    """Quick facts stand in the page twice, for wide and for narrow screens; keep one."""
    seen: set[str] = set()
    for box in dom.by_class(container, "tsg-rwd-qf-box"):
        words = dom.text(box)
        if words in seen:
            dom.blank(box)
        seen.add(words)


def _advisory(part: dom.Element) -> tuple[list[Section], list[Fact | None]]:
    frame = next((c for c in _classes(part) if c.startswith("tsg-rwd-eab-main-frame-")), "")
    titles = [dom.text(e) for e in dom.by_class(part, "tsg-rwd-eab-title-frame")]
    # Two headings carry this class; the later one has the level.
    title = next((t for t in reversed(titles) if us.level_of(t)), "")
    level = us.level_of(title) or _FRAMES.get(frame.rpartition("-")[2], "")
    issued = dom.text(dom.first(part, "tsg-rwd-eab-date-frame"))
    for name in ("tsg-rwd-eab-type-main-frame", "tsg-rwd-eab-title-frame", "tsg-rwd-eab-date-frame",
                 "tsg-rwd-alert-more-box-btn"):  # fmt: skip
        dom.drop(dom.by_class(part, name))
    note = us.take_note(part)
    blocks = base.headed(title, *split.blocks(part, style=us.STYLE))
    return (
        [*us.note_section(note), Section("advisory", "Travel advisory", blocks)],
        [Fact("level", level, title), Fact("issued", base.day(issued), issued),
         Fact("note", note, note)],
    )  # fmt: skip


def _classes(part: dom.Element) -> list[str]:
    return [c for e in part.iter() if e.get("class") for c in e.get("class").split()]
