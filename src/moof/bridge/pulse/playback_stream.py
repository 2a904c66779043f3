"""A playback stream: buffers what a program has written and computes how much more it may write. Pure.

The only clock is the server's: what it takes out is requested again, byte for byte, so that the program runs
exactly as fast as the sound is played, and the buffer cannot grow. `_target` is the buffer level right after
that: at first one request of the server, at most the program's tlength. A program that is often late raises
it, as most are while they start. What its slowest answer lately does not need lowers it again. A program that
always writes promptly lowers it down to nothing: its sound is then requested of it when the server requests
it, and is in no buffer before.
"""

import logging
from dataclasses import dataclass, field
from typing import Final

from moof.bridge.pulse.channel_map import usual_positions
from moof.bridge.pulse.codes import SeekMode
from moof.bridge.pulse.conversion import Converter
from moof.bridge.pulse.sample_format import SampleSpec

LOG: Final = logging.getLogger(__name__)

MAX_PULL_SECONDS: Final = 0.020
"""The most that a server requests at a time; an older one always does."""
_MAX_SECONDS: Final = 0.5
"""Most seconds of sound in the buffer."""
_LATE_ANSWERS: Final = 3
"""So many answers may be late before the target is raised."""
PROMPT_SECONDS: Final = 0.003
"""From the server's request to what the program then writes: a later answer is late."""
_PROMPT_ANSWERS: Final = 100
"""So many in a row lower the target by half a request, so many others to what the slowest of them needs;
twice as many after each time that it was raised again."""
_MAX_PROMPT_ANSWERS: Final = 6400
_MAX_EXTRA_REQUESTS: Final = 3
"""Of the server: how far a program that is often late raises the target above its tlength."""


