"""How many requests an emulator may have that it has not answered. Sans-IO: times are passed in.

An emulator that pauses, such as a stopped process, would find one request per packet when it goes on, and
answer all of them. The ring holds two responses: all others would be missing from its sound. With at most two
requests, its sound goes on where it paused.
"""

from dataclasses import dataclass
from typing import Final

MAX_UNANSWERED: Final = 2
"""As many responses as the ring holds."""
REPEAT_SECONDS: Final = 0.5
"""After so long a further request is sent, since those before may have been lost."""


@dataclass(slots=True)
class UnansweredRequests:
    """The requests to one emulator since its last response."""

    count: int = 0
    answers_silence: bool = False
    """Whether the emulator responds while it plays nothing. Others get a request for each packet then: their
    sound would start late."""
    _sent_at: float = 0.0

    def may_send(self, now: float, playing: bool) -> bool:
        """Return whether another request may be sent at `now`, in seconds."""
        if self.count < MAX_UNANSWERED or now - self._sent_at >= REPEAT_SECONDS:
            return True
        return not playing and not self.answers_silence

    def sent(self, now: float) -> None:
        """Note a request."""
        self.count += 1
        self._sent_at = now

    def answered(self, samples: int) -> None:
        """Note a response of so many samples: the emulator responds again, whatever was lost before."""
        self.count = 0
        self.answers_silence = self.answers_silence or not samples
