"""A WebSocket whose client writes any bytes, valid frames or not."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

CONTINUATION, TEXT, BINARY, PING, PONG = 0x0, 0x1, 0x2, 0x9, 0xA


def frame(opcode: int, payload: bytes, *, final: bool = True) -> bytes:
    """Return a client's frame (RFC 6455, section 5.2), masked with zeros."""
    length = len(payload)
    if length < 126:
        size = bytes([0x80 | length])
    elif length < 1 << 16:
        size = bytes([0x80 | 126]) + length.to_bytes(2)
    else:
        size = bytes([0x80 | 127]) + length.to_bytes(8)
    return bytes([final << 7 | opcode]) + size + bytes(4) + payload


@dataclass(frozen=True)
class Route:
    """How a client reaches a server on this machine: its own address, and TLS if there is a context."""

    source: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None

    @property
    def host(self) -> str:
        """The server's address."""
        return "::1" if ":" in self.source else "127.0.0.1"

    async def connect(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a TCP connection to a port, and finish the TLS handshake if there is one."""
        return await asyncio.open_connection(self.host, port, local_addr=(self.source, 0), ssl=self.tls)


PLAIN = Route()


@contextlib.asynccontextmanager
async def raw_websocket(
    port: int, path: str = "/signaling", route: Route = PLAIN
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a WebSocket of a server on this machine. What is read begins behind the handshake."""
    reader, writer = await route.connect(port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    header = await reader.readuntil(b"\r\n\r\n")
    assert header.startswith(b"HTTP/1.1 101"), header
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()
