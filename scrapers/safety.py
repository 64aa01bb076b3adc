"""The guard between a spider and the network: which addresses may be asked, and what may be connected to.

Every page is hostile, and so is every redirect and name server answer. A request leaves only for an outlet's own hosts
over http or https, and a connection is made only to a public address, checked when it is looked up and again on
the connection itself, so a name that answers differently the second time gains nothing. A replica on loopback is asked
at its one address and port. Sizes and times are capped by Scrapy while it reads (scrapers/settings.py).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientFactory
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from twisted.web.client import HTTPConnectionPool
from zope.interface import implementer  # type: ignore[import-untyped]

from scrapers.outlet import Outlet
from scrapers.polite import HostBudget

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class UnsafeAddress(IgnoreRequest):
    """Raised instead of asking an address that is not the outlet's or connecting to one that is not public."""


def is_public(ip: str) -> bool:
    """Whether an address is one of the public internet. IPv6 forms that carry an IPv4 address are judged by it.

    >>> [is_public(ip) for ip in ("5.160.1.1", "127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1")]
    [True, False, False, False, False]
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.is_site_local or int(address) >> 32 == 0:  # ::/96 are the old IPv4-compatible addresses
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def may_connect(outlet: Outlet, ip: str, port: int) -> bool:
    """Whether an outlet's pages may be fetched from an address: a public one, or its replica's exactly."""
    if outlet.loopback is not None:
        return outlet.loopback in (f"{ip}:{port}", f"[{ip}]:{port}")
    return is_public(ip)


@implementer(IHostnameResolver)
class GuardedResolver:
    """Looks a name up with another resolver and keeps back the addresses that may not be connected to.

    `kept_back` is filled with the last such address of each name.
    """

    def __init__(self, inner: Any, outlet: Outlet, kept_back: dict[str, str]) -> None:
        self._inner = inner
        self._outlet = outlet
        self._kept_back = kept_back

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """Resolve a name; the receiver is told only of addresses that may be connected to."""

        def may_pass(ip: str, port: int) -> bool:
            if may_connect(self._outlet, ip, portNumber or port):
                return True
            self._kept_back[hostName] = ip
            return False

        receiver = _GuardedReceiver(resolutionReceiver, may_pass)
        return self._inner.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _GuardedReceiver:
    def __init__(self, receiver: Any, may_pass: Callable[[str, int], bool]) -> None:
        self._receiver = receiver
        self._may_pass = may_pass

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if self._may_pass(address.host, address.port):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


def guarded_factory(outlet: Outlet) -> Callable[..., Any]:
    """Return a protocol factory that refuses a connection whose other end may not be connected to.

    Twisted asks it for a protocol once TCP is connected and before a byte is sent, with the address of the other end.
    """

    class GuardedFactory(_LenientHTTP11ClientFactory):
        def buildProtocol(self, addr: Any) -> Any:
            if not may_connect(outlet, addr.host, addr.port):
                raise UnsafeAddress(f"{addr.host} port {addr.port} is not a public address")
            return super().buildProtocol(addr)

    return GuardedFactory


class GuardedPool(HTTPConnectionPool):
    """A pool whose new connections are looked up and made under guard."""

    def __init__(self, reactor: Any, outlet: Outlet, per_host: int) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._outlet = outlet
        self.kept_back: dict[str, str] = {}
        self.maxPersistentPerHost = per_host
        self._factory = guarded_factory(outlet)  # type: ignore[assignment]

    def _newConnection(self, key: Any, endpoint: Any) -> Any:
        # Over TLS the endpoint is wrapped. One that asks no resolver could not be guarded: it fails here.
        by_name = getattr(endpoint, "_wrappedEndpoint", endpoint)
        resolver_of = by_name._getNameResolverAndMaybeWarn
        by_name._getNameResolverAndMaybeWarn = lambda reactor: GuardedResolver(
            resolver_of(reactor), self._outlet, self.kept_back
        )
        return super()._newConnection(key, endpoint)


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler behind the guard and the host's budget; an outlet's spider has no other."""

    def __init__(self, crawler: Crawler) -> None:
        from twisted.internet import reactor

        super().__init__(crawler)
        self._spider = cast("Any", crawler.spider)
        self._outlet: Outlet = self._spider.outlet
        self._budget: HostBudget = self._spider.budget
        self._guarded = GuardedPool(reactor, self._outlet, crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self._pool = self._guarded

    async def download_request(self, request: Request) -> Response:
        """Fetch under guard, in the host's turn. Raises UnsafeAddress, HostPaused and what Scrapy's handler raises."""
        if self._spider.halted is not None:
            raise self._spider.halted
        if not self._outlet.owns(request.url):
            raise UnsafeAddress(f"{request.url} is not an address of {self._outlet.name}")
        parts = urlsplit(request.url)
        delay = max(self._outlet.delay, self._spider.host_delays.get(parts.netloc, 0.0))
        async with self._budget.turn(parts.netloc, delay, self._outlet.concurrency):
            try:
                response: Response = await super().download_request(request)
            except CannotResolveHostError as error:
                if (ip := self._guarded.kept_back.get(parts.hostname or "")) is None:
                    raise
                raise UnsafeAddress(f"{parts.hostname} is {ip}, which is not a public address") from error
        return response
