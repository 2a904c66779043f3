"""When the publisher tries again: after a delay that grows, or as the SFU asks. Sans-IO."""

import email.utils
import random
from datetime import UTC, datetime
from typing import Final

_FIRST: Final = 1.0
_LONGEST: Final = 60.0
_GROWTH: Final = 2.0
_MAX_RETRY_AFTER: Final = 3600.0
_STEADY_SECONDS: Final = 30.0
"""An upload that has lasted as long was a good one: the delays begin anew."""
_JITTER: Final = 0.2
"""Share by which a delay is longer, at random: servers that lost one SFU come back one after the other."""


class RetryDelay:
    """The delays between attempts; `now` is in seconds, of one clock."""

    def __init__(self, randomness: random.Random | None = None) -> None:
        self._random = randomness or random.Random()
        self._delay = _FIRST
        self._opened_at: float | None = None

    def opened(self, now: float) -> None:
        """Note that the upload has begun."""
        self._opened_at = now

    def failed(self, now: float, retry_after: float | None = None) -> float:
        """Return for how many seconds to wait; `retry_after` is the least that the SFU asks for."""
        if self._opened_at is not None and now - self._opened_at >= _STEADY_SECONDS:
            self._delay = _FIRST
        self._opened_at = None
        delay, self._delay = self._delay, min(self._delay * _GROWTH, _LONGEST)
        delay *= 1 + _JITTER * self._random.random()
        return max(delay, min(retry_after or 0.0, _MAX_RETRY_AFTER))


def parse_retry_after(text: str, now: float) -> float | None:
    """Return the seconds in a Retry-After header (RFC 9110, section 10.2.3), None if it has none.

    `now` is in seconds since 1970, for a header that has a date.
    """
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = email.utils.parsedate_to_datetime(text)
        date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
        return max(0.0, (date - datetime.fromtimestamp(now, UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
