"""Error pages that are served as if all were well: not found, under repair, please log in. Pure.

Recognised by a title, a part of a title or a first heading that says nothing else. "404 Avenue" and
"Maintenance of the bridge is over" are not such titles.
"""

from __future__ import annotations

import re
from enum import Enum

from monitor.core import peek

THIN = 3000
"""Characters of visible text up to which a heading alone may turn a page into an error page."""


class Excuse(Enum):
    MISSING = "page not found"
    REPAIR = "not working now"
    LOGIN = "please log in"


def excuse(body: bytes) -> Excuse | None:
    """What this HTML page excuses itself with in place of its content, or None. Never raises."""
    if _said(body) is None:
        return None
    # Pages may carry the words of an error page in a script; look again at what is shown.
    return _said(peek.seen(body))


def _said(body: bytes) -> Excuse | None:
    for phrase in peek.names(peek.title(body)):
        kind = _kind(phrase)
        if kind is not None:
            return kind
    kind = _kind(peek.trimmed(peek.heading(body)))
    if kind is None or kind is Excuse.MISSING or len(peek.visible(body)) <= THIN:
        return kind
    return None


def _kind(phrase: str) -> Excuse | None:
    return next((kind for kind, words in _WORDS if words.fullmatch(phrase)), None)


_PAGE = r"(?:the |this |that |your )?(?:requested )?(?:page|url|resource|document|content|file)"
_WANTED = (
    r"(?: (?:that )?(?:you(?: have|'ve)? (?:requested|asked for)|requested"
    r"|you(?: are|'re| were)? (?:looking|searching) for))?"
)
_MISSING = re.compile(
    r"(?:(?:we(?: are|'re) )?(?:sorry|oops|uh-oh)\W*(?:but )?)?(?:"
    rf"(?:http |error |status |code )*404(?: error)?"
    rf"(?:\W+(?:(?:page |file )?not found|error|{_PAGE}{_WANTED} .{{0,40}}))?"
    rf"|(?:{_PAGE}{_WANTED} )?(?:is |was )?not found"
    rf"|{_PAGE}{_WANTED} (?:(?:could|can)(?: ?not|n't) be (?:found|displayed)|missing"
    r"|(?:does not|doesn't|no longer) exists?|(?:is )?no longer available"
    r"|(?:has been|was) (?:moved|removed|deleted)(?: or (?:moved|removed|deleted))?"
    r"|(?:is )?(?:not available|unavailable))"
    rf"|(?:we )?(?:can't|can ?not|couldn't|could not) find {_PAGE}{_WANTED}(?: .{{0,40}})?"
    r"|seite (?:wurde )?nicht gefunden|fehler 404|pagina niet gevonden"
    r"|page (?:non trouvée|introuvable)|erreur 404"
    r")"
)
_SITE = r"(?:this |the |our )?(?:site|website|web site|service|page|system)"
_REPAIR = re.compile(
    r"(?:(?:we(?: are|'re) )?sorry\W*)?(?:"
    r"(?:site|website|system|service|scheduled|planned|routine)(?: site| system)? maintenance"
    r"|maintenance(?: mode| page)?|temporarily (?:unavailable|offline)"
    rf"|(?:{_SITE} (?:is )?)?(?:currently |temporarily )?(?:down for|under|undergoing)"
    r"(?: scheduled| planned)? maintenance"
    rf"|{_SITE} (?:is )?(?:currently |temporarily )*(?:unavailable|down|offline|not available)"
    r"|we(?:'ll| will) be (?:right )?back(?: soon| shortly)?"
    r"|(?:http |error )*50[0234](?: error)?"
    r"(?:\W+(?:error|internal server error|bad gateway|service (?:temporarily )?unavailable"
    r"|gateway time-?out))?"
    r"|bad gateway|gateway time-?out|internal server error|application error|server error"
    r"|(?:we(?: are|'re) experiencing )?technical difficulties"
    r"|there (?:is|was) a problem with th(?:e|is) (?:service|site|page)"
    r"|an error (?:has )?occurred|something went wrong"
    r")"
)
_LOGIN = re.compile(
    r"(?:please )?(?:log|sign)[ -]?(?:in|on)"
    r"(?: page| required| to (?:your account|continue|access).{0,40})?"
    r"|single sign[ -]?on|authentication required|session expired"
)
_WORDS = ((Excuse.MISSING, _MISSING), (Excuse.REPAIR, _REPAIR), (Excuse.LOGIN, _LOGIN))
