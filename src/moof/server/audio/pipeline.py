"""The sound thread "sound-clock": request, encode, wait, send; one packet per 20 ms on absolute deadlines."""

import logging
import time
from dataclasses import dataclass
from typing import Final, Protocol

from moof.capture.tap import Tap
from moof.media.opus import DtxEncoder, silence_packet
from moof.media.resample import SAMPLE_RATE
from moof.process import MonotonicClock, request_realtime
from moof.server.audio.drift import DriftCompensator, DriftStats
from moof.server.audio.framer import AudioFramer
from moof.server.audio.opening import ListenerOpenings, is_silence_due
from moof.server.audio.puller import AudioPuller, PacketClock
from moof.server.audio.request_lead import LatencyWindow
from moof.server.config.options import AudioOptions
from moof.server.emulator.extension import ExactSound, NoExtension, SoundSourceListener
from moof.server.emulator.link import EmulatorLink
from moof.server.media_thread import MediaThread
from moof.server.protocol.audio_report import PlaybackReport
from moof.server.viewers import Viewer, ViewerRegistry

LOG: Final = logging.getLogger(__name__)

_IDLE_SECONDS: Final = 0.5
_MAX_REPORT_AGE: Final = 10.0

LONG_PACKET_MS: Final = 20
"""What every emulator answers."""
SHORT_PACKET_MS: Final = 10
"""For emulators that answer requests of any length. 5 ms would cost twice as much again, for 2 ms."""

DEFAULT_OPTIONS: Final = AudioOptions()
NO_EXTENSION: Final = NoExtension()
NO_DRIFT: Final = DriftStats()


@dataclass(frozen=True, slots=True)
class AudioStats:
    """The sound's figures, with the field names of `/api/status`.

    `rate` and `channels` are those of what the emulator plays, 0 when it plays nothing.
    """

    playing: bool
    rate: int
    channels: int
    packets: int
    underruns: int
    """Packets that were filled because the emulator's response was missing."""
    backlog_dropped: int
    """Samples (48 kHz) dropped because they had queued up."""
    packets_skipped: int
    """Packets that were not sent because this thread or the event loop was delayed."""
    backlog_ms: float
    """Sound in the FIFO now."""
    lead_ms: float
    """From a request to its packet's deadline."""
    scheduling: str
    """What the system granted the sound thread, such as "real-time"."""
    response_ms_p50: float
    """From a request to the emulator's response, at the median."""
    response_ms_p99: float
    wait_ms: float = 0.0
    """From the encoded packet to its deadline, at the median."""
    encode_ms: float = 0.0
    """From the response to the encoded packet, at the median."""
    send_ms: float = 0.0
    """From the sound thread to the network, at the median."""
    pace: DriftStats = NO_DRIFT
    """How the packets' rate follows a listener's sound card."""
    packet_ms: int = 20
    deadlines_moved: int = 0
    """How often a late response moved its packet and all later ones, in place of a gap."""


class AudioFeedback(Protocol):
    """Receives the pages' reports of their playback, and returns how the server follows them."""

    def report(self, viewer: str, report: PlaybackReport) -> None:
        """Process a page's report of its playback; from any thread."""

    def remove_viewer(self, viewer: str) -> None:
        """Drop a viewer's reports; from any thread."""

    def stats(self) -> AudioStats:
        """Return the current figures; from any thread."""


