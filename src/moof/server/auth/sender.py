"""Who sends a request, as far as limits are concerned: an address, and a role if there is a token."""

import ipaddress
from dataclasses import dataclass
from typing import Final, Self

from starlette.types import Scope

from moof.server.auth.roles import Role

_IPV6_PREFIX: Final = 64
"""Bits of an IPv6 address that belong to one subscriber, who may use any of the addresses below it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The network that a request comes from (one IPv4 address, or an IPv6 /64), and its role, None: unknown.

    Limits count per sender, so that strangers who share an address with viewers (behind a proxy) do not use
    up what those may send.
    """

    network: str
    role: Role | None

    @classmethod
    def of(cls, scope: Scope, role: Role | None) -> Self:
        """Return the sender of a request or WebSocket with this ASGI scope."""
        address, _ = scope.get("client") or ("", 0)
        return cls(network_of(address), role)


def network_of(address: str) -> str:
    """Return an IPv4 address as it is, and of an IPv6 address the network of its subscriber."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
