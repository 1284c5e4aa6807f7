"""The pages: where each source stands, what changed, and how we know; and what each reader asked for.

    app.py        assembles: guard, words, errors, routes
    access.py     who may open what: one table of every route
    overview.py   where every destination stands
    place.py      one destination: where each publisher stands, where, what changed, how often
    asked.py      what the filters of its timeline ask for; text.py cuts the kept page
    chart.py      level and measures over time, drawn; map.py draws where
    change.py     one change: what it says, before and after, times and proof
    source.py     one source: every look at it
    shown.py      stored values as words for people
    tongues/      our words, in English and French
    readers.py    sign up, confirm, manage, leave, acknowledge
    counter.py    what those pages need from the desk
    sheets.py     one such page: headers, language, the plain ones
    forms.py      a sent form as wishes
    doors.py      who asks, past our own proxies
    returns.py    where mail that came back is handed in
    feeds.py      the feeds’ addresses; conditional.py answers 304
    static_files.py  styles and scripts, kept by browsers for good
    health.py     /healthz and /metrics
    server.py     waitress in a thread
"""

from monitor.web.app import create_app
from monitor.web.counter import Counter
from monitor.web.returns import Returns
from monitor.web.server import Server, serve
from monitor.web.site import SiteView

__all__ = ["Counter", "Returns", "Server", "SiteView", "create_app", "serve"]
