"""The answers of `GET /api/status` and `/api/latency` as models, which are the API's schema."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel

import moof
from moof.server.audio.pipeline import AudioStats
from moof.server.emulator.link import EmulatorStatus
from moof.server.protocol.messages import EmulatorView
from moof.server.session.context import NO_TOTALS, Totals
from moof.server.session.session import ViewerSession
from moof.server.transport.rtp_sender import RtpSender

if TYPE_CHECKING:
    from moof.server.video.pipeline import VideoStats


class EmulatorReport(BaseModel):
    """The emulator: size in pixels, frames published in total and per second, whether it answers."""

    connected: bool
    pid: int | None
    state: str
    width: int
    height: int
    frames: int
    fps: float
    responding: bool = True


class StreamReport(BaseModel):
    """One RTP stream to one viewer: bytes of payload, and packets without retransmissions."""

    packets: int
    bytes: int
    retransmitted: int
    key_requests: int

    @classmethod
    def of(cls, sender: RtpSender) -> Self:
        """Return the figures of a stream."""
        return cls(
            packets=sender.packets_sent,
            bytes=sender.octets_sent,
            retransmitted=sender.retransmitted,
            key_requests=sender.keyframe_requests,
        )


class ViewerReport(BaseModel):
    """One viewer: `ready` once connected, `tiles_backlog` in bytes, `bandwidth` in bits a second."""

    id: str
    codec: str
    ready: bool = False
    tiles_backlog: int = 0
    bandwidth: int | None = None
    video: StreamReport | None = None
    audio: StreamReport | None = None

    @classmethod
    def of(cls, session: ViewerSession) -> Self:
        """Return the figures of a session's viewer."""
        peer = session.peer
        if peer is None:
            return cls(id=session.viewer, codec=session.codec)
        return cls(
            id=session.viewer,
            codec=session.codec,
            ready=peer.ready,
            tiles_backlog=peer.tiles_backlog,
            bandwidth=round(peer.bandwidth),
            video=StreamReport.of(peer.video) if peer.video is not None else None,
            audio=StreamReport.of(peer.audio) if peer.audio is not None else None,
        )


class LatencyReport(BaseModel):
    """One viewer's latency over its last pings in ms: median and 95th percentile of each part.

    `clock_offset` is the estimate of the server's clock minus the browser's.
    """

    viewer: str
    codec: str
    samples: int
    clock_offset: float
    p50: dict[str, float]
    p95: dict[str, float]


def latency_reports(sessions: Iterable[ViewerSession]) -> list[LatencyReport]:
    """Return the reports that the viewers' pages have sent; viewers without one are left out."""
    return [
        LatencyReport(
            viewer=session.viewer,
            codec=session.codec,
            samples=summary.samples,
            clock_offset=summary.clock_offset,
            p50=asdict(summary.median),
            p95=asdict(summary.late),
        )
        for session in sessions
        if (summary := session.latency) is not None
    ]


class EncoderReport(BaseModel, from_attributes=True):
    """One codec in use: frames (or tiles) encoded in total, and smoothed milliseconds for each."""

    pictures: int
    keys: int
    bytes: int
    encode_ms: float


class StatusReport(BaseModel):
    """The state of the server.

    `restarts` is the number of the emulator's restarts, `bytes_sent` the payload sent to all viewers since
    the server's start, `inputs_ignored` the number of input messages from viewers who may only watch.
    """

    version: str = moof.__version__
    emulator: EmulatorReport
    codec: str
    viewers: list[ViewerReport]
    audio: AudioStats
    encoders: dict[str, EncoderReport] = {}
    restarts: int = 0
    bytes_sent: int = 0
    inputs_ignored: int = 0
    note: str


def emulator_view(status: EmulatorStatus) -> EmulatorView:
    """Return an emulator's status as it is sent to pages."""
    state = status.state.name.lower()
    size = status.width, status.height
    return EmulatorView(status.connected, status.pid, state, *size, status.capturing, status.responding)


def report(
    emulator: EmulatorStatus,
    video: "VideoStats",
    audio: AudioStats,
    codec: str,
    sessions: Iterable[ViewerSession],
    note: str,
    *,
    totals: Totals = NO_TOTALS,
    restarts: int = 0,
) -> StatusReport:
    """Return the report; each argument is a snapshot already."""
    emulator_fields = {**asdict(emulator_view(emulator)), "frames": video.frames, "fps": round(video.fps, 2)}
    return StatusReport(
        emulator=EmulatorReport.model_validate(emulator_fields),
        codec=codec,
        viewers=[ViewerReport.of(session) for session in sessions],
        audio=audio,
        encoders={name: EncoderReport.model_validate(each) for name, each in video.renditions.items()},
        restarts=restarts,
        bytes_sent=totals.bytes_sent,
        inputs_ignored=totals.inputs_ignored,
        note=note,
    )
