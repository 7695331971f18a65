"""Which addresses the service may call: users give URLs, and must not reach what only it can.

The check stands where connections are opened: after names are resolved, for each redirect anew, and
the connection goes to the very address that was checked.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from labels.errors import StancewireError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(StancewireError):
    """A URL leads to an address that the service doesn't call.

    Attributes:
        host: the name in the URL.
        address: what it resolves to.
    """

    def __init__(self, host: str, address: str) -> None:
        self.host = host
        self.address = address
        super().__init__(
            f"{host} is at {address}, which is not a public address: "
            "set STANCEWIRE_ALLOW_PRIVATE=1 if your feeds and receivers are in your own network"
        )


def is_public(address: str) -> bool:
    """Tell whether an IP address is on the public internet, also inside of another notation.

    >>> is_public("93.184.216.34"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    return all(a.is_global and not a.is_multicast for a in _meant(found))


def _meant(found: Address) -> Iterable[Address]:
    yield found
    if isinstance(found, ipaddress.IPv6Address):
        if found in _NAT64:
            yield ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        for inner in (found.ipv4_mapped, found.sixtofour, *(found.teredo or ())):
            if inner is not None:
                yield inner


async def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Return the addresses of a host.

    Raises:
        AddressRefused: one of them is not public, and `allow_private` is not set.
        httpcore.ConnectError: the name is not known.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host}: {error}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private:
        for address in addresses:
            if not is_public(address):
                raise AddressRefused(host, address)
    return addresses


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that were checked, and to no other."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers."""
        addresses = await resolve(host, port, allow_private=self.allow_private)
        failure: Exception = httpcore.ConnectError(f"{host}: no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no URL of a user names a socket file."""
        raise AddressRefused(path, path)

    async def sleep(self, seconds: float) -> None:
        """Wait, for httpcore's retries."""
        await asyncio.sleep(seconds)


def open_client(*, allow_private: bool, timeout_s: float = 20) -> httpx.AsyncClient:
    """Return a client that follows no redirects by itself and calls only addresses that may be."""
    transport = httpx.AsyncHTTPTransport(trust_env=False)
    # httpx has no parameter for it; tests in test_address.py prove that the check is in force.
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=httpx.create_ssl_context(),
        max_connections=40,
        network_backend=CheckedBackend(allow_private=allow_private),
    )
    return httpx.AsyncClient(
        transport=transport,
        timeout=timeout_s,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "stancewire/1 (feed monitor)"},
    )
