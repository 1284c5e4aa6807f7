"""The web: the one outbound HTTP client, and every manner it keeps.

  client.py    GET for sources, POST for webhooks; redirects, conditional requests
  manners.py   user agent, hosts, limits
  target.py    which addresses we may ask at all: scheme, host, port
  netguard.py  which network addresses a name may lead to
  session.py   requests on our own sockets: its session, adapter and pools
  wire.py      sockets that keep a deadline and a size, and go to checked addresses only
  head.py      header sections of up to 500 lines
  answer.py    what came back: status, headers, a bounded and complete body
  unpack.py    gzip and deflate, bounded and checked to the end
  robots.py    robots.txt: asked once a day per host
  turns.py     one request at a time per host, with a gap
  plain.py     foreign exceptions as one plain sentence

It stands on requests and urllib3: HTTP, TLS, connections and their reuse are theirs. The deadline,
the address rule and the size limits sit below them, at the socket, because no switch of theirs
bounds a whole exchange, or checks the very address that is dialled.
"""

from monitor.fetch.client import Client
from monitor.fetch.manners import Manners

__all__ = ["Client", "Manners"]
