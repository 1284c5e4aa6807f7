"""Which addresses we connect to: decided on the address itself, at the time of connecting."""

from __future__ import annotations

import socket

import pytest

from monitor.fetch import netguard
from tests.fetch.test_get import failing

PUBLIC = ["8.8.8.8", "104.18.0.1", "2606:4700::6812:1", "64:ff9b::808:808", "::ffff:8.8.8.8"]
PRIVATE = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd12::1"]
NEVER = [
    "0.0.0.0", "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.192",
    "168.63.129.16", "100.100.100.200", "192.0.2.1", "198.18.0.1", "203.0.113.5", "192.88.99.1",
    "::", "fe80::1", "fe80::1%lo", "ff02::1", "fd00:ec2::254", "2001:db8::1", "2002:7f00:1::",
    "2001::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "::ffff:0.0.0.0", "64:ff9b:1::1",
    "fec0::1", "100::1", "::ffff:169.254.169.254", "::127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_permitted(address):
    assert netguard.permitted(address)


@pytest.mark.parametrize("address", [*PRIVATE, "::ffff:127.0.0.1", "::ffff:10.0.0.1"])
def test_private_addresses_are_for_local_hosts_only(address):
    assert not netguard.permitted(address)
    assert netguard.permitted(address, local=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_permitted(address):
    assert not netguard.permitted(address)
    if address not in ("64:ff9b::7f00:1",):
        assert not netguard.permitted(address, local=True)


def test_an_allowed_host_that_leads_to_ourselves_is_not_asked(make):
    error = failing(make(), "https://localhost/")
    assert "private or reserved network address" in str(error)


def test_a_name_that_changes_its_address_gains_nothing(make, site, monkeypatch):
    """DNS rebinding: public when it is checked, private when it is used."""
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    dialled = []

    def look_up(host, port):
        return [netguard.Address(socket.AF_INET, (next(answers), port))]

    def connect(self, sockaddr):
        dialled.append(sockaddr[0])
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(netguard, "_look_up", look_up)
    monkeypatch.setattr("monitor.fetch.wire._Socket.connect", connect, raising=False)
    client = make(allowed_hosts=frozenset({"turncoat.example"}))
    failing(client, "https://turncoat.example/")
    failing(client, "https://turncoat.example/")
    assert dialled == ["93.184.216.34"]


def test_the_next_address_is_tried_and_private_ones_are_left_out(make, monkeypatch):
    found = ["10.0.0.1", "93.184.216.34", "2606:2800:220:1::1"]
    dialled = []

    def connect(self, sockaddr):
        dialled.append(sockaddr[0])
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(
        netguard, "_look_up",
        lambda host, port: [
            netguard.Address(socket.AF_INET6 if ":" in ip else socket.AF_INET, (ip, port))
            for ip in found
        ],
    )  # fmt: skip
    monkeypatch.setattr("monitor.fetch.wire._Socket.connect", connect, raising=False)
    error = failing(make(allowed_hosts=frozenset({"many.example"})), "https://many.example/")
    assert dialled == found[1:]
    assert "Network is unreachable" in str(error)
