"""One golden pair per adapter and rendering: a page in the real shape, and the cut it must give.

`REGENERATE=1 pytest tests/sources/test_golden.py` writes the cuts anew; read the diff.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from monitor import sources
from tests.sources import pages

NAMES = sorted(
    f"{path.parent.name}/{path.name}"
    for kind in sources.ADAPTERS
    for path in (pages.FIXTURES / kind).glob("*")
    if not path.name.endswith(".cut.json")
)


def _dump(value: object) -> str:
    """JSON with one fact and one block a line."""
    text = json.dumps(value, ensure_ascii=False)
    cut = json.loads(text)
    facts = ",\n  ".join(json.dumps(f, ensure_ascii=False) for f in cut["facts"])
    sections = ",\n  ".join(_section(s) for s in cut["sections"])
    return (
        f'{{"template": {json.dumps(cut["template"])}, "items": {cut["items"]},\n'
        f' "facts": [\n  {facts}\n ],\n "sections": [\n  {sections}\n ]}}\n'
    )


def _section(section: dict[str, Any]) -> str:
    key, heading = json.dumps(section["key"]), json.dumps(section["heading"], ensure_ascii=False)
    blocks = ",\n    ".join(json.dumps(b, ensure_ascii=False) for b in section["blocks"])
    return f'{{"key": {key}, "heading": {heading}, "blocks": [\n    {blocks}\n  ]}}'


@pytest.mark.parametrize("name", NAMES)
def test_the_page_gives_exactly_the_expected_cut(name: str) -> None:
    kind = name.partition("/")[0]
    cut = sources.cut(pages.source(kind), pages.page(pages.fixture(name)))
    expected = (pages.FIXTURES / name).with_suffix(".cut.json")
    if name.endswith(".json"):
        expected = expected.with_name(expected.name.replace(".cut.json", ".json.cut.json"))
    if os.environ.get("REGENERATE"):
        expected.write_text(_dump(pages.as_json(cut)), encoding="utf-8")
    assert pages.as_json(cut) == json.loads(expected.read_text(encoding="utf-8"))


def test_every_adapter_has_a_golden_pair() -> None:
    assert {name.partition("/")[0] for name in NAMES} == set(sources.ADAPTERS)
