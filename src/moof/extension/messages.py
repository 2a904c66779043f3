"""The messages of the extension socket, and the capabilities that they belong to. Sans-IO."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from moof.extension.errors import ExtensionError
from moof.extension.framing import RawMessage
from moof.extension.screen_parts import ScreenPart, pack_parts, unpack_parts
from moof.extension.state_messages import (
    StateRequest,
    StateResult,
    pack_request,
    pack_result,
    unpack_request,
    unpack_result,
)

MAGIC: Final = b"MOOF"
VERSION: Final = 1
MAX_CAPABILITIES: Final = 64
MAX_CAPABILITY_BYTES: Final = 32
MAX_LAYOUT_BYTES: Final = 32
MAX_CLIPBOARD_BYTES: Final = 60_000

_HELLO: Final = struct.Struct("<4sHH")
"""Magic, version, number of capabilities."""
_WHEEL: Final = struct.Struct("<hh")
_KEYS_READ: Final = struct.Struct("<I")
_SOUND_SOURCE: Final = struct.Struct("<B")
_READ_SCREEN: Final = struct.Struct("<B")
_WINDOW_SIZE: Final = struct.Struct("<HH")

HELLO_KIND: Final = 1
_WHEEL_KIND: Final = 2
_LAYOUT_KIND: Final = 3
_KEYS_READ_KIND: Final = 4
_SOUND_SOURCE_KIND: Final = 5
_CLIPBOARD_KIND: Final = 6
_WINDOW_SIZE_KIND: Final = 7
_READ_SCREEN_KIND: Final = 8
_SCREEN_TEXT_KIND: Final = 9
_STATE_REQUEST_KIND: Final = 16
_STATE_RESULT_KIND: Final = 17


class Capability(StrEnum):
    """What a side can do, by its name on the wire; a peer may list others, which are ignored."""

    WHEEL = "wheel"
    """The emulator has a wheel: WheelTurn."""
    KEYBOARD_LAYOUT = "keyboard-layout"
    """The emulator knows, and can change, the Mac's keyboard layout: LayoutName in both directions."""
    KEYS_READ = "keys-read"
    """The emulator reports how many Key messages its Mac has read: KeysRead."""
    SOUND_SOURCE = "sound-source"
    """The emulator reports whether anything in it may play sound: SoundSource."""
    EXACT_DIRTY = "exact-dirty"
    """Each frame's dirty rectangle contains all that differs from the frame before. There are no messages."""
    EXACT_SOUND = "exact-sound"
    """Each request for sound is answered with what it lasts, of 5 to 20 ms. There are no messages."""
    CLIPBOARD = "clipboard"
    """The emulator has a clipboard: ClipboardText in both directions."""
    STATES = "states"
    """The emulator saves and loads states: StateRequest, answered by StateResult."""
    STATES_BACK = "states-back"
    """The emulator saves states by itself, too, and goes back to them: StateOperation.BACK."""
    WINDOW_SIZE = "window-size"
    """The emulator can change the size of its screen to that of a window: WindowSize."""
    SCREEN_TEXT = "screen-text"
    """The emulator can say what its screen says: ReadScreen and ScreenText."""


@dataclass(frozen=True, slots=True)
class ExtensionHello:
    """The first message of each side: the names of what it can do, known or not."""

    capabilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class WheelTurn:
    """Server to emulator: a movement of the wheel in pixels, -32768 to 32767; right and down are positive."""

    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class LayoutName:
    """A keyboard layout of the Mac, 1 to 32 bytes of UTF-8.

    The server requests one with it, the emulator reports the present one.
    """

    name: str


@dataclass(frozen=True, slots=True)
class KeysRead:
    """Emulator to server: how many Key messages of this control connection the guest has read (u32)."""

    count: int


@dataclass(frozen=True, slots=True)
class SoundSource:
    """Emulator to server: whether anything in it may play sound (u8, 0 or 1).

    While nothing may, requests for sound are answered with nothing, and the server need not send any.
    """

    open: bool


@dataclass(frozen=True, slots=True)
class ClipboardText:
    """A text for the other side's clipboard, at most 60,000 bytes of UTF-8; its lines end with LF.

    An empty one of the emulator says that its Mac has copied a text that is longer.
    """

    text: str


