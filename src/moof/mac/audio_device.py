"""The audio device: the guest produces samples only when they are requested.

A request for a number of frames becomes an AUDIO interrupt; the guest fills its buffer with exactly that many
frames and executes AUDIO_DONE; the contents of the buffer are the answer. This module has no clock: the
server's packet clock decides when samples are requested.

The guest describes its source in the sound component data, whose address it passes to AUDIO_OPEN. Big
endian::

    0   u32  flags                              16  u32  frames delivered
    4   u32  format, 'raw ' or 'twos'           20  u32  buffer address
    8   u16  channels, 1 or 2                   24  u32  frames requested (written by the machine)
    10  u16  sample size, 8 or 16               28  u32  request number (written by the machine)
    12  u32  rate in Hz, unsigned 16.16
"""

import logging
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final, Protocol

from moof.ipc import exact_rate, whole_rate
from moof.mac.memory import GuestMemory, MacMemoryError
from moof.mac.threads import BinarySemaphore
from moof.media.pcm import s16be_from_u8

LOG: Final = logging.getLogger(__name__)

SERVER_RATE: Final = 48_000  # Hz; requests are counted in samples at this rate
SLOWEST_RATE: Final = 4000  # Hz, the lowest that IPC v4 allows
MAX_AUDIO_FRAMES: Final = 960  # of one audio frame of IPC v4
_COMPONENT: Final = struct.Struct(">I4sHHIII")
_REQUEST_AT: Final = 24


class SoundFormatError(Exception):
    """The guest describes an audio format that the machine does not support."""


class ComponentFormat(Enum):
    """Sample formats of the component data, under QuickTime's names."""

    UNSIGNED_8 = b"raw "
    SIGNED_16 = b"twos"


@dataclass(frozen=True, slots=True)
class SoundComponent:
    """The component data; `frames` is the number of frames that the guest wrote to `buffer`.

    `rate` is the rate that is sent to the server, in whole Hz (ipc/audioring.py).
    """

    format: ComponentFormat
    channels: int
    rate: int
    frames: int
    buffer: int

    @property
    def frame_bytes(self) -> int:
        """Bytes of one frame: one sample of every channel."""
        return self.channels * (2 if self.format is ComponentFormat.SIGNED_16 else 1)


@dataclass(frozen=True, slots=True)
class SoundAnswer:
    """The guest's samples for one request: signed 16-bit big-endian, interleaved; `rate` in Hz."""

    rate: int
    channels: int
    frames: int
    data: bytes


def read_component(memory: GuestMemory, address: int) -> SoundComponent:
    """Return the component data at `address`.

    Raises SoundFormatError for an unsupported format, MacMemoryError for an address outside of memory.
    """
    raw = memory.read_bytes(address, _COMPONENT.size)
    _, format_code, channels, sample_size, rate, frames, buffer = _COMPONENT.unpack(raw)
    formats = {(b"raw ", 8): ComponentFormat.UNSIGNED_8, (b"twos", 16): ComponentFormat.SIGNED_16}
    sample_format = formats.get((format_code, sample_size))
    if sample_format is None or channels not in (1, 2):
        raise SoundFormatError(
            f"The guest's sound is {channels} channels of {sample_size}-bit {format_code!r}; "
            "the machine plays one or two of 8-bit 'raw ' or 16-bit 'twos'."
        )
    rate = whole_rate(rate)
    if not SLOWEST_RATE <= rate <= SERVER_RATE:
        raise SoundFormatError(
            f"The guest's sound has {rate} Hz; the machine plays {SLOWEST_RATE} to {SERVER_RATE} Hz."
        )
    return SoundComponent(sample_format, channels, rate, frames, buffer)


@dataclass(frozen=True, slots=True)
class AudioState:
    """The address of the source (0: none), and how far the requests are.

    `remainder` is what rounding left of the requests, less than a frame. `awaited`: a request has no answer
    yet; `seen`: the guest has acknowledged its interrupt.
    """

    component: int = 0
    remainder: Fraction = Fraction(0)
    number: int = 0
    awaited: bool = False
    seen: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for what the device cannot hold."""
        if not (0 <= self.component < 1 << 32 and 0 <= self.remainder < 1 and 0 <= self.number < 1 << 64):
            raise ValueError("the sound device is in no possible state")


class AudioSourceListener(Protocol):
    """Is told whether the guest has a source open."""

    def audio_source_changed(self, is_open: bool) -> None:
        """Note that a source was opened or closed. Called on the 68k's thread, and must not block."""


