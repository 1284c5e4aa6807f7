"""Pages that refuse us, by whose they are: what bot walls answer in place of a page. Pure.

A marker counts only where a refusal has it (header, title, script, attribute), and only on a page
with little text of its own: an advisory may well speak of denied access. That such pages come with
200, 403 and 429 alike is in sources.md, section 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.core import peek

THIN = 3000
"""Characters of visible text: a page with more has content, whatever else is on it."""
BARE = 250
"""Characters: a page with less carries nothing but a script or a form."""

_HEAD = 16 * 1024
"""Bytes in which a vendor's page has shown its marker."""


def challenge(body: bytes, headers: Sequence[tuple[str, str]]) -> str | None:
    """The name of the challenge or denial page that this is ("Cloudflare challenge page"), or None.

    By header (vendors that say so themselves) and by shape. Never raises.
    """
    for name, value in headers:
        by_header = _HEADERS.get((name.lower(), value.strip().lower()))
        if by_header is not None:
            return by_header
    if len(body) > peek.MOST:
        return None
    return _by_marker(body) or _by_title(body)


def _by_title(body: bytes) -> str | None:
    """By a title (or first heading, for want of one) that is nothing but a refusal."""
    title = peek.title(body) or peek.heading(body)
    whole, *parts = peek.names(title)
    if _DENIAL.fullmatch(whole):
        limit = THIN
    elif any(_DENIAL.fullmatch(part) for part in parts):
        limit = BARE
    else:
        return None
    if len(peek.visible(body)) > limit:
        return None
    body = body.lower()
    return next((name for words, name in _SIGNED if words in body), "access-denied page")


def _by_marker(body: bytes) -> str | None:
    """By what only the vendor's own page carries in its markup."""
    head = body[:_HEAD]
    text: str | None = None
    for marker, limit, name in _MARKERS:
        if marker not in head:
            continue
        text = peek.visible(body) if text is None else text
        if len(text) <= limit and _in_markup(body, marker, text):
            return name
    return None


def _in_markup(body: bytes, marker: bytes, text: str) -> bool:
    """Whether it stands in a script, an attribute or JSON, and not only in what people read."""
    if body.lstrip().startswith(b"{"):
        return True
    beacons = len(_CF_BEACON.findall(body)) if marker == _CF_PLATFORM else 0
    return body.count(marker) > beacons + text.count(marker.decode())


_CF_PLATFORM = b"/cdn-cgi/challenge-platform/"
# Cloudflare puts this harmless script into ordinary pages too.
_CF_BEACON = re.compile(rb"/cdn-cgi/challenge-platform/(?:h/\w{1,3}/)?scripts/")

_HEADERS = {
    ("cf-mitigated", "challenge"): "Cloudflare challenge page",
    ("x-amzn-waf-action", "challenge"): "AWS WAF challenge page",
    ("x-amzn-waf-action", "captcha"): "AWS WAF challenge page",
}

# (what its markup holds, at most this much visible text, what it is)
_MARKERS: tuple[tuple[bytes, int, str], ...] = (
    (b"_cf_chl_opt", THIN, "Cloudflare challenge page"),
    (b"cf-chl-", THIN, "Cloudflare challenge page"),
    (b"cf_chl_", THIN, "Cloudflare challenge page"),
    (b"cf-browser-verification", THIN, "Cloudflare challenge page"),
    (b"cf-error-details", THIN, "Cloudflare denial page"),
    (_CF_PLATFORM, BARE, "Cloudflare challenge page"),
    (b"/_sec/cp_challenge", BARE, "Akamai challenge page"),
    (b"sec-if-cpt-container", BARE, "Akamai challenge page"),
    (b"bm-verify", BARE, "Akamai challenge page"),
    (b"awsWafCookieDomainList", BARE, "AWS WAF challenge page"),
    (b"gokuProps", BARE, "AWS WAF challenge page"),
    (b"_Incapsula_Resource", BARE, "Imperva challenge page"),
    (b"captcha-delivery.com", BARE, "DataDome challenge page"),
    (b"px-captcha", THIN, "PerimeterX challenge page"),
    (b"_pxBlockedUrl", BARE, "PerimeterX challenge page"),
    (b"g-recaptcha", BARE, "captcha page"),
    (b"h-captcha", BARE, "captcha page"),
    (b"cf-turnstile", BARE, "captcha page"),
)

# Whose refusal it is, by words that the page carries somewhere (lower case).
_SIGNED: tuple[tuple[bytes, str], ...] = (
    (b"cloudflare", "Cloudflare challenge page"),
    (b"cf-chl", "Cloudflare challenge page"),
    (b"/cdn-cgi/", "Cloudflare challenge page"),
    (b"edgesuite.net", "Akamai denial page"),
    (b"reference&#32;&#35;", "Akamai denial page"),
    (b"reference #", "Akamai denial page"),
    (b"cloudfront", "CloudFront denial page"),
    (b"incapsula", "Imperva challenge page"),
    (b"imperva", "Imperva challenge page"),
    (b"pardon our interruption", "Imperva challenge page"),
    (b"px-captcha", "PerimeterX challenge page"),
    (b"captcha", "captcha page"),
)

_DENIAL = re.compile(
    r"(?:just a moment|one moment,? please|please wait)"
    r"|attention required\W*(?:\| cloudflare)?"
    r"|access (?:is |was |has been )?denied(?: \| [\w.-]+ used cloudflare to restrict access)?"
    r"|access to this page has been denied"
    r"|(?:error )?403(?: error)?(?:\W+(?:forbidden|access denied))?|forbidden"
    r"|(?:error: )?the request could not be satisfied|request (?:rejected|unsuccessful)"
    r"|the request is blocked|(?:sorry, )?(?:you have been )?blocked"
    r"|pardon our interruption|client challenge|azure waf(?: js challenge)?"
    r"|sucuri website firewall - access denied|captcha|ddos protection.{0,40}"
    r"|(?:security|human|bot|robot|browser|captcha) (?:check|verification|challenge)"
    r"|(?:checking|verifying) your browser\b.{0,40}"
    r"|(?:please )?(?:verify|confirm|prove)(?: that)? you(?: are|'re) (?:a )?(?:human|not a robot)"
    r"|are you (?:a )?(?:human|robot)|(?:429 )?too many requests"
)
