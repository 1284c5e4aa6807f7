"""What publishers and their providers show in place of a page: walls, repairs, soft 404s, log-ins, shells, redesigns.

The shapes are the real ones; names, numbers and sentences are ours. `{site}` is the publisher, `{host}` its address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.faults.lies.good import all_of_them
from tests.faults.lies.site import Ask, Case, ok
from tests.story import content
from tests.story import page as story


class Publisher(NamedTuple):
    """Whose page is missing, and the kinds of sources that are read from there."""

    site: str
    host: str
    lang: str
    kinds: tuple[str, ...]


PUBLISHERS = (
    Publisher("Travel Abroad Bureau", "travel.example.gov", "en", ("us-page", "us-country", "us-advisory")),
    Publisher("GOV.EXAMPLE", "www.gov.example", "en", ("uk-page",)),
    Publisher("Voyages Canada", "voyage.gc.example", "fr", ("canada",)),
    Publisher("Trips and Safety", "www.trips.example.au", "en", ("australia",)),
    Publisher("Éire Abroad", "www.abroad.example.ie", "en", ("ireland",)),
    Publisher("Ministère des Voyages", "voyages.example.fr", "fr", ()),
)
FEEDS = ("us-rss", "us-api", "uk-api", "us-embassy")


def everything() -> Iterator[Case]:
    """Walls of every provider at every publisher, data that is none for the feeds, and redesigns."""
    for number, one in enumerate(PUBLISHERS):
        for family, shapes in SHAPES.items():
            for name, (status, markup) in shapes.items():
                body = filled(markup, one, number)
                for said in dict.fromkeys((200, status)):
                    yield Case(family, f"{name} at {one.host}, {said}", kinds=(*one.kinds, "headings"),
                               answer=lambda ask, said=said, body=body: _answer(said, body))  # fmt: skip
    for kind in FEEDS:
        for name, body in _DATA.items():
            form = "application/json" if body[:1] in "{[" else "text/xml"
            yield Case("data that is none", f"{name}, {kind}", kinds=(kind,),
                       answer=lambda ask, body=body, form=form: ok(body.encode(), form))  # fmt: skip
        for name, (_, markup) in SHAPES["walls"].items():
            yield Case("walls", f"{name} in place of data, {kind}", kinds=(kind,),
                       answer=lambda ask, markup=markup: _answer(200, filled(markup, PUBLISHERS[0], 7)))  # fmt: skip
    yield from redesigns()


def distinct() -> int:
    """How many different pages these are."""
    pages = {filled(markup, one, n) for n, one in enumerate(PUBLISHERS) for shapes in SHAPES.values()
             for _, markup in shapes.values()}  # fmt: skip
    return len(pages) + len(_DATA) + sum(1 for _ in redesigns())


def filled(markup: str, one: Publisher, number: int) -> str:
    reference = f"{number + 18}.{number * 7919 + 4242:x}.1781{number}0{number}.2c{number:x}f"
    return (markup.replace("{site}", one.site).replace("{host}", one.host).replace("{lang}", one.lang)
            .replace("{ref}", reference).replace("{entities}", reference.replace(".", "&#46;")))  # fmt: skip


def _answer(status: int, body: str) -> bytes:
    form = "text/html; charset=utf-8" if "<" in body else "text/plain"
    return ok(body.encode(), form, status=f"{status} As it is")


def _page(title: str, body: str, head: str = "") -> str:
    return (f'<!DOCTYPE html>\n<html lang="{{lang}}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
            f"<body>{body}</body></html>\n")  # fmt: skip


def _framed(title: str, main: str) -> str:
    """An error in the publisher's own frame: menu, search and footer are all there."""
    menu = "".join(f'<li><a href="/{n}">{words}</a></li>' for n, words in enumerate(
        ("Countries", "Mali", "Niger", "Senegal", "Before you go", "Help abroad", "Passports", "News", "Contact")))  # fmt: skip
    return _page(title, f'<header><a href="/">{{site}}</a></header><nav><ul>{menu}</ul></nav><main id="main">{main}</main>'
                        "<footer><p>{site}. All rights reserved.</p><p>Emergency line: +1 202 555 0100</p></footer>")  # fmt: skip


