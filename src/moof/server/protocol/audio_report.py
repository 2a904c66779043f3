"""The page's report of its playback, once per second: message 0x30 of the "input" channel. Sans-IO.

docs/protocol.md has the table; all fields are little endian. The page averages several readings of its
statistics into each report, since a sound card takes sound in blocks.
"""

import math
import struct
from dataclasses import dataclass
from typing import Final

REPORT_TYPE: Final = 0x30
_LAYOUT: Final = struct.Struct("<B3xIddffII")
_MAX_TIME_MS: Final = 2.0**53
_MAX_SAMPLES: Final = 2.0**53
_MAX_DEPTH_MS: Final = 10_000.0


class PlaybackReportError(ValueError):
    """The message is no valid report: it is dropped, and the viewer stays connected."""


@dataclass(frozen=True, slots=True)
class PlaybackReport:
    """The playback statistics of one listener."""

    time_ms: float
    """When they were read: ms since 1970 on the server's clock, as the page's pings estimate it."""
    consumed: float
    """Samples (48 kHz) that the sound card has taken since the connection started."""
    depth_ms: float
    """How long sound stayed in the jitter buffer, averaged over the last second."""
    target_ms: float
    """The browser's target for that time; 0 when it does not report one."""
    concealed: int
    """Samples so far that replaced late or lost ones."""
    inserted: int
    """Samples so far that were added to play slower."""
    removed: int
    """Samples so far that were left out to play faster."""

    @classmethod
    def unpack(cls, data: bytes) -> "PlaybackReport":
        """Return a message's report. Raises PlaybackReportError for a wrong length or an invalid value."""
        if len(data) != _LAYOUT.size:
            raise PlaybackReportError(f"a sound report has {len(data)} bytes instead of {_LAYOUT.size}")
        _, concealed, time_ms, consumed, depth_ms, target_ms, inserted, removed = _LAYOUT.unpack(data)
        for name, value, limit in (
            ("time", time_ms, _MAX_TIME_MS),
            ("consumption", consumed, _MAX_SAMPLES),
            ("jitter buffer", depth_ms, _MAX_DEPTH_MS),
            ("target", target_ms, _MAX_DEPTH_MS),
        ):
            if not math.isfinite(value) or not 0 <= value <= limit:
                raise PlaybackReportError(f"a sound report's {name} of {value} is out of range")
        return cls(time_ms, consumed, depth_ms, target_ms, concealed, inserted, removed)
