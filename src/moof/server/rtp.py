"""Everything that depends on aiortc's inside: our own RTP sending in place of its encoder loop.

aiortc keeps ICE, DTLS, SRTP, SDP, RTCP sender reports and the parsing of feedback. What it has no public
way for is here, and `configure()` checks that each of these private names still exists, so that a new
version of aiortc is this one file's work:

- access units that are encoded elsewhere go out unchanged, at RTP timestamps that the caller chose
  (`MediaSender.send`);
- NACK is answered by RTX packets from a history that is deep enough for pictures, PLI and FIR call back;
- the viewer's reports on each packet's arrival become an estimate of what its network takes, and bursts
  are paced to that;
- the playout-delay header extension is offered, and video and audio are separate media streams, so that
  the browser neither buffers pictures nor holds one kind of media back for the other.
"""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

import aiortc
from aiortc import RTCRtpSender, clock
from aiortc.codecs import CODECS, HEADER_EXTENSIONS
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpSendParameters,
)

from .congestion import CongestionControl
from .rtcp import delay_report, fir_targets, reference_times
from .rtpstream import MID_URI, NO_PLAYOUT_DELAY, PLAYOUT_DELAY_URI, RtpParameters, RtpStream
from .transportcc import TRANSPORT_CC_URI

_log = logging.getLogger(__name__)

TESTED_WITH: Final = "1.16.0"
AUDIO_PAYLOAD_TYPE: Final = 96
_FIRST_VIDEO_PAYLOAD_TYPE: Final = 102
_VIDEO_CLOCK: Final = 90_000
_EXTENSION_IDS: Final = {
    MID_URI: 1,
    TRANSPORT_CC_URI: 3,
    PLAYOUT_DELAY_URI: 5,
}  # one id space for audio and video, as BUNDLE wants it
_NOTE_SECONDS: Final = 0.1  # a sender report goes out once a second
_LONGEST_QUEUE: Final = 64  # access units; only a TURN connection that is stuck ever gets there

_REPLACED_METHODS: Final = ("send", "_run_rtp", "_retransmit", "_send_keyframe")
_PRIVATE_FIELDS: Final = (
    "rtp_started",
    "rtp_exited",
    "ntp_timestamp",
    "rtp_timestamp",
    "octet_count",
    "packet_count",
)
_TRANSPORT_METHODS: Final = ("_send_rtp", "_handle_rtcp_data")


class AiortcMismatchError(RuntimeError):
    """The installed aiortc is not the one that this file was written for."""


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """One codec as the session description names it: `mime` such as "video/H264", and its fmtp parameters."""

    name: str
    mime: str
    parameters: dict[str, str]


def configure(codecs: Sequence[VideoCodec]) -> None:
    """Set what aiortc keeps in module globals: call it in the event loop, before the first peer connection.

    Raises AiortcMismatchError when a private name that we build on is gone.
    """
    _check_private_names()
    CODECS["audio"][:] = [
        RTCRtpCodecParameters(
            "audio/opus", 48_000, 2, AUDIO_PAYLOAD_TYPE, [RTCRtcpFeedback("nack")], {"useinbandfec": 1}
        )
    ]
    CODECS["video"][:] = [
        entry for index, codec in enumerate(codecs) for entry in _codec_entries(index, codec)
    ]
    # Only pictures are numbered for feedback: sound is little, and never sent slower.
    video_extensions = [MID_URI, TRANSPORT_CC_URI, PLAYOUT_DELAY_URI]
    for kind, uris in {"audio": [MID_URI], "video": video_extensions}.items():
        HEADER_EXTENSIONS[kind][:] = [
            RTCRtpHeaderExtensionParameters(_EXTENSION_IDS[uri], uri) for uri in uris
        ]


def video_payload_type(index: int) -> int:
    """Return the payload type of the `index`th video codec; its retransmissions have the next one."""
    return _FIRST_VIDEO_PAYLOAD_TYPE + 2 * index


def _codec_entries(index: int, codec: VideoCodec) -> list[RTCRtpCodecParameters]:
    payload_type = video_payload_type(index)
    wanted = ["nack", "nack pli", "ccm fir", "transport-cc", "rrtr"]
    feedback = [RTCRtcpFeedback(*words.split()) for words in wanted]
    return [
        RTCRtpCodecParameters(codec.mime, _VIDEO_CLOCK, None, payload_type, feedback, dict(codec.parameters)),
        RTCRtpCodecParameters(
            "video/rtx", _VIDEO_CLOCK, None, payload_type + 1, parameters={"apt": payload_type}
        ),
    ]


