"""Pairs of small pages, each named by the verdict that it must get: `quiet-…` or `loud-…`.

A pair is one page and a few replacements: the page after is the page before with these words put in
their place, so that nothing else can differ.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from tests.story import feeds, noise_pages
from tests.story.content import Mali
from tests.story.timeline import ADVISORY, COUNTRY, PAGE, RSS

UK_PAGE = "https://www.gov.uk/foreign-travel-advice/mali"
UK_API = "https://www.gov.uk/api/content/foreign-travel-advice/mali"
CANADA = "https://travel.gc.ca/destinations/mali"
CANADA_API = "https://data.international.gc.ca/travel-voyage/cta-cap-ML.json"
KINDS = {
    PAGE: "us-page",
    RSS: "us-rss",
    COUNTRY: "us-country",
    ADVISORY: "us-advisory",
    UK_PAGE: "uk-page",
    UK_API: "uk-api",
    CANADA: "canada",
    CANADA_API: "canada",
}
_NBSP = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two captures of one address, and the verdict that they must get."""

    name: str
    url: str
    before: str
    after: str
    outcome: tuple[str, ...]
    min_severity: str = "none"
    facts: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        return self.name.partition("-")[0]

    @property
    def suffix(self) -> str:
        return {RSS: "xml", UK_API: "json", CANADA_API: "json"}.get(self.url, "html")

    @property
    def files(self) -> tuple[str, str]:
        return f"{self.name}-a.{self.suffix}", f"{self.name}-b.{self.suffix}"


def _base(url: str) -> str:
    made = {
        PAGE: noise_pages.us_page,
        COUNTRY: noise_pages.us_country,
        ADVISORY: noise_pages.us_advisory,
        UK_PAGE: noise_pages.uk_page,
        UK_API: noise_pages.uk_api,
        CANADA: noise_pages.canada_page,
        CANADA_API: noise_pages.canada_json,
    }
    return made[url]()


def swapped(page: str, *swaps: tuple[str, str]) -> str:
    """The page with each first text replaced by the second; both must differ and be there once."""
    for old, new in swaps:
        if page.count(old) != 1 or old == new:
            raise ValueError(f"{old!r} stands {page.count(old)} times in the page")
        page = page.replace(old, new)
    return page


def quiet(name: str, url: str, *swaps: tuple[str, str]) -> Pair:
    before = _base(url)
    return Pair(name=f"quiet-{name}", url=url, before=before, after=swapped(before, *swaps),
                outcome=("unchanged", "changed"))  # fmt: skip


def loud(name: str, severity: str, facts: str, url: str, *swaps: tuple[str, str]) -> Pair:
    before = _base(url)
    return Pair(name=f"loud-{name}", url=url, before=before, after=swapped(before, *swaps),
                outcome=("changed",), min_severity=severity, facts=tuple(facts.split()))  # fmt: skip


def recorded(name: str, facts: str, url: str, *swaps: tuple[str, str]) -> Pair:
    """A change that is kept on record with its facts, and told to nobody."""
    before = _base(url)
    return Pair(name=f"quiet-{name}", url=url, before=before, after=swapped(before, *swaps),
                outcome=("changed",), facts=tuple(facts.split()))  # fmt: skip


# --------------------------------------------------------------------------------------
# The feed needs all of its items to be believed
# --------------------------------------------------------------------------------------
_BUILT = datetime(2026, 5, 11, 12, 0, tzinfo=UTC)


def _feed(mali: Mali, *, legacy: bool = False) -> str:
    items = [*feeds.others(date(2026, 4, 30))[:158], feeds.mali_item(mali, legacy=legacy)]
    return feeds.rss(_BUILT, items)


def _feed_pairs() -> tuple[Pair, ...]:
    new = _feed(Mali())
    whole = new.replace("<b>Mal</b>i<b> </b>", "<b>Mali</b> ").replace(
        "<h5><b>Crime</b></h5>", "<h5><b>Cr</b><b>ime</b></h5>"
    )
    same = ("unchanged", "changed")
    return (
        Pair(name="quiet-inline-tag-splits-word", url=RSS, before=whole, after=new, outcome=same),
        Pair(name="quiet-rendering-switch", url=RSS, before=_feed(Mali(), legacy=True), after=new,
             outcome=("rebased",)),
    )  # fmt: skip


# --------------------------------------------------------------------------------------
# The pairs
# --------------------------------------------------------------------------------------
_LIST = noise_pages.US_LIST
_AS_PARAGRAPHS = (
    _LIST.replace("<ul>\n", "").replace("\n</ul>", "").replace("<li>", "<p>").replace("</li>", "</p>")
)
_DENGUE, _MALARIA = noise_pages.CANADA_DENGUE, noise_pages.CANADA_MALARIA


