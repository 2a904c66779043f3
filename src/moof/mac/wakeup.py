"""How one thread wakes another here."""

import threading


class Wakeup:
    """A binary semaphore: `set` is remembered until one `wait` consumes it; setting twice is setting once.

    A locked lock that the *other* side releases does this in one futex call with a timeout, which
    `threading.Event` (a condition variable and two locks) needs several times as long for.
    """

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._gate.acquire()

    def set(self) -> None:
        """Let one `wait` pass, now or later. Any thread may call this."""
        try:
            self._gate.release()
        except RuntimeError:
            pass  # set already and not consumed yet

    def wait(self, timeout: float | None = None) -> bool:
        """Block until set, or for `timeout` seconds; says whether it was set. One thread waits at a time."""
        return self._gate.acquire(timeout=-1 if timeout is None else max(0.0, timeout))
