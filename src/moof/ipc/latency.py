"""The age of mouse messages when they reach the Mac, for the segment's mouse latency fields."""

import threading
from typing import Final

WINDOW_MS: Final = 1000
PLAUSIBLE_MS: Final = range(2000)
"""A larger difference means that the browser's clock is not ours; such a message is not counted."""


class MouseLatency:
    """Mean age over each second. Any thread adds, one reports; times are CLOCK_REALTIME in milliseconds."""

    def __init__(self, now_ms: int) -> None:
        self._lock = threading.Lock()
        self._window_start = now_ms
        self._total = 0
        self._samples = 0

    def add(self, sent_ms: int, now_ms: int) -> None:
        """Count a message that the browser sent at `sent_ms` by its own clock (0: unknown)."""
        age = now_ms - sent_ms
        if sent_ms and age in PLAUSIBLE_MS:
            with self._lock:
                self._total += age
                self._samples += 1

    def report(self, now_ms: int) -> tuple[float, int] | None:
        """Return, once a second, the mean in ms and the number of messages it is made of; else None."""
        with self._lock:
            if 0 <= now_ms - self._window_start < WINDOW_MS:  # the clock may have been set back
                return None
            total, samples = self._total, self._samples
            self._window_start, self._total, self._samples = now_ms, 0, 0
        return (total / samples, samples) if samples else None
