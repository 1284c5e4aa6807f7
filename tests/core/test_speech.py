"""French is made from the same findings as English, says as much, and reads like French."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.audience import Bulletin, Cadence, Channel, Language, MessageKind, Scope, Subscription, Wishes
from monitor.core import classify, compose, diff, phrases, speech
from monitor.core.gazetteer.entries import book
from monitor.core.lexicon import SIGNS
from monitor.core.speech import countries, french, names, tables, times
from monitor.core.zones import Zone
from monitor.model import Change, ChangeKind, Comparison, Direction, FactChange, Finding, Outcome, Severity
from tests.notify.examples import SEEN, stored

FR, EN = Language.FR, Language.EN
LOOSE = re.compile(r" [;!?»](?:\s|$)| :(?:\s|$)|« ")
"""A French sign with a space that may break."""


def finding(
    rule: str = "wording", before: str | None = None, after: str | None = None, *facts: FactChange,
    section: str = "Safety", severity: Severity = Severity.HIGH, summary: str = "", path: tuple[str, ...] = (),
) -> Finding:  # fmt: skip
    kind = ChangeKind.EDITED if before and after else ChangeKind.ADDED if after else ChangeKind.REMOVED
    change = Change(section=section, heading_path=path, kind=kind, before=before, after=after)
    return Finding(change=change, severity=severity, rule=rule, facts=facts,
                   summary=summary or phrases.summary(change, facts))  # fmt: skip


def told(*found: Finding, name: str = "Mali") -> tuple[str, tuple[str, ...]]:
    made = compose.worded(Comparison(outcome=Outcome.CHANGED, findings=found), name)
    return speech.retold(made.headline, made.sentences, made.findings, name, FR)


# -- nothing is missing --------------------------------------------------------------
def test_every_rule_has_its_reason_in_french() -> None:
    assert {rule.name for rule in classify.RULES} <= set(tables.RULES)
    assert all(says and says not in {rule.says for rule in classify.RULES} for says in tables.RULES.values())


def test_every_sign_fact_and_place_of_ours_has_its_french() -> None:
    assert {sign.says for sign in SIGNS} == set(tables.SIGNS)
    assert set(phrases._HEADS) == set(tables.HEADS)
    assert set(phrases._RISKS) == set(tables.RISKS)
    assert set(diff._PAGE_PLACES.values()) <= set(tables.PLACES)


def test_every_country_has_a_french_name_and_no_name_is_for_nothing() -> None:
    assert set(countries.table()) == set(book().codes)


def test_both_languages_name_the_same_publishers_channels_and_parts() -> None:
    for table in (names.PUBLISHERS, names.WHO, names.CHANNELS, names.ZONES):
        assert set(table[EN]) == set(table[FR])  # type: ignore[attr-defined,index]
    assert set(names.CHANNELS[FR]) == set(Channel) and set(names.ZONES[FR]) == set(Zone)


@pytest.mark.parametrize(
    ("name", "alone", "inside"),
    [("Mali", "Mali", "le Mali"), ("Chad", "Tchad", "le Tchad"), ("Iran", "Iran", "l’Iran"), ("Cuba", "Cuba", "Cuba"),
     ("The Bahamas", "Bahamas", "les Bahamas"), ("Ivory Coast", "Côte d’Ivoire", "la Côte d’Ivoire"),
     ("Réunion", "La Réunion", "La Réunion"), ("Atlantis", "Atlantis", "Atlantis"), ("", "", ""),
     ("Democratic Republic of the Congo", "République démocratique du Congo", "la République démocratique du Congo"),
     ("Bosnia and Herzegovina", "Bosnie-Herzégovine", "la Bosnie-Herzégovine"), ("France and Monaco",) * 3,
     ("Israel, the West Bank and Gaza", "Israël, la Cisjordanie et Gaza", "Israël, la Cisjordanie et Gaza")],
)  # fmt: skip
def test_a_destination_has_its_french_name_and_one_of_several_countries_loses_none(
    name: str, alone: str, inside: str
) -> None:
    assert (countries.french(name), countries.with_article(name)) == (alone, inside)
    assert countries.french(alone) == alone


# -- findings ------------------------------------------------------------------------
def test_english_is_what_was_stored() -> None:
    one = stored()
    assert speech.retold(one.headline, one.sentences, one.findings, "Mali", EN) == (one.headline, one.sentences)


def test_the_worst_night_in_french() -> None:
    one = stored()
    headline, sentences = speech.retold(one.headline, one.sentences, one.findings, "Mali", FR)
    assert headline.startswith("Mali\u00a0: niveau relevé de 3 à 4 — «\u202fDo not travel\u202f»\u202f; départ ordonné")
    assert sentences[0] == (
        "Niveau relevé\u00a0: «\u202fLevel 3 - Reconsider travel\u202f» → «\u202fLevel 4 - Do not travel\u202f».")
    assert sentences[1].startswith("Nouveau dans «\u202fTravel advisory / Advisory summary\u202f»\u00a0: «\u202fOn")
    assert sentences[-1].endswith(" Et 2 autres modifications.") and len(sentences) == 4
    assert not any(LOOSE.search(one) for one in (headline, *sentences))


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (finding("acute-dated", None, "A bomb went off.", FactChange(kind="event_added", after="an attack")),
         "Mali : attaque ou attentat — « A bomb went off. »"),
        (finding("acute-over", "A curfew is on.", None,
                 FactChange(kind="curfew", before="a curfew", direction=Direction.DOWN)),
         "Mali : fin du couvre-feu — « A curfew is on. »"),
        (finding("outbreak", None, "Cholera is spreading.", FactChange(kind="event_added", after="a disease: cholera")),
         "Mali : maladie « cholera » — « Cholera is spreading. »"),
        (finding("risk-factors", None, "Reasons", FactChange(kind="risk_added", after="crime", direction=Direction.UP)),
         "Mali : risque ajouté : criminalité"),
        (finding("contact", "Call 1", "Call 2", FactChange(kind="phone_changed", before="1", after=None)),
         "Mali : téléphone modifié — 1 → supprimé"),
        (finding("wording", None, "Take care."), "Mali : nouveau dans « Safety » : « Take care. »"),
        (finding("staff-or-leave", None, "Leave now.", FactChange(kind="leave_now", after="people are told to leave",
                                                                   direction=Direction.UP)),
         "Mali : appel à partir — « Leave now. »"),
    ],
)  # fmt: skip
def test_a_finding_heads_the_news_in_french(found: Finding, says: str) -> None:
    assert re.sub("[\u00a0\u202f]", " ", told(found)[0]) == says


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (finding("page-rewritten", None, "x", summary="The page was rewritten: 1,204 further passages added, only"
                                                      " counted here. Read the page itself."),
         "La page a été réécrite : 1 204 autres passages ajoutés, simplement comptés ici. Lisez la page elle-même."),
        (finding("page-rewritten", None, "x", summary="The page was rewritten: 1 further passage removed, only"),
         "La page a été réécrite : 1 autre passage retiré, simplement compté ici. Lisez la page elle-même."),
        (finding("slip", None, "[name]", summary="Publisher slip, a placeholder left or mended. New in Safety: “[n]”"),
         "Erreur de la source, apparue ou corrigée. Nouveau dans « Safety » : « [name] »"),
        (finding("note-only", None, "Minor edits", section="Publisher's note"),
         "La source annonce une modification que cette page ne montre pas : « Minor edits »"),
        (finding("risk-indicator", None, "K", FactChange(kind="risk_added", after="K"), section="Risk indicators"),
         "Facteur de risque ajouté : enlèvement ou prise d’otages (K)."),
        (finding("area-level", None, "Kayes", FactChange(kind="area_added", after="Kayes: Level 3"),
                 section="Advice level by area"), "Zone nouvellement mentionnée : Kayes, niveau 3."),
        (finding("wording", "The road is open.", "The road is closed."),
         "Modifié dans « Safety » : « The road is [open → closed]. »"),
        (finding("wording", None, "x y z", section=""), "Nouveau dans la page : « x y z »"),
        (finding("listed-area", "Kidal", None, section="Warnings",
                 summary=phrases.summary(Change(section="Warnings", kind=ChangeKind.REMOVED, before="Kidal"), (),
                                         "We advise against all travel to:")),
         "Retiré de « Warnings », liste « We advise against all travel to » : « Kidal »"),
    ],
)  # fmt: skip
def test_a_finding_is_a_french_sentence_with_the_publishers_own_words(found: Finding, says: str) -> None:
    assert french.summary(found) == says


def test_items_of_one_list_are_told_together() -> None:
    found = [finding("listed-area", None, place, section="Warnings", path=("Avoid",)) for place in ("Gao", "Kidal")]
    _, sentences = told(*found)
    assert re.sub("[\u00a0\u202f]", " ", sentences[0]) == "Nouveau dans « Warnings / Avoid » : « Gao » ; « Kidal »."


@pytest.mark.parametrize(("count", "says"), [(6, "Et une autre modification."), (8, "Et 3 autres modifications.")])
def test_what_is_left_out_is_counted_in_french(count: int, says: str) -> None:
    words = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")
    found = [finding("wording", None, f"Road {word} is shut.", section=word) for word in words[:count]]
    assert told(*found)[1][-1].endswith(says)


def test_what_was_taken_back_is_said_so_in_french() -> None:
    one = stored()
    made = compose.taken_back(
        Comparison(outcome=Outcome.CHANGED, headline=one.headline, sentences=one.sentences, findings=one.findings,
                   destination="Mali"), "Mali: level lowered", "5 June 2026")  # fmt: skip
    headline, sentences = speech.retold(made.headline, made.sentences, made.findings, "Mali", FR)
    assert headline.startswith("Mali\u00a0: retour à la situation d’avant le 5 juin 2026 — niveau relevé de 3 à 4")
    assert sentences[0] == "La source est revenue sur la modification qu’elle avait faite le 5 juin 2026."
    assert len(sentences) <= compose.SENTENCES


def test_nothing_of_note_is_said_plainly() -> None:
    quiet = replace(finding("wording", "a b", "a c"), severity=Severity.NONE)
    assert told(quiet) == ("Mali\u00a0: aucun changement notable", ())


@given(st.lists(st.tuples(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60)), max_size=9))
def test_whatever_a_page_says_french_keeps_to_the_same_bounds(texts: list[tuple[str, str, str]]) -> None:
    found = [finding("wording", a or None, b or None, section=place) for a, b, place in texts if a or b]
    headline, sentences = told(*found)
    assert len(headline) <= compose.HEADLINE + 2 and len(sentences) <= compose.SENTENCES
    assert sum(map(len, sentences)) <= compose.TOGETHER + 40


# -- what is no change ---------------------------------------------------------------
def test_why_is_a_sentence_in_english_and_in_french_a_sentence() -> None:
    reader = Subscription(id="s", channel=Channel.MAIL, address="a@b.example")
    assert speech.why(reader, "Mali") == (
        "You asked to be told by e-mail of changes for every destination from severity “low” up.")
    wishes = Wishes(destinations=("mali",), floor=Severity.HIGH)
    reader = replace(reader, wishes=wishes)
    assert speech.why(reader, "Mali") == "You asked to be told by e-mail of changes for Mali from severity “high” up."
    reader = replace(reader, wishes=replace(wishes, language=FR, scope=Scope.POSTURE))
    assert re.sub("[\u00a0\u202f]", " ", speech.why(reader, "Chad")) == (
        "Vous avez demandé à recevoir par courriel les changements de niveau et de posture concernant le Tchad, à"
        " partir de la gravité « élevée ».")  # fmt: skip


def test_why_of_an_edit_of_many_destinations_names_none() -> None:
    wishes = Wishes(destinations=("mali",))
    reader = Subscription(id="s", channel=Channel.SLACK, address="https://a.example", wishes=wishes)
    assert "for destinations that this edit reached from severity" in speech.why(reader, "")
    told = speech.why(replace(reader, wishes=replace(wishes, language=FR)), "")
    assert "dans Slack les changements concernant les destinations que touche cette modification, à partir" in told


@pytest.mark.parametrize("kind", [MessageKind.BLIND, MessageKind.ALL_CLEAR, MessageKind.TEST])
def test_a_bulletin_is_told_in_both_languages(kind: MessageKind) -> None:
    made = Bulletin(id="b", kind=kind, created_at=SEEN, destination_name="Chad", publisher="uk-fcdo", reason="HTTP 503")
    both = [speech.bulletin(made, language) for language in (EN, FR)]
    assert both[0] != both[1] and all(headline and sentences for headline, sentences in both)
    if kind is not MessageKind.TEST:
        assert both[0][0].startswith("Chad: ") and both[1][0].startswith("Tchad\u00a0: ")
    assert not any(LOOSE.search(one) for one in (both[1][0], *both[1][1]))
    assert (kind is MessageKind.BLIND) == ("HTTP 503" in " ".join(both[1][1]))


def test_wishes_are_put_in_plain_lines() -> None:
    wishes = Wishes(destinations=("mali",), scope=Scope.SECTIONS, sections=("entry", "health"), floor=Severity.LOW,
                    cadence=Cadence.WEEKLY, hour=8, weekday=0, quiet=(22 * 60 + 30, 6 * 60), zone="Africa/Bamako",
                    verified=True)  # fmt: skip
    assert speech.asked(wishes, ["Mali"]) == (
        "Destinations: Mali", "What: only entry and exit, health, from severity “low” up",
        "When: every Monday at 08:00 (Africa/Bamako), what is critical at once",
        "Quiet hours: 22:30 to 06:00 (Africa/Bamako)", "Language: English; form: full",
        "Also: when we cannot see a destination; a digest also when nothing changed")  # fmt: skip
    lines = [re.sub("[\u00a0\u202f]", " ", one) for one in speech.asked(wishes, [], FR)]
    assert lines[:4] == [
        "Destinations : toutes", "Contenu : seulement entrée et sortie, santé, à partir de la gravité « faible »",
        "Envoi : chaque lundi à 8 h (Africa/Bamako), ce qui est critique immédiatement",
        "Heures calmes : de 22 h 30 à 6 h (Africa/Bamako)"]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [("2026-06-09", "9 juin 2026"), ("2026-08-01", "1er août 2026"), ("5 June 2026", "5 juin 2026"),
     ("2026-13-40", "2026-13-40"), ("soon", "soon"), ("", "")],
)  # fmt: skip
def test_a_date_of_the_source_is_written_in_french_or_left_as_it_is(words: str, says: str) -> None:
    assert times.stated(words, FR) == says and times.stated(words, EN) == words


@given(st.text(max_size=200))
def test_setting_french_twice_changes_nothing(words: str) -> None:
    assert french.typeset(french.typeset(words)) == french.typeset(words)
