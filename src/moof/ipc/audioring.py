"""The audio ring of the segment: three slots, one producer, one consumer, at most two frames queued.

Each side owns one index. It keeps its value in a variable and only stores it in the segment; the other side's
index it loads and checks.

An audio frame's rate is a u32 of Hz. The classic Macs' own rate is their video clock / 704, 22254.5454… Hz,
and emulators write its whole part, as they do for any rate (`rate >> 16` of the Mac's 16.16 number). A few
whole numbers therefore stand for a fraction, and both ends compute with the fraction: otherwise each minute
of sound would be 1.5 ms too long.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from moof.ipc import eventfd as events
from moof.ipc.contract import (
    AUDIO_DATA_OFFSET,
    AUDIO_DATA_SIZE,
    AUDIO_HEADER,
    AUDIO_SLOTS,
    BYTES_PER_SAMPLE,
    MAX_AUDIO_CHANNELS,
    MAX_AUDIO_SAMPLES,
    AudioFormat,
)
from moof.ipc.errors import SegmentError
from moof.ipc.segment import Segment

MIN_SAMPLE_RATE: Final = 4_000
MAX_SAMPLE_RATE: Final = 96_000
"""No Mac played outside of this range, and one wrong rate would keep a resampler busy for minutes."""
MAC_RATE: Final = Fraction(244_800, 11)
"""22254.5454… Hz."""

_EXACT: Final = {
    22_254: MAC_RATE,
    22_255: MAC_RATE,  # from emulators that round
    11_127: MAC_RATE / 2,
    7_418: MAC_RATE / 3,
}


def exact_rate(whole: int) -> Fraction:
    """Return the exact rate in Hz that an audio frame's rate stands for."""
    return _EXACT.get(whole, Fraction(whole))


def whole_rate(fixed: int) -> int:
    """Return the whole part of a Mac's 16.16 rate (Inside Macintosh: Sound, `Fixed`), which is sent."""
    return fixed >> 16


class AudioRingWriter:
    """Writes audio frames; the emulator's side. Used by one thread."""

    def __init__(self, segment: Segment, eventfd: int) -> None:
        self.segment = segment
        self._eventfd = eventfd
        self._write = 0
        self._frames = 0

    @property
    def is_full(self) -> bool:
        """Whether `write` would return False: two audio frames are queued, or the read index is invalid."""
        read = self.segment.read("audio_frame_read_idx")
        return read >= AUDIO_SLOTS or (self._write + 1) % AUDIO_SLOTS == read

    def write(
        self, rate: int, channels: int, samples: int, data_be: bytes | memoryview, timestamp_us: int
    ) -> bool:
        """Append an audio frame and signal the eventfd; return False, without writing, if the ring is full.

        `data_be` holds samples * channels signed 16-bit big-endian values, interleaved; `timestamp_us` is
        CLOCK_REALTIME. Raises SegmentError for a frame that does not fit the contract.
        """
        _check_frame(rate, channels, samples)
        data = memoryview(data_be).cast("B")
        if len(data) != samples * channels * BYTES_PER_SAMPLE:
            raise SegmentError(f"{samples} samples of {channels} channels are not {len(data)} bytes")
        if self.is_full:
            return False
        slot = self.segment.audio_slot(self._write)
        AUDIO_HEADER.struct.pack_into(slot, 0, rate, channels, samples, AudioFormat.PCM_S16, timestamp_us)
        slot[AUDIO_DATA_OFFSET : AUDIO_DATA_OFFSET + len(data)] = data
        self._describe(rate, channels, samples, timestamp_us)
        self._write = (self._write + 1) % AUDIO_SLOTS
        self.segment.write("audio_frame_write_idx", self._write)
        events.signal(self._eventfd)
        return True

    def restart(self) -> None:
        """Empty the ring after a server has disconnected, so that the next one reads no stale sound.

        Without a server the read index has no other writer; the value that the last one left may be invalid.
        The write index may be, too: it is 0 in a segment that was truncated.
        """
        self.segment.write("audio_frame_write_idx", self._write)
        self.segment.write("audio_frame_read_idx", self._write)

    def _describe(self, rate: int, channels: int, samples: int, timestamp_us: int) -> None:
        """Set the segment's fields about the newest audio frame, which older servers read."""
        segment = self.segment
        self._frames += 1
        segment.write("audio_sample_rate", rate)
        segment.write("audio_channels", channels)
        segment.write("audio_format", AudioFormat.PCM_S16)
        segment.write("audio_samples_in_frame", samples)
        segment.write("audio_frame_count", self._frames)
        segment.write("audio_timestamp_us", timestamp_us)


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """The answer to one audio request, copied out of shared memory.

    `data` is signed 16-bit big-endian, interleaved, samples * channels * 2 bytes. An answer without
    sound has format NONE, no samples and no data; its rate and channels have no meaning.
    """

    sample_rate: int
    channels: int
    samples: int
    format: AudioFormat
    timestamp_us: int
    data: bytes


