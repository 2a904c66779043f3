"""What the machine's threads have in common."""

import logging
import threading
from collections.abc import Callable

from moof.mac.wakeup import Wakeup

LOG = logging.getLogger(__name__)


class MacThread:
    """A named thread that ends when told to.

    Subclasses write `run`, which waits on `wakeup` (or on something that `interrupt_wait` sets) and returns
    once `ending` is true. If it raises, the machine cannot go on: `on_failure` is called, once, on the dying
    thread.
    """

    def __init__(self, name: str, on_failure: Callable[[], None]) -> None:
        self.wakeup = Wakeup()
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
