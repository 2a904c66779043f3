"""What `GET /api/status` answers, and what pages hear of the emulator. The models are the API's schema."""

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
    """The emulator: size in pixels, pictures published so far and each second."""

    connected: bool
    pid: int | None
    state: str
    width: int
    height: int
    frames: int
    fps: float


class StreamReport(BaseModel):
    """One RTP stream to one viewer; bytes are payload, and packets don't count retransmissions."""

    packets: int
    bytes: int
    retransmitted: int
    key_requests: int

    @classmethod
    def of(cls, sender: RtpSender) -> Self:
        """Return a stream's figures."""
        return cls(
            packets=sender.packets_sent,
            bytes=sender.octets_sent,
            retransmitted=sender.retransmitted,
            key_requests=sender.keyframe_requests,
        )


class ViewerReport(BaseModel):
    """One viewer; `ready` once it is connected, `tiles_backlog` in bytes, `bandwidth` in bits a second."""

    id: str
    codec: str
    ready: bool = False
    tiles_backlog: int = 0
    bandwidth: int | None = None
    video: StreamReport | None = None
    audio: StreamReport | None = None

    @classmethod
    def of(cls, session: ViewerSession) -> Self:
        """Return what is known of a session's viewer."""
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
    """One viewer's latency over its last pings, in ms: each part of the way, what half of the pings and what
    95 % of them stay below. `clock_offset` is the server's clock minus the browser's, estimated.
    """

    viewer: str
    codec: str
    samples: int
    clock_offset: float
    p50: dict[str, float]
    p95: dict[str, float]


def latency_reports(sessions: Iterable[ViewerSession]) -> list[LatencyReport]:
    """Return what the viewers' pages have said; those that haven't yet are left out."""
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
    """One codec in use: pictures (or rectangles) so far, and smoothed milliseconds for each."""

    pictures: int
    keys: int
    bytes: int
    encode_ms: float


class StatusReport(BaseModel):
    """Everything about the server that an observer may want to know.

    `restarts` counts the emulator's, `bytes_sent` the payload for all viewers there ever were, and
    `inputs_ignored` what viewers sent without the right to.
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
    """Return an emulator's status as pages are told it."""
    state = status.state.name.lower()
    size = status.width, status.height
    return EmulatorView(status.connected, status.pid, state, *size, status.capturing)


def report(
    emulator: EmulatorStatus,
    picture: "VideoStats",
    sound: AudioStats,
    codec: str,
    sessions: Iterable[ViewerSession],
    note: str,
    *,
    totals: Totals = NO_TOTALS,
    restarts: int = 0,
) -> StatusReport:
    """Gather the report; each part is already a snapshot of its own."""
    view = emulator_view(emulator)
    return StatusReport(
        emulator=EmulatorReport(
            connected=view.connected,
            pid=view.pid,
            state=view.state,
            width=view.width,
            height=view.height,
            frames=picture.frames,
            fps=round(picture.fps, 2),
        ),
        codec=codec,
        viewers=[ViewerReport.of(session) for session in sessions],
        audio=sound,
        encoders={name: EncoderReport.model_validate(each) for name, each in picture.renditions.items()},
        restarts=restarts,
        bytes_sent=totals.bytes_sent,
        inputs_ignored=totals.inputs_ignored,
        note=note,
    )
