"""Everything that depends on aioice's inside: which addresses and ports our candidates have.

aioice binds any free port and leaves loopback out; here its sockets keep to a range of ports, and a machine
without any network still has its loopback address. An address under which a router forwards the ports is
added to the session description.
"""

import asyncio
import ipaddress
import random
import re
import socket
from collections.abc import Callable, Iterable
from typing import Any, Final

import aioice.ice

_HOST_CANDIDATE: Final = re.compile(
    r"^a=candidate:(?P<foundation>\S+) (?P<component>\d+) udp (?P<priority>\d+) (?P<host>\S+) (?P<port>\d+)"
    r" typ host\r?\n",
    re.MULTILINE | re.IGNORECASE,
)
_REFLEXIVE_PREFERENCE: Final = 100 << 24  # RFC 8445 section 5.1.2.2, below host candidates (126 << 24)

_gathered_addresses: Final = aioice.ice.get_host_addresses


def configure_gathering(ports: tuple[int, int] | None) -> None:
    """Set it for all connections of this process and of the running event loop; None is any free port."""
    if aioice.ice.get_host_addresses is not _host_addresses:
        aioice.ice.get_host_addresses = _host_addresses
    loop: Any = asyncio.get_running_loop()
    loop.__dict__.pop("create_datagram_endpoint", None)
    if ports is not None:
        loop.create_datagram_endpoint = _within(ports, loop.create_datagram_endpoint)


async def resolved(host: str) -> list[str]:
    """Return the addresses of a host name, or the address itself; none if it cannot be resolved."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except OSError:
        return []
    return sorted({str(each[4][0]) for each in found})


def advertised(sdp: str, addresses: Iterable[str]) -> str:
    """Return a session description that offers the ports of its host candidates at these addresses, too.

    They are written as server-reflexive candidates (RFC 8839 section 5.1), as a STUN server would have found.
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
    """Return the addresses of our host candidates: aioice's, or loopback where there is nothing else."""
    addresses: list[str] = _gathered_addresses(use_ipv4, use_ipv6)
    return addresses or (["127.0.0.1"] if use_ipv4 else ["::1"])


def _within(ports: tuple[int, int], create: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `loop.create_datagram_endpoint`: a port of 0 becomes a free one of the range."""

    async def create_within(
        protocol_factory: Any, local_addr: tuple[str, int] | None = None, **options: Any
    ) -> Any:
        if local_addr is None or local_addr[1] != 0:
            return await create(protocol_factory, local_addr=local_addr, **options)
        candidates = list(range(ports[0], ports[1] + 1))
        random.shuffle(candidates)
        for port in candidates:
            try:
                return await create(protocol_factory, local_addr=(local_addr[0], port), **options)
            except OSError:
                continue
        raise OSError(f"no UDP port from {ports[0]} to {ports[1]} is free at {local_addr[0]}")

    return create_within