@dataclass(frozen=True, slots=True)
class WindowSize:
    """Server to emulator: the window for the Mac's screen, in Mac pixels (u16 each).

    0 x 0: no window is followed any more, and the screen has the size again that it had before.
    """

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ReadScreen:
    """Server to emulator: report the screen's texts now and after each change, or not any more."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class ScreenText:
    """Emulator to server: the texts of the whole screen, menus first, then windows from front to back."""

    parts: tuple[ScreenPart, ...]


ExtensionMessage = (
    WheelTurn
    | LayoutName
    | KeysRead
    | SoundSource
    | ClipboardText
    | WindowSize
    | ReadScreen
    | ScreenText
    | StateRequest
    | StateResult
)
_CAPABILITIES: Final[dict[type[ExtensionMessage], Capability]] = {
    WheelTurn: Capability.WHEEL,
    LayoutName: Capability.KEYBOARD_LAYOUT,
    KeysRead: Capability.KEYS_READ,
    SoundSource: Capability.SOUND_SOURCE,
    ClipboardText: Capability.CLIPBOARD,
    WindowSize: Capability.WINDOW_SIZE,
    ReadScreen: Capability.SCREEN_TEXT,
    ScreenText: Capability.SCREEN_TEXT,
    StateRequest: Capability.STATES,
    StateResult: Capability.STATES,
}


def capability_of(message: ExtensionMessage) -> Capability:
    """Return the capability that the other side must have listed for this message."""
    return _CAPABILITIES[type(message)]


def pack(message: ExtensionMessage | ExtensionHello) -> RawMessage:
    """Return the message's type and body. Raises ExtensionError for a value that its field cannot hold."""
    try:
        return _pack(message)
    except (struct.error, UnicodeEncodeError) as error:
        raise ExtensionError(f"{type(message).__name__} does not fit the wire: {error}") from error


def _pack(message: ExtensionMessage | ExtensionHello) -> RawMessage:
    match message:
        case ExtensionHello(capabilities):
            return RawMessage(HELLO_KIND, _pack_hello(capabilities))
        case StateRequest() | StateResult() | WindowSize() | ReadScreen() | ScreenText():
            return _pack_for_machine(message)
        case WheelTurn(dx, dy):
            return RawMessage(_WHEEL_KIND, _WHEEL.pack(dx, dy))
        case LayoutName(name):
            return RawMessage(_LAYOUT_KIND, _pack_name(name, MAX_LAYOUT_BYTES))
        case KeysRead(count):
            return RawMessage(_KEYS_READ_KIND, _KEYS_READ.pack(count))
        case SoundSource(is_open):
            return RawMessage(_SOUND_SOURCE_KIND, _SOUND_SOURCE.pack(is_open))
        case ClipboardText(text):
            return RawMessage(_CLIPBOARD_KIND, _pack_clipboard(text))


def _pack_for_machine(
    message: StateRequest | StateResult | WindowSize | ReadScreen | ScreenText,
) -> RawMessage:
    match message:
        case StateRequest():
            return RawMessage(_STATE_REQUEST_KIND, pack_request(message))
        case StateResult():
            return RawMessage(_STATE_RESULT_KIND, pack_result(message))
        case WindowSize(width, height):
            return RawMessage(_WINDOW_SIZE_KIND, _WINDOW_SIZE.pack(width, height))
        case ReadScreen(wanted):
            return RawMessage(_READ_SCREEN_KIND, _READ_SCREEN.pack(wanted))
        case ScreenText(parts):
            return RawMessage(_SCREEN_TEXT_KIND, pack_parts(parts))


def _pack_hello(capabilities: frozenset[str]) -> bytes:
    if len(capabilities) > MAX_CAPABILITIES:
        raise ExtensionError(f"{len(capabilities)} capabilities are more than {MAX_CAPABILITIES}")
    names = [_pack_name(name, MAX_CAPABILITY_BYTES) for name in sorted(capabilities)]
    lengths = [bytes([len(name)]) + name for name in names]
    return _HELLO.pack(MAGIC, VERSION, len(names)) + b"".join(lengths)


def _pack_name(name: str, most: int) -> bytes:
    data = name.encode()
    if not 1 <= len(data) <= most:
        raise ExtensionError(f"the name {name!r} has {len(data)} bytes instead of 1 to {most}")
    return data


