"""Which network addresses a name may lead to, checked on the very address we connect to.

A name that resolves to something public when it is checked and to something private when it is
used (DNS rebinding) gains nothing: it is resolved once, and only checked addresses are dialled.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, NamedTuple

# Public by the registry and still nothing that a government page or a webhook lives on.
_REFUSED_V4 = tuple(
    IPv4Network(net)
    for net in (
        "100.64.0.0/10",  # carrier-grade NAT, also cloud-internal services (RFC 6598)
        "168.63.129.16/32",  # Azure's platform address
        "192.0.0.0/24",  # protocol assignments, also Oracle's metadata address
        "192.88.99.0/24",  # 6to4 relays, deprecated (RFC 7526)
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")  # the only global unicast space handed out (RFC 4291)
_REFUSED_V6 = tuple(
    IPv6Network(net)
    for net in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking (RFC 2928)
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # an IPv4 address as IPv6-only networks see it (RFC 6052)
_UNIQUE_LOCAL = IPv6Network("fc00::/7")
_METADATA = frozenset({ip_address("fd00:ec2::254"), ip_address("100.100.100.200")})


class Address(NamedTuple):
    """One place to connect to, as getaddrinfo gives it."""

    family: int
    sockaddr: tuple[Any, ...]


def permitted(text: str, *, local: bool = False) -> bool:
    """Whether we may connect to this IP address.

    Always refused: the unspecified address, link-local and cloud metadata addresses, multicast and
    reserved space. Private and loopback addresses only when `local` (an entry of `local_hosts`).
    IPv4 inside IPv6 (mapped, NAT64) is judged as the IPv4 address that it is.
    """
    address = _unwrapped(text)
    if address in _METADATA:
        return False
    if isinstance(address, IPv4Address):
        return _public_v4(address) or (local and _private_v4(address))
    return _public_v6(address) or (local and (address.is_loopback or address in _UNIQUE_LOCAL))


def resolve(host: str, port: int, *, seconds: float) -> list[Address]:
    """The addresses of `host`, as the system resolver has them; at least one.

    Raises socket.gaierror, also when `seconds` have passed (getaddrinfo itself cannot be given a
    time limit, so a helper thread waits for it), and UnicodeError for a name that is none.
    """
    answers: list[list[Address] | OSError | UnicodeError] = []
    done = threading.Event()

    def ask() -> None:
        try:
            answers.append(_look_up(host, port))
        except (OSError, UnicodeError) as error:  # handed over to the waiting thread below
            answers.append(error)
        done.set()

    if _is_literal(host):
        ask()
    else:
        threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
        if not done.wait(seconds):
            raise socket.gaierror(socket.EAI_AGAIN, f"no answer within {seconds:.0f} seconds")
    answer = answers[0]
    if isinstance(answer, Exception):
        raise answer
    return answer


def _look_up(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(_addresses(found)))
    if not addresses:
        raise socket.gaierror(socket.EAI_NONAME, "no IPv4 or IPv6 address")
    return addresses


def _addresses(found: list[Any]) -> Iterator[Address]:
    for family, _, _, _, sockaddr in found:
        if family in (socket.AF_INET, socket.AF_INET6):
            yield Address(family, tuple(sockaddr))


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _unwrapped(text: str) -> IPv4Address | IPv6Address:
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(address.packed[-4:])
    return address


def _public_v4(address: IPv4Address) -> bool:
    if address.is_multicast or address.is_reserved or any(address in net for net in _REFUSED_V4):
        return False
    return address.is_global


def _private_v4(address: IPv4Address) -> bool:
    return address.is_loopback or any(address in net for net in _PRIVATE_V4)


def _public_v6(address: IPv6Address) -> bool:
    return address in _GLOBAL_V6 and not any(address in net for net in _REFUSED_V6)


_PRIVATE_V4 = tuple(IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
