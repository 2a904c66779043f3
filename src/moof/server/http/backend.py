"""What the HTTP API and the WebSocket route ask of the server, and the answers."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Final, Protocol

from moof.ipc import EmulatorInfo, find_emulators
from moof.server.audio.pipeline import AudioPipeline
from moof.server.auth.audit import AuditLog
from moof.server.auth.principal import Principal
from moof.server.config.installed_emulators import InstalledEmulators, NoInstalledEmulators
from moof.server.emulator.emulator_states import EmulatorStates, NoStates
from moof.server.emulator.link import EmulatorLink
from moof.server.emulator.power import MachineControl
from moof.server.emulator.supervisor import Supervisor
from moof.server.emulator.target import EmulatorTarget
from moof.server.forks.forks import Forks
from moof.server.http.status import LatencyReport, StatusReport, latency_reports, report
from moof.server.publish.watch_room import WatchRoom
from moof.server.session.manager import SessionManager
from moof.server.session.presence import Presence
from moof.server.session.signaling_channel import SignalingSocket
from moof.server.session.typist import Typist
from moof.server.storage.library import FileLibrary
from moof.server.video.pipeline import VideoPipeline
from moof.server.video.screenshot import Screenshotter
from moof.token_bucket import WaitingTokenBucket

NOT_RESPONDING: Final = "The emulator has stopped answering."
_SCREENSHOTS_PER_SECOND: Final = 2.0
_SCREENSHOT_BURST: Final = 10.0


class Backend(Protocol):
    """The server, as its HTTP routes use it. All methods belong to the event loop."""

    machine: MachineControl
    """The Mac's switches."""
    library: FileLibrary
    """The files that the API reaches."""
    typist: Typist
    """Types texts in the Mac."""
    states: EmulatorStates
    """The states of the emulator."""
    audit: AuditLog
    """Who signed in, was refused, switched or changed something."""
    presence: Presence
    """Who is here, and who has mouse and keyboard."""
    installed: InstalledEmulators
    """Which emulators could be started instead of the present one."""
    watch_room: WatchRoom
    """Where many watch."""
    forks: Forks | None
    """Starts Macs for visitors, None if the operator does not allow it."""

    def status(self) -> StatusReport:
        """Return the state of the server."""

    def latency(self) -> list[LatencyReport]:
        """Return what the viewers' pages report of their latency."""

    def health_error(self) -> str | None:
        """Return what is wrong with the server itself, None when it works."""

    def connected_logins(self) -> Collection[str]:
        """Return the ids of the login sessions of which a page is open."""

    def admit_request(self, principal: Principal) -> None:
        """Let a request use the keyboard. Raises NotAllowedError while somebody else has it."""

    def set_codec(self, codec: str) -> None:
        """Change the codec of all viewers. Raises UnknownCodecError."""

    def check_codec(self, codec: str) -> None:
        """Raise UnknownCodecError for a codec that the server does not offer."""

    def emulators(self) -> Sequence[EmulatorInfo]:
        """Return this user's running emulators, newest first."""

    def attach(self, pid: int) -> None:
        """Serve another running emulator. Raises NoSuchEmulatorError."""

    def output(self) -> Sequence[str]:
        """Return the last lines that the emulator wrote which this server started."""

    async def screenshot(self) -> bytes:
        """Return the screen as a PNG file. Raises NoPictureError."""

    async def serve(self, socket: SignalingSocket, principal: Principal, resume_key: str) -> None:
        """Serve one viewer until it leaves; `resume_key` names the session to resume, "" for none."""


class ServerBackend(Backend):
    """Answers from the parts of a running server."""

    def __init__(
        self,
        link: EmulatorLink,
        video: VideoPipeline,
        audio: AudioPipeline,
        sessions: SessionManager,
        machine: MachineControl,
        library: FileLibrary,
        target: EmulatorTarget,
        typist: Typist,
        supervisor: Supervisor | None,
        audit: AuditLog | None = None,
        states: EmulatorStates | None = None,
        installed: InstalledEmulators | None = None,
        watch_room: WatchRoom | None = None,
        forks: Forks | None = None,
    ) -> None:
        self.machine = machine
        self.library = library
        self.typist = typist
        self.states = states or NoStates()
        self.audit = audit or AuditLog()
        self.presence = sessions.presence
        self.installed = installed or NoInstalledEmulators()
        self.watch_room = watch_room or WatchRoom()
        self.forks = forks
        self._link = link
        self._video = video
        self._audio = audio
        self._sessions = sessions
        self._target = target
        self._supervisor = supervisor
        self._screenshotter = Screenshotter(link)
        self._screenshots = WaitingTokenBucket(_SCREENSHOTS_PER_SECOND, _SCREENSHOT_BURST)

    def status(self) -> StatusReport:
        """Return the state of the server."""
        return report(
            self._link.status,
            self._video.stats(),
            self._audio.stats(),
            self._sessions.codec,
            self._sessions.sessions,
            self.note(),
            totals=self._sessions.totals,
            restarts=self._supervisor.restarts if self._supervisor is not None else 0,
        )

    def note(self) -> str:
        """Return the sentence for people while there is no video, "" when an emulator is connected."""
        if not self._link.status.responding:
            return NOT_RESPONDING
        if self._link.status.connected:
            return ""
        return self._target.waiting_note(self._supervisor.note if self._supervisor is not None else None)

    def latency(self) -> list[LatencyReport]:
        """Return what the viewers' pages report of their latency."""
        return latency_reports(self._sessions.sessions)

    def health_error(self) -> str | None:
        """Return which thread has ended, None while both run."""
        parts = {"pictures": self._video.alive, "sound": self._audio.alive}
        ended = [name for name, alive in parts.items() if not alive]
        return f"The thread for {' and '.join(ended)} has ended." if ended else None

    def connected_logins(self) -> Collection[str]:
        """Return the ids of the login sessions of which a page is open."""
        return {each.principal.login for each in self._sessions.sessions if each.principal.login is not None}

    def admit_request(self, principal: Principal) -> None:
        """Let a request use the keyboard. Raises NotAllowedError while somebody else has it."""
        self._sessions.admit_request(principal)

    def set_codec(self, codec: str) -> None:
        """Change the codec of all viewers. Raises UnknownCodecError."""
        self._sessions.set_codec(codec)

    def check_codec(self, codec: str) -> None:
        """Raise UnknownCodecError for a codec that the server does not offer."""
        self._sessions.check_codec(codec)

    def emulators(self) -> Sequence[EmulatorInfo]:
        """Return this user's running emulators, newest first."""
        return find_emulators()

    def attach(self, pid: int) -> None:
        """Serve another running emulator. Raises NoSuchEmulatorError."""
        self._target.attach(pid, {each.pid for each in find_emulators()})
        self._link.set_target(self._target.pid)
        self._link.start()

    def output(self) -> Sequence[str]:
        """Return the last lines that the emulator wrote which this server started."""
        return tuple(self._supervisor.output) if self._supervisor is not None else ()

    async def screenshot(self) -> bytes:
        """Return the screen as a PNG file, after a wait while many are requested. Raises NoPictureError."""
        await self._screenshots.acquire()
        return await asyncio.to_thread(self._screenshotter.take)

    async def serve(self, socket: SignalingSocket, principal: Principal, resume_key: str) -> None:
        """Serve one viewer until it leaves; `resume_key` names the session to resume, "" for none."""
        await self._sessions.serve(socket, principal, resume_key)
