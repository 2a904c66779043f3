"""Plays a recording into a Mac whose only clock is its ticks: the same one always gives the same screen.

The time of day and the requests for sound come from the ticks, too. The disk answers at once, and always has
as much room. The Mac that was recorded had a clock for each of them: its screen may have differed in what
depends on a few ticks.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from moof.mac.adb import (
    Adb,
    AdbEvent,
    KeyEvent,
    LayoutEvent,
    MouseEvent,
    ReadScreenEvent,
    ScreenSizeEvent,
    WheelEvent,
)
from moof.mac.documents_folder import DiskSpace, DocumentsFolder
from moof.mac.headless import HeadlessMac
from moof.mac.recording import InputRecording, RecordedEvent, RecordingError, ResetPressed, TextGiven
from moof.states import StateError

SAMPLES_PER_TICK: Final = (960_000, 1_203)
"""48 kHz by 60.15 ticks a second, as a fraction."""


@dataclass(frozen=True, slots=True)
class ScreenHash:
    """The SHA-256 of the screen (size and pixels, B, G, R, A) after a tick, in hexadecimal."""

    tick: int
    digest: str


class ReplayDisk(DocumentsFolder):
    """A folder of documents on a disk that always has as much room."""

    def space(self) -> DiskSpace:
        """Return a free gigabyte of two, and the documents in the Trash."""
        return replace(super().space(), free=1 << 30, total=2 << 30)


class Replay:
    """A recording in a Mac, at a tick. Close it before another Mac is made in this process."""

    def __init__(self, recording: InputRecording, documents: ReplayDisk | None = None) -> None:
        """Begin with the state at the start. Raises RecordingError."""
        self._recording = recording
        self.mac = HeadlessMac(ram_mb=len(recording.state.ram) >> 20, documents=documents)
        try:
            self.restart()
        except StateError as error:
            self.mac.close()
            raise RecordingError(f"The recording's state cannot be used. {error}") from error

    def restart(self) -> None:
        """Begin again. The disk stays as it is."""
        self.mac.load_state(self._recording.state_file)
        self.tick = 0
        self._next = 0
        """The index of the next event."""

    def close(self) -> None:
        """Free the process's one CPU core."""
        self.mac.close()

    @property
    def ended(self) -> bool:
        """Whether the recording ends here, or the guest has switched the Mac off."""
        return self.tick >= self._recording.ticks or self.mac.board.power_request is not None

    def advance(self, *, sound: bool = True) -> None:
        """Let one tick pass, then do what the recording has for it; with `sound`, request what it lasts."""
        self._feed()
        before, self.tick = self.tick, self.tick + 1
        self.mac.run(1)
        if sound:
            over, under = SAMPLES_PER_TICK
            self.mac.pull_audio(self.tick * over // under - before * over // under)
        self._feed()

    def hash(self) -> ScreenHash:
        """Return the hash of the present screen."""
        picture = self.mac.picture()
        size = f"{picture.shape[1]}x{picture.shape[0]} ".encode()
        return ScreenHash(self.tick, hashlib.sha256(size + picture.tobytes()).hexdigest())

    def run(self, every: int) -> Iterator[ScreenHash]:
        """Play to the end; yield the hash at the start, after each `every` ticks, and at the end."""
        yield self.hash()
        while not self.ended:
            self.advance()
            if self.ended or self.tick % every == 0:
                yield self.hash()

    def _feed(self) -> None:
        events = self._recording.events
        while self._next < len(events) and events[self._next][0] <= self.tick:
            _do(self.mac, events[self._next][1])
            self._next += 1


def _do(mac: HeadlessMac, event: RecordedEvent) -> None:
    match event:
        case ResetPressed():
            mac.reset()
        case TextGiven(text):
            mac.board.clipboard.restore(text)
        case KeyEvent() | MouseEvent() | WheelEvent() | LayoutEvent() | ScreenSizeEvent() | ReadScreenEvent():
            put_event(mac.board.adb, event)
    mac.settle()


def put_event(adb: Adb, event: AdbEvent) -> None:
    """Make an event happen again on a bus."""
    match event:
        case KeyEvent(code, down):
            adb.key(code, down)
        case MouseEvent(x, y, buttons, absolute):
            adb.mouse(x, y, buttons, absolute)
        case WheelEvent(dx, dy):
            adb.wheel(dx, dy)
        case LayoutEvent(index):
            adb.request_layout(index)
        case ScreenSizeEvent(width, height):
            adb.request_size(width, height)
        case ReadScreenEvent(wanted):
            adb.request_reading(wanted)
