"""The connection to the emulator: finds one, watches it, and finds the next one."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from moof.ipc import EmulatorConnection, IpcError, Message, SegmentError, State, find_emulators, segment_path
from moof.server.wakeup import Wakeup

LOG: Final = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 0.1
_WATCH_SECONDS: Final = 0.25
_HANDSHAKE_SECONDS: Final = 0.5
_FIRST_BACK_OFF: Final = 1.0
_MAX_BACK_OFF: Final = 30.0
_BACK_OFF_MEMORY: Final = 60.0
"""Seconds after a back-off during which another one of the same emulator lasts twice as long."""
_FAILURES_BEFORE_LOG: Final = 5
"""Attempts in a row with the same error before it is logged: an emulator that starts or ends causes a few."""


@dataclass(frozen=True, slots=True)
class EmulatorStatus:
    """The state of the emulator; width and height in pixels, 0 before its first frame."""

    connected: bool = False
    pid: int | None = None
    state: State = State.STOPPED
    width: int = 0
    height: int = 0
    capturing: bool = False
    """Whether a capture records the sound at every layer (`moof capture`)."""
    responding: bool = True
    """Whether the emulator answers. One that does not may have lost its connection."""


class EmulatorLinkListener(Protocol):
    """Receives the state changes of an EmulatorLink."""

    def emulator_changed(self, status: EmulatorStatus) -> None:
        """Take the new state. Called on the link's thread."""


@dataclass(slots=True)
class _LeasedConnection:
    """A connection and the number of its leases; when it is retired, the end of the last lease closes it."""

    connection: EmulatorConnection
    leases: int = 0
    retired: bool = False


@dataclass(frozen=True, slots=True)
class _BackOff:
    """Seconds in which an emulator is not connected to; `until` in CLOCK_MONOTONIC seconds."""

    seconds: float
    until: float


@dataclass(frozen=True, slots=True)
class _ConnectFailure:
    """The error of the last attempt to connect to an emulator, and how many times in a row it occurred."""

    error: str
    count: int


class MessageSink(Protocol):
    """Accepts messages to the emulator, from any thread."""

    def send(self, message: Message) -> bool:
        """Send a message without blocking; return False when no emulator is connected."""


class SentMessageListener(Protocol):
    """Is told of what the emulator gets by `EmulatorLink.send`: input, pings and commands."""

    def message_sent(self, message: Message) -> None:
        """Note a message. Called on the thread that sent it."""


