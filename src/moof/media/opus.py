"""Opus encoding at 48 kHz stereo (RFC 6716; RFC 7587 for its use over RTP)."""

import av
import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
CHANNELS = 2


class OpusEncoder:
    """One Opus stream: a packet for each block of sound.

    Args:
        bitrate: bits a second.
        packet_ms: length of a packet; `packet_samples` is the same in samples (960 for 20 ms).
        application: "lowdelay" (2.5 ms of look-ahead) or "audio" (6.5 ms, a little better below 96 kbit/s).
        packet_loss: expected loss in per cent; makes each packet depend less on the one before.
    """

    def __init__(
        self,
        bitrate: int = 128_000,
        packet_ms: int = 20,
        application: str = "lowdelay",
        packet_loss: int = 0,
    ) -> None:
        self.packet_samples = SAMPLE_RATE * packet_ms // 1000
        context = av.CodecContext.create("libopus", "w")
        context.sample_rate = SAMPLE_RATE
        context.layout = "stereo"
        context.format = "s16"
        context.bit_rate = bitrate
        context.options = {
            "application": application,
            "frame_duration": str(packet_ms),
            "vbr": "constrained",
            "packet_loss": str(packet_loss),
            "fec": "1" if packet_loss else "0",
        }
        context.open()
        self._context = context
        self._samples = 0

    def encode(self, samples: NDArray[np.int16]) -> bytes:
        """One packet of exactly `packet_samples` frames, int16 (n, 2).

        Raises:
            ValueError: another number of frames or channels.
        """
        if samples.shape != (self.packet_samples, CHANNELS):
            raise ValueError(f"a packet takes {(self.packet_samples, CHANNELS)} samples, not {samples.shape}")
        interleaved = np.ascontiguousarray(samples, np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._samples
        self._samples += self.packet_samples
        return b"".join(bytes(packet) for packet in self._context.encode(frame))
