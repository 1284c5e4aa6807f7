"""Findings in French: the same clauses as `core.phrases`, the publisher's words quoted in the original."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.core import compose, phrases
from monitor.core.phrases import QUOTE, clip, gist
from monitor.core.speech import tables
from monitor.model import ChangeKind, Direction, FactChange, Finding

QUOTES = ("« ", " »")
_UP, _DOWN = Direction.UP, Direction.DOWN


def typeset(words: str) -> str:
    """French spaces: narrow and unbreakable before ; ! ? and inside guillemets, unbreakable before a colon."""
    words = re.sub(r"\bniveau (?=\d)", "niveau\u00a0", words)
    out = re.sub(r" ([;!?])(?=[\s»”)]|$)", "\u202f\\1", words)
    out = out.replace("« ", "«\u202f").replace(" »", "\u202f»")
    return re.sub(r" :(?=\s|$)", "\u00a0:", out)


def quoted(words: str, most: int = QUOTE) -> str:
    return f"« {clip(words, most)} »"


def spoken(findings: Sequence[Finding], name: str) -> tuple[str, tuple[str, ...]]:
    """Headline and sentences; both empty if nothing is to be told."""
    headline, sentences = compose.spoken([replace(f, summary=summary(f)) for f in findings], name, SPEECH)
    return typeset(headline), tuple(typeset(one) for one in sentences)


def _cut(words: str, most: int) -> str:
    """Cut between words, with the guillemets closed."""
    out = clip(words, most)
    if out.count("«") > out.count("»"):
        out = clip(words, most - 2).rstrip(" «") + " »"
    return out


def closed(words: str) -> str:
    """Words that were cut, with their guillemets closed and their spaces set."""
    return typeset(words + " »" if words.count("«") > words.count("»") else words)


def _more(count: int) -> str:
    return f" Et {count} autres modifications." if count > 1 else " Et une autre modification."


# --------------------------------------------------------------------------------------
# For the headline
# --------------------------------------------------------------------------------------
def head(finding: Finding) -> str:
    """One finding for the headline (`phrases.head`)."""
    quote = quoted(finding.change.after or finding.change.before or "", 400)
    for fact in finding.facts:
        words = tables.HEADS.get((fact.kind, fact.direction))
        if fact.kind == "level_change":
            return f"niveau {_way(fact)} {_steps(fact)}"
        if finding.rule in ("area-level", "risk-indicator") and finding.change.section in tables.PLACES:
            return phrases.lower_first(finding.summary).rstrip(".")
        if fact.kind in ("risk_added", "risk_removed") and len(fact.after or fact.before or "") <= 40:
            return f"{words} : {sign(fact.after or fact.before or '')}"
        if words:
            if fact.direction is _UP and fact.kind in ("departure_order", "leave_now"):
                words = sign(fact.after or "") or words
            return f"{words} — {quote}"
        if fact.kind in ("event_added", "event_removed") and (fact.after or fact.before):
            gone = "" if fact.kind == "event_added" else "plus mentionné : "
            return f"{gone}{sign(fact.after or fact.before or '')} — {quote}"
        if fact.kind == "number_changed" and fact.before and fact.after:
            return f"{fact.before} → {fact.after} — {quote}"
        if fact.kind in ("phone_changed", "email_changed"):
            what = "téléphone modifié" if fact.kind == "phone_changed" else "adresse électronique modifiée"
            return f"{what} — {fact.before or 'aucun'} → {fact.after or 'supprimé'}"
    return finding.summary


def sign(words: str) -> str:
    """What a sign says, in French ("an attack" -> "attaque ou attentat"); what it names stays as the page has it."""
    says, _, subject = words.partition(": ")
    if says not in tables.SIGNS:
        return quoted(words) if words else ""
    return tables.SIGNS[says] + (f" {quoted(subject)}" if subject else "")


def _way(fact: FactChange) -> str:
    return "relevé" if fact.direction is _UP else "abaissé"


def _steps(fact: FactChange) -> str:
    a, b = phrases.level(fact.before), phrases.level(fact.after)
    if a and b:
        return f"de {a[0]} à {b[0]} — {quoted(b[1], 60)}"
    return f"— {_value(fact.before)} → {_value(fact.after)}"


def _value(words: str | None) -> str:
    return quoted(words, 48) if words else "aucun"


# --------------------------------------------------------------------------------------
# As a sentence
# --------------------------------------------------------------------------------------
def summary(finding: Finding) -> str:
    """One finding as a sentence (`phrases.summary` and its neighbours)."""
    change, rule = finding.change, finding.rule
    if rule == "page-rewritten" and (many := _COUNTED.search(finding.summary)):
        return _rewritten(many["count"].replace(",", " "), many["became"])
    if change.section == "Publisher's note":
        return f"La source annonce une modification que cette page ne montre pas : {quoted(change.after or '', 600)}"
    if change.section in _STATED and finding.facts:
        return page_fact(finding.facts[0])
    slip = "Erreur de la source, apparue ou corrigée. " if rule in ("slip", "slip-country") else ""
    return slip + _sentence(finding)


_STATED = frozenset(tables.PLACES) - {"Publisher's note", "the page"}
_COUNTED = re.compile(r"rewritten: (?P<count>[\d,]+) further passages? (?P<became>\w+)")


def _rewritten(count: str, became: str) -> str:
    one, many = tables.BECAME.get(became, tables.BECAME["changed"])
    number = f"{count} autre passage {one}" if count == "1" else f"{count} autres passages {many}"
    what = "simplement compté" if count == "1" else "simplement comptés"
    return f"La page a été réécrite : {number}, {what} ici. Lisez la page elle-même."


def page_fact(fact: FactChange) -> str:
    """One sentence on a fact that the page states in its own place."""
    if fact.kind == "level_change":
        return f"Niveau {_way(fact)} : {_whole(fact.before)} → {_whole(fact.after)}."
    if fact.kind == "area_level_change":
        where, _, was = (fact.before or "").rpartition(": ")
        now = (fact.after or "").removeprefix(f"{where}: ")
        return f"Niveau de zone {_way(fact)} : {where}, {_level(was)} → {_level(now)}."
    if fact.kind == "area_added":
        return f"Zone nouvellement mentionnée : {_area(fact.after)}."
    if fact.kind == "area_removed":
        return f"Zone qui n’est plus mentionnée : {_area(fact.before)}."
    if fact.kind == "risk_added":
        return f"Facteur de risque ajouté : {_risk(fact.after)}."
    if fact.kind == "risk_removed":
        return f"Facteur de risque retiré : {_risk(fact.before)}."
    if fact.kind == "date_changed":
        return f"Date de la page : {fact.before} → {fact.after}."
    return f"Carte remplacée : {fact.before} → {fact.after}."


def _whole(words: str | None) -> str:
    return quoted(words, 400) if words else "aucun"


def _area(words: str | None) -> str:
    where, _, level = (words or "").rpartition(": ")
    return f"{where}, {_level(level)}" if where else words or ""


def _level(words: str) -> str:
    """ "Level 3" as we write it of areas."""
    return words.replace("Level ", "niveau ", 1) if words.startswith("Level ") else words


def _risk(words: str | None) -> str:
    return f"{tables.RISKS[words]} ({words})" if words in tables.RISKS else quoted(words or "")


def _sentence(finding: Finding) -> str:
    change, where = finding.change, _place(finding)
    after, before = change.after or "", change.before or ""
    if finding.rule == "link-target" and finding.facts:
        first = finding.facts[0]
        return f"Lien modifié dans {where} : {first.before or 'aucun'} → {first.after or 'aucun'}."
    if change.kind is ChangeKind.ADDED:
        return f"Nouveau dans {where} : « {gist(after, QUOTE)} »"
    if change.kind is ChangeKind.REMOVED:
        return f"Retiré de {where} : « {gist(before, QUOTE)} »"
    if change.kind is ChangeKind.MOVED:
        return f"Déplacé dans {where}, texte inchangé : {quoted(after, 80)}"
    if change.kind in (ChangeKind.SPLIT, ChangeKind.MERGED, ChangeKind.FORMAT):
        return f"Mise en forme modifiée dans {where}, texte inchangé : {quoted(after, 80)}"
    for fact in finding.facts:
        if fact.kind in ("phone_changed", "email_changed") and fact.before and fact.after:
            what = "Téléphone modifié" if fact.kind == "phone_changed" else "Adresse électronique modifiée"
            return f"{what} dans {where} : {fact.before} → {fact.after}."
    return f"Modifié dans {where} : {phrases.marked(before, after, QUOTES)}"


def _place(finding: Finding) -> str:
    """Where it stands, in the publisher's words: its section and the nearest heading, or the list that it is in."""
    change = finding.change
    if lead := _lead(finding):
        return f"« {clip(change.section.strip(' :'), 40)} », liste {quoted(lead, 90)}"
    if not change.section.strip(" :") and not change.heading_path:
        return "la page"  # "dans la page", "de la page"
    return quoted(phrases.place(change.section, change.heading_path), 110)


def _lead(finding: Finding) -> str:
    """The sentence that opens the list: only the English summary keeps it (`phrases.summary`)."""
    begin = f"in {clip(finding.change.section.strip(' :'), 40)}, “"
    if finding.change.kind is ChangeKind.REMOVED:
        begin = begin.replace("in ", "from ", 1)
    at = finding.summary.find(begin)
    if not 0 <= at <= 120:
        return ""
    lead, found, _ = finding.summary[at + len(begin) :].partition("”: ")
    return lead if found else ""


def unannounced(findings: Sequence[Finding]) -> str:
    """What the publisher's note leaves out, in one sentence (`compose.unannounced`)."""
    places = list(dict.fromkeys(f.change.section.strip(" :") or "la page" for f in findings if f.unannounced))
    if not places:
        return ""
    left = len(places) - 4
    more = "" if left < 1 else " et une autre" if left == 1 else f" et {left} autres"
    listed = ", ".join(f"« {one} »" for one in places[:4])
    return typeset(f"La note ne mentionne pas ce qui a changé sous : {listed}{more}.")


SPEECH = compose.Speech(head, (" : ", " ; "), QUOTES, _cut, _more, " et {} autres")
