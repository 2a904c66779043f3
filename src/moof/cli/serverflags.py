"""The options of the server, shared by `run` and `serve`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from moof.bridge.limits import Limits
from moof.cli.bridge import BridgeCommand, recipe_names
from moof.cli.bridge import bridge_command as command_of_bridge
from moof.cli.option_groups import option
from moof.cli.sandbox_choice import NETWORK_HELP, NO_SANDBOX_HELP, SANDBOX_HELP, SHARE_HELP, SandboxChoice
from moof.cli.terminal import fail
from moof.keyboard import DEFAULT_LAYOUT
from moof.server.auth.origins import named_origin
from moof.server.config.file_privacy import FilePrivacyError, read_secret
from moof.server.config.floor_rules import (
    MAX_TURN_MINUTES,
    MIN_TURN_MINUTES,
    FloorMode,
    FloorRules,
    parse_floor_mode,
)
from moof.server.config.kiosk_rules import (
    DEFAULT_KIOSK_MINUTES,
    MAX_KIOSK_MINUTES,
    MIN_KIOSK_MINUTES,
    KioskRules,
)
from moof.server.config.options import (
    DEFAULT_TYPING_RATE,
    Certificate,
    IceServer,
    ListenOptions,
    MediaNetwork,
    MediaNetworkError,
    TypingOptions,
    check_host,
    check_proxy,
    parse_ports,
)
from moof.server.config.page_path import ROOT_PATH, check_base_path
from moof.server.config.publish_options import PublishOptions, PublishOptionsError
from moof.server.config.settings import BUILT_IN, SettingsError, read_settings, settings_file
from moof.server.emulator.response_watch import SILENT_SECONDS

if TYPE_CHECKING:
    from moof.server.config.emulator_settings import EmulatorSettings


@dataclass(frozen=True, slots=True)
class ServerFlags:
    """The options of the server, from the command line, the environment or moof.toml, checked."""

    http_port: Annotated[int, option("Port of the page and the API.", min=0, max=65535)] = 8080
    signaling_port: Annotated[int, option("Another port for signaling only.", min=0, max=65535)] = 8090
    open: Annotated[bool, option("Open the page in the desktop's browser.", "--open")] = False
    host: Annotated[str, option("Address to listen on. Any but loopback needs a token, or --insecure.")] = (
        "127.0.0.1"
    )
    insecure: Annotated[bool, option("Admit everyone who can reach the port, without a token.")] = False
    allow_host: Annotated[
        list[str] | None,
        option(
            "Another name of this server, for example behind a proxy: NAME (for https://NAME) or the whole "
            "address of its page, such as http://NAME:8000; may be repeated. Needs a token."
        ),
    ] = None
    base_path: Annotated[
        str,
        option("Path of the page and the API, such as /mac/ where a proxy serves other things beside them."),
    ] = ROOT_PATH
    embed_origin: Annotated[
        list[str] | None,
        option(
            "A site whose pages may show the Mac's page in a frame: NAME (for https://NAME) or the whole "
            "address; may be repeated."
        ),
    ] = None
    trusted_proxy: Annotated[
        list[str] | None,
        option(
            "Address or network of a reverse proxy whose X-Forwarded-For and X-Forwarded-Proto are believed; "
            "may be repeated."
        ),
    ] = None
    tls_cert: Annotated[Path | None, option("Serve https with this certificate chain (PEM).")] = None
    tls_key: Annotated[Path | None, option("The certificate's private key (PEM).")] = None
    hsts: Annotated[
        bool,
        option("Tell browsers that came by https to use nothing else for this host.", "--hsts"),
    ] = False
    token_file: Annotated[
        Path | None, option("File of the tokens, beside which that of the login sessions is.")
    ] = None
    player_power: Annotated[
        bool, option("Let players start, stop, reset and pause the Mac; else only the owner can.")
    ] = True
    max_viewers: Annotated[int, option("Most pages connected at the same time.", min=1, max=1000)] = 16
    floor: Annotated[
        str,
        option(
            "Whose mouse and keyboard the Mac has when several people are here: free (everybody's), request "
            "(one person's, who passes them on) or queue (likewise, and after some minutes the next one's)."
        ),
    ] = FloorMode.FREE.value
    turn_minutes: Annotated[
        float, option("Minutes of a turn with --floor queue.", min=MIN_TURN_MINUTES, max=MAX_TURN_MINUTES)
    ] = FloorRules().turn_minutes
    kiosk: Annotated[
        str,
        option(
            "Name of a state of the built-in Mac: for visitors the page is the Mac alone, and when nobody "
            "has used it for a while it goes back to this state."
        ),
    ] = ""
    kiosk_minutes: Annotated[
        float,
        option(
            "Minutes without use after which a --kiosk goes back.",
            min=MIN_KIOSK_MINUTES,
            max=MAX_KIOSK_MINUTES,
        ),
    ] = DEFAULT_KIOSK_MINUTES
    target_pid: Annotated[int | None, option("Attach to this running emulator; start none.", min=1)] = None
    emulator: Annotated[
        str,
        option(f"Emulator to start: '{BUILT_IN}', the built-in Mac, or one of moof.toml or of the bridge."),
    ] = BUILT_IN
    emulator_file: Annotated[
        Path | None,
        option("ROM, system or settings file of an emulator of the bridge.", "--emulator-file", "--file"),
    ] = None
    emulator_argument: Annotated[
        list[str] | None,
        option("One more argument of an emulator of the bridge, such as a disk; may be repeated."),
    ] = None
    emulator_memory_limit: Annotated[
        int | None, option("Memory limit of an emulator of the bridge, in MB.", min=16)
    ] = None
    emulator_cpus: Annotated[
        int | None, option("Number of processors for an emulator of the bridge.", min=1)
    ] = None
    sandbox: Annotated[str, option(SANDBOX_HELP)] = "auto"
    no_sandbox: Annotated[bool, option(NO_SANDBOX_HELP, "--no-sandbox")] = False
    emulator_share: Annotated[list[Path] | None, option(SHARE_HELP)] = None
    emulator_network: Annotated[bool, option(NETWORK_HELP, "--emulator-network")] = False
    restart_unresponsive: Annotated[
        float | None,
        option(
            "Start the emulator again when it has not answered for so many seconds. Without this the page "
            "says that it does not answer, and nothing more.",
            min=SILENT_SECONDS,
        ),
    ] = None
    codec: Annotated[
        str, option("Codec of new viewers: auto, h264, h264-444, av1, vp9, vp9-444, png or webp.")
    ] = "h264"
    keyboard_layout: Annotated[
        str, option("Keyboard layout that the Mac is set to, if its emulator does not report it.")
    ] = DEFAULT_LAYOUT
    typing_rate: Annotated[float, option("Typed text in characters a second, likewise.", min=1, max=1000)] = (
        DEFAULT_TYPING_RATE
    )
    enable_stun: Annotated[
        bool, option("Ask a public STUN server for this machine's address, for viewers elsewhere.")
    ] = False
    ice_server: Annotated[
        list[str] | None,
        option(
            "stun:HOST:PORT, turn:HOST:PORT with --turn-secret-file, or turn:USER:PASSWORD@HOST:PORT, which "
            "only the server uses; may be repeated."
        ),
    ] = None
    turn_secret_file: Annotated[
        Path | None,
        option(
            "File with the TURN server's secret (coturn: static-auth-secret), which nobody else may read."
        ),
    ] = None
    media_ports: Annotated[
        str | None, option("UDP ports for media: LOW-HIGH, one for each viewer, or PORT, one for all.")
    ] = None
    media_host: Annotated[
        str | None,
        option("Address or name under which those ports are reachable, for example behind a router."),
    ] = None
    publish: Annotated[
        str | None,
        option(
            "Address of a WHIP endpoint (https://…) or of Janus' WebSocket (ws://HOST:8188/?room=6800), to "
            "which picture and sound go once, for many watchers. If it is a secret, set it in moof.toml or "
            "MOOF_PUBLISH: others see a command line."
        ),
    ] = None
    publish_token_file: Annotated[
        Path | None,
        option("File with the endpoint's bearer token, or Janus' admin_key, which nobody else may read."),
    ] = None
    publish_watch: Annotated[
        str | None, option("Address of Janus' WebSocket for watchers, if it is another one for them.")
    ] = None
    disks: Annotated[Path | None, option("Folder of the disk images that the API serves.")] = None
    roms: Annotated[Path | None, option("Folder of the ROMs that the API serves.")] = None
    storage_limit: Annotated[
        float, option("Limit of the disk images, and of the ROMs, that uploads may reach, in GB.", min=0)
    ] = 64.0

    def __post_init__(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            fail("--tls-cert and --tls-key belong together.")
        if self.hsts and self.tls_cert is None and not self.trusted_proxy:
            fail("--hsts is for https: it needs --tls-cert, or a --trusted-proxy that serves https.")
        self.network  # noqa: B018  reports errors now, not when the server starts
        self.publish_options  # noqa: B018
        self.sandbox_choice  # noqa: B018
        for file in (self.tls_cert, self.tls_key):
            if file is not None and not file.is_file():
                fail(f"{file}: there is no such file.")

    @property
    def listen(self) -> ListenOptions:
        """Address, access and certificate."""
        certificate = Certificate(self.tls_cert, self.tls_key) if self.tls_cert and self.tls_key else None
        try:
            for name in (*(self.allow_host or ()), *(self.embed_origin or ())):
                named_origin(name)
            base = check_base_path(self.base_path)
            proxies = tuple(check_proxy(each) for each in self.trusted_proxy or ())
        except ValueError as error:
            fail(f"{error}.")
        return ListenOptions(
            self.host,
            self.insecure,
            tuple(self.allow_host or ()),
            certificate=certificate,
            trusted_proxies=proxies,
            token_file=self.token_file,
            player_power=self.player_power,
            hsts=self.hsts,
            base_path=base,
            embedders=tuple(self.embed_origin or ()),
            kiosk=bool(self.kiosk),
        )

    @property
    def local_page(self) -> str:
        """The page's address on this machine."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls_cert else 'http'}://{shown}:{self.http_port}{self.listen.base_path}"

    @property
    def network(self) -> MediaNetwork:
        """ICE servers, ports and host for media."""
        try:
            return MediaNetwork(
                tuple(IceServer.parse(each) for each in self.ice_server or ()),
                parse_ports(self.media_ports) if self.media_ports else None,
                check_host(self.media_host) if self.media_host else None,
                read_secret(self.turn_secret_file) if self.turn_secret_file else None,
            )
        except MediaNetworkError as error:
            fail(f"{error}.")
        except FilePrivacyError as error:
            fail(str(error))
        except OSError as error:
            fail(f"{self.turn_secret_file}: {error.strerror}.")

    @property
    def publish_options(self) -> PublishOptions | None:
        """Where picture and sound are published."""
        file = self.publish_token_file
        if self.publish is None:
            if file is not None or self.publish_watch:
                fail("--publish-token-file and --publish-watch belong to --publish.")
            return None
        try:
            return PublishOptions(self.publish, read_secret(file) if file else "", self.publish_watch or "")
        except PublishOptionsError as error:
            fail(f"--publish: {error}.")
        except FilePrivacyError as error:
            fail(str(error))
        except OSError as error:
            fail(f"{file}: {error.strerror}.")

    @property
    def sandbox_choice(self) -> SandboxChoice:
        """The sandbox of an emulator that is started."""
        mode = "off" if self.no_sandbox else self.sandbox
        return SandboxChoice(mode, tuple(self.emulator_share or ()), self.emulator_network or None)

    @property
    def typing(self) -> TypingOptions:
        """How texts are typed."""
        return TypingOptions(self.typing_rate, self.keyboard_layout)

    @property
    def floor_rules(self) -> FloorRules:
        """How mouse and keyboard are passed on."""
        try:
            return FloorRules(parse_floor_mode(self.floor), self.turn_minutes)
        except ValueError as error:
            fail(f"--floor: {error}")

    def kiosk_rules(self, states: Path | None) -> KioskRules | None:
        """Return what a kiosk does, None without one; `states` is the folder of the Mac's states, if any."""
        if not self.kiosk:
            return None
        if states is None:
            fail("--kiosk needs the built-in Mac, and a folder of its states.")
        from moof.states import StateError
        from moof.states.state_shelf import StateShelf

        try:
            StateShelf(states).summary(self.kiosk)
        except StateError as error:
            fail(f"--kiosk {self.kiosk}: {error} The page's settings save one under States, without --kiosk.")
        return KioskRules(self.kiosk, self.kiosk_minutes)

    @property
    def configured_emulator(self) -> EmulatorSettings | None:
        """The chosen emulator of moof.toml, None for the built-in Mac and for the bridge's."""
        if self.emulator == BUILT_IN:
            return None
        path = settings_file()
        try:
            emulators = read_settings(path).emulators
        except SettingsError as error:
            fail(str(error))
        if self.emulator not in emulators and self.emulator not in recipe_names():
            known = ", ".join([BUILT_IN, *emulators, *recipe_names()])
            fail(f"--emulator {self.emulator}: {path} has no [emulators.{self.emulator}]. Known are {known}.")
        return emulators.get(self.emulator)

    def bridge_command(
        self, arguments: Sequence[str], verbose: bool, documents: Path | None, states: Path | None
    ) -> BridgeCommand | None:
        """Return what starts the chosen emulator of the bridge, `arguments` at the end; None for ours."""
        if self.emulator == BUILT_IN:
            return None
        limits = Limits(self.emulator_memory_limit, self.emulator_cpus)
        return command_of_bridge(
            *(self.emulator, self.emulator_file, (*(self.emulator_argument or ()), *arguments)),
            *(limits, verbose, self.sandbox_choice),
            documents=documents,
            states=states,
        )
