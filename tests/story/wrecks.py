"""What comes instead of the page: challenges, denials, error pages, other pages, half pages."""

from __future__ import annotations

from datetime import date, datetime

from tests.story import content as text
from tests.story.chrome import Fetch, page
from tests.story.content import Mali
from tests.story.page import TITLE, content, long_date, topic


def cloudflare(at: datetime) -> str:
    """A challenge that asks the browser to run a script."""
    rng = Fetch(at).random("cloudflare")
    ray, token = rng.randbytes(8).hex(), rng.randbytes(40).hex()
    return f"""<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><meta name="robots" content="noindex,nofollow">
<meta http-equiv="refresh" content="390"><style>*{{box-sizing:border-box;margin:0;padding:0}}</style></head>
<body class="no-js"><div class="main-wrapper" role="main"><div class="main-content"><noscript>
<span id="challenge-error-text">Enable JavaScript and cookies to continue</span></noscript></div></div>
<script>(function(){{window._cf_chl_opt={{cvId:'3',cZone:"travel.state.gov",cType:'managed',cRay:'{ray}',
cH:'{token}'}};var a=document.createElement('script');
a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray={ray}';
document.getElementsByTagName('head')[0].appendChild(a);}}());</script></body></html>
"""


def akamai(at: datetime) -> str:
    rng = Fetch(at).random("akamai")
    reference = f"18.{rng.randbytes(4).hex()}.{int(at.timestamp())}.{rng.randbytes(4).hex()}"
    return f"""<HTML><HEAD>
<TITLE>Access Denied</TITLE>
</HEAD><BODY>
<H1>Access Denied</H1>

You don't have permission to access "http&#58;&#47;&#47;travel&#46;state&#46;gov&#47;en&#47;international&#45;travel&#47;travel&#45;advisories&#47;mali&#46;html" on this server.<P>
Reference&#32;&#35;{reference.replace(".", "&#46;")}
<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;{reference.replace(".", "&#46;")}</P>
</BODY>
</HTML>
"""


def soft_404(fetch: Fetch) -> str:
    """The site's own "not found" page, served with status 200."""
    body = """<div class="herocontainer container responsivegrid"><div class="hero-standard">
<h1 class="hero-standard__title">Page not found</h1></div></div>
<div class="cmp-text usa-prose"><p>We are sorry. The page that you asked for has moved or is no longer here.</p>
<p>Try the search, or start again from the <a href="/en.html">home page</a>.</p></div>"""
    return page(fetch, "Page not found - Travel.State.Gov", body)


def gateway() -> str:
    return (
        "<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1>"
        "<p>The server cannot answer right now. Try again later.</p></body></html>\n"
    )


def too_many() -> str:
    return '{"error": "too many requests"}\n'


def truncated(mali: Mali, fetch: Fetch) -> str:
    """The connection broke in the middle of the advisory summary."""
    whole = page(fetch, TITLE, content(mali))
    return whole[: whole.index("Most were seized on the road") + 17]


def niger(fetch: Fetch, issued: date = date(2026, 1, 30)) -> str:
    """Another country's page under our address."""
    summary = "\n".join(topic(t) for t in text.NIGER_TOPICS)
    body = f"""<div class="herocontainer container responsivegrid"><div class="hero-standard">
<h1 class="hero-standard__title">Niger</h1></div></div>
<div class="traveladvisory">
<div class="cmp-traveladvisory ">
<div class="cmp-traveladvisory__header level-4">
<h2 class="travel-advisory ">Travel advisory - Niger</h2>
<h3 class=" travel-level ">Level 4 - Do not travel</h3>
<div class="cmp-traveladvisory__header-date-issued ">
<span class="date-issued ">Date issued: {long_date(issued)} -
<button id="advisory-history" class="advisory-history ">advisory history</button></span></div></div>
<div class="cmp-traveladvisory__body level-4"><div class="cmp-traveladvisory__body-container">
<ul class="pill-list"><li class="tsg-utility-risk-pill">Terrorism (T)</li>
<li class="tsg-utility-risk-pill">Kidnapping or Hostage Taking (K)</li></ul>
<div class="cmp-traveladvisory__body-container-guidance"><h2 class="statement">
<span class="guidance level-4">Do not travel</span>
<span class="cmp-traveladvisory__inline"><p>to <b>Niger</b> due to <b>terrorism</b> and <b>kidnapping</b>.</p></span></h2></div>
<div class="cmp-traveladvisory__body-container-advisory"><h3 class="section-heading">Advisory summary</h3>
<div class="summary-text usa-prose">
{summary}
</div></div></div></div></div></div>
<div class="embassycontactcallout"><div class="cmp-embassycontactcallout">
<h2 class="cmp-embassycontactcallout__title">U.S. Embassy Niamey</h2>
<p class="contact-row"><strong>Telephone:</strong> <a href="tel:+22720730140">+227 2073-0140</a></p></div></div>
<p id="tsg-page_date">Last Updated: February 11, 2026</p>"""
    return page(fetch, "Niger - Travel.State.Gov", body)
