"""Requests sound from the emulator: when (`PacketClock`), how (`AudioPuller`), how quickly it responds.

The server pulls, as a sound card would. Deadlines are absolute, so that the lateness of one packet never
moves the next; sleeping relative to the current time would make the period drift long, and the browser would
stretch the sound.
"""

import math
import select
from dataclasses import dataclass
from typing import Final

from moof.capture.tap import Tap
from moof.ipc import AudioRequest, EmulatorConnection, SegmentError
from moof.media.resample import SAMPLE_RATE
from moof.process import MonotonicClock
from moof.server.audio.framer import PACKET_SAMPLES, AudioFramer
from moof.server.audio.request_lead import TOLERATED_DELAY, LatencyWindow, RequestLead
from moof.server.audio.unanswered import UnansweredRequests
from moof.server.emulator.link import EmulatorLink

MOVE_INTERVAL: Final = 1.0
"""Seconds between two times that the deadlines are moved for a late response: an emulator that is too slow
for its sound has gaps, and does not delay the sound more and more."""
MIN_RESPONSE_WAIT: Final = 0.003
"""Seconds that the emulator has to respond even if the request was late."""
MAX_THREAD_DELAY: Final = 0.060
"""Seconds; a thread that was preempted for longer skips packets instead of sending a burst of old sound."""

_MAX_INVALID_RESPONSES: Final = 50  # in a row, about a second, before the emulator is disconnected
_MAX_RESPONSE_SECONDS: Final = 0.5  # what comes later does not belong to the last request


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
    request_lead: float = 0.0
    """Seconds from the request to the packet's deadline."""
    ppm: float = 0.0
    """How much faster than the server's clock packets are sent, in millionths."""
    _moved_at: float = -math.inf

    @classmethod
    def starting(
        cls, now: float, timestamp: int = 0, packet_samples: int = PACKET_SAMPLES, request_lead: float = 0.0
    ) -> "PacketClock":
        """Return a clock whose first request is due now."""
        return cls(now + request_lead, timestamp, packet_samples, request_lead)

    @property
    def packet_seconds(self) -> float:
        """The time from one packet to the next."""
        return self.packet_samples / (SAMPLE_RATE * (1 + self.ppm / 1_000_000))

    @property
    def request_at(self) -> float:
        """When to request the next packet's sound: as late as the response times allow."""
        return self.deadline - self.request_lead

    def response_deadline(self, requested_at: float, may_move: bool = False) -> float:
        """Return until when to wait for the response to a request that was sent at `requested_at`.

        With `may_move`, for one packet longer if the deadlines were not moved in the last second (`move`).
        """
        waits_longer = may_move and requested_at - self._moved_at >= MOVE_INTERVAL
        latest = self.deadline + TOLERATED_DELAY + self.packet_seconds * waits_longer
        return max(latest, requested_at + min(MIN_RESPONSE_WAIT, self.packet_seconds))

    def move(self, now: float) -> bool:
        """Move this and all later deadlines if this packet is too late for a browser's buffer.

        The browser then conceals what is missing, mostly a few ms, and its buffer is as full as before.
        Without the move it would be fuller, and the browser would remove as much from the sound. Returns
        whether they were moved: at most once a second.
        """
        excess = now - self.deadline - TOLERATED_DELAY
        if not 0 < excess <= 2 * self.packet_seconds or now - self._moved_at < MOVE_INTERVAL:
            return False
        self.deadline += excess
        self._moved_at = now
        return True

    def packets_before(self, now: float) -> int:
        """Return how many packets' requests were due before `now`."""
        return max(0, math.ceil((now - self.request_at) / self.packet_seconds))

    def rest(self, packets: int) -> None:
        """Go on by so many packets of silence, for which nothing is requested."""
        self.deadline += packets * self.packet_seconds
        self.timestamp = (self.timestamp + packets * self.packet_samples) & 0xFFFFFFFF

    def skip(self, now: float) -> int:
        """Skip packets if `now` is far later than the deadline; return how many.

        To be called before a packet is sent, so that its timestamp is that of the time at which it is sent: a
        browser buffers as much sound as the latest packet was late, and removes it again later.
        """
        if now - self.deadline <= MAX_THREAD_DELAY:
            return 0
        skipped = int((now - self.deadline) / self.packet_seconds)
        self.rest(skipped)
        return skipped

    def advance(self, now: float) -> int:
        """Go on to the next packet; return how many are skipped because `now` is far too late."""
        skipped = self.skip(now)
        self.rest(1)
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
        self.lead = RequestLead(PACKET_SAMPLES / SAMPLE_RATE)
        """Follows the times from a request's scheduled time, so that this thread's late wake-ups count."""
        self._packet_samples = PACKET_SAMPLES
        self._pid: int | None = None
        self._unanswered = UnansweredRequests()

    def set_packet_samples(self, samples: int) -> None:
        """Request packets of this length from now on."""
        self._packet_samples = samples
        self.lead = RequestLead(samples / SAMPLE_RATE)

    def pull(self, connection: EmulatorConnection, framer: AudioFramer, packet_clock: PacketClock) -> None:
        """Fill the framer with a packet's sound; give up when a response would be too late to be sent.

        At most one request is sent for each packet, and what a late or long response left is used up first.
        An emulator that plays nothing gets a request as well, but its response is collected with the next
        packet: this costs almost nothing, and sound still starts with the next packet.
        """
        self._tap.watch(connection.segment)
        if connection.pid != self._pid:
            self._pid, self.lead = connection.pid, RequestLead(self._packet_samples / SAMPLE_RATE)
            self._unanswered = UnansweredRequests()
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
        """Send a request, and wait for a response if the emulator plays something."""
        requested_at = self._clock.now()
        if self._unanswered.may_send(requested_at, framer.playing):
            if not self._link.send(AudioRequest(packet_clock.packet_samples)):
                return
            self._unanswered.sent(requested_at)
            self._request_at, self._requested_at = packet_clock.request_at, requested_at
        if not framer.playing:
            self._requested_at = None  # what is not waited for is not measured
            return
        deadline = packet_clock.response_deadline(requested_at, may_move=not framer.in_gap)
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
            self._unanswered.answered(frame.samples)
            self._tap.take(frame.sample_rate, frame.channels, frame.data)
            framer.push(frame)
            found = True
        return found

    def _record_response(self) -> None:
        now = self._clock.now()
        if self._requested_at is not None and now - self._requested_at < _MAX_RESPONSE_SECONDS:
            self.response_times.record(now - self._requested_at)
            self.lead.record(now - self._request_at, now)
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
