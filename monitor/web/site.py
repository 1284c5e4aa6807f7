"""Who runs these pages, and for whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """Who runs these pages."""

    name: str
    base_url: str = ""
    contact: str = ""
    zone: str = ""
    """The clock shown beside UTC where a reader asks for no other."""
