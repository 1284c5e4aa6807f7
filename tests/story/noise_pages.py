"""The small pages that the pairs are made of, one in each publisher's shape."""

from __future__ import annotations

import json

from tests.story.old import LETTERS

US_LIST = """<ul>
<li>Carjackers wait where the paved road ends.</li>
<li>Thieves on motorbikes snatch bags from people on foot.</li>
<li>Robbers in stolen uniforms set up checkpoints after dark.</li>
</ul>"""


def us_page() -> str:
    return f"""<!DOCTYPE html>
<!-- generated at 2026-05-04T13:10:00Z by publish-3 -->
<html lang="en">
<head>
<meta charset="UTF-8">
<title>Mali - Travel.State.Gov</title>
<meta name="csrf-token" content="5c0f77aa19">
<script nonce="q1Zb0tXk" src="/etc.clientlibs/tsg-aem/clientlibs/clientlib-base.lc-71-lc.min.js"></script>
</head>
<body class="destination-page">
<nav class="usa-nav"><a href="/en/international-travel.html">International Travel</a></nav>
<main id="tsg_main_content_container">
<div class="herocontainer container responsivegrid"><div class="hero-standard"><h1>Mali</h1></div></div>
<div class="cmp-traveladvisory ">
<div class="cmp-traveladvisory__header level-3">
<h2 class="travel-advisory ">Travel advisory - Mali</h2>
<h3 class=" travel-level ">Level 3 - Reconsider travel</h3>
<div class="cmp-traveladvisory__header-date-issued ">
<span class="date-issued ">Date issued: March 19, 2026 -
<button id="advisory-history" class="advisory-history ">advisory history</button></span></div>
</div>
<div class="cmp-traveladvisory__body level-3">
<div class="cmp-traveladvisory__body-container">
<ul class="pill-list">
<li class="tsg-utility-risk-pill">Crime (C)</li>
<li class="tsg-utility-risk-pill">Terrorism (T)</li>
</ul>
<div class="cmp-traveladvisory__body-container-guidance">
<h2 class="statement"><span class="guidance level-3">Reconsider travel</span>
<span class="cmp-traveladvisory__inline"><p>to <b>Mali</b> due to <b>crime</b> and <b>terrorism</b>.</p></span></h2>
</div>
<div class="cmp-traveladvisory__body-container-advisory">
<h3 class="section-heading">Advisory summary</h3>
<div class="summary-text usa-prose">
<p>The Department authorized the departure of non-emergency U.S. government employees and eligible family members on April 2, 2026.</p>
<p>The embassy is able to help U.S. citizens in the Sikasso Region.</p>
<h4><span class="header-paragraph">Crime</span></h4>
{US_LIST}
<h4><span class="header-paragraph">Terrorism</span></h4>
<p>Armed men attacked a hotel in Bamako on April 11, 2026, and five people were killed.</p>
<p>Read more in the <a href="https://www.state.gov/country-reports/">country reports</a>.</p>
<h4><span class="header-paragraph">Unrest</span></h4>
<p>Marches form quickly in the center of Bamako, and police answer with tear gas.</p>
<h4><span class="header-paragraph">Air travel</span></h4>
<p>Pilots should read the <a href="https://www.faa.gov/notices/mali">notices for Mali</a>.</p>
</div>
</div>
<div class="cmp-traveladvisory__body-container-risk-areas">
<h3 class="risk-section-heading">Risks in specific areas</h3>
<div class="risk-level level-3">
<h4 class="level-title level-title-3">Level: 3 - Reconsider travel</h4>
<div class="location-name-summary"><div class="location-name" tabindex="0">Koulikoro Region</div>
<div class="location-summary usa-prose"><p><b>Reconsider travel</b> to the Koulikoro Region due to <b>crime</b>.</p></div></div>
</div>
</div>
</div>
</div>
</div>
<aside class="tilecontainer"><ul><li>Enroll in STEP</li><li>Travel insurance</li></ul></aside>
<p id="tsg-page_date">Last Updated: April 28, 2026</p>
</main>
<footer class="usa-footer"><p>Bureau of Consular Affairs</p></footer>
<img src="/telemetry/p.gif?r=48151623" width="1" height="1" alt="">
</body>
</html>
"""


