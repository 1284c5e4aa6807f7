"""A Notice in 160 characters of the GSM alphabet: for SMS gateways and the first line of a chat."""

from __future__ import annotations

import re
import unicodedata

from monitor.audience import MessageKind, Notice
from monitor.notify import wording
from monitor.notify.clean import line, safe_link

MOST = 160
"""Characters of one SMS, if all of them are of the GSM 7-bit alphabet (3GPP TS 23.038)."""
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_PLAIN = str.maketrans({
    "→": "->", "—": "-", "–": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " ", "•": "-",
    "«": '"', "»": '"', "œ": "oe", "Œ": "OE", "\u202f": " ", "▲": "", "■": "", "●": "", "○": "", "[": "(", "]": ")",
    "{": "(", "}": ")", "^": "", "|": "/", "~": "-", "\\": "/", "€": "EUR",
})  # fmt: skip


def short(notice: Notice) -> str:
    """At most 160 characters that one SMS can carry: severity, headline, and where to read on if it fits."""
    w = wording.words(notice)
    doubt = "" if notice.confirmed or notice.kind not in wording.CHANGES else w.unconfirmed_short
    link = _link(notice)
    words = plain(_tight(line(f"{wording.band(notice).word.upper()}{doubt}: {_gist(notice)}")))
    if link and len(link) <= MOST // 2 and plain(link) == link:  # an address cannot be respelt
        return f"{_cut(words, MOST - len(link) - 1)} {link}"
    return _cut(words, MOST)


def _tight(words: str) -> str:
    """French without the spaces before its signs: every character counts."""
    return re.sub(r"(?<=«)\s|\s(?=[»:;!?](?:\s|$))", "", words)


def _gist(notice: Notice) -> str:
    """The headline; of a correction the operator's remark, for that is the news."""
    if notice.kind in (MessageKind.CORRECTION, MessageKind.WITHDRAWAL) and notice.remark:
        return f"{notice.headline[: MOST // 3]} - {notice.remark}"
    return notice.headline


def _link(notice: Notice) -> str:
    """Where to act if we are asked to, else where to read on."""
    if notice.kind is MessageKind.CONFIRM and safe_link(notice.links.act):
        return safe_link(notice.links.act)
    return safe_link(notice.page_url) or safe_link(notice.source_url)


def plain(words: str) -> str:
    """The words in the GSM alphabet: other letters without their marks, what has no letter left out."""
    out = []
    for char in words.translate(_PLAIN):
        if char in _GSM:
            out.append(char)
            continue
        bare = unicodedata.normalize("NFKD", char)
        out += [one for one in bare if one in _GSM]
    return re.sub(r" {2,}", " ", "".join(out)).strip()


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 3].rstrip(" ,;:-") + "..."
