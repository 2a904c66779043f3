"""The six messages from server to emulator, sans-IO: dataclasses to bytes, a byte stream to dataclasses."""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from moof.ipc.contract import (
    AUDIO_REQUEST_MESSAGE,
    COMMAND_MESSAGE,
    KEY_DOWN,
    KEY_MESSAGE,
    MOUSE_ABSOLUTE,
    MOUSE_ABSOLUTE_MESSAGE,
    MOUSE_MODE_MESSAGE,
    MOUSE_RELATIVE_MESSAGE,
    PING_MESSAGE,
    MessageType,
)
from moof.ipc.errors import ProtocolError

LOG: Final = logging.getLogger(__name__)

MAX_KEYCODE = 127
"""ADB key codes have seven bits (Inside Macintosh V, The Apple Desktop Bus)."""


class CommandCode(IntEnum):
    """The command of a command message."""

    START = 1
    STOP = 2
    RESET = 3
    PAUSE = 4
    RESUME = 5


class MouseModeCode(IntEnum):
    """Meaning of the coordinates in the mouse messages that follow."""

    ABSOLUTE = 0
    RELATIVE = 1


@dataclass(frozen=True, slots=True)
class Key:
    """A key pressed or released. `mac_keycode` is an ADB code 0..127; `modifiers` (u8) has no meaning."""

    mac_keycode: int
    down: bool
    modifiers: int = 0


@dataclass(frozen=True, slots=True)
class Mouse:
    """Position (absolute, 0..65535) or movement (-32768..32767) in Mac pixels.

    `buttons` are the buttons held now: 1 left, 2 right, 4 middle. `timestamp_ms` is the browser's clock.
    """

    x: int
    y: int
    buttons: int
    absolute: bool
    timestamp_ms: int = 0


@dataclass(frozen=True, slots=True)
class MachineCommand:
    """A command for the emulated machine."""

    command: CommandCode


@dataclass(frozen=True, slots=True)
class Ping:
    """A latency probe. t1 is the browser's clock (ms), t2 and t3 CLOCK_REALTIME (us); t3 is 0 on the wire."""

    sequence: int
    t1_browser_send_ms: int
    t2_server_recv_us: int
    t3_emulator_recv_us: int = 0


@dataclass(frozen=True, slots=True)
class AudioRequest:
    """Requests `requested_samples` / 48000 s of sound. Any u32; one audio frame holds at most 960 samples."""

    requested_samples: int


@dataclass(frozen=True, slots=True)
class MouseMode:
    """Announces whether the mouse messages that follow are absolute or relative."""

    mode: MouseModeCode


Message = Key | Mouse | MachineCommand | Ping | AudioRequest | MouseMode


def encode(message: Message) -> bytes:
    """Return the message's 8, 24 or 32 bytes. Raises ProtocolError for a value that its field cannot hold."""
    try:
        return _pack(message)
    except struct.error as error:
        raise ProtocolError(f"{message} does not fit the wire: {error}") from error


def _pack(message: Message) -> bytes:
    match message:
        case Key(mac_keycode, down, modifiers):
            if mac_keycode > MAX_KEYCODE:
                raise ProtocolError(f"{message}: ADB key codes are 0..{MAX_KEYCODE}")
            flags = KEY_DOWN if down else 0
            return KEY_MESSAGE.struct.pack(MessageType.KEY, flags, mac_keycode, modifiers)
        case Mouse(x, y, buttons, absolute, timestamp_ms):
            record = MOUSE_ABSOLUTE_MESSAGE if absolute else MOUSE_RELATIVE_MESSAGE
            flags = MOUSE_ABSOLUTE if absolute else 0
            return record.struct.pack(MessageType.MOUSE, flags, x, y, buttons, timestamp_ms)
        case MachineCommand(command):
            return COMMAND_MESSAGE.struct.pack(MessageType.COMMAND, 0, command)
        case Ping(sequence, t1, t2, t3):
            return PING_MESSAGE.struct.pack(MessageType.PING, 0, sequence, t1, t2, t3)
        case AudioRequest(requested_samples):
            return AUDIO_REQUEST_MESSAGE.struct.pack(MessageType.AUDIO_REQUEST, 0, requested_samples)
        case MouseMode(mode):
            return MOUSE_MODE_MESSAGE.struct.pack(MessageType.MOUSE_MODE, 0, mode)


