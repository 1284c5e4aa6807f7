"""What the UK's JSON documents and pages have in common (sources notes, 5.1)."""

from __future__ import annotations

import re


def note(words: str | None) -> str:
    """The change note without the label that the site itself strips."""
    return re.sub(r"\A\s*latest update:\s*", "", words or "", flags=re.I).strip()


def name(title: str) -> str:
    """ "Mali" of "Mali travel advice - GOV.UK"."""
    title = re.sub(r"\s*-\s*GOV\.UK\s*\Z", "", title)
    return re.sub(r"\s+travel advice\b.*\Z", "", title, flags=re.I | re.S).strip()


def file_name(url: str) -> str:
    """A map is known by its file name; the folder changes with every upload."""
    return url.partition("?")[0].rpartition("/")[2]