def us_country() -> str:
    facts = """<div class="tsg-rwd-sidebar-qf-csi-show"><h3>Quick Facts</h3>
<div class="tsg-rwd-sidebar-copy tsg_rwd_textbox_full"><div class="tsg-rwd-qf-column">
<div class="tsg-rwd-qf-box"><div class="tsg-rwd-qf-box-title">PASSPORT VALIDITY:</div>
<div class="tsg-rwd-qf-box-data"><p>Six months after entry</p></div></div>
<div class="tsg-rwd-qf-box"><div class="tsg-rwd-qf-box-title">VACCINATIONS:</div>
<div class="tsg-rwd-qf-box-data"><p>Yellow fever</p></div></div>
</div></div></div>"""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Mali International Travel Information</title>
</head>
<body class="page basicpage">
<div id="csi-mainbody"><div>
<div class="tsg-rwd-csi-display-page-header"><div><div class="tsg-rwd-csi-contry-name">Mali</div>
<div class="tsg-rwd-csi-official-contry-name">Republic of Mali</div></div></div>
<div class="tsg-rwd-csi-travel-advisories"><div>
<div id="tsg-rwd-advisories" class="advisories tsg-rwd-eab-main-frame-orange"><div><a href="#">
<h3 class="tsg-rwd-eab-type-main-frame"><div class="tsg-rwd-eab-type-frame">Travel Advisory</div>
<div class="tsg-rwd-eab-date-frame">November 4, 2025</div></h3>
<h3 class="tsg-rwd-eab-title-frame">Mali - Level 3: Reconsider Travel</h3></a></div></div>
</div></div>
<div class="tsg-rwd-csi-hide-show-maincontent-csi-show"><div>
<div class="tsg-rwd-main-CSI-International-Travel-items-international">
<div class="tsg-rwd-accordion-nav-frame-for-freestanding-all-buttons-csi-show"><a href="javascript:void(0);">Expand All</a></div>
{facts}
<div class="set_0 tsg-rwd-accordion-csi-show"><a href="javascript:void(0)" title="Embassies and Consulates"><h4>Embassies and Consulates</h4></a>
<div class="tsg-rwd-accordion-copy"><h2>U.S. Embassy Bamako</h2>
<p><b>Avenue of the Embassies<br>Bamako, Mali</b><br>
<b>Telephone:</b> +(223) 2070-0140<br>
<b>Emergency After-Hours Telephone:</b> +(223) 6600-0141<br>
<b>Email:</b> <a href="mailto:acs.bamako@embassy.example">acs.bamako@embassy.example</a></p></div></div>
<div class="set_1 tsg-rwd-accordion-csi-show"><a href="javascript:void(0)" title="Entry, Exit and Visa Requirements"><h4>Entry, Exit and Visa Requirements</h4></a>
<div class="tsg-rwd-accordion-copy"><p><b>Visa:</b> You need a visa before you travel.</p></div></div>
<div class="set_2 tsg-rwd-accordion-csi-show"><a href="javascript:void(0)" title="Health"><h4>Health</h4></a>
<div class="tsg-rwd-accordion-copy"><p><b>Malaria:</b> Take pills as prescribed and sleep under a net.</p></div></div>
</div></div></div>
<div class="tsg-rwd-mobile-only">{facts}</div>
<div class="csi-data-date">Last Updated: December 9, 2025</div>
</div></div>
</body>
</html>
"""


def us_advisory() -> str:
    letters = "\n".join(
        f'<a class="tsg-rwd-risk{" showThreat" if letter in "TKC" else ""}" data-tooltip="{name}: {words}"'
        f' href="javascript:void(0);">{letter}</a>'
        for letter, name, words in LETTERS
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Mali Travel Advisory</title>
</head>
<body>
<div class="tsg-rwd-body-frame-row"><div class="contentbody"><div class="tsg-rwd-main-copy-frame">
<div class="tsg-rwd-main-copy-body-frame withrail"><div class="tsg-rwd-content-page-parsysxxx parsys">
<div class="EmergencyAlert"><div class="tsg-rwd-emergency-alert-frame">
<div class="tsg-rwd-emergency-alertheader-title"><h3>Travel Advisory<br>November 4, 2025</h3>
<h3>Mali - Level 3: Reconsider Travel</h3></div>
{letters}
<div class="tsg-rwd-emergency-alert-text">
<p><b><i>Reissued after periodic review with minor edits.</i></b></p>
<p>Reconsider travel to Mali due to <b>crime, terrorism,</b> and <b>kidnapping</b>.</p>
<p><b>Country Summary:</b> Armed robbers and kidnappers are active in every region.</p>
</div></div></div>
<div><h3>Travel Advisory Levels</h3><img src="/content/dam/tsg-global/travel-levelv1.svg" alt="Travel Advisory Levels"></div>
<div><h3>Assistance for U.S. Citizens</h3><p>U.S. Embassy Bamako<br><b>Telephone:</b> +(223) 2070-0140</p></div>
</div></div></div></div></div>
</body>
</html>
"""


