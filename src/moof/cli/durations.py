"""Durations and times as people write and read them: 7d, in 3 h, 5 min ago."""

from __future__ import annotations

import re
from typing import Final

NEVER: Final = "never"
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}
_DURATION: Final = re.compile(r"(\d{1,6})\s*([smhdw])")
_STEPS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


def parse_duration(text: str) -> float | None:
    """Return a duration like 90s, 15m, 12h, 7d or 4w in seconds, None for "never". Raises ValueError."""
    if text.strip().lower() == NEVER:
        return None
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None or not int(found[1]):
        raise ValueError(f"{text}: must be a duration like 90s, 15m, 12h, 7d or 4w, or never")
    return float(int(found[1]) * _SECONDS[found[2]])


def duration_text(seconds: float) -> str:
    """Return a duration in its largest unit, rounded down: "3 d", "5 min", "0 min"."""
    for length, unit in _STEPS:
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return "0 min"


def ago(time: float, now: float) -> str:
    """Return how long ago a time was, both in seconds since 1970."""
    return f"{duration_text(now - time)} ago" if now - time >= 60 else "just now"


def until(time: float | None, now: float) -> str:
    """Return when something ends, None for never."""
    if time is None:
        return NEVER
    return f"in {duration_text(time - now + 30)}" if time > now else "expired"  # "7 d", said just now
