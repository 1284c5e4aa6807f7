"""The new destination page: components in the publisher's order, and two redesigns of it."""

from __future__ import annotations

import re
from datetime import date

from tests.story import content as text
from tests.story.content import Area, Mali, Part, Topic

TITLE = "Mali - Travel.State.Gov"


def long_date(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _paragraph(words: str) -> str:
    return f'<p><span class="body-regular">{words}</span></p>'


def part(item: Part) -> str:
    if item.kind == "ul":
        rows = "\n".join(f'<li><span class="body-regular">{t}</span></li>' for t in item.texts)
        return f"<ul>\n{rows}\n</ul>"
    return "\n".join(_paragraph(words) for words in item.texts)


def topic(item: Topic, *, labelled: bool = False) -> str:
    """A topic with its heading, or with the heading as a bold label on the first paragraph."""
    if not item.heading:
        return "\n".join(part(piece) for piece in item.parts)
    if labelled and item.parts[0].kind == "p":
        first = item.parts[0].texts[0]
        label = f'<p><span class="body-regular"><b>{item.heading}</b><br>\n{first}</span></p>'
        rest = [text.p(words) for words in item.parts[0].texts[1:]] + list(item.parts[1:])
        return "\n".join([label, *(part(piece) for piece in rest)])
    heading = (
        f'<h4><span class="body-regular"><span class="header-paragraph">{item.heading}</span></span></h4>'
    )
    return "\n".join([heading, *(part(piece) for piece in item.parts)])


def _area(area: Area) -> str:
    level = area.level
    return (
        f'<div class="risk-level level-{level}">\n'
        f'<h4 class="level-title level-title-{level}">Level: {level} - {text.ADVICE[level]}</h4>\n'
        '<div class="location-name-summary">\n'
        f'<div class="location-name" tabindex="0">{area.name}</div>\n'
        '<div class="location-summary usa-prose">'
        f"{chr(10).join(part(piece) for piece in area.parts)}\n</div>\n</div>\n</div>"
    )


def advisory(mali: Mali) -> str:
    level, advice = mali.level, text.advice(mali)
    worst = max((area.level for area in text.areas(mali)), default=level)
    bubble = (
        '<div class="cmp-traveladvisory__header-area">\n<span class="risk-bubbles ">\n'
        f'<span class="risk-bubble level-{worst}">{worst}</span>\n</span>\n</div>\n'
        if worst > level
        else ""
    )
    pills = "\n".join(
        f'<li class="tsg-utility-risk-pill">{name} ({letter})</li>' for name, letter in mali.risks
    )
    summary = "\n".join(topic(t, labelled=mali.rearranged) for t in text.topics(mali))
    areas = "\n".join(_area(area) for area in text.areas(mali))
    return f"""<div class="traveladvisory">
<div class="cmp-traveladvisory ">
<div class="cmp-traveladvisory__header level-{level}">
<h2 class="travel-advisory ">Travel advisory - Mali</h2>
<h3 class=" travel-level ">Level {level} - {advice}</h3>
{bubble}<div class="cmp-traveladvisory__header-date-issued ">
<span class="date-issued ">Date issued: {long_date(mali.issued)} -
<button id="advisory-history" class="advisory-history " aria-label="Open advisory history log">advisory history</button>
</span>
</div>
</div>
<div class="cmp-traveladvisory__body level-{level}">
<div class="cmp-traveladvisory__body-container">
<ul class="pill-list">
{pills}
</ul>
<div class="cmp-traveladvisory__body-container-guidance">
<h2 class="statement">
<span class="guidance level-{level}">{advice}</span>
<span class="cmp-traveladvisory__inline"><p>to <b>Mali</b> due to {text.reasons(mali)}. {text.reach(mali)}</p>
</span>
</h2>
</div>
<div class="cmp-traveladvisory__body-container-advisory">
<h3 class="section-heading">Advisory summary</h3>
<div class="summary-text usa-prose">
{summary}
</div>
</div>
<div class="cmp-traveladvisory__body-container-risk-areas">
<h3 class="risk-section-heading">Risks in specific areas</h3>
{areas}
</div>
</div>
</div>
</div>
</div>"""


def _about() -> str:
    blocks = "\n".join(
        f'<h2 class="destination-about__title">{t.heading}</h2>\n'
        f"{chr(10).join(part(piece) for piece in t.parts)}"
        for t in text.ABOUT
    )
    return (
        '<div class="destination-about"><div class="cmp-destination-about usa-prose">\n'
        f"{blocks}\n</div></div>"
    )


def _requirements() -> str:
    callouts = "\n".join(
        '<div class="iconcallout"><div class="iconcallout-left">'
        '<svg class="usa-icon" role="img" aria-hidden="true"><use href="#icon-passport"></use></svg>'
        f'</div><div class="iconcallout-right"><h3 class="iconcallout-title">{t.heading}</h3>\n'
        f"{chr(10).join(part(piece) for piece in t.parts)}</div></div>"
        for t in text.REQUIREMENTS
    )
    return (
        '<div class="destination-requirements" id="requirements">\n'
        f'<h2 class="destination-requirements__title">Entry requirements</h2>\n{callouts}\n</div>'
    )


def _tips(mali: Mali) -> str:
    items = []
    for number, (title, topics) in enumerate(text.tips(mali)):
        body = "\n".join(topic(t) for t in topics)
        items.append(
            f'<div class="cmp-accordion__item" id="guidance-{number}">\n'
            f'<h3 class="cmp-accordion__header"><button id="guidance-{number}-button"'
            f' class="cmp-accordion__button usa-accordion__button" aria-controls="guidance-{number}-panel"'
            f' aria-expanded="false"><span class="cmp-accordion__title">{title}</span>'
            '<span class="cmp-accordion__icon"></span></button></h3>\n'
            f'<div id="guidance-{number}-panel" class="cmp-accordion__panel usa-prose" role="region">\n'
            f"{body}\n</div>\n</div>"
        )
    return (
        '<div class="destination-tips" id="guidance">\n<h2 class="destination-tips__title">Travel '
        f'guidance</h2>\n<div class="cmp-accordion">\n{chr(10).join(items)}\n</div>\n</div>'
    )


def _row(label: str, value: str) -> str:
    return f'<p class="contact-row"><strong>{label}:</strong> {value}</p>'


def _tel(number: str) -> str:
    digits = re.sub(r"[^\d+]", "", number)
    return f'<a href="tel:{digits}">{number}</a>'


def _contacts(mali: Mali) -> str:
    mail = '<a href="mailto:acs.bamako@embassy.example">acs.bamako@embassy.example</a>'
    site = '<a class="links_external" href="https://ml.usembassy.gov/">ml.usembassy.gov</a>'
    return "\n".join((
        '<div class="embassycontactcallout"><div class="cmp-embassycontactcallout">',
        '<h2 class="cmp-embassycontactcallout__title">U.S. Embassy Bamako</h2>',
        '<p class="address">Avenue of the Embassies<br>Hamdallaye Quarter<br>Bamako, Mali</p>',
        _row("Telephone", _tel(mali.phone)),
        _row("Emergency after-hours telephone", _tel(mali.phone_after_hours)),
        _row("Email", mail),
        _row("Website", site),
        "</div></div>",
        '<div class="consulatedisplay"><div class="cmp-consulatedisplay">',
        '<h3 class="cmp-consulatedisplay__title">Call center in Washington</h3>',
        _row("From the United States and Canada", _tel("+1 202-555-0143")),
        _row("From other countries", _tel("+1 202-555-0144")),
        "</div></div>",
    ))  # fmt: skip


def content(mali: Mali) -> str:
    """All components between the site's header and its footer."""
    return "\n".join((
        '<div class="herocontainer container responsivegrid"><div class="hero-standard">'
        '<h1 class="hero-standard__title">Mali</h1>'
        '<p class="hero-standard__text">Travel advisory and guidance</p></div></div>',
        advisory(mali),
        _about(),
        _requirements(),
        _tips(mali),
        _contacts(mali),
        f'<p id="tsg-page_date">Last Updated: {long_date(mali.page_date)}</p>',
    ))  # fmt: skip


# --------------------------------------------------------------------------------------
# After a redesign
# --------------------------------------------------------------------------------------
def _plain(item: Topic, level: int) -> str:
    heading = f"<h{level}>{item.heading}</h{level}>\n" if item.heading else ""
    body = []
    for piece in item.parts:
        if piece.kind == "ul":
            body.append("<ul>" + "".join(f"<li>{words}</li>" for words in piece.texts) + "</ul>")
        else:
            body += [f"<p>{words}</p>" for words in piece.texts]
    return heading + "\n".join(body)


def _everything(mali: Mali) -> list[tuple[str, list[tuple[int, Topic]]]]:
    """The same words as `content`, as sections of topics."""
    areas = [
        (3, Topic(f"{a.name} (Level {a.level} - {text.ADVICE[a.level]})", a.parts))
        for a in text.areas(mali)
    ]
    lead = text.p(
        f"{text.advice(mali)} to <b>Mali</b> due to {text.reasons(mali)}. {text.reach(mali)}",
        "Risk indicators: " + ", ".join(f"{name} ({letter})" for name, letter in mali.risks),
        f"Date issued: {long_date(mali.issued)}",
    )
    contact = text.p(
        "Avenue of the Embassies, Hamdallaye Quarter, Bamako, Mali",
        f"Telephone: {mali.phone}",
        f"Emergency after-hours telephone: {mali.phone_after_hours}",
    )
    return [
        (f"Level {mali.level} - {text.advice(mali)}", [(3, Topic("", (lead,)))]),
        ("Advisory summary", [(3, t) for t in text.topics(mali)]),
        ("Risks in specific areas", areas),
        *((t.heading, [(3, Topic("", t.parts))]) for t in text.ABOUT),
        ("Entry requirements", [(3, t) for t in text.REQUIREMENTS]),
        *((title, [(3, t) for t in topics]) for title, topics in text.tips(mali)),
        ("U.S. Embassy Bamako", [(3, Topic("", (contact,)))]),
    ]


def redesigned(mali: Mali) -> str:
    """Unknown classes, honest headings: it can still be cut by headings."""
    sections = "\n".join(
        f'<section class="dst-block" data-block="{n}">\n<h2 class="dst-block__head">{title}</h2>\n'
        + "\n".join(_plain(t, level) for level, t in topics)
        + "\n</section>"
        for n, (title, topics) in enumerate(_everything(mali))
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<title>Mali | Travel | State Department</title>\n"
        '<link rel="stylesheet" href="/_next/static/css/5f0c1d.css">\n</head>\n<body>\n'
        '<header class="gh"><a href="/">Travel</a><nav><a href="/destinations">Destinations</a></nav>'
        '</header>\n<main class="dst" data-slug="mali">\n<h1 class="dst-title">Mali</h1>\n'
        f"{sections}\n</main>\n<footer class=\"gf\">U.S. Department of State</footer>\n"
        '<script src="/_next/static/chunks/main-8e1b.js" defer></script>\n</body>\n</html>\n'
    )


def opaque(mali: Mali) -> str:
    """Unknown classes and no heading at all: nothing to hold on to."""
    rows = []
    for title, topics in _everything(mali):
        rows.append(f'<div class="css-1k9x0b"><div class="css-q2m7a">{title}</div>')
        for _, item in topics:
            rows.append(f'<div class="css-7fh3z">{item.heading}</div>')
            rows += [
                f'<div class="css-0d4e"><span>{words}</span></div>'
                for piece in item.parts
                for words in piece.texts
            ]
        rows.append("</div>")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Destination</title>\n'
        '</head>\n<body>\n<div id="__app"><div class="css-app">\n'
        f"{chr(10).join(rows)}\n</div></div>\n"
        '<script>window.__STATE__={"route":"/destination","slug":"mali"};</script>\n</body>\n</html>\n'
    )
