"""The parts of the server, wired: which hears of what, and what starts and stops when."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from moof.ipc import EmulatorInfo, busguard, find_emulators
from moof.media.codecs import CODECS, Transport
from moof.server.audio.pipeline import AudioPipeline
from moof.server.auth.access import AccessRules, access_rules, page_address
from moof.server.auth.tokens import Role, TokenError
from moof.server.config.options import IceServer, MediaNetwork, ServerError, ServerOptions
from moof.server.emulator.link import EmulatorLink, EmulatorLinkListener, EmulatorStatus
from moof.server.emulator.power import MachineControl, PowerError
from moof.server.emulator.supervisor import STARTING, Supervisor, SupervisorListener
from moof.server.http.body_limits import BodyLimits
from moof.server.http.rate_limit_middleware import RateLimitMiddleware
from moof.server.http.routes import create_app, create_signaling_app
from moof.server.http.status import LatencyReport, StatusReport, emulator_view, latency_reports, report
from moof.server.http.uvicorn_server import ListenError, UvicornServer
from moof.server.protocol.messages import CodecOffer, SignalingError, Status
from moof.server.session.context import MediaOffer, SessionContext
from moof.server.session.manager import SessionManager
from moof.server.session.signaling_channel import SignalingSocket
from moof.server.storage.last_browser import Browser, remember
from moof.server.storage.library import FileLibrary
from moof.server.transport.capabilities import VideoCodec, configure_codecs, video_payload_type
from moof.server.transport.ice import configure_gathering
from moof.server.video.codec_selection import AUTO, LABEL
from moof.server.video.pipeline import VideoPipeline
from moof.server.video.screenshot import Screenshotter

from .token_bucket import TokenBucket
from .viewers import ViewerRegistry

_CHOICE_SECONDS: Final = 2.0
_SCREENSHOTS_A_SECOND: Final = 2.0
_SCREENSHOT_BURST: Final = 10.0
PUBLIC_STUN: Final = IceServer("stun:stun.l.google.com:19302")


class StreamingServer(EmulatorLinkListener, SupervisorListener):
    """The composition; also the `Backend` of the web listen. Made inside the event loop."""

    def __init__(self, options: ServerOptions, supervisor: Supervisor | None = None) -> None:
        """Take the ports and make all parts; nothing runs before `start`. Raises ServerError."""
        self._options = options
        self._loop = asyncio.get_running_loop()
        offered = _checked_offering(options)
        self._listeners = _bind(options)
        self._rules = _rules(options, self._listeners)
        self._source = EmulatorLink(options.target_pid)
        self._camera = Screenshotter(self._source)
        self._screenshots = TokenBucket(_SCREENSHOTS_A_SECOND, _SCREENSHOT_BURST)
        self._viewers = ViewerRegistry()
        self._picture = VideoPipeline(self._source, self._viewers, self._loop)
        self._sound = AudioPipeline(self._source, self._viewers, self._loop, options.audio)
        self.machine = MachineControl(self._source.send, supervisor)
        self.library = FileLibrary.at(options.library_paths)
        self._offered = offered
        context = SessionContext(
            self._viewers,
            offered,
            self._source.send,
            self.machine.restart,
            self._sound,
            self._browser_answered,
            self._picture.content_stats,
        )
        self._session_manager = SessionManager(context, options.codec, options.max_viewers)
        self._supervisor = supervisor
        self._adopted: int | None = None
        self._linked = False
        self._choosing: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where the page is; with the token, if one is needed."""
        return page_address(self._rules)

    def start(self) -> None:
        """Open the doors and start the threads."""
        busguard.install()
        configure_codecs(rtp_codecs())
        configure_gathering(self._options.network.ports)
        self._source.add_listener(self)
        self._open_doors()
        self._picture.start()
        self._sound.start()
        self._choosing = asyncio.create_task(self._choose_codecs())
        if self._supervisor is None:
            self._link()
        else:
            self._supervisor.add_listener(self)
            self.supervisor_changed()
        self._tell_status()

    async def stop(self) -> None:
        """Say goodbye to the viewers, close the listen, and end all threads and our emulator."""
        if self._choosing is not None:
            self._choosing.cancel()
        await self._session_manager.close("The server has been stopped.")
        await asyncio.gather(*(listener.close() for listener in self._listeners))
        await asyncio.to_thread(self._stop_threads)

    def status(self) -> StatusReport:
        """Return everything about the server."""
        return report(
            self._source.status,
            self._picture.stats(),
            self._sound.stats(),
            self._session_manager.codec,
            self._session_manager.sessions,
            self._note(),
            totals=self._session_manager.totals,
            restarts=self._supervisor.restarts if self._supervisor is not None else 0,
        )

    def latency(self) -> list[LatencyReport]:
        """Return what the viewers' pages say of their latency."""
        return latency_reports(self._session_manager.sessions)

    def ailment(self) -> str | None:
        """Return what is wrong with the server itself."""
        parts = {"pictures": self._picture.alive, "sound": self._sound.alive}
        ended = [name for name, alive in parts.items() if not alive]
        return f"The thread for {' and '.join(ended)} has ended." if ended else None

    def emulators(self) -> Sequence[EmulatorInfo]:
        """Return this user's living emulators, newest first."""
        return find_emulators()

    def adopt(self, pid: int) -> None:
        """Serve another running emulator from now on. Raises PowerError if there is none with this pid."""
        if all(each.pid != pid for each in find_emulators()):
            raise PowerError(f"there is no running emulator {pid}")
        self._adopted = pid
        self._source.set_target(pid)
        self._link()

    def output(self) -> Sequence[str]:
        """Return the last lines that our emulator wrote."""
        return tuple(self._supervisor.output) if self._supervisor is not None else ()

    async def screenshot(self) -> bytes:
        """Return the screen as a PNG file, when it is one's turn. Raises NoPictureError."""
        await self._screenshots.pass_through()
        return await asyncio.to_thread(self._camera.take)

    def check_codec(self, codec: str) -> None:
        """Raise SignalingError for an unknown codec."""
        self._offered.check(codec)

    def set_codec(self, codec: str) -> None:
        """Change everybody's codec. Raises SignalingError for an unknown one."""
        self._session_manager.set_codec(codec)

    async def welcome(self, socket: SignalingSocket, role: Role, key: str) -> None:
        """Serve one viewer until it goes; `key` is that of the session to which it comes back."""
        await self._session_manager.serve(socket, role, key)

    def _browser_answered(self, codecs: tuple[str, ...]) -> None:
        """Store the video codecs of this browser's answer, for `moof doctor`."""
        self._loop.run_in_executor(None, remember, Browser(codecs))

    async def _choose_codecs(self) -> None:
        while True:
            await asyncio.sleep(_CHOICE_SECONDS)
            self._session_manager.review(self._loop.time())

    def _open_doors(self) -> None:
        limits = BodyLimits(self._options.library_paths.most_upload)
        for listener, create in zip(self._listeners, (create_app, create_signaling_app), strict=False):
            app = create(self, self._rules, limits)
            try:
                listener.open(RateLimitMiddleware(app), self._options.listen.certificate)
            except ListenError as error:
                raise ServerError(str(error)) from error

    def supervisor_changed(self) -> None:
        """Serve the emulator that we started, and no other one that may be running."""
        assert self._supervisor is not None
        if self._supervisor.ready_pid is not None and self._adopted is None:
            self._source.set_target(self._supervisor.ready_pid)
            self._link()
        self._tell_status()

    def _release_adopted(self) -> None:
        """Go back to our own emulator, or the one that we were to serve, when an adopted one has ended."""
        if self._adopted is None or any(each.pid == self._adopted for each in find_emulators()):
            return
        self._adopted = None
        own = self._supervisor.ready_pid if self._supervisor is not None else None
        self._source.set_target(own or self._options.target_pid)

    def _link(self) -> None:
        if not self._linked:
            self._linked = True
            self._source.start()

    def _stop_threads(self) -> None:
        self._picture.stop()
        self._sound.stop()
        self._source.stop()

    def emulator_changed(self, status: EmulatorStatus) -> None:
        """Take the new state to the event loop. Called on the link's thread."""
        try:
            self._loop.call_soon_threadsafe(self._hear_of_emulator, status)
        except RuntimeError:
            pass  # the loop is closed: nobody is left to be told

    def _hear_of_emulator(self, status: EmulatorStatus) -> None:
        if not status.connected:
            self._release_adopted()
        self._tell_status()

    def _tell_status(self) -> None:
        off = self._supervisor is not None and self._supervisor.off
        self._session_manager.send_status(Status(emulator_view(self._source.status), self._note(), off))

    def _note(self) -> str:
        """Say what is going on while there is no picture."""
        if self._source.status.connected:
            return ""
        if self._supervisor is not None:
            return self._supervisor.note or STARTING
        if self._options.target_pid is not None:
            return f"Waiting for emulator {self._options.target_pid}…"
        return "Waiting for an emulator…"


