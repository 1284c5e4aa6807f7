"""The machine routes: the RSS feed in both renderings, the JSON API, and the embassy's alerts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tests.story import content as text
from tests.story.content import Mali, Part, Topic
from tests.story.countries import ADVICE, COUNTRIES, Country, title_case

NEW_LINK = "https://travel.state.gov/content/tsg_aem/us/en/home/international-travel/travel-advisories/destination.{}.html"
OLD_LINK = "https://travel.state.gov/content/travel/en/traveladvisories/traveladvisories/{}-travel-advisory.html"
ABOUT_LIST = "https://travel.state.gov/content/travel/en/traveladvisories/traveladvisories.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One destination of the feed."""

    title: str
    link: str
    day: date
    body: str
    level: int
    tag: str


def rfc_time(at: datetime) -> str:
    return f"{at:%a, %d %b %Y %H:%M:%S} GMT"


# --------------------------------------------------------------------------------------
# Other destinations
# --------------------------------------------------------------------------------------
_REASONS = {
    2: ("crime", "terrorism", "unrest and crime", "health", "natural disasters"),
    3: ("crime and terrorism", "armed conflict", "unrest and wrongful detention"),
    4: ("crime, terrorism, and armed conflict", "terrorism, unrest, and kidnapping"),
}
_TAILS = (
    "Most visits pass without trouble.",
    "Petty theft is common where tourists gather.",
    "Storms can close airports between June and November.",
    "Police outside the capital may be slow to come.",
    "Keep a copy of your passport with you.",
)


def _other_day(number: int, country: Country, on: date) -> date:
    """When the item was last issued; a few destinations are issued anew as the story goes on."""
    day = date(2025, 3, 1) + timedelta(days=(number * 37) % 380)
    for renewed in range(1, (on - date(2026, 5, 1)).days // 3 + 1):
        if (number * 7 + 3) % 61 == renewed % 61:
            day = date(2026, 5, 1) + timedelta(days=renewed * 3 - 1)
    return day


def _other(number: int, country: Country, on: date, legacy: bool) -> Item:
    name = country.name.replace(" Travel Advisory", "").strip()
    level, day = country.level, _other_day(number, country, on)
    reason = ""
    if level > 1:
        reason = f" due to <b>{_REASONS[level][number % len(_REASONS[level])]}</b>"
    tail = _TAILS[number % len(_TAILS)]
    fresh = "" if day < date(2026, 5, 1) else f" Reviewed in {day:%B %Y}."
    preposition = "in" if level < 3 else "to"
    if legacy:
        body = (
            "<p><b><i>Reissued after periodic review without changes.</i></b></p>\n"
            f"<p>{ADVICE[level]} {preposition} {name}{reason}.</p>\n<p>{tail}{fresh}</p>"
        )
    elif number % 53 == 0:
        body = f"{ADVICE[level]}<p>{preposition} <b>{name}</b>{reason}.</p>\nSummary not available"
    else:
        body = f"{ADVICE[level]}<p>{preposition} <b>{name}</b>{reason}.</p>\n<p>{tail}{fresh}</p>"
    link = OLD_LINK.format(country.slug) if legacy else NEW_LINK.format(country.iso3.lower())
    return Item(
        title=f"{country.name} - {title_case(level)}",
        link=link, day=day, body=body, level=level, tag=country.tag,
    )  # fmt: skip


def others(on: date, legacy: Iterable[str] = (), *, all_legacy: bool = False) -> list[Item]:
    """All other destinations on that day; those in `legacy` (by code) in the older rendering."""
    old = set(legacy)
    return [
        _other(number, country, on, all_legacy or country.iso3 in old)
        for number, country in enumerate(COUNTRIES)
    ]


# --------------------------------------------------------------------------------------
# Mali
# --------------------------------------------------------------------------------------
def _part(item: Part) -> str:
    if item.kind == "ul":
        return "<ul>\n" + "\n".join(f"<li>{words}</li>" for words in item.texts) + "\n</ul>"
    return "\n".join(f"<p>{words}</p>" for words in item.texts)


def _topic(item: Topic) -> str:
    if not item.heading:
        return "\n".join(_part(piece) for piece in item.parts)
    if item.heading == "Health" and item.parts[0].kind == "p":
        return f"<p><b>Health</b><br />\n{item.parts[0].texts[0]}</p>"
    tag = "h4" if item.heading.startswith(("U.S. government", "If you")) else "h5"
    body = "\n".join(_part(piece) for piece in item.parts)
    return f"<{tag}><b>{item.heading}</b></{tag}>\n{body}"


def new_body(mali: Mali) -> str:
    """The newer rendering: advice glued to its paragraph, no change note, a word split by a tag."""
    opening = (
        f"{text.advice(mali)}<p>to <b>Mal</b>i<b> </b>due to {text.reasons(mali)}.&nbsp;"
        f"<span>{text.reach(mali)}</span></p>"
    )
    return "\n".join([opening, *(_topic(t) for t in text.topics(mali)), "<p> </p>"])


def legacy_body(mali: Mali, note: str) -> str:
    """The older rendering: the publisher's change note first, then labels in bold."""
    rows = [
        f"<p><b><i>{note}</i></b></p>",
        f"<p>{text.advice(mali)} to Mali due to {text.reasons(mali)}. {text.reach(mali)}&nbsp;</p>",
    ]
    for item in text.topics(mali):
        if not item.heading:
            rows.append(_topic(item))
            continue
        first, *rest = item.parts
        if first.kind == "p":
            rows.append(f"<p><b>{item.heading}:&nbsp;</b>{first.texts[0]}</p>")
            rows += [f"<p>{words}</p>" for words in first.texts[1:]]
        else:
            rows += [f"<p><b>{item.heading}:</b></p>", _part(first)]
        rows += [_part(piece) for piece in rest]
    return "\n".join(rows)


def mali_item(mali: Mali, *, legacy: bool = False, note: str = "") -> Item:
    note = note or "Reissued after periodic review with minor edits."
    return Item(
        title=f"Mali - {title_case(mali.level)}",
        link=OLD_LINK.format("mali") if legacy else NEW_LINK.format("mli"),
        day=mali.issued,
        body=legacy_body(mali, note) if legacy else new_body(mali),
        level=mali.level,
        tag="ML",
    )


# --------------------------------------------------------------------------------------
# RSS
# --------------------------------------------------------------------------------------
def _rss_item(item: Item) -> str:
    return f"""<item>
<title>{html.escape(item.title, quote=False)}</title>
<link>{item.link}</link>
<pubDate>{item.day:%a, %d %b %Y}</pubDate>
<description><![CDATA[{item.body}]]></description>
<category domain="Threat-Level">{title_case(item.level)}</category>
<category domain="Country-Tag">{item.tag}</category>
<category domain="Keyword">advisory</category>
<guid>{item.link}</guid>
<dc:identifier>{item.tag},advisory</dc:identifier>
</item>"""


def rss(built: datetime, items: Sequence[Item]) -> str:
    """The feed as built at that moment, newest issue first."""
    ordered = sorted(items, key=lambda item: (-item.day.toordinal(), item.title))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">\n<channel>\n'
        f"<title>travel.state.gov: Travel Advisories</title>\n<link>{ABOUT_LIST}</link>\n"
        "<description>Advisories by destination</description>\n"
        f"<pubDate>{rfc_time(built)}</pubDate>\n<dc:date>{built:%Y-%m-%dT%H:%M:%SZ}</dc:date>\n"
        + "\n".join(_rss_item(item) for item in ordered)
        + "\n</channel>\n</rss>\n"
    )


