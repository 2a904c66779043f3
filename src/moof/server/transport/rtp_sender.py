"""Sends one RTP stream to one viewer, in place of aiortc's encoder loop.

- Access units that are encoded elsewhere are sent unchanged, at RTP timestamps that the caller chose.
- NACK is answered by RTX packets from a history that is deep enough for video; PLI and FIR are passed on to
  the key frame request limiter.
- The viewer's reports on each packet's arrival become a bandwidth estimate, by which bursts are paced.
"""

import asyncio
import random
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aiortc import RTCDtlsTransport, RTCRtpSender, clock
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpSendParameters

from moof.server.rtp.congestion import CongestionControl
from moof.server.rtp.rtcp import delay_report, fir_targets, reference_times
from moof.server.rtp.stream import (
    MID_URI,
    NO_PLAYOUT_DELAY,
    PLAYOUT_DELAY_URI,
    RtpParameters,
    RtpStream,
)
from moof.server.rtp.twcc import TRANSPORT_CC_URI
from moof.server.transport.aiortc_internals import private, replace_method, set_private
from moof.server.transport.loop_calls import LoopCalls
from moof.server.transport.packet_transmitter import PacketTransmitter
from moof.server.transport.pli_limiter import KeyFrameRequestLimiter
from moof.server.viewers import UNLIMITED_BITRATE

_STATISTICS_SECONDS: Final = 0.1  # aiortc sends a sender report once a second
_MAX_LOOP_CALLS: Final = 16
_MAX_QUEUE: Final = 64  # access units; only a TURN connection that is stuck ever gets there


@dataclass(slots=True)
class _Unit:
    """An access unit in the queue: the packets that are still to be sent, and its RTP timestamp."""

    packets: Iterator[bytes]
    timestamp: int


