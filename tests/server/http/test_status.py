from moof.ipc import State
from moof.server.audio.drift import DriftState, DriftStats
from moof.server.audio.pipeline import AudioStats
from moof.server.config.page_address import NO_PAGE_ADDRESS
from moof.server.emulator.link import EmulatorStatus
from moof.server.emulator.power import MachineControl
from moof.server.http.status import ViewerReport, emulator_view, report
from moof.server.protocol.messages import CodecOffer, EmulatorView, Join
from moof.server.session.context import MediaOffer, SessionContext
from moof.server.session.session import ViewerSession
from moof.server.session.signaling_channel import WebSocketClosedError
from moof.server.session.typist import Typist
from moof.server.transport.capabilities import VideoCodec, configure_codecs
from moof.server.video.pipeline import VideoStats
from moof.server.viewers import ViewerRegistry
from support.recording_emulator import RecordingEmulator

RUNNING = EmulatorStatus(True, 42, State.RUNNING, 640, 480)
PICTURE = VideoStats(frames=1_000, fps=59.94123, torn=0)
SOUND = AudioStats(
    playing=True,
    rate=22_050,
    channels=1,
    packets=50,
    underruns=1,
    backlog_dropped=2,
    packets_skipped=3,
    backlog_ms=0.5,
    lead_ms=4.0,
    scheduling="real-time",
    response_ms_p50=1.5,
    response_ms_p99=2.5,
    wait_ms=1.0,
    encode_ms=0.3,
    send_ms=0.2,
    pace=DriftStats(DriftState.FOLLOWING, "v1", 12.5, 11.5, 25.0, 0),
)
OFFERING = MediaOffer((CodecOffer("h264", "H.264", "rtp"),), {"h264": 102})


class NoPage:
    """A WebSocket that the page has closed."""

    page = NO_PAGE_ADDRESS

    async def receive(self) -> str:
        raise WebSocketClosedError

    async def send(self, text: str) -> None:
        pass

    async def send_bytes(self, data: bytes) -> None:
        raise AssertionError("no viewer has a lossless codec")

    async def close(self, *, abused: bool = False) -> None:
        pass


def test_report_has_the_figures_of_its_parts() -> None:
    fields = report(RUNNING, PICTURE, SOUND, "h264", [], "").model_dump()
    assert fields["emulator"] == {
        "connected": True,
        "pid": 42,
        "state": "running",
        "width": 640,
        "height": 480,
        "frames": 1_000,
        "fps": 59.94,
        "responding": True,
    }
    assert (fields["codec"], fields["viewers"], fields["note"]) == ("h264", [], "")
    assert (fields["audio"]["rate"], fields["audio"]["response_ms_p99"]) == (22_050, 2.5)


def test_emulator_view() -> None:
    assert emulator_view(EmulatorStatus()) == EmulatorView(False, None, "stopped", 0, 0)
    assert not emulator_view(EmulatorStatus(responding=False)).responding
    assert emulator_view(RUNNING) == EmulatorView(True, 42, "running", 640, 480)


async def test_viewer_report_before_and_after_joining() -> None:
    configure_codecs([VideoCodec("h264", "video/H264", {"packetization-mode": "1"})])
    emulator = RecordingEmulator()
    machine = MachineControl(emulator, None)
    context = SessionContext(ViewerRegistry(), OFFERING, emulator, machine, Typist(emulator))
    session = ViewerSession("v1", "h264", NoPage(), context)
    assert ViewerReport.of(session) == ViewerReport(id="v1", codec="h264")
    await session._negotiation.join(Join())
    joined = ViewerReport.of(session)
    assert joined.video is not None
    assert (joined.ready, joined.video.packets, joined.video.retransmitted) == (False, 0, 0)
    await session._negotiation.leave()