class AudioRingReader:
    """Reads audio frames; the server's side. Used by one thread.

    The eventfd may be missing or never signaled.
    """

    def __init__(self, segment: Segment, eventfd: int | None) -> None:
        """Start at the frame that is written next: frames left by an earlier server are stale sound."""
        self._segment = segment
        self._eventfd = eventfd
        self._read = 0
        self._store(self._write_index())

    def available(self) -> int:
        """Return the number of queued frames, 0..2. Raises SegmentError for an invalid write index."""
        return (self._write_index() - self._read) % AUDIO_SLOTS

    def read(self) -> AudioFrame | None:
        """Return the oldest queued frame, None if there is none; drain the eventfd in any case.

        Raises SegmentError for an invalid frame, after removing it from the ring.
        """
        self._segment.check_size()
        if self._eventfd is not None:
            events.drain(self._eventfd)
        if not self.available():
            return None
        slot = self._segment.audio_slot(self._read)
        try:
            return _copy_frame(slot)
        finally:
            self._store((self._read + 1) % AUDIO_SLOTS)

    def drain_to(self, frames: int) -> int:
        """Drop the oldest frames until at most `frames` are queued; return how many were dropped."""
        dropped = max(self.available() - frames, 0)
        if dropped:
            self._store((self._read + dropped) % AUDIO_SLOTS)
        return dropped

    def _write_index(self) -> int:
        self._segment.check_size()
        index = self._segment.read("audio_frame_write_idx")
        if index >= AUDIO_SLOTS:
            raise SegmentError(f"{self._segment.path}: the audio write index is {index}, not 0..2")
        return index

    def _store(self, read: int) -> None:
        self._read = read
        self._segment.write("audio_frame_read_idx", read)


def _copy_frame(slot: memoryview) -> AudioFrame:
    """Copy a frame; its header is read once, so that the checked values are the ones used."""
    rate, channels, samples, code, timestamp_us = AUDIO_HEADER.struct.unpack_from(slot)
    if code == AudioFormat.NONE:
        return AudioFrame(rate, channels, 0, AudioFormat.NONE, timestamp_us, b"")
    if code != AudioFormat.PCM_S16:
        raise SegmentError(f"audio format {code} is unknown")
    _check_frame(rate, channels, samples)
    size = samples * channels * BYTES_PER_SAMPLE
    data = bytes(slot[AUDIO_DATA_OFFSET : AUDIO_DATA_OFFSET + size])
    return AudioFrame(rate, channels, samples, AudioFormat.PCM_S16, timestamp_us, data)


def _check_frame(rate: int, channels: int, samples: int) -> None:
    if not MIN_SAMPLE_RATE <= rate <= MAX_SAMPLE_RATE:
        raise SegmentError(f"an audio rate of {rate} Hz is not {MIN_SAMPLE_RATE}..{MAX_SAMPLE_RATE}")
    if not 1 <= channels <= MAX_AUDIO_CHANNELS:
        raise SegmentError(f"{channels} audio channels are not 1 or 2")
    if not 0 <= samples <= MAX_AUDIO_SAMPLES:
        raise SegmentError(f"{samples} samples are not between 0 and {MAX_AUDIO_SAMPLES}")


assert MAX_AUDIO_SAMPLES * MAX_AUDIO_CHANNELS * BYTES_PER_SAMPLE == AUDIO_DATA_SIZE
