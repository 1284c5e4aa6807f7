"""What a changed sentence says that the other page does not: values, signs, rules."""

from __future__ import annotations

import re

from monitor.core import facts, text
from monitor.core.facts import Reading
from monitor.core.lexicon import CURRENT, GOING_ON, Weight
from monitor.core.said import Said, said
from monitor.core.signals import Grade, Signal, signals
from monitor.core.terms import terms
from monitor.core.zones import Zone


def signals_of(words: str | None) -> tuple[Signal, ...]:
    """The signs of a text, read sentence by sentence: each speaks as firmly as it does alone."""
    return tuple(signal for part in text.sentences(words or "") for signal in signals(part))


_VALUES = frozenset({"phone", "email", "number", "money", "date", "clock"})


def values(mine: str | None, other: Said, partner: str | None) -> tuple[Reading, ...]:
    """What one side reads and the other page does not.

    Inside an edited sentence a value is held against its partner alone: that 60 days stand elsewhere on the page
    does not take back that 30 became 60 here.
    """
    if not mine:
        return ()
    beside = said([partner]) if partner else other
    return tuple(dict.fromkeys(
        reading
        for part in text.sentences(mine)
        for reading in facts.readings(part)
        if not (beside if reading.kind in _VALUES else other).has(reading)
    ))  # fmt: skip


def arrived(after: str | None, before: str | None, old: Said, zone: Zone) -> tuple[Signal, ...]:
    """Signs that the sentence did not carry before, and that are news on this page.

    A sign that the page carries elsewhere is news again in a sentence with a date of its own, one that tells of
    something going on where the page only spoke of what may happen, or one at the top of the page, unless the
    page says the same elsewhere.
    """
    mine = {signal.identity: signal.grade for signal in signals_of(before) if not signal.ended}
    found: dict[tuple[str, str], Signal] = {}
    for part in text.sentences(after or ""):
        dated = _dated(part, old)
        again = dated or (
            (zone is Zone.TOP or CURRENT.search(text.normalise(part).casefold()) is not None)
            and not restated(part, old)
        )
        for signal in signals(part):
            if signal.ended or signal.general:
                continue
            known = old.grade(signal)
            if signal.sign.weight is Weight.RISK:
                news = known is None and signal.identity not in mine
            elif signal.identity in mine:
                news = (dated and signal.sign.weight is Weight.ACUTE) or _firmer(signal, mine[signal.identity], known)
            else:
                news = known is None or dated or _firmer(signal, Grade.POSSIBLE, known) or (again and (
                    zone is Zone.TOP or not (signal.subject or signal.sign.weight is Weight.SLOW)))  # fmt: skip
            if news:
                found.setdefault(signal.identity, signal)
    return tuple(found.values())


def _firmer(signal: Signal, mine: Grade, known: Grade | None) -> bool:
    """What was only possible, here and elsewhere, is going on now."""
    return signal.grade is Grade.CURRENT and mine is Grade.POSSIBLE and known is not Grade.CURRENT


def _dated(after: str, old: Said) -> bool:
    """A date that the old page did not have makes a known sign news again."""
    return any(r.kind == "date" and not old.has(r) for r in facts.readings(after))


def over(before: str | None, after: str | None, old: Said, new: Said) -> tuple[Signal, ...]:
    """Signs that the new text ends, or that left the page with the old text."""
    found = {}
    for signal in signals_of(after):
        if signal.ended and not signal.general and signal.sign.name not in old.signs_ended:
            found[signal.identity] = signal
    kept = {signal.identity for signal in signals_of(after)}
    for part in text.sentences(before or ""):
        gone = after is None and _dated(part, new)
        for signal in signals(part):
            if signal.ended or signal.general or signal.identity in kept:
                continue
            left = new.grade(signal)
            if left is None or gone or (after is None and _quieter(signal, left, part)):
                found[signal.identity] = signal
    return tuple(found.values())


def _quieter(signal: Signal, left: Grade, part: str) -> bool:
    """What was going on is, elsewhere on the new page, at most something that happens."""
    if signal.grade is not Grade.CURRENT or left is Grade.CURRENT or signal.sign.weight is Weight.RISK:
        return False
    return left is Grade.POSSIBLE or GOING_ON.search(text.normalise(part).casefold()) is not None


def rules(before: str | None, after: str | None, topic: str, old: Said, new: Said) -> bool:
    """Whether a rule stands on one page alone, however either page puts it."""
    was, now = _ruled(before, topic), _ruled(after, topic)
    if (now - was) - old.terms or (was - now) - new.terms:
        return True
    if before and after:
        # Inside an edited rule a figure is held against its partner alone.
        return (
            _moved(_figures(was), _figures(now), old, new)
            or _has_money(before) != _has_money(after)
            or _elsewhere(before, after, now)
            or (bool(was or now) and _exempted(before, after))
        )
    mine, other = (after, old) if after else (before or "", new)
    return not was and not now and "must" in facts.duties(mine) and not restated(mine, other, most=0.6)


def _moved(was: set[str], now: set[str], old: Said, new: Said) -> bool:
    """Whether a figure changed here; one that only came or went counts if it stands nowhere on the other page."""
    if was - now and now - was:
        return True
    page = new.terms if was - now else old.terms
    return any(("value", figure) not in page for figure in was ^ now)


def _elsewhere(before: str, after: str, now: frozenset[tuple[str, str]]) -> bool:
    """Whether a rule with a figure holds for another place: three months beyond leaving which area."""
    here, there = ({text.key(name) for name in facts.names(side)} for side in (before, after))
    return bool(_figures(now) and here - there and there - here) and "must" in facts.duties(after)


def _exempted(before: str, after: str) -> bool:
    """Whether a clause that takes something back, or exempts from it, joined or left words that all stayed."""
    if "not" not in facts.duties(before) ^ facts.duties(after):
        return False
    here, there = text.key(before), text.key(after)
    return here in there or there in here


def _figures(ruled: frozenset[tuple[str, str]]) -> set[str]:
    return {value for topic, value in ruled if topic == "value"}


def _has_money(words: str) -> bool:
    return any(reading.kind == "money" for reading in facts.readings(words))


def _ruled(words: str | None, topic: str) -> frozenset[tuple[str, str]]:
    return frozenset(
        term for part in text.sentences(words or "") if POINTER.search(part.casefold()) is None
        for term in terms(part, topic)
    )  # fmt: skip


POINTER = re.compile(
    r"\b(?:find out more|read more|more (?:information|about)|learn more|see (?:the|our|also)|visit|review|you should|"
    r"informed decisions|subscribe|sign up|monitor|check|website|web ?page)\b|^follow\b"
)


def restated(mine: str | None, other: Said, most: float = 0.95) -> bool:
    words = [word for word in text.words(mine or "") if len(word) > 3]
    return len(words) >= 4 and sum(word in other.words for word in words) >= most * len(words)
