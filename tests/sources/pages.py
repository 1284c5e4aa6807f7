"""Fixtures of this folder as pages, and cuts in a form that people can read and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from monitor.model import Cut, Destination, Page, Source

FIXTURES = Path(__file__).parent.parent / "fixtures"
MALI = Destination(key="mali", name="Mali", iso3="mli", region="ML")


def source(kind: str, destination: Destination = MALI, **more: Any) -> Source:
    return Source(
        id=f"test:{kind}",
        url="https://example.org/",
        kind=kind,
        publisher="test",
        destination=destination,
        **more,
    )


def page(body: str | bytes, content_type: str = "") -> Page:
    raw = body.encode() if isinstance(body, str) else body
    headers = (("Content-Type", content_type),) if content_type else ()
    return Page(url="https://example.org/", body=raw, headers=headers)


def fixture(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")


def as_json(cut: Cut) -> dict[str, Any]:
    """A list per fact (kind, value, quote, subject) and per block (kind, text, path, links)."""
    return {
        "template": cut.template,
        "items": cut.items,
        "facts": [[f.kind, f.value, f.quote, f.subject] for f in cut.facts],
        "sections": [
            {
                "key": s.key,
                "heading": s.heading,
                "blocks": [[b.kind.value, b.text, list(b.path), [[x.text, x.url] for x in b.links]] for b in s.blocks],
            }
            for s in cut.sections
        ],
    }


def lines(cut: Cut) -> list[str]:
    """Every block as "path > text", to be read in assertions."""
    return [" > ".join((*b.path, b.text)) for s in cut.sections for b in s.blocks]
