"""Sound, as a Macintosh with an emulated sound chip makes it: only when somebody asks.

A request for so many frames becomes an AUDIO interrupt; the guest fills its buffer with exactly that many and
says it is done; what it left is the answer. Nothing here keeps time: the server's sound clock does.

The guest describes its source in the sound component data, whose address it gives with AUDIO_OPEN. Big
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
from typing import Final

from moof.ipc import exact_rate, told_rate
from moof.mac.memory import GuestMemory, MacMemoryError
from moof.media.pcm import s16be_from_u8

LOG: Final = logging.getLogger(__name__)

SERVER_RATE: Final = 48_000  # the clock that requests count in
SLOWEST_RATE: Final = 4000  # that the contract lets through
FRAMES_MAX: Final = 960  # of a contract's audio frame
_COMPONENT: Final = struct.Struct(">I4sHHIII")
_REQUEST_AT: Final = 24


class SoundFormatError(Exception):
    """The guest describes a sound that the machine cannot play."""


class ComponentFormat(Enum):
    """How the guest's samples are stored: QuickTime's names."""

    UNSIGNED_8 = b"raw "
    SIGNED_16 = b"twos"


@dataclass(frozen=True, slots=True)
class SoundComponent:
    """The component data; `frames` is what the guest delivered into `buffer`.

    `rate` is what the server is told, in whole Hz (ipc/rates.py).
    """

    format: ComponentFormat
    channels: int
    rate: int
    frames: int
    buffer: int

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of every channel."""
        return self.channels * (2 if self.format is ComponentFormat.SIGNED_16 else 1)


@dataclass(frozen=True, slots=True)
class SoundAnswer:
    """What the guest played: signed 16-bit big-endian samples, interleaved."""

    rate: int
    channels: int
    frames: int
    data: bytes


def read_component(memory: GuestMemory, address: int) -> SoundComponent:
    """Read the component data; SoundFormatError or MacMemoryError if they make no sense."""
    raw = memory.read_bytes(address, _COMPONENT.size)
    _, format_code, channels, sample_size, rate, frames, buffer = _COMPONENT.unpack(raw)
    formats = {(b"raw ", 8): ComponentFormat.UNSIGNED_8, (b"twos", 16): ComponentFormat.SIGNED_16}
    sample_format = formats.get((format_code, sample_size))
    if sample_format is None or channels not in (1, 2):
        raise SoundFormatError(
            f"The guest's sound is {channels} channels of {sample_size}-bit {format_code!r}; "
            "the machine plays one or two of 8-bit 'raw ' or 16-bit 'twos'."
        )
    rate = told_rate(rate)
    if not SLOWEST_RATE <= rate <= SERVER_RATE:
        raise SoundFormatError(
            f"The guest's sound has {rate} Hz; the machine plays {SLOWEST_RATE} to {SERVER_RATE} Hz."
        )
    return SoundComponent(sample_format, channels, rate, frames, buffer)


class AudioDevice:
    """The chip: turns requests into what the guest must do, and what it did into answers.

    `request` and `abandon` are for the thread that asks; `open`, `interrupted` and `done` for the 68k's,
    through its EMUL_OPs. An answer counts only when the guest saw the interrupt after the request was made,
    and before it was abandoned.
    """

    def __init__(self, memory: GuestMemory) -> None:
        self.on_open: Callable[[], None] = lambda: None
        """Told of each `open`, on the 68k's thread."""
        self._memory = memory
        self._lock = threading.Lock()
        self._component = 0
        self._remainder = Fraction(0)  # of a frame, that the last request left over
        self._number = 0
        self._awaited = False
        self._seen = False
        self._answer: SoundAnswer | None = None
        self._last_complaint = ""

    def open(self, component: int) -> None:
        """A source begins (address of its component data) or, with 0, ends."""
        with self._lock:
            self._component = component
            self._remainder = Fraction(0)
            self._awaited = False
        self.on_open()

    def request(self, samples: int) -> bool:
        """Ask for what `samples` at 48 kHz take at the guest's rate. False: nobody plays."""
        return self._request(lambda rate: self._frames_in(samples, rate))

    def request_frames(self, frames: int) -> bool:
        """Ask for so many frames of the guest's, 960 at most. False: nobody plays."""
        return self._request(lambda rate: frames)

    def source(self) -> SoundComponent | None:
        """What the guest has opened; None if nothing, or nothing that could be played."""
        with self._lock:
            return self._read_source()

    def abandon(self) -> None:
        """The answer is too late: whatever comes for it is thrown away."""
        with self._lock:
            self._awaited = False

    def interrupted(self) -> None:
        """The guest has taken the AUDIO interrupt: what it does now is for the newest request."""
        with self._lock:
            self._seen = self._awaited

    def done(self) -> bool:
        """The guest has filled its buffer. True if that answers a request: then `take_answer` has it."""
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
        """The answer, once; None if there is none or the guest described it badly."""
        with self._lock:
            answer, self._answer = self._answer, None
            return answer

    def reset(self) -> None:
        """No source, no request."""
        self.open(0)

    def _request(self, frames_at: Callable[[int], int]) -> bool:
        with self._lock:
            self._awaited, self._seen, self._answer = False, False, None
            source = self._read_source()
            if source is None:
                return False
            self._number += 1
            self._memory.write32(self._component + _REQUEST_AT, min(frames_at(source.rate), FRAMES_MAX))
            self._memory.write32(self._component + _REQUEST_AT + 4, self._number)
            self._awaited = True
            return True

    def _frames_in(self, samples: int, rate: int) -> int:
        # What the server takes the told rate for also decides how many frames its requests need.
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
        frames = min(component.frames, FRAMES_MAX)
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
