"""What a subscription asks for, in plain lines: for its confirmation, its page, and the command line."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.audience import Cadence, Form, Language, Scope, Wishes
from monitor.core.speech import french, names, tables
from monitor.core.zones import Zone
from monitor.model import Severity

_EN, _FR = Language.EN, Language.FR
SEVERITIES = {
    _EN: {severity: severity.value for severity in Severity},
    _FR: {Severity.CRITICAL: "critique", Severity.HIGH: "élevée", Severity.MEDIUM: "moyenne",
          Severity.LOW: "faible", Severity.NONE: "nulle"},
}  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LANGUAGES = {_EN: {_EN: "English", _FR: "French"}, _FR: {_EN: "anglais", _FR: "français"}}
_FORMS = {
    _EN: {Form.FULL: "full", Form.THIN: "thin, under 10 KB", Form.SHORT: "160 characters of text"},
    _FR: {Form.FULL: "complète", Form.THIN: "légère, moins de 10 ko", Form.SHORT: "160 caractères de texte"},
}


def subject(scope: Scope, language: Language) -> str:
    """What kind of change is asked for, after "told of" or "recevoir"."""
    if language is _FR:
        return {Scope.EVERYTHING: "les changements", Scope.POSTURE: "les changements de niveau et de posture",
                Scope.SECTIONS: "les changements des rubriques choisies"}[scope]  # fmt: skip
    return {Scope.EVERYTHING: "changes", Scope.POSTURE: "changes of level and posture",
            Scope.SECTIONS: "changes in the chosen sections"}[scope]  # fmt: skip


def asked(wishes: Wishes, places: Sequence[str], language: Language | None = None) -> tuple[str, ...]:
    """The wishes, a line each; `places` are the English names of the destinations, empty for all of them."""
    language = language or wishes.language
    if language is _FR:
        return tuple(french.typeset(one) for one in _fr(wishes, places))
    return tuple(_en(wishes, places))


def _en(wishes: Wishes, places: Sequence[str]) -> list[str]:
    kinds = {Scope.EVERYTHING: "everything", Scope.POSTURE: "level and posture only"}.get(wishes.scope) or (
        "only " + ", ".join(_zone(name, _EN) for name in wishes.sections))  # fmt: skip
    at = f"at {wishes.hour:02}:00 ({wishes.zone})"
    when = {Cadence.IMMEDIATE: "at once", Cadence.DAILY: f"every day {at}",
            Cadence.WEEKLY: f"every {_DAYS[wishes.weekday % 7]} {at}"}[wishes.cadence]  # fmt: skip
    waits = wishes.cadence is not Cadence.IMMEDIATE or wishes.quiet is not None
    lines = [
        f"Destinations: {', '.join(places) or 'every destination'}",
        f"What: {kinds}, from severity “{wishes.floor.value}” up",
        f"When: {when}{', what is critical at once' if waits and wishes.critical_at_once else ''}",
    ]
    if wishes.quiet:
        lines.append(f"Quiet hours: {_clock(wishes.quiet[0])} to {_clock(wishes.quiet[1])} ({wishes.zone})")
    lines.append(f"Language: {_LANGUAGES[_EN][wishes.language]}; form: {_FORMS[_EN][wishes.form]}")
    extra = [words for words, on in (("when we cannot see a destination", wishes.blindness),
                                     ("a digest also when nothing changed", wishes.verified)) if on]  # fmt: skip
    return [*lines, *([f"Also: {'; '.join(extra)}"] if extra else [])]


def _fr(wishes: Wishes, places: Sequence[str]) -> list[str]:
    kinds = {Scope.EVERYTHING: "tout", Scope.POSTURE: "niveau et posture seulement"}.get(wishes.scope) or (
        "seulement " + ", ".join(_zone(name, _FR) for name in wishes.sections))  # fmt: skip
    at = f"à {wishes.hour} h ({wishes.zone})"
    when = {Cadence.IMMEDIATE: "immédiatement", Cadence.DAILY: f"chaque jour {at}",
            Cadence.WEEKLY: f"chaque {tables.DAYS[wishes.weekday % 7]} {at}"}[wishes.cadence]  # fmt: skip
    waits = wishes.cadence is not Cadence.IMMEDIATE or wishes.quiet is not None
    critical = ", ce qui est critique immédiatement" if waits and wishes.critical_at_once else ""
    lines = [
        f"Destinations : {', '.join(names.place(one, _FR) for one in places) or 'toutes'}",
        f"Contenu : {kinds}, à partir de la gravité « {SEVERITIES[_FR][wishes.floor]} »",
        f"Envoi : {when}{critical}",
    ]
    if wishes.quiet:
        first, last = (f"{minute // 60} h {minute % 60:02}".removesuffix(" 00") for minute in wishes.quiet)
        lines.append(f"Heures calmes : de {first} à {last} ({wishes.zone})")
    lines.append(f"Langue : {_LANGUAGES[_FR][wishes.language]} ; forme : {_FORMS[_FR][wishes.form]}")
    extra = [words for words, on in (("un avis quand nous ne voyons plus une destination", wishes.blindness),
                                     ("un récapitulatif même si rien n’a changé", wishes.verified)) if on]  # fmt: skip
    return [*lines, *([f"Également : {' ; '.join(extra)}"] if extra else [])]


def _zone(name: str, language: Language) -> str:
    return names.ZONES[language][Zone(name)] if name in set(Zone) else name


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
