"""The templates before the new site: the country page and the advisory page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.story import content as text
from tests.story.chrome import Fetch
from tests.story.content import Mali, Topic
from tests.story.page import long_date

COLOURS = {1: "blue", 2: "standard", 3: "orange", 4: "red"}
LETTERS = (
    ("O", "Other", "Read the advisory for the reason."),
    ("D", "Wrongful Detention", "People may be held without cause."),
    ("K", "Kidnapping or Hostage Taking", "Criminals or terrorists take hostages."),
    ("E", "Time-Limited Event", "An event such as an election adds risk for some days."),
    ("N", "Natural Disaster", "A disaster or its aftermath is a danger."),
    ("H", "Health", "Medical care is limited or there is an outbreak."),
    ("U", "Civil Unrest", "Unrest may disturb your trip."),
    ("T", "Terrorism", "Attacks have happened or are planned."),
    ("C", "Crime", "Violent or organized crime is widespread."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldMali:
    """What moved on the old pages in their last weeks."""

    issued: date = date(2025, 11, 4)
    health: bool = False
    phone: str = "+(223) 2070-0140"


def _chrome(fetch: Fetch, title: str, body: str) -> str:
    rng = fetch.random(title)
    tiles = ["Enroll in STEP", "Find an embassy", "Passport wait times", "Travel insurance"]
    rng.shuffle(tiles)
    token = rng.randbytes(16).hex()
    promo = "".join(f'<div class="tsg-rwd-tile">{tile}</div>' for tile in tiles)
    return f"""<!DOCTYPE html>
