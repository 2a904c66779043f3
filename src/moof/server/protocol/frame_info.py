"""The 80-byte "frame" message beside each picture: cursor, size, RTP timestamp, the ping's t1..t7.

Little endian; docs/protocol.md has the table, the page's video/frame-metadata.js is the receiver. For an RTP
picture the message goes over the "frame" data channel and is matched to the displayed picture by its RTP
timestamp; for tiles it is the last message of an update.
"""

import struct
from dataclasses import dataclass
from typing import Final, NamedTuple

_LAYOUT: Final = struct.Struct("<BBHHHHHIII7d")
_MESSAGE_TYPE: Final = 1
_CURSOR_VISIBLE: Final = 0x01

FRAME_INFO_SIZE: Final = _LAYOUT.size


@dataclass(frozen=True, slots=True)
class PingTimes:
    """A ping on its way back (docs/contract.md, "Ping"): t1 in ms of the browser's clock, the rest in µs."""

    sequence: int
    t1_ms: float
    t2_us: int
    t3_us: int
    t4_us: int


class Cursor(NamedTuple):
    """The Mac's cursor: its hot spot in pixels of the picture, and whether it is shown."""

    x: int
    y: int
    visible: bool


class FrameInfo(NamedTuple):
    """All that the page receives about one picture besides its pixels; t5 = frame read, t6 = encoded (µs)."""

    width: int
    height: int
    cursor: Cursor
    rtp_timestamp: int
    update: int
    """Number of the tiles' update, 0 for RTP."""
    ping: PingTimes | None = None
    t5_us: int = 0
    t6_us: int = 0

    def encode(self, t7_us: int) -> bytes:
        """Return the message; `t7_us` is when it is passed to the transport, together with its picture."""
        ping = self.ping or PingTimes(0, 0.0, 0, 0, 0)
        return _LAYOUT.pack(
            _MESSAGE_TYPE,
            _CURSOR_VISIBLE if self.cursor.visible else 0,
            self.cursor.x,
            self.cursor.y,
            self.width,
            self.height,
            0,
            self.rtp_timestamp & 0xFFFFFFFF,
            self.update & 0xFFFFFFFF,
            ping.sequence,
            ping.t1_ms,
            ping.t2_us,
            ping.t3_us,
            ping.t4_us,
            self.t5_us,
            self.t6_us,
            t7_us,
        )
