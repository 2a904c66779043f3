"""Requests sound from the emulator: when (`PacketClock`), how (`AudioPuller`), how quickly it responds.

The server pulls, as a sound card would. Deadlines are absolute, so that the lateness of one packet never
moves the next; sleeping relative to the current time would make the period drift long, and the browser would
stretch the sound.
"""

import math
import select
from collections import deque
from dataclasses import dataclass
from typing import Final

from moof.capture.tap import Tap
from moof.ipc import AudioRequest, EmulatorConnection, SegmentError
from moof.media.resample import SAMPLE_RATE
from moof.process import MonotonicClock
from moof.server.audio.framer import PACKET_SAMPLES, AudioFramer
from moof.server.emulator.link import EmulatorLink

INITIAL_REQUEST_LEAD: Final = 0.008
"""Seconds from a request to its packet's deadline while no response has been measured."""
_MIN_LEAD_SHARE: Final = 0.2
"""Of a packet's length: the request lead is never less, since one response in a thousand takes many times as
long as the others."""
_PROCESSING_SECONDS: Final = 0.001
"""For the wake-up, resampling and encoding, on top of the response time."""
_LEAD_DECREASE: Final = 0.2
"""Share of the way to a shorter lead at each update; a longer one is taken at once."""
MAX_SEND_DELAY: Final = 0.010
"""Seconds after its deadline that a packet may be sent when its response is late. A browser's jitter buffer
holds at least twice as much, so the delay is inaudible; a packet without its sound would be audible."""
MIN_RESPONSE_WAIT: Final = 0.003
"""Seconds that the emulator has to respond even if the request was late."""
MAX_THREAD_DELAY: Final = 0.060
"""Seconds; a thread that was preempted for longer skips packets instead of sending a burst of old sound."""

_WINDOW_LENGTH: Final = 500  # ten seconds of packets of 20 ms
_MAX_INVALID_RESPONSES: Final = 50  # in a row, about a second, before the emulator is disconnected
_MAX_RESPONSE_SECONDS: Final = 0.5  # what comes later does not belong to the last request


class LatencyWindow:
    """The newest 500 measured times, in seconds, and their quantiles."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_WINDOW_LENGTH)

    def record(self, seconds: float) -> None:
        """Add a time."""
        self._seconds.append(seconds)

    @property
    def count(self) -> int:
        """The number of times in the window."""
        return len(self._seconds)

    def quantile(self, fraction: float) -> float:
        """Return the smallest time that `fraction` (0..1) of them do not exceed; 0 if there are none."""
        ordered = sorted(self._seconds.copy())
        return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))] if ordered else 0.0


@dataclass(slots=True)
class PacketClock:
    """The deadlines of successive packets, in seconds of the server's clock. Sans-IO: `now` is passed in.

    The RTP timestamp advances by `packet_samples` with each packet, sent or skipped: it is the time of the
    sound and not a count. The packets' rate may be a little higher or lower than the server's clock says, so
    that it follows the listener's sound card.
    """

    deadline: float
    """When the next packet is sent."""
    timestamp: int = 0
    """The next packet's RTP timestamp (RFC 7587: always 48 kHz)."""
    packet_samples: int = PACKET_SAMPLES
    request_lead: float = INITIAL_REQUEST_LEAD
    """Seconds from the request to the packet's deadline."""
    ppm: float = 0.0
    """How much faster than the server's clock packets are sent, in millionths."""

    @classmethod
    def starting(cls, now: float, timestamp: int = 0, packet_samples: int = PACKET_SAMPLES) -> "PacketClock":
        """Return a clock whose first request is due now."""
        clock = cls(now, timestamp, packet_samples)
        clock.request_lead = min(INITIAL_REQUEST_LEAD, clock.max_request_lead)
        clock.deadline += clock.request_lead
        return clock

    @property
    def packet_seconds(self) -> float:
        """The time from one packet to the next."""
        return self.packet_samples / (SAMPLE_RATE * (1 + self.ppm / 1_000_000))

    @property
    def max_request_lead(self) -> float:
        """90 % of a packet: an earlier request would precede the previous packet's deadline."""
        return 0.9 * self.packet_samples / SAMPLE_RATE

    @property
    def min_request_lead(self) -> float:
        """20 % of a packet: 4 ms with packets of 20 ms."""
        return _MIN_LEAD_SHARE * self.packet_samples / SAMPLE_RATE

    @property
    def request_at(self) -> float:
        """When to request the next packet's sound: as late as the response times allow."""
        return self.deadline - self.request_lead

    def response_deadline(self, requested_at: float) -> float:
        """Return until when to wait for the response to a request that was sent at `requested_at`."""
        return max(
            self.deadline + MAX_SEND_DELAY, requested_at + min(MIN_RESPONSE_WAIT, self.max_request_lead)
        )

    def update_request_lead(self, response_seconds: float) -> None:
        """Set the request lead by a high quantile of the times from `request_at` to the response."""
        target = min(
            max(1.25 * response_seconds + _PROCESSING_SECONDS, self.min_request_lead), self.max_request_lead
        )
        self.request_lead = max(target, self.request_lead + _LEAD_DECREASE * (target - self.request_lead))

    def packets_before(self, now: float) -> int:
        """Return how many packets' requests were due before `now`."""
        return max(0, math.ceil((now - self.request_at) / self.packet_seconds))

    def rest(self, packets: int) -> None:
        """Go on by so many packets of silence, for which nothing is requested."""
        self.deadline += packets * self.packet_seconds
        self.timestamp = (self.timestamp + packets * self.packet_samples) & 0xFFFFFFFF

    def advance(self, now: float) -> int:
        """Go on to the next packet; return how many are skipped because `now` is far too late."""
        skipped = 0
        period = self.packet_seconds
        if now - self.deadline > MAX_THREAD_DELAY:
            skipped = int((now - self.deadline) / period)
        self.rest(1 + skipped)
        return skipped