<!-- generated at {fetch.at:%Y-%m-%dT%H:%M:%SZ} request {rng.randbytes(8).hex()} -->
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="csrf-token" content="{token}">
<link rel="stylesheet" href="/etc.clientlibs/travel/clientlibs/tsg-rwd/site.{fetch.asset[:12]}.min.css">
<script nonce="{rng.randbytes(8).hex()}" src="/etc.clientlibs/travel/clientlibs/tsg-rwd/site.{fetch.asset[:12]}.min.js"></script>
</head>
<body class="page basicpage">
<div class="tsg-rwd-body-frame-row">
<div class="tsg-rwd-header"><ul class="tsg-rwd-nav"><li><a href="/content/travel/en/passports.html">U.S. Passports</a></li>
<li><a href="/content/travel/en/international-travel.html">International Travel</a></li>
<li><a href="/content/travel/en/us-visas.html">U.S. Visas</a></li></ul>
<form action="/search"><input type="hidden" name="_token" value="{token}"><input name="q"></form></div>
{body}
<div class="tsg-rwd-promo">{promo}</div>
<div class="tsg-rwd-footer"><p>Bureau of Consular Affairs</p>
<div class="external-popup">You are about to leave this site.</div></div>
</div>
<img src="/t.gif?sid={token[:10]}" width="1" height="1" alt="">
</body>
</html>
"""


def _copy(topics: tuple[Topic, ...]) -> str:
    """Old pages put the label in bold at the head of the paragraph."""
    rows = []
    for item in topics:
        label = f"<b>{item.heading}:</b> " if item.heading else ""
        for piece in item.parts:
            if piece.kind == "ul":
                rows.append("<ul>" + "".join(f"<li>{words}</li>" for words in piece.texts) + "</ul>")
                continue
            for words in piece.texts:
                rows.append(f"<p>{label}{words}</p>")
                label = ""
    return "\n".join(rows)


def _quick_facts() -> str:
    facts = (
        ("PASSPORT VALIDITY", "Six months after entry"),
        ("BLANK PASSPORT PAGES", "Two pages"),
        ("TOURIST VISA REQUIRED", "Yes"),
        ("VACCINATIONS", "Yellow fever"),
        ("CURRENCY RESTRICTIONS FOR ENTRY", "Declare more than 1,000,000 CFA francs"),
        ("CURRENCY RESTRICTIONS FOR EXIT", "500,000 CFA francs"),
    )
    columns = []
    for column in (facts[:3], facts[3:]):
        boxes = "\n".join(
            f'<div class="tsg-rwd-qf-box"><div class="tsg-rwd-qf-box-title">{name}:</div>'
            f'<div class="tsg-rwd-qf-box-data"><p>{value}</p></div></div>'
            for name, value in column
        )
        columns.append(f'<div class="tsg-rwd-qf-column">\n{boxes}\n</div>')
    return (
        '<div class="tsg-rwd-sidebar-qf-csi-show"><h3>Quick Facts</h3>'
        '<div class="tsg-rwd-sidebar-copy tsg_rwd_textbox_full">\n'
        f"{chr(10).join(columns)}\n</div></div>"
    )


def _accordion(number: int, title: str, body: str) -> str:
    return (
        f'<div class="set_{number} tsg-rwd-accordion-csi-show"><a href="javascript:void(0)" title="{title}">'
        f'<h4>{title}</h4></a>\n<div class="tsg-rwd-accordion-copy">\n{body}\n</div></div>'
    )


def country(mali: OldMali, fetch: Fetch) -> str:
    """The country page; the quick facts stand in it twice, for wide and for narrow screens."""
    guidance = dict(text.tips(Mali()))
    embassy = (
        '<h2><a href="https://ml.usembassy.gov/">U.S. Embassy Bamako</a></h2>\n'
        '<p class="address"><b>Avenue of the Embassies<br>Hamdallaye Quarter<br>Bamako, Mali</b><br>\n'
        f"<b>Telephone:</b> {mali.phone}<br>\n"
        "<b>Emergency After-Hours Telephone:</b> +(223) 6600-0141<br>\n"
        "<b>Fax:</b> +(223) 2070-0149<br>\n"
        '<b>Email:</b> <a href="mailto:acs.bamako@embassy.example">acs.bamako@embassy.example</a></p>'
    )
    accordions = "\n".join((
        _accordion(0, "Embassies and Consulates", embassy),
        _accordion(1, "Destination Description", _copy(tuple(Topic("", t.parts) for t in text.ABOUT))),
        _accordion(2, "Entry, Exit and Visa Requirements",
                   _copy((*text.REQUIREMENTS, *guidance["Entry and exit"]))),
        _accordion(3, "Safety and Security", _copy((text.CRIME, *guidance["Safety and security"]))),
        _accordion(4, "Local Laws &amp; Special Circumstances", _copy(guidance["Local laws and customs"])),
        _accordion(5, "Health", _copy(guidance["Health"])),
        _accordion(6, "Travel and Transportation", _copy(guidance["Travel and transportation"])),
        _accordion(7, "Fact Sheet", "<p>See the fact sheet on relations with Mali.</p>"),
    ))  # fmt: skip
    body = f"""<div id="csi-mainbody"><div>
