"""The Mac's time of day: seconds since 1904, local time ("Inside Macintosh: Operating System Utilities")."""

from datetime import datetime
from typing import Final

MAC_EPOCH: Final = 2_082_844_800
"""Seconds from 1904-01-01 to 1970-01-01."""


def mac_seconds(seconds: int) -> int:
    """Return seconds since 1970, UTC, as a Mac's 32 bits have them; what these lack is cut off."""
    try:
        offset = datetime.fromtimestamp(seconds).astimezone().utcoffset()
    except (OverflowError, OSError, ValueError):
        return 0
    return (seconds + (int(offset.total_seconds()) if offset else 0) + MAC_EPOCH) & 0xFFFF_FFFF
