"""What a message says beside the findings, in the reader's language: subject, certainty, reasons, counts."""

from __future__ import annotations

from monitor.audience import Language, MessageKind, Notice
from monitor.core.speech import names
from monitor.core.speech.french import typeset
from monitor.core.speech.times import stated as stated_day
from monitor.model import Severity
from monitor.notify import english, french
from monitor.notify.clean import line
from monitor.notify.times import when
from monitor.notify.words import Level, Words

WORDS = {Language.EN: english.WORDS, Language.FR: french.WORDS}
LEVELS = english.WORDS.levels
PUBLISHERS = names.PUBLISHERS[Language.EN]
CHANGES = frozenset({MessageKind.NOTICE, MessageKind.CAMPAIGN})
"""Kinds that tell a change, and bear its severity."""


def words(notice: Notice) -> Words:
    return WORDS[notice.language]


def tidy(text: str, notice: Notice, most: int = 0) -> str:
    """Words of ours as one line, with the spaces of their language."""
    return spaced(line(text, most), notice.language)


def spaced(text: str, language: Language) -> str:
    return typeset(text) if language is Language.FR else text


def band(notice: Notice) -> Level:
    """What stands on top: how grave a change is, or what else this message is."""
    w = words(notice)
    return w.levels[notice.severity] if notice.kind in CHANGES else w.bands[notice.kind]


def reason(rule: str, w: Words) -> str:
    """The rule that fired, in plain words (docs/rules.md)."""
    return w.rules.get(rule) or line(rule.replace("-", " "), 200)


def place(notice: Notice) -> str:
    """The destination's name in the reader's language."""
    wide = notice.kind in (MessageKind.BLIND, MessageKind.ALL_CLEAR) and len(notice.destinations) > 1
    if notice.kind is MessageKind.CAMPAIGN or wide:
        return words(notice).several
    return names.place(line(notice.destination, 120), notice.language)


def publisher(notice: Notice) -> str:
    return names.publisher(notice.publisher, notice.language)


def stated(notice: Notice) -> str:
    """The date that the source gives, in the reader's language."""
    return stated_day(line(notice.stated_at, 40), notice.language) or words(notice).not_stated


def certainty(notice: Notice) -> str:
    """How sure we are, in one sentence."""
    w = words(notice)
    if not notice.confirmed:
        return w.single
    routes = ""
    if notice.witnesses:
        routes = w.routes(", ".join(line(one, 60) for one in notice.witnesses[:6]))
    if notice.verified_at > notice.seen_at:
        return w.second_look(_second(notice)) + routes
    return w.first_hand + routes


def _second(notice: Notice) -> str:
    """When the second look was; on the same day, in UTC and in English, the hour is enough."""
    same_day = notice.verified_at.date() == notice.seen_at.date()
    if same_day and notice.zone == "UTC" and notice.language is Language.EN:
        return f"{notice.verified_at:%H:%M} UTC"
    return when(notice.verified_at, notice.zone, notice.language)


def subject(notice: Notice) -> str:
    """At most 150 characters, one line; urgent ones say so first."""
    return tidy(_head(notice) + notice.headline, notice, 150)


def _head(notice: Notice) -> str:
    w = words(notice)
    if notice.kind in CHANGES:
        urgent = notice.severity in (Severity.CRITICAL, Severity.HIGH)
        return f"[{w.levels[notice.severity].word}] " if urgent else ""
    if notice.kind is MessageKind.DIGEST and any(one.severity is Severity.CRITICAL for one in notice.items):
        return f"[{w.levels[Severity.CRITICAL].word}] {w.subjects[notice.kind]}"
    return w.subjects.get(notice.kind, "")


def title(notice: Notice, most: int) -> str:
    """Symbol, weight and headline in one line, as chats show it."""
    w, top = words(notice), band(notice)
    doubt = w.unconfirmed if notice.kind in CHANGES and not notice.confirmed else ""
    return tidy(f"{top.symbol} {top.word}{doubt}{w.colon}{notice.headline}", notice, most)


def times(notice: Notice, sent: str = "") -> list[tuple[str, str]]:
    """The times of a message, each with what it is: stated, first seen, last verified, sent."""
    w = words(notice)
    seen, verified = (when(at, notice.zone, notice.language) for at in (notice.seen_at, notice.verified_at))
    if notice.kind in (MessageKind.TEST, MessageKind.CONFIRM, MessageKind.DIGEST):
        rows = []
    elif notice.kind is MessageKind.BLIND:
        rows = [(w.verified, verified), (w.blind_since, seen)]
    elif notice.kind is MessageKind.ALL_CLEAR:
        rows = [(w.seen_again, seen), (w.verified, verified)]
    else:
        rows = [(w.stated, stated(notice)), (w.seen, seen), (w.verified, verified)]
    return rows + ([(w.sent, sent)] if sent else [])


def brief(notice: Notice) -> str:
    """The notice in at most 160 characters, for logs and gateways with short messages."""
    w = words(notice)
    return tidy(f"{band(notice).word}{w.colon}{notice.headline}", notice, 160)
