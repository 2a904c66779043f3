"""The ramp through ring, swap, resampler and FIFO: is each sample where its number says it must be?

`python bench/ramp.py --minutes 10` has the built-in Mac play the Sound window's ramp in each format for that
long, asks it for sound as the server does, every 20 ms, and checks every number that comes out of the ring
and every sample of every packet. Prints a Markdown table; measure when nothing else runs.
"""

from __future__ import annotations

import argparse
import select
import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moof.ipc import AudioFrame, AudioRequest, EmulatorConnection, exact_rate
from moof.media.pcm import from_s16be
from moof.server.audio.framer import AudioFramer
from soundmac import RATES, Format, Play, sound_mac
from stage import table

PACKET = 960
PACKET_SECONDS = 0.02
PERIODS = {8: 251, 16: 65536}
# Where the numbers start over, the filter rings for so many samples of the Mac; elsewhere it keeps
# a straight line straight, to the rounding of its output (a number is 256 at 8 bits, 1 at 16).
FILTER_REACH = 48
SETTLING = 3
"""Packets until the filter is full, or a gap has been faded over."""
ROUNDING = {8: 64.0, 16: 0.9}


def numbers(wanted: Format, first: int, count: int) -> NDArray[np.int16]:
    """The ramp's frames from number `first` on, as native int16 (count, channels)."""
    period = PERIODS[wanted.bits]
    left = (first + np.arange(count)) % period
    both = np.stack([left, period - 1 - left][: wanted.channels], axis=1)
    return (both - 128 << 8 if wanted.bits == 8 else both).astype(np.int16)


