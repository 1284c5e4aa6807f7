"""Who asks: the nearest address that is no proxy of ours; and words without what is a key or a reader’s address."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_SIGNED = re.compile(r"/(confirm|manage|unsubscribe|acknowledge)/[^/\s'\"\]]+")


def without_token(words: str) -> str:
    """The words without the signed part of our links, which is a key to a subscription: for log lines."""
    return _SIGNED.sub(r"/\1/…", words)


_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")
_LONGEST = 600
"""Characters of what somebody else's server said that are worth showing."""
_LINK = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>]+", re.IGNORECASE)


def discreet(words: str) -> str:
    """What a relay or an endpoint said, without the addresses in it: who is told is a secret, from operators too."""
    return _ADDRESS.sub("…@…", _LINK.sub("…://…", words[:_LONGEST]))


Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


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


def _plain(words: str) -> Address | None:
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
