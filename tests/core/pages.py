"""Tiny pages for tests: a heading per line that starts with '#', list items with '*'."""

from monitor.model import Block, BlockKind, Cut, Fact, Link, Section


def cut(source: str, *facts: Fact, template: str = "t", links: dict[str, str] | None = None) -> Cut:
    """`# Heading` opens a section, `## Heading` a path step, `* words` an item, else a paragraph."""
    sections: list[Section] = []
    heading, blocks, path = "Top", [], ()
    for line in filter(None, map(str.strip, source.splitlines())):
        if line.startswith("# "):
            if blocks:
                sections.append(Section(heading.casefold(), heading, tuple(blocks)))
            heading, path = line[2:], (line[2:],)
            blocks = [Block(BlockKind.HEADING, heading, ())]
        elif line.startswith("## "):
            path = (*path[:1], line[3:])
            blocks.append(Block(BlockKind.HEADING, line[3:], path[:1]))
        else:
            kind = BlockKind.ITEM if line.startswith("* ") else BlockKind.PARAGRAPH
            words = line.removeprefix("* ")
            found = tuple(Link(t, u) for t, u in (links or {}).items() if t in words)
            blocks.append(Block(kind, words, path, found))
    if blocks:
        sections.append(Section(heading.casefold(), heading, tuple(blocks)))
    return Cut(template=template, sections=tuple(sections), facts=facts)


def level(value: int, words: str = "Do not travel") -> Fact:
    return Fact("level", str(value), f"Level {value}: {words}")
