"""What a browser would make of a page: its headings in order, its ids, its links, whether every tag is closed."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "polyline", "path", "circle", "line", "rect"}


class Seen(HTMLParser):
    """One page, read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open = list[str]()
        self.levels = list[int]()
        self.ids, self.refs, self.links = list[str](), set[str](), list[str]()
        self.unsafe = list[str]()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.levels.append(int(tag[1]))
        self.ids += [found["id"]] if "id" in found else []
        for name in ("aria-labelledby", "aria-describedby"):
            self.refs |= set(found.get(name, "").split())
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
            if found["href"].startswith("#"):
                self.refs.add(found["href"][1:])
        self.unsafe += [name for name in found if name.startswith("on") or name == "style"]
        ours = tag == "script" and found.get("src", "").startswith("/static/")
        self.unsafe += [tag] if tag in ("script", "img", "iframe", "object", "style", "b") and not ours else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, tag

    def problems(self) -> list[str]:
        """What no page of ours may have."""
        said = [f"<{tag}> is left open" for tag in self.open]
        said += [f"id {one} is given twice" for one in sorted({one for one in self.ids if self.ids.count(one) > 1})]
        said += [f"#{one} leads nowhere" for one in sorted(self.refs - set(self.ids))]
        said += [f"h{b} follows h{a}" for a, b in zip(self.levels, self.levels[1:], strict=False) if b > a + 1]
        said += [f"{self.levels.count(1)} first headings"] if self.levels.count(1) != 1 else []
        return said + [f"{one} runs or styles" for one in self.unsafe]
