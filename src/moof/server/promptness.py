"""WebSockets that don't hoard: what has to wait, waits where it can still be replaced by newer pictures."""

import asyncio
import socket
from typing import Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_MOST_UNSENT: Final = 8 * 1024
"""Bytes that the kernel takes beyond what is under way; on a line of 1 Mbit/s a fifteenth of a second."""


class PromptWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol; a `send` waits until all before it has gone to the kernel."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let nothing queue in this process."""
        super().connection_made(transport)
        cast(asyncio.WriteTransport, transport).set_write_buffer_limits(0)


def keep_queues_short(listening: socket.socket) -> None:
    """Let the kernel refuse more as soon as so much is unsent; connections inherit it (tcp(7))."""
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _MOST_UNSENT)
