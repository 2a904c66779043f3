"""Calls on the event loop from media threads, bounded in number."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVarTuple

Arguments = TypeVarTuple("Arguments")


class LoopCalls:
    """Passes calls to the event loop that it was created on; any thread may use it.

    While `limit` calls wait for the loop, further ones are dropped: what media threads send is out of date
    when a loop that is busy gets to it.
    """

    def __init__(self, limit: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._room = threading.BoundedSemaphore(limit)

    @property
    def on_loop(self) -> bool:
        """Whether the caller is the event loop's thread."""
        return threading.get_ident() == self._thread

    def call(self, function: Callable[[*Arguments], object], *arguments: *Arguments) -> bool:
        """Call `function` on the loop: at once on its own thread, else soon. Return False if dropped."""
        if self.on_loop:
            function(*arguments)
            return True
        if not self._room.acquire(blocking=False):
            return False
        try:
            self._loop.call_soon_threadsafe(self._run, function, *arguments)
        except RuntimeError:  # the loop is closed: the server is stopping
            self._room.release()
            return False
        return True

    def _run(self, function: Callable[[*Arguments], object], *arguments: *Arguments) -> None:
        self._room.release()
        function(*arguments)
