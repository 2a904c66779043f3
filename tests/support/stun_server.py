"""A STUN server that answers each binding request with an address of its own making."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import aioice.ice
import aioice.stun

ADDRESS = ("192.0.2.77", 7777)


class _StunServer(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        request = aioice.stun.parse_message(data)
        response = aioice.stun.Message(
            aioice.stun.Method.BINDING, aioice.stun.Class.RESPONSE, request.transaction_id
        )
        response.attributes["XOR-MAPPED-ADDRESS"] = ADDRESS
        self._transport.sendto(bytes(response), addr)


@asynccontextmanager
async def stun_server() -> AsyncIterator[str]:
    """Run a server in this event loop, where the sockets of ICE reach it; yields its URL."""
    host = aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=False)[0]
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(_StunServer, local_addr=(host, 0))
    try:
        yield f"stun:{host}:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()
