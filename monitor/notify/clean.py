"""Text from a page made safe to stand in a header, in a line of text, or behind a link."""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

_HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
)
_UNPRINTABLE = re.compile(f"[{_HIDDEN}]")
"""Control characters, direction overrides, tags and lone surrogates: they print nothing and can deceive."""
_LINK = re.compile(rf"https?://[^\s\"<>{_HIDDEN}]+")


def line(text: str, most: int = 0) -> str:
    """One line without control characters; cut between words at `most` characters if given."""
    out = " ".join(_UNPRINTABLE.sub("", text).split())
    if most and len(out) > most:
        cut = out[: most - 1]
        out = (cut[: cut.rfind(" ")] if " " in cut[most // 2 :] else cut).rstrip(" ,;:—-") + "…"
    return out


def safe_link(url: str) -> str:
    """The address if it is one that a reader may be sent to (http, https), else nothing."""
    return url if _LINK.fullmatch(url) else ""


@lru_cache(maxsize=64)  # asked by who writes a message and again by who hands it over
def recipient(address: str) -> str:
    """The address as a relay takes it, its domain in ASCII; empty if it is not one (RFC 5321, 6531)."""
    local, _, domain = address.rpartition("@")
    if "=?" in local:  # the start of an encoded word (RFC 2047), which mail libraries decode, line breaks and all
        return ""
    if len(local) <= 64 and _DOT_ATOM.fullmatch(local):
        known = _domain(domain)
        return f"{local}@{known}" if known else ""
    return _checked(address)


def _checked(address: str) -> str:
    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return ""
    return found.ascii_email or f"{found.local_part}@{found.ascii_domain}"


@lru_cache(maxsize=4096)  # readers share domains, and the library takes its time
def _domain(domain: str) -> str:
    return _checked(f"x@{domain}")[2:]


_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""The usual local part (RFC 5322, 3.2.3)."""