@dataclass
class RampCheck:
    """Counts what is wrong with a ramp, before and after the framer."""

    wanted: Format
    frames: int = 0
    packets: int = 0
    gaps: int = 0
    """Places where the Mac's numbers jump, because an answer came too late or was lost."""
    wrong_in_ring: int = 0
    wrong_in_packets: int = 0
    judged: int = 0
    """Samples of packets whose place could be told."""

    def __post_init__(self) -> None:
        self.framer = AudioFramer()
        self._ratio = float(exact_rate(self.wanted.rate) / 48000)
        self._first = 0
        self._settling = SETTLING
        self._offset: float | None = None

    def answer(self, frame: AudioFrame) -> None:
        """Take in what the Mac wrote."""
        samples = from_s16be(frame.data, frame.channels)
        if (frame.sample_rate, frame.channels) != (self.wanted.rate, self.wanted.channels):
            raise SystemExit(f"the Mac plays {frame.sample_rate} Hz, {frame.channels} channels")
        jump = self._jump(samples)
        if jump:
            self.gaps += 1
            self._first += jump
            self._settling, self._offset = SETTLING, None
        expected = numbers(self.wanted, self._first + self.frames, len(samples))
        self.wrong_in_ring += int(np.count_nonzero((samples != expected).any(axis=1)))
        self.frames += len(samples)
        self.framer.push(frame)

    def packet(self) -> None:
        """Take a packet and see that each sample lies on the ramp, just one step after the one before."""
        packet = self.framer.next_packet()
        left = packet[:, 0].astype(np.float64)
        places = np.arange(self.packets * PACKET, (self.packets + 1) * PACKET) * np.float64(self._ratio)
        self.packets += 1
        if self._settling:
            self._settling -= 1
            return
        if self._offset is None:
            self._offset = self._find_offset(left, places)
        expected, certain = self._expected(places + self._offset)
        wrong = np.abs(left - expected) > (ROUNDING[self.wanted.bits] if self._ratio != 1 else 0)
        self.judged += int(np.count_nonzero(certain))
        self.wrong_in_packets += int(np.count_nonzero(wrong & certain))

    def _jump(self, samples: NDArray[np.int16]) -> int:
        """How many numbers are missing before these."""
        left = int(samples[0, 0])
        number = (left >> 8) + 128 if self.wanted.bits == 8 else left
        return (number - self._first - self.frames) % PERIODS[self.wanted.bits]

    def _expected(self, places: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """The left channel's values at these numbers, and where no number starts over nearby."""
        if self.wanted.bits == 8:
            number = places % PERIODS[8]
            edge = np.minimum(number, PERIODS[8] - number)
            return (number - 128) * 256, edge > (FILTER_REACH if self._ratio != 1 else -1)
        number = (places + 32768) % 65536
        edge = np.minimum(number, 65536 - number)
        return number - 32768, edge > (FILTER_REACH if self._ratio != 1 else -1)

    def _find_offset(self, left: NDArray[np.float64], places: NDArray[np.float64]) -> float:
        """How many numbers the packets are behind (the FIFO's and the filter's delay): a constant."""
        if self._ratio == 1:
            period = PERIODS[self.wanted.bits]
            value = left[0] / 256 + 128 if self.wanted.bits == 8 else left[0]
            return float((value - places[0]) % period)
        candidates = np.concatenate([self._near(left, places, at) for at in (200, 400, 600, 800)])
        errors = []
        for candidate in candidates:
            expected, certain = self._expected(places + candidate)
            errors.append(np.abs(left - expected)[certain].max() if certain.sum() > PACKET // 3 else np.inf)
        return float(candidates[int(np.argmin(errors))])

    def _near(self, left: NDArray[np.float64], places: NDArray[np.float64], at: int) -> NDArray[np.float64]:
        """Offsets like the one that this sample's value tells."""
        number = float(left[at] / 256 + 128 if self.wanted.bits == 8 else left[at])
        return (number - float(places[at])) % PERIODS[self.wanted.bits] + np.arange(-1.5, 1.5, 0.01)

    def row(self) -> list[str]:
        """The table's row."""
        share = self.judged / max(1, (self.packets - SETTLING) * PACKET)
        return [
            str(self.wanted),
            f"{self.packets * PACKET_SECONDS / 60:.1f}",
            f"{self.frames}",
            f"{self.gaps}",
            f"{self.wrong_in_ring}",
            f"{self.wrong_in_packets} of {share:.1%}",
            f"{self.framer.underruns}",
            f"{self.framer.backlog_dropped}",
        ]


HEAD = [
    "format",
    "minutes",
    "numbers",
    "gaps",
    "wrong in the ring",
    "wrong in packets",
    "underruns",
    "dropped",
]


def listen(connection: EmulatorConnection, check: RampCheck, seconds: float) -> None:
    """Pull a packet's sound every 20 ms, on absolute deadlines."""
    assert connection.audio_fd is not None
    poll = select.poll()
    poll.register(connection.audio_fd, select.POLLIN)
    due = time.monotonic()
    for _ in range(int(seconds / PACKET_SECONDS)):
        time.sleep(max(0.0, due - time.monotonic()))
        connection.send(AudioRequest(PACKET))
        if poll.poll(15) and (frame := connection.audio.read()) is not None:
            check.answer(frame)
        check.packet()
        due += PACKET_SECONDS


def measure(wanted: Format, seconds: float) -> list[str]:
    """One format."""
    with sound_mac() as (window, connection):
        window.choose(wanted)
        window.play(Play.RAMP)
        check = RampCheck(wanted)
        listen(connection, check, seconds)
        return check.row()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="for each format")
    parser.add_argument("--rates", default=",".join(map(str, RATES)), help="comma-separated, in Hz")
    parser.add_argument("--bits", type=int, choices=[8, 16], default=16)
    parser.add_argument("--channels", type=int, choices=[1, 2], default=2)
    options = parser.parse_args()
    rows = []
    for rate in map(int, options.rates.split(",")):
        wanted = Format(rate, options.bits, options.channels)
        print(f"{wanted}: {options.minutes} minutes …", file=sys.stderr)
        rows.append(measure(wanted, options.minutes * 60))
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
