"""The page of one change: what it says, how sure we are, what stood before, and the proof."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from flask import Flask, abort, current_app, render_template, request

from monitor.audience import DeliveryState
from monitor.core import speech
from monitor.core.speech import names
from monitor.history import Around
from monitor.model import Campaign, Severity, StoredChange
from monitor.posture import Stand
from monitor.web import findings, map, stood
from monitor.web.sheets import asked_language

SIDE = "side"
OFFERS = ("evidence", "capture")
"""Addresses that hand out proof, where they are served."""
SENDING = tuple(DeliveryState)
"""States of messages, in the order of their lives."""


class Facts(Protocol):
    """What this page needs from the store."""

    def change(self, change: int | str) -> StoredChange | None: ...
    def campaign(self, campaign_id: str) -> Campaign | None: ...
    def around(self, change: StoredChange, also: Collection[str] = ()) -> Around: ...
    def standing(self, destinations: Sequence[str]) -> tuple[Stand, ...]: ...


class Told(NamedTuple):
    """What the page is about, in the reader's words: a change, or one edit on many destinations."""

    headline: str
    sentences: tuple[str, ...]
    severity: Severity
    campaign: Campaign | None
    places: tuple[str, ...]
    """Names of the destinations on which a campaign's edit appeared."""


def routes(app: Flask, store: Facts) -> None:
    """Adds /changes/EVENT, which never moves."""

    @app.get("/changes/<event_id>")
    def change(event_id: str) -> str:
        asked = store.campaign(event_id) if event_id.startswith("cmp_") else None
        found = asked.example if asked else store.change(event_id)
        if found is None:
            abort(404, "No change with this number is stored.")
        campaign = asked or (store.campaign(found.campaign) if found.campaign is not None else None)
        around = store.around(found, [name for name in (event_id, found.campaign) if name])
        language = asked_language()
        if asked is not None:
            found = replace(found, severity=asked.severity, findings=asked.findings)
        view = SIDE if request.args.get("view") == SIDE else ""
        offers = {name for name in OFFERS if name in current_app.view_functions}
        return render_template(
            "change.html.j2", change=found, event_id=event_id, around=around, told=_told(found, campaign, asked),
            findings=findings.laid_out(found.findings, language), view=view, offers=offers,
            stood=stood.stood(found, around), messages=[(s, around.deliveries[s]) for s in SENDING
                                                        if around.deliveries.get(s)],
            unannounced=speech.unannounced(found.findings, language),
            # One edit on many destinations lies on no one map.
            drawn=None if asked is not None else _where(store, found),
        )  # fmt: skip


def _where(store: Facts, change: StoredChange) -> map.Drawn | None:
    """The regions under today's advice, and those that the change names; None for a country that nobody drew."""
    if not map.known(change.destination_name):
        return None  # and nothing more is asked of the database
    return map.drawn(change.destination_name, named=store.standing([change.destination]), touched=map.texts(change))


def _told(change: StoredChange, campaign: Campaign | None, asked: Campaign | None) -> Told:
    language = asked_language()
    places: tuple[str, ...] = ()
    if campaign is not None:
        places = tuple(sorted({names.place(member.destination_name, language) for member in campaign.members}))
    if asked is not None:
        own = sorted({member.destination_name for member in asked.members})
        headline, sentences = speech.campaign(asked, own, False, language)
        return Told(headline, sentences, asked.severity, asked, places)
    headline, sentences = speech.retold(change.headline, change.sentences, change.findings, change.destination_name,
                                        language)  # fmt: skip
    return Told(headline, sentences, change.severity, campaign, places)