<div class="tsg-rwd-csi-display-page-header"><div><div class="tsg-rwd-csi-contry-name">Mali</div>
<div class="tsg-rwd-csi-official-contry-name">Republic of Mali</div></div></div>
<div class="tsg-rwd-csi-travel-advisories"><div>
<div id="tsg-rwd-advisories" class="advisories tsg-rwd-eab-main-frame-{COLOURS[3]}"><div><a href="/content/travel/en/traveladvisories/traveladvisories/mali-travel-advisory.html">
<h3 class="tsg-rwd-eab-type-main-frame"><div class="tsg-rwd-eab-type-frame">Travel Advisory</div>
<div class="tsg-rwd-eab-date-frame">{long_date(mali.issued)}</div></h3>
<h3 class="tsg-rwd-eab-title-frame">Mali - Level 3: Reconsider Travel</h3></a></div></div>
<div class="tsg-rwd-alert-more-box"><div class="tsg-rwd-alert-teaser">Reconsider travel to Mali.</div>
<div class="tsg-rwd-alert-more-box-content">
{_copy((text.KIDNAPPING, text.UNREST))}
</div><a class="tsg-rwd-alert-more-box-btn" href="javascript:void(0)">[READ MORE]</a></div>
</div></div>
<div class="tsg-rwd-csi-hide-show-maincontent-csi-show"><div>
<div class="tsg-rwd-main-CSI-International-Travel-items-international">
<div class="tsg-rwd-accordion-nav-frame-for-freestanding-all-buttons-csi-show"><a href="javascript:void(0);">Expand All</a></div>
{_quick_facts()}
{accordions}
</div></div></div>
<div class="tsg-rwd-mobile-only">{_quick_facts()}</div>
<div class="tsg-rwd-consular-notifications-fram-for-info"><a href="mailto:notify@embassy.example">Notify us</a></div>
<div class="csi-data-date">Last Updated: December 9, 2025</div>
</div></div>"""
    return _chrome(fetch, "Mali International Travel Information", body)


def advisory(mali: OldMali, fetch: Fetch) -> str:
    """The advisory page; all nine risk letters stand in it, those in force carry `showThreat`."""
    active = "TKC" + "H" * mali.health
    letters = "\n".join(
        f'<a class="tsg-rwd-risk{" showThreat" if letter in active else ""}" href="javascript:void(0);" '
        f'data-tooltip="{name}: {words}" title="Tool Tip: {name}">{letter}</a>'
        for letter, name, words in LETTERS
    )
    if mali.health:
        note = "The advisory was reviewed. The “health” indicator was added."
        reasons = "<b>crime, terrorism, kidnapping,</b> and <b>health</b>"
        extra = (
            "\n<p><b>Health:</b> Fuel shortages have forced hospitals in Bamako to close operating rooms, "
            "and medical flights cannot always land.</p>"
        )
    else:
        note, extra = "Reissued after periodic review with minor edits.", ""
        reasons = "<b>crime, terrorism,</b> and <b>kidnapping</b>"
    body = f"""<div class="contentbody"><div class="tsg-rwd-main-copy-frame">
<div class="tsg-rwd-main-copy-body-frame withrail"><div class="tsg-rwd-content-page-parsysxxx parsys">
<div class="EmergencyAlert"><div class="tsg-rwd-emergency-alert-frame">
<div class="tsg-rwd-emergency-alertheader-title"><h3>Travel Advisory<br>{long_date(mali.issued)}</h3>
<h3>Mali - Level 3: Reconsider Travel</h3></div>
{letters}
<div class="tsg-rwd-emergency-alert-text">
<p><b><i>{note}</i></b></p>
<p>Reconsider travel to Mali due to {reasons}.</p>
<p><b>Country Summary:</b> Extremist groups are active across most of the country and have shown that they can strike in and around the capital.</p>
<p>Foreigners are taken hostage for money or for political ends.</p>{extra}
<p>If you decide to travel to Mali:</p>
<ul><li>Write a will and name somebody who may act for you.</li>
<li>Keep food, water, cash, and fuel for at least ten days.</li>
<li>Buy insurance that pays for a medical flight out of the country.</li></ul>
</div></div></div>
<div><h3>Travel Advisory Levels</h3><img src="/content/dam/tsg-global/travel-levelv{fetch.build}.svg" alt="Travel Advisory Levels"></div>
<div><h3>Assistance for U.S. Citizens</h3><p>U.S. Embassy Bamako<br>Avenue of the Embassies, Bamako<br>
<b>Telephone:</b> {mali.phone}<br><b>Emergency:</b> +(223) 6600-0141<br>
<b>Email:</b> <a href="mailto:acs.bamako@embassy.example">acs.bamako@embassy.example</a></p></div>
<div><h3>Mali Map</h3><img src="/content/dam/maps/mali.png" alt="Map of Mali"></div>
<div><h3>Search for Travel Advisories</h3><p>Choose a destination from the list.</p></div>
</div></div></div></div>"""
    return _chrome(fetch, "Mali Travel Advisory", body)
