"""Sends one viewer's lossless updates over its WebSocket: TCP, which the kernel implements.

An update is one binary message: each part with its length before it. SCTP would carry the same in Python, at
fifteen times the cost, and very slowly wherever packets are lost.
"""

import asyncio
import struct
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from moof.server.rtp.congestion import LeakyBucket
from moof.server.viewers import UNLIMITED_BITRATE, ViewerRegistry

_LENGTH: Final = struct.Struct("<I")
LOW_BACKLOG: Final = 16 * 1024
"""Queued bytes below which the media threads are woken, so that they send what they held back."""


class TileStream:
    """Queues updates and sends one after the other. All but `backlog` on the event loop.

    The queue has no bound here: a producer reads `backlog` first, and merges the updates that it holds back.
    """

    def __init__(self, viewers: ViewerRegistry) -> None:
        """`viewers` is woken when the backlog falls below LOW_BACKLOG."""
        self._viewers = viewers
        self._queue: deque[bytes] = deque()
        self._queued = asyncio.Event()
        self.backlog = 0
        """Bytes not sent yet; may be read from any thread."""
        self.bytes_sent = 0
        self._limit = UNLIMITED_BITRATE
        self._sent_within_limit = LeakyBucket()

    @property
    def limit(self) -> float:
        """Bits a second of updates that the viewer wants at most; `UNLIMITED_BITRATE`: there is no limit."""
        return self._limit

    @limit.setter
    def limit(self, limit: float) -> None:
        self._limit, self._sent_within_limit = limit, LeakyBucket()

    @property
    def picture_backlog(self) -> int:
        """The backlog, and what was sent beyond the limit; may be read from any thread."""
        if self._limit >= UNLIMITED_BITRATE:
            return self.backlog
        beyond = max(0.0, self._sent_within_limit.empty_at - time.monotonic()) * self._limit / 8
        return self.backlog + round(beyond)

    def put_picture(self, parts: Sequence[bytes]) -> None:
        """Queue the messages of one update of the picture, and count them against the limit."""
        self._sent_within_limit.add(sum(map(len, parts)), self._limit, time.monotonic())
        self.put(parts)

    def put(self, parts: Sequence[bytes]) -> None:
        """Queue the messages of one update."""
        update = pack(parts)
        self._queue.append(update)
        self.backlog += len(update)
        self._queued.set()

    def clear(self) -> None:
        """Drop the queue: the viewer has left, or needs a whole update."""
        self._queue.clear()
        self.backlog = 0

    async def run(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Send until cancelled, or until `send` raises; `send` returns when the kernel accepts more."""
        while True:
            await self._queued.wait()
            self._queued.clear()
            while self._queue:
                await self._send_next(send)

    async def _send_next(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        update = self._queue[0]
        await send(update)
        self.bytes_sent += len(update)
        if not self._queue or self._queue[0] is not update:
            return  # the queue was cleared meanwhile
        self._queue.popleft()
        before, self.backlog = self.backlog, self.backlog - len(update)
        if self.backlog < LOW_BACKLOG <= before:
            self._viewers.wake()


def pack(parts: Sequence[bytes]) -> bytes:
    """Return the binary message that contains the messages of one update."""
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))