class EmulatorLink(MessageSink):
    """The connection to the current emulator, kept by the thread "emulator-link".

    `send` is the one way to the control socket. Threads that read frames or sound take a `lease`, so that
    nothing is unmapped or closed while they use it.
    """

    def __init__(self, target_pid: int | None = None) -> None:
        """Connect to emulator `target_pid` only; with None, to the newest one of this user."""
        self._listeners: tuple[EmulatorLinkListener, ...] = ()
        self._sent_listeners: tuple[SentMessageListener, ...] = ()
        self._target_pid = target_pid
        self._lock = threading.Lock()
        self._held: _LeasedConnection | None = None
        self._status = EmulatorStatus()
        self._unresponsive: int | None = None
        self._failures: dict[int, _ConnectFailure] = {}
        self._back_offs: dict[int, _BackOff] = {}
        self._stopping = False
        self._wakeup = Wakeup()
        self._thread = threading.Thread(target=self._run, name="emulator-link", daemon=True)

    def add_listener(self, listener: EmulatorLinkListener) -> None:
        """Report changes of the emulator's state to `listener` from now on."""
        self._listeners = (*self._listeners, listener)

    def add_sent_listener(self, listener: SentMessageListener) -> None:
        """Report each message that was sent to `listener` from now on."""
        self._sent_listeners = (*self._sent_listeners, listener)

    def start(self) -> None:
        """Start the thread; nothing happens if it has been started."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """Disconnect and end the thread. The connection is closed at the end of the last lease."""
        self._stopping = True
        self._wakeup.signal()
        if self._thread.is_alive():
            self._thread.join()
        self._retire("the server stops")
        self._wakeup.close()

    def set_target(self, pid: int | None) -> None:
        """Connect to this emulator from now on (None: the newest); drop the connection to another one."""
        self._target_pid = pid
        self._wakeup.signal()

    def set_unresponsive(self, pid: int | None) -> None:
        """Report this emulator as one that does not answer (None: none), connected or not."""
        self._unresponsive = pid
        self._wakeup.signal()

    @property
    def status(self) -> EmulatorStatus:
        """The present state of the emulator."""
        return self._status

    def connection(self) -> EmulatorConnection | None:
        """Return the current connection for a comparison; use `lease` to read from it."""
        held = self._held
        return held.connection if held is not None else None

    @contextmanager
    def lease(self) -> Iterator[EmulatorConnection | None]:
        """Yield the current connection, open and mapped until the block ends; None if there is none."""
        with self._lock:
            held = self._held
            if held is not None:
                held.leases += 1
        try:
            yield held.connection if held is not None else None
        finally:
            if held is not None:
                self._end_lease(held)

    def send(self, message: Message) -> bool:
        """Send to the emulator, from any thread, without blocking; return False if none is connected."""
        with self.lease() as connection:
            if connection is None:
                return False
            try:
                connection.send(message)
            except IpcError as error:
                self.drop(connection, str(error))
                return False
        for listener in self._sent_listeners:
            listener.message_sent(message)
        return True

    def drop(self, connection: EmulatorConnection, why: str) -> None:
        """Drop a connection if it is the current one; the link then looks for an emulator again."""
        with self._lock:
            if self._held is None or self._held.connection is not connection:
                return
        self._retire(why)
        self._wakeup.signal()

    def back_off(self, connection: EmulatorConnection, why: str) -> None:
        """Drop a connection whose shared memory is invalid; for a while its emulator is not connected to."""
        now = time.monotonic()
        recent = {pid: each for pid, each in self._back_offs.items() if now < each.until + _BACK_OFF_MEMORY}
        last = recent.get(connection.pid)
        seconds = _FIRST_BACK_OFF if last is None else min(2 * last.seconds, _MAX_BACK_OFF)
        self._back_offs = {**recent, connection.pid: _BackOff(seconds, now + seconds)}
        self.drop(connection, f"{why}; it is tried again in {seconds:.0f} s")

    def _end_lease(self, held: _LeasedConnection) -> None:
        with self._lock:
            held.leases -= 1
            last = held.retired and not held.leases
        if last:
            held.connection.close()

    def _retire(self, why: str) -> None:
        """Retire the current connection, and close it unless it is leased."""
        with self._lock:
            held, self._held = self._held, None
            if held is None:
                return
            held.retired = True
            unused = not held.leases
        LOG.info("Emulator %d disconnected: %s", held.connection.pid, why)
        if unused:
            held.connection.close()

    def _run(self) -> None:
        while not self._stopping:
            connection = self._connect()
            if connection is not None:
                self._watch(connection)
            self._report(EmulatorStatus(responding=self._unresponsive is None))
            # Also after a connection: one that fails at once must not be retried in a busy loop.
            self._wakeup.wait(_RETRY_SECONDS)

    def _connect(self) -> EmulatorConnection | None:
        """Try to connect to the target or to all emulators, newest first; return the first connection."""
        target = self._target_pid
        pids = [emulator.pid for emulator in find_emulators()] if target is None else [target]
        for pid in pids:
            back_off = self._back_offs.get(pid)
            if back_off is not None and time.monotonic() < back_off.until:
                continue
            try:
                connection = EmulatorConnection.connect(pid, timeout=_HANDSHAKE_SECONDS)
            except IpcError as error:
                self._note_failure(pid, str(error))
                continue
            LOG.info("Emulator %d connected.", pid)
            self._failures.clear()
            with self._lock:
                self._held = _LeasedConnection(connection)
            return connection
        return None

    def _note_failure(self, pid: int, error: str) -> None:
        """Log an error that repeats, once: there are ten attempts a second."""
        last = self._failures.get(pid)
        count = last.count + 1 if last is not None and last.error == error else 1
        self._failures[pid] = _ConnectFailure(error, count)
        if count == _FAILURES_BEFORE_LOG and segment_path(pid).exists():
            LOG.info("Emulator %d: %s", pid, error)

    def _watch(self, connection: EmulatorConnection) -> None:
        """Report the changes of the emulator's state until the connection ends."""
        process = None
        try:
            process = os.pidfd_open(connection.pid)
        except ProcessLookupError:
            self.drop(connection, "its process has ended")
            return
        except OSError as error:  # the end of the process is noticed a little later
            LOG.warning("Emulator %d cannot be watched: %s", connection.pid, error.strerror)
        try:
            while self.connection() is connection and not self._stopping:
                if self._target_pid not in (None, connection.pid):
                    self.drop(connection, f"emulator {self._target_pid} is wanted")
                    break
                self._report(_status_of(connection, self._unresponsive != connection.pid))
                _, ended = self._wakeup.wait_beside(process, _WATCH_SECONDS)
                if ended or not connection.is_alive():
                    self.drop(connection, "it has ended")
        except SegmentError as error:
            self.back_off(connection, str(error))
        finally:
            if process is not None:
                os.close(process)

    def _report(self, status: EmulatorStatus) -> None:
        if status == self._status:
            return
        self._status = status
        for listener in self._listeners:
            listener.emulator_changed(status)


def _status_of(connection: EmulatorConnection, responding: bool) -> EmulatorStatus:
    """Read the state from the segment. Raises SegmentError for an invalid one."""
    segment = connection.segment
    segment.check_size()
    size = segment.read("width"), segment.read("height")
    capturing = segment.read("capture_trigger") == 1
    return EmulatorStatus(True, connection.pid, segment.state, *size, capturing, responding)