# --------------------------------------------------------------------------------------
# Walls
# --------------------------------------------------------------------------------------
def _cloudflare(title: str, words: str) -> str:
    return _page(title, f'<div class="main-wrapper" role="main"><div class="main-content"><h1 class="zone-name-title h1">'
                 f'{{host}}</h1><p>{words}</p><noscript><span id="challenge-error-text">Scripts and cookies are needed.'
                 "</span></noscript></div></div><script>(function(){window._cf_chl_opt={cvId:'3',cZone:'{host}',"
                 "cRay:'{ref}'};var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/"
                 "chl_page/v1?ray={ref}';document.head.appendChild(a)}());</script>",
                 '<meta name="robots" content="noindex,nofollow"><meta http-equiv="refresh" content="390">')  # fmt: skip


def _cloudflare_error(code: str, what: str) -> str:
    return _page(f"{{host}} | {code}: {what}", f'<div id="cf-wrapper"><div id="cf-error-details"><header><h1><span>{what}'
                 f"</span> <span>Error code {code}</span></h1><div>Visit cloudflare.com for more.</div></header><section>"
                 "<h2>What happened?</h2><p>The server of {host} and its front do not understand each other.</p>"
                 "<h2>What can I do?</h2><p>Come back in a few minutes.</p></section><div class=\"cf-footer\">Cloudflare "
                 "Ray ID: <strong>{ref}</strong></div></div></div>")  # fmt: skip


