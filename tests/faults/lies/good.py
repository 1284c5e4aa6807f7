"""The pages as they are when all is well: one of each kind, in the publishers' real shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from monitor.model import Destination, Source
from tests.sources.pages import fixture
from tests.story import chrome, content
from tests.story import page as story

MALI = Destination(key="mali", name="Mali", iso3="MLI", region="ML", names=("Republic of Mali",))
_FIXTURES = {
    "us-advisory": ("us-advisory/2025-03-26.html", "us-state"),
    "us-country": ("us-country/2025-03-26.html", "us-state"),
    "us-rss": ("us-rss/2026-10-07-new.xml", "us-state"), "us-api": ("us-api/2026-09-26.json", "us-state"),
    "us-embassy": ("us-embassy/2026-04-29.xml", "us-state"), "uk-api": ("uk-api/2026-05-01.json", "uk-fcdo"),
    "uk-page": ("uk-page/2026-05-01.html", "uk-fcdo"), "canada": ("canada/2026-04-27.html", "canada"),
    "australia": ("australia/2025-07-02.html", "australia"), "ireland": ("ireland/2026-06-16.html", "ireland"),
}  # fmt: skip
_MINISTRY = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>Mali - Conseils aux voyageurs</title></head>
<body><header><p>Ministère</p></header><nav><a href="/pays">Pays</a></nav>
<main><h1>Mali</h1><p>Tout voyage est formellement déconseillé, quel qu’en soit le motif.</p>
<h2>Sécurité</h2><p>Des groupes armés tiennent des barrages au nord de Ségou.</p>
<p>Le couvre-feu est en vigueur à Bamako de 21 h à 6 h.</p><ul><li>Évitez les rassemblements.</li>
<li>Gardez vos papiers sur vous.</li></ul>
<p>Les enlèvements visent aussi les étrangers, sur les routes comme dans les villes. Des véhicules sont volés par des
hommes armés, surtout la nuit. La délinquance augmente à Bamako : vols à l’arraché, cambriolages, agressions aux
guichets. Les coupures d’électricité sont fréquentes et rendent les rues plus dangereuses après la tombée du jour.</p>
<h2>Déplacements</h2><p>Les routes au nord et à l’est de Bamako sont à proscrire. Le carburant manque par périodes, et
les convois attendent plusieurs jours. Les vols intérieurs sont irréguliers ; renseignez-vous avant chaque départ.</p>
<p>Ne circulez pas de nuit. Ne photographiez ni ponts, ni casernes, ni aéroports, ni forces de l’ordre.</p>
<h2>Entrée et séjour</h2><p>Un visa est exigé. Le passeport doit être valable six mois après la date du retour. Le
certificat de vaccination contre la fièvre jaune est contrôlé à l’arrivée.</p>
<h2>Santé</h2><p>Le paludisme sévit toute l’année. Les hôpitaux manquent de médicaments à Ménaka. L’eau du robinet
n’est pas potable. Les soins graves imposent une évacuation, souvent retardée ; une assurance qui la prend en charge
est indispensable. Des cas de rougeole et de choléra sont signalés pendant la saison des pluies.</p>
<h2>Usages</h2><p>Le pays est en majorité musulman. Une tenue discrète est recommandée, en particulier pendant le
ramadan. La possession de stupéfiants est punie de lourdes peines de prison.</p>
<h2>Contacts</h2><p>Ambassade, Bamako : <a href="tel:+22344975820">+223 44 97 58 20</a></p></main>
<footer>Mentions légales</footer></body></html>
"""


@dataclass(frozen=True, slots=True)
class Good:
    """One source's page when all is well."""

    kind: str
    publisher: str
    body: bytes
    content_type: str

    @property
    def path(self) -> str:
        return f"/{self.kind}/mali"

    def source(self, port: int) -> Source:
        return Source(id=self.kind, url=f"http://127.0.0.1:{port}{self.path}", kind=self.kind,
                      publisher=self.publisher, destination=MALI)  # fmt: skip


@cache
def all_of_them() -> dict[str, Good]:
    """By kind of source; the first is the long page of the story, the others are the adapters' own examples."""
    long = chrome.page(chrome.Fetch(datetime(2026, 6, 9, 6, tzinfo=UTC)), story.TITLE, story.content(content.Mali()))
    found = {"us-page": Good("us-page", "us-state", long.encode(), "text/html; charset=utf-8")}
    for kind, (name, publisher) in _FIXTURES.items():
        form = {"xml": "text/xml", "json": "application/json"}.get(name.rpartition(".")[2], "text/html; charset=utf-8")
        found[kind] = Good(kind, publisher, fixture(name).encode(), form)
    found["headings"] = Good("headings", "ministry", _MINISTRY.encode(), "text/html; charset=utf-8")
    return found


def with_news(body: bytes) -> bytes:
    """The long page with an order to leave in it."""
    mark = b'<div class="summary-text usa-prose">'
    assert mark in body
    order = b"<p>On June 9, 2026, the Department ordered non-emergency U.S. government employees to leave Mali.</p>"
    return body.replace(mark, mark + order, 1)
