"""Which methods each address answers and how large a body it takes. What is not named here can only be read.

No page sets a cookie, so a browser holds nothing that a foreign page could use on its reader's behalf (CSRF):
whoever can act is whoever holds the signed link that was mailed to them, and the sign-up needs nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

READING = ("GET", "HEAD")
ASKING = (*READING, "POST")
NOTHING = 4096
"""Bytes of a body that nobody reads: room for what a clumsy client sends with a GET."""
FORM = 64 * 2**10
REPORT = 2**20


class Door(NamedTuple):
    """An address, or with a slash at its end all below it, and what it answers."""

    path: str
    methods: tuple[str, ...] = READING
    most: int = NOTHING

    def leads_to(self, path: str) -> bool:
        return path.startswith(self.path) if self.path.endswith("/") else path == self.path


SHUT = Door("")
READERS = (
    Door("/subscribe", ASKING, FORM),
    Door("/confirm/", ASKING, FORM),
    Door("/manage/", ASKING, FORM),
    Door("/unsubscribe/", ASKING, FORM),
    Door("/acknowledge/", ASKING, FORM),
)
RETURNS = (Door("/bounces", ("POST",), REPORT),)


def door(path: str, doors: Iterable[Door]) -> Door:
    """The door to this path; one that only lets read if none is named."""
    return next((one for one in doors if one.leads_to(path)), SHUT)


_SIGNED = re.compile(r"/(confirm|manage|unsubscribe|acknowledge)/[^/\s'\"\]]+")


def without_token(words: str) -> str:
    """The words without the signed part of our links, which is a key to a subscription: for log lines."""
    return _SIGNED.sub(r"/\1/…", words)


Network = IPv4Network | IPv6Network


def networks(names: Iterable[str]) -> tuple[Network, ...]:
    """Raises ValueError if one is neither an address nor a network ("10.0.0.0/8")."""
    return tuple(ip_network(name.strip(), strict=False) for name in names)


def sender(peer: str, forwarded: str, trusted: Collection[Network]) -> str:
    """Who asks: the nearest address that is not one of our own proxies.

    `forwarded` is believed only as far as trusted proxies wrote it: it is read from its end, because anybody may
    write the beginning. Of an IPv6 address the network counts, since one reader has all the addresses in it.
    """
    who = _plain(peer)
    for said in reversed(forwarded.split(",")):
        before = _plain(said)
        if before is None or who is None or not any(who in network for network in trusted):
            break
        who = before
    if isinstance(who, IPv6Address):
        return str(ip_network((who, 64), strict=False))
    return str(who) if who else ""


def _plain(words: str) -> IPv4Address | IPv6Address | None:
    words = words.strip()
    # Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711.
    if words.startswith("["):
        words = words[1:].partition("]")[0]
    elif words.count(":") == 1:
        words = words.partition(":")[0]
    try:
        found = ip_address(words)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
