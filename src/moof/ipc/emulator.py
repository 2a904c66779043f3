"""The emulator's end of the contract: owns segment, socket and eventfds, and serves one server at a time."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

from moof.ipc import eventfd as events
from moof.ipc.audioring import AudioRingWriter
from moof.ipc.contract import HANDSHAKE_BYTE, LISTEN_BACKLOG
from moof.ipc.credentials import is_same_user
from moof.ipc.discovery import is_process_alive
from moof.ipc.errors import IpcError, ProtocolError, SegmentError
from moof.ipc.frame_slots import FramePublisher
from moof.ipc.messages import Message, MessageDecoder
from moof.ipc.names import segment_path, socket_path
from moof.ipc.segment import Segment
from moof.ipc.unix_listener import listen, remove_stale

LOG: Final = logging.getLogger(__name__)

_RECEIVE_SIZE = 4096

Callback = Callable[[], None]


def _nothing() -> None:
    pass


class EmulatorEnd:
    """An emulator's `segment`, `frames` to publish pictures with, and `audio` to write sound with."""

    def __init__(self, segment: Segment, listener: socket.socket, path: Path) -> None:
        """Take ownership of a new segment and a listening socket; `create` makes both."""
        self.segment = segment
        self.shm_name = segment.name
        self.socket_path = path
        self._listener = listener
        self._frame_eventfd = events.create()
        self._audio_eventfd = events.create()
        self._stop_eventfd = events.create()
        self._serving = threading.Lock()
        self._closed = False
        self._store_descriptors()
        self.frames = FramePublisher(segment, self._frame_eventfd)
        self.audio = AudioRingWriter(segment, self._audio_eventfd)

    @classmethod
    def create(cls, pid: int | None = None) -> Self:
        """Create segment and socket under `pid` (default: this process); servers may connect from then on.

        Files that a dead process with the same id left are replaced. Raises IpcError if that process is
        alive.
        """
        pid = os.getpid() if pid is None else pid
        if pid != os.getpid() and is_process_alive(pid):
            raise IpcError(f"process {pid} is alive: its segment and socket are its own")
        remove_stale(segment_path(pid))
        with contextlib.ExitStack() as undo:
            segment = undo.enter_context(Segment.create(pid))
            undo.callback(segment.unlink)
            end = cls(segment, listen(socket_path(pid), LISTEN_BACKLOG), socket_path(pid))
            undo.pop_all()
        return end

    def ready_line(self) -> str:
        """Return the line that informs scripts that a server can connect."""
        return f"ready pid={self.segment.pid} shm={self.shm_name} socket={self.socket_path}"

    def serve(
        self,
        on_message: Callable[[Message], None],
        on_connect: Callback = _nothing,
        on_disconnect: Callback = _nothing,
    ) -> None:
        """Serve one server after the other until `stop`; the callbacks run in this thread.

        A server that violates the protocol is disconnected. `on_disconnect` should release held keys: no
        message will do so any more. An exception of a callback ends `serve` and is passed on.
        """
        with self._serving:
            while (connection := self._accept()) is not None:
                with connection:
                    if not self._shake_hands(connection):
                        continue
                    on_connect()
                    try:
                        self._receive(connection, on_message)
                    finally:
                        on_disconnect()
                        self._clean_up()

    def stop(self) -> None:
        """Make `serve` return, now or as soon as it is called. Any thread may call this."""
        if not self._closed:
            events.signal(self._stop_eventfd)

    def close(self) -> None:
        """Stop serving, wait for `serve` to return, remove segment and socket.

        Must not be called by a callback, nor before the threads that publish frames and audio have ended.
        """
        if self._closed:
            return
        self.stop()
        with self._serving:
            self._closed = True
            self.socket_path.unlink(missing_ok=True)
            self._listener.close()
            self.segment.unlink()
            self.segment.close()
            for fd in (self._frame_eventfd, self._audio_eventfd, self._stop_eventfd):
                os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait(self, peer: socket.socket) -> bool:
        """Block until `peer` is readable (True) or `stop` was called (False)."""
        poll = select.poll()
        poll.register(peer, select.POLLIN)
        poll.register(self._stop_eventfd, select.POLLIN)
        ready = {fd for fd, _ in poll.poll()}
        return self._stop_eventfd not in ready

    def _accept(self) -> socket.socket | None:
        """Return the next server of this user, None once `stop` was called."""
        while self._wait(self._listener):
            try:
                connection, _ = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                continue  # the client has disconnected again
            if is_same_user(connection):
                return connection
            LOG.warning("Refused a connection from another user.")
            connection.close()
        return None

    def _shake_hands(self, connection: socket.socket) -> bool:
        """Send both eventfds, new ones for each server, and signal the newest frame."""
        descriptors = [self._frame_eventfd, self._audio_eventfd]
        for fd in descriptors:
            events.renew(fd)
        self.frames.repeat_due = True
        if self.frames.frame_count:
            events.signal(self._frame_eventfd)
        try:
            socket.send_fds(connection, [HANDSHAKE_BYTE], descriptors)
        except OSError as error:
            LOG.info("A server disconnected during the handshake: %s", error)
            return False
        return True

    def _clean_up(self) -> None:
        """Restore the segment for the next server, whatever the last one wrote to it."""
        try:
            self.segment.restore()
            self._store_descriptors()
            self.segment.write_ping(None)
            self.audio.restart()
        except SegmentError as error:
            LOG.error("The segment cannot be restored for the next server: %s", error)
        self.frames.whole_due = True
        for fd in (self._frame_eventfd, self._audio_eventfd):
            events.renew(fd)

    def _store_descriptors(self) -> None:
        self.segment.write("frame_ready_eventfd", self._frame_eventfd)
        self.segment.write("audio_ready_eventfd", self._audio_eventfd)

    def _receive(self, connection: socket.socket, on_message: Callable[[Message], None]) -> None:
        """Pass messages on until the server disconnects or violates the protocol, or `stop` is called."""
        decoder = MessageDecoder()
        while self._wait(connection):
            try:
                data = connection.recv(_RECEIVE_SIZE)
                messages = decoder.feed(data)
            except ProtocolError as error:
                LOG.warning("Disconnecting the server: %s", error)
                return
            except OSError as error:
                LOG.info("Lost the connection to the server: %s", error)
                return
            if not data:
                return
            for message in messages:
                on_message(message)
