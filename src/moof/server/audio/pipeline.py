"""The sound thread: ask, encode, wait, send; one packet each 20 ms on absolute deadlines."""

import asyncio
import logging
import threading
import time
from dataclasses import dataclass
from typing import Final

from moof.capture.tap import Tap
from moof.media.opus import OpusEncoder
from moof.process import request_realtime
from moof.server.config.options import AudioOptions
from moof.server.emulator.link import EmulatorLink
from moof.server.protocol.audio_report import PlaybackReport
from moof.server.viewers import Viewer, ViewerRegistry
from moof.server.wakeup import Wakeup

from .drift import DriftCompensator, DriftStats
from .dtx_encoder import DtxEncoder
from .framer import AudioFramer
from .latency_window import LatencyWindow
from .monotonic_clock import MonotonicClock
from .packet_clock import SAMPLE_RATE, PacketClock
from .puller import AudioPuller

log = logging.getLogger(__name__)

_IDLE_SECONDS: Final = 0.5
_MOST_UNDER_WAY: Final = 0.1  # seconds of sound
_LEAD_QUANTILE: Final = 0.99
_LEAD_SECONDS: Final = 0.5  # how often the lead is set anew
_OLDEST_REPORT: Final = 10.0
_NARROW: Final = 48_000  # bits a second

DEFAULTS: Final = AudioOptions()


@dataclass(frozen=True, slots=True)
class AudioStats:
    """What the sound loop has to show; rate and channels are what the Mac plays, 0 when it doesn't."""

    playing: bool
    rate: int
    channels: int
    packets: int
    underruns: int
    """Packets that had to be filled because the Mac's answer was missing."""
    backlog_dropped: int
    """Samples (48 kHz) left out because they had queued up."""
    packets_skipped: int
    """Packets left out because this thread or the event loop was held up."""
    backlog_ms: float
    """Sound that waits in front of the next answer, now."""
    lead_ms: float
    """How long before a packet is due the Mac is asked for it."""
    scheduling: str
    """What the system granted the sound thread, such as "real-time"."""
    response_ms_p50: float
    response_ms_p99: float
    wait_ms: float
    """From the Mac's answer until the packet is due, at the median."""
    encode_ms: float
    send_ms: float
    """From the sound thread to the network, at the median."""
    pace: DriftStats
    """How the clock follows the listener's."""