CANADA_DENGUE = """<h4>Dengue</h4>
<p>Dengue spreads after the rains. There is no medicine against it; avoid bites by day.</p>
"""
CANADA_MALARIA = """<h4>Malaria</h4>
<p>Malaria occurs in the whole country and in every season. Talk to a clinic about pills.</p>
"""


def canada_page() -> str:
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Travel advice and advisories for Mali</title>
</head>
<body>
<h1><span id="nameLbl">Mali</span> travel advice</h1>
<p>Last updated: <span id="lastUpdateDateLbl">May 4, 2026 09:12</span> ET</p>
<p>Latest updates: <span id="lastUpdateTextLbl">Health – editorial change</span></p>
<div class="row"><div class="col-md-8">
<div id="risk"><h2>Risk level</h2>
<div class="AdvisoryContainer AvoidAll"><h3>MALI - AVOID ALL TRAVEL</h3>
<p>Avoid all travel to Mali due to armed conflict and the threat of kidnapping.</p></div></div>
<div id="security"><h2>Safety and security</h2>
<h3>Curfew</h3>
<p>A curfew is in effect in Bamako from 9 p.m. to 6 a.m.</p>
<h3>Roads</h3>
<p>Armed groups stop vehicles on the main roads.</p>
<p>Fuel trucks from Côte d’Ivoire are burned.</p></div>
<div id="entryexit"><h2>Entry and exit requirements</h2>
<p>Canadians need a visa.</p></div>
<div id="health"><h2>Health</h2>
<h3>Mosquitoes</h3>
{CANADA_DENGUE}{CANADA_MALARIA}<h3>Stomach illness</h3>
<p>Take care with food &amp; water.</p></div>
</div></div>
<footer>Government of Canada</footer>
</body>
</html>
"""


def canada_json() -> str:
    document = {
        "metadata": {"generated": {"timestamp": 1777900000, "date": "2026-05-04 13:06:40"}},
        "data": {
            "country-iso": "ML",
            "advisory-state": 3,
            "has-advisory-warning": 1,
            "has-regional-advisory": 0,
            "has-content": 1,
            "update-metadata": "Editorial change",
            "eng": {
                "name": "Mali",
                "url-slug": "mali",
                "geo-group": "Africa",
                "friendly-date": "May 4, 2026 09:12 EDT",
                "advisory-text": "Avoid all travel",
                "recent-updates": "Health – editorial change",
                "advisories": '<div class="AdvisoryContainer AvoidAll"><h3>MALI - AVOID ALL TRAVEL</h3>'
                "<p>Avoid all travel to Mali due to armed conflict and the threat of kidnapping.</p></div>",
                "security": "<h3>Roads</h3><p>Armed groups stop vehicles on the main roads.</p>",
                "entry-exit": "<h3>Visas</h3><p>Canadians need a visa.</p>",
                "health": "<h3>Mosquitoes</h3><p>Malaria occurs in the whole country.</p>",
            },
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def uk_page() -> str:
    return """<!DOCTYPE html>
