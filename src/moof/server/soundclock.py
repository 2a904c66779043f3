"""The sound's clock: when to ask the Mac, when to give up, when to send. Pure: `now` is passed in.

The server pulls, as a sound card would. Deadlines are absolute (start + n x 20 ms), so lateness of one
packet never moves the next; sleeping relative to now would make the period drift long, and the browser would
stretch what it hears.
"""

from dataclasses import dataclass
from typing import Final

SAMPLE_RATE: Final = 48_000
PACKET_SAMPLES: Final = 960
PACKET_SECONDS: Final = PACKET_SAMPLES / SAMPLE_RATE
LEAD_SECONDS: Final = 0.008
"""How long before a packet is due the Mac is asked for it; its answer takes 2 ms at the median."""
LEAST_PATIENCE: Final = 0.003
"""Time that the Mac has to answer even if we ask too late."""
MOST_LATENESS: Final = 3 * PACKET_SECONDS
"""A thread that was held up longer leaves packets out instead of sending a burst of old sound."""


@dataclass(slots=True)
class SoundClock:
    """The deadlines of one packet after the other, in seconds of CLOCK_MONOTONIC.

    The RTP timestamp goes on by 960 for each packet, sent or left out: it is the time of the sound, not a
    count.
    """

    due: float
    """When the next packet goes out."""
    timestamp: int = 0
    """The next packet's RTP timestamp (RFC 7587: always 48 kHz)."""

    @classmethod
    def starting(cls, now: float, timestamp: int = 0) -> "SoundClock":
        """Return a clock whose first question may be asked now."""
        return cls(now + LEAD_SECONDS, timestamp)

    @property
    def ask_at(self) -> float:
        """When to ask for the next packet's sound."""
        return self.due - LEAD_SECONDS

    def give_up_at(self, asked: float) -> float:
        """Return until when to wait for the answer to a question put at `asked`."""
        return max(self.due, asked + LEAST_PATIENCE)

    def advance(self, now: float) -> int:
        """Go on to the next packet; return how many had to be left out because `now` is far too late."""
        missed = 0
        if now - self.due > MOST_LATENESS:
            missed = int((now - self.due) / PACKET_SECONDS)
        self.due += (1 + missed) * PACKET_SECONDS
        self.timestamp = (self.timestamp + (1 + missed) * PACKET_SAMPLES) & 0xFFFFFFFF
        return missed
