"""Which addresses and ports the ICE candidates of the server have; depends on internals of aioice.

aioice binds any free port and omits the loopback address. `configure_gathering` limits its sockets to a range
of ports, and a machine without any network still has its loopback address. An address under which a router
forwards these ports is added to the session description.
"""

import asyncio
import ipaddress
import random
import re
import socket
from collections.abc import Iterable
from typing import Any, Final
from weakref import WeakKeyDictionary

import aioice.ice

_HOST_CANDIDATE: Final = re.compile(
    r"^a=candidate:(?P<foundation>\S+) (?P<component>\d+) udp (?P<priority>\d+) (?P<host>\S+) (?P<port>\d+)"
    r" typ host\r?\n",
    re.MULTILINE | re.IGNORECASE,
)
_REFLEXIVE_PREFERENCE: Final = 100 << 24  # RFC 8445 section 5.1.2.2, below host candidates (126 << 24)

_gathered_addresses: Final = aioice.ice.get_host_addresses
_port_ranges: Final = WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[int, int]]()


def configure_gathering(ports: tuple[int, int] | None) -> None:
    """Set the UDP port range of all ICE connections of the running event loop; None means any free port."""
    namespace: Any = aioice.ice
    namespace.get_host_addresses = _host_addresses
    namespace.asyncio = _AsyncioOfIce()
    loop = asyncio.get_running_loop()
    if ports is None:
        _port_ranges.pop(loop, None)
    else:
        _port_ranges[loop] = ports


async def resolved(host: str) -> list[str]:
    """Return the IP addresses of a host name or address; an empty list if it cannot be resolved."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except OSError:
        return []
    return sorted({str(each[4][0]) for each in found})


def advertised(sdp: str, addresses: Iterable[str]) -> str:
    """Return the session description with the ports of its host candidates offered at `addresses`, too.

    The additions are server-reflexive candidates (RFC 8839 section 5.1), such as a STUN server would find.
    """
    known = [ipaddress.ip_address(address) for address in addresses]

    def with_copies(candidate: re.Match[str]) -> str:
        version = ipaddress.ip_address(candidate["host"]).version
        copies = [
            f"a=candidate:{candidate['foundation']}{number} {candidate['component']} udp "
            f"{int(candidate['priority']) & 0xFFFFFF | _REFLEXIVE_PREFERENCE} {address} {candidate['port']} "
            f"typ srflx raddr {candidate['host']} rport {candidate['port']}\r\n"
            for number, address in enumerate(known)
            if address.version == version
        ]
        return candidate[0] + "".join(copies)

    return _HOST_CANDIDATE.sub(with_copies, sdp)


def _host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """Return the addresses of host candidates: aioice's, or the loopback address where there is no other."""
    addresses: list[str] = _gathered_addresses(use_ipv4, use_ipv6)
    return addresses or (["127.0.0.1"] if use_ipv4 else ["::1"])


class _AsyncioOfIce:
    """Replaces the name `asyncio` in aioice.ice, which gets the loop that binds its sockets there."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    def get_running_loop(self) -> Any:
        """Return the running loop, with its port range if it has one."""
        loop = asyncio.get_running_loop()
        ports = _port_ranges.get(loop)
        return loop if ports is None else _PortRangeLoop(loop, ports)


class _PortRangeLoop:
    """The event loop as aioice.ice uses it, except that port 0 means a free port of the range."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ports: tuple[int, int]) -> None:
        self._loop = loop
        self._ports = ports

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    async def create_datagram_endpoint(
        self, protocol_factory: Any, local_addr: tuple[str, int] | None = None, **options: Any
    ) -> Any:
        """Bind a UDP socket. Raises OSError if no port of the range is free."""
        create = self._loop.create_datagram_endpoint
        if local_addr is None or local_addr[1] != 0:
            return await create(protocol_factory, local_addr=local_addr, **options)
        ports = list(range(self._ports[0], self._ports[1] + 1))
        random.shuffle(ports)
        for port in ports:
            try:
                return await create(protocol_factory, local_addr=(local_addr[0], port), **options)
            except OSError:
                continue
        raise OSError(f"no UDP port from {self._ports[0]} to {self._ports[1]} is free at {local_addr[0]}")
