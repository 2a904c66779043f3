"""Opus packets that cost next to nothing while there is nothing to hear: discontinuous transmission."""

from typing import Final

from moof.media.opus import OpusEncoder

from .framer import Samples

KEEP_ALIVE_MS: Final = 400
"""How often a browser is reminded that nothing is to be heard, as Opus' own encoders do."""
_SILENCE_BYTES: Final = 3
_CODE: Final = 0x03
"""The bits of a packet's first byte (RFC 6716, section 3.1) that say how many frames it has; 0: one."""


class DtxEncoder:
    """Encodes Opus packets; of lasting silence only a byte is left, and of those one each 400 ms.

    The byte is a packet's table of contents without a frame, as RFC 6716 (section 2.1.9) has it for
    discontinuous transmission. Until the next sound the browser then plays silence by itself, and what it
    buffers is as it should be from that sound's first sample on.
    """

    def __init__(self, encoder: OpusEncoder, packet_ms: int) -> None:
        self._encoder = encoder
        self._every = KEEP_ALIVE_MS // packet_ms
        self._nothing: bytes | None = None
        self._left_out = 0

    def encode(self, samples: Samples) -> bytes:
        """Return the packet for int16 (packet_samples, 2); empty if none has to be sent."""
        silent = not samples.any()
        if not silent:
            self._nothing = None
        elif self._nothing is not None:
            return self._say_nothing(self._nothing)
        packet = self._encoder.encode(samples)
        # What was heard before takes some packets to leave the encoder; then it says "silence" itself.
        if silent and len(packet) <= _SILENCE_BYTES:
            self._nothing, self._left_out = bytes([packet[0] & ~_CODE]), self._every
        return packet

    def _say_nothing(self, packet: bytes) -> bytes:
        self._left_out += 1
        if self._left_out < self._every:
            return b""
        self._left_out = 0
        return packet
