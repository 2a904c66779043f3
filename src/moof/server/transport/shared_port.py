"""One UDP port for all ICE connections of an event loop; depends on internals of aioice.

aioice opens a socket for each connection and address. Here it gets an end of a socket that connections share,
one socket for each address of this machine; `datagram_router` tells their datagrams apart.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, cast

from aioice.utils import random_string

from moof.server.transport.aiortc_internals import check_fields
from moof.server.transport.datagram_router import DatagramRouter, IceEndpoint

_PROTOCOL_FIELDS: Final = ("datagram_received", "receiver", "transactions")
_CONNECTION_FIELDS: Final = ("_local_username",)
_USERNAME_LENGTH: Final = 8


class SharedPort:
    """The sockets of one port. Each is opened by its first connection and closed by its last."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._sockets: dict[str, SharedSocket] = {}
        self._opening = asyncio.Lock()

    async def attach(
        self, protocol_factory: Callable[[], Any], address: str
    ) -> tuple[asyncio.DatagramTransport, Any]:
        """Return an end of the socket at `address` for aioice's protocol, and that protocol.

        Raises OSError if the port cannot be bound.
        """
        async with self._opening:
            endpoint = (await self._open(address)).attach(protocol_factory())
        return endpoint, endpoint.protocol

    async def _open(self, address: str) -> "SharedSocket":
        shared = self._sockets.get(address)
        if shared is not None:
            if not shared.is_closing:
                return shared
            await shared.closed.wait()
        loop = asyncio.get_running_loop()
        _, opened = await loop.create_datagram_endpoint(SharedSocket, local_addr=(address, self._port))
        self._sockets[address] = opened
        return opened


class SharedSocket(asyncio.DatagramProtocol):
    """One UDP socket and the connections that use it."""

    def __init__(self) -> None:
        self.transport: asyncio.DatagramTransport
        self.router = DatagramRouter()
        self.closed = asyncio.Event()

    @property
    def is_closing(self) -> bool:
        """Whether its last connection has ended."""
        return self.transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket's transport."""
        self.transport = cast(asyncio.DatagramTransport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the port be bound again."""
        self.closed.set()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """Hand a datagram to the connection to which it belongs."""
        endpoint = self.router.find(data, addr[:2], time.monotonic())
        if endpoint is not None:
            endpoint.deliver(data, addr)

    def attach(self, protocol: Any) -> "SharedPortEndpoint":
        """Add a connection. It gets another user name if there is one with its own."""
        connection = protocol.receiver
        check_fields(connection, _CONNECTION_FIELDS)
        while self.router.has_username(connection._local_username):
            connection._local_username = random_string(_USERNAME_LENGTH)
        endpoint = SharedPortEndpoint(self, protocol)
        self.router.attach(endpoint)
        protocol.connection_made(endpoint)
        return endpoint

    def detach(self, endpoint: "SharedPortEndpoint") -> None:
        """Remove a connection; without any the socket closes."""
        self.router.detach(endpoint)
        if not len(self.router):
            self.transport.close()


class SharedPortEndpoint(asyncio.DatagramTransport, IceEndpoint):
    """One connection's end of a shared socket, as the transport that aioice's protocol expects."""

    def __init__(self, shared: SharedSocket, protocol: Any) -> None:
        """Raise AiortcMismatchError if aioice's protocol lacks a name that is used."""
        super().__init__()
        check_fields(protocol, _PROTOCOL_FIELDS)
        self.protocol = protocol
        self._shared = shared
        self._username: str = protocol.receiver._local_username
        self._closed = False

    @property
    def username(self) -> str:
        """The connection's ICE user name."""
        return self._username

    def awaits(self, transaction: bytes) -> bool:
        """Return whether the connection has sent the request of this STUN transaction."""
        return transaction in self.protocol.transactions

    def deliver(self, data: bytes, address: tuple[Any, ...]) -> None:
        """Hand a datagram to aioice, or to what stands before it."""
        self.protocol.datagram_received(data, address)

    def sendto(self, data: Any, addr: Any = None) -> None:
        """Send a datagram; ignored once closed."""
        if not self._closed:
            self._shared.router.sent(self, data, addr[:2], time.monotonic())
            self._shared.transport.sendto(data, addr)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the socket's transport says."""
        return self._shared.transport.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """Return whether the connection has ended."""
        return self._closed

    def close(self) -> None:
        """End the connection; the other ones go on."""
        if not self._closed:
            self._closed = True
            self._shared.detach(self)
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        """End the connection, as `close` does."""
        self.close()
