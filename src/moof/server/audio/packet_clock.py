"""The sound's clock: when to ask the Mac, when to give up, when to send. Pure: `now` is passed in.

The server pulls, as a sound card would. Deadlines are absolute, so lateness of one packet never moves the
next; sleeping relative to now would make the period drift long, and the browser would stretch what it hears.
"""

from dataclasses import dataclass
from typing import Final

SAMPLE_RATE: Final = 48_000
PACKET_SAMPLES: Final = 960
"""20 ms: what every emulator can answer."""
MILLION: Final = 1_000_000

FIRST_LEAD: Final = 0.008
"""How long before a packet is due the Mac is asked for it, as long as nobody knows how quickly it puller."""
_LEAST_SHARE: Final = 0.2
"""Of a packet's time: the lead is never less, since one answer in a thousand takes many times as long."""
GRACE: Final = 0.010
"""How much later than due a packet may go out when its answer is late: the least that a browser's jitter
buffer holds is twice as much, so that nobody hears it; a packet without its sound would be heard."""
MARGIN: Final = 0.001
"""What a wake-up, resampling and encoding take, on top of the answer."""
_SHRINKING: Final = 0.2
"""Each time the lead is set it goes so far towards a shorter one; towards a longer one it goes at once."""
LEAST_PATIENCE: Final = 0.003
"""Time that the Mac has to answer even if we ask too late."""
MOST_LATENESS: Final = 0.060
"""A thread that was held up longer leaves packets out instead of sending a burst of old sound."""


@dataclass(slots=True)
class PacketClock:
    """The deadlines of one packet after the other, in seconds of the server's clock.

    The RTP timestamp goes on by `packet_samples` for each packet, sent or left out: it is the time of the
    sound, not a count. The packets' own time may run a little faster or slower than the server's clock, so
    that it keeps pace with the listener's sound card.
    """

    due: float
    """When the next packet goes out."""
    timestamp: int = 0
    """The next packet's RTP timestamp (RFC 7587: always 48 kHz)."""
    packet_samples: int = PACKET_SAMPLES
    lead: float = FIRST_LEAD
    """How long before a packet is due the Mac is asked for it."""
    ppm: float = 0.0
    """How much faster than the server's clock packets go out, in millionths."""

    @classmethod
    def starting(cls, now: float, timestamp: int = 0, packet_samples: int = PACKET_SAMPLES) -> "PacketClock":
        """Return a clock whose first question may be asked now."""
        clock = cls(now, timestamp, packet_samples)
        clock.lead = min(FIRST_LEAD, clock.longest_lead)
        clock.due += clock.lead
        return clock

    @property
    def packet_seconds(self) -> float:
        """The time from one packet to the next."""
        return self.packet_samples / (SAMPLE_RATE * (1 + self.ppm / MILLION))

    @property
    def longest_lead(self) -> float:
        """Nearly a packet: asking even earlier would mean asking before the last one has gone."""
        return 0.9 * self.packet_samples / SAMPLE_RATE

    @property
    def least_lead(self) -> float:
        """4 ms with packets of 20 ms."""
        return _LEAST_SHARE * self.packet_samples / SAMPLE_RATE

    @property
    def request_at(self) -> float:
        """When to ask for the next packet's sound: as late as its answer allows."""
        return self.due - self.lead

    def deadline_for_answer(self, asked: float) -> float:
        """Return until when to wait for the answer to a question put at `asked`."""
        return max(self.due + GRACE, asked + min(LEAST_PATIENCE, self.longest_lead))

    def expect_answers_within(self, seconds: float) -> None:
        """Set the lead by a high quantile of how long answers took since they should have been asked for."""
        wanted = min(max(1.25 * seconds + MARGIN, self.least_lead), self.longest_lead)
        self.lead = max(wanted, self.lead + _SHRINKING * (wanted - self.lead))

    def advance(self, now: float) -> int:
        """Go on to the next packet; return how many had to be left out because `now` is far too late."""
        missed = 0
        period = self.packet_seconds
        if now - self.due > MOST_LATENESS:
            missed = int((now - self.due) / period)
        self.due += (1 + missed) * period
        self.timestamp = (self.timestamp + (1 + missed) * self.packet_samples) & 0xFFFFFFFF
        return missed
