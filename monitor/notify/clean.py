"""Text from a page made safe to stand in a header or a line of text."""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff"
    "\ud800-\udfff]"
)
"""Control characters, direction overrides and lone surrogates: they print nothing and can deceive."""


def line(text: str, most: int = 0) -> str:
    """One line without control characters; cut between words at `most` characters if given."""
    out = " ".join(_UNPRINTABLE.sub("", text).split())
    if most and len(out) > most:
        cut = out[: most - 1]
        out = (cut[: cut.rfind(" ")] if " " in cut[most // 2 :] else cut).rstrip(" ,;:—-") + "…"
    return out


def safe_link(url: str) -> str:
    """The address if it is one that a reader may be sent to (http, https), else nothing."""
    return url if re.match(r"https?://[^\s\"'<>]+$", url) else ""
