"""robots.txt (RFC 9309): what a host asks programs not to read, asked once a day per host.

Where a host does not answer the question, we read: we look at a handful of named public pages about
once an hour, on behalf of people whose safety hangs on them, and crawl nothing.

- rules, or an answer of 4xx (no rules exist, section 2.3.1.3): kept for 24 hours;
- HTML or a challenge page in place of rules (seen on travel.state.gov): no rules, 24 hours;
- 5xx, 429 or no answer: the rules we had, else none, for ten minutes. Section 2.3.1.4 would have us
  stay away; but a host in trouble shows on the page itself, and that visit is told as unavailable.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from protego import Protego

from monitor.core import gate
from monitor.errors import FetchError
from monitor.fetch.answer import Raw
from monitor.fetch.target import Target
from monitor.model import Outcome

DAY = 24 * 3600.0
SOON = 600.0
LONGEST_DELAY = 60.0
"""Seconds: a longer Crawl-delay is taken as this."""
MAX_BYTES = 512 * 1024
"""Rules after this are not read; section 2.5 asks for at least 500 KiB."""

_NO_RULES = Protego.parse("")


@dataclass(slots=True)
class _Known:
    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Protego = _NO_RULES
    until: float = float("-inf")


class Robots:
    """The rules of each host. `ask` fetches a robots.txt; it may raise FetchError. Thread-safe."""

    def __init__(self, user_agent: str, ask: Callable[[Target], Raw], clock: Callable[[], float]) -> None:
        self._name = (user_agent.split() or ["*"])[0].partition("/")[0]
        self._ask, self._clock = ask, clock
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str, int], _Known] = {}

    def delay(self, target: Target) -> float:
        """Seconds that the host asks us to leave between two requests, 0 if it asks nothing.

        Raises FetchError (outcome `blocked`) when it asks us not to read this address at all.
        """
        rules = self._rules(target)
        if rules is _NO_RULES:
            return 0.0
        if not rules.can_fetch(target.url, self._name):
            raise FetchError(
                f"robots.txt of {target.label} asks us not to read this page, so we do not.",
                outcome=Outcome.BLOCKED,
            )
        return min(rules.crawl_delay(self._name) or 0.0, LONGEST_DELAY)

    def _rules(self, target: Target) -> Protego:
        with self._lock:
            known = self._known.setdefault(target.origin, _Known())
        with known.lock:
            if self._clock() >= known.until:
                rules, seconds = self._ask_again(target.at("/robots.txt"), known.rules)
                known.rules, known.until = rules, self._clock() + seconds
            return known.rules

    def _ask_again(self, target: Target, before: Protego) -> tuple[Protego, float]:
        try:
            raw = self._ask(target)
        except FetchError:
            return before, SOON  # the page's own visit will say what is wrong with this host
        if raw.status >= 500 or raw.status == 429:
            return before, SOON
        if raw.status != 200 or _not_rules(raw):
            return _NO_RULES, DAY
        return Protego.parse(raw.body.decode("utf-8-sig", "replace")), DAY


def _not_rules(raw: Raw) -> bool:
    is_markup = raw.body.lstrip()[:1] == b"<"
    return is_markup or gate.challenge(raw.body, raw.headers) is not None
