"""Changes to findings: the ordered rule table, and the facts that moved.

The first rule of `RULES` that fits decides, so the table reads from "act now" to "nothing changed".
A removal never ranks below the same sentence added. docs/rules.md is made from this table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from monitor.core import facts
from monitor.core.cases import Case
from monitor.core.lexicon import Weight
from monitor.core.zones import Zone
from monitor.model import ChangeKind, Direction, Severity


class Rule(NamedTuple):
    """One line of the table."""

    name: str
    severity: Severity
    says: str
    fits: Callable[[Case], bool]


OUTBREAK = re.compile(r"\boutbreaks?\b|\bepidemic|\bcases\b|\bhealth notice")
_SAFE = re.compile(r"\bsafe(?:ly)?\b")
_HOUSEKEEPING = re.compile(
    r"^\s*(?:about|contact|help|support|follow|sign up|more information|further information|insurance|"
    r"travel insurance|before you|related|useful|if you need|get)\b"
)
"""Headings over what the publisher says about itself, not about the destination."""


def _level(direction: Direction) -> Callable[[Case], bool]:
    return lambda c: any(f.kind == "level_change" and f.direction is direction for f in c.page_facts)


def _page(*kinds: str) -> Callable[[Case], bool]:
    return lambda c: any(f.kind in kinds for f in c.page_facts)


_EDIT = (ChangeKind.EDITED,)
_SERIOUS = (Zone.TOP, Zone.SAFETY)
_ADVICE_KINDS = ("level", "area", "risk")


def _advice(c: Case) -> bool:
    return not c.heading and facts.ADVICE.search(c.words) is not None


RULES: tuple[Rule, ...] = (
    Rule("level-raised", Severity.CRITICAL, "the level of the whole destination rose",
         _level(Direction.UP)),
    Rule("level-lowered", Severity.HIGH, "the level of the whole destination fell",
         _level(Direction.DOWN)),
    Rule("area-level", Severity.HIGH, "the level of a named area changed",
         _page("area_level_change", "area_added", "area_removed")),
    Rule("risk-indicator", Severity.HIGH, "the list of risk indicators changed",
         _page("risk_added", "risk_removed")),
    Rule("page-date", Severity.NONE, "only a date that the page states about itself moved",
         _page("date_changed")),
    Rule("map", Severity.LOW, "the map file changed", _page("other")),
    Rule("same-words", Severity.NONE, "the words are the same; only place, form or link changed",
         lambda c: c.kind in (ChangeKind.MOVED, ChangeKind.FORMAT, ChangeKind.SPLIT,
                              ChangeKind.MERGED)),
    Rule("staff-or-leave", Severity.CRITICAL, "staff are leaving, or people are told to leave or shelter",
         lambda c: c.weights(Weight.NOW)),
    Rule("staff-or-leave-over", Severity.HIGH, "an order or call to leave or shelter has ended or is gone",
         lambda c: c.over(Weight.NOW)),
    Rule("slip", Severity.NONE, "a placeholder that the publisher forgot to fill came or went",
         lambda c: c.slip),
    Rule("slip-country", Severity.LOW, "another country's name stands, or stood, where the destination's belongs",
         lambda c: c.misnamed),
    Rule("listed-area", Severity.HIGH, "a place came into, or left, a list of travel advice",
         lambda c: c.listed and c.one_sided),
    Rule("advice-area", Severity.HIGH, "a place came into, or left, a sentence of travel advice",
         lambda c: c.zone in (Zone.TOP, Zone.SAFETY, Zone.OTHER) and _advice(c)
         and c.has("area") and not c.restated and not c.trifle),
    Rule("advice-level", Severity.HIGH, "the level of advice in this sentence changed",
         lambda c: c.has("level") and _advice(c) and c.zone in _SERIOUS),
    Rule("risk-factors", Severity.HIGH, "the named reasons of the advice changed",
         lambda c: c.has("risk")),
    Rule("acute-dated", Severity.HIGH, "an attack, coup, closure or the like, dated or going on now",
         lambda c: c.weights(Weight.ACUTE) and not c.historic and (
             c.fresh or (c.current and c.zone is Zone.TOP) or (c.going_on and c.kind is ChangeKind.ADDED))),
    Rule("acute-on-top", Severity.HIGH, "an attack, coup, closure or the like, new among the warnings",
         lambda c: c.weights(Weight.ACUTE) and c.zone is Zone.TOP and not c.restated and not c.historic
         and c.kind is ChangeKind.ADDED),
    Rule("acute-several", Severity.HIGH, "several grave things, new in one statement about safety",
         lambda c: sum(s.sign.weight is Weight.ACUTE for s in c.arrived) > 1 and c.current
         and c.zone is Zone.SAFETY and c.kind is ChangeKind.ADDED and not c.historic),
    Rule("acute-over", Severity.HIGH, "an attack, coup, closure or the like is over or no longer stated",
         lambda c: c.over(Weight.ACUTE) and not c.historic and (
             c.fresh or (c.current and c.zone is Zone.TOP)
             or (c.going_on and c.kind in (ChangeKind.REMOVED, ChangeKind.EDITED)))),
    Rule("shortage", Severity.HIGH, "a shortage or blockade, going on, in a subsection of its own",
         lambda c: c.subsection and c.current and c.zone in _SERIOUS and (
             c.news("blockade") or c.news("blockade", over=True))),
    Rule("outbreak", Severity.HIGH, "an outbreak, going on, of a disease that was not so described before",
         lambda c: c.going_on and not c.historic and OUTBREAK.search(c.words.casefold()) is not None
         and (c.news("outbreak") or c.news("outbreak", over=True))),
    Rule("disaster-severe", Severity.HIGH, "a natural disaster with severe effects, dated",
         lambda c: (c.weights(Weight.NATURAL) or c.over(Weight.NATURAL)) and c.fresh and c.severe),
    Rule("denial", Severity.HIGH, "a word of denial came or went in a sentence about safety or rules",
         lambda c: c.denial and c.zone in _SERIOUS and c.likeness >= 0.6 and (
             bool(c.known_signs) or _SAFE.search(c.words.casefold()) is not None)),
    Rule("extent-advice", Severity.HIGH, "a word of extent, direction or degree changed in a sentence of advice",
         lambda c: c.extent and _advice(c)),
    Rule("contacts-gone", Severity.MEDIUM, "all contacts of the page are gone at once; told if a second look agrees",
         lambda c: c.cut_off),
    Rule("acute", Severity.MEDIUM, "an attack, closure or the like is new on the page, or gone",
         lambda c: (c.weights(Weight.ACUTE) or c.over(Weight.ACUTE)) and not c.historic and (
             c.current or c.zone in _SERIOUS)),
    Rule("disaster", Severity.MEDIUM, "a natural disaster is new on the page, or gone",
         lambda c: (c.weights(Weight.NATURAL) or c.over(Weight.NATURAL)) and not c.historic),
    Rule("slow-current", Severity.MEDIUM, "elections, protests, outbreaks, rules: dated, current or among the warnings",
         lambda c: any(s.sign.weight is Weight.SLOW and not (s.sign.fact == "entry_rule" and c.zone is Zone.ENTRY)
                       for s in c.signs()) and (c.fresh or c.current or c.zone is Zone.TOP)),
    Rule("new-disease", Severity.MEDIUM, "a disease that the page did not name before, or no longer names",
         lambda c: c.zone is Zone.HEALTH and any(s.subject for s in c.signs() if s.sign.name == "outbreak")),
    Rule("entry-duty", Severity.MEDIUM, "what one must show, hold or pay to enter or leave changed",
         lambda c: c.terms and not c.restated and not c.trifle),
    Rule("local-law", Severity.MEDIUM, "what the law forbids or how it punishes came or went",
         lambda c: c.zone is Zone.LAWS and c.one_sided and not c.restated and any(
             s.sign.name in ("local law", "grave punishment") for s in c.known_signs)),
    Rule("contact", Severity.MEDIUM, "a telephone number or e-mail address changed",
         lambda c: c.has("phone", "email")),
    Rule("denial-other", Severity.MEDIUM, "a word of denial came or went",
         lambda c: c.denial and c.denied and c.likeness >= 0.75),
    Rule("extent", Severity.MEDIUM, "a word of extent, direction or degree changed",
         lambda c: c.extent and c.zone in _SERIOUS and c.likeness >= 0.7),
    Rule("name", Severity.MEDIUM, "a name came into, or left, a sentence among the warnings",
         lambda c: c.renamed and not c.pointer and c.zone in _SERIOUS and c.likeness >= 0.7 and bool(c.known_signs)),
    Rule("figure-serious", Severity.MEDIUM, "a figure, date or time changed where it matters",
         lambda c: (c.moved("number", "money", "date", "clock") or (
             c.zone is Zone.ENTRY and c.kind is ChangeKind.EDITED and any(
                 r.kind == "money" for r in c.gained + c.lost))) and (
             c.zone in (Zone.TOP, Zone.SAFETY, Zone.ENTRY) or bool(c.signs()))),
    Rule("dated-news", Severity.MEDIUM, "a dated sentence is new or gone",
         lambda c: c.fresh and c.zone in _SERIOUS and c.kind not in _EDIT and not c.restated),
    Rule("new-warning", Severity.MEDIUM, "a warning of a danger came or went", lambda c: c.warning),
    Rule("new-risk", Severity.MEDIUM, "a risk that the page did not name before, or named and no longer does",
         lambda c: c.weights(Weight.RISK) or c.over(Weight.RISK)),
    Rule("new-heading", Severity.MEDIUM, "a new heading among the warnings",
         lambda c: c.heading and c.zone is Zone.TOP and c.kind is ChangeKind.ADDED
         and _HOUSEKEEPING.search(c.words.casefold()) is None),
    Rule("contact-heading", Severity.LOW, "a heading among the contacts is new or gone",
         lambda c: c.heading and c.zone is Zone.CONTACT and c.kind is not ChangeKind.EDITED),
    Rule("trifle", Severity.NONE, "spelling, small words, or figures grouped anew", lambda c: c.trifle),
    Rule("slow", Severity.LOW, "a mention of an event, rule or disease, without a date",
         lambda c: c.weights(Weight.SLOW) or c.over(Weight.SLOW)),
    Rule("figure", Severity.LOW, "a figure, date or time changed", lambda c: c.has(
        "number", "money", "date", "clock")),
    Rule("restated", Severity.NONE, "the same statement stands elsewhere on the page",
         lambda c: c.restated),
    Rule("heading", Severity.NONE, "a heading was renamed", lambda c: c.heading),
    Rule("wording", Severity.LOW, "the wording changed", lambda c: True),
)  # fmt: skip
"""First match wins."""


def judge(case: Case) -> Rule:
    """The rule that decides this case; the last one fits always."""
    return next(rule for rule in RULES if rule.fits(case))
