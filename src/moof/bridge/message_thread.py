"""The thread "control-socket": passes the server's messages to the event loop."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from moof.ipc import AudioRequest, EmulatorEnd, Message, Ping, PingEchoes

LOG: Final = logging.getLogger(__name__)

_MAX_QUEUED: Final = 256


class MessageListener(Protocol):
    """Receives what a server sends."""

    def message_received(self, message: Message) -> None:
        """Handle a message that is no audio request; called on the event loop."""

    def audio_requested(self, samples: int) -> None:
        """Handle a request for `samples` / 48000 s of sound; called on the control socket's thread."""

    def server_connected(self) -> None:
        """Publish a frame for a new server; called on the event loop."""

    def server_disconnected(self) -> None:
        """Release what the server's viewers held; called on the event loop."""


class MessageThread:
    """Serves one server after the other.

    While the event loop is busy, at most 256 messages are queued for it; after that the socket is not read,
    which the server detects.
    """

    def __init__(
        self,
        end: EmulatorEnd,
        loop: asyncio.AbstractEventLoop,
        pings: PingEchoes,
        listener: MessageListener,
    ) -> None:
        self._end = end
        self._loop = loop
        self._pings = pings
        self._listener = listener
        self._slots = threading.BoundedSemaphore(_MAX_QUEUED)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="control-socket", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; called on the event loop, which therefore receives no more messages."""
        self._stopping = True
        self._end.stop()
        try:
            self._slots.release()  # the thread may be waiting for one
        except ValueError:
            pass
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        self._end.serve(
            self._receive,
            on_connect=self._connected,
            on_disconnect=self._disconnected,
        )

    def _connected(self) -> None:
        LOG.info("A server has connected.")
        self._call(self._listener.server_connected)

    def _disconnected(self) -> None:
        self._pings.forget()
        self._call(self._listener.server_disconnected)

    def _receive(self, message: Message) -> None:
        if isinstance(message, AudioRequest):
            self._listener.audio_requested(message.requested_samples)
            return
        if isinstance(message, Ping):
            self._pings.received(message, time.time_ns() // 1000)  # t3 is now, not when the loop is free
        self._slots.acquire()
        self._call(self._deliver, message)

    def _deliver(self, message: Message) -> None:
        try:
            self._slots.release()
        except ValueError:
            pass  # `stop` has released one already
        self._listener.message_received(message)

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        if self._stopping:
            return
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            pass  # the loop is closed