class AudioDevice:
    """Passes requests to the guest and the guest's samples back.

    The audio thread calls `request`, `abandon` and `take_answer`; the 68k's thread calls `open`,
    `interrupted` and `done`, through EMUL_OPs. An answer is accepted only if the guest acknowledged the
    interrupt after the request was made, and before it was abandoned.
    """

    def __init__(self, memory: GuestMemory) -> None:
        self.source_changed = BinarySemaphore()
        """Set by each `open`."""
        self._memory = memory
        self._lock = threading.Lock()
        self._component = 0
        self._remainder = Fraction(0)  # of a frame: what rounding down left of the requests so far
        self._number = 0
        self._awaited = False
        self._seen = False
        self._answer: SoundAnswer | None = None
        self._last_complaint = ""
        self._listeners: tuple[AudioSourceListener, ...] = ()

    def add_listener(self, listener: AudioSourceListener) -> None:
        """Tell `listener` of the present state, and of each change from now on."""
        self._listeners = (*self._listeners, listener)
        listener.audio_source_changed(bool(self._component))

    def open(self, component: int) -> None:
        """Open a source (the address of its component data), or close it (0)."""
        with self._lock:
            self._component = component
            self._remainder = Fraction(0)
            self._awaited = False
        self.source_changed.set()
        for listener in self._listeners:
            listener.audio_source_changed(bool(component))

    def request(self, samples: int) -> bool:
        """Request what `samples` at 48 kHz are at the guest's rate; return False if no source is open."""
        return self._request(lambda rate: self._frames_in(samples, rate))

    def request_frames(self, frames: int) -> bool:
        """Request `frames` at the guest's rate, 960 at most; return False if no source is open."""
        return self._request(lambda rate: frames)

    def source(self) -> SoundComponent | None:
        """Return the open source; None if there is none or its format is not supported."""
        with self._lock:
            return self._read_source()

    def abandon(self) -> None:
        """Give up the request: a later answer to it is discarded."""
        with self._lock:
            self._awaited = False

    def interrupted(self) -> None:
        """Note that the guest has acknowledged AUDIO: its next answer is to the newest request."""
        with self._lock:
            self._seen = self._awaited

    def done(self) -> bool:
        """Read the buffer that the guest has filled; return whether it answers a request."""
        with self._lock:
            if not (self._awaited and self._seen and self._component):
                return False
            self._awaited = False
            try:
                self._answer = self._read_answer()
            except (SoundFormatError, MacMemoryError) as error:
                self._complain(str(error))
            return True

    def take_answer(self) -> SoundAnswer | None:
        """Remove and return the answer; None if there is none or its description is invalid."""
        with self._lock:
            answer, self._answer = self._answer, None
            return answer

    def save(self) -> AudioState:
        """Return the state of the device; samples that nobody has taken are not part of it."""
        with self._lock:
            return AudioState(self._component, self._remainder, self._number, self._awaited, self._seen)

    def restore(self, state: AudioState) -> None:
        """Continue with what `save` returned."""
        self.open(state.component)
        with self._lock:
            self._remainder, self._number, self._answer = state.remainder, state.number, None
            self._awaited, self._seen = state.awaited, state.seen

    def reset(self) -> None:
        """Close the source and drop the request."""
        self.open(0)

    def _request(self, frames_at: Callable[[int], int]) -> bool:
        with self._lock:
            self._awaited, self._seen, self._answer = False, False, None
            source = self._read_source()
            if source is None:
                return False
            self._number += 1
            self._memory.write32(self._component + _REQUEST_AT, min(frames_at(source.rate), MAX_AUDIO_FRAMES))
            self._memory.write32(self._component + _REQUEST_AT + 4, self._number)
            self._awaited = True
            return True

    def _frames_in(self, samples: int, rate: int) -> int:
        # The server takes the rate it was sent for the exact one, which also determines the number of frames.
        frames, self._remainder = divmod(samples * exact_rate(rate) / SERVER_RATE + self._remainder, 1)
        return frames

    def _read_source(self) -> SoundComponent | None:
        if not self._component:
            return None
        try:
            return read_component(self._memory, self._component)
        except (SoundFormatError, MacMemoryError) as error:
            self._complain(str(error))
            return None

    def _read_answer(self) -> SoundAnswer | None:
        component = read_component(self._memory, self._component)
        frames = min(component.frames, MAX_AUDIO_FRAMES)
        if not frames:
            return None
        data = self._memory.read_bytes(component.buffer, frames * component.frame_bytes)
        if component.format is ComponentFormat.UNSIGNED_8:
            data = s16be_from_u8(data)
        return SoundAnswer(component.rate, component.channels, frames, data)

    def _complain(self, what: str) -> None:
        if what != self._last_complaint:
            LOG.warning("%s", what)
            self._last_complaint = what