def _quiet() -> tuple[Pair, ...]:
    return (
        quiet("chrome", PAGE,
              ("generated at 2026-05-04T13:10:00Z by publish-3", "generated at 2026-05-04T15:10:02Z by publish-6"),
              ('nonce="q1Zb0tXk"', 'nonce="P9s2LmCe"'),
              ('content="5c0f77aa19"', 'content="e3b1960d42"'),
              ("<li>Enroll in STEP</li><li>Travel insurance</li>", "<li>Travel insurance</li><li>Enroll in STEP</li>"),
              ("r=48151623", "r=42108400")),
        quiet("image-renamed", ADVISORY, ("travel-levelv1.svg", "travel-levelv2.svg")),
        quiet("tooltip-wording", ADVISORY,
              ("Natural Disaster: A disaster or its aftermath is a danger.", "Natural Disaster: Expect floods.")),
        quiet("asset-version", UK_PAGE, ("application-4f2a.css", "application-9bd1.css"),
              ("application-4f2a.js", "application-9bd1.js")),
        quiet("blocks-moved", CANADA, (_DENGUE + _MALARIA, _MALARIA + _DENGUE)),
        quiet("list-to-paragraphs", PAGE, (_LIST, _AS_PARAGRAPHS)),
        quiet("bold-label-vs-heading", PAGE,
              ('<h4><span class="header-paragraph">Unrest</span></h4>\n<p>Marches', "<p><b>Unrest</b><br>\nMarches")),
        quiet("curly-quotes", UK_PAGE, ("the 'state of alert'", "the ‘state of alert’"),
              ('"no-go" areas', "“no-go” areas")),
        quiet("nbsp", COUNTRY, ("visa before you travel.", f"visa{_NBSP}before you{_NBSP}travel.{_NBSP}")),
        quiet("entities", CANADA, ("Côte d’Ivoire", "C&ocirc;te d&rsquo;Ivoire"),
              ("food &amp; water", "food &#38; water")),
        quiet("link-decoration", PAGE,
              ('href="https://www.state.gov/country-reports/">country reports</a>',
               'class="links_external" href="https://www.state.gov/country-reports/?utm_source=tsg&amp;utm_medium='
               'page">country reports<span class="usa-sr-only"> (opens in a new tab)</span></a>')),
        quiet("page-date-only", PAGE, ("Last Updated: April 28, 2026", "Last Updated: May 11, 2026")),
        quiet("publisher-date-only", CANADA, ("May 4, 2026 09:12", "May 11, 2026 14:40")),
        quiet("still-current-at", UK_PAGE, ("<dd>4 May 2026</dd>", "<dd>5 May 2026</dd>")),
        quiet("whitespace", CANADA, ("Armed groups stop vehicles on the main roads.",
                                     "\n   Armed groups stop\n\tvehicles on the  main roads. \n")),
        quiet("punctuation", UK_PAGE, ("Carry water, food and fuel", "Carry water, food, and fuel;"),
              ("at dusk - even", "at dusk – even")),
        quiet("generated-stamp", CANADA_API, ('"timestamp": 1777900000', '"timestamp": 1777903600'),
              ("2026-05-04 13:06:40", "2026-05-04 14:06:40")),
        quiet("request-id", UK_API, ("21-1777900000.118-10.13.4.7-2211", "21-1777990000.402-10.13.9.2-871")),
        *_feed_pairs(),
    )  # fmt: skip