@dataclass(slots=True)
class _Unit:
    """An access unit under way: the packets that are still to be sent, and its RTP timestamp."""

    packets: Iterator[bytes]
    timestamp: int


class MediaSender:
    """One stream to one viewer: takes the place of an RTCRtpSender's encoder and RTP loop.

    `on_key_wanted` is called for PLI, FIR, and when packets had to be dropped. All on the event loop.
    """

    def __init__(self, sender: RTCRtpSender, stream_id: str, on_key_wanted: Callable[[], None]) -> None:
        self._sender = sender
        self._on_key_wanted = on_key_wanted
        self._stream: RtpStream | None = None
        self._payload_types: frozenset[int] = frozenset()
        self._queue: deque[_Unit] = deque()
        self._pause: asyncio.TimerHandle | None = None
        self._running = False
        self._noted_at = float("-inf")
        self.congestion = CongestionControl()
        self.key_requests = 0
        sender._stream_id = stream_id
        self._start_sender: Callable[[RTCRtpSendParameters], Awaitable[None]] = sender.send
        _replace(sender, "send", self._start)
        _replace(sender, "_run_rtp", self._run)
        _replace(sender, "_retransmit", self._retransmit)
        _replace(sender, "_send_keyframe", self._key_requested)
        self._parse_rtcp: Callable[[bytes], Awaitable[None]] = sender.transport._handle_rtcp_data
        _replace(sender.transport, "_handle_rtcp_data", self._handle_rtcp)

    @property
    def retransmitted(self) -> int:
        """Packets sent again because the viewer reported them as lost."""
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
        """Send one access unit or audio packet; `timestamp` is RTP time and goes out as it is.

        Before the connection is up and after it is gone, nothing happens.
        """
        if self._stream is None or not self.accepts(payload_type):
            return
        if len(self._queue) >= _LONGEST_QUEUE:
            self._queue.clear()  # a picture with a hole is worth nothing: start over with a key frame
            self._on_key_wanted()
        packets = self._stream.packets(payloads, payload_type, timestamp)
        self._queue.append(_Unit(packets, timestamp))
        if self._pause is None and self._running:
            self._send_queued()

    async def _start(self, parameters: RTCRtpSendParameters) -> None:
        """Note what was negotiated, in place of RTCRtpSender.send, and go on with that."""
        self._payload_types = frozenset(
            _payload_type(codec) for codec in parameters.codecs if not _is_rtx(codec)
        )
        if self._stream is None:
            self._stream = RtpStream(self._rtp_parameters(parameters), _first_number(), _first_number())
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
            number_id=next(
                (ext.id for ext in parameters.headerExtensions if ext.uri == TRANSPORT_CC_URI), None
            ),
            repeats=self._sender.kind == "audio" and any(_takes_nack(codec) for codec in parameters.codecs),
        )

    async def _run(self, codec: RTCRtpCodecParameters) -> None:
        """Let packets go until cancelled, in place of RTCRtpSender._run_rtp."""
        _private(self._sender, "rtp_started").set()
        self._running = True
        try:
            self._send_queued()
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            pass  # the viewer is gone
        finally:
            self._stop()
            _private(self._sender, "rtp_exited").set()  # RTCRtpSender.stop() waits for it

    def _stop(self) -> None:
        self._running = False
        self._stream = None
        self._queue.clear()
        if self._pause is not None:
            self._pause.cancel()

    def _send_queued(self) -> None:
        """Send what is queued, at once but for pauses: tasks and wake-ups would cost more than it does."""
        self._pause = None
        try:
            while self._queue:
                if pause := self._send_until_pause(self._queue[0]):
                    self._pause = asyncio.get_running_loop().call_later(pause, self._send_queued)
                    return
                self._queue.popleft()
        except ConnectionError:
            self._stop()  # the viewer is gone

    def _send_until_pause(self, unit: "_Unit") -> float:
        stream = self._stream
        assert stream is not None
        for packet in unit.packets:
            now = time.monotonic()
            self.congestion.sent(stream.number, len(packet), now)
            _at_once(self._sender.transport._send_rtp(packet))
            if pause := self.congestion.pause(len(packet), now):
                return pause
        self._note_for_sender_reports(stream, unit.timestamp)
        return 0.0

    def _note_for_sender_reports(self, stream: RtpStream, timestamp: int) -> None:
        """Give aiortc's sender reports (RFC 3550, section 6.4.1) the clock pair and counts, often enough."""
        now = time.monotonic()
        if now - self._noted_at < _NOTE_SECONDS:
            return
        self._noted_at = now
        _set_private(self._sender, "ntp_timestamp", clock.current_ntp_time())
        _set_private(self._sender, "rtp_timestamp", timestamp & 0xFFFFFFFF)
        _set_private(self._sender, "packet_count", stream.packet_count)
        _set_private(self._sender, "octet_count", stream.octet_count)

    async def _retransmit(self, sequence_number: int) -> None:
        """Answer one entry of a NACK, in place of RTCRtpSender._retransmit."""
        stream = self._stream
        if stream is not None and (packet := stream.retransmission(sequence_number)) is not None:
            self.congestion.sent(stream.number, len(packet), time.monotonic())
            await self._sender.transport._send_rtp(packet)

    def _key_requested(self) -> None:
        """Pass a PLI or FIR on, in place of RTCRtpSender._send_keyframe."""
        self.key_requests += 1
        self._on_key_wanted()

    async def _handle_rtcp(self, data: bytes) -> None:
        """Look for what aiortc doesn't route in the transport's RTCP, then let it parse."""
        self.congestion.take_feedback(data, time.monotonic())
        if self._sender._ssrc in fir_targets(data):
            self._key_requested()
        if self._sender.kind == "video":
            for asker, ntp in reference_times(data):
                await self._sender.transport._send_rtp(delay_report(self._sender._ssrc, asker, ntp))
        await self._parse_rtcp(data)


