"""The server's parts, wired: which part reports to which, and in which order they start and stop."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Final

from moof.ipc import State, busguard, find_emulators
from moof.keyboard import LayoutError
from moof.server.audio.pipeline import AudioPipeline
from moof.server.auth.access import AccessRules, access_rules, owner_address, page_address
from moof.server.auth.audit import AuditLog
from moof.server.auth.record_file import TokenError
from moof.server.config.hub_environment import HubEnvironment
from moof.server.config.idle_rules import IdleRules
from moof.server.config.options import ServerError, ServerOptions
from moof.server.emulator.emulator_states import StartedStates
from moof.server.emulator.extension import EmulatorExtension
from moof.server.emulator.extension_link import ExtensionLink
from moof.server.emulator.link import EmulatorLink, EmulatorLinkListener, EmulatorStatus
from moof.server.emulator.power import MachineControl
from moof.server.emulator.response_monitor import ResponseMonitor
from moof.server.emulator.supervisor import Supervisor, SupervisorListener
from moof.server.emulator.target import EmulatorTarget, OfflineEmulator
from moof.server.forks.forks import forks_of
from moof.server.http.backend import ServerBackend
from moof.server.http.base_path import BasePathMiddleware
from moof.server.http.body_limits import BodyLimits
from moof.server.http.connection_limiter import ConnectionLimiter
from moof.server.http.error_pages import ErrorPages
from moof.server.http.local_user import LocalUser
from moof.server.http.rate_limit_middleware import RateLimitMiddleware
from moof.server.http.route_permissions import RoutePermissions
from moof.server.http.routes import create_app, create_signaling_app, page_permissions
from moof.server.http.status import emulator_view
from moof.server.http.uvicorn_server import ListenError, UvicornServer
from moof.server.protocol.messages import Status, UnknownCodecError
from moof.server.publish.sfu import SfuFactory
from moof.server.publish.watch_room import WatchRoom
from moof.server.session.clipboard_relay import ClipboardRelay
from moof.server.session.context import MediaOffer, SessionContext, media_offer
from moof.server.session.credential_watch import CredentialWatch
from moof.server.session.idle_watch import wait_until_idle
from moof.server.session.kiosk import Kiosk
from moof.server.session.layout_control import LayoutControl
from moof.server.session.manager import SessionManager
from moof.server.session.presence import Presence
from moof.server.session.screen_text_relay import ScreenTextRelay
from moof.server.session.typing_pace import TypingPace
from moof.server.session.typist import Typist
from moof.server.session.window_follower import WindowFollower
from moof.server.storage.last_browser import LastBrowserFile
from moof.server.storage.library import FileLibrary
from moof.server.transport.capabilities import configure_codecs, rtp_codecs
from moof.server.transport.ice import configure_gathering
from moof.server.video.pipeline import VideoPipeline
from moof.server.viewers import ViewerRegistry

if TYPE_CHECKING:
    from moof.server.hub.hub_service import HubService
    from moof.server.publish.publisher import Publisher

_REVIEW_SECONDS: Final = 2.0
_UNUSED: Final = "Nobody has used this Mac for a while: it is saved and has ended."


class StreamingServer(EmulatorLinkListener, SupervisorListener):
    """All parts of a running server. Created inside the event loop, to which its methods belong."""

    def __init__(self, options: ServerOptions, supervisor: Supervisor | None = None) -> None:
        """Bind the ports and create all parts; nothing runs before `start`. Raises ServerError."""
        self._options = options
        self._loop = asyncio.get_running_loop()
        offer = _media_offer(options)
        self._http_servers = _bind(options)
        self._supervisor = supervisor
        self._target = EmulatorTarget(options.target_pid)
        own_offline = options.emulator_offline and options.target_pid is None
        offline = OfflineEmulator(self._target, own_offline, options.emulator_next_command)
        self._rules = _rules(options, self._http_servers, offline)
        self._link = EmulatorLink(options.target_pid)
        self._extension = ExtensionLink(self._link, self._loop)
        viewers, audit = ViewerRegistry(), AuditLog()
        self._monitor = ResponseMonitor(self._link, supervisor, options.restart_unresponsive)
        self._video = VideoPipeline(self._link, viewers, self._loop, self._extension)
        self._audio = AudioPipeline(self._link, viewers, options.audio, exact=self._extension)
        self._extension.add_sound_listener(self._audio)
        machine = MachineControl(self._link, supervisor)
        self._typist = self._create_typist(machine)
        self._clipboard = ClipboardRelay(self._extension)
        self._kiosk = Kiosk(options.kiosk, self._extension.states) if options.kiosk is not None else None
        self._presence = Presence(options.floor, self._rules.policy)
        self._window = WindowFollower(self._extension, self._presence.floor)
        self._screen_text = ScreenTextRelay(self._extension)
        context = self._session_context(viewers, offer, machine, audit)
        self._sessions = SessionManager(context, options.codec, options.max_viewers)
        self._typist.layouts.add_listener(self._sessions)
        self._add_pages()
        self.backend = self._create_backend(machine, audit)
        self._hub = self._hub_service(options.hub, audit) if options.hub is not None else None
        self._publisher = _publisher(options, viewers, offer, self.backend.watch_room)
        self._publishing: asyncio.Task[None] | None = None
        self._reviewing: list[asyncio.Task[None]] = []
        self._end_reason = "The server has been stopped."

    def _create_typist(self, machine: MachineControl) -> Typist:
        options = self._options
        layouts = _layout_control(options, self._extension)
        typist = Typist(self._link, layouts, TypingPace(options.typing.rate, self._extension))
        machine.add_listener(typist)
        return typist

    def _create_backend(self, machine: MachineControl, audit: AuditLog) -> ServerBackend:
        options = self._options
        return ServerBackend(
            self._link,
            self._video,
            self._audio,
            self._sessions,
            machine,
            FileLibrary.at(options.library_paths),
            self._target,
            self._typist,
            self._supervisor,
            audit,
            StartedStates(self._extension.states, options.emulator_next_command),
            options.installed_emulators,
            WatchRoom(options.publish.watchers_url if options.publish is not None else ""),
            forks_of(options.forks, options.library_paths.states),
        )

    def _add_pages(self) -> None:
        """Give the viewers' pages to the parts that send them messages of their own."""
        if self._kiosk is not None:
            self._kiosk.set_pages(self._sessions)
        self._clipboard.add_pages(self._sessions)
        self._window.add_pages(self._sessions)
        self._screen_text.add_pages(self._sessions)

    def _session_context(
        self, viewers: ViewerRegistry, offer: MediaOffer, machine: MachineControl, audit: AuditLog
    ) -> SessionContext:
        return SessionContext(
            viewers,
            offer,
            self._link,
            machine,
            self._typist,
            self._audio,
            LastBrowserFile(),
            self._video,
            extension=self._extension,
            clipboard=self._clipboard,
            window=self._window,
            kiosk=self._kiosk,
            screen_text=self._screen_text,
            audit=audit,
            policy=self._rules.policy,
            presence=self._presence,
        )

    def _hub_service(self, hub: HubEnvironment, audit: AuditLog) -> "HubService":
        from moof.server.hub.hub_api import HubApi  # an HTTP client takes long to load
        from moof.server.hub.hub_service import HubService

        return HubService(HubApi(hub), self._rules, audit, self._sessions)

    @property
    def url(self) -> str:
        """The page's address."""
        return page_address(self._rules)

    @property
    def owner_url(self) -> str:
        """The page's address for the owner, with a token; it is valid while the server runs."""
        return owner_address(self._rules)

    @property
    def permissions(self) -> RoutePermissions:
        """Which permission each route asks for."""
        return page_permissions(self.backend, self._rules)

    def start(self) -> None:
        """Start serving and start the threads. Raises ServerError for an unusable certificate."""
        busguard.install()
        configure_codecs(rtp_codecs())
        configure_gathering(self._options.network.ports)
        self._link.add_listener(self)
        self._extension.start()
        self._open_http_servers()
        self._loop.run_in_executor(None, self.backend.library.remove_leftovers)
        self._video.start()
        self._audio.start()
        watch = CredentialWatch(self._rules.credentials, self._sessions)
        reviews = [self._review_sessions(), watch.run()]
        if self._hub is not None:
            reviews.append(self._hub.run())
        if self._kiosk is not None:
            reviews.append(self._kiosk.run())
        self._reviewing = [asyncio.create_task(each) for each in reviews]
        if self._publisher is not None:
            self._publishing = asyncio.create_task(self._publisher.run())
        if self._supervisor is None:
            self._link.start()
        else:
            self._supervisor.add_listener(self)
            self.supervisor_changed()
        self._publish_status()

    async def idle(self, rules: IdleRules) -> None:
        """Return when nobody has watched, or used the Mac, for as long as the rules say."""
        await wait_until_idle(rules, self._sessions)
        self._end_reason = _UNUSED

    async def stop(self) -> None:
        """Send bye to all viewers, close the ports, and end the threads."""
        for reviewing in self._reviewing:
            reviewing.cancel()
        self._typist.close()
        self._clipboard.close()
        self._screen_text.close()
        ends: list[Awaitable[object]] = [self._sessions.close(self._end_reason)]
        if self.backend.forks is not None:
            ends.append(self.backend.forks.close())
        if self._publishing is not None:
            self._publishing.cancel()
            ends.append(asyncio.wait({self._publishing}))
        await asyncio.gather(*ends)
        await asyncio.gather(*(server.close() for server in self._http_servers))
        await asyncio.to_thread(self._stop_threads)
        self._extension.stop()

    def supervisor_changed(self) -> None:
        """Connect to the emulator that this server started, and to no other one that may be running."""
        assert self._supervisor is not None
        self._target.set_own(self._supervisor.ready_pid)
        if self._supervisor.ready_pid is not None:
            self._link.set_target(self._target.pid)
            self._link.start()
        self._publish_status()

    def emulator_changed(self, status: EmulatorStatus) -> None:
        """Pass the new state to the event loop. Called on the link's thread."""
        try:
            self._loop.call_soon_threadsafe(self._process_emulator_change, status)
        except RuntimeError:
            pass  # the loop is closed: no viewer is left

    def _process_emulator_change(self, status: EmulatorStatus) -> None:
        self._leave_ended_emulator()
        self._typist.emulator_changed(status.pid, paused=status.state is State.PAUSED)
        if self._kiosk is not None:
            self._kiosk.emulator_changed(status.pid)
        self._publish_status()

    def _leave_ended_emulator(self) -> None:
        """Leave an attached emulator that has ended; its process may end later than its connection."""
        if self._target.is_own or self._link.status.connected:
            return
        if self._target.detach_ended({each.pid for each in find_emulators()}):
            self._link.set_target(self._target.pid)

    def _publish_status(self) -> None:
        off = self._supervisor is not None and self._supervisor.off
        self._sessions.send_status(Status(emulator_view(self._link.status), self.backend.note(), off))

    async def _review_sessions(self) -> None:
        while True:
            await asyncio.sleep(_REVIEW_SECONDS)
            self._leave_ended_emulator()
            self._sessions.review(self._loop.time())
            self._monitor.observe(self._loop.time())

    def _open_http_servers(self) -> None:
        limits = BodyLimits(self._options.library_paths.max_upload)
        external = self._hub.sign_in if self._hub is not None else None
        page = create_app(self.backend, self._rules, limits, external)
        apps = [page, create_signaling_app(self.backend, self._rules, limits)]
        for server, app in zip(self._http_servers, apps, strict=False):
            try:
                whole = BasePathMiddleware(ErrorPages(app, external), self._rules.base_path)
                server.open(RateLimitMiddleware(whole, self._rules), self._options.listen)
            except ListenError as error:
                raise ServerError(str(error)) from error

    def _stop_threads(self) -> None:
        self._video.stop()
        self._audio.stop()
        self._link.stop()


