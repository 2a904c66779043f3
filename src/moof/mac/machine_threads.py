"""What each Mac that is a process has: its threads, how they end, signals, and both sockets."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from types import FrameType
from typing import Final

from moof.extension import Capability, ExtensionEnd, ExtensionError
from moof.ipc import EXIT_STATUS_FAILED, EXIT_STATUS_OK, EXIT_STATUS_RESTART, EmulatorEnd, IpcError, State
from moof.mac.cpu_thread import CpuListener
from moof.mac.emulops import PowerRequest
from moof.mac.errors import MacError
from moof.mac.threads import BinarySemaphore, MacThread
from moof.process import prepare_for_sound

LOG: Final = logging.getLogger(__name__)


class MachineThreads(CpuListener):
    """The threads of a Mac, and the emulator's end of the contract, which the caller closes.

    Setting `finished` ends `run`.
    """

    def __init__(self, end: EmulatorEnd, finished: BinarySemaphore) -> None:
        self._end = end
        self._status = EXIT_STATUS_OK
        self._finished = finished
        self._threads: Sequence[MacThread] = ()
        """In the order in which they start; they end in the opposite one."""

    def run(self, on_ready: Callable[[str], None]) -> int:
        """Start the threads, wait for `finished`, stop the threads; return the exit status."""
        prepare_for_sound()
        try:
            for thread in self._threads:
                thread.start()
            on_ready(self._end.ready_line())
            self._finished.wait()
        finally:
            for thread in reversed(self._threads):
                thread.stop()
        return self._status

    def thread_failed(self) -> None:
        """End `run` with status 1 (ThreadListener)."""
        self._finish(EXIT_STATUS_FAILED)

    def power_requested(self, request: PowerRequest) -> None:
        """End `run` with the status that the guest's request stands for (CpuListener)."""
        LOG.info("The guest requests: %s.", request.name.lower().replace("_", " "))
        self._finish(EXIT_STATUS_RESTART if request is PowerRequest.RESTART else EXIT_STATUS_OK)

    def state_entered(self, state: State) -> None:
        """Store the state in the segment (CpuListener)."""
        LOG.info("The Mac is %s.", state.name.lower())
        self._end.segment.state = state

    def _finish(self, status: int) -> None:
        """End `run` with this status, or with an earlier one other than 0."""
        self._status = self._status or status
        self._finished.set()


def make_end() -> EmulatorEnd:
    """Return the emulator's end of the contract. Raises MacError."""
    try:
        return EmulatorEnd.create()
    except IpcError as error:
        raise MacError(f"The Mac cannot offer IPC v4: {error}.") from error


def make_extension_end(capabilities: AbstractSet[Capability]) -> ExtensionEnd:
    """Return the emulator's end of the extension socket. Raises MacError."""
    try:
        return ExtensionEnd.create(capabilities)
    except ExtensionError as error:
        raise MacError(f"The Mac cannot offer the extension socket: {error}.") from error


@contextmanager
def signals(finish: Callable[[], None]) -> Iterator[None]:
    """Call `finish` on SIGTERM and SIGINT; only the main thread can set handlers, others do nothing here."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        finish()

    previous = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
