"""The pages: where each source stands, what changed, and how we know; and what each reader asked for.

    app.py      routes and headers
    doors.py    which methods each address answers, and who asks
    shown.py    stored values as words for people
    readers.py  sign up, confirm, manage, leave, acknowledge
    counter.py  what those pages need from the desk
    sheets.py   one such page: headers, language, the plain ones
    forms.py    a sent form as wishes
    tongues.py  our words on readers' pages, in English and French
    returns.py  where mail that came back is handed in
    health.py   /healthz and /metrics
    server.py   waitress in a thread
"""

from monitor.web.app import SiteView, create_app
from monitor.web.counter import Counter
from monitor.web.returns import Returns
from monitor.web.server import Server, serve

__all__ = ["Counter", "Returns", "Server", "SiteView", "create_app", "serve"]
