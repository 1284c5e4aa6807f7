"""Stored values as words for people: outcomes, severities, states, ages and times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.audience import Bulletin, Language, MessageKind
from monitor.core import speech
from monitor.core.speech import names
from monitor.model import ChangeState, Outcome, Severity, StoredChange
from monitor.web.tongues import Tongue


class Words(NamedTuple):
    """A state as a reader sees it: symbol, word, what it means, style; never colour alone."""

    symbol: str
    word: str
    means: str
    style: str


_OUTCOMES = {
    Outcome.FIRST: ("●", "good"), Outcome.UNCHANGED: ("✓", "good"), Outcome.CHANGED: ("▲", "news"),
    Outcome.REBASED: ("↻", "news"), Outcome.BLOCKED: ("⊘", "bad"), Outcome.UNAVAILABLE: ("✕", "bad"),
    Outcome.UNREADABLE: ("?", "bad"), Outcome.IMPLAUSIBLE: ("!", "bad"),
}  # fmt: skip
_SEVERITIES = {
    Severity.CRITICAL: "▲▲", Severity.HIGH: "▲", Severity.MEDIUM: "■", Severity.LOW: "●", Severity.NONE: "○",
}  # fmt: skip
_STATES = {
    "told": ("✓", "good"), "unconfirmed": ("?", "bad"), "held": ("◷", "news"), "reverted": ("↺", "quiet"),
    "witness": ("=", "quiet"), "silent": ("○", "quiet"), "gathering": ("◷", "news"), "campaign": ("≡", "quiet"),
}  # fmt: skip
_TAKEN_BACK = {MessageKind.CORRECTION: ("✎", "corrected", "news"), MessageKind.WITHDRAWAL: ("✕", "withdrawn", "bad")}
_SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True, slots=True)
class Shown:
    """Puts stored values into words of one language, at one moment, on one clock."""

    say: Tongue
    now: datetime
    zone: ZoneInfo | None = None
    """The clock beside UTC; None for UTC alone."""

    def outcome(self, outcome: Outcome | None) -> Words:
        """How a look ended."""
        if outcome is None:
            return Words("…", self.say("outcome.waiting"), "", "quiet")
        symbol, style = _OUTCOMES[outcome]
        return Words(symbol, self.say(f"outcome.{outcome}"), self.say(f"outcome.{outcome}.means"), style)

    def severity(self, severity: Severity) -> Words:
        """How heavy it is, and what that asks for."""
        words = self.say(f"severity.{severity}"), self.say(f"severity.{severity}.asks")
        return Words(_SEVERITIES[severity], *words, severity.value)

    def state(self, change: StoredChange) -> Words:
        """What became of a change, and how sure we are of it."""
        unsure = change.state is ChangeState.TOLD and not change.confirmed
        key = "unconfirmed" if unsure else change.state.value
        symbol, style = _STATES[key]
        return Words(symbol, self.say(f"state.{key}"), self.say(f"state.{key}.means"), style)

    def taken_back(self, bulletin: Bulletin) -> Words:
        """What was said later of what had been told."""
        symbol, key, style = _TAKEN_BACK[bulletin.kind]
        return Words(symbol, self.say(f"state.{key}"), bulletin.remark, style)

    def age(self, moment: datetime | None) -> str:
        """How long ago (or until), in one rounded unit."""
        if moment is None:
            return self.say("age.never")
        seconds = int((self.now - moment).total_seconds())
        ahead, seconds = seconds < 0, abs(seconds)
        if seconds < 1:
            return self.say("age.now")
        return self.say("age.ahead" if ahead else "age.past", span=self.span(seconds))

    def span(self, seconds: float) -> str:
        """A stretch of time, in one rounded unit."""
        size, name = next(((size, name) for size, name in _SPANS if seconds >= size), _SPANS[-1])
        return self.say.counted(f"span.{name}", int(seconds // size))

    def figure(self, value: float, digits: int) -> str:
        """A number with so many digits behind the point, or what the language puts in its place."""
        plain = f"{value:.{digits}f}"
        return plain.replace(".", ",") if self.say.language is Language.FR else plain

    def when(self, moment: datetime | None) -> str:
        """The time in UTC, with the reader's clock beside it where that is another one."""
        if moment is None:
            return self.say("age.never")
        plain = f"{moment:%Y-%m-%d %H:%M} UTC"
        if self.zone is None:
            return plain
        here = moment.astimezone(self.zone)
        day = "" if here.date() == moment.date() else f"{here:%Y-%m-%d} "
        return f"{plain} ({day}{here:%H:%M} {self.zone.key.rpartition('/')[2].replace('_', ' ')})"

    def publisher(self, key: str) -> str:
        """Who publishes it."""
        return names.publisher(key, self.say.language)

    def place(self, name: str) -> str:
        """A destination's name, from its English one."""
        return names.place(name, self.say.language)

    def retold(self, change: StoredChange) -> tuple[str, tuple[str, ...]]:
        """A change's headline and sentences."""
        return speech.retold(change.headline, change.sentences, change.findings, change.destination_name,
                             self.say.language)  # fmt: skip

    def headline(self, change: StoredChange) -> str:
        return self.retold(change)[0]

    @staticmethod
    def web_link(address: str) -> bool:
        """Whether an address may stand behind a link: only the web's own two schemes."""
        return _WEB.match(address) is not None


_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
