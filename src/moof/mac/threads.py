"""The base class of the machine's threads, what it reports, and the semaphore that wakes them."""

import logging
import threading
from typing import Final, Protocol


class BinarySemaphore:
    """A binary semaphore: `set` lasts until one `wait` consumes it; setting it twice is setting it once.

    It is a lock that is held from the start and that the *other* thread releases: one futex call with a
    timeout. `threading.Event` (a condition variable and two locks) takes several times as long.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def set(self) -> None:
        """Make the current or the next `wait` return. Any thread may call this."""
        try:
            self._lock.release()
        except RuntimeError:
            pass  # already set and not consumed yet

    def wait(self, timeout: float | None = None) -> bool:
        """Block until set, or for `timeout` seconds; return whether it was set. Only one thread may wait."""
        return self._lock.acquire(timeout=-1 if timeout is None else max(0.0, timeout))


LOG: Final = logging.getLogger(__name__)


class ThreadListener(Protocol):
    """Receives what a thread reports."""

    def thread_failed(self) -> None:
        """End the machine, which cannot continue without the thread; called on that thread."""


class MacThread:
    """A named thread that `stop` ends.

    Subclasses implement `run`, which waits on `wakeup` (or on something that `interrupt_wait` sets) and
    returns once `ending` is true. If it raises, `listener` is notified.
    """

    def __init__(self, name: str, listener: ThreadListener) -> None:
        self.wakeup = BinarySemaphore()
        self.ending = False
        self._listener = listener
        self._thread = threading.Thread(name=name, target=self._run_guarded)

    def run(self) -> None:
        """Do the thread's work until `ending` is true."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it. Does nothing if it was never started."""
        self.ending = True
        self.interrupt_wait()
        if self._thread.ident is not None:
            self._thread.join()

    def interrupt_wait(self) -> None:
        """Wake the thread so that it reads `ending`."""
        self.wakeup.set()

    def _run_guarded(self) -> None:
        try:
            self.run()
        except Exception:
            LOG.exception("The thread %s has failed; the Mac ends.", self._thread.name)
            self._listener.thread_failed()