_WALLS = {
    "Cloudflare challenge": (403, _cloudflare("Just a moment...", "We look at your connection before you go on.")),
    "Cloudflare challenge in French": (403, _cloudflare("Un instant…", "Nous vérifions que vous êtes bien un humain.")),
    "Cloudflare challenge in German": (403, _cloudflare("Nur einen Moment…", "Wir prüfen Ihre Verbindung.")),
    "Cloudflare challenge in Japanese": (503, _cloudflare("しばらくお待ちください...", "接続を確認しています。")),
    "Cloudflare block": (403, _page("Attention Required! | Cloudflare", '<div id="cf-wrapper"><h1>Sorry, you have been '
        "blocked</h1><h2>You cannot reach {host}</h2><p>This site guards itself; what you did set it off.</p>"
        "<p>Ray ID: {ref}</p></div>")),
    "Cloudflare 1020": (403, _page("Access denied | {host} used Cloudflare to restrict access",
        "<h1>Error 1020</h1><p>Ray ID: {ref}</p><h2>Access denied</h2><p>The owner does not let you in.</p>")),
    "Cloudflare 1015": (429, _page("Access denied | {host} used Cloudflare to restrict access",
        "<h1>Error 1015</h1><h2>You are being rate limited</h2><p>The owner of {host} has banned you for a while.</p>")),
    "Akamai denial": (403, "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n \nYou don't "
        'have permission to access "http&#58;&#47;&#47;{host}&#47;mali" on this server.<P>\nReference&#32;&#35;{entities}\n'
        "<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;{entities}</P>\n</BODY>\n</HTML>\n"),
    "Akamai failure": (503, "<HTML><HEAD>\n<TITLE>Error</TITLE>\n</HEAD><BODY>\nAn error occurred while processing your "
        "request.<p>\nReference&#32;&#35;{entities}\n<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;{entities}</P>"
        "\n</BODY></HTML>\n"),
    "Akamai invalid URL": (400, "<HTML><HEAD>\n<TITLE>Invalid URL</TITLE>\n</HEAD><BODY>\n<H1>Invalid URL</H1>\nThe requested "
        'URL "&#91;no&#32;URL&#93;", is invalid.<p>\nReference&#32;&#35;{entities}\n</BODY></HTML>\n'),
    "Akamai challenge": (200, _page("", '<div id="sec-if-cpt-container" role="main"></div><div id="sec-text-container">'
        "</div>", '<script src="/_sec/cp_challenge/crypto_message-4-3.htm"></script>')),
    "Akamai bot manager": (200, _page("&nbsp;", "<noscript>Turn on scripts.</noscript>", '<meta http-equiv="refresh" '
        'content="5; URL=\'/mali?bm-verify=AAQ{ref}\'"><script>var i=1781;var j=i+Number("42"+"17");</script>')),
    "Incapsula frame": (200, '<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW">'
        '<meta name="viewport" content="initial-scale=1.0"><script src="/Tw-by-a-wall-{ref}"></script></head><body '
        'style="margin:0px;height:100%"><iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo={ref}" '
        'frameborder=0 width="100%" height="100%">Request unsuccessful. Incapsula incident ID: {ref}</iframe></body></html>'),
    "Imperva interruption": (200, _page("Pardon Our Interruption", '<div class="container"><h1>Pardon Our Interruption</h1>'
        "<p>Something about your browser looked like a program to us.</p><ul><li>You move very fast.</li><li>You turned "
        "off scripts.</li></ul></div>")),
    "AWS WAF challenge": (202, _page("", '<div id="challenge-container"></div>', "<script>window.awsWafCookieDomainList = []; "
        "window.gokuProps = {\"key\":\"AQID{ref}\"};</script><script src=\"https://abc.token.awswaf.example/challenge.js\">"
        "</script>")),
    "AWS WAF captcha": (405, _page("Human Verification", '<div id="captcha-container"></div>', "<script>window.gokuProps="
        "{};</script>")),
    "CloudFront refusal": (403, _page("ERROR: The request could not be satisfied", "<H1>403 ERROR</H1><H2>The request could "
        "not be satisfied.</H2><HR>Request blocked. We can't connect to the server for this app right now.<BR><PRE>Generated "
        "by cloudfront (CloudFront)\nRequest ID: {ref}</PRE>")),
    "CloudFront time-out": (504, _page("ERROR: The request could not be satisfied", "<H1>504 Gateway Timeout ERROR</H1><H2>"
        "The request could not be satisfied.</H2><PRE>Generated by cloudfront (CloudFront)\nRequest ID: {ref}</PRE>")),
    "S3 refusal": (403, '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied'
        "</Message><RequestId>{ref}</RequestId><HostId>x</HostId></Error>"),
    "F5 rejection": (200, "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please "
        "consult with your administrator.<br><br>Your support ID is: {ref}<br><br><a href='javascript:history.back();'>"
        "[Go Back]</a></body></html>"),
    "Azure front door": (403, _page("", "<h2>The request is blocked.</h2><div>0{ref}</div>")),
    "Azure services": (503, _page("Microsoft Azure", "<h2>Our services aren't available right now</h2><p>We're working to "
        "restore all services as soon as possible. Please check back soon.</p><div>0{ref}</div>")),
    "DataDome": (403, '<html lang="en"><head><title>{host}</title><style>#cmsg{animation: A 1.5s;}</style></head><body>'
        "<p id=\"cmsg\">Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','cid':'{ref}','host':"
        "'geo.captcha-delivery.com'}</script></body></html>"),
    "PerimeterX": (403, _page("Access to this page has been denied", '<div class="px-captcha-container"><div id="px-captcha">'
        "</div></div><p>Press and hold to show that you are a person.</p>")),
    "Sucuri": (403, _page("Sucuri WebSite Firewall - Access Denied", "<h1>Access Denied - Sucuri Website Firewall</h1>"
        "<p>Block ID: GEO02</p><p>Server ID: {ref}</p>")),
    "captcha": (200, _page("{site}", "<h1>One more step</h1><p>Show that you are no machine.</p><form><div "
        "class='g-recaptcha' data-sitekey='{ref}'></div></form>")),
    "hCaptcha": (200, _page("Security check", "<p>Tick the box.</p><div class='h-captcha' data-sitekey='{ref}'></div>")),
    "Turnstile": (200, _page("{host}", "<p>Checking.</p><div class='cf-turnstile' data-sitekey='{ref}'></div>")),
    "rate limit": (429, "<html><head><title>429 Too Many Requests</title></head><body><center><h1>429 Too Many Requests</h1>"
        "</center><hr><center>openresty</center></body></html>"),
    "plain refusal": (403, "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1>"
        "</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"),
    "refusal by country": (451, _page("Unavailable", "<h1>Unavailable For Legal Reasons</h1><p>{site} cannot be read from "
        "where you are.</p>")),
    "refusal in plain text": (403, "Access denied: your address is on a list. Reference {ref}"),
    "school filter": (200, _page("Web page blocked", "<h1>Web Page Blocked!</h1><p>The page you have requested has been "
        "blocked, because the address is in a category that is not allowed.</p><p>URL: {host}/mali</p><p>Category: Travel</p>")),
}  # fmt: skip


