"""What the machine's threads have in common."""

import logging
import threading
from collections.abc import Callable


class BinarySemaphore:
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


LOG = logging.getLogger(__name__)


class MacThread:
    """A named thread that ends when told to.

    Subclasses write `run`, which waits on `wakeup` (or on something that `interrupt_wait` sets) and returns
    once `ending` is true. If it raises, the machine cannot go on: `on_failure` is called, once, on the dying
    thread.
    """

    def __init__(self, name: str, on_failure: Callable[[], None]) -> None:
        self.wakeup = BinarySemaphore()
        self.ending = False
        self._on_failure = on_failure
        self._thread = threading.Thread(name=name, target=self._run_guarded)

    def run(self) -> None:
        """The thread's work."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Tell the thread to end, and wait until it has. Does nothing if it never began."""
        self.ending = True
        self.interrupt_wait()
        if self._thread.ident is not None:
            self._thread.join()

    def interrupt_wait(self) -> None:
        """Rouse the thread so that it sees `ending`."""
        self.wakeup.set()

    def _run_guarded(self) -> None:
        try:
            self.run()
        except Exception:
            LOG.exception("The thread %s has failed; the Mac ends.", self._thread.name)
            self._on_failure()
