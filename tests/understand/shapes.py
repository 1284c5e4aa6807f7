"""Small pages in the real shapes of the publishers, around one section that a pair changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

_KEEP = ("<p>Keep copies of your papers in a safe place.</p><p>Use taxis that your hotel has called.</p>"
         "<p>Drink bottled water only.</p><p>Mobile coverage is poor outside the towns.</p>")  # fmt: skip


class Shape(NamedTuple):
    """One kind of page: its address, and markup from (section, what stands in it, level)."""

    url: str
    build: Callable[[str, str, int], str]


_US_LEVELS = {1: "Exercise normal precautions", 2: "Exercise increased caution", 3: "Reconsider travel",
              4: "Do not travel"}  # fmt: skip


def _us_page(section: str, inner: str, level: int) -> str:
    summary, rest = (inner, "") if section == "Advisory summary" else ("", f"<h3>{section}</h3>{inner}")
    return (
        "<!DOCTYPE html><html><head><title>Mali</title></head><body><main><div class='cmp-traveladvisory'>"
        f"<div class='cmp-traveladvisory__header level-{level}'><h2 class='travel-advisory'>Travel advisory - Republic of"
        f" Mali</h2><h3 class='travel-level'>Level {level} - {_US_LEVELS[level]}</h3>"
        "<div class='cmp-traveladvisory__header-date-issued'><span class='date-issued'>Date issued: June 8, 2026 -</span>"
        f"</div></div><div class='cmp-traveladvisory__body level-{level}'><div class="
        "'cmp-traveladvisory__body-container'><div class='cmp-traveladvisory__body-container-advisory'>"
        "<h3 class='section-heading'>Advisory summary</h3><div class='summary-text usa-prose'>"
        f"{_KEEP}{summary}{rest}</div></div></div></div></div></main></body></html>"
    )


def _us_advisory(section: str, inner: str, level: int) -> str:
    return (
        "<!DOCTYPE html><html><head><title>Mali Travel Advisory</title></head><body><div class='tsg-rwd-main-copy-frame'>"
        "<div class='EmergencyAlert'><div class='tsg-rwd-emergency-alert-frame'>"
        "<div class='tsg-rwd-emergency-alertheader-title'><h3>Travel Advisory<br>July 31, 2023</h3>"
        f"<h3>Mali - Level {level}: {_US_LEVELS[level]}</h3></div><div class='tsg-rwd-emergency-alert-text'>{_KEEP}"
        f"<p><b>{section}:</b></p>{inner}</div></div></div></div></body></html>"
    )


def _us_country(section: str, inner: str, level: int) -> str:
    return (
        "<!DOCTYPE html><html><head><title>Mali International Travel Information</title></head><body>"
        "<div class='tsg-rwd-body-frame-row'><div id='csi-mainbody'><div><div class='tsg-rwd-csi-contry-name'>Mali</div>"
        "<div class='tsg-rwd-csi-official-contry-name'>Republic of Mali</div>"
        "<div class='tsg-rwd-csi-travel-advisories'><div id='tsg-rwd-advisories'><h3 class='tsg-rwd-eab-title-frame'>"
        f"Mali - Level {level}: {_US_LEVELS[level]}</h3></div></div><div class='tsg-rwd-csi-hide-show-maincontent-csi-show'>"
        "<div class='tsg-rwd-main-CSI-International-Travel-items-international'>"
        f"<div class='set_1 tsg-rwd-accordion-csi-show'><a title='{section}'><h4>{section}</h4></a>"
        f"<div class='tsg-rwd-accordion-copy'>{_KEEP}{inner}</div></div></div></div></div></div></div></body></html>"
    )


def _us_rss(section: str, inner: str, level: int) -> str:
    body = (_KEEP + inner).replace("&", "&amp;").replace("<", "&lt;")
    return (
        "<?xml version='1.0'?><rss version='2.0'><channel><title>Advisories</title><item>"
        f"<title>Mali - Level {level}: {_US_LEVELS[level]}</title><link>https://travel.state.gov/content/travel/en/"
        "traveladvisories/traveladvisories/mali-travel-advisory.html</link><category domain='Threat-Level'>Level"
        f" {level}: {_US_LEVELS[level]}</category><pubDate>Mon, 08 Jun 2026</pubDate><description>{body}</description>"
        "</item></channel></rss>"
    )


_UK_STATUS = {1: [], 2: ["avoid_all_but_essential_travel_to_parts"], 3: ["avoid_all_travel_to_parts"],
              4: ["avoid_all_travel_to_whole_country"]}  # fmt: skip


def _uk_api(section: str, inner: str, level: int) -> str:
    return json.dumps({
        "base_path": "/foreign-travel-advice/mali", "content_id": "x", "document_type": "travel_advice",
        "schema_name": "travel_advice", "title": "Mali travel advice", "locale": "en",
        "details": {
            "country": {"name": "Mali", "slug": "mali"}, "alert_status": _UK_STATUS[level], "change_description": "",
            "parts": [{"slug": section.lower().replace(" ", "-"), "title": section, "body": _KEEP + inner}]}})  # fmt: skip


_CA_LEVELS = {1: ("Normal", "Take normal security precautions"), 2: ("Caution", "Exercise a high degree of caution"),
              3: ("AvoidNonEssential", "Avoid non-essential travel"), 4: ("AvoidAll", "Avoid all travel")}  # fmt: skip


def _canada(section: str, inner: str, level: int) -> str:
    style, words = _CA_LEVELS[level]
    return (
        "<!DOCTYPE html><html lang='en'><head><title>Travel advice and advisories for Mali</title></head><body>"
        "<h1><span id='nameLbl'>Mali</span> travel advice</h1><p>Last updated: <span id='lastUpdateDateLbl'>April 27, 2026"
        f" 08:53</span> ET</p><div class='row'><div class='col-md-8'><div id='risk'><h2>Risk level</h2><div class='AdvisoryContainer {style}'><h3>MALI -"
        f" {words.upper()}</h3><p>{words} in Mali.</p></div></div></div></div>"
        f"<div class='row'><div class='col-md-8'><div id='{_CA_IDS.get(section, 'security')}'><h2>{section}</h2>{_KEEP}{inner}</div></div></div></body></html>"
    )


_CA_IDS = {"Health": "health", "Entry and exit requirements": "entryexit", "Laws and culture": "laws",
           "Natural disasters and climate": "disasters", "Need help?": "assistance"}  # fmt: skip


_AU_LEVELS = {1: "Exercise normal safety precautions", 2: "Exercise a high degree of caution",
              3: "Reconsider your need to travel", 4: "Do not travel"}  # fmt: skip


def _australia(section: str, inner: str, level: int) -> str:
    return (
        "<!DOCTYPE html><html lang='en'><head><title>Mali Travel Advice &amp; Safety | Smartraveller</title></head><body>"
        f"<h1>Mali</h1><div class='advice-level'>{_AU_LEVELS[level]}</div><time datetime='2025-07-02T12:00:00Z'>02 Jul 2025"
        f"</time><div class='node__content'><p>Advice Level summary</p><p>{_AU_LEVELS[level]} in Mali.</p></div>"
        "<div class='full-bleed'><div class='field'><div class='field__items'><div class='field__item'><div class='paragraph'>"
        f"<h3>{section}</h3>{_KEEP}{inner}</div></div></div></div></div></body></html>"
    )


def _ireland(section: str, inner: str, level: int) -> str:
    status = {1: "Normal Precautions", 2: "High Degree of Caution", 3: "Avoid Non-Essential Travel",
              4: "Do Not Travel"}[level]  # fmt: skip
    return (
        "<!DOCTYPE html><html lang='en'><head><title>Mali | Ireland.ie</title></head><body><div id='main-header'>"
        "<h1>Mali</h1></div><div class='update-text'>Updated on: 15 June 2026</div><div class='section'><div class="
        f"'accordion'><h2>Travel to Mali overview</h2><h3><strong>Security Status</strong></h3><p>{status}</p></div>"
        f"<div class='accordion'><h2>{section}</h2>{_KEEP}{inner}</div></div></body></html>"
    )


SHAPES: dict[str, Shape] = {
    "us-page": Shape("https://travel.state.gov/en/international-travel/travel-advisories/mali.html", _us_page),
    "us-advisory": Shape("https://travel.state.gov/content/travel/en/traveladvisories/traveladvisories/"
                         "mali-travel-advisory.html", _us_advisory),
    "us-country": Shape("https://travel.state.gov/content/travel/en/international-travel/"
                        "International-Travel-Country-Information-Pages/Mali.html", _us_country),
    "us-rss": Shape("https://travel.state.gov/_res/rss/TAsTWs.xml", _us_rss),
    "uk-api": Shape("https://www.gov.uk/api/content/foreign-travel-advice/mali", _uk_api),
    "canada": Shape("https://travel.gc.ca/destinations/mali", _canada),
    "australia": Shape("https://www.smartraveller.gov.au/destinations/africa/mali", _australia),
    "ireland": Shape("https://www.ireland.ie/en/dfa/overseas-travel/advice/mali/", _ireland),
}  # fmt: skip
