"""Everything around the content of a new travel.state.gov page; it carries no advice.

What changes on each fetch: nonces, tokens, request ids, the generated-at comment, the tracking
pixel, the order of the tiles. What changes now and then: the build in the asset addresses, and the
menu. The same `Fetch` gives the same bytes.
"""

from __future__ import annotations

import base64
import random
import uuid
from dataclasses import dataclass
from datetime import datetime

from tests.story.countries import COUNTRIES


@dataclass(frozen=True, slots=True)
class Fetch:
    """One look at a page: when, with which build of the site, with which menu."""

    at: datetime
    build: int = 1
    menu: int = 1

    def random(self, salt: str = "") -> random.Random:
        return random.Random(f"{self.at.isoformat()}|{salt}")

    @property
    def asset(self) -> str:
        return random.Random(f"build {self.build}").randbytes(16).hex()


_MENU = {
    "U.S. Passports": ("Apply in person", "Renew online", "Renew by mail", "Children under 16",
                       "Correct an error", "Lost or stolen", "Processing times", "Urgent travel",
                       "Passport cards", "Passport agencies", "Photos", "Fees", "Forms", "Get help"),
    "International Travel": ("Travel advisories", "Destinations A to Z", "Before you go",
                             "Traveler’s checklist", "High-risk areas", "Cruise ships", "Students",
                             "Older travelers", "Travelers with disabilities", "Faith-based travel",
                             "Adventure travel", "Insurance", "Driving abroad", "Emergencies",
                             "Arrest or detention abroad", "Death abroad", "Crisis abroad",
                             "Embassies and consulates", "Smart Traveler Enrollment Program"),
    "U.S. Visas": ("Visitors", "Students and exchange", "Work", "Immigrate", "Diversity visa",
                   "Family members", "Fiancé(e)", "Investors", "Waivers", "Denials", "Wait times",
                   "Visa bulletin", "Fees", "Forms", "Reciprocity by country", "Fraud warning"),
    "Intercountry Adoption": ("Who can adopt", "The process", "Country information", "Agencies",
                              "The Hague Convention", "After the adoption", "Statistics"),
    "International Parental Child Abduction": ("Prevention", "If your child is taken", "Reports",
                                               "Alert program", "Legal aid", "Contact the office"),
    "Records and Authentications": ("Birth abroad", "Copies of records", "Authenticate a document",
                                    "Marriage abroad", "Divorce abroad", "Notaries"),
    "About Us": ("Who we are", "Leadership", "Careers", "Contact", "Newsroom", "Publications"),
}  # fmt: skip
_TILES = ("Enroll in STEP", "Find an embassy", "Passport wait times", "Travel insurance", "Crisis tips")
_ICONS = {
    "calendar": "M3 3v18h18V3H3zm16 16H5V8h14v11z",
    "passport": "M6 2h12v20H6V2zm6 4a4 4 0 100 8 4 4 0 000-8z",
    "phone": "M6.6 10.8a15 15 0 006.6 6.6l2.2-2.2 4.8 1.6V21A17 17 0 013 4h4l1.6 4.8-2 2z",
    "globe": "M12 2a10 10 0 100 20 10 10 0 000-20zm0 2c2 3 2 13 0 16-2-3-2-13 0-16z",
}


def _slug(words: str) -> str:
    kept = "".join(c if c.isalnum() else " " for c in words.lower())
    return "-".join(kept.split())


def _banner() -> str:
    return """<section class="usa-banner" aria-label="Official website of the United States government">
<div class="usa-accordion"><header class="usa-banner__header"><div class="usa-banner__inner">
<p class="usa-banner__header-text">An official website of the United States government</p>
<button type="button" class="usa-accordion__button usa-banner__button" aria-expanded="false"
 aria-controls="gov-banner"><span class="usa-banner__button-text">Here’s how you know</span></button>
</div></header><div class="usa-banner__content usa-accordion__content" id="gov-banner">
<p><strong>Official websites use .gov</strong><br>A .gov address belongs to a government body.</p>
<p><strong>Secure .gov websites use HTTPS</strong><br>A lock means that you are safely connected.</p>
</div></div></section>"""


