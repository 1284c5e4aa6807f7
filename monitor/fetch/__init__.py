"""The web: the one outbound HTTP client, and every manner it keeps.

  client.py    GET for sources, POST for webhooks; redirects, conditional requests
  manners.py   user agent, hosts, limits
  target.py    which addresses we may ask at all: scheme, host, port
  netguard.py  which network addresses a name may lead to
  wire.py      connections that keep a deadline and a size, and go to checked addresses only
  head.py      header sections of up to 500 lines
  answer.py    what came back: status, headers, a bounded and complete body
  unpack.py    gzip and deflate, bounded and checked to the end
  robots.py    robots.txt: asked once a day per host
  turns.py     one request at a time per host, with a gap
  plain.py     foreign exceptions as one plain sentence

It stands on the standard library's http.client (and certifi, protego): the deadline, the address
rule and the size limits all sit at the socket, below anything that a larger client lets us reach.
"""

from monitor.fetch.client import Client
from monitor.fetch.manners import Manners

__all__ = ["Client", "Manners"]
