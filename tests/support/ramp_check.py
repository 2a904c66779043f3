"""Checks the Sound window's ramp behind ring, byte swap, resampler and FIFO: is each sample in its place?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moof.ipc import AudioFrame, exact_rate
from moof.media.pcm import from_s16be
from moof.server.audio.framer import AudioFramer
from support.sound_window import Format

PACKET_SAMPLES = 960
PERIODS = {8: 251, 16: 65536}
"""Numbers of the ramp before it starts over, by the bits of the guest's samples."""
# Where the numbers start over, the filter rings for so many samples of the Mac; elsewhere it keeps
# a straight line straight, to the rounding of its output (a number is 256 at 8 bits, 1 at 16).
FILTER_REACH = 48
SETTLING_PACKETS = 3
"""Packets until the filter is full, or a gap has been faded over."""
ROUNDING = {8: 64.0, 16: 0.9}


def ramp(wanted: Format, first: int, count: int) -> NDArray[np.int16]:
    """Return the ramp's frames from number `first` on, as native int16 (count, channels)."""
    period = PERIODS[wanted.bits]
    left = (first + np.arange(count)) % period
    both = np.stack([left, period - 1 - left][: wanted.channels], axis=1)
    return (both - 128 << 8 if wanted.bits == 8 else both).astype(np.int16)


@dataclass
class RampCheck:
    """Counts what is wrong with a ramp, in the ring and in the packets made from it.

    Attributes:
        wanted: the format that the Mac plays.
        frames: the frames taken from the ring.
        packets: the packets taken from the FIFO.
        gaps: places where the numbers in the ring jump, because an answer was late or lost.
        wrong_in_ring: frames of the ring with a wrong value.
        wrong_in_packets: samples of packets with a wrong value.
        judged: samples of packets whose value could be predicted.
    """

    wanted: Format
    frames: int = 0
    packets: int = 0
    gaps: int = 0
    wrong_in_ring: int = 0
    wrong_in_packets: int = 0
    judged: int = 0

    def __post_init__(self) -> None:
        self.framer = AudioFramer()
        self._ratio = float(exact_rate(self.wanted.rate) / 48000)
        self._first = 0
        self._settling = SETTLING_PACKETS
        self._offset: float | None = None

    def add_answer(self, frame: AudioFrame) -> None:
        """Check what the Mac wrote into the ring, and put it into the resampler.

        Raises:
            SystemExit: it is in another format than `wanted`.
        """
        samples = from_s16be(frame.data, frame.channels)
        if (frame.sample_rate, frame.channels) != (self.wanted.rate, self.wanted.channels):
            raise SystemExit(f"the Mac plays {frame.sample_rate} Hz, {frame.channels} channels")
        missing = self._missing(samples)
        if missing:
            self.gaps += 1
            self._first += missing
            self._settling, self._offset = SETTLING_PACKETS, None
        expected = ramp(self.wanted, self._first + self.frames, len(samples))
        self.wrong_in_ring += int(np.count_nonzero((samples != expected).any(axis=1)))
        self.frames += len(samples)
        self.framer.push(frame)

    def check_packet(self) -> None:
        """Take a packet and check that each sample lies on the ramp, one step after the one before."""
        packet = self.framer.next_packet()
        left = packet[:, 0].astype(np.float64)
        first, end = self.packets * PACKET_SAMPLES, (self.packets + 1) * PACKET_SAMPLES
        positions = np.arange(first, end) * np.float64(self._ratio)
        self.packets += 1
        if self._settling:
            self._settling -= 1
            return
        if self._offset is None:
            self._offset = self._find_offset(left, positions)
        expected, certain = self._expected(positions + self._offset)
        wrong = np.abs(left - expected) > (ROUNDING[self.wanted.bits] if self._ratio != 1 else 0)
        self.judged += int(np.count_nonzero(certain))
        self.wrong_in_packets += int(np.count_nonzero(wrong & certain))

    def _missing(self, samples: NDArray[np.int16]) -> int:
        """Return how many numbers are missing before these."""
        left = int(samples[0, 0])
        number = (left >> 8) + 128 if self.wanted.bits == 8 else left
        return (number - self._first - self.frames) % PERIODS[self.wanted.bits]

    def _expected(self, positions: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the left channel's values there, and whether the ramp does not start over nearby."""
        if self.wanted.bits == 8:
            number = positions % PERIODS[8]
            edge = np.minimum(number, PERIODS[8] - number)
            return (number - 128) * 256, edge > (FILTER_REACH if self._ratio != 1 else -1)
        number = (positions + 32768) % 65536
        edge = np.minimum(number, 65536 - number)
        return number - 32768, edge > (FILTER_REACH if self._ratio != 1 else -1)

    def _find_offset(self, left: NDArray[np.float64], positions: NDArray[np.float64]) -> float:
        """Return how many numbers the packets are behind, a constant: the FIFO's and the filter's delay."""
        if self._ratio == 1:
            period = PERIODS[self.wanted.bits]
            value = left[0] / 256 + 128 if self.wanted.bits == 8 else left[0]
            return float((value - positions[0]) % period)
        candidates = np.concatenate([self._candidates(left, positions, at) for at in (200, 400, 600, 800)])
        errors = []
        for candidate in candidates:
            expected, certain = self._expected(positions + candidate)
            enough = certain.sum() > PACKET_SAMPLES // 3
            errors.append(np.abs(left - expected)[certain].max() if enough else np.inf)
        return float(candidates[int(np.argmin(errors))])

    def _candidates(
        self, left: NDArray[np.float64], positions: NDArray[np.float64], at: int
    ) -> NDArray[np.float64]:
        """Return offsets close to the one that the value of sample `at` implies."""
        number = float(left[at] / 256 + 128 if self.wanted.bits == 8 else left[at])
        return (number - float(positions[at])) % PERIODS[self.wanted.bits] + np.arange(-1.5, 1.5, 0.01)
