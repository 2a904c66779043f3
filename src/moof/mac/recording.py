"""Recordings of a Mac: its state at the start, and what then reached it, by ticks. No file is trusted.

The file, little endian::

     0  8 bytes  "MoofInpt"            12  u32  length of the state
     8  u16      version: 1            16  the state's file (`moof.states.state_file`)
    10  u16      0

then a line for each event: a CRC-32 in eight hexadecimal digits, a space, and a JSON array: the tick, the
event's name, its values. The CRC is that of the array, begun with that of the line before, the first one with
that of the header: no line can be changed, left out or moved. The last line is `[tick, "end"]`; it is missing
if the Mac was killed.
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from moof.mac.adb import AdbEvent
from moof.mac.device_json import event_from_json, event_to_json
from moof.mac.errors import MacError
from moof.mac.machine_state import MachineState
from moof.mac.state_contents import state_from_file
from moof.states import StateError, unpack_state
from moof.states.state_file import MAX_FILE

HEADER: Final = struct.Struct("<8sHHI")
MAGIC: Final = b"MoofInpt"
VERSION: Final = 1
MAX_EVENT_BYTES: Final = 64 << 20
"""Bytes of the lines."""
MAX_FILE_BYTES: Final = HEADER.size + MAX_FILE + MAX_EVENT_BYTES
MAX_TICKS: Final = 60 * 60 * 24 * 61
"""A day."""
_MAX_GIVEN: Final = 1 << 20
_CRC_DIGITS: Final = 8


class RecordingError(MacError):
    """A recording cannot be made or played; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class ResetPressed:
    """The reset button was pressed."""


@dataclass(frozen=True, slots=True)
class TextGiven:
    """The host gave a text for the guest's clipboard, in Mac Roman."""

    text: bytes


@dataclass(frozen=True, slots=True)
class RecordingEnd:
    """The recording ends here."""


RecordedEvent = AdbEvent | ResetPressed | TextGiven | RecordingEnd


@dataclass(frozen=True, slots=True)
class InputRecording:
    """A recording: the file of the state at the start and the same, checked; events in order; ticks in all.

    Each event has the tick after which it happens. `whole` is False if the Mac was killed while it recorded.
    """

    state_file: bytes
    state: MachineState
    events: tuple[tuple[int, RecordedEvent], ...]
    ticks: int
    whole: bool


class RecordingWriter:
    """Makes the pieces of a recording's file, one after the other."""

    def __init__(self, state_file: bytes) -> None:
        header = HEADER.pack(MAGIC, VERSION, 0, len(state_file))
        self.beginning = header + state_file
        """The first piece."""
        self._crc = crc32(header)

    def line(self, tick: int, event: RecordedEvent) -> bytes:
        """Return the next piece."""
        text = json.dumps([tick, *_to_json(event)], separators=(",", ":")).encode()
        self._crc = crc32(text, self._crc)
        return b"%08x %s\n" % (self._crc, text)


def read_recording(data: bytes) -> InputRecording:
    """Return the recording in a file. Raises RecordingError."""
    if data[: len(MAGIC)] != MAGIC or len(data) < HEADER.size:
        raise RecordingError("The file is no recording of a Mac.")
    _, version, reserved, length = HEADER.unpack_from(data)
    if version != VERSION or reserved:
        raise RecordingError("The recording was made by another version of Moof, which this one cannot play.")
    end = HEADER.size + length
    if length > MAX_FILE or len(data) - end > MAX_EVENT_BYTES:
        raise RecordingError("The recording is larger than one may be.")
    state_file = data[HEADER.size : end]
    try:
        state = state_from_file(unpack_state(state_file))
    except StateError as error:
        raise RecordingError(f"The recording's state cannot be used. {error}") from error
    events = _events(data[end:], crc32(data[: HEADER.size]))
    whole = bool(events) and isinstance(events[-1][1], RecordingEnd)
    ticks = events[-1][0] if events else 0
    return InputRecording(state_file, state, tuple(events[:-1] if whole else events), ticks, whole)


def read_recording_file(path: Path) -> InputRecording:
    """Return the recording in the file at `path`. Raises RecordingError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise RecordingError(f"The recording {path} cannot be read: {error.strerror}.") from error
    return read_recording(data)


def _events(lines: bytes, crc: int) -> list[tuple[int, RecordedEvent]]:
    """Return the events of all lines; the last line may be incomplete."""
    events: list[tuple[int, RecordedEvent]] = []
    for number, line in enumerate(lines.split(b"\n")[:-1], 1):
        text = line[_CRC_DIGITS + 1 :]
        crc = crc32(text, crc)
        tick, event = _event(line, text, crc, number)
        ends = bool(events) and isinstance(events[-1][1], RecordingEnd)
        if ends or tick < (events[-1][0] if events else 0):
            raise _damaged(number)
        events.append((tick, event))
    return events


def _event(line: bytes, text: bytes, crc: int, number: int) -> tuple[int, RecordedEvent]:
    if line[: _CRC_DIGITS + 1] != b"%08x " % crc:
        raise _damaged(number)
    try:
        tick, *values = json.loads(text)
        if type(tick) is not int or not 0 <= tick <= MAX_TICKS:
            raise ValueError("a tick is out of range")
        return tick, _from_json(*values)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _damaged(number) from error


def _damaged(number: int) -> RecordingError:
    return RecordingError(f"The recording is damaged: event {number} is not as it was written.")


def _to_json(event: RecordedEvent) -> list[Any]:
    match event:
        case ResetPressed():
            return ["reset"]
        case TextGiven(text):
            return ["clipboard", text.hex()]
        case RecordingEnd():
            return ["end"]
        case _:
            return event_to_json(event)


def _from_json(name: str, *values: Any) -> RecordedEvent:
    match name, values:
        case "reset", ():
            return ResetPressed()
        case "clipboard", (str(text),) if len(text) <= 2 * _MAX_GIVEN:
            return TextGiven(bytes.fromhex(text))
        case "end", ():
            return RecordingEnd()
        case _:
            return event_from_json(name, *values)