class AudioPipeline:
    """Serves all viewers from one thread, "sound-clock"; asks for nothing while nobody listens.

    At most 100 ms of packets are under way to the event loop; further ones are dropped, since they would
    only come late.
    """

    def __init__(
        self,
        source: EmulatorLink,
        viewers: ViewerRegistry,
        loop: asyncio.AbstractEventLoop,
        options: AudioOptions = DEFAULTS,
    ) -> None:
        self._source = source
        self._viewers = viewers
        self._loop = loop
        self._packet_samples = options.packet_ms * SAMPLE_RATE // 1000
        self._encoder = DtxEncoder(opus_encoder(options), options.packet_ms)
        self._framer = AudioFramer(self._packet_samples)
        self._monotonic = MonotonicClock(options.clock_error_ppm)
        self._drift = DriftCompensator(self._packet_samples, options.follow_listener)
        self._clock: PacketClock | None = None
        self._timestamp = 0
        self._lead = 0.0
        self._puller = AudioPuller(source, self._monotonic)
        self._scheduling = ""
        self._tap = Tap("encoded")
        self._waits, self._encodings, self._sendings = LatencyWindow(), LatencyWindow(), LatencyWindow()
        self._packets = 0
        self._skipped = 0
        self._handed_over = 0
        self._sent = 0
        self._stopping = False
        self._wakeup = Wakeup()
        self._thread = threading.Thread(target=self._run, name="sound-clock", daemon=True)

    def start(self) -> None:
        """Start serving."""
        self._viewers.attach(self._wakeup)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, within one packet's time."""
        self._stopping = True
        self._viewers.detach(self._wakeup)
        self._wakeup.signal()
        if self._thread.is_alive():
            self._thread.join()
        self._wakeup.close()

    @property
    def alive(self) -> bool:
        """Say whether the thread runs; from any thread."""
        return self._thread.is_alive()

    def stats(self) -> AudioStats:
        """Return the figures so far; from any thread."""
        framer, times = self._framer, self._puller.times
        return AudioStats(
            playing=framer.playing,
            rate=framer.rate,
            channels=framer.channels,
            packets=self._packets,
            underruns=framer.underruns,
            backlog_dropped=framer.backlog_dropped,
            packets_skipped=self._skipped,
            backlog_ms=framer.depth * 1000 / SAMPLE_RATE,
            lead_ms=self._lead * 1000,
            scheduling=self._scheduling,
            response_ms_p50=times.quantile(0.5) * 1000,
            response_ms_p99=times.quantile(0.99) * 1000,
            wait_ms=self._waits.quantile(0.5) * 1000,
            encode_ms=self._encodings.quantile(0.5) * 1000,
            send_ms=self._sendings.quantile(0.5) * 1000,
            pace=self._drift.stats(time.monotonic()),
        )

    def report(self, viewer: str, report: PlaybackReport) -> None:
        """Take in what a viewer's page reports of its playing; from any thread."""
        now = time.monotonic()
        measured = report.time_ms / 1000 - (time.time() - now)
        if abs(now - measured) <= _OLDEST_REPORT:
            self._drift.report(viewer, report, self._monotonic.at(measured), now)

    def has_input(self, viewer: str) -> None:
        """Note that this viewer has the mouse or the keyboard; from any thread."""
        self._drift.has_input(viewer)

    def leave(self, viewer: str) -> None:
        """Forget a viewer's reports; from any thread."""
        self._drift.leave(viewer)

    def _run(self) -> None:
        self._scheduling = request_realtime("The sound thread")
        while not self._stopping:
            listeners = tuple(viewer for viewer in self._viewers.present() if viewer.ready)
            try:
                if listeners:
                    self._serve(listeners)
                else:
                    self._idle()
            except Exception:  # without this thread nobody would hear anything any more
                log.exception("a packet of sound was lost")
                self._idle()

    def _idle(self) -> None:
        """Wait for a listener."""
        self._clock = None
        self._wakeup.wait(_IDLE_SECONDS)

    def _serve(self, listeners: tuple[Viewer, ...]) -> None:
        """Produce one packet, from the question to the event loop."""
        monotonic = self._monotonic
        if self._clock is None:
            self._clock = PacketClock.starting(monotonic.now(), self._timestamp, self._packet_samples)
        clock = self._clock
        clock.ppm = self._drift.ppm(time.monotonic())
        monotonic.sleep_until(clock.request_at)
        with self._source.lease() as connection:
            if connection is not None:
                self._puller.fetch(connection, self._framer, clock)
                self._tap.watch(connection.segment)
        answered = monotonic.now()
        samples = self._framer.next_packet()
        self._tap.take(SAMPLE_RATE, samples.shape[1], samples)
        packet = self._encoder.encode(samples)
        if packet:
            encoded = monotonic.now()
            monotonic.sleep_until(clock.due)
            self._hand_over(listeners, packet, clock.timestamp)
            self._encodings.note(encoded - answered)
            self._waits.note(max(clock.due - encoded, 0.0))
            self._set_lead(clock)
        self._skipped += clock.advance(monotonic.now())
        self._timestamp = clock.timestamp

    def _set_lead(self, clock: PacketClock) -> None:
        """Ask later or earlier from now on, as the newest answers allow or need; twice a second."""
        reply_times = self._puller.reply_times
        if reply_times.count and self._packets * self._packet_samples % int(_LEAD_SECONDS * SAMPLE_RATE) == 0:
            clock.expect_answers_within(reply_times.quantile(_LEAD_QUANTILE))
        self._lead = clock.lead

    def _hand_over(self, listeners: tuple[Viewer, ...], packet: bytes, timestamp: int) -> None:
        under_way = (self._handed_over - self._sent) * self._packet_samples
        if under_way >= _MOST_UNDER_WAY * SAMPLE_RATE:
            self._skipped += 1
            return
        self._handed_over += 1
        self._packets += 1
        try:
            self._loop.call_soon_threadsafe(self._send, listeners, packet, timestamp, time.monotonic())
        except RuntimeError:  # the event loop was closed: the server is stopping
            self._stopping = True

    def _send(self, listeners: tuple[Viewer, ...], packet: bytes, timestamp: int, handed_over: float) -> None:
        """Send each listener the packet; runs on the event loop."""
        self._sent += 1
        for viewer in listeners:
            try:
                viewer.send_audio(packet, timestamp)
            except Exception:  # one viewer's trouble must not become the others'
                log.exception("viewer %s could not be sent its sound", viewer.id)
        self._sendings.note(time.monotonic() - handed_over)


def opus_encoder(options: AudioOptions) -> OpusEncoder:
    """Return the encoder for music without delay, or for a narrow line.

    In-band FEC is a thing of Opus' speech modes, which it uses below some 48 kb/s: only there is it worth the
    4 ms that they delay the sound. Above, lost packets come again by NACK.
    """
    if options.bitrate < _NARROW:
        return OpusEncoder(options.bitrate, options.packet_ms, "audio", packet_loss=5)
    return OpusEncoder(options.bitrate, options.packet_ms)
