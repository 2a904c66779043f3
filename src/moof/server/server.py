"""The whole server, wired: which part hears of what, what starts when, and what stops in which order."""

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from moof.ipc import Command, CommandCode
from moof.media.codecs import CODECS, Transport

from .access import AccessRules
from .audience import Audience
from .listener import Listener, ListenError
from .lobby import Lobby
from .picture import PictureLoop
from .rtp import VideoCodec, configure, video_payload_type
from .session import House, Offering, PowerError, SignallingSocket
from .signalling import CodecOffer, Status
from .sound import SoundLoop
from .source import EmulatorSource, EmulatorStatus
from .status import StatusReport, emulator_view, report
from .supervisor import STARTING, Supervisor
from .web import create_app, create_signalling_app

_log = logging.getLogger(__name__)

PUBLIC_STUN: Final = "stun:stun.l.google.com:19302"


class ServerError(Exception):
    """The server cannot start; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What a server is started with.

    `target_pid` names the emulator to serve, None is the newest of this user. With an `emulator_command` that
    command is started, kept running and served instead; `emulator_standby` says that it has the option
    `--standby` (standby.py). A port of 0 takes any free one. `on_listening` gets the page's URL.
    """

    host: str = "127.0.0.1"
    http_port: int = 8080
    signaling_port: int = 8090
    target_pid: int | None = None
    codec: str = "h264"
    enable_stun: bool = False
    emulator_command: list[str] | None = None
    emulator_standby: bool = False
    on_listening: Callable[[str], None] = lambda url: None


def run(options: ServerOptions) -> None:
    """Serve until SIGINT or SIGTERM. Raises ServerError."""
    asyncio.run(_serve_until_signalled(options))


async def serve(options: ServerOptions, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; everything that was started has ended then. Raises ServerError."""
    server = Server(options)
    try:
        server.start()
        options.on_listening(server.url)
        await stop.wait()
    finally:
        await server.stop()


async def _serve_until_signalled(options: ServerOptions) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve(options, stop)


class Server:
    """The composition; also the `Backend` of the web doors. Made inside the event loop."""

    def __init__(self, options: ServerOptions) -> None:
        """Take the ports and make all parts; nothing runs before `start`. Raises ServerError."""
        self._options = options
        self._loop = asyncio.get_running_loop()
        self._listeners = _bind(options)
        self._source = EmulatorSource(options.target_pid)
        self._audience = Audience()
        self._picture = PictureLoop(self._source, self._audience, self._loop)
        self._sound = SoundLoop(self._source, self._audience, self._loop)
        house = House(self._audience, offering(options.enable_stun), self._source.send, self.restart)
        self._lobby = Lobby(house, options.codec)
        self._supervisor: Supervisor | None = None
        self._supervising: asyncio.Task[None] | None = None
        self._linked = False

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{self._options.host}:{self._listeners[0].port}/"

    def start(self) -> None:
        """Open the doors, and start the threads and, if it is ours, the emulator."""
        configure(rtp_codecs())
        self._source.on_change.append(self._emulator_changed)
        self._open_doors()
        self._picture.start()
        self._sound.start()
        if self._options.emulator_command is None:
            self._link()
        else:
            self._supervise(self._options.emulator_command)
        self._tell_status()

    async def stop(self) -> None:
        """Say goodbye to the viewers, close the doors, and end all threads and our emulator."""
        if self._supervising is not None:
            self._supervising.cancel()
        await self._lobby.close("The server has been stopped.")
        await asyncio.gather(*(listener.close() for listener in self._listeners))
        await asyncio.to_thread(self._stop_threads)
        if self._supervising is not None:
            await asyncio.wait({self._supervising})

    def status(self) -> StatusReport:
        """Return everything about the server."""
        return report(
            self._source.status,
            self._picture.stats(),
            self._sound.stats(),
            self._lobby.codec,
            self._lobby.sessions,
            self._note(),
        )

    def restart(self) -> None:
        """Start the Mac again: ours from scratch, another one by its "reset". Raises PowerError."""
        if self._supervisor is not None:
            self._supervisor.restart()
        elif not self._source.send(Command(CommandCode.RESET)):
            raise PowerError("no emulator is connected that could be restarted")

    def set_codec(self, codec: str) -> None:
        """Change everybody's codec. Raises SignallingError for an unknown one."""
        self._lobby.set_codec(codec)

    async def welcome(self, socket: SignallingSocket) -> None:
        """Serve one viewer until it goes."""
        await self._lobby.welcome(socket)

    def _open_doors(self) -> None:
        rules = AccessRules(self._options.host, self._listeners[0].port)
        for listener, create in zip(self._listeners, (create_app, create_signalling_app), strict=False):
            listener.open(create(self, rules))

    def _supervise(self, command: list[str]) -> None:
        self._supervisor = Supervisor(
            command,
            self._emulator_ready,
            lambda note: self._tell_status(),
            standby=self._options.emulator_standby,
        )
        self._supervising = asyncio.create_task(self._supervisor.run())
        self._supervising.add_done_callback(_log_failure)

    def _emulator_ready(self, pid: int) -> None:
        """Serve the emulator that we started, and no other one that may be running."""
        self._source.set_target(pid)
        self._link()

    def _link(self) -> None:
        if not self._linked:
            self._linked = True
            self._source.start()

    def _stop_threads(self) -> None:
        self._picture.stop()
        self._sound.stop()
        self._source.stop()

    def _emulator_changed(self, status: EmulatorStatus) -> None:
        """Called on the link's thread."""
        try:
            self._loop.call_soon_threadsafe(self._tell_status)
        except RuntimeError:
            pass  # the loop is closed: nobody is left to be told

    def _tell_status(self) -> None:
        self._lobby.tell_status(Status(emulator_view(self._source.status), self._note()))

    def _note(self) -> str:
        """Say what is going on while there is no picture."""
        if self._source.status.connected:
            return ""
        if self._supervisor is not None:
            return self._supervisor.note or STARTING
        if self._options.target_pid is not None:
            return f"Waiting for emulator {self._options.target_pid}…"
        return "Waiting for an emulator…"


def offering(enable_stun: bool) -> Offering:
    """Return what viewers are offered: the table of codecs, and a public STUN server if wanted."""
    return Offering(
        codecs=tuple(CodecOffer(codec.name, codec.label, codec.transport.value) for codec in CODECS.values()),
        payload_types={codec.name: video_payload_type(index) for index, codec in enumerate(rtp_codecs())},
        ice_servers=(PUBLIC_STUN,) if enable_stun else (),
    )


def rtp_codecs() -> list[VideoCodec]:
    """Return the codecs of the table that go by RTP; their order gives them their payload types."""
    return [
        VideoCodec(codec.name, codec.mime, dict(codec.parameters))
        for codec in CODECS.values()
        if codec.transport is Transport.RTP
    ]


def _bind(options: ServerOptions) -> tuple[Listener, ...]:
    """Take the page's port, and the second one for signalling unless it is the same."""
    ports = [options.http_port]
    if options.signaling_port != options.http_port or not options.signaling_port:
        ports.append(options.signaling_port)
    try:
        return tuple(Listener.bind(options.host, port) for port in ports)
    except ListenError as error:
        raise ServerError(f"{error} Choose others with --http-port and --signaling-port.") from error


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("The supervisor failed.", exc_info=error)
