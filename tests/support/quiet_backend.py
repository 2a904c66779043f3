"""A server without video and sound, for tests of its HTTP routes."""

from __future__ import annotations

from pathlib import Path

from moof.ipc import EmulatorInfo
from moof.preference_rules import parse_rules
from moof.server.audio.pipeline import AudioStats
from moof.server.auth.audit import AuditLog
from moof.server.auth.principal import Principal
from moof.server.config.installed_emulators import InstalledEmulators, NoInstalledEmulators
from moof.server.config.options import LibraryPaths
from moof.server.emulator.emulator_states import EmulatorStates, NoStates
from moof.server.emulator.power import MachineControl
from moof.server.emulator.target import NoSuchEmulatorError
from moof.server.forks.forks import Forks
from moof.server.http.backend import Backend
from moof.server.http.status import EmulatorReport, LatencyReport, StatusReport, ViewerReport
from moof.server.protocol.messages import CodecOffer
from moof.server.publish.watch_room import WatchRoom
from moof.server.session.context import MediaOffer, SessionContext
from moof.server.session.manager import SessionManager
from moof.server.session.signaling_channel import SignalingSocket
from moof.server.session.typing_pace import TypingPace
from moof.server.session.typist import Typist
from moof.server.storage.library import FileLibrary
from moof.server.video.screenshot import NoPictureError
from moof.server.viewers import ViewerRegistry
from support.recording_emulator import RecordingEmulator

OFFERING = MediaOffer((CodecOffer("h264", "H.264", "rtp"), CodecOffer("png", "PNG", "tiles")), {"h264": 102})


class QuietBackend(Backend):
    """A server without video and sound."""

    def __init__(self, folder: Path) -> None:
        self.emulator = RecordingEmulator()
        self.audit = AuditLog()
        self.installed: InstalledEmulators = NoInstalledEmulators()
        self.states: EmulatorStates = NoStates()
        self.machine = MachineControl(self.emulator, None)
        self.typist = Typist(self.emulator, pace=TypingPace(1000.0))
        context = SessionContext(ViewerRegistry(), OFFERING, self.emulator, self.machine, self.typist)
        self.session_manager = SessionManager(context, "h264")
        self.presence = self.session_manager.presence
        self.watch_room = WatchRoom()
        self.forks: Forks | None = None
        paths = LibraryPaths(
            *(folder / "disks", folder / "roms", folder / "prefs", folder / "moof.toml", 100_000),
            prefs_rules=parse_rules({"ramsize": "int 1 64"}),
            macs=folder / "macs",
        )
        self.library = FileLibrary.at(paths)
        self.attached: list[int] = []
        self.healthy = True

    def latency(self) -> list[LatencyReport]:
        return [LatencyReport(viewer="v1", codec="png", samples=1, clock_offset=0, p50={}, p95={})]

    def status(self) -> StatusReport:
        return StatusReport(
            emulator=EmulatorReport(
                connected=self.emulator.connected,
                pid=None,
                state="stopped",
                width=0,
                height=0,
                frames=0,
                fps=0.0,
            ),
            codec=self.session_manager.codec,
            viewers=[ViewerReport.of(session) for session in self.session_manager.sessions],
            audio=AudioStats(
                playing=False,
                rate=0,
                channels=0,
                packets=0,
                underruns=0,
                backlog_dropped=0,
                packets_skipped=0,
                backlog_ms=0.0,
                lead_ms=8.0,
                scheduling="real-time",
                response_ms_p50=0.0,
                response_ms_p99=0.0,
            ),
            note="Waiting for an emulator…",
        )

    def health_error(self) -> str | None:
        return None if self.healthy else "The thread for sound has ended."

    def check_codec(self, codec: str) -> None:
        OFFERING.check(codec)

    def emulators(self) -> list[EmulatorInfo]:
        return [EmulatorInfo(42, "/macemu-video-42", Path("/tmp/macemu-42.sock"), 1.5)]

    def attach(self, pid: int) -> None:
        if pid != 42:
            raise NoSuchEmulatorError(f"there is no running emulator {pid}")
        self.attached.append(pid)

    def output(self) -> list[str]:
        return ["last line"]

    async def screenshot(self) -> bytes:
        if not self.emulator.connected:
            raise NoPictureError("No emulator is connected.")
        return b"PNG"

    def connected_logins(self) -> set[str]:
        return {each.principal.login or "" for each in self.session_manager.sessions}

    def admit_request(self, principal: Principal) -> None:
        self.session_manager.admit_request(principal)

    def set_codec(self, codec: str) -> None:
        self.session_manager.set_codec(codec)

    async def serve(self, socket: SignalingSocket, principal: Principal, resume_key: str) -> None:
        await self.session_manager.serve(socket, principal, resume_key)
