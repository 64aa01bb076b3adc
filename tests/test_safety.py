"""Nothing but an outlet's own hosts at public addresses is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from scrapers.outlet import replica
from scrapers.outlets import OUTLETS
from scrapers.safety import GuardedResolver, UnsafeAddress, guarded_factory, is_public, may_connect

ISNA = OUTLETS["isna"]
REPLICA = replica(ISNA, "http://127.0.1.1:8080")


@pytest.mark.parametrize("ip", ["8.8.8.8", "::ffff:8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_public_addresses_are_public(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1"),
        *("", "localhost", "127.1", "0x7f000001"),
    ],
)
def test_all_other_addresses_are_not(ip: str) -> None:
    assert not is_public(ip)


def test_a_replica_is_connected_to_at_its_one_address_and_port() -> None:
    assert may_connect(REPLICA, "127.0.1.1", 8080)
    assert not may_connect(REPLICA, "127.0.1.1", 22)
    assert not may_connect(REPLICA, "127.0.0.1", 8080)
    assert not may_connect(REPLICA, "8.8.8.8", 80)
    assert not may_connect(ISNA, "127.0.1.1", 8080)


class Names:
    """A name server whose every answer is given."""

    def __init__(self, *ips: str) -> None:
        self.ips = ips

    def resolveHostName(self, receiver: Any, name: str, port: int, types: Any, transport: str) -> Any:
        receiver.resolutionBegan(None)
        for ip in self.ips:
            receiver.addressResolved((IPv6Address if ":" in ip else IPv4Address)("TCP", ip, port))
        receiver.resolutionComplete()
        return receiver


class Heard:
    def __init__(self) -> None:
        self.ips: list[str] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.ips.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete = True


def test_a_name_is_resolved_to_its_public_addresses_only() -> None:
    heard, kept_back = Heard(), dict[str, str]()
    names = Names("5.160.1.1", "127.0.0.1", "::ffff:10.0.0.1", "2001:4860::1")
    GuardedResolver(names, ISNA, kept_back).resolveHostName(heard, "www.isna.ir", portNumber=443)
    assert (heard.ips, heard.complete) == (["5.160.1.1", "2001:4860::1"], True)
    assert kept_back == {"www.isna.ir": "::ffff:10.0.0.1"}


@pytest.mark.parametrize("ip", ["127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254"])
def test_the_address_at_the_other_end_is_checked_whatever_the_name_said(ip: str) -> None:
    factory = guarded_factory(ISNA)(lambda protocol: None, "endpoint")
    with pytest.raises(UnsafeAddress, match="is not a public address"):
        factory.buildProtocol((IPv6Address if ":" in ip else IPv4Address)("TCP", ip, 443))
    assert factory.buildProtocol(IPv4Address("TCP", "5.160.1.1", 443)) is not None


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:22/", "http://169.254.169.254/", "file:///etc/passwd", "ftp://www.isna.ir/", "data:,x"),
        *("https://www.isna.ir:8443/", "https://isna.ir.evil.example/", "https://evilisna.ir/", "//www.isna.ir/"),
        *("https://www.isna.ir@evil.example/", "https://user@www.isna.ir/", "https://www.isna.ir:x/", "http://[::1/"),
    ],
)
def test_an_address_that_is_not_the_outlets_is_not_its_own(url: str) -> None:
    assert not ISNA.owns(url)


def test_the_outlets_hosts_and_their_sub_domains_are_its_own() -> None:
    assert ISNA.owns("https://www.isna.ir/news/1")
    assert ISNA.owns("http://isna.ir:80/")
    assert replace(REPLICA).owns("http://127.0.1.1:8080/news/1")
    assert not REPLICA.owns("https://www.isna.ir/news/1")