class RtpSender:
    """Sends one stream to one viewer, in place of an RTCRtpSender's encoder and RTP loop.

    `keyframe_limiter` receives a request for each PLI and FIR, and when packets had to be dropped. `send` may
    be called by any thread, and its packets leave on it, up to a pause of the pacing; what follows, and
    everything else, happens on the event loop. A lock guards the stream and its queue.
    """

    def __init__(
        self,
        sender: RTCRtpSender,
        stream_id: str,
        transmitter: PacketTransmitter,
        keyframe_limiter: KeyFrameRequestLimiter | None = None,
    ) -> None:
        self._sender = sender
        self._transmitter = transmitter
        self._loop_calls = LoopCalls(_MAX_LOOP_CALLS)
        self._lock = threading.Lock()
        self._keyframe_limiter = keyframe_limiter
        self._stream: RtpStream | None = None
        self._payload_types: frozenset[int] = frozenset()
        self._queue: deque[_Unit] = deque()
        self._paused = False
        self._running = False
        self._updated_at = float("-inf")
        self.congestion = CongestionControl(UNLIMITED_BITRATE)
        self.keyframe_requests = 0
        """PLIs and FIRs received."""
        sender._stream_id = stream_id
        self._start_sender: Callable[[RTCRtpSendParameters], Awaitable[None]] = sender.send
        replace_method(sender, "send", self._start)
        replace_method(sender, "_run_rtp", self._run)
        replace_method(sender, "_retransmit", self._retransmit)
        replace_method(sender, "_send_keyframe", self._receive_keyframe_request)

    @property
    def transport(self) -> RTCDtlsTransport:
        """The DTLS transport that carries the packets and the viewer's RTCP."""
        return self._sender.transport

    @property
    def retransmitted(self) -> int:
        """Packets retransmitted because the viewer reported them as lost."""
        return self._stream.retransmitted if self._stream else 0

    @property
    def packets_sent(self) -> int:
        """Packets sent, without retransmissions."""
        return self._stream.packet_count if self._stream else 0

    @property
    def octets_sent(self) -> int:
        """Payload bytes sent, without retransmissions."""
        return self._stream.octet_count if self._stream else 0

    def accepts(self, payload_type: int) -> bool:
        """Say whether the viewer's answer has this payload type."""
        return payload_type in self._payload_types

    def send(self, payloads: Sequence[bytes], payload_type: int, timestamp: int) -> None:
        """Send one access unit or audio packet; `timestamp` is its RTP timestamp, unchanged.

        Nothing is sent before the connection is established and after it is closed. Any thread may call this.
        """
        with self._lock:
            if self._stream is None or not self.accepts(payload_type):
                return
            if len(self._queue) >= _MAX_QUEUE:
                self._queue.clear()  # an incomplete frame cannot be decoded: start over with a key frame
                self._loop_calls.call(self._request_keyframe)
            packets = self._stream.packets(payloads, payload_type, timestamp)
            self._queue.append(_Unit(packets, timestamp))
            if not self._paused and self._running:
                self._send_queued()

    async def _start(self, parameters: RTCRtpSendParameters) -> None:
        """Keep the negotiated parameters, then call RTCRtpSender.send, which this replaces."""
        self._payload_types = frozenset(
            _payload_type(codec) for codec in parameters.codecs if not _is_rtx(codec)
        )
        if self._stream is None:
            self._stream = RtpStream(
                self._rtp_parameters(parameters), _first_sequence_number(), _first_sequence_number()
            )
        await self._start_sender(parameters)

    def _rtp_parameters(self, parameters: RTCRtpSendParameters) -> RtpParameters:
        values = {MID_URI: parameters.muxId.encode(), PLAYOUT_DELAY_URI: NO_PLAYOUT_DELAY}
        return RtpParameters(
            ssrc=self._sender._ssrc,
            rtx_ssrc=self._sender._rtx_ssrc,
            rtx_payload_types={
                int(codec.parameters["apt"] or 0): _payload_type(codec)
                for codec in parameters.codecs
                if _is_rtx(codec)
            },
            extensions={ext.id: values[ext.uri] for ext in parameters.headerExtensions if ext.uri in values},
            twcc_id=next(
                (ext.id for ext in parameters.headerExtensions if ext.uri == TRANSPORT_CC_URI), None
            ),
            repeats=self._sender.kind == "audio" and any(_accepts_nack(codec) for codec in parameters.codecs),
        )

    async def _run(self, codec: RTCRtpCodecParameters) -> None:
        """Send queued packets until cancelled, in place of RTCRtpSender._run_rtp."""
        private(self._sender, "rtp_started").set()
        try:
            with self._lock:
                self._running = True
                self._send_queued()
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            pass  # the connection is closed
        finally:
            with self._lock:
                self._stop()
            private(self._sender, "rtp_exited").set()  # RTCRtpSender.stop() waits for this event

    def _stop(self) -> None:
        """Send nothing more; the caller holds the lock."""
        self._running = False
        self._stream = None
        self._queue.clear()

    def _send_queued(self) -> None:
        """Send the queue synchronously up to a pause; the caller holds the lock."""
        try:
            while self._queue:
                if pause := self._send_until_pause(self._queue[0]):
                    self._paused = self._loop_calls.call(self._continue_after, pause)
                    return
                self._queue.popleft()
        except ConnectionError:
            self._stop()  # the connection is closed

    def _continue_after(self, pause: float) -> None:
        asyncio.get_running_loop().call_later(pause, self._continue)

    def _continue(self) -> None:
        with self._lock:
            self._paused = False
            if self._running:
                self._send_queued()

    def _send_until_pause(self, unit: _Unit) -> float:
        stream = self._stream
        assert stream is not None
        for packet in unit.packets:
            now = time.monotonic()
            self.congestion.sent(stream.number, len(packet), now)
            self._transmitter.send(packet)
            if pause := self.congestion.pause(len(packet), now):
                return pause
        self._update_sender_report(stream, unit.timestamp)
        return 0.0

    def _update_sender_report(self, stream: RtpStream, timestamp: int) -> None:
        """Set what aiortc's sender reports contain (RFC 3550, section 6.4.1): clock pair and counts."""
        now = time.monotonic()
        if now - self._updated_at < _STATISTICS_SECONDS:
            return
        self._updated_at = now
        set_private(self._sender, "ntp_timestamp", clock.current_ntp_time())
        set_private(self._sender, "rtp_timestamp", timestamp & 0xFFFFFFFF)
        set_private(self._sender, "packet_count", stream.packet_count)
        set_private(self._sender, "octet_count", stream.octet_count)

    async def _retransmit(self, sequence_number: int) -> None:
        """Send the retransmission that one entry of a NACK requests, in place of RTCRtpSender._retransmit."""
        with self._lock:
            stream = self._stream
            if stream is not None and (packet := stream.retransmission(sequence_number)) is not None:
                self.congestion.sent(stream.number, len(packet), time.monotonic())
                self._transmitter.send(packet)

    def _receive_keyframe_request(self) -> None:
        """Pass a PLI or FIR on, in place of RTCRtpSender._send_keyframe."""
        self.keyframe_requests += 1
        self._request_keyframe()

    def _request_keyframe(self) -> None:
        if self._keyframe_limiter is not None:
            self._keyframe_limiter.request()

    async def handle_rtcp(self, data: bytes, now: float) -> None:
        """Process what aiortc does not route to a stream: transport-wide feedback, FIR, reference times."""
        with self._lock:
            self.congestion.handle_rtcp(data, now)
        if self._sender._ssrc in fir_targets(data):
            self._receive_keyframe_request()
        if self._sender.kind == "video":
            for reporter, ntp in reference_times(data):
                self._transmitter.send(delay_report(self._sender._ssrc, reporter, ntp))


def _first_sequence_number() -> int:
    """Return a random first sequence number, far from a wrap that SRTP could mistake (RFC 3711, 3.3.1)."""
    return random.randrange(1 << 15)


def _payload_type(codec: RTCRtpCodecParameters) -> int:
    assert codec.payloadType is not None  # negotiated codecs have one
    return codec.payloadType


def _accepts_nack(codec: RTCRtpCodecParameters) -> bool:
    return any(feedback.type == "nack" and not feedback.parameter for feedback in codec.rtcpFeedback)


def _is_rtx(codec: RTCRtpCodecParameters) -> bool:
    return codec.mimeType.lower() == "video/rtx"
