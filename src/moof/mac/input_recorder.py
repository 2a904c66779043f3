"""The "recorder" thread: writes what reaches the Mac to a file, from which `replay` can play it."""

import contextlib
import logging
import os
import queue
from pathlib import Path
from typing import BinaryIO, Final

from moof.mac.adb import AdbEvent, AdbListener
from moof.mac.board import Board
from moof.mac.clipboard import GivenTextListener
from moof.mac.cpu_thread import BeginListener
from moof.mac.machine_state import MachineState
from moof.mac.recording import (
    MAX_EVENT_BYTES,
    MAX_TICKS,
    RecordedEvent,
    RecordingEnd,
    RecordingError,
    RecordingWriter,
    ResetPressed,
    TextGiven,
)
from moof.mac.state_contents import state_to_file
from moof.mac.threads import MacThread, ThreadListener

LOG: Final = logging.getLogger(__name__)

MAX_WAITING: Final = 4096
"""Events that wait to be written."""
_FULL_BYTES: Final = MAX_EVENT_BYTES - (3 << 20)
"""Then no further event may fit; the longest is a text for the clipboard."""
STATE_NAME: Final = "Start of a recording"


class InputRecorder(MacThread, BeginListener, AdbListener, GivenTextListener):
    """Records from `begin` on, until the Mac ends or goes on from another state, or the file is full.

    The thread that begins and those that use the bus only queue; this one compresses and writes.
    """

    def __init__(self, path: Path, board: Board, listener: ThreadListener) -> None:
        """Create the file. Raises RecordingError, also if there is one of this name."""
        super().__init__("recorder", listener)
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise RecordingError(f"The recording {path} cannot be made: {error.strerror}.") from error
        self._file: BinaryIO = os.fdopen(fd, "wb")
        self._path = path
        self._interrupts = board.interrupts
        self._begun_at: int | None = None
        self._ended_at: int | None = None
        """The tick at which the queue was full."""
        self._state: MachineState | None = None
        self._events: queue.Queue[tuple[int, RecordedEvent]] = queue.Queue(MAX_WAITING)
        board.adb.set_listener(self)
        board.clipboard.set_given_listener(self)

    def begin(self, state: MachineState) -> None:
        """Record from this state on (BeginListener)."""
        self._begun_at = self._interrupts.elapsed
        self._state = state
        self.wakeup.set()

    def event_added(self, event: AdbEvent) -> None:
        """Queue an event (AdbListener)."""
        self._add(event)

    def bus_reset(self) -> None:
        """Queue a reset (AdbListener)."""
        self._add(ResetPressed())

    def bus_restored(self) -> None:
        """End the recording: what follows does not follow from it (AdbListener)."""
        self._add(RecordingEnd())

    def text_given(self, text: bytes) -> None:
        """Queue a text for the guest's clipboard (GivenTextListener)."""
        self._add(TextGiven(text))

    def run(self) -> None:
        """Write until the recording or the thread ends."""
        try:
            with self._file:
                self._record()
        except OSError as error:
            LOG.warning("The recording %s is not complete: %s.", self._path, error.strerror)
        self._begun_at = None

    def _record(self) -> None:
        while self._state is None and not self.ending:
            self.wakeup.wait()
        if self._state is None:
            return
        writer = RecordingWriter(state_to_file(self._state, STATE_NAME))
        self._file.write(writer.beginning)
        written = 0
        while True:
            tick, event = self._next()
            if written > _FULL_BYTES or tick > MAX_TICKS:
                LOG.warning("The recording %s ends: it is as large as one may be.", self._path)
                tick, event = min(tick, MAX_TICKS), RecordingEnd()
            line = writer.line(tick, event)
            written += self._file.write(line)
            if isinstance(event, RecordingEnd):
                LOG.info("The recording %s is complete.", self._path)
                return

    def _next(self) -> tuple[int, RecordedEvent]:
        """Return the next event, RecordingEnd when the thread ends."""
        while True:
            with contextlib.suppress(queue.Empty):
                return self._events.get_nowait()
            if self._ended_at is not None:
                return self._ended_at, RecordingEnd()
            if self.ending:
                return self._tick, RecordingEnd()
            self._file.flush()
            self.wakeup.wait()

    @property
    def _tick(self) -> int:
        return self._interrupts.elapsed - (self._begun_at or 0)

    def _add(self, event: RecordedEvent) -> None:
        if self._begun_at is None or self._ended_at is not None:
            return
        try:
            self._events.put_nowait((self._tick, event))
        except queue.Full:
            LOG.warning("The recording %s ends: the disk does not take it in time.", self._path)
            self._ended_at = self._tick
        self.wakeup.set()