def _menu(fetch: Fetch) -> str:
    groups = list(_MENU.items())
    if fetch.menu == 2:
        groups = [*groups[1:2], *groups[:1], *groups[2:]]
    blocks = []
    for number, (name, links) in enumerate(groups):
        if fetch.menu == 2 and name == "About Us":
            links = (*links, "Accessibility")
        items = "\n".join(
            f'<li class="usa-nav__submenu-item cmp-navigation__item cmp-navigation__item--level-1">'
            f'<a class="cmp-navigation__item-link" href="/en/{_slug(name)}/{_slug(link)}.html"'
            f' data-cmp-clickable data-cmp-data-layer="{{&#34;nav-{number}-{i}&#34;:{{'
            f'&#34;@type&#34;:&#34;tsg/components/navigation/item&#34;}}}}"><span>{link}</span></a></li>'
            for i, link in enumerate(links)
        )
        blocks.append(
            f'<li class="usa-nav__primary-item"><button type="button" class="usa-accordion__button'
            f' usa-nav__link" aria-expanded="false" aria-controls="megamenu-{number}"><span>{name}'
            f'</span></button><div id="megamenu-{number}" class="usa-nav__submenu usa-megamenu"'
            f' hidden>\n<ul class="usa-nav__submenu-list">\n{items}\n</ul></div></li>'
        )
    token = fetch.random("csrf").randbytes(20).hex()
    return (
        '<header class="usa-header usa-header--extended" role="banner"><div class="usa-navbar">'
        '<div class="usa-logo"><a href="/en.html" title="Home">Travel.State.Gov</a></div>'
        '<button type="button" class="usa-menu-btn">Menu</button></div>\n'
        '<nav aria-label="Primary" class="usa-nav megamenu"><div class="usa-nav__inner">'
        f'<ul class="usa-nav__primary usa-accordion">\n{chr(10).join(blocks)}\n</ul>'
        '<form class="usa-search usa-search--small" role="search" action="/en/search.html">'
        f'<input type="hidden" name=":cq_csrf_token" value="{token}">'
        '<label class="usa-sr-only" for="search-field">Search</label>'
        '<input class="usa-input" id="search-field" type="search" name="q">'
        '<button class="usa-button" type="submit">Search</button></form></div></nav></header>'
    )


def _head(fetch: Fetch, title: str) -> str:
    rng = fetch.random("head")
    nonce = base64.b64encode(rng.randbytes(16)).decode()
    token, session = rng.randbytes(24).hex(), rng.randbytes(12).hex()
    libraries = ("clientlib-base", "clientlib-grid", "clientlib-uswds", "clientlib-destination")
    base = "/etc.clientlibs/tsg-aem/clientlibs"
    css = "\n".join(
        f'<link rel="stylesheet" href="{base}/{name}.lc-{fetch.asset}-lc.min.css" type="text/css">'
        for name in libraries
    )
    scripts = "\n".join(
        f'<script nonce="{nonce}" async src="{base}/{name}.lc-{fetch.asset}-lc.min.js"></script>'
        for name in libraries
    )
    rules = "".join(
        f".aem-GridColumn.aem-GridColumn--{size}--{n}{{width:{n * 100 / 12:.4f}%;float:left;clear:none}}"
        f".aem-GridColumn.aem-GridColumn--offset--{size}--{n}{{margin-left:{n * 100 / 12:.4f}%}}"
        for size in ("default", "tablet", "phone")
        for n in range(1, 13)
    )
    return (
        f'<meta charset="UTF-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="template" content="destination-page">\n'
        f'<meta name="csrf-token" content="{token}">\n'
        '<link rel="canonical" href="https://travel.state.gov/en/international-travel/'
        'travel-advisories/mali.html">\n'
        f"{css}\n<style>{rules}</style>\n{scripts}\n"
        f'<script nonce="{nonce}">window.adobeDataLayer=window.adobeDataLayer||[];'
        f'adobeDataLayer.push({{"page":{{"sid":"{session}","renderedAt":"{fetch.at.isoformat()}",'
        f'"build":"{fetch.asset[:8]}","experiment":"hero-{rng.choice("ab")}"}}}});</script>'
    )


