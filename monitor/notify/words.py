"""Every fixed word of a message: each language (english.py, french.py) is one value of this type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.audience import MessageKind
from monitor.model import ChangeKind, Severity


@dataclass(frozen=True, slots=True)
class Level:
    """A severity, or a kind of message, as a reader sees it: a symbol, a word and what it asks for."""

    symbol: str
    word: str
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language. What takes arguments is a function, so that each language forms its own plurals."""

    code: str
    colon: str
    quotes: tuple[str, str]
    levels: Mapping[Severity, Level]
    bands: Mapping[MessageKind, Level]
    """What stands on top of a message that is no change."""
    kinds: Mapping[ChangeKind, str]
    rules: Mapping[str, str]
    # Subjects
    subjects: Mapping[MessageKind, str]
    """What stands before the headline in a subject."""
    unconfirmed: str
    unconfirmed_short: str
    # Where it stands, and how sure we are
    stands: str
    last_level: str
    single: str
    routes: Callable[[str], str]
    second_look: Callable[[str], str]
    first_hand: str
    # Quotes
    before_after: str
    marks: str
    sides: tuple[str, str, str, str]
    """Gone, New, Before, After."""
    page: str
    more: Callable[[int, list[tuple[int, str]]], str]
    """ "3 more (2 high, 1 medium)"."""
    more_linked: str
    more_lost: str
    record: str
    small_edits: Callable[[int], str]
    quiet: Callable[[int], str]
    left_out: Callable[[int], str]
    note: str
    # Times and proof
    times: str
    proof: str
    times_proof: str
    stated: str
    seen: str
    verified: str
    sent: str
    blind_since: str
    not_stated: str
    never: str
    source: str
    this_change: str
    hash_before: str
    hash_after: str
    event: str
    none: str
    # Digest
    standing: str
    unchanged: str
    several: str
    more_changes: Callable[[int], str]
    more_places: Callable[[int, str], str]
    """Rows of the table that found no room, and the oldest look among them."""
    # Blindness
    silence: str
    to_do: str
    blind_do: Callable[[str], str]
    seen_again: str
    # Corrections
    remark: str
    told_before: str
    holds_now: str
    corrected: str
    withdrawn: str
    no_remark: str
    # Confirming
    asked_for: str
    confirm_button: str
    confirm_do: str
    not_you: str
    # What a reader can do
    acknowledge: str
    acknowledge_do: str
    manage: str
    unsubscribe: str
    to_stop: str
    stop_write: Callable[[str, str], str]
    stop_ask: Callable[[str], str]
    sent_by: Callable[[str], str]
