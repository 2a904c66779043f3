"""Decodes the messages of the "input" channel into messages of the contract IPC v4.

Sans-IO. The table of the messages is in docs/protocol.md; all are little endian. A viewer's held keys and
buttons are remembered, so that they can be released when the viewer blurs, leaves or loses the connection.
"""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from moof.ipc import Key, Message, Mouse, MouseMode, MouseModeCode, Ping
from moof.server.protocol.keymap import ARROW_DOWN, ARROW_LEFT, ARROW_RIGHT, ARROW_UP

_KEY: Final = struct.Struct("<BBBx")
_MOUSE: Final = struct.Struct("<BBBxHHd")
_RELATIVE: Final = struct.Struct("<4xhh8x")
_PING: Final = struct.Struct("<B3xId")
_MODE: Final = struct.Struct("<BBxx")
_WHEEL: Final = struct.Struct("<B3xhh")
_RELEASE: Final = struct.Struct("<B3x")

_DOWN: Final = 0x01
_ABSOLUTE: Final = 0x10
_ALL_BUTTONS: Final = 0x07
_MAX_ADB_CODE: Final = 0x7F
_MAX_TIMESTAMP_MS: Final = 2.0**53  # beyond it a double no longer counts milliseconds

WHEEL_STEP: Final = 40
"""Wheel pixels per arrow key: browsers report 100-120 for one notch, which then moves three lines."""
_MAX_ARROWS: Final = 8


class InputError(ValueError):
    """A message that is not in the table; it is dropped and the session goes on."""


def is_ping(data: bytes) -> bool:
    """Return whether a message is a ping, which only measures time."""
    return data[:1] == b"\x04"


@dataclass(slots=True)
class InputDecoder:
    """Decodes one viewer's messages and keeps which keys and buttons the viewer holds."""

    _keys: set[int] = field(default_factory=set)
    _mouse: Mouse = field(default_factory=lambda: Mouse(0, 0, 0, absolute=True))
    _wheel_x: int = 0
    _wheel_y: int = 0

    def feed(self, data: bytes, now_us: int) -> list[Message]:
        """Return the contract's messages for one channel message; `now_us` is CLOCK_REALTIME (a ping's t2).

        Raises InputError for an unknown type, a wrong length or a value out of range.
        """
        if not data or data[0] not in _DECODERS:
            raise InputError(f"unknown input message type {data[0] if data else 'of an empty message'}")
        layout, decode = _DECODERS[data[0]]
        if len(data) != layout.size:
            raise InputError(f"input message type {data[0]} has {len(data)} bytes instead of {layout.size}")
        return decode(self, data, now_us)

    def release_all(self) -> list[Message]:
        """Return key-up and button-up messages for all that this viewer holds; nothing is held afterwards."""
        released: list[Message] = [Key(code, down=False) for code in sorted(self._keys)]
        self._keys.clear()
        if self._mouse.buttons:
            self._mouse = self._without_buttons()
            released.append(self._mouse)
        return released

    def _without_buttons(self) -> Mouse:
        """Return the last mouse message with its buttons released; a relative one moves by nothing."""
        mouse = self._mouse
        x, y = (mouse.x, mouse.y) if mouse.absolute else (0, 0)
        return Mouse(x, y, 0, mouse.absolute)

    def _key(self, data: bytes, now_us: int) -> list[Message]:
        _, flags, code = _KEY.unpack(data)
        if code > _MAX_ADB_CODE:
            raise InputError(f"ADB key code {code} is beyond 127")
        down = bool(flags & _DOWN)
        if down == (code in self._keys):
            return []  # the browser's auto-repeat, or the release of a key that is up already
        if down:
            self._keys.add(code)
        else:
            self._keys.discard(code)
        return [Key(code, down)]

    def _move(self, data: bytes, now_us: int) -> list[Message]:
        _, flags, buttons, x, y, timestamp_ms = _MOUSE.unpack(data)
        if buttons & ~_ALL_BUTTONS:
            raise InputError(f"mouse buttons {buttons:#x}: only 1, 2 and 4 exist")
        absolute = bool(flags & _ABSOLUTE)
        if not absolute:
            x, y = _RELATIVE.unpack(data)
        self._mouse = Mouse(x, y, buttons, absolute, _milliseconds(timestamp_ms))
        return [self._mouse]

    def _ping(self, data: bytes, now_us: int) -> list[Message]:
        _, sequence, t1_ms = _PING.unpack(data)
        return [Ping(sequence, _milliseconds(t1_ms), now_us)]

    def _mode(self, data: bytes, now_us: int) -> list[Message]:
        _, mode = _MODE.unpack(data)
        try:
            return [MouseMode(MouseModeCode(mode))]
        except ValueError as error:
            raise InputError(f"mouse mode {mode}: 0 is absolute, 1 is relative") from error

    def _wheel(self, data: bytes, now_us: int) -> list[Message]:
        _, dx, dy = _WHEEL.unpack(data)
        columns, self._wheel_x = _whole_steps(self._wheel_x + dx)
        rows, self._wheel_y = _whole_steps(self._wheel_y + dy)
        return [
            *_strokes(ARROW_RIGHT if columns > 0 else ARROW_LEFT, abs(columns)),
            *_strokes(ARROW_DOWN if rows > 0 else ARROW_UP, abs(rows)),
        ]

    def _release(self, data: bytes, now_us: int) -> list[Message]:
        return self.release_all()


_DECODERS: Final[dict[int, tuple[struct.Struct, Callable[[InputDecoder, bytes, int], list[Message]]]]] = {
    1: (_KEY, InputDecoder._key),
    2: (_MOUSE, InputDecoder._move),
    4: (_PING, InputDecoder._ping),
    6: (_MODE, InputDecoder._mode),
    0x20: (_WHEEL, InputDecoder._wheel),
    0x21: (_RELEASE, InputDecoder._release),
}


def _milliseconds(value: float) -> int:
    """Return a browser timestamp as the whole milliseconds that the contract carries."""
    if not math.isfinite(value) or not 0 <= value < _MAX_TIMESTAMP_MS:
        raise InputError(f"timestamp {value} ms is out of range")
    return int(value)


def _whole_steps(pixels: int) -> tuple[int, int]:
    """Split wheel pixels into arrow-key steps (towards zero) and what remains for the next message."""
    steps = int(pixels / WHEEL_STEP)
    return steps, pixels - steps * WHEEL_STEP


def _strokes(code: int, count: int) -> list[Message]:
    """Return `count` strokes of a key, no more than one turn of the wheel can mean."""
    stroke: list[Message] = [Key(code, down=True), Key(code, down=False)]
    return stroke * min(count, _MAX_ARROWS)
