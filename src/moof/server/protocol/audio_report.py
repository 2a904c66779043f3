"""What a page reports once a second of the sound that it plays: the message 0x30 of the "input" channel.

Sans-IO; docs/protocol.md has the table. All is little endian. The page averages a handful of statistics
into each report, since its sound card takes sound in blocks.
"""

import math
import struct
from dataclasses import dataclass
from typing import Final

REPORT_TYPE: Final = 0x30
_LAYOUT: Final = struct.Struct("<B3xIddffII")
_LAST_MS: Final = 2.0**53
_MOST_SAMPLES: Final = 2.0**53
_DEEPEST_MS: Final = 10_000.0


class PlaybackReportError(ValueError):
    """A report that makes no sense: it is dropped, the viewer stays."""


@dataclass(frozen=True, slots=True)
class PlaybackReport:
    """How the sound fares at one listener's."""

    time_ms: float
    """When this was so, on the server's clock (since 1970) as the page's pings know it."""
    consumed: float
    """Samples (48 kHz) that the sound card has taken since the connection began."""
    depth_ms: float
    """How long sound stayed in the jitter buffer, over the last second."""
    target_ms: float
    """How long the browser wants it to stay; 0 when it doesn't say."""
    concealed: int
    """Samples that the browser had to make up, so far."""
    inserted: int
    removed: int

    def pack(self) -> bytes:
        """Return the message."""
        return _LAYOUT.pack(
            REPORT_TYPE,
            self.concealed,
            self.time_ms,
            self.consumed,
            self.depth_ms,
            self.target_ms,
            self.inserted,
            self.removed,
        )

    @classmethod
    def unpack(cls, data: bytes) -> "PlaybackReport":
        """Return the report in a message. Raises PlaybackReportError for a wrong length or values."""
        if len(data) != _LAYOUT.size:
            raise PlaybackReportError(f"a sound report has {len(data)} bytes instead of {_LAYOUT.size}")
        _, concealed, time_ms, consumed, depth_ms, target_ms, inserted, removed = _LAYOUT.unpack(data)
        for name, value, most in (
            ("time", time_ms, _LAST_MS),
            ("consumption", consumed, _MOST_SAMPLES),
            ("jitter buffer", depth_ms, _DEEPEST_MS),
            ("target", target_ms, _DEEPEST_MS),
        ):
            if not math.isfinite(value) or not 0 <= value <= most:
                raise PlaybackReportError(f"a sound report's {name} of {value} makes no sense")
        return cls(time_ms, consumed, depth_ms, target_ms, concealed, inserted, removed)
