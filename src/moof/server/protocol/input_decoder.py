"""Decodes the messages of the "input" channel into messages of the contract IPC v4.

Sans-IO. The table of the messages is in docs/protocol.md; all are little endian. A viewer's held keys and
buttons are remembered, so that they can be released when the viewer blurs, leaves or loses the connection.
Keys are released also when its page stalls: the Mac repeats a key for as long as it is down.
"""

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from moof.ipc import Message, Mouse, MouseMode, MouseModeCode, Ping
from moof.server.protocol.held_keys import MODIFIERS, HeldKeys

_KEY: Final = struct.Struct("<BBBx")
_MOUSE: Final = struct.Struct("<BBBxHHd")
_RELATIVE: Final = struct.Struct("<4xhh8x")
_PING: Final = struct.Struct("<B3xId")
_MODE: Final = struct.Struct("<BBxx")
_WHEEL: Final = struct.Struct("<BB2xhh")
_RELEASE: Final = struct.Struct("<B3x")
_HELD_KEYS: Final = struct.Struct("<BB2x")
_HELD_KEYS_TYPE: Final = 0x22
_CHARACTER: Final = struct.Struct("<BB2x")
_CHARACTER_TYPE: Final = 0x23
_MAX_CHARACTER_BYTES: Final = 32
_NO_PLACE: Final = 0xFF

_DOWN: Final = 0x01
_ABSOLUTE: Final = 0x10
_ARROW_KEYS: Final = 0x01
_ALL_BUTTONS: Final = 0x07
_MAX_ADB_CODE: Final = 0x7F
_MAX_TIMESTAMP_MS: Final = 2.0**53  # beyond it a double no longer counts milliseconds


class InputError(ValueError):
    """A message that is not in the table; it is dropped and the session goes on."""


@dataclass(frozen=True, slots=True)
class WheelScroll:
    """A movement of the wheel in pixels, right and down positive, for which the contract has no message.

    `arrow_keys`: without a wheel in the emulator, it stands for strokes of the arrow keys.
    """

    dx: int
    dy: int
    arrow_keys: bool


@dataclass(frozen=True, slots=True)
class TypedCharacter:
    """A character to type in the Mac's keyboard layout.

    `place` is the ADB code of the viewer's key, which stays down until its release; None for a tap. A letter
    and its accents may come in pieces, and a tap may have a short text.
    """

    place: int | None
    text: str


DecodedInput = Message | WheelScroll | TypedCharacter


def is_ping(data: bytes) -> bool:
    """Return whether a message is a ping, which only measures time."""
    return data[:1] == b"\x04"


def is_press(data: bytes) -> bool:
    """Return whether a message presses a button or a key but a modifier, turns the wheel or types."""
    match data[:1]:
        case b"\x01":
            return len(data) > 2 and bool(data[1] & _DOWN) and data[2] not in MODIFIERS
        case b"\x02":
            return len(data) > 2 and data[2] != 0
        case b"\x20" | b"\x23":
            return True
        case _:
            return False


def pointed_at(data: bytes) -> tuple[int, int] | None:
    """Return x and y of an absolute mouse message in Mac pixels, None for other messages."""
    if data[:1] != b"\x02" or len(data) != _MOUSE.size:
        return None
    _, flags, _, x, y, _ = _MOUSE.unpack(data)
    return (x, y) if flags & _ABSOLUTE else None


