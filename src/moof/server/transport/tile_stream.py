"""One viewer's lossless pictures on their way: over its WebSocket, which is TCP and thus the kernel's work.

An update is one binary message: each part with its length in front. SCTP would carry the same in Python, at
fifteen times the cost, and crawl wherever packets are lost.
"""

import asyncio
import struct
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final

from moof.server.viewers import ViewerRegistry

_LENGTH: Final = struct.Struct("<I")
LOW_BACKLOG: Final = 16 * 1024
"""Bytes that wait below which the picture thread is told that there is room again."""


class TileStream:
    """Takes updates and sends one after the other. All but `backlog` on the event loop.

    Nothing is bounded here: who sends looks at `backlog` first, and merges what has to wait.
    """

    def __init__(self, viewers: ViewerRegistry) -> None:
        """`viewers` is woken when the backlog falls below LOW_BACKLOG."""
        self._viewers = viewers
        self._waiting: deque[bytes] = deque()
        self._arrived = asyncio.Event()
        self.backlog = 0
        """Bytes that aren't on their way yet; may be read from any thread."""
        self.bytes_sent = 0

    def put(self, parts: Sequence[bytes]) -> None:
        """Send an update's messages soon."""
        update = pack(parts)
        self._waiting.append(update)
        self.backlog += len(update)
        self._arrived.set()

    def clear(self) -> None:
        """Forget what waits: nobody looks any more."""
        self._waiting.clear()
        self.backlog = 0

    async def run(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Send until cancelled, or until `send` raises; it returns once the network can take more."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._send_next(send)

    async def _send_next(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        update = self._waiting[0]
        await send(update)
        self.bytes_sent += len(update)
        if not self._waiting or self._waiting[0] is not update:
            return  # all was forgotten meanwhile
        self._waiting.popleft()
        before, self.backlog = self.backlog, self.backlog - len(update)
        if self.backlog < LOW_BACKLOG <= before:
            self._viewers.wake()


def pack(parts: Sequence[bytes]) -> bytes:
    """Return one binary message of an update's messages."""
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def unpack(update: bytes) -> Iterator[bytes]:
    """Yield an update's messages. Raises ValueError when it is cut off."""
    at = 0
    while at < len(update):
        start = at + _LENGTH.size
        if start > len(update):
            raise ValueError("a length is cut off")
        at = start + _LENGTH.unpack_from(update, at)[0]
        if at > len(update):
            raise ValueError("a message is cut off")
        yield update[start:at]
