"""From the Mac's answers to exact packets: swap, resample, and what to play when an answer is missing. Pure.

Answers have the Mac's rate and uneven lengths (220 and 221 samples at 11025 Hz); a packet is 960 samples of
48 kHz stereo, or fewer. In between is a queue whose depth stays constant, since each packet is answered by
just the sound that it needs.
"""

from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.ipc import AudioFrame, exact_rate
from moof.media.pcm import fade_in, fade_out, from_s16be
from moof.media.resample import Resampler
from moof.media.samplefifo import SampleFifo

from .packet_clock import PACKET_SAMPLES, SAMPLE_RATE

Samples = NDArray[np.int16]

PRIMING: Final = 48
"""Silence in front of resampled sound, 1 ms: blocks vary in length by a few samples."""
_FILTER: Final = 128
"""More input than the resampler wants to see before it lets go of anything."""
_FADE: Final = 240
_GAP_SAMPLES: Final = SAMPLE_RATE // 5
"""Missing sound that still counts as a gap in what plays; after more, the sound has ended."""
_ROUNDED_AWAY: Final = 1.5
_WATCHED_SAMPLES: Final = SAMPLE_RATE // 2


class AudioFramer:
    """One stream of sound, int16 (packet_samples, 2) a packet.

    A missing answer fades the last wave out, within the packet and without a click, and then there is
    silence; after a gap the sound is faded in again. Sound that begins anew is left as it is.
    """

    def __init__(self, packet_samples: int = PACKET_SAMPLES) -> None:
        self.packet_samples = packet_samples
        self._fifo = SampleFifo(4 * PACKET_SAMPLES)
        self._resampler: Resampler | None = None
        self._last: Samples = np.zeros((0, 2), np.int16)
        self._missing = 0
        self._longest_answer = packet_samples
        self._rounded = 0  # answers in a row without the fraction that they owe
        self._lowest = self._greatest_backlog
        self._watched = 0
        self.playing = False
        self.channels = 0
        """1 or 2; 0 when the Mac plays nothing."""
        self.underruns = 0
        """Packets that could not be filled although the sound went on afterwards."""
        self.backlog_dropped = 0
        """Samples left out because they had queued up."""

    @property
    def rate(self) -> int:
        """Samples a second of what the Mac plays; 0 when it doesn't."""
        return int(self._resampler.rate_in) if self._resampler is not None else 0

    @property
    def has_packet(self) -> bool:
        """True if nothing needs to be asked for the next packet."""
        resampled = self._resampler is not None and self._resampler.rate_in != SAMPLE_RATE
        return self._fifo.depth >= self.packet_samples + (PRIMING // 2 if resampled else 0)

    @property
    def depth(self) -> int:
        """Samples (48 kHz) that wait for their packet."""
        return self._fifo.depth

    def push(self, frame: AudioFrame) -> None:
        """Take in one answer of the Mac; one without samples is silence."""
        if not frame.samples:
            return
        if not self.playing:
            self._begin()
        sound = self._resampled(frame)
        if self._missing:
            sound[:_FADE] = fade_in(sound[:_FADE])
            self.underruns += self._missing
            self._missing = 0
        self._longest_answer = max(self._longest_answer, len(sound))
        self._fifo.push(sound)

    def next_packet(self) -> Samples:
        """Return the next packet's samples."""
        samples = self._fifo.pop_exact(self.packet_samples)
        if samples is None:
            return self._fill_gap()
        self._last = samples[-_FADE:]
        self._bound_backlog()
        return samples

    def _begin(self) -> None:
        """Forget the sound before."""
        self._fifo.clear()
        self._resampler = None
        self._missing = 0
        self._longest_answer = self.packet_samples
        self._rounded = 0
        self.playing = True

    def _resampled(self, frame: AudioFrame) -> Samples:
        """Return an answer's sound at 48 kHz; another format while playing needs another resampler."""
        samples = from_s16be(frame.data, frame.channels)
        self.channels = frame.channels
        wanted = (float(self._true_rate(frame)), frame.channels)
        if self._resampler is None or (self._resampler.rate_in, self._resampler.channels_in) != wanted:
            changes = self._resampler is not None
            self._resampler = Resampler(*wanted)
            # Silence fills the filter: from now on as much comes out as goes in.
            self._resampler.push(np.zeros((_FILTER, frame.channels), np.int16))
            if changes:
                return self._after_change(self._resampler.push(samples))
        if not self._fifo.depth and frame.sample_rate != SAMPLE_RATE:
            self._fifo.push(np.zeros((PRIMING, 2), np.int16))
        return self._resampler.push(samples)

    def _true_rate(self, frame: AudioFrame) -> Fraction:
        """Return the rate that an answer plays at.

        Existing emulators always send the whole samples of 20 ms, 220 at 11025 Hz, whatever is asked for.
        When more than one sample has been left out that way, it must be 11000 Hz that they play.
        """
        rate = exact_rate(frame.sample_rate)
        whole, left_out = divmod(rate, 50)
        self._rounded = self._rounded + 1 if frame.samples == whole and left_out else 0
        return Fraction(whole * 50) if self._rounded * left_out / 50 > _ROUNDED_AWAY else rate

    def _after_change(self, sound: Samples) -> Samples:
        """Fade the old format's sound out, so that its end fills the queue as ever, and the new one's in."""
        rest = self._take_rest()
        end = np.concatenate([rest, self._backwards(rest)])[: max(PRIMING, len(rest))]
        self._fifo.push(fade_out(end))
        sound[:_FADE] = fade_in(sound[:_FADE])
        return sound

    def _take_rest(self) -> Samples:
        rest = self._fifo.pop_exact(self._fifo.depth)
        assert rest is not None
        return rest

    def _backwards(self, rest: Samples) -> Samples:
        """Return the last samples, `rest` behind them, backwards: they continue the wave without a jump."""
        return np.concatenate([self._last, rest])[: -_FADE - 1 : -1]

    def _fill_gap(self) -> Samples:
        """Return what is left, faded out, then silence."""
        packet = np.zeros((self.packet_samples, 2), np.int16)
        if not self.playing:
            return packet
        rest = self._take_rest()
        if not self._missing:
            wave = np.concatenate([rest, self._backwards(rest)])[: self.packet_samples]
            packet[: len(wave)] = fade_out(wave)
        self._missing += 1
        if self._missing * self.packet_samples > _GAP_SAMPLES:
            self._end()
        return packet

    def _end(self) -> None:
        self.playing = False
        self.channels = 0
        self._missing = 0
        self._resampler = None

    @property
    def _greatest_backlog(self) -> int:
        """What an answer leaves in the queue at most: half as much again is too much."""
        return self._longest_answer * 3 // 2

    def _bound_backlog(self) -> None:
        """Leave out what has queued up: at once if it is a lot, or the part that stayed for half a second."""
        depth = self._fifo.depth
        self._lowest = min(self._lowest, depth)
        self._watched += self.packet_samples
        if depth >= self._greatest_backlog:
            self.backlog_dropped += self._fifo.drop(depth - PRIMING)
        elif self._watched < _WATCHED_SAMPLES:
            return
        elif self._lowest >= max(self.packet_samples // 2, 2 * PRIMING):
            self.backlog_dropped += self._fifo.drop(self._lowest - PRIMING)
        self._lowest, self._watched = self._greatest_backlog, 0
