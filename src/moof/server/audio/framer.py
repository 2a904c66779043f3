"""Cuts the emulator's responses into packets: byte order, resampling, gaps and backlog. Sans-IO.

Responses have the emulator's rate and varying lengths (220 and 221 samples at 11025 Hz); a packet is 960
samples of 48 kHz stereo, or fewer. Between them is a FIFO whose depth stays constant, since each request is
for exactly the sound that its packet needs.
"""

from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from moof.ipc import AudioFrame, exact_rate
from moof.media.pcm import cross_fade, fade_in, fade_out, from_s16be
from moof.media.resample import SAMPLE_RATE, Resampler

PACKET_SAMPLES: Final = 960
"""20 ms: the length that every emulator can respond with."""
PRIMING_SAMPLES: Final = 48
"""Silence in front of resampled sound, 1 ms: responses vary in length by a few samples."""
_FILTER_SAMPLES: Final = 128
"""More input than the resampler's filter takes before its first output."""
_FADE_SAMPLES: Final = 240
_CROSS_FADE_SAMPLES: Final = 120
"""2.5 ms: short enough not to echo, long enough not to click."""
_MAX_GAP_SAMPLES: Final = SAMPLE_RATE // 5
"""Missing sound that counts as a gap in what plays; after more, the sound has ended."""
_MAX_TRUNCATED_SAMPLES: Final = 1.5
_BACKLOG_WINDOW_SAMPLES: Final = SAMPLE_RATE // 2

Samples = NDArray[np.int16]


class SampleFifo:
    """At most `capacity` frames of int16 sound, oldest first; when full, the oldest are dropped."""

    def __init__(self, capacity: int, channels: int = 2) -> None:
        self._samples = np.zeros((capacity, channels), np.int16)
        self._depth = 0

    @property
    def capacity(self) -> int:
        """The maximum number of frames."""
        return len(self._samples)

    @property
    def depth(self) -> int:
        """The number of queued frames."""
        return self._depth

    def push(self, samples: Samples) -> int:
        """Append int16 (n, channels); return how many of the oldest frames were dropped."""
        kept = samples[-self.capacity :]
        excess = max(0, self._depth + len(kept) - self.capacity)
        self._remove(excess)
        self._samples[self._depth : self._depth + len(kept)] = kept
        self._depth += len(kept)
        return excess + len(samples) - len(kept)

    def pop_exact(self, count: int) -> Samples | None:
        """Remove and return the oldest `count` frames, int16 (count, channels); None if there are fewer."""
        if count > self._depth:
            return None
        taken = self._samples[:count].copy()
        self._remove(count)
        return taken

    def drop(self, count: int) -> int:
        """Drop `count` frames (or all there are) with a cross-fade; return how many were dropped."""
        count = min(count, self._depth)
        overlap = min(_CROSS_FADE_SAMPLES, count, self._depth - count)
        faded = cross_fade(self._samples[:overlap], self._samples[count : count + overlap])
        self._remove(count)
        self._samples[:overlap] = faded
        return count

    def clear(self) -> None:
        """Drop all frames."""
        self._depth = 0

    def _remove(self, count: int) -> None:
        self._samples[: self._depth - count] = self._samples[count : self._depth].copy()
        self._depth -= count


