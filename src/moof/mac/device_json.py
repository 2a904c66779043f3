"""The states of the devices as JSON, in a state's contents. Each value is checked: files may be hostile."""

import base64
import json
from fractions import Fraction
from typing import Any, Final

from moof.keyboard import LAYOUT_NAMES
from moof.mac.adb import (
    AdbEvent,
    AdbState,
    KeyEvent,
    LayoutEvent,
    MouseEvent,
    ReadScreenEvent,
    ScreenSizeEvent,
    WheelEvent,
)
from moof.mac.audio_device import AudioState
from moof.mac.cpu import CpuState, Interrupt
from moof.mac.disk import DiskState, FileAnswer
from moof.mac.errors import MacError
from moof.mac.file_requests import MAX_BUFFER, FileFlags, FileOperation, FileRequest, FileResult
from moof.mac.machine_state import DeviceStates
from moof.mac.memory import BLOCK_BYTES
from moof.mac.video_card import VideoMode, VideoState
from moof.mac.xpram import SIZE as XPRAM_BYTES
from moof.sentence import Sentence
from moof.states import StateError

_MAX_CLIPBOARD: Final = 1 << 20
_EVENTS: Final[dict[str, type[AdbEvent]]] = {
    "key": KeyEvent,
    "mouse": MouseEvent,
    "wheel": WheelEvent,
    "layout": LayoutEvent,
    "screen-size": ScreenSizeEvent,
    "read-screen": ReadScreenEvent,
}
_EVENT_NAMES: Final = {each: name for name, each in _EVENTS.items()}


def devices_to_json(devices: DeviceStates) -> bytes:
    """Return the JSON, as ASCII."""
    cpu, adb, audio, video = devices.cpu, devices.adb, devices.audio, devices.video
    tree = {
        "cpu": [list(cpu.words), int(cpu.pending), cpu.ticks],
        "adb": [
            [event_to_json(event) for event in adb.events],
            sorted(adb.down),
            adb.buttons,
            adb.ends_in_move,
        ],
        "audio": [
            audio.component,
            [audio.remainder.numerator, audio.remainder.denominator],
            audio.number,
            audio.awaited,
            audio.seen,
        ],
        "video": [[video.mode.width, video.mode.height, video.mode.depth], list(video.clut), video.cursor],
        "disk": [_request_json(devices.disk.asked), _answer_json(devices.disk.answer)],
        "xpram": _text(devices.xpram),
        "keyboard_layout": devices.keyboard_layout,
        "clipboard": None if devices.clipboard is None else _text(devices.clipboard),
        "clock": devices.clock,
    }
    return json.dumps(tree, separators=(",", ":")).encode()


def devices_from_json(data: bytes) -> DeviceStates:
    """Return what the JSON says. Raises StateError for anything that these devices cannot hold."""
    try:
        return _devices(json.loads(data))
    except (ValueError, TypeError, KeyError, OverflowError, ZeroDivisionError, RecursionError) as error:
        raise StateError("The state's devices are damaged.") from error
    except MacError as error:
        raise StateError(Sentence("The state does not fit this Mac: {reason}", reason=str(error))) from error


def _devices(tree: Any) -> DeviceStates:
    words, pending, ticks = tree["cpu"]
    component, (over, under), number, awaited, seen = tree["audio"]
    mode, clut, (x, y, visible) = tree["video"]
    layout, clipboard = tree["keyboard_layout"], tree["clipboard"]
    if layout is not None and layout not in LAYOUT_NAMES:
        raise ValueError("an unknown keyboard layout")
    asked, answer = tree["disk"]
    return DeviceStates(
        cpu=CpuState(_numbers(words), Interrupt(_number(pending)), _number(ticks)),
        adb=_adb(*tree["adb"]),
        audio=AudioState(
            _number(component),
            Fraction(_number(over), _number(under)),
            _number(number),
            _flag(awaited),
            _flag(seen),
        ),
        video=VideoState(
            VideoMode(*_numbers(mode)),
            _numbers(clut),
            (_number(x, 0xFFFF), _number(y, 0xFFFF), _flag(visible)),
        ),
        disk=DiskState(_request(asked), _answer(answer)),
        xpram=_bytes(tree["xpram"], XPRAM_BYTES, XPRAM_BYTES),
        keyboard_layout=layout,
        clipboard=None if clipboard is None else _bytes(clipboard, _MAX_CLIPBOARD),
        clock=_number(tree["clock"]),
    )


def _adb(events: Any, down: Any, buttons: Any, ends_in_move: Any) -> AdbState:
    return AdbState(
        tuple(event_from_json(*each) for each in events),
        frozenset(_numbers(down)),
        _number(buttons, 0xFF),
        _flag(ends_in_move),
    )


def event_to_json(event: AdbEvent) -> list[str | int]:
    """Return an event's name and values."""
    return [_EVENT_NAMES[type(event)], *(getattr(event, name) for name in event.__slots__)]


def event_from_json(name: str, *values: Any) -> AdbEvent:
    """Return the event with this name and these values. Raises ValueError, KeyError or TypeError."""
    for value in values:
        if type(value) not in (int, bool) or not -0x8000 <= value <= 0xFFFF:
            raise ValueError("an event has an impossible value")
    return _EVENTS[name](*values)


def _request_json(request: FileRequest | None) -> Any:
    if request is None:
        return None
    numbers = [int(request.operation), int(request.flags), request.buffer, request.length, request.offset]
    texts = (request.kind, request.creator, request.name, request.new_name, request.data)
    return [*numbers, *map(_text, texts)]


def _request(value: Any) -> FileRequest | None:
    if value is None:
        return None
    operation, flags, buffer, length, offset, *texts = value
    address, size = _number(buffer, BLOCK_BYTES), _number(length, MAX_BUFFER)
    if address + size > BLOCK_BYTES:
        raise ValueError("the buffer of a request is outside of memory")
    kind, creator, name, new_name, data = (_bytes(text, MAX_BUFFER) for text in texts)
    return FileRequest(
        FileOperation(_number(operation)),
        FileFlags(_number(flags, 0xFF)),
        address,
        size,
        _number(offset),
        kind,
        creator,
        name,
        new_name,
        data,
    )


def _answer_json(answer: FileAnswer | None) -> Any:
    if answer is None:
        return None
    return [int(answer.result), _text(answer.data), answer.total, answer.extra, answer.count]


def _answer(value: Any) -> FileAnswer | None:
    if value is None:
        return None
    result, data, total, extra, count = value
    return FileAnswer(
        FileResult(result),
        _bytes(data, MAX_BUFFER),
        _number(total, 1 << 48),
        _number(extra),
        None if count is None else _number(count),
    )


def _number(value: Any, most: int = (1 << 64) - 1) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("a number is out of range")
    return value


def _numbers(values: Any) -> tuple[int, ...]:
    return tuple(_number(value, 0xFFFF_FFFF) for value in values)


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("a flag is neither true nor false")
    return value


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: Any, most: int, least: int = 0) -> bytes:
    data = base64.b64decode(text, validate=True)
    if not least <= len(data) <= most:
        raise ValueError("a value has another length")
    return data
