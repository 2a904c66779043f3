"""The server's end of the contract: connects to an emulator by process id, sends, detects its end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import socket
import struct
import termios
import threading
from array import array
from pathlib import Path
from typing import Final, Self

from moof.ipc import eventfd as events
from moof.ipc.audioring import AudioRingReader
from moof.ipc.contract import HANDSHAKE_BYTE
from moof.ipc.credentials import is_same_user
from moof.ipc.discovery import is_process_alive
from moof.ipc.errors import ConnectionLost, HandshakeError
from moof.ipc.frame_slots import FrameSlotReader
from moof.ipc.messages import CommandCode, Key, MachineCommand, Message, encode
from moof.ipc.names import socket_path
from moof.ipc.segment import Segment

_MAX_DESCRIPTORS = 8
"""More descriptors than the expected two are received, so that they can be closed."""
BACKLOG_LIMIT = 4096
"""Bytes queued for an emulator whose socket is full before it is given up: 1-2 s of mouse messages."""

_INT: Final = struct.Struct("i")


class EmulatorConnection:
    """A connected emulator: `segment`, `frames`, `audio`, and the descriptors to wait on.

    `frame_fd` and `audio_fd` become readable with each frame and audio frame; `audio_fd` is None if the
    emulator has none, and an existing one may never be signaled. `send` and `is_alive` may be called from any
    thread.
    """

    def __init__(self, segment: Segment, peer: socket.socket, descriptors: list[int]) -> None:
        """Take ownership of all three; not if it raises SegmentError (invalid audio ring)."""
        self.pid = segment.pid
        self.segment = segment
        self.keys_sent = 0
        """Key messages sent so far. The extension socket reports how many of them the guest has read."""
        self.paused = False
        """Whether the emulator was told to pause and not to go on since."""
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
        """Connect to emulator `pid`, waiting at most `timeout` seconds for its handshake.

        Call `frames.latest()` once before waiting for `frame_fd`: not every emulator signals the frame that
        is already there. Raises SegmentError or HandshakeError; nothing stays open then.
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
        """Send without blocking. What a full socket does not accept is queued and sent first the next time.

        Raises ConnectionLost if the emulator has disconnected or more than BACKLOG_LIMIT bytes would be
        queued, ProtocolError for a value that its field cannot hold.
        """
        data = encode(message)
        with self._lock:
            if self._closed:
                raise ConnectionLost(f"the connection to emulator {self.pid} is closed")
            self._unsent += data
            self.keys_sent += isinstance(message, Key)
            if isinstance(message, MachineCommand):
                self.paused = message.command is CommandCode.PAUSE
            self._flush()
            if len(self._unsent) > BACKLOG_LIMIT:
                raise ConnectionLost(f"emulator {self.pid} does not read its socket any more")

    @property
    def unread(self) -> int:
        """How much the emulator has not read, in bytes with the kernel's overhead; 0 if closed."""
        with self._lock:
            if self._closed:
                return 0
            queued = fcntl.ioctl(self._socket, termios.TIOCOUTQ, bytes(_INT.size))
            return len(self._unsent) + int(_INT.unpack(queued)[0])

    def is_alive(self) -> bool:
        """Return whether the emulator's socket is connected and its process runs; send what is queued."""
        with self._lock:
            if self._closed:
                return False
            try:
                self._flush()
                return not self._hung_up() and is_process_alive(self.pid)
            except ConnectionLost:
                return False

    def close(self) -> None:
        """Disconnect and close every descriptor. Frames still in use stay readable (see Segment)."""
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
            raise ConnectionLost(f"emulator {self.pid} has disconnected: {error.strerror}") from error

    def _hung_up(self) -> bool:
        """Poll the socket without waiting. Bytes from an emulator have no meaning and are discarded."""
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
    """Connect to an emulator of this user; `timeout` (seconds) also applies to what is received later."""
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
    """Receive the handshake byte and return the descriptors that came with it, however many.

    Not by socket.recv_fds, whose `flags` older Pythons ignore: without MSG_CMSG_CLOEXEC a child process
    started at this moment would inherit the descriptors.
    """
    space = socket.CMSG_SPACE(_MAX_DESCRIPTORS * array("i").itemsize)
    try:
        byte, ancillary, flags, _ = peer.recvmsg(len(HANDSHAKE_BYTE), space, socket.MSG_CMSG_CLOEXEC)
    except TimeoutError as error:
        raise HandshakeError("the emulator does not answer; it may be serving another server") from error
    except OSError as error:
        raise HandshakeError(f"the emulator disconnected during the handshake: {error.strerror}") from error
    descriptors = array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    if byte != HANDSHAKE_BYTE or flags & socket.MSG_CTRUNC:
        for fd in descriptors:
            os.close(fd)
        answer = f"{byte!r} and {len(descriptors)} descriptors" if byte else "a closed socket"
        raise HandshakeError(f"the emulator's answer was {answer}, not 'E' with one or two")
    return descriptors.tolist()


def _check_descriptors(descriptors: list[int]) -> None:
    """Raise HandshakeError unless they are one or two eventfds; set them non-blocking."""
    if not 1 <= len(descriptors) <= 2:
        raise HandshakeError(f"the emulator sent {len(descriptors)} descriptors instead of one or two")
    for fd in descriptors:
        if not events.is_eventfd(fd):
            raise HandshakeError("the emulator sent a descriptor that is not an eventfd")
        os.set_blocking(fd, False)