# --------------------------------------------------------------------------------------
# Under repair
# --------------------------------------------------------------------------------------
_REPAIRS = {
    "nginx": (502, "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr>"
        "<center>nginx/1.24.0</center></body></html>"),
    "nginx time-out": (504, "<html><head><title>504 Gateway Time-out</title></head><body><center><h1>504 Gateway Time-out"
        "</h1></center></body></html>"),
    "HAProxy": (503, "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body>"
        "</html>\n"),
    "Varnish": (503, _page("503 Backend fetch failed", "<h1>Error 503 Backend fetch failed</h1><p>Backend fetch failed</p>"
        "<h3>Guru Meditation:</h3><p>XID: {ref}</p><hr><p>Varnish cache server</p>")),
    "Squid": (503, _page("ERROR: The requested URL could not be retrieved", "<h1>ERROR</h1><h2>The requested URL could not be "
        "retrieved</h2><p>The following error was encountered while trying to retrieve the URL: {host}/mali</p><blockquote>"
        "Connection to 203.0.113.9 failed.</blockquote><p>Your cache administrator is webmaster.</p>")),
    "Apache": (500, "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>500 Internal Server Error"
        "</title>\n</head><body>\n<h1>Internal Server Error</h1>\n<p>The server encountered an internal error.</p>\n</body>"
        "</html>\n"),
    "IIS": (500, _page("Runtime Error", "<h1>Server Error in '/' Application.<hr></h1><h2><i>Runtime Error</i></h2><b>"
        "Description:</b> An application error occurred on the server.<br><b>Details:</b> Set customErrors to Off.")),
    "IIS service": (503, "<HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD><BODY><h2>Service Unavailable</h2><hr><p>HTTP "
        "Error 503. The service is unavailable.</p></BODY></HTML>"),
    "Tomcat": (500, _page("HTTP Status 500 – Internal Server Error", "<h1>HTTP Status 500 – Internal Server Error</h1><hr/>"
        "<p><b>Type</b> Exception Report</p><p><b>Message</b> null</p><pre>java.lang.NullPointerException</pre>")),
    "Drupal": (500, "The website encountered an unexpected error. Please try again later."),
    "Drupal maintenance": (503, _page("Site under maintenance | {site}", "<h1>Site under maintenance</h1><p>{site} is currently "
        "under maintenance. We should be back shortly. Thank you for your patience.</p>")),
    "WordPress": (503, _page("Maintenance", "<h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1>")),
    "WordPress critical": (500, _page("WordPress &rsaquo; Error", "<div class='wp-die-message'><p>There has been a critical "
        "error on this website.</p></div>")),
    "WordPress database": (500, _page("Database Error", "<h1>Error establishing a database connection</h1>")),
    "planned": (200, _framed("Scheduled maintenance - {site}", "<h1>Scheduled maintenance</h1><p>{site} is offline on Saturday "
        "from 20:00 to 23:00. In an emergency abroad call +1 202 555 0100.</p>")),
    "planned, a sentence as heading": (200, _page("{site}", "<h1>We'll be back soon!</h1><p>We are improving {site}. Travel "
        "advice will be here again within two hours.</p>")),
    "technical difficulties": (200, _page("Sorry, we’re experiencing technical difficulties (503 error) - {site}",
        "<main><h1>Sorry, we’re experiencing technical difficulties</h1><p>Please try again in a few moments.</p></main>")),
    "service problem": (500, _framed("Sorry, there is a problem with the service - {site}", "<h1>Sorry, there is a problem with "
        "the service</h1><p>Try again later.</p>")),
    "too busy": (503, _page("{site}", "<h1>{site} is very busy</h1><p>Many people want to read travel advice at this moment. "
        "You are in a queue; this page reloads by itself.</p>")),
    "waiting room": (200, _page("Waiting Room powered by Cloudflare", "<h1>You are now in line.</h1><p>Your estimated wait time "
        "is 4 minutes.</p><p>This page will auto refresh.</p>")),
    "Queue-it": (200, _page("Queue-it", "<h1>You are now in line</h1><p>When it is your turn, you have 10 minutes to enter "
        "{site}.</p><p>Number of users in line ahead of you: 1042</p>", "<script src='//static.queue-it.example/q.js'></script>")),
    "shutdown": (200, _page("{site}", "<h1>Lapse in appropriations</h1><p>Due to a lapse in funding, {site} is not being "
        "updated and pages are not shown.</p>")),
    "plain text": (503, "Service Unavailable"), "one word": (200, "OK"), "a dash": (200, "-"),
    "upstream": (503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure"),
    "no healthy upstream": (503, "no healthy upstream"),
    "Python": (500, "Traceback (most recent call last):\n  File \"app.py\", line 4, in mali\n    raise KeyError('mali')\n"
        "KeyError: 'mali'\n"),
    "PHP": (200, "<br />\n<b>Fatal error</b>:  Uncaught Error: Call to a member function on null in /var/www/mali.php:12\n"
        "Stack trace:\n#0 {main}\n  thrown in <b>/var/www/mali.php</b> on line <b>12</b><br />\n"),
    "Fastly": (500, _page("Fastly error: unknown domain {host}", "<p>Fastly error: unknown domain: {host}. Please check that this "
        "domain has been added to a service.</p><p>Details: cache-{ref}</p>")),
    **{f"Cloudflare {code}": (code, _cloudflare_error(str(code), what)) for code, what in (
        (520, "Web server is returning an unknown error"), (521, "Web server is down"), (522, "Connection timed out"),
        (523, "Origin is unreachable"), (524, "A timeout occurred"), (525, "SSL handshake failed"))},
}  # fmt: skip

# --------------------------------------------------------------------------------------
# Not there (any more), somewhere else, log in first
# --------------------------------------------------------------------------------------
_MISSING = {
    "not found": (404, _framed("Page not found - {site}", "<h1>Page not found</h1><p>If you typed the web address, check it is "
        "correct. If you pasted it, check you copied all of it.</p>")),
    "couldn't find": (404, _framed("We couldn't find that Web page (Error 404) - {site}", "<h1>We couldn't find that Web page"
        "</h1><p><b>Error 404</b></p><p>We're sorry you ended up here. Sometimes a page gets moved or deleted.</p>")),
    "oops": (404, _framed("{site}", "<h1>Oops!</h1><p>The page you are looking for might have been removed, had its name "
        "changed, or is temporarily unavailable.</p>")),
    "French": (404, _framed("Page introuvable - {site}", "<h1>Page introuvable</h1><p>La page demandée n’existe pas ou plus."
        "</p>")),
    "German": (404, _framed("Seite nicht gefunden - {site}", "<h1>Seite nicht gefunden</h1><p>Die Seite gibt es nicht mehr."
        "</p>")),
    "Dutch": (404, _framed("Pagina niet gevonden | {site}", "<h1>Pagina niet gevonden</h1><p>Deze pagina bestaat niet.</p>")),
    "Spanish": (404, _framed("Página no encontrada | {site}", "<h1>Página no encontrada</h1><p>La página ya no existe.</p>")),
    "nginx": (404, "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>"
        "nginx</center></body></html>"),
    "Tomcat": (404, _page("HTTP Status 404 – Not Found", "<h1>HTTP Status 404 – Not Found</h1><hr/><p><b>Type</b> Status "
        "Report</p><p><b>Message</b> /mali</p><p><b>Description</b> The origin server did not find it.</p>")),
    "AEM": (404, _page("404 Resource at '/content/mali.html' not found: No resource found", "<h1>No resource found</h1><p>Cannot "
        "serve request to /content/mali.html in {host}</p><hr><address>ApacheSling/2.7</address>")),
    "Next.js": (404, _page("404: This page could not be found.", '<div id="__next"><div><h1 class="next-error-h1">404</h1><div>'
        "<h2>This page could not be found.</h2></div></div></div>")),
    "withdrawn": (410, _framed("The page you're looking for is no longer available - {site}", "<h1>The page you’re looking for is "
        "no longer available</h1><p>It was taken down.</p>")),
    "home page": (200, _framed("{site}", "<h1>{site}</h1><p>Welcome. Find advice for your destination.</p><h2>Latest</h2><ul>"
        "<li>Niger: advice updated</li><li>Senegal: advice updated</li></ul>")),
    "list of countries": (200, _framed("All destinations - {site}", "<h1>All destinations</h1><table><tr><th>Destination</th><th>"
        "Level</th></tr>" + "".join(f"<tr><td>{name}</td><td>Level {level}</td></tr>" for name, level in (
        ("Algeria", 2), ("Benin", 2), ("Chad", 3), ("Mali", 4), ("Niger", 4), ("Senegal", 1))) + "</table>")),
    "search": (200, _framed("Search results for mali - {site}", "<h1>Search results</h1><p>0 results for “mali”.</p>")),
    "other country": (200, _framed("Niger - {site}", "<h1>Niger</h1><h2>Security</h2><p>Do not travel to Niger.</p><h2>Contacts"
        "</h2><p>Niamey: +227 20 73 01 40</p>")),
    "nginx welcome": (200, _page("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is "
        "successfully installed and working.</p>")),
    "Apache default": (200, _page("Apache2 Debian Default Page: It works", "<h1>It works!</h1><p>This is the default welcome page."
        "</p>")),
    "listing": (200, _page("Index of /", "<h1>Index of /</h1><pre><a href='mali/'>mali/</a> 09-Jun-2026 06:00 -</pre>")),
    "parked": (200, _page("{host}", "<h1>{host}</h1><p>This domain is for sale. Related searches: flights, hotels, visa.</p>")),
    "suspended": (200, _page("Account Suspended", "<h1>Account Suspended</h1><p>This account has been suspended. Contact your "
        "hosting provider.</p>")),
}  # fmt: skip
_LOGINS = {
    "log in": (401, _page("Log in - {site}", "<h1>Log in</h1><form><label>Name <input></label><label>Password <input "
        "type=password></label><button>Log in</button></form>")),
    "Microsoft": (200, _page("Sign in to your account", "<div id='lightbox'><div role='heading'>Sign in</div><form><input "
        "placeholder='Email, phone, or Skype'></form><p>No account? Create one!</p></div>")),
    "Okta": (200, _page("{site} - Sign In", "<div id='okta-sign-in'></div><noscript>Scripts are needed.</noscript>")),
    "single sign-on": (200, _page("Single Sign-On", "<form method='post' action='/saml'><input type='hidden' name='SAMLRequest' "
        "value='{ref}'></form><script>document.forms[0].submit()</script>")),
    "session": (200, _page("Session expired", "<h1>Session expired</h1><p>Please sign in again.</p>")),
    "hotel": (200, _page("Welcome to our Wi-Fi", "<h1>Welcome to our Wi-Fi</h1><p>Accept the terms to get online. Room number: "
        "</p>")),
    "meta refresh": (200, "<html><head><meta http-equiv='refresh' content='0;url=https://login.example/?r={ref}'></head><body>"
        "</body></html>"),
    "consent": (200, _page("Before you continue", "<h1>Before you continue to {site}</h1><p>We use cookies and data to run and "
        "measure this service.</p><button>Accept all</button><button>Reject all</button>")),
    "old browser": (200, _page("{site}", "<h1>Your browser is not supported</h1><p>Install a newer one to read {site}.</p>")),
}  # fmt: skip
_SHELLS = {
    "React": (200, _page("{site}", '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>'
        '<script src="/static/js/main.{ref}.js"></script>')),
    "React with the page's title": (200, _page("Mali - {site}", '<noscript>You need to enable JavaScript to run this app.'
        '</noscript><div id="root"></div><script src="/static/js/main.{ref}.js"></script>')),
    "Angular": (200, _page("Mali | {site}", "<app-root></app-root><script src='main.{ref}.js' type='module'></script>")),
    "skeleton": (200, _page("Mali | {site}", '<header>{site}</header><main aria-busy="true"><h1>Mali</h1><p>Loading…</p><div '
        'class="skeleton"></div></main>')),
    "loading": (200, _page("Loading…", "<div class='spinner'>Loading…</div>")),
    "state in a script": (200, _page("Mali | {site}", "<div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>"
        + json.dumps({"props": {"country": "Mali", "level": 4, "text": "Do not travel. " * 40}}) + "</script>")),
    "client-side failure": (200, _page("Mali | {site}", "<div id='__next'><h2>Application error: a client-side exception has "
        "occurred (see the browser console for more information).</h2></div>")),
    "frame only": (200, "<html><frameset rows='100%'><frame src='https://other.example/'></frameset></html>"),
    "only the frame of the page": (200, _framed("Mali - {site}", "")),
    "only the frame and the heading": (200, _framed("Mali - {site}", "<h1>Mali</h1>")),
    "scripts are off": (200, _framed("Mali - {site}", "<h1>Mali</h1><noscript>x</noscript><p>Please turn on JavaScript to see the "
        "travel advice.</p>")),
}  # fmt: skip
SHAPES = {"walls": _WALLS, "under repair": _REPAIRS, "soft 404": _MISSING, "log-ins": _LOGINS, "shells": _SHELLS}

# --------------------------------------------------------------------------------------
# Data that is none, for sources that are read as data
# --------------------------------------------------------------------------------------
_DATA = {
    "nothing": "[]", "no object": "{}", "null": "null", "rate limit": '{"message": "Too Many Requests"}',
    "forbidden": '{"message": "Forbidden"}', "no route": '{"message": "Missing Authentication Token"}',
    "quota": '{"fault": {"faultstring": "Rate limit quota violation", "detail": {"errorcode": "policies.ratelimit"}}}',
    "not found": '{"statusCode": 404, "message": "Resource not found"}', "gone": '{"error": "gone", "public": true}',
    "problem": '{"type": "about:blank", "title": "Service Unavailable", "status": 503}',
    "GraphQL": '{"errors": [{"message": "PersistedQueryNotFound"}], "data": null}',
    "html in JSON": json.dumps({"html": "<h1>Just a moment...</h1>"}), "a list of errors": '[{"error": "timeout"}]',
    "empty channel": '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title></channel></rss>',
    "empty feed": '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>',
    "XML error": '<?xml version="1.0"?><error><code>500</code><message>Backend</message></error>',
    "SOAP fault": '<?xml version="1.0"?><Envelope><Body><Fault><faultstring>x</faultstring></Fault></Body></Envelope>',
    "S3": '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Key>TAsTWs.xml</Key></Error>',
    "other items": '<?xml version="1.0"?><rss version="2.0"><channel><title>Travel</title><item><title>Niger - Level 4: Do Not '
        "Travel</title><link>https://x.example/destination.ner.html</link><pubDate>Mon, 08 Jun 2026</pubDate><description>x"
        "</description></item></channel></rss>",
    "placeholder item": '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>null</title><link/>'
        "<description/></item></channel></rss>",
}  # fmt: skip


# --------------------------------------------------------------------------------------
# The page itself, rebuilt
# --------------------------------------------------------------------------------------
def redesigns() -> Iterator[Case]:
    """The same words in another dress: it may become the new baseline, and nobody is told."""
    for kind, good in all_of_them().items():
        if b"<html" in good.body:
            for name, change in _DRESSES.items():
                yield Case("redesigns", f"{kind}, {name}", kinds=(kind,), may_rebase=True,
                           answer=lambda ask, change=change: _dressed(ask, change))  # fmt: skip
    for name, made in {"rebuilt": story.redesigned, "without names": story.opaque}.items():
        yield Case("redesigns", f"us-page, {name}", kinds=("us-page",), may_rebase=True,
                   answer=lambda ask, made=made: ok(_page("Mali", made(content.Mali())).encode()))  # fmt: skip


def _dressed(ask: Ask, change: tuple[str, str]) -> bytes:
    pattern, by = change
    return ok(re.sub(pattern, by, ask.good.body.decode(), flags=re.S).encode())


_DRESSES = {
    "other class names": (r'class="([^"]*)"', r'class="v2-\1"'), "no class names": (r' class="[^"]*"', ""),
    "other ids": (r' id="([^"]*)"', r' id="x-\1"'), "no ids and classes": (r' (?:id|class)="[^"]*"', ""),
    "a banner on top": (r"(<body[^>]*>)", r'\1<div class="banner"><p>We have a new look. Tell us what you think.</p></div>'),
    "wrapped twice": (r"(<body[^>]*>)(.*)(</body>)", r'\1<div class="shell"><div class="shell-inner">\2</div></div>\3'),
    "other footer": (r"</body>", "<footer><p>New footer. Imprint. Privacy.</p></footer></body>"),
    "sections as divisions": (r"<(/?)section\b", r"<\1div"), "divisions as sections": (r"<(/?)div\b", r"<\1section"),
    "bold as strong": (r"<(/?)b>", r"<\1strong>"), "capital tags": (r"</?[a-z]+[^>]*>", lambda m: m[0].upper() if "=" not in m[0] else m[0]),
    "minified": (r">\s+<", "> <"), "each tag on a line": (r"><", ">\n<"),
    "other title": (r"<title>[^<]*</title>", "<title>Mali: our advice | New site</title>"),
    "entities": (r"[\u00a0-\uffff]", lambda m: f"&#{ord(m[0])};"), "named quotes": ("’", "&rsquo;"),
    "accessible": (r"<(h[1-4])\b", r'<\1 tabindex="-1" role="heading"'), "lazy pictures": (r"<img", '<img loading="lazy"'),
    "with schema.org": (r"</head>", '<script type="application/ld+json">{"@type":"WebPage"}</script></head>'),
    "with comments": (r"(<p\b)", r"<!-- block -->\1"), "other links": (r'href="/', 'href="/v2/'),
}  # fmt: skip