# --------------------------------------------------------------------------------------
# JSON API
# --------------------------------------------------------------------------------------
def _api_time(day: date) -> str:
    """Midnight UTC of the day, written in Washington's time: the evening before."""
    summer = date(2026, 3, 8) <= day < date(2026, 11, 1) or date(2025, 3, 9) <= day < date(2025, 11, 2)
    eve = datetime.combine(day - timedelta(days=1), time(20 if summer else 19))
    return eve.isoformat() + ("-04:00" if summer else "-05:00")


def api(items: Sequence[Item]) -> str:
    rows = [
        {
            "Title": item.title,
            "Link": item.link,
            "Category": [item.tag],
            "Summary": re.sub(r"\n", " ", item.body),
            "id": item.link,
            "Published": _api_time(item.day),
            "Updated": _api_time(item.day),
        }
        for item in items
    ]
    return json.dumps(rows, ensure_ascii=False)


# --------------------------------------------------------------------------------------
# Embassy alerts
# --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    title: str
    slug: str
    at: datetime
    location: str
    event: tuple[str, ...]
    actions: tuple[str, ...]


_SAME_TITLE = "Security Alert: U.S. Embassy Bamako, Mali"
ALERTS: tuple[Alert, ...] = (
    Alert(
        title="Demonstration Alert: March in Central Bamako",
        slug="demonstration-alert-march-in-central-bamako",
        at=datetime(2026, 3, 27, 10, 5, tzinfo=UTC),
        location="Bamako, Independence Monument and Boulevard of the Peoples",
        event=("Labor unions plan a march on Friday from 8 a.m. Roads around the monument will close.",),
        actions=("Avoid the center of the city.", "Expect delays on both bridges."),
    ),
    Alert(
        title=_SAME_TITLE,
        slug="security-alert-u-s-embassy-bamako-mali-april-16-2026",
        at=datetime(2026, 4, 16, 16, 40, tzinfo=UTC),
        location="Road from Bamako to Kayes",
        event=("Armed men stopped fuel trucks near Diéma on April 15.",),
        actions=("Do not drive on this road.", "Keep your fuel tank full."),
    ),
    Alert(
        title=_SAME_TITLE,
        slug="security-alert-u-s-embassy-bamako-mali-may-20-2026",
        at=datetime(2026, 5, 20, 22, 40, tzinfo=UTC),
        location="Bamako and Kati",
        event=(
            "On May 20, 2026, soldiers said on state television that they had dissolved the "
            "transitional government. Shots were heard near Kati.",
            "The airport is closed. The embassy is closed to the public until further notice.",
        ),
        actions=("Shelter in place.", "Stay away from windows.", "Follow the news."),
    ),
    Alert(
        title="Security Alert: Curfew in the District of Bamako",
        slug="security-alert-curfew-in-the-district-of-bamako-may-21-2026",
        at=datetime(2026, 5, 21, 6, 15, tzinfo=UTC),
        location="District of Bamako",
        event=("The new authorities have declared a curfew from 9 p.m. to 6 a.m. every night.",),
        actions=("Be indoors before 9 p.m.", "Carry identification."),
    ),
    Alert(
        title="Security Alert: Departure of Embassy Employees and Families",
        slug="security-alert-departure-of-embassy-employees-and-families-june-5-2026",
        at=datetime(2026, 6, 5, 19, 30, tzinfo=UTC),
        location="Mali",
        event=(
            "On June 5, 2026, the Department ordered the departure of non-emergency U.S. government "
            "employees and eligible family members.",
            "U.S. citizens should leave now while commercial flights are available.",
        ),
        actions=("Book a seat on a commercial flight.", "Do not travel by road to a neighboring country."),
    ),
    Alert(
        title="Security Alert: Curfew Lifted",
        slug="security-alert-curfew-lifted-august-19-2026",
        at=datetime(2026, 8, 19, 15, 0, tzinfo=UTC),
        location="District of Bamako",
        event=("The authorities lifted the curfew in the District of Bamako on August 19, 2026.",),
        actions=("Expect police checkpoints at night.",),
    ),
)  # fmt: skip