def _key(data: bytes) -> Key:
    _, flags, mac_keycode, modifiers = KEY_MESSAGE.struct.unpack(data)
    if mac_keycode > MAX_KEYCODE:
        raise ValueError(f"key code {mac_keycode} is not an ADB code (0..{MAX_KEYCODE})")
    return Key(mac_keycode, bool(flags & KEY_DOWN), modifiers)


def _mouse(data: bytes) -> Mouse:
    absolute = bool(data[1] & MOUSE_ABSOLUTE)
    record = MOUSE_ABSOLUTE_MESSAGE if absolute else MOUSE_RELATIVE_MESSAGE
    _, _, x, y, buttons, timestamp_ms = record.struct.unpack(data)
    return Mouse(x, y, buttons, absolute, timestamp_ms)


def _command(data: bytes) -> MachineCommand:
    return MachineCommand(CommandCode(COMMAND_MESSAGE.struct.unpack(data)[2]))


def _ping(data: bytes) -> Ping:
    return Ping(*PING_MESSAGE.struct.unpack(data)[2:])


def _audio_request(data: bytes) -> AudioRequest:
    return AudioRequest(AUDIO_REQUEST_MESSAGE.struct.unpack(data)[2])


def _mouse_mode(data: bytes) -> MouseMode:
    return MouseMode(MouseModeCode(MOUSE_MODE_MESSAGE.struct.unpack(data)[2]))


# type byte -> (size on the wire, parser). A parser raises ValueError for a value without a meaning.
_PARSERS: dict[int, tuple[int, Callable[[bytes], Message]]] = {
    MessageType.KEY: (KEY_MESSAGE.size, _key),
    MessageType.MOUSE: (MOUSE_ABSOLUTE_MESSAGE.size, _mouse),
    MessageType.COMMAND: (COMMAND_MESSAGE.size, _command),
    MessageType.PING: (PING_MESSAGE.size, _ping),
    MessageType.AUDIO_REQUEST: (AUDIO_REQUEST_MESSAGE.size, _audio_request),
    MessageType.MOUSE_MODE: (MOUSE_MODE_MESSAGE.size, _mouse_mode),
}


class MessageDecoder:
    """Splits a byte stream into messages, at whatever boundaries it is read.

    A known message with a value without a meaning (command 9, key code 200) is skipped and counted in
    `rejected`: the stream is still in sync. An unknown type has no known size, so what follows it is lost.
    """

    def __init__(self) -> None:
        self.rejected = 0
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that `data` completes.

        Raises ProtocolError for an unknown type: the stream is out of sync, close the connection. Messages
        before the unknown one in the same `data` are lost, too.
        """
        self._pending += data
        messages: list[Message] = []
        while self._pending:
            size, parse = self._expected()
            if len(self._pending) < size:
                break
            raw = bytes(self._pending[:size])
            del self._pending[:size]
            try:
                messages.append(parse(raw))
            except ValueError as error:
                self._reject(error)
        return messages

    def _expected(self) -> tuple[int, Callable[[bytes], Message]]:
        """Return size and parser of the message that the pending bytes begin with."""
        kind = self._pending[0]
        if kind not in _PARSERS:
            self._pending.clear()
            raise ProtocolError(f"message type {kind} is unknown; the stream is out of sync")
        return _PARSERS[kind]

    def _reject(self, error: ValueError) -> None:
        self.rejected += 1
        if self.rejected == 1:  # once: a hostile peer must not be able to fill the log
            LOG.warning("Ignoring a message: %s", error)
