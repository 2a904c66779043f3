"""Decides to which ICE connection a datagram belongs that arrives at a port that several of them share.

A check names its connection (USERNAME, RFC 8445 section 7.2.2), an answer has the random transaction of its
request, and everything else comes from an address that has passed a check. What fits none of these is dropped
without an answer, so that the port sends nothing to addresses that strangers make up.
"""

import struct
from dataclasses import dataclass
from typing import Any, Final, Protocol

MAX_ADDRESSES: Final = 16
"""Addresses of one connection; the one that was checked longest ago makes room."""
TAKEOVER_SECONDS: Final = 15.0
"""After so long without a check, an address may change its connection: browsers check every 2 to 5 s."""

_BINDING_REQUEST: Final = b"\x00\x01"
_BINDING_SUCCESS: Final = b"\x01\x01"
_BINDING_ERROR: Final = b"\x01\x11"
_MAGIC_COOKIE: Final = b"\x21\x12\xa4\x42"
_HEADER_BYTES: Final = 20
_ATTRIBUTE: Final = struct.Struct("!HH")
_USERNAME: Final = 6
_MAX_ATTRIBUTES: Final = 8
"""Attributes that are looked at: browsers begin with USERNAME."""

Address = tuple[str, int]


class IceEndpoint(Protocol):
    """One connection's end of the shared port."""

    @property
    def username(self) -> str:
        """Its ICE user name, which no other connection of the port has."""

    def awaits(self, transaction: bytes) -> bool:
        """Return whether it has sent the request of this STUN transaction (12 bytes)."""

    def deliver(self, data: bytes, address: tuple[Any, ...]) -> None:
        """Process a datagram of the connection's."""


@dataclass(slots=True)
class _Route:
    endpoint: IceEndpoint
    checked_at: float


class DatagramRouter:
    """The connections of one port, and the addresses from which their viewers send. Not thread-safe.

    All times are `now` of one clock, in seconds.
    """

    def __init__(self) -> None:
        self._endpoints: dict[str, IceEndpoint] = {}
        self._routes: dict[Address, _Route] = {}

    def __len__(self) -> int:
        return len(self._endpoints)

    def has_username(self, username: str) -> bool:
        """Return whether a connection has this user name."""
        return username in self._endpoints

    def attach(self, endpoint: IceEndpoint) -> None:
        """Add a connection, whose user name is not there yet."""
        self._endpoints[endpoint.username] = endpoint

    def detach(self, endpoint: IceEndpoint) -> None:
        """Remove a connection and its addresses; one that is not there is ignored."""
        self._endpoints.pop(endpoint.username, None)
        for address in self.addresses(endpoint):
            del self._routes[address]

    def addresses(self, endpoint: IceEndpoint) -> list[Address]:
        """Return the addresses of a connection, the one that was checked longest ago first."""
        own = [address for address, route in self._routes.items() if route.endpoint is endpoint]
        return sorted(own, key=lambda address: self._routes[address].checked_at)

    def find(self, data: bytes, address: Address, now: float) -> IceEndpoint | None:
        """Return the connection to which a datagram from `address` belongs, None for nobody's."""
        kind = data[:2]
        if kind == _BINDING_REQUEST:
            name = local_username(data)
            return None if name is None else self._endpoints.get(name)
        if kind in (_BINDING_SUCCESS, _BINDING_ERROR):
            return self._find_by_transaction(data, address, now)
        route = self._routes.get(address)
        return None if route is None else route.endpoint

    def sent(self, endpoint: IceEndpoint, data: bytes, address: Address, now: float) -> None:
        """Learn from what a connection sends: it confirms a check only if that had the right password."""
        if data[:2] == _BINDING_SUCCESS:
            self._learn(endpoint, address, now)

    def _find_by_transaction(self, data: bytes, address: Address, now: float) -> IceEndpoint | None:
        transaction = data[8:_HEADER_BYTES]
        for endpoint in self._endpoints.values():
            if endpoint.awaits(transaction):
                if data[:2] == _BINDING_SUCCESS:  # ICE Lite checks nothing itself
                    self._learn(endpoint, address, now)
                return endpoint
        return None

    def _learn(self, endpoint: IceEndpoint, address: Address, now: float) -> None:
        """Note an address of a connection, unless another one uses it: a viewer could forge its checks."""
        route = self._routes.get(address)
        if route is not None and route.endpoint is endpoint:
            route.checked_at = now
            return
        if route is not None and now - route.checked_at < TAKEOVER_SECONDS:
            return
        own = self.addresses(endpoint)
        if len(own) >= MAX_ADDRESSES:
            del self._routes[own[0]]
        self._routes[address] = _Route(endpoint, now)


def local_username(request: bytes) -> str | None:
    """Return the receiver's part of the USERNAME of a STUN request (RFC 8489), None without one."""
    if len(request) < _HEADER_BYTES or request[4:8] != _MAGIC_COOKIE:
        return None
    position = _HEADER_BYTES
    for _ in range(_MAX_ATTRIBUTES):
        value = position + _ATTRIBUTE.size
        if value > len(request):
            return None
        kind, length = _ATTRIBUTE.unpack_from(request, position)
        if kind == _USERNAME:
            return request[value : value + length].partition(b":")[0].decode("latin-1")
        position = value + (length + 3 & ~3)
    return None
