"""No spelling of an address inside leads to a connection: asked directly, by a redirect, or by a name that turns."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from monitor.errors import FetchError
from monitor.fetch import Client, netguard
from tests.fetch.site import Site, answer
from tests.fetch.spellings import literals, spellings

_watchers: list[list[Any]] = []


def _hear(event: str, given: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        for heard in _watchers:
            heard.append(given[1])


sys.addaudithook(_hear)  # what the interpreter itself says of every connection of this process


@contextmanager
def dialled() -> Iterator[list[Any]]:
    heard: list[Any] = []
    _watchers.append(heard)
    try:
        yield heard
    finally:
        _watchers.remove(heard)


@pytest.fixture(autouse=True)
def no_names_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that only a name server knows lead inside as well; numbers are read by the system, as ever."""
    asked = socket.getaddrinfo

    def look_up(host: str, port: int, *given: Any, **named: Any) -> Any:
        try:
            return asked(host, port, *given, **{**named, "flags": socket.AI_NUMERICHOST})
        except OSError:
            return asked("127.0.0.1", port, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_there_are_two_hundred_spellings_and_the_system_takes_many_for_addresses() -> None:
    assert len(spellings()) >= 200
    numbers = 0
    for one in spellings():
        try:
            socket.inet_aton(one)
        except (OSError, ValueError):
            continue
        numbers += 1
    assert numbers >= 80


def test_no_spelling_of_an_address_inside_is_connected_to(make: Callable[..., Client]) -> None:
    client = make(allowed_hosts=frozenset(one.strip("[]").lower() for one in spellings()))
    with dialled() as heard:
        for one in spellings():
            for ask in (lambda url: client.post(url, b"x", {}), client.get):
                for scheme in ("https", "http"):
                    with pytest.raises(FetchError):
                        ask(f"{scheme}://{one}/x")
    assert heard == []


def test_no_redirect_leads_inside(make: Callable[..., Client], site: Site) -> None:
    client = make(allowed_hosts=frozenset(one.strip("[]").lower() for one in spellings()))
    for number, one in enumerate(spellings()):
        site.pages[f"/{number}"] = answer(b"", "302 Found", f"Location: https://{one}/x")
    with dialled() as heard:
        for number in range(len(spellings())):
            with pytest.raises(FetchError):
                client.get(site.url(f"/{number}"))
    assert {f"{host}:{port}" for host, port, *_ in heard} == {site.host}
    assert len(site.requests) == len(spellings())


def test_no_name_that_turns_between_two_looks_leads_inside(
    make: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make(allowed_hosts=frozenset({"turncoat.example"}))
    for one in literals():
        family = socket.AF_INET6 if ":" in one else socket.AF_INET
        told = iter([(socket.AF_INET, "203.0.114.1")])  # public, once: for whoever looks before he leaps

        def look_up(host: str, port: int, family: int = family, one: str = one, told: Any = told) -> Any:
            found, address = next(told, (family, one))
            return [netguard.Address(found, (address, port))]

        monkeypatch.setattr(netguard, "_look_up", look_up)
        with dialled() as heard, pytest.MonkeyPatch.context() as patch:
            patch.setattr("monitor.fetch.wire._Socket.connect", _refuse, raising=False)
            for _ in range(2):
                with pytest.raises(FetchError):
                    client.get("https://turncoat.example/")
        assert heard == [], one


def _refuse(self: Any, address: Any) -> None:
    assert address[0] == "203.0.114.1", address
    raise ConnectionRefusedError(111, "refused")