def _tiles(fetch: Fetch) -> str:
    order = list(_TILES)
    fetch.random("tiles").shuffle(order)
    tiles = "\n".join(
        f'<div class="tile cmp-tile" id="tile-{_slug(tile)}"><a class="cmp-tile__link" href="/en/'
        f'international-travel/{_slug(tile)}.html?promo={fetch.random(tile).randint(1000, 9999)}">'
        f'<span class="cmp-tile__title">{tile}</span></a></div>'
        for tile in order
    )
    return f'<aside class="tilecontainer container responsivegrid">\n{tiles}\n</aside>'


def _picker() -> str:
    options = "\n".join(
        f'<option value="/content/tsg_aem/us/en/home/international-travel/travel-advisories/'
        f'destination.{country.iso3.lower()}.html">{country.name.strip()}</option>'
        for country in COUNTRIES
    )
    return (
        '<form class="destination-picker usa-form"><label class="usa-label" for="destinations">Choose '
        f'another destination</label><select class="usa-select" id="destinations">\n{options}\n'
        '</select><button class="usa-button" type="button">Go</button></form>'
    )


def _footer(fetch: Fetch) -> str:
    rng = fetch.random("footer")
    nonce = base64.b64encode(rng.randbytes(16)).decode()
    icons = "".join(
        f'<symbol id="icon-{name}" viewBox="0 0 24 24"><path d="{path}"></path></symbol>'
        for name, path in _ICONS.items()
    )
    links = "".join(
        f'<li class="usa-footer__secondary-link"><a href="/en/{_slug(name)}.html">{name}</a></li>'
        for name in (*_MENU, "Privacy", "Copyright", "FOIA", "No FEAR Act", "Accessibility statement")
    )
    return (
        '<footer class="usa-footer usa-footer--big" role="contentinfo"><div class="grid-container">'
        f'<ul class="usa-list usa-list--unstyled">{links}</ul><p>U.S. Department of State, Bureau of '
        'Consular Affairs</p></div></footer>\n'
        '<div class="usa-modal external-link-modal" id="leaving" hidden><div class="usa-modal__content">'
        '<h2 class="usa-modal__heading">You are leaving this site</h2><p>We do not control the site '
        'behind this link.</p><button class="usa-button" type="button">Continue</button></div></div>\n'
        f'<svg aria-hidden="true" style="display:none">{icons}</svg>\n'
        f'<img src="/telemetry/p.gif?r={rng.randint(10**8, 10**9)}&amp;s={rng.randbytes(6).hex()}"'
        ' width="1" height="1" alt="">\n'
        '<noscript><iframe src="https://tags.example/ns.html" height="0" width="0"></iframe></noscript>\n'
        f'<script nonce="{nonce}">(function(){{var r="{uuid.UUID(int=rng.getrandbits(128), version=4)}";'
        'document.documentElement.setAttribute("data-request-id",r);})();</script>'
    )


def page(fetch: Fetch, title: str, body: str) -> str:
    """The whole page as the site serves it."""
    rng = fetch.random("comment")
    request = uuid.UUID(int=rng.getrandbits(128), version=4)
    return (
        "<!DOCTYPE html>\n"
        f"<!-- generated at {fetch.at:%Y-%m-%dT%H:%M:%SZ} by publish-{rng.randint(1, 8)} request {request} -->\n"
        f'<html lang="en">\n<head>\n{_head(fetch, title)}\n</head>\n'
        '<body class="destination-page page basicpage" id="destination-page">\n'
        '<a class="usa-skipnav" href="#tsg_main_content_container">Skip to main content</a>\n'
        f"{_banner()}\n{_menu(fetch)}\n"
        '<main id="tsg_main_content_container"><div class="root container responsivegrid">'
        '<div class="aem-Grid aem-Grid--12 aem-Grid--default--12">\n'
        f"{body}\n{_picker()}\n{_tiles(fetch)}\n</div></div></main>\n"
        f"{_footer(fetch)}\n</body>\n</html>\n"
    )


def bare(title: str, body: str) -> str:
    """The content alone, for people to read."""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="UTF-8">\n<title>{title}</title>\n'
        f'</head>\n<body>\n<main id="tsg_main_content_container">\n{body}\n</main>\n</body>\n</html>\n'
    )
