"""Every word of ours on the pages, in each language: one module for each kind of page, all keys in one table.

    change     the page of a change, and findings wherever they are laid out
    common     what stands on every page: outcomes, severities, states, times, the frame around
    api        the page about the API
    proof      the chain over all captures, evidence to take away
    overview   the overview, and what a page says of keeping itself up to date
    place      one destination, its chart and its map
    readers    sign up, confirm, manage, leave, acknowledge
    sources    the page of a source, and two captures compared
    how        how we watch
    operators  logging in, and how the service itself is doing
    alarms     what needs an operator, and what to do

The same keys in both languages; a test holds them to it, and to being used.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import NamedTuple

from monitor.audience import Language
from monitor.web.tongues import alarms, api, change, common, how, operators, overview, place, proof, readers, sources

MODULES: tuple[ModuleType, ...] = (
    common, overview, place, change, sources, readers, how, operators, alarms, proof, api)  # fmt: skip


def _joined(name: str) -> Mapping[str, str]:
    made: dict[str, str] = {}
    for module in MODULES:
        words: Mapping[str, str] = getattr(module, name)
        if twice := made.keys() & words.keys():
            raise RuntimeError(f"{module.__name__} gives words again for {sorted(twice)}")
        made.update(words)
    return made


TABLES: Mapping[Language, Mapping[str, str]] = {Language.EN: _joined("ENGLISH"), Language.FR: _joined("FRENCH")}


class Tongue(NamedTuple):
    """Speaks one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The words for this key. A key that is not there is a bug, and raises KeyError."""
        return TABLES[self.language][key].format(**values)

    def counted(self, key: str, number: int, **values: object) -> str:
        """The words for so many: `key.one` for one (in French also for none), else `key.many`, with {count}."""
        one = number == 1 or (number == 0 and self.language is Language.FR)
        return self(f"{key}.one" if one else f"{key}.many", count=number, **values)

    @property
    def other(self) -> Language:
        return Language.EN if self.language is Language.FR else Language.FR
