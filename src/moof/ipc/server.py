"""The server's end of the contract: connect to an emulator by process id, send to it, notice its end."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
from array import array
from pathlib import Path
from typing import Self

from . import eventfd as events
from .audioring import AudioRingReader
from .contract import HANDSHAKE_BYTE
from .credentials import is_same_user
from .discovery import is_process_alive
from .errors import ConnectionLost, HandshakeError
from .frame_slots import FrameSlotReader
from .messages import Message, encode
from .names import socket_path
from .segment import Segment

_MAX_DESCRIPTORS = 8
"""Room for more descriptors than the two that are due, so that too many are noticed and closed."""
BACKLOG_LIMIT = 4096
"""Bytes kept for an emulator whose socket is full before it is given up: a second or two of the mouse."""


class EmulatorConnection:
    """A connected emulator: `segment`, `frames`, `audio`, and the descriptors to wait on.

    `frame_fd` and `audio_fd` become readable with each frame and sound; `audio_fd` is None for an emulator
    that has none, and one that is there may never be signalled. `send` and `is_alive` may be called from
    any thread.
    """

    def __init__(self, segment: Segment, peer: socket.socket, descriptors: list[int]) -> None:
        """Take over all three; if it raises SegmentError (unusable audio ring), they stay the caller's."""
        self.pid = segment.pid
        self.segment = segment
        self.frame_fd = descriptors[0]
        self.audio_fd = descriptors[1] if len(descriptors) > 1 else None
        self.frames = FrameSlotReader(segment, self.frame_fd)
        self.audio = AudioRingReader(segment, self.audio_fd)
        self._socket = peer
        self._descriptors = descriptors
        self._lock = threading.Lock()
        self._unsent = bytearray()
        self._closed = False

    @classmethod
    def connect(cls, pid: int, timeout: float = 1.0) -> Self:
        """Connect to emulator `pid` and shake hands, waiting `timeout` seconds at most for its answer.

        Ask `frames.latest()` once before waiting for `frame_fd`: not every emulator signals the frame that is
        already there. Raises SegmentError or HandshakeError; nothing stays open then.
        """
        with contextlib.ExitStack() as undo:
            segment = undo.enter_context(Segment.open(pid))
            peer = undo.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            _connect(peer, socket_path(pid), timeout)
            descriptors = _receive_descriptors(peer)
            for fd in descriptors:
                undo.callback(os.close, fd)
            _check_descriptors(descriptors)
            peer.setblocking(False)
            connection = cls(segment, peer, descriptors)
            undo.pop_all()
        return connection

    def send(self, message: Message) -> None:
        """Send without blocking. What a full socket refuses is kept and goes first next time, in order.

        Raises ConnectionLost if the emulator has gone or more than BACKLOG_LIMIT would have to wait,
        ProtocolError for a message that does not fit the wire.
        """
        data = encode(message)
        with self._lock:
            if self._closed:
                raise ConnectionLost(f"the connection to emulator {self.pid} is closed")
            self._unsent += data
            self._flush()
            if len(self._unsent) > BACKLOG_LIMIT:
                raise ConnectionLost(f"emulator {self.pid} does not read its socket any more")

    def is_alive(self) -> bool:
        """Say whether the emulator is still there: its socket has not hung up and its process runs."""
        with self._lock:
            if self._closed:
                return False
            try:
                self._flush()
                return not self._hung_up() and is_process_alive(self.pid)
            except ConnectionLost:
                return False

    def close(self) -> None:
        """Disconnect and close every descriptor. Pictures still held stay readable (see Segment)."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._socket.close()
            for fd in self._descriptors:
                os.close(fd)
            self.segment.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _flush(self) -> None:
        try:
            while self._unsent:
                sent = self._socket.send(self._unsent, socket.MSG_NOSIGNAL)
                del self._unsent[:sent]
        except BlockingIOError:
            pass
        except OSError as error:
            raise ConnectionLost(f"emulator {self.pid} has gone: {error.strerror}") from error

    def _hung_up(self) -> bool:
        """Look at the socket without waiting. Bytes from an emulator mean nothing and are thrown away."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN | select.POLLRDHUP)
        if not (ready := poll.poll(0)):
            return False
        if ready[0][1] & (select.POLLHUP | select.POLLRDHUP | select.POLLERR):
            return True
        try:
            return not self._socket.recv(BACKLOG_LIMIT)
        except BlockingIOError:
            return False
        except OSError:
            return True


def _connect(peer: socket.socket, path: Path, timeout: float) -> None:
    """Connect to an emulator of our user; `timeout` seconds hold for what is received later, too."""
    try:
        peer.settimeout(timeout)
        peer.connect(str(path))
    except BlockingIOError as error:
        raise HandshakeError(f"{path} is busy: an emulator serves one server at a time") from error
    except OSError as error:
        raise HandshakeError(f"cannot connect to {path}: {error.strerror or error}") from error
    if not is_same_user(peer):
        raise HandshakeError(f"{path} belongs to another user")


def _receive_descriptors(peer: socket.socket) -> list[int]:
    """Take the handshake byte and return the descriptors that came with it, however many.

    Not by socket.recv_fds, whose `flags` older Pythons ignore: without MSG_CMSG_CLOEXEC a child process
    started at this moment would inherit the descriptors.
    """
    room = socket.CMSG_SPACE(_MAX_DESCRIPTORS * array("i").itemsize)
    try:
        byte, ancillary, flags, _ = peer.recvmsg(len(HANDSHAKE_BYTE), room, socket.MSG_CMSG_CLOEXEC)
    except TimeoutError as error:
        raise HandshakeError("the emulator does not answer; it may be serving another server") from error
    except OSError as error:
        raise HandshakeError(f"the emulator hung up during the handshake: {error.strerror}") from error
    descriptors = array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    if byte != HANDSHAKE_BYTE or flags & socket.MSG_CTRUNC:
        for fd in descriptors:
            os.close(fd)
        answer = f"{byte!r} and {len(descriptors)} descriptors" if byte else "the end"
        raise HandshakeError(f"the emulator's answer was {answer}, not 'E' with one or two")
    return descriptors.tolist()


def _check_descriptors(descriptors: list[int]) -> None:
    """Raise HandshakeError unless they are one or two eventfds; make sure that reading them never blocks."""
    if not 1 <= len(descriptors) <= 2:
        raise HandshakeError(f"the emulator sent {len(descriptors)} descriptors instead of one or two")
    for fd in descriptors:
        if not events.is_eventfd(fd):
            raise HandshakeError("the emulator sent a descriptor that is no eventfd")
        os.set_blocking(fd, False)