class AudioPipeline(MediaThread, AudioFeedback, SoundSourceListener):
    """Sends the emulator's sound to all listeners, the viewers that are ready, from one thread.

    Without a listener nothing is requested, nor while the emulator says that nothing in it may play.
    """

    def __init__(
        self,
        link: EmulatorLink,
        viewers: ViewerRegistry,
        options: AudioOptions = DEFAULT_OPTIONS,
        clock: MonotonicClock | None = None,
        exact: ExactSound = NO_EXTENSION,
        openings: ListenerOpenings | None = None,
    ) -> None:
        super().__init__("sound-clock", viewers)
        self._link = link
        self._options = options
        self._exact = exact
        self._openings = openings or ListenerOpenings()
        self._clock = clock or MonotonicClock()
        self._puller = AudioPuller(link, self._clock)
        self._drift = DriftCompensator(follow=options.follow_listener)
        self._set_packet_length(options.packet_ms or LONG_PACKET_MS)
        self._timestamp = 0
        self._request_lead = 0.0
        self._source_open: bool | None = None
        self._scheduling = ""
        self._tap = Tap("encoded")
        self._wait_times, self._encode_times, self._send_times = (LatencyWindow() for _ in range(3))
        self._skipped = 0
        self._moved = 0
        self._packets = 0

    def stats(self) -> AudioStats:
        """Return the current figures; from any thread."""
        framer, response_times = self._framer, self._puller.response_times
        return AudioStats(
            playing=framer.playing,
            rate=framer.rate,
            channels=framer.channels,
            packets=self._packets,
            underruns=framer.underruns,
            backlog_dropped=framer.backlog_dropped,
            packets_skipped=self._skipped,
            backlog_ms=framer.depth * 1000 / SAMPLE_RATE,
            lead_ms=self._request_lead * 1000,
            scheduling=self._scheduling,
            response_ms_p50=response_times.quantile(0.5) * 1000,
            response_ms_p99=response_times.quantile(0.99) * 1000,
            wait_ms=self._wait_times.quantile(0.5) * 1000,
            encode_ms=self._encode_times.quantile(0.5) * 1000,
            send_ms=self._send_times.quantile(0.5) * 1000,
            packet_ms=self._packet_ms,
            deadlines_moved=self._moved,
            pace=self._drift.stats(time.monotonic()),
        )

    def report(self, viewer: str, report: PlaybackReport) -> None:
        """Take in a page's report of its playback; from any thread."""
        now = time.monotonic()
        measured_at = report.time_ms / 1000 - (time.time() - now)
        if abs(now - measured_at) <= _MAX_REPORT_AGE:
            self._drift.report(viewer, report, self._clock.at(measured_at), now)

    def remove_viewer(self, viewer: str) -> None:
        """Drop a viewer's reports; from any thread."""
        self._drift.remove_viewer(viewer)

    def sound_source_changed(self, is_open: bool | None) -> None:
        """Request sound from now on, or no more once it has ended (SoundSourceListener)."""
        self._source_open = is_open
        self._wakeup.signal()

    def _run(self) -> None:
        self._scheduling = request_realtime("The sound thread")
        while not self._stopping:
            listeners = tuple(viewer for viewer in self._viewers.present() if viewer.ready)
            self._openings.update([viewer.id for viewer in listeners], time.monotonic())
            try:
                if listeners:
                    self._process_packet(listeners)
                else:
                    self._wait_for_listener()
            except Exception:
                LOG.exception("A packet of sound was lost.")
                self._wait_for_listener()

    def _set_packet_length(self, packet_ms: int) -> None:
        """Begin with packets of another length."""
        self._packet_ms = packet_ms
        self._packet_samples = packet_ms * SAMPLE_RATE // 1000
        self._framer = AudioFramer(self._packet_samples)
        self._encoder = DtxEncoder.for_bitrate(self._options.bitrate, packet_ms)
        self._silence_packet = silence_packet(packet_ms)
        self._puller.set_packet_samples(self._packet_samples)
        self._drift.set_packet_samples(self._packet_samples)
        self._packet_clock: PacketClock | None = None

    def _choose_packet_length(self) -> None:
        """Use short packets for emulators that answer short requests, long ones for all others."""
        connection = self._link.connection()
        if self._options.packet_ms is not None or connection is None:
            return
        packet_ms = SHORT_PACKET_MS if self._exact.has_exact_sound(connection) else LONG_PACKET_MS
        if packet_ms != self._packet_ms:
            self._set_packet_length(packet_ms)

    def _wait_for_listener(self) -> None:
        self._packet_clock = None
        self._wakeup.wait(_IDLE_SECONDS)

    def _process_packet(self, listeners: tuple[Viewer, ...]) -> None:
        """Produce one packet and send it, or wait while nothing may play."""
        self._choose_packet_length()
        if self._packet_clock is None:
            self._packet_clock = PacketClock.starting(
                self._clock.now(), self._timestamp, self._packet_samples, self._puller.lead.seconds
            )
        silence = self._encoder.packets_to_keepalive
        if self._source_open is False and not self._framer.in_gap and silence is not None:
            opening = self._openings.any_open(time.monotonic())
            self._rest(listeners, self._packet_clock, 1 if opening else silence)
        else:
            self._request_packet(listeners, self._packet_clock)
        self._timestamp = self._packet_clock.timestamp

    def _rest(self, listeners: tuple[Viewer, ...], packet_clock: PacketClock, silence: int) -> None:
        """Wait until something may play, at most for so many packets of silence; send the last of them."""
        due = packet_clock.deadline + (silence - 1) * packet_clock.packet_seconds
        self._wakeup.wait(due - self._clock.now())
        passed = packet_clock.packets_before(self._clock.now())
        if not passed:
            return
        packet = self._encoder.skip(min(passed, silence))
        packet_clock.rest(passed - 1)
        if packet or self._openings.any_open(time.monotonic()):
            self._send(listeners, packet, packet_clock.timestamp)
        packet_clock.rest(1)

    def _request_packet(self, listeners: tuple[Viewer, ...], packet_clock: PacketClock) -> None:
        """Request a packet's sound, encode it, and send it at its deadline."""
        clock = self._clock
        self._drift.last_input = self._viewers.last_input
        packet_clock.ppm = self._drift.update_ppm(time.monotonic())
        packet_clock.request_lead = self._request_lead = self._puller.lead.seconds
        clock.sleep_until(packet_clock.request_at)
        self._skipped += packet_clock.skip(clock.now())
        with self._link.lease() as connection:
            if connection is not None:
                self._puller.pull(connection, self._framer, packet_clock)
                self._tap.watch(connection.segment)
        pulled_at = clock.now()
        samples = self._framer.next_packet()
        self._moved += packet_clock.move(pulled_at)
        self._tap.take(SAMPLE_RATE, samples.shape[1], samples)
        packet = self._encoder.encode(samples)
        if packet or self._openings.any_open(time.monotonic()):
            encoded_at = clock.now()
            clock.sleep_until(packet_clock.deadline)
            self._wait_times.record(max(packet_clock.deadline - encoded_at, 0.0))
            self._skipped += packet_clock.skip(clock.now())
            self._send(listeners, packet, packet_clock.timestamp)
            self._encode_times.record(encoded_at - pulled_at)
        self._skipped += packet_clock.advance(clock.now())

    def _send(self, listeners: tuple[Viewer, ...], packet: bytes, timestamp: int) -> None:
        """Send the packet to each listener, unless it is empty; to those in their first seconds silence."""
        began = time.monotonic()
        self._packets += 1
        silence = self._silence_packet if is_silence_due(timestamp, self._packet_samples) else b""
        for viewer in listeners:
            sent = silence if self._openings.is_open(viewer.id, began) else packet
            try:
                if sent:
                    viewer.send_audio(sent, timestamp)
            except Exception:
                LOG.exception("Viewer %s: a packet of sound could not be sent.", viewer.id)
        self._send_times.record(time.monotonic() - began)