def _pack_clipboard(text: str) -> bytes:
    data = text.encode()
    if len(data) > MAX_CLIPBOARD_BYTES:
        raise ExtensionError(f"a text of {len(data)} bytes is longer than {MAX_CLIPBOARD_BYTES}")
    return data


def unpack_hello(raw: RawMessage) -> ExtensionHello:
    """Return the first message of a connection. Raises ExtensionError if it is no hello of this version."""
    if raw.kind != HELLO_KIND or len(raw.body) < _HELLO.size:
        raise ExtensionError(f"the first message has type {raw.kind} and {len(raw.body)} bytes: no hello")
    magic, version, count = _HELLO.unpack_from(raw.body)
    if magic != MAGIC or version != VERSION:
        raise ExtensionError(f"magic {magic!r} and version {version} instead of {MAGIC!r} and {VERSION}")
    if count > MAX_CAPABILITIES:
        raise ExtensionError(f"{count} capabilities are more than {MAX_CAPABILITIES}")
    names, at = [], _HELLO.size
    for _ in range(count):
        length = raw.body[at] if at < len(raw.body) else 0
        names.append(_unpack_name(raw.body[at + 1 : at + 1 + length], MAX_CAPABILITY_BYTES, length))
        at += 1 + length
    if at != len(raw.body):
        raise ExtensionError(f"{len(raw.body) - at} bytes follow the capabilities of a hello")
    return ExtensionHello(frozenset(names))


def unpack(raw: RawMessage) -> ExtensionMessage | None:
    """Return a message after the hello, None for an unknown type.

    Raises ExtensionError for a second hello, and for a body that does not fit its type.
    """
    if raw.kind == HELLO_KIND:
        raise ExtensionError("a second hello")
    decode = _DECODERS.get(raw.kind)
    if decode is None:
        return None
    try:
        return decode(raw.body)
    except struct.error as error:
        raise ExtensionError(f"a message of type {raw.kind} has {len(raw.body)} bytes") from error


def _unpack_name(data: bytes, most: int, length: int) -> str:
    """Return a name of `length` bytes as announced."""
    if len(data) != length or not 1 <= length <= most:
        raise ExtensionError(f"a name has {len(data)} bytes instead of {length}, of 1 to {most}")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ExtensionError(f"the name {data!r} is not UTF-8") from error


def _wheel(body: bytes) -> WheelTurn:
    return WheelTurn(*_WHEEL.unpack(body))


def _layout(body: bytes) -> LayoutName:
    return LayoutName(_unpack_name(body, MAX_LAYOUT_BYTES, len(body)))


def _keys_read(body: bytes) -> KeysRead:
    return KeysRead(*_KEYS_READ.unpack(body))


def _sound_source(body: bytes) -> SoundSource:
    (state,) = _SOUND_SOURCE.unpack(body)
    if state > 1:
        raise ExtensionError(f"the state {state} of the sound source instead of 0 or 1")
    return SoundSource(bool(state))


def _clipboard(body: bytes) -> ClipboardText:
    if len(body) > MAX_CLIPBOARD_BYTES:
        raise ExtensionError(f"a text of {len(body)} bytes is longer than {MAX_CLIPBOARD_BYTES}")
    try:
        return ClipboardText(body.decode())
    except UnicodeDecodeError as error:
        raise ExtensionError("the text of a clipboard is not UTF-8") from error


def _window_size(body: bytes) -> WindowSize:
    return WindowSize(*_WINDOW_SIZE.unpack(body))


def _read_screen(body: bytes) -> ReadScreen:
    (wanted,) = _READ_SCREEN.unpack(body)
    return ReadScreen(wanted != 0)


def _screen_text(body: bytes) -> ScreenText:
    return ScreenText(unpack_parts(body))


_DECODERS: Final[dict[int, Callable[[bytes], ExtensionMessage]]] = {
    _WHEEL_KIND: _wheel,
    _LAYOUT_KIND: _layout,
    _KEYS_READ_KIND: _keys_read,
    _SOUND_SOURCE_KIND: _sound_source,
    _CLIPBOARD_KIND: _clipboard,
    _STATE_REQUEST_KIND: unpack_request,
    _STATE_RESULT_KIND: unpack_result,
    _WINDOW_SIZE_KIND: _window_size,
    _READ_SCREEN_KIND: _read_screen,
    _SCREEN_TEXT_KIND: _screen_text,
}
