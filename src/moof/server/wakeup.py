"""Wakes a thread that waits on file descriptors."""

import os
import select
from typing import Self


class Wakeup:
    """An eventfd that any thread may signal and one thread waits for, by `select`, `poll` or `epoll`.

    Signals between two waits count as one. Signaling a closed one does nothing, so the signaling thread need
    not know whether the waiting one has ended already.
    """

    def __init__(self) -> None:
        self._fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN)
        self._beside: int | None = None
        """The other descriptor in `_poll`, which is kept because the next wait is mostly for the same."""

    def fileno(self) -> int:
        """Return the descriptor to wait on; it is readable after a signal."""
        return self._fd

    def signal(self) -> None:
        """Wake the waiting thread, now or as soon as it waits."""
        if self._fd >= 0:
            os.eventfd_write(self._fd, 1)

    def wait(self, seconds: float) -> bool:
        """Wait for a signal and clear it; False if there was none in time."""
        return self.wait_beside(None, seconds)[0]

    def wait_beside(self, fd: int | None, seconds: float) -> tuple[bool, bool]:
        """Wait for a signal, which is cleared, or until `fd` is readable; return which of them happened."""
        if fd != self._beside:
            self._change_beside(fd)
        ready = [each for each, _ in self._poll.poll(max(0.0, seconds) * 1000)]
        if signaled := self._fd in ready:
            self.clear()
        return signaled, fd in ready

    def clear(self) -> None:
        """Clear all signals so far."""
        try:
            os.eventfd_read(self._fd)
        except BlockingIOError:
            pass

    def _change_beside(self, fd: int | None) -> None:
        if self._beside is not None:
            self._poll.unregister(self._beside)
        if fd is not None:
            self._poll.register(fd, select.POLLIN)
        self._beside = fd

    def close(self) -> None:
        """Close the descriptor."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