def _loud() -> tuple[Pair, ...]:
    return (
        loud("level-up", "critical", "level_change", PAGE,
             ('class="cmp-traveladvisory__header level-3"', 'class="cmp-traveladvisory__header level-4"'),
             ("Level 3 - Reconsider travel", "Level 4 - Do not travel"),
             ('class="cmp-traveladvisory__body level-3"', 'class="cmp-traveladvisory__body level-4"'),
             ('<span class="guidance level-3">Reconsider travel</span>',
              '<span class="guidance level-4">Do not travel</span>'),
             ("Date issued: March 19, 2026", "Date issued: May 6, 2026")),
        loud("level-down", "high", "level_change", CANADA,
             ("MALI - AVOID ALL TRAVEL", "MALI - AVOID NON-ESSENTIAL TRAVEL"),
             ('class="AdvisoryContainer AvoidAll"', 'class="AdvisoryContainer AvoidNonEssential"'),
             ("Avoid all travel to Mali", "Avoid non-essential travel to Mali")),
        loud("level-down-json", "high", "level_change", CANADA_API,
             ('"advisory-state": 3', '"advisory-state": 2'),
             ('"advisory-text": "Avoid all travel"', '"advisory-text": "Avoid non-essential travel"'),
             ("MALI - AVOID ALL TRAVEL", "MALI - AVOID NON-ESSENTIAL TRAVEL"),
             ("Avoid all travel to Mali", "Avoid non-essential travel to Mali")),
        loud("risk-added", "high", "risk_added", ADVISORY,
             ('class="tsg-rwd-risk" data-tooltip="Health', 'class="tsg-rwd-risk showThreat" data-tooltip="Health'),
             ("due to <b>crime, terrorism,</b> and <b>kidnapping</b>",
              "due to <b>crime, terrorism, kidnapping,</b> and <b>health</b>")),
        loud("area-level-up", "high", "area_level_change", PAGE,
             ('<div class="risk-level level-3">', '<div class="risk-level level-4">'),
             ('<h4 class="level-title level-title-3">Level: 3 - Reconsider travel</h4>',
              '<h4 class="level-title level-title-4">Level: 4 - Do not travel</h4>'),
             ("<b>Reconsider travel</b> to the Koulikoro Region", "<b>Do not travel</b> to the Koulikoro Region")),
        loud("area-removed", "high", "area_removed", UK_PAGE,
             ("<li>Gao Region</li>\n<li>Kidal Region</li>", "<li>Kidal Region</li>")),
        loud("phone", "medium", "phone_changed", COUNTRY, ("+(223) 6600-0141", "+(223) 6600-0142")),
        loud("email", "medium", "email_changed", COUNTRY,
             ('mailto:acs.bamako@embassy.example">acs.bamako@embassy.example',
              'mailto:help.bamako@embassy.example">help.bamako@embassy.example')),
        loud("negation", "medium", "", UK_PAGE,
             ("The road from Bamako to Kayes is safe to use by day.",
              "The road from Bamako to Kayes is no longer safe to use by day.")),
        loud("negation-not", "medium", "", PAGE,
             ("The embassy is able to help U.S. citizens in the Sikasso Region.",
              "The embassy is not able to help U.S. citizens in the Sikasso Region.")),
        loud("departure-ordered", "critical", "departure_order", PAGE,
             ("<p>The Department authorized the departure of non-emergency U.S. government employees "
              "and eligible family members on April 2, 2026.</p>",
              "<p>The Department ordered the departure of non-emergency U.S. government employees "
              "and eligible family members on May 6, 2026.</p>")),
        loud("departure-lifted", "high", "departure_order", PAGE,
             ("<p>The Department authorized the departure of non-emergency U.S. government employees "
              "and eligible family members on April 2, 2026.</p>",
              "<p>On May 6, 2026, the Department lifted the authorized departure of non-emergency U.S. "
              "government employees and eligible family members.</p>")),
        loud("curfew-hours", "medium", "", CANADA,
             ("A curfew is in effect in Bamako from 9 p.m. to 6 a.m.",
              "A curfew is in effect in Bamako from 6 p.m. to 6 a.m.")),
        loud("number", "medium", "number_changed", PAGE, ("five people were killed", "nine people were killed")),
        recorded("link-target-changed", "url_changed", PAGE,
                 ('href="https://www.faa.gov/notices/mali"', 'href="https://www.faa.gov/notices/west-africa"')),
        loud("entry-rule", "medium", "", UK_API,
             ("You need a visa to enter Mali. Visas are issued on arrival at Bamako airport.",
              "You need a visa to enter Mali. Visas are no longer issued on arrival at Bamako airport.")),
        loud("deleted-paragraph", "medium", "", PAGE,
             ("<p>Armed men attacked a hotel in Bamako on April 11, 2026, and five people were killed.</p>\n", "")),
        loud("coup-reported", "high", "event_added", UK_API,
             ("<h2 id=\\\"crime\\\">Crime</h2>",
              "<h2 id=\\\"situation-in-bamako\\\">Situation in Bamako</h2>\\n<p>On 5 May 2026, soldiers announced a "
              "coup on state television. The airport is closed.</p>\\n<h2 id=\\\"crime\\\">Crime</h2>")),
        loud("alert-status", "high", "level_change", UK_API,
             ('"avoid_all_travel_to_parts"', '"avoid_all_travel_to_whole_country"'),
             ("FCDO advises against all travel to parts of Mali", "FCDO advises against all travel to Mali")),
    )  # fmt: skip


@cache
def pairs() -> tuple[Pair, ...]:
    """All pairs, quiet ones first."""
    return (*_quiet(), *_loud())


def files() -> dict[str, bytes]:
    """File name to content."""
    found: dict[str, bytes] = {}
    for pair in pairs():
        before, after = pair.files
        found[before], found[after] = pair.before.encode(), pair.after.encode()
        if pair.suffix == "json":
            json.loads(pair.before), json.loads(pair.after)
    return found


def index() -> list[dict[str, Any]]:
    """What index.json says."""
    return [
        {
            "name": pair.name,
            "url": pair.url,
            "kind": KINDS[pair.url],
            "before": pair.files[0],
            "after": pair.files[1],
            "verdict": pair.verdict,
            "outcome": list(pair.outcome),
            "min_severity": pair.min_severity,
            "facts": list(pair.facts),
        }
        for pair in pairs()
    ]
