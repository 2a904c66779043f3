"""From the Mac's answers to exact packets: swap, resample, and what to play when an answer is missing. Pure.

Answers have the Mac's rate and uneven lengths (220 and 221 samples at 11025 Hz); a packet is 960 samples of
48 kHz stereo. In between is a queue whose depth stays constant, since each packet is answered by just the
sound that it needs.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.ipc import AudioFrame, exact_rate
from moof.media.pcm import fade_in, fade_out, from_s16be
from moof.media.resample import Resampler
from moof.media.samplefifo import SampleFifo

from .soundclock import PACKET_SAMPLES, SAMPLE_RATE

Samples = NDArray[np.int16]

PRIMING: Final = 144
"""Silence in front of resampled sound, 3 ms: the filter holds some samples back and blocks vary in length."""
_FADE: Final = 240
_GAP_PACKETS: Final = 10
"""Missing packets that still count as a gap in what plays (200 ms); after more, the sound has ended."""
_WATCHED_PACKETS: Final = 25
_LASTING_BACKLOG: Final = PACKET_SAMPLES // 2
_GREATEST_BACKLOG: Final = PACKET_SAMPLES * 3 // 2


class Playout:
    """One stream of sound, int16 (960, 2) a packet.

    A missing answer fades the last wave out, within the packet and without a click, and then there is
    silence; after a gap the sound is faded in again. Sound that begins anew is left as it is.
    """

    def __init__(self) -> None:
        self._fifo = SampleFifo(4 * PACKET_SAMPLES)
        self._resampler: Resampler | None = None
        self._last: Samples = np.zeros((0, 2), np.int16)
        self._missing = 0
        self._lowest = _GREATEST_BACKLOG
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

    def answer(self, frame: AudioFrame) -> None:
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
        self._fifo.push(sound)

    def packet(self) -> Samples:
        """Return the next packet's samples."""
        samples = self._fifo.pop_exact(PACKET_SAMPLES)
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
        self.playing = True

    def _resampled(self, frame: AudioFrame) -> Samples:
        """Return an answer's sound at 48 kHz; another format while playing needs another resampler."""
        samples = from_s16be(frame.data, frame.channels)
        self.channels = frame.channels
        wanted = (float(exact_rate(frame.sample_rate)), frame.channels)
        if self._resampler is None or (self._resampler.rate_in, self._resampler.channels_in) != wanted:
            self._resampler = Resampler(*wanted)
        if not self._fifo.depth and frame.sample_rate != SAMPLE_RATE:
            self._fifo.push(np.zeros((PRIMING, 2), np.int16))
        return self._resampler.push(samples)

    def _fill_gap(self) -> Samples:
        """Return what is left, faded out, then silence."""
        packet = np.zeros((PACKET_SAMPLES, 2), np.int16)
        if not self.playing:
            return packet
        rest = self._fifo.pop_exact(self._fifo.depth)
        assert rest is not None
        if not self._missing:
            # Played backwards, the last samples continue the wave without a jump while it fades.
            backwards = np.concatenate([self._last, rest])[: -_FADE - 1 : -1]
            wave = np.concatenate([rest, backwards])[:PACKET_SAMPLES]
            packet[: len(wave)] = fade_out(wave)
        self._missing += 1
        if self._missing > _GAP_PACKETS:
            self._end()
        return packet

    def _end(self) -> None:
        self.playing = False
        self.channels = 0
        self._missing = 0
        self._resampler = None

    def _bound_backlog(self) -> None:
        """Leave out what has queued up: at once if it is a lot, or the part that stayed for half a second."""
        depth = self._fifo.depth
        self._lowest = min(self._lowest, depth)
        self._watched += 1
        if depth >= _GREATEST_BACKLOG:
            self.backlog_dropped += self._fifo.drop(depth - PRIMING)
        elif self._watched < _WATCHED_PACKETS:
            return
        elif self._lowest >= _LASTING_BACKLOG:
            self.backlog_dropped += self._fifo.drop(self._lowest - PRIMING)
        self._lowest, self._watched = _GREATEST_BACKLOG, 0