EMBASSY_PHONE = "+223 2070-0155"


def _alert(alert: Alert, phone: str) -> str:
    link = f"https://ml.usembassy.gov/{alert.slug}/"
    event = "".join(f"<p>{sentence}</p>\n" for sentence in alert.event)
    actions = "".join(f"<li>{action}</li>\n" for action in alert.actions)
    body = (
        f"<p><strong>Location:</strong> {alert.location}</p>\n<p><strong>Event:</strong></p>\n{event}"
        f"<p><strong>Actions to take:</strong></p>\n<ul>\n{actions}</ul>\n"
        f"<p><strong>Assistance:</strong></p>\n<p>U.S. Embassy Bamako, telephone {phone}</p>\n"
        '<p>State Department, from the United States 202-555-0143</p>\n'
        '<p>Enroll in <a href="https://mytravel.state.gov/s/step">STEP</a> for alerts.</p>\n'
        f'<p>The post <a href="{link}">{alert.title}</a> appeared first on <a href="https://'
        'ml.usembassy.gov">U.S. Embassy in Mali</a>.</p>'
    )
    return f"""<item>
<title>{alert.title}</title>
<link>{link}</link>
<dc:creator><![CDATA[Webmaster Bamako]]></dc:creator>
<pubDate>{alert.at:%a, %d %b %Y %H:%M:%S} +0000</pubDate>
<category><![CDATA[Alert]]></category>
<guid isPermaLink="false">https://ml.usembassy.gov/?p={alert.at:%m%d%H}</guid>
<description><![CDATA[<p>Location: {alert.location}</p>]]></description>
<content:encoded><![CDATA[{body}]]></content:encoded>
</item>"""


def embassy(at: datetime, phone: str) -> str:
    """The alert feed at that moment: at most five posts, newest first."""
    known = sorted((a for a in ALERTS if a.at <= at), key=lambda a: a.at, reverse=True)[:5]
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"\n'
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"\n'
        'xmlns:dc="http://purl.org/dc/elements/1.1/"\nxmlns:atom="http://www.w3.org/2005/Atom">\n'
        "<channel>\n<title>Alert &#8211; U.S. Embassy in Mali</title>\n"
        '<atom:link href="https://ml.usembassy.gov/category/alert/feed/" rel="self" '
        'type="application/rss+xml" />\n<link>https://ml.usembassy.gov</link>\n'
        f"<lastBuildDate>{at:%a, %d %b %Y %H:%M:%S} +0000</lastBuildDate>\n"
        "<language>en-US</language>\n<generator>https://wordpress.org/?v=6.8</generator>\n"
        + "\n".join(_alert(alert, phone) for alert in known)
        + "\n</channel>\n</rss>\n"
    )