<html lang="en" class="govuk-template">
<head>
<meta charset="utf-8">
<title>Mali travel advice - GOV.UK</title>
<link rel="stylesheet" href="/assets/frontend/application-4f2a.css">
<script src="/assets/frontend/application-4f2a.js" defer></script>
</head>
<body class="govuk-template__body">
<div id="global-cookie-message"><p>Cookies on GOV.UK</p></div>
<div class="govuk-grid-column-two-thirds"><h1>Mali</h1></div>
<aside class="part-navigation-container"><ul><li><a href="/foreign-travel-advice/mali">Warnings and insurance</a></li></ul></aside>
<div class="govuk-grid-column-two-thirds"><h1>Warnings and insurance</h1>
<dl class="gem-c-metadata__list"><dt>Still current at:</dt><dd>4 May 2026</dd>
<dt>Updated:</dt><dd>2 May 2026</dd></dl>
<h2 id="areas-where-fcdo-advises-against-travel">Areas where FCDO advises against travel</h2>
<p>FCDO advises against all travel to these parts of Mali:</p>
<ul>
<li>Gao Region</li>
<li>Kidal Region</li>
<li>Mopti Region</li>
</ul>
<h2 id="roads">Roads</h2>
<p>The road from Bamako to Kayes is safe to use by day. Do not drive at dusk - even in a convoy.</p>
<p>Carry water, food and fuel for two days. The army has "no-go" areas near its camps.</p>
<h2 id="alert">State of alert</h2>
<p>Since April, the 'state of alert' has been in force in the whole country.</p>
</div>
<footer>Open Government Licence</footer>
</body>
</html>
"""


def uk_api() -> str:
    parts = [
        ("warnings-and-insurance", "Warnings and insurance",
         '<h2 id="parts">FCDO advises against all travel to parts of Mali</h2>\n'
         "<p>Armed groups control much of the north.</p>\n"),
        ("entry-requirements", "Entry requirements",
         '<h2 id="visa">Visa requirements</h2>\n<p>You need a visa to enter Mali. Visas are issued on arrival '
         "at Bamako airport.</p>\n"),
        ("safety-and-security", "Safety and security",
         '<h2 id="crime">Crime</h2>\n<p>Robbers stop cars after dark.</p>\n'),
        ("getting-help", "Getting help",
         '<h2 id="help">Emergency services in Mali</h2>\n<p>Ambulance: 15</p>\n<p>Police: 17</p>\n'),
    ]  # fmt: skip
    document = {
        "base_path": "/foreign-travel-advice/mali",
        "content_id": "7a2c1f4e-0d53-4f0e-8f4b-5f2f6a9c3b10",
        "description": "Travel advice for Mali.",
        "document_type": "travel_advice",
        "schema_name": "travel_advice",
        "locale": "en",
        "phase": "live",
        "first_published_at": "2013-03-20T12:00:00+00:00",
        "public_updated_at": "2026-05-02T10:20:00+00:00",
        "updated_at": "2026-05-02T10:20:00+00:00",
        "publishing_app": "travel-advice-publisher",
        "publishing_request_id": "21-1777900000.118-10.13.4.7-2211",
        "title": "Mali travel advice",
        "withdrawn_notice": {},
        "links": {},
        "details": {
            "country": {"name": "Mali", "slug": "mali", "synonyms": []},
            "alert_status": ["avoid_all_travel_to_parts"],
            "change_description": "New information about visas.",
            "email_signup_link": "/foreign-travel-advice/mali/email-signup",
            "max_cache_time": 10,
            "reviewed_at": "2026-05-02T10:20:00Z",
            "updated_at": "2026-05-02T10:20:00Z",
            "parts": [{"slug": slug, "title": title, "body": body} for slug, title, body in parts],
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