def _first_number() -> int:
    """Return a random first sequence number, far from a wrap that SRTP could mistake (RFC 3711, 3.3.1)."""
    return random.randrange(1 << 15)


def _payload_type(codec: RTCRtpCodecParameters) -> int:
    assert codec.payloadType is not None  # negotiated ones have it
    return codec.payloadType


def _takes_nack(codec: RTCRtpCodecParameters) -> bool:
    return any(feedback.type == "nack" and not feedback.parameter for feedback in codec.rtcpFeedback)


def _is_rtx(codec: RTCRtpCodecParameters) -> bool:
    return codec.mimeType.lower() == "video/rtx"


def _check_private_names() -> None:
    sender = RTCRtpSender("video", SimpleNamespace(state="new"))  # type: ignore[arg-type]
    wanted: Iterable[tuple[object, str]] = (
        *((sender, name) for name in (*_REPLACED_METHODS, "_ssrc", "_rtx_ssrc", "_stream_id")),
        *((sender, _mangled(name)) for name in _PRIVATE_FIELDS),
        *((aiortc.RTCDtlsTransport, name) for name in _TRANSPORT_METHODS),
    )
    missing = [name for owner, name in wanted if not hasattr(owner, name)]
    if missing:
        raise AiortcMismatchError(
            f"aiortc {aiortc.__version__} has no {', '.join(missing)}: install aiortc {TESTED_WITH}, "
            "or adapt moof/server/rtp.py."
        )
    if aiortc.__version__ != TESTED_WITH:
        _log.warning("aiortc is %s; Moof was tested with %s.", aiortc.__version__, TESTED_WITH)


def _mangled(name: str) -> str:
    return f"_RTCRtpSender__{name}"


def _private(sender: RTCRtpSender, name: str) -> Any:
    return getattr(sender, _mangled(name))


def _set_private(sender: RTCRtpSender, name: str, value: int) -> None:
    setattr(sender, _mangled(name), value)


def _at_once(sending: Coroutine[Any, Any, None]) -> None:
    """Run aiortc's sending, which is a coroutine but never waits: datagrams go, or are dropped."""
    try:
        sending.send(None)
    except StopIteration:
        return
    sending.close()
    raise AiortcMismatchError(f"aiortc {aiortc.__version__} waits to send; Moof works with {TESTED_WITH}.")


def _replace(owner: object, name: str, method: Callable[..., object]) -> None:
    """Put our method in the place of one object's own; its class stays as it is."""
    setattr(owner, name, method)
