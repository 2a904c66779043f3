"""The emulator's end of the extension socket: listens, and serves one server at a time."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol, Self

from moof.extension.errors import ExtensionError
from moof.extension.extension_socket import FLOOD_PAUSE, ExtensionSocket
from moof.extension.messages import Capability, ExtensionMessage, pack
from moof.ipc import ConnectionLost, IpcError
from moof.ipc.contract import LISTEN_BACKLOG
from moof.ipc.credentials import is_same_user
from moof.ipc.names import extension_path
from moof.ipc.unix_listener import listen

LOG: Final = logging.getLogger(__name__)

HELLO_SECONDS: Final = 5.0
"""Seconds in which a server must have sent its hello: one that does not keeps the next one waiting."""
_REPORT_SECONDS: Final = 0.005
"""How long reports are collected before they are sent."""
_ACCEPT_RETRY_SECONDS: Final = 1.0
"""Pause after an error, such as a process that has too many open files."""


class ExtensionReceiver(Protocol):
    """Receives what a server sends to an emulator."""

    def extension_message(self, message: ExtensionMessage) -> None:
        """Handle one message without blocking. Called on the thread that runs `ExtensionEnd.serve`."""


class ExtensionEnd:
    """An emulator's extension socket. `report` and `send` may be called from any thread."""

    def __init__(self, listener: socket.socket, path: Path, capabilities: Iterable[Capability]) -> None:
        """Take ownership of a listening socket; `create` makes it."""
        self.path = path
        self._capabilities = frozenset(capabilities)
        self._listener = listener
        self._wakeup = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._serving = threading.Lock()
        self._lock = threading.Lock()
        self._state: dict[type[ExtensionMessage], ExtensionMessage] = {}
        self._connection: ExtensionSocket | None = None
        self._stopping = False
        self._closed = False

    @classmethod
    def create(cls, capabilities: Iterable[Capability], pid: int | None = None) -> Self:
        """Listen at the path of `pid` (default: this process); a file that is there is replaced.

        Create it before the segment, by which servers find an emulator. Raises ExtensionError.
        """
        path = extension_path(os.getpid() if pid is None else pid)
        try:
            listener = listen(path, LISTEN_BACKLOG)
        except IpcError as error:
            raise ExtensionError(f"cannot listen: {error}") from error
        return cls(listener, path, capabilities)

    def report(self, message: ExtensionMessage) -> None:
        """Tell the server the newest state: the one that is connected, and the next ones when they connect.

        States that follow each other quickly are merged: the last one of each type counts. Raises
        ExtensionError for a value that its field cannot hold.
        """
        pack(message)
        with self._lock:
            if self._closed or self._state.get(type(message)) == message:
                return
            self._state[type(message)] = message
            self._put(message)

    def send(self, message: ExtensionMessage) -> None:
        """Send an event to the server that is connected; without one it is lost.

        Events that follow each other quickly are merged like states. Raises ExtensionError for a value that
        its field cannot hold.
        """
        pack(message)
        with self._lock:
            if not self._closed:
                self._put(message)

    def _put(self, message: ExtensionMessage) -> None:
        """Send to the server that is connected, if there is one. The lock is held."""
        if self._connection is not None:
            self._connection.put(message)
            os.eventfd_write(self._wakeup, 1)

    def serve(self, receiver: ExtensionReceiver) -> None:
        """Serve one server after the other until `stop`. A server that violates the protocol is disconnected.

        An exception of `receiver` ends `serve` and is passed on.
        """
        with self._serving:
            while (peer := self._accept()) is not None:
                with contextlib.closing(ExtensionSocket(peer, self._capabilities)) as connection:
                    self._set_connection(connection)
                    try:
                        self._communicate(connection, receiver)
                    except ExtensionError as error:
                        LOG.warning("The extension socket disconnects a server: %s", error)
                    except ConnectionLost as error:
                        LOG.debug("Extension socket: %s", error)
                    finally:
                        self._set_connection(None)

    def stop(self) -> None:
        """Make `serve` return, now or as soon as it is called. Any thread may call this."""
        with self._lock:
            self._stopping = True
            if not self._closed:
                os.eventfd_write(self._wakeup, 1)

    def close(self) -> None:
        """Stop serving, wait for `serve` to return, remove the socket. Must not be called by the receiver."""
        self.stop()
        with self._serving, self._lock:
            if self._closed:
                return
            self._closed = True
            self.path.unlink(missing_ok=True)
            self._listener.close()
            os.close(self._wakeup)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _set_connection(self, connection: ExtensionSocket | None) -> None:
        """Let `report` reach this connection, beginning with the present state."""
        with self._lock:
            self._connection = connection
            if connection is not None:
                for message in self._state.values():
                    connection.put(message)

    def _accept(self) -> socket.socket | None:
        """Return the next server of this user, None once `stop` was called."""
        while not self._stopping:
            self._poll(self._listener.fileno(), select.POLLIN, None)
            try:
                peer, _ = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                continue  # woken for another reason, or the client has disconnected again
            except OSError as error:
                LOG.warning("The extension socket cannot accept a connection: %s", error)
                time.sleep(_ACCEPT_RETRY_SECONDS)
                continue
            if is_same_user(peer):
                return peer
            LOG.warning("The extension socket refused a connection from another user.")
            peer.close()
        return None

    def _communicate(self, connection: ExtensionSocket, receiver: ExtensionReceiver) -> None:
        """Send and receive until the connection ends or `stop` is called."""
        hello_due = time.monotonic() + HELLO_SECONDS
        while not self._stopping:
            with self._lock:
                connection.flush()
                events = select.POLLIN | (select.POLLOUT if connection.pending else 0)
            ready = self._poll(connection.fileno(), events, None if connection.greeted else hello_due)
            if ready & ~select.POLLOUT:
                for message in connection.receive():
                    receiver.extension_message(message)
                if connection.flooding:
                    time.sleep(FLOOD_PAUSE)
            elif not ready:
                time.sleep(_REPORT_SECONDS)  # more reports may follow, which are then sent as one
            if not connection.greeted and time.monotonic() >= hello_due:
                raise ExtensionError(f"no hello within {HELLO_SECONDS:.0f} s")

    def _poll(self, fd: int, events: int, until: float | None) -> int:
        """Wait for `events` of `fd`, a report, `stop`, or a time; return the events of `fd`."""
        poll = select.poll()
        poll.register(fd, events)
        poll.register(self._wakeup, select.POLLIN)
        timeout = None if until is None else max(0.0, until - time.monotonic()) * 1000
        ready = dict(poll.poll(timeout))
        if self._wakeup in ready:
            os.eventfd_read(self._wakeup)
        return ready.get(fd, 0)