class AudioPuller:
    """Sends audio requests to the emulator and collects its responses from the ring. For one thread.

    Existing emulators never signal the audio descriptor: until an emulator has signaled it once, the ring is
    polled every millisecond as well.
    """

    def __init__(self, link: EmulatorLink, clock: MonotonicClock) -> None:
        self._link = link
        self._clock = clock
        self._signaling_pid: int | None = None
        self._invalid_responses = 0
        self._tap = Tap("server")
        self._request_at = 0.0
        self._requested_at: float | None = None
        """When the request was sent that has no response yet."""
        self.response_times = LatencyWindow()
        """From the request, as it was sent, to the response."""
        self.scheduled_response_times = LatencyWindow()
        """From the request's scheduled time to the response: a late wake-up of this thread is included."""

    def pull(self, connection: EmulatorConnection, framer: AudioFramer, packet_clock: PacketClock) -> None:
        """Fill the framer with a packet's sound; give up when a response would be too late to be sent.

        At most one request is sent for each packet, and what a late or long response left is used up first.
        An emulator that plays nothing gets a request as well, but its response is collected with the next
        packet: this costs almost nothing, and sound still starts with the next packet.
        """
        self._tap.watch(connection.segment)
        try:
            self._collect(connection, framer)
            if not framer.has_packet:
                self._request(connection, framer, packet_clock)
        except SegmentError as error:
            self._invalid_responses += 1
            if self._invalid_responses >= _MAX_INVALID_RESPONSES:
                self._invalid_responses = 0
                self._link.back_off(connection, str(error))
        else:
            self._invalid_responses = 0

    def _request(
        self, connection: EmulatorConnection, framer: AudioFramer, packet_clock: PacketClock
    ) -> None:
        """Send a request, and wait for its response if the emulator plays something."""
        requested_at = self._clock.now()
        if not self._link.send(AudioRequest(packet_clock.packet_samples)):
            return
        if not framer.playing:
            return
        self._request_at, self._requested_at = packet_clock.request_at, requested_at
        deadline = packet_clock.response_deadline(requested_at)
        while not self._collect(connection, framer) or not framer.has_packet:
            seconds = deadline - self._clock.now()
            if seconds <= 0:
                return
            self._wait(connection, seconds, framer.playing)

    def _collect(self, connection: EmulatorConnection, framer: AudioFramer) -> bool:
        """Pass every audio frame in the ring to the framer; return whether there was one."""
        found = False
        while (frame := connection.audio.read()) is not None:
            self._record_response()
            self._tap.take(frame.sample_rate, frame.channels, frame.data)
            framer.push(frame)
            found = True
        return found

    def _record_response(self) -> None:
        now = self._clock.now()
        if self._requested_at is not None and now - self._requested_at < _MAX_RESPONSE_SECONDS:
            self.response_times.record(now - self._requested_at)
            self.scheduled_response_times.record(now - self._request_at)
        self._requested_at = None

    def _wait(self, connection: EmulatorConnection, seconds: float, playing: bool) -> None:
        """Wait for the audio descriptor; only a millisecond if it is unreliable and something plays."""
        polls_ring = playing and self._signaling_pid != connection.pid
        milliseconds = 1.0 if polls_ring else seconds * 1000
        poll = select.poll()
        if connection.audio_fd is not None:
            poll.register(connection.audio_fd, select.POLLIN)
        if poll.poll(milliseconds):
            self._signaling_pid = connection.pid
