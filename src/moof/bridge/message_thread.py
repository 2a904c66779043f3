"""The "control-socket" thread: hands the server's messages over to the event loop, and to the sound."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from moof.ipc import AudioRequest, EmulatorEnd, Message, Ping, PingEchoes

LOG = logging.getLogger(__name__)

_MOST_WAITING: Final = 256


class MessageThread:
    """Serves one server after the other on the control socket.

    While the event loop is busy, at most 256 messages wait; then they wait in the socket.
    """

    def __init__(
        self,
        end: EmulatorEnd,
        loop: asyncio.AbstractEventLoop,
        pings: PingEchoes,
        on_message: Callable[[Message], None],
        on_audio: Callable[[int], None],
        on_disconnect: Callable[[], None],
    ) -> None:
        """`on_audio` is called on this thread, with the samples of each request; the others on the loop."""
        self._end = end
        self._loop = loop
        self._pings = pings
        self._on_message = on_message
        self._on_audio = on_audio
        self._on_disconnect = on_disconnect
        self._places = threading.BoundedSemaphore(_MOST_WAITING)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="control-socket", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; on the event loop, which therefore takes no more messages."""
        self._stopping = True
        self._end.stop()
        try:
            self._places.release()  # it may be waiting for one
        except ValueError:
            pass
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        self._end.serve(
            self._receive,
            on_connect=lambda: LOG.info("A server has connected."),
            on_disconnect=self._let_go,
        )

    def _let_go(self) -> None:
        self._pings.forget()
        self._call(self._on_disconnect)

    def _receive(self, message: Message) -> None:
        if isinstance(message, AudioRequest):
            self._on_audio(message.requested_samples)
            return
        if isinstance(message, Ping):
            self._pings.received(message, time.time_ns() // 1000)  # t3 is now, not when the loop is free
        self._places.acquire()
        self._call(self._deliver, message)

    def _deliver(self, message: Message) -> None:
        try:
            self._places.release()
        except ValueError:
            pass  # `stop` gave one back already
        self._on_message(message)

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        if self._stopping:
            return
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            pass  # the loop has ended
