"""How we behave on the web; built from the configuration by wiring."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How we behave on the web. Times in seconds, sizes in bytes."""

    user_agent: str
    """Descriptive, with a way to contact us."""
    allowed_hosts: frozenset[str]
    """Host names that GETs may go to, such as "travel.state.gov"."""
    local_hosts: frozenset[str] = frozenset()
    """Entries "host:port" that may be plain http and on a loopback or private address."""
    connect_timeout: float = 10
    read_timeout: float = 20
    """Longest silence of a server."""
    deadline: float = 40
    """The whole exchange with its redirects, also against a server that drips. With the 15 seconds that robots.txt may
    take, and with the reading, a visit ends within a minute."""
    max_body: int = 15 * 2**20
    """Decoded bytes."""
    host_gap: float = 2.0
    """Between two requests to one host."""
    max_redirects: int = 5
    robots: bool = True
