"""One outgoing RTP stream: makes packets of payloads, and retransmissions of lost packets. Sans-IO.

Packets are RFC 3550 with one-byte header extensions (RFC 8285); retransmissions are RFC 4588 (RTX).
Payloads are made once for all viewers and only referenced here: what differs from viewer to viewer is the
header.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_HEADER: Final = struct.Struct("!BBHII")
_VERSION_AND_EXTENSION: Final = 0x90  # version 2, X bit: header extensions follow
_VERSION: Final = 0x80
_MARKER: Final = 0x80
_ONE_BYTE_EXTENSIONS: Final = 0xBEDE
_TWCC_OFFSET: Final = 5  # in the extension block: it comes first, behind the block's header and its own

MID_URI: Final = "urn:ietf:params:rtp-hdrext:sdes:mid"
PLAYOUT_DELAY_URI: Final = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
NO_PLAYOUT_DELAY: Final = b"\0\0\0"
"""Minimum and maximum of 0 ms, 12 bits each: the browser shows each frame as soon as it is decoded."""

HISTORY: Final = 2048
"""Packets kept for retransmission: about 2 s of large frames."""
MAX_RETRANSMISSIONS: Final = 10
"""Of one packet, as many as libwebrtc ever requests: so the server is no amplifier for a hostile viewer."""


@dataclass(frozen=True, slots=True)
class RtpParameters:
    """What offer and answer negotiated for one stream.

    `rtx_payload_types` maps a codec's payload type to that of its retransmissions; `extensions` maps the
    negotiated header extension ids (1..14) to the constant value that each packet carries. The packets carry
    their transport-wide number in the extension `twcc_id`, None where the viewer does not report on them.
    """

    ssrc: int
    rtx_ssrc: int
    rtx_payload_types: dict[int, int]
    extensions: dict[int, bytes]
    twcc_id: int | None = None
    repeats: bool = False
    """Lost packets of payload types without RTX are sent again unchanged (RFC 4585): audio."""


@dataclass(slots=True)
class _SentPacket:
    """One packet of the history; its payload is shared with the other viewers' histories."""

    sequence_number: int
    payload_type: int
    timestamp: int
    marker: bool
    payload: bytes
    retransmissions: int = 0


class RtpStream:
    """Makes the packets of one stream to one viewer, and keeps them for retransmission."""

    def __init__(self, parameters: RtpParameters, sequence_number: int, rtx_sequence_number: int) -> None:
        self._parameters = parameters
        self._sequence_number = sequence_number
        self._rtx_sequence_number = rtx_sequence_number
        self._numbered = parameters.twcc_id is not None
        numbered = {} if parameters.twcc_id is None else {parameters.twcc_id: b"\0\0"}
        self._extensions = bytearray(pack_extensions(numbered | parameters.extensions))
        self._number = 0
        self._history: list[_SentPacket | None] = [None] * HISTORY
        self.packet_count = 0
        self.octet_count = 0
        self.retransmitted = 0

    @property
    def number(self) -> int:
        """The transport-wide number of the last packet."""
        return (self._number - 1) & 0xFFFF

    def packets(self, payloads: Sequence[bytes], payload_type: int, timestamp: int) -> Iterator[bytes]:
        """Yield the RTP packets of one access unit, each made when it is sent; the last one has the marker.

        `timestamp` is in the codec's clock and is taken modulo 2**32.
        """
        last = len(payloads) - 1
        for index, payload in enumerate(payloads):
            yield self._next_packet(payload, payload_type, timestamp & 0xFFFFFFFF, marker=index == last)

    def retransmission(self, sequence_number: int) -> bytes | None:
        """Return the packet that repeats a lost one; None if that is not kept or was repeated too often."""
        sent = self._history[sequence_number % HISTORY]
        if sent is None or sent.sequence_number != sequence_number:
            return None
        rtx_payload_type = self._parameters.rtx_payload_types.get(sent.payload_type)
        repeats = rtx_payload_type is None and self._parameters.repeats
        if (rtx_payload_type is None and not repeats) or sent.retransmissions >= MAX_RETRANSMISSIONS:
            return None
        sent.retransmissions += 1
        self.retransmitted += 1
        if rtx_payload_type is None:
            return self._repetition(sent)
        header = self._header(
            rtx_payload_type,
            self._rtx_sequence_number,
            sent.timestamp,
            self._parameters.rtx_ssrc,
            sent.marker,
        )
        self._rtx_sequence_number = (self._rtx_sequence_number + 1) & 0xFFFF
        return header + sequence_number.to_bytes(2, "big") + sent.payload

    def _next_packet(self, payload: bytes, payload_type: int, timestamp: int, marker: bool) -> bytes:
        number = self._sequence_number
        self._history[number % HISTORY] = _SentPacket(number, payload_type, timestamp, marker, payload)
        self._sequence_number = (number + 1) & 0xFFFF
        self.packet_count += 1
        self.octet_count += len(payload)
        return self._header(payload_type, number, timestamp, self._parameters.ssrc, marker) + payload

    def _repetition(self, sent: _SentPacket) -> bytes:
        number, ssrc = sent.sequence_number, self._parameters.ssrc
        return self._header(sent.payload_type, number, sent.timestamp, ssrc, sent.marker) + sent.payload

    def _header(self, payload_type: int, number: int, timestamp: int, ssrc: int, marker: bool) -> bytes:
        first = _VERSION_AND_EXTENSION if self._extensions else _VERSION
        second = payload_type | (_MARKER if marker else 0)
        if self._numbered:
            struct.pack_into("!H", self._extensions, _TWCC_OFFSET, self._number)
            self._number = (self._number + 1) & 0xFFFF
        return _HEADER.pack(first, second, number, timestamp, ssrc) + self._extensions


def pack_extensions(extensions: dict[int, bytes]) -> bytes:
    """Return the header extension block of RFC 8285's one-byte form; empty when there is no extension.

    Raises ValueError for an id beyond 1..14 or a value beyond 1..16 bytes, which this form cannot encode.
    """
    if not extensions:
        return b""
    block = bytearray()
    for number, value in extensions.items():
        if not 1 <= number <= 14 or not 1 <= len(value) <= 16:
            raise ValueError(f"header extension {number} with {len(value)} bytes needs the two-byte form")
        block.append(number << 4 | len(value) - 1)
        block += value
    block += bytes(-len(block) % 4)
    return struct.pack("!HH", _ONE_BYTE_EXTENSIONS, len(block) // 4) + bytes(block)
