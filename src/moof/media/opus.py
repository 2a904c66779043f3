"""Opus encoding at 48 kHz stereo (RFC 6716; RFC 7587 for its use over RTP).

`DtxEncoder` adds discontinuous transmission.
"""

from typing import Final, Self

import av
import numpy as np
from numpy.typing import NDArray

from moof.media.resample import CHANNELS, SAMPLE_RATE

KEEPALIVE_MS: Final = 400
"""Time between two packets of lasting silence, as in Opus' own encoders."""
_FEC_BELOW: Final = 48_000  # bits per second
_MAX_SILENCE_BYTES: Final = 3
_CONFIGURATIONS: Final = {5: 29, 10: 30, 20: 31}
_STEREO: Final = 4
_FRAME_COUNT_MASK: Final = 0x03
"""The bits of a packet's first byte (RFC 6716, section 3.1) for its number of frames; 0: one."""


def silence_packet(packet_ms: int) -> bytes:
    """Return a packet of discontinuous transmission that lasts 20, 10 or 5 ms, stereo.

    It has no frame, only the byte of contents of RFC 6716 (section 3.1): a configuration of the music mode.
    """
    return bytes([_CONFIGURATIONS[packet_ms] << 3 | _STEREO])


class OpusEncoder:
    """One Opus stream: one packet for each block of samples.

    Args:
        bitrate: bits a second.
        packet_ms: length of a packet; `packet_samples` is the same in samples (960 for 20 ms).
        application: "lowdelay" (2.5 ms of look-ahead) or "audio" (6.5 ms, a little better below 96 kbit/s).
        packet_loss: expected loss in per cent; packets then depend less on the one before.
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
        """Return one packet of exactly `packet_samples` frames, int16 (n, 2).

        Raises:
            ValueError: another number of frames or channels.
        """
        if samples.shape != (self.packet_samples, CHANNELS):
            raise ValueError(f"a packet needs {(self.packet_samples, CHANNELS)} samples, not {samples.shape}")
        interleaved = np.ascontiguousarray(samples, np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._samples
        self._samples += self.packet_samples
        return b"".join(bytes(packet) for packet in self._context.encode(frame))


class DtxEncoder:
    """Encodes Opus packets; of lasting silence, only a single byte per 400 ms (discontinuous transmission).

    The byte is a packet's table of contents without a frame, as RFC 6716 (section 2.1.9) defines it for
    discontinuous transmission. Until the sound resumes, the browser generates silence by itself, and its
    jitter buffer keeps its depth, so that the sound is complete from its first sample.
    """

    def __init__(self, encoder: OpusEncoder, packet_ms: int) -> None:
        self._encoder = encoder
        self._keepalive_packets = KEEPALIVE_MS // packet_ms
        self._silence_packet: bytes | None = None
        self._packets_since_keepalive = 0

    @classmethod
    def for_bitrate(cls, bitrate: int, packet_ms: int) -> Self:
        """Return an encoder for music without delay, or with in-band FEC below 48 kb/s.

        In-band FEC belongs to Opus' speech modes, which it uses below some 48 kb/s: only there is it worth
        the 4 ms by which they delay the sound. Above, lost packets are retransmitted after a NACK.
        """
        if bitrate < _FEC_BELOW:
            return cls(OpusEncoder(bitrate, packet_ms, "audio", packet_loss=5), packet_ms)
        return cls(OpusEncoder(bitrate, packet_ms), packet_ms)

    @property
    def packets_to_keepalive(self) -> int | None:
        """The number of packets of silence up to the next one that is sent; None until silence lasts."""
        if self._silence_packet is None:
            return None
        return self._keepalive_packets - self._packets_since_keepalive

    def skip(self, packets: int) -> bytes:
        """Encode packets of lasting silence, at most `packets_to_keepalive`, as so many calls of `encode`.

        Returns the last one's packet; empty if none is to be sent.
        """
        assert self._silence_packet is not None
        self._packets_since_keepalive += packets - 1
        return self._keepalive(self._silence_packet)

    def encode(self, samples: NDArray[np.int16]) -> bytes:
        """Return the packet for int16 (packet_samples, 2); empty if none is to be sent."""
        silent = not samples.any()
        if not silent:
            self._silence_packet = None
        elif self._silence_packet is not None:
            return self._keepalive(self._silence_packet)
        packet = self._encoder.encode(samples)
        # The sound before takes some packets to leave the encoder; then its own packet signals silence.
        if silent and len(packet) <= _MAX_SILENCE_BYTES:
            self._silence_packet = bytes([packet[0] & ~_FRAME_COUNT_MASK])
            self._packets_since_keepalive = self._keepalive_packets
        return packet

    def _keepalive(self, packet: bytes) -> bytes:
        """Return `packet` each 400 ms, else nothing."""
        self._packets_since_keepalive += 1
        if self._packets_since_keepalive < self._keepalive_packets:
            return b""
        self._packets_since_keepalive = 0
        return packet