@dataclass(slots=True)
class PlaybackStream:
    """One playback stream of one program; sizes and positions are in bytes of its own format."""

    spec: SampleSpec
    tlength: int
    """Target buffer length that the program asks for."""
    corked: bool = False
    positions: bytes = b""
    """A channel position per channel; empty for the usual ones."""
    volumes: tuple[int, ...] = ()
    """A volume per channel, as the protocol counts it; empty for full."""
    muted: bool = False
    granted: int = 0
    written: int = 0
    """Since the start: bytes requested of the program, and written by it."""
    read_index: int = 0
    """The position of what is played next."""
    underruns: int = 0
    """Number of requests of the server that found too little."""
    draining: bool = False
    """Whether the program has written all, and waits for its end."""
    playing: bool = False
    """Whether the last request found enough."""
    pull_seconds: float = MAX_PULL_SECONDS
    """What the server requests at a time."""
    runs_on: bool = False
    """Whether its time passes, as silence, while it has no data (the protocol's prebuf of 0). GStreamer's
    clock is `read_index`, and it waits for its end by that clock when it has written all."""
    wrote_sound: bool = False
    """Whether the program has written anything but silence; its reader sets it back."""
    _target: int = 0
    _late: int = 0
    _prompt: int = 0
    _answers: int = 0
    _slowest: float = 0.0
    """Since the target was last changed: prompt answers in a row, all answers, and the slowest's seconds."""
    _answers_needed: int = _PROMPT_ANSWERS
    _lowered: bool = False
    """Whether the target was lowered since it was last raised."""
    writes_on_demand: bool = False
    """Whether the target was lowered: the program's next write answers a request that finds too little."""
    _demand: int = 0
    """What the server has requested and the buffer lacks."""
    _block: int = 0
    """What is requested of the program beyond that: one that writes in blocks cannot write a part of one."""
    _written_last: int = 1
    _data: bytearray = field(default_factory=bytearray)
    _converter: Converter = field(init=False)

    def __post_init__(self) -> None:
        self.positions = self.positions or usual_positions(self.spec.channels)
        self._target = self._usual_target
        self._converter = Converter(self.spec, self.positions)

    @property
    def _usual_target(self) -> int:
        """One request of the server, at most the program's tlength."""
        return min(self.tlength, self.spec.bytes_of(self.pull_seconds)) or self.spec.frame

    @property
    def ready(self) -> int:
        """Bytes in the buffer."""
        return len(self._data)

    @property
    def write_index(self) -> int:
        """The position of what is written next."""
        return self.read_index + len(self._data)

    @property
    def played_rate(self) -> int:
        """The rate in Hz of what `take` returns."""
        return self._converter.rate

    @property
    def played_channels(self) -> int:
        """The number of channels of what `take` returns."""
        return self._converter.channels

    def has(self, frames: int) -> bool:
        """Return whether so many frames are in the buffer."""
        return len(self._data) >= frames * self.spec.frame

    def write(self, data: bytes, offset: int = 0, seek: SeekMode = SeekMode.RELATIVE) -> None:
        """Buffer what the program wrote, at that position.

        A position behind the buffer's end is reached by silence; what is written for a time that has been
        played is dropped, and so is what exceeds all requests by far, oldest first.
        """
        size = len(data)
        self.written += size
        self.wrote_sound = self.wrote_sound or data.count(self.spec.silence(1)) < size
        if offset or seek is not SeekMode.RELATIVE:
            data = self._moved(data, offset, seek)
        self._data += data
        self._written_last = max(size, 1)
        self._learn_block()
        excess = len(self._data) - self.spec.bytes_of(_MAX_SECONDS) - max(self.tlength, self._target)
        if excess > 0:
            excess += -excess % self.spec.frame
            self._drop(excess)
            LOG.debug("A program wrote %d bytes more than requested.", excess)

    def take(self, frames: int, played_frames: int) -> bytes:
        """Take out at most so many frames; return the contract's format, at most `played_frames` of it."""
        wanted = frames * self.spec.frame
        size = min(wanted, len(self._data) // self.spec.frame * self.spec.frame)
        self.playing = size == wanted
        self._demand = 0
        raw = bytes(self._data[:size])
        self._drop(size)
        return self._converter.convert(raw, played_frames, self._gain())

    @property
    def is_running_on(self) -> bool:
        """Whether its time passes although it has no data; it does not before its first."""
        return self.runs_on and self.written > 0 and not self._data

    def run_on(self, frames: int) -> None:
        """Let the time of so many frames pass for a stream whose data has run out."""
        if self.is_running_on:
            self.read_index += frames * self.spec.frame

    def grant(self) -> int:
        """Return how many more bytes to request of the program now, 0 for none.

        What it may write fills the buffer to the target, of a paused stream as well, since some programs
        start a stream only when they have written. A program that wrote more than requested, as SDL
        sometimes does, counts that itself as well, so it must not be subtracted here again.
        """
        level = max(self._target, self._demand + self._block if self._demand else 0)
        more = level - self.ready - (self.granted - self.written)
        more -= more % self.spec.frame
        if more <= 0:
            return 0
        self.granted += more
        return more

    def cork(self, corked: bool) -> None:
        """Pause or resume the stream."""
        self.corked = corked

    def flush(self) -> None:
        """Drop what is in the buffer; the next write continues at what is played next."""
        self._data.clear()

    def set_tlength(self, tlength: int) -> None:
        """Set the target buffer length that the program asks for."""
        self.tlength = tlength
        self._target = max(self._target, self._usual_target)

    def set_pull(self, seconds: float) -> None:
        """Buffer what the server requests at a time from now on, and what the program needs beyond that."""
        extra = self._target - self._usual_target
        self.pull_seconds = seconds
        self._target = self._usual_target + max(0, extra)

    def set_rate(self, rate: int) -> None:
        """Play at another rate in Hz from now on."""
        self.spec = SampleSpec(self.spec.format, self.spec.channels, rate)
        self._converter = Converter(self.spec, self.positions)

    @property
    def is_filled(self) -> bool:
        """Whether the program has written what was requested of it, but for less than its last write."""
        return self.granted - self.written < self._written_last

    def demand(self, frames: int) -> None:
        """Note a request of the server that waits for the program's answer."""
        self._demand = frames * self.spec.frame

    def filled(self, seconds: float) -> None:
        """Note that the program wrote what was requested of it so long after the server's request.

        The target is lowered if all of the last answers were prompt, or needed less.
        """
        self._prompt = self._prompt + 1 if seconds <= PROMPT_SECONDS else 0
        self._answers += 1
        self._slowest = max(self._slowest, seconds)
        if self._prompt >= self._answers_needed:
            self.writes_on_demand = True
            self._lower_target(min(self._enough, self._target - self.spec.bytes_of(self.pull_seconds / 2)))
        elif self._answers >= self._answers_needed:
            self._lower_target(self._enough)

    @property
    def _enough(self) -> int:
        """The target that the slowest answer needs: what is played meanwhile, and one write."""
        waiting = self.spec.bytes_of(max(0.0, self._slowest - self.pull_seconds))
        return self._usual_target + waiting + self._written_last

    def missed(self, frames: int) -> None:
        """Count a request that found too little; raise the target, since the program may need larger blocks.

        The program may also have paused, so the target does not rise far above tlength.
        """
        wanted = frames * self.spec.frame
        self.underruns += 1
        if self._target < wanted:
            self._raise_target(wanted, limit=wanted)
        elif self.granted > self.written:
            self._raise_target(wanted, limit=max(self.tlength, wanted) + wanted)

    def late(self, frames: int) -> None:
        """Count a request that was answered late; raise the target if that happens often."""
        self._late += 1
        if self._late % _LATE_ANSWERS == 0:
            wanted = frames * self.spec.frame
            self._raise_target(wanted, limit=max(self.tlength, wanted) + _MAX_EXTRA_REQUESTS * wanted)

    def _lower_target(self, target: int) -> None:
        self._prompt, self._answers, self._slowest = 0, 0, 0.0
        if target < self._target:
            self._target, self._lowered = max(0, target), True

    def _raise_target(self, wanted: int, limit: int) -> None:
        self._prompt, self._answers, self._slowest, self.writes_on_demand = 0, 0, 0.0, False
        if self._lowered:
            self._answers_needed = min(2 * self._answers_needed, _MAX_PROMPT_ANSWERS)
        self._lowered = False
        if self._target < min(wanted, limit):
            self._target = wanted
        elif self._target < limit:
            self._target = min(limit, max(self.tlength, self._target + wanted))

    def _learn_block(self) -> None:
        """Note the size of a write that leaves a request open, if the program cannot write another."""
        if self.ready < self._demand and self.granted > self.written and self.is_filled:
            self._block = max(self._block, min(self._written_last, self.spec.bytes_of(self.pull_seconds)))

    def _drop(self, size: int) -> None:
        del self._data[:size]
        self.read_index += size

    def _moved(self, data: bytes, offset: int, seek: SeekMode) -> bytes:
        """Cut the buffer, or add silence, so that data at that position can be appended; return the data."""
        origin = {SeekMode.ABSOLUTE: 0, SeekMode.RELATIVE_ON_READ: self.read_index}
        offset -= offset % self.spec.frame
        at = origin.get(seek, self.write_index) + offset - self.read_index
        if at > len(self._data):
            silence = min(at - len(self._data), self.spec.bytes_of(_MAX_SECONDS))
            self.read_index += at - len(self._data) - silence
            self._data += self.spec.silence(silence)
        del self._data[max(at, 0) :]
        return data[-at:] if at < 0 else data

    def _gain(self) -> float:
        """Return the factor of the program's volume: the cube of its mean (pulse/volume.c)."""
        if self.muted or not self.volumes:
            return 0.0 if self.muted else 1.0
        return float((sum(self.volumes) / len(self.volumes) / 0x10000) ** 3)
