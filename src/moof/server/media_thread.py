"""A thread of a media pipeline: woken by the registry of viewers, started and ended like its sibling."""

import threading

from moof.server.viewers import ViewerRegistry
from moof.server.wakeup import Wakeup


class MediaThread:
    """A pipeline that serves the viewers of a registry from a thread of its own.

    A subclass implements `_run`, which waits on `_wakeup` and returns soon after `_stopping` is True.
    """

    def __init__(self, name: str, viewers: ViewerRegistry) -> None:
        """Create the thread without starting it; `name` is the thread's name."""
        self._viewers = viewers
        self._wakeup = Wakeup()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._viewers.attach(self._wakeup)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait until it has ended."""
        self._stopping = True
        self._viewers.detach(self._wakeup)
        self._wakeup.signal()
        if self._thread.is_alive():
            self._thread.join()
        self._wakeup.close()

    @property
    def alive(self) -> bool:
        """Whether the thread runs; from any thread."""
        return self._thread.is_alive()

    def _run(self) -> None:
        raise NotImplementedError
