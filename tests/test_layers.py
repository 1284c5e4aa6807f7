"""Imports point down. The tables below are the map of docs/architecture.md, and are kept true."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "monitor"

BOTTOM = {
    "outcome", "model", "audience", "errors", "history", "listed", "posture", "places", "proof", "backlog", "alarm",
}  # fmt: skip
PURE = BOTTOM | {"core", "sources"}
ANYTHING_BELOW = PURE | {
    "fetch", "store", "notify", "feeds", "config", "links", "warc", "terminal", "logs", "pipeline", "deliver", "signup",
    "discovery", "register", "lists", "watcher", "lookout", "schedule", "web", "channels", "wiring", "replay", "demo",
    "demo_site", "commands", "passwords", "evidence", "owner", "cluster", "glances",
}  # fmt: skip

MAY_IMPORT: dict[str, set[str]] = {
    # nouns and errors
    "posture": set(),
    "proof": set(),
    "passwords": set(),
    "outcome": set(),
    "model": {"outcome", "posture"},
    "places": {"model", "posture"},
    "listed": {"model"},
    "audience": {"model"},
    "backlog": {"model", "audience"},
    "alarm": {"audience", "backlog"},
    "errors": {"outcome"},
    "history": {"audience", "model", "posture"},
    "owner": set(),  # asks the operating system about processes
    # pure
    "core": PURE,
    "sources": PURE,
    # edges: one outside thing each; they do not know each other
    "fetch": PURE,
    "store": PURE,
    "notify": PURE,
    "feeds": PURE,
    "config": PURE | {"passwords"},  # a hash that is none is refused at start
    "links": PURE,
    "warc": PURE,
    "terminal": PURE,
    "evidence": PURE,
    "logs": PURE,
    # knows the order, is given the edges
    "pipeline": PURE | {"glances"},  # which remembers what was parsed, in memory only
    "glances": PURE,
    "discovery": PURE,
    "deliver": PURE,
    "signup": PURE,
    "watcher": PURE,
    # what is watched, as it grows
    "register": PURE,
    "lists": PURE | {"discovery", "register", "fetch"},  # looks through the answers that others share
    # build and start things
    "schedule": ANYTHING_BELOW,
    "cluster": PURE | {"store"},
    "web": ANYTHING_BELOW,
    "channels": ANYTHING_BELOW - {"wiring"},
    "lookout": ANYTHING_BELOW - {"wiring"},
    "wiring": ANYTHING_BELOW,
    "replay": ANYTHING_BELOW,
    "demo": ANYTHING_BELOW,
    "demo_site": ANYTHING_BELOW,
    "commands": ANYTHING_BELOW,
    "cli": ANYTHING_BELOW | {"testing"},
    # before there is an environment
    "__init__": {"core"},
    "bootstrap": set(),
    "testing": {"bootstrap"},
    "__main__": {"bootstrap", "testing", "cli"},
}

STANDARD_LIBRARY_ONLY = BOTTOM | {"passwords", "__init__", "__main__", "bootstrap"}

PURE_MODULES = set(
    "__future__ abc base64 bisect codecs collections collections.abc contextlib csv dataclasses"
    " datetime difflib email email.message email.utils enum functools hashlib heapq html importlib.resources"
    " html.entities html.parser io itertools json math operator re statistics string textwrap types typing"
    " unicodedata urllib.parse uuid zoneinfo".split()
)
PURE_LIBRARIES = {"bs4", "lxml", "phonenumbers", "rapidfuzz"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "now", "utcnow", "today"}

ONLY_IN = {
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "requests": {"fetch", "notify"},
    "flask": {"web"},
    "apscheduler": {"schedule"},
    "click": {"cli", "commands"},
    "itsdangerous": {"links"},
    "cryptography": {"store", "notify", "evidence"},
    "procrastinate": {"cluster", "store"},
    "psycopg": {"cluster", "store"},
}
"""Libraries that must stay behind one edge."""


def unit(path: Path) -> str:
    """The file or folder directly below monitor/ that this file belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


FILES = sorted(p for p in PACKAGE.rglob("*.py") if "__pycache__" not in p.parts)
PURE_FILES = [path for path in FILES if unit(path) in ("core", "sources", "feeds")]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """Full names of all imported modules, wherever in the file the import stands."""
    package = path.relative_to(ROOT).parent.parts
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            own = module == "monitor"
            names |= {f"monitor.{alias.name}" for alias in node.names} if own else {module}
    return names


def inside(path: Path) -> set[str]:
    """The other parts of monitor that this file imports."""
    parts = {n.split(".")[1] for n in imported(path) if n.startswith("monitor.")}
    return parts - {unit(path), "__version__"}


def outside(path: Path) -> set[str]:
    return {name for name in imported(path) if name.split(".")[0] != "monitor"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_part_has_its_place_on_the_map() -> None:
    assert {unit(path) for path in FILES} <= set(MAY_IMPORT)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    assert inside(path) <= MAY_IMPORT.get(unit(path), set())


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_library_stays_behind_its_edge(path: Path) -> None:
    libraries = {name.split(".")[0] for name in outside(path)}
    misplaced = {name for name in libraries if unit(path) not in ONLY_IN.get(name, {unit(path)})}
    assert misplaced == set()
    if unit(path) in STANDARD_LIBRARY_ONLY:
        assert libraries <= sys.stdlib_module_names


@pytest.mark.parametrize("path", PURE_FILES, ids=name_of)
def test_the_middle_is_pure(path: Path) -> None:
    foreign = {
        name for name in outside(path) - PURE_MODULES if name.split(".")[0] not in PURE_LIBRARIES
    }
    assert foreign == set()
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    called = {f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in calls}
    assert called & IMPURE_CALLS == set()