class AudioFramer:
    """One stream of sound, int16 (packet_samples, 2) per packet.

    When a response is missing, the wave so far is faded out within the packet, without a click, and silence
    follows; after the gap the sound is faded in. Sound that starts from silence is not faded.
    """

    def __init__(self, packet_samples: int = PACKET_SAMPLES) -> None:
        self.packet_samples = packet_samples
        self._fifo = SampleFifo(4 * PACKET_SAMPLES)
        self._resampler: Resampler | None = None
        self._last: Samples = np.zeros((0, 2), np.int16)
        self._missing = 0
        self._max_response = packet_samples
        self._truncated = 0  # responses in a row that were rounded down to whole samples
        self._min_depth = self._max_backlog
        self._window_samples = 0
        self.playing = False
        self.channels = 0
        """1 or 2; 0 when the emulator plays nothing."""
        self.underruns = 0
        """Packets that could not be filled although the sound went on afterwards."""
        self.backlog_dropped = 0
        """Samples (48 kHz) dropped because they had queued up."""

    @property
    def rate(self) -> int:
        """Sample rate of what the emulator plays, in Hz; 0 when it plays nothing."""
        return int(self._resampler.rate_in) if self._resampler is not None else 0

    @property
    def in_gap(self) -> bool:
        """Whether the last packet was filled because a response was missing."""
        return self._missing > 0

    @property
    def has_packet(self) -> bool:
        """Whether the next packet is complete without another request."""
        resampled = self._resampler is not None and self._resampler.rate_in != SAMPLE_RATE
        return self._fifo.depth >= self.packet_samples + (PRIMING_SAMPLES // 2 if resampled else 0)

    @property
    def depth(self) -> int:
        """Samples (48 kHz) in the FIFO."""
        return self._fifo.depth

    def push(self, frame: AudioFrame) -> None:
        """Add one response of the emulator; one without samples is silence."""
        if not frame.samples:
            return
        if not self.playing:
            self._start()
        sound = self._resample(frame)
        if self._missing:
            sound[:_FADE_SAMPLES] = fade_in(sound[:_FADE_SAMPLES])
            self.underruns += self._missing
            self._missing = 0
        self._max_response = max(self._max_response, len(sound))
        self._fifo.push(sound)

    def next_packet(self) -> Samples:
        """Return the next packet's samples."""
        samples = self._fifo.pop_exact(self.packet_samples)
        if samples is None:
            return self._fill_gap()
        self._last = samples[-_FADE_SAMPLES:]
        self._limit_backlog()
        return samples

    def _start(self) -> None:
        """Drop what is left of the previous sound."""
        self._fifo.clear()
        self._resampler = None
        self._missing = 0
        self._max_response = self.packet_samples
        self._truncated = 0
        self.playing = True

    def _resample(self, frame: AudioFrame) -> Samples:
        """Return a response's sound at 48 kHz; a change of format replaces the resampler."""
        samples = from_s16be(frame.data, frame.channels)
        self.channels = frame.channels
        source_format = (float(self._true_rate(frame)), frame.channels)
        if self._resampler is None or (self._resampler.rate_in, self._resampler.channels_in) != source_format:
            format_changes = self._resampler is not None
            self._resampler = Resampler(*source_format)
            # Silence fills the filter: from now on each input gives as much output.
            self._resampler.push(np.zeros((_FILTER_SAMPLES, frame.channels), np.int16))
            if format_changes:
                return self._join_formats(self._resampler.push(samples))
        if not self._fifo.depth and frame.sample_rate != SAMPLE_RATE:
            self._fifo.push(np.zeros((PRIMING_SAMPLES, 2), np.int16))
        return self._resampler.push(samples)

    def _true_rate(self, frame: AudioFrame) -> Fraction:
        """Return the rate that a response plays at.

        Existing emulators always send the whole samples of 20 ms, 220 at 11025 Hz, whatever was requested.
        When more than one sample has been dropped that way, the rate that they play at must be 11000 Hz.
        """
        rate = exact_rate(frame.sample_rate)
        whole, remainder = divmod(rate, 50)
        self._truncated = self._truncated + 1 if frame.samples == whole and remainder else 0
        return Fraction(whole * 50) if self._truncated * remainder / 50 > _MAX_TRUNCATED_SAMPLES else rate

    def _join_formats(self, sound: Samples) -> Samples:
        """Fade the old format's sound out, so that its end fills the FIFO as usual, and the new one in."""
        rest = self._pop_rest()
        end = np.concatenate([rest, self._reversed_wave(rest)])[: max(PRIMING_SAMPLES, len(rest))]
        self._fifo.push(fade_out(end))
        sound[:_FADE_SAMPLES] = fade_in(sound[:_FADE_SAMPLES])
        return sound

    def _pop_rest(self) -> Samples:
        rest = self._fifo.pop_exact(self._fifo.depth)
        assert rest is not None
        return rest

    def _reversed_wave(self, rest: Samples) -> Samples:
        """Return the last samples, with `rest`, reversed: they continue the wave without a jump."""
        return np.concatenate([self._last, rest])[: -_FADE_SAMPLES - 1 : -1]

    def _fill_gap(self) -> Samples:
        """Return a packet of what is left, faded out, and silence."""
        packet = np.zeros((self.packet_samples, 2), np.int16)
        if not self.playing:
            return packet
        rest = self._pop_rest()
        if not self._missing:
            wave = np.concatenate([rest, self._reversed_wave(rest)])[: self.packet_samples]
            packet[: len(wave)] = fade_out(wave)
        self._missing += 1
        if self._missing * self.packet_samples > _MAX_GAP_SAMPLES:
            self._end()
        return packet

    def _end(self) -> None:
        self.playing = False
        self.channels = 0
        self._missing = 0
        self._resampler = None

    @property
    def _max_backlog(self) -> int:
        """The depth at which the backlog is dropped at once: one and a half of the longest response."""
        return self._max_response * 3 // 2

    def _limit_backlog(self) -> None:
        """Drop the backlog: at once if it is large, or the part that remained for half a second."""
        depth = self._fifo.depth
        self._min_depth = min(self._min_depth, depth)
        self._window_samples += self.packet_samples
        if depth >= self._max_backlog:
            self.backlog_dropped += self._fifo.drop(depth - PRIMING_SAMPLES)
        elif self._window_samples < _BACKLOG_WINDOW_SAMPLES:
            return
        elif self._min_depth >= max(self.packet_samples // 2, 2 * PRIMING_SAMPLES):
            self.backlog_dropped += self._fifo.drop(self._min_depth - PRIMING_SAMPLES)
        self._min_depth, self._window_samples = self._max_backlog, 0
