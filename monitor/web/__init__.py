"""The pages: where each source stands, what changed, and how we know.

    app.py      routes and headers
    shown.py    stored values as words for people
    health.py   /healthz and /metrics
    server.py   waitress in a thread
"""

from monitor.web.app import SiteView, create_app
from monitor.web.server import Server, serve

__all__ = ["Server", "SiteView", "create_app", "serve"]
