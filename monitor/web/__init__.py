"""The pages: where each source stands, what changed, and how we know; and what each reader asked for.

    app.py        assembles: guard, words, errors, routes
    access.py     who may open what: one table of every route
    roles.py      who is asking: visitor or operator, by session, token or proxy
    guard.py      may they? deny by default, and no other site's forms
    login.py      the operators’ log-in and log-out
    operators.py  how the service itself is doing, and sending again
    how.py        how we watch, in words
    overview.py   where every destination stands
    place.py      one destination: where each publisher stands, where, what changed, how often
      asked.py      what the filters of its timeline ask for; text.py cuts the kept page
      chart.py      level and measures over time, drawn; map.py draws where
    change.py     one change: what it says, how sure we are, what stood before, proof
      stood.py      where the advice stood before it, and where it stands with it
      findings.py   its findings laid out: by severity, with reasons and word diffs
    source.py     one source: how fresh, every look at it, what is kept
      timing.py     how fast it answers
      compared.py   two of its captures, compared by today's rules
    evidence.py   the pack of a change and raw captures, as files; proofs.py what that needs
    chain.py      where the chain over all captures stands, and what a noted link is worth
    shown.py      stored values as words for people
    tongues/      our words, in English and French
    api/          the same for programs, as JSON with an OpenAPI description
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
from monitor.web.how import Practice
from monitor.web.proofs import Proofs
from monitor.web.returns import Returns
from monitor.web.roles import Roles
from monitor.web.server import Server, serve
from monitor.web.site import SiteView

__all__ = ["Counter", "Practice", "Proofs", "Returns", "Roles", "Server", "SiteView", "create_app", "serve"]
