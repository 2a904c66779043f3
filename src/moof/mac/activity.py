"""Whether anything happens in the Mac: at rest its threads wake twenty times a second instead of sixty.

A wake-up costs a thread more than what it then does (docs/performance.md). At rest several ticks are posted
at once, as after a wake-up that came late; the guest counts them all.
"""

import threading
from typing import Final, Protocol

from moof.mac.audio_device import AudioSourceListener

ACTIVE_SECONDS: Final = 1.0
"""So long after an input, a changed pixel or much computing everything runs at its full rate."""
PING_SECONDS: Final = 0.05
"""So long after a ping, which the next frame answers."""
REST_STEPS: Final = 3
"""So many ticks, and so many frames, one wake-up serves at rest."""


class RestListener(Protocol):
    """Is told when a rest ends."""

    def rest_ended(self) -> None:
        """Wake up. Called on the thread that noted the cause."""


class Activity(AudioSourceListener):
    """When something happened last. Any thread may use it; `now` is in seconds of CLOCK_MONOTONIC."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active_until = float("-inf")
        self._resting = False
        self._sound_open = False
        self.events = 0
        """How often something has happened that is worth saving: not pings."""
        self._listeners: tuple[RestListener, ...] = ()

    def add_listener(self, listener: RestListener) -> None:
        """Tell `listener` of each end of a rest from now on."""
        self._listeners = (*self._listeners, listener)

    def note(self, now: float, seconds: float = ACTIVE_SECONDS) -> None:
        """Note that something happens, for so long; end a rest."""
        with self._lock:
            self._active_until = max(self._active_until, now + seconds)
            self.events += seconds >= ACTIVE_SECONDS
        self._end_rest()

    def audio_source_changed(self, is_open: bool) -> None:
        """Keep the full rate while the guest may play sound (AudioSourceListener)."""
        with self._lock:
            self._sound_open = is_open
        self._end_rest()

    def steps(self, now: float) -> int:
        """Return how many ticks or frames the next wake-up may serve: 1, or REST_STEPS at rest.

        `rest_ended` is called if that changes.
        """
        with self._lock:
            self._resting = now >= self._active_until and not self._sound_open
            return REST_STEPS if self._resting else 1

    def _end_rest(self) -> None:
        with self._lock:
            ended, self._resting = self._resting, False
        if ended:
            for listener in self._listeners:
                listener.rest_ended()
