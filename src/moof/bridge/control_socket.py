"""The socket to which a program connects to be controlled: QEMU for QMP, Hatari for its commands."""

import asyncio
import logging
from pathlib import Path
from typing import Final

LOG: Final = logging.getLogger(__name__)

_MAX_BUFFERED: Final = 1 << 16
"""Bytes that wait to be read; the program then waits."""


class ControlSocket:
    """Listens in the bridge's own directory; the first connection counts, others are refused.

    All methods belong to the event loop.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / "control"
        self._server: asyncio.Server | None = None
        self._connection: asyncio.Future[ControlConnection] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        """Listen. Only this user can connect."""
        self._server = await asyncio.start_unix_server(self._connected, self.path, limit=_MAX_BUFFERED)
        self.path.chmod(0o600)

    async def connection(self) -> "ControlConnection":
        """Return the program's connection, once there is one."""
        return await asyncio.shield(self._connection)

    def stop(self) -> None:
        """Disconnect, and listen no longer."""
        if self._server is not None:
            self._server.close()
        if self._connection.done() and not self._connection.cancelled():
            self._connection.result().close()
        self._connection.cancel()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._connection.done():
            LOG.warning("A second connection to the program's control socket is refused.")
            writer.close()
            return
        self._connection.set_result(ControlConnection(reader, writer))


class ControlConnection:
    """The program's end: bytes in both directions."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Send bytes. Raises OSError if the program has closed the connection."""
        self._writer.write(data)
        await self._writer.drain()

    async def receive(self) -> bytes:
        """Return the next bytes, "" after the end. Raises OSError."""
        return await self._reader.read(_MAX_BUFFERED)

    def close(self) -> None:
        """Close it."""
        self._writer.close()