@dataclass(slots=True)
class InputDecoder:
    """Decodes one viewer's messages and keeps which keys and buttons the viewer holds."""

    keys: HeldKeys = field(default_factory=HeldKeys)
    _mouse: Mouse = field(default_factory=lambda: Mouse(0, 0, 0, absolute=True))

    def feed(self, data: bytes, now_us: int, now: float = 0.0) -> Sequence[DecodedInput]:
        """Return the contract's messages, and what goes beyond the contract, for one channel message.

        `now_us` is CLOCK_REALTIME (a ping's t2), `now` CLOCK_MONOTONIC in seconds (the age of held keys).
        Raises InputError for an unknown type, a wrong length or a value out of range.
        """
        if not data or data[0] not in _DECODERS:
            raise InputError(f"unknown input message type {data[0] if data else 'of an empty message'}")
        layout, decode = _DECODERS[data[0]]
        size = layout.size + _variable_size(data)
        if len(data) != size:
            raise InputError(f"input message type {data[0]} has {len(data)} bytes instead of {size}")
        self.keys.message_received(now)
        return decode(self, data, now_us, now)

    def release_all(self) -> list[Message]:
        """Return key-up and button-up messages for all that this viewer holds; nothing is held afterwards."""
        released = self.keys.release_all()
        if self._mouse.buttons:
            self._mouse = self._without_buttons()
            released.append(self._mouse)
        return released

    def _without_buttons(self) -> Mouse:
        """Return the last mouse message with its buttons released; a relative one moves by nothing."""
        mouse = self._mouse
        x, y = (mouse.x, mouse.y) if mouse.absolute else (0, 0)
        return Mouse(x, y, 0, mouse.absolute)

    def _key(self, data: bytes, now_us: int, now: float) -> list[Message]:
        _, flags, code = _KEY.unpack(data)
        if code > _MAX_ADB_CODE:
            raise InputError(f"ADB key code {code} is beyond 127")
        return self.keys.set_down(code, down=bool(flags & _DOWN))

    def _held_keys(self, data: bytes, now_us: int, now: float) -> list[Message]:
        codes = set(data[_HELD_KEYS.size :])
        if any(code > _MAX_ADB_CODE for code in codes):
            raise InputError(f"ADB key code {max(codes)} is beyond 127")
        return self.keys.keep_only(codes, now)

    def _character(self, data: bytes, now_us: int, now: float) -> list[TypedCharacter]:
        _, place = _CHARACTER.unpack_from(data)
        if place > _MAX_ADB_CODE and place != _NO_PLACE:
            raise InputError(f"ADB key code {place} is beyond 127")
        try:
            text = data[_CHARACTER.size :].decode()
        except UnicodeDecodeError as error:
            raise InputError(f"a character that is no UTF-8: {error}") from error
        return [TypedCharacter(None if place == _NO_PLACE else place, text)]

    def _move(self, data: bytes, now_us: int, now: float) -> list[Message]:
        _, flags, buttons, x, y, timestamp_ms = _MOUSE.unpack(data)
        if buttons & ~_ALL_BUTTONS:
            raise InputError(f"mouse buttons {buttons:#x}: only 1, 2 and 4 exist")
        absolute = bool(flags & _ABSOLUTE)
        if not absolute:
            x, y = _RELATIVE.unpack(data)
        self._mouse = Mouse(x, y, buttons, absolute, _milliseconds(timestamp_ms))
        return [self._mouse]

    def _ping(self, data: bytes, now_us: int, now: float) -> list[Message]:
        _, sequence, t1_ms = _PING.unpack(data)
        return [Ping(sequence, _milliseconds(t1_ms), now_us)]

    def _mode(self, data: bytes, now_us: int, now: float) -> list[Message]:
        _, mode = _MODE.unpack(data)
        try:
            return [MouseMode(MouseModeCode(mode))]
        except ValueError as error:
            raise InputError(f"mouse mode {mode}: 0 is absolute, 1 is relative") from error

    def _wheel(self, data: bytes, now_us: int, now: float) -> Sequence[DecodedInput]:
        _, flags, dx, dy = _WHEEL.unpack(data)
        return [WheelScroll(dx, dy, bool(flags & _ARROW_KEYS))]

    def _release(self, data: bytes, now_us: int, now: float) -> list[Message]:
        return self.release_all()


_Decode = Callable[[InputDecoder, bytes, int, float], Sequence[DecodedInput]]
_DECODERS: Final[dict[int, tuple[struct.Struct, _Decode]]] = {
    1: (_KEY, InputDecoder._key),
    2: (_MOUSE, InputDecoder._move),
    4: (_PING, InputDecoder._ping),
    6: (_MODE, InputDecoder._mode),
    0x20: (_WHEEL, InputDecoder._wheel),
    0x21: (_RELEASE, InputDecoder._release),
    _HELD_KEYS_TYPE: (_HELD_KEYS, InputDecoder._held_keys),
    _CHARACTER_TYPE: (_CHARACTER, InputDecoder._character),
}


def _variable_size(data: bytes) -> int:
    """Return the length of the list or text behind the fixed part of a message."""
    if data[0] == _HELD_KEYS_TYPE:
        return data[1] if len(data) > 1 else 0
    if data[0] == _CHARACTER_TYPE:
        return min(max(len(data) - _CHARACTER.size, 1), _MAX_CHARACTER_BYTES)
    return 0


def _milliseconds(value: float) -> int:
    """Return a browser timestamp as the whole milliseconds that the contract carries."""
    if not math.isfinite(value) or not 0 <= value < _MAX_TIMESTAMP_MS:
        raise InputError(f"timestamp {value} ms is out of range")
    return int(value)