def offering(enable_stun: bool, network: MediaNetwork) -> MediaOffer:
    """Return what viewers are offered: the table of codecs, and how media finds its way."""
    if enable_stun:
        network = replace(network, ice_servers=(*network.ice_servers, PUBLIC_STUN))
    return MediaOffer(
        codecs=(
            CodecOffer(AUTO, LABEL, Transport.RTP.value),
            *(CodecOffer(codec.name, codec.label, codec.transport.value) for codec in CODECS.values()),
        ),
        payload_types={codec.name: video_payload_type(index) for index, codec in enumerate(rtp_codecs())},
        network=network,
    )


def rtp_codecs() -> list[VideoCodec]:
    """Return the codecs of the table that go by RTP; their order gives them their payload types."""
    return [
        VideoCodec(codec.name, codec.mime, dict(codec.parameters))
        for codec in CODECS.values()
        if codec.transport is Transport.RTP
    ]


def _checked_offering(options: ServerOptions) -> MediaOffer:
    offered = offering(options.enable_stun, options.network)
    try:
        offered.check(options.codec)
    except SignalingError as error:
        raise ServerError(f"--codec: {error}.") from error
    return offered


def _rules(options: ServerOptions, listeners: Sequence[UvicornServer]) -> AccessRules:
    """Say who may come in; the ports are given back if that cannot be said."""
    try:
        return access_rules(options.listen, listeners[0].port)
    except TokenError as error:
        for listener in listeners:
            listener.release()
        raise ServerError(str(error)) from error


def _bind(options: ServerOptions) -> tuple[UvicornServer, ...]:
    """Take the page's port, and the second one for signalling unless it is the same."""
    ports = [options.http_port]
    if options.signaling_port != options.http_port or not options.signaling_port:
        ports.append(options.signaling_port)
    listeners: list[UvicornServer] = []
    try:
        for port in ports:
            listeners.append(UvicornServer.bind(options.listen.host, port))  # noqa: PERF401  the first is given back below
    except ListenError as error:
        for listener in listeners:
            listener.release()
        raise ServerError(f"{error} Choose others with --http-port and --signaling-port.") from error
    return tuple(listeners)
