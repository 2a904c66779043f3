"""Which addresses and ports the ICE candidates of the server have; depends on internals of aioice.

aioice binds any free port and omits the loopback address. `configure_gathering` limits its sockets to a range
of ports or to one that all connections share, and a machine without any network still has its loopback
address. An address under which a router forwards these ports is added to the session description.
"""

import asyncio
import ipaddress
import random
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import aioice.ice

from moof.server.config.options import MediaNetwork
from moof.server.transport.shared_port import SharedPort

_HOST_CANDIDATE: Final = re.compile(
    r"^a=candidate:(?P<foundation>\S+) (?P<component>\d+) udp (?P<priority>\d+) (?P<host>\S+) (?P<port>\d+)"
    r" typ host\r?\n",
    re.MULTILINE | re.IGNORECASE,
)
_REFLEXIVE_PREFERENCE: Final = 100 << 24  # RFC 8445 section 5.1.2.2, below host candidates (126 << 24)

_gathered_addresses: Final = aioice.ice.get_host_addresses
_bindings: Final = WeakKeyDictionary[asyncio.AbstractEventLoop, "_PortRange | SharedPort"]()


@dataclass(frozen=True, slots=True)
class ForwardedAddress:
    """An IP address at which a router forwards media ports, and the port there; None if it is the same."""

    host: str
    port: int | None = None


def configure_gathering(ports: tuple[int, int] | None) -> None:
    """Set the UDP ports of all ICE connections of the running event loop, the first and the last one.

    If both are the same, the connections share it. None means any free port.
    """
    namespace: Any = aioice.ice
    namespace.get_host_addresses = _host_addresses
    namespace.asyncio = _AsyncioOfIce()
    loop = asyncio.get_running_loop()
    if ports is None:
        _bindings.pop(loop, None)
    else:
        _bindings[loop] = SharedPort(ports[0]) if ports[0] == ports[1] else _PortRange(*ports)


async def resolved(host: str) -> list[str]:
    """Return the IP addresses of a host name or address; an empty list if it cannot be resolved."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except OSError:
        return []
    return sorted({str(each[4][0]) for each in found})


async def forwarded_addresses(network: MediaNetwork) -> list[ForwardedAddress]:
    """Return where the media ports are reached through a router.

    Who has forwarded the ports has forwarded them where the page is, or at `network.host`. Of one shared port
    the number may differ there, as the page's own does.
    """
    found = [ForwardedAddress(each) for each in await resolved(network.host)] if network.host else []
    page, port = network.page, network.shared_port
    if network.ports is not None and page.host:
        others = () if port is None or page.port in (None, port) else (page.port,)
        for address in await resolved(page.host):
            found += [ForwardedAddress(address, each) for each in (None, *others)]
    return [*dict.fromkeys(found)]


def advertised(sdp: str, addresses: Iterable[ForwardedAddress]) -> str:
    """Return the session description with its host candidates offered at `addresses`, too.

    The additions are server-reflexive candidates (RFC 8839 section 5.1), such as a STUN server would find.
    """
    known = tuple(addresses)
    hosts = {(each["host"], int(each["port"])) for each in _HOST_CANDIDATE.finditer(sdp)}

    def with_copies(candidate: re.Match[str]) -> str:
        host, port = candidate["host"], int(candidate["port"])
        priority = int(candidate["priority"]) & 0xFFFFFF | _REFLEXIVE_PREFERENCE
        copies = [
            f"a=candidate:{candidate['foundation']}{number} {candidate['component']} udp {priority} "
            f"{each.host} {each.port or port} typ srflx raddr {host} rport {port}\r\n"
            for number, each in enumerate(known)
            if _version(each.host) == _version(host) and (each.host, each.port or port) not in hosts
        ]
        return candidate[0] + "".join(copies)

    return _HOST_CANDIDATE.sub(with_copies, sdp)


def _version(address: str) -> int:
    return ipaddress.ip_address(address).version


def _host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """Return the addresses of host candidates: aioice's, or the loopback address where there is no other."""
    addresses: list[str] = _gathered_addresses(use_ipv4, use_ipv6)
    return addresses or (["127.0.0.1"] if use_ipv4 else ["::1"])


class _AsyncioOfIce:
    """Replaces the name `asyncio` in aioice.ice, which gets the loop that binds its sockets there."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    def get_running_loop(self) -> Any:
        """Return the running loop, with its ports if it has some."""
        loop = asyncio.get_running_loop()
        binding = _bindings.get(loop)
        return loop if binding is None else _BindingLoop(loop, binding)


class _PortRange:
    """Ports of which each connection takes one that is free."""

    def __init__(self, low: int, high: int) -> None:
        self._low = low
        self._high = high

    async def attach(self, protocol_factory: Any, address: str) -> Any:
        """Bind a UDP socket. Raises OSError if no port of the range is free."""
        create = asyncio.get_running_loop().create_datagram_endpoint
        ports = list(range(self._low, self._high + 1))
        random.shuffle(ports)
        for port in ports:
            try:
                return await create(protocol_factory, local_addr=(address, port))
            except OSError:
                continue
        raise OSError(f"no UDP port from {self._low} to {self._high} is free at {address}")


class _BindingLoop:
    """The event loop as aioice.ice uses it, except for where port 0 is bound."""

    def __init__(self, loop: asyncio.AbstractEventLoop, binding: _PortRange | SharedPort) -> None:
        self._loop = loop
        self._binding = binding

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    async def create_datagram_endpoint(
        self, protocol_factory: Any, local_addr: tuple[str, int] | None = None, **options: Any
    ) -> Any:
        """Bind a UDP socket. Raises OSError if no port is free."""
        if local_addr is None or local_addr[1] != 0:
            create = self._loop.create_datagram_endpoint
            return await create(protocol_factory, local_addr=local_addr, **options)
        return await self._binding.attach(protocol_factory, local_addr[0])