def _media_offer(options: ServerOptions) -> MediaOffer:
    offer = media_offer(options.network, public_stun=options.enable_stun)
    try:
        offer.check(options.codec)
    except UnknownCodecError as error:
        raise ServerError(f"{error}.", "codec") from error
    return offer


def _publisher(
    options: ServerOptions, viewers: ViewerRegistry, offer: MediaOffer, room: WatchRoom
) -> "Publisher | None":
    if options.publish is None:
        return None
    from moof.server.publish.janus import JanusServer
    from moof.server.publish.publisher import Publisher
    from moof.server.publish.whip import WhipEndpoint  # an HTTP client takes long to load

    sfu: SfuFactory = WhipEndpoint(options.publish)
    if options.publish.is_janus:
        sfu = JanusServer(options.publish, room)
    return Publisher(sfu, viewers, offer.payload_types, offer.network)


def _layout_control(options: ServerOptions, extension: EmulatorExtension) -> LayoutControl:
    try:
        return LayoutControl(options.typing.layout, extension)
    except LayoutError as error:
        raise ServerError(f"{error}.", "keyboard_layout") from error


def _rules(options: ServerOptions, servers: Sequence[UvicornServer], served: OfflineEmulator) -> AccessRules:
    """Return who has access; release the ports if the tokens cannot be read."""
    try:
        return access_rules(options.listen, servers[0].port, LocalUser(served))
    except TokenError as error:
        for server in servers:
            server.release()
        raise ServerError(str(error)) from error


def _bind(options: ServerOptions) -> tuple[UvicornServer, ...]:
    """Bind the page's port, and the second one for signaling unless it is the same."""
    ports = [options.http_port]
    if options.signaling_port != options.http_port or not options.signaling_port:
        ports.append(options.signaling_port)
    servers: list[UvicornServer] = []
    limiter = ConnectionLimiter(options.listen.trusted_proxies)
    try:
        for port in ports:
            bound = UvicornServer.bind(options.listen.host, port, limiter)
            servers.append(bound)  # released below
    except ListenError as error:
        for server in servers:
            server.release()
        raise ServerError(str(error), "http_port", "signaling_port") from error
    return tuple(servers)
