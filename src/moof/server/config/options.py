"""The options of a server: dataclasses, and the parsing of those that are more than a value.

Imports little: the command line imports it before anything starts.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from moof.keyboard import DEFAULT_LAYOUT
from moof.preference_rules import PreferenceRule
from moof.process import EnvironmentSource, NextCommand, ProcessEnvironment
from moof.server.config.floor_rules import FloorRules
from moof.server.config.fork_options import ForkOptions
from moof.server.config.hub_environment import HubEnvironment
from moof.server.config.idle_rules import IdleRules
from moof.server.config.installed_emulators import InstalledEmulators, NoInstalledEmulators
from moof.server.config.kiosk_rules import KioskRules
from moof.server.config.page_address import NO_PAGE_ADDRESS, PageAddress
from moof.server.config.page_path import ROOT_PATH
from moof.server.config.publish_options import PublishOptions
from moof.server.config.settings import settings_file


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files for TLS: the certificate with its chain, and its private key."""

    chain: Path
    key: Path

    def __str__(self) -> str:
        return f"{self.chain} and {self.key}"


@dataclass(frozen=True, slots=True)
class ListenOptions:
    """The address to listen on, and what requests need.

    They need a token if `host` is not a loopback address, or there are `host_names` or `trusted_proxies`,
    unless `insecure`.
    `host_names` are further names or addresses of this server's page, for example that of a reverse proxy
    (auth/origins.py). `token_file` holds the tokens (None: in the platform's folder for data), `certificate`
    is for TLS. `trusted_proxies` are addresses and networks of reverse proxies that write X-Forwarded-For.
    Without `player_power`, the Mac's switches are the owner's alone. With `hsts`, answers over https tell the
    browser to use nothing else for this host (RFC 6797). `base_path` is the path below which everything is
    served, with a slash at both ends. `embedders` are the sites whose pages may show the page in a frame,
    written as `host_names`. In a `kiosk`, whoever needs no token is a visitor: a player without the switches.
    """

    host: str = "127.0.0.1"
    insecure: bool = False
    host_names: tuple[str, ...] = ()
    token_file: Path | None = None
    certificate: Certificate | None = None
    trusted_proxies: tuple[str, ...] = ()
    player_power: bool = True
    hsts: bool = False
    base_path: str = ROOT_PATH
    embedders: tuple[str, ...] = ()
    kiosk: bool = False

    @property
    def needs_token(self) -> bool:
        """Whether requests need a token."""
        return not self.insecure and (
            bool(self.host_names or self.trusted_proxies) or not is_loopback(self.host)
        )


def check_proxy(text: str) -> str:
    """Return the address or network of a proxy. Raises ValueError if it is neither."""
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f"{text}: must be an address or a network, like 127.0.0.1 or 10.0.0.0/8") from error
    return text


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens on this address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class AudioOptions:
    """Opus' bit rate in bits per second, and a packet's length: 20, 10 or 5 ms, None as the emulator allows.

    With `follow_listener`, the packets' rate follows the listener's sound card.
    """

    bitrate: int = 128_000
    packet_ms: int | None = None
    follow_listener: bool = True


DEFAULT_TYPING_RATE: Final = 25.0
"""An emulator may read only one key event at each of its 60 ticks, and a letter has two."""


@dataclass(frozen=True, slots=True)
class TypingOptions:
    """How texts are typed.

    `rate` is in characters a second, for emulators that do not report what their Mac has read. `layout` is
    the Mac's keyboard layout, for emulators that do not report that.
    """

    rate: float = DEFAULT_TYPING_RATE
    layout: str = DEFAULT_LAYOUT


_GIGABYTE: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class LibraryPaths:
    """Where the files are that the API reads and writes.

    None for `disks` and `roms` is a folder in the platform's folder for data, for `prefs` that the emulator
    has no preferences file, for `documents` that it has no disk of documents.
    """

    disks: Path | None = None
    roms: Path | None = None
    prefs: Path | None = None
    config_file: Path = field(default_factory=settings_file)
    """moof.toml."""
    max_upload: int = 4 * _GIGABYTE
    """Limit of one uploaded file in bytes."""
    storage_limit: int | None = 64 * _GIGABYTE
    """Limit of all disk images, and of all ROMs, in bytes; None is no limit but the disk's."""
    prefs_rules: Mapping[str, PreferenceRule] = field(default_factory=dict)
    """The preferences that the API may set."""
    documents: Path | None = None
    documents_for_guest: bool = False
    """Whether an emulator other than the built-in Mac reads the folder itself (`extfs`)."""
    states: Path | None = None
    """The folder of the emulator's states."""
    transfers_states: bool = True
    """Whether states are uploaded and downloaded: those of the built-in Mac are."""
    macs: Path | None = None
    """The folder of Macs that were set up; None is one in the platform's folder for data."""


_SERVER: Final = re.compile(
    r"(?P<scheme>stuns?|turns?):((?P<user>[^:@]*):(?P<password>[^@]*)@)?"
    r"(?P<address>(\[[0-9a-fA-F:]+\]|[^:?@\[\]]+)(:(?P<port>\d{1,5}))?(\?transport=(udp|tcp))?)"
)
_PORTS: Final = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class MediaNetworkError(ValueError):
    """An invalid option for the media network; the text says what it should look like."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server (RFC 7064, RFC 7065).

    TURN needs the user name and the credential; without them both are made of a secret (transport/turn.py).
    """

    url: str
    username: str | None = None
    credential: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> "IceServer":
        """Read "stun:HOST:PORT", "turn:HOST:PORT" or "turn:USER:PASSWORD@HOST:PORT".

        Raises MediaNetworkError.
        """
        found = _SERVER.fullmatch(text)
        if found is None or (found["scheme"].startswith("stun") and "?" in found["address"]):
            raise MediaNetworkError(
                f"'{text}' is neither stun:HOST:PORT nor turn:HOST:PORT nor turn:USER:PASSWORD@HOST:PORT"
            )
        if not 0 < int(found["port"] or 1) < 1 << 16:
            raise MediaNetworkError(f"'{text}' has no port from 1 to 65535")
        if found["user"] == "":
            raise MediaNetworkError(f"'{text}' has no user name: turn:USER:PASSWORD@HOST:PORT")
        return cls(f"{found['scheme']}:{found['address']}", found["user"] or None, found["password"] or None)

    @property
    def is_turn(self) -> bool:
        """Whether it relays."""
        return self.url.startswith("turn")

    def for_page(self) -> dict[str, str]:
        """Return it as the browser's RTCIceServer."""
        fields = {"urls": self.url, "username": self.username, "credential": self.credential}
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class MediaNetwork:
    """How media reaches viewers.

    `ports` is the first and the last UDP port for media (None: any); if both are the same, all viewers share
    it. `host` is the name or address at which viewers reach those ports if a router forwards them.
    `turn_secret` is shared with the TURN servers that have no user name. `page` is the address by which a
    viewer's page has come. Raises MediaNetworkError if such a server has no secret.
    """

    ice_servers: tuple[IceServer, ...] = ()
    ports: tuple[int, int] | None = None
    host: str | None = None
    turn_secret: str | None = field(default=None, repr=False)
    page: PageAddress = NO_PAGE_ADDRESS

    def __post_init__(self) -> None:
        without = [each.url for each in self.ice_servers if each.is_turn and each.username is None]
        if without and self.turn_secret is None:
            raise MediaNetworkError(
                f"{without[0]} needs --turn-secret-file, or turn:USER:PASSWORD@HOST:PORT for the server alone"
            )
        if self.turn_secret is not None and not without:
            raise MediaNetworkError("--turn-secret-file needs --ice-server turn:HOST:PORT without a user")

    @property
    def shared_port(self) -> int | None:
        """The UDP port of all viewers, None if they have several."""
        return self.ports[0] if self.ports is not None and self.ports[0] == self.ports[1] else None

    def with_server(self, server: IceServer) -> "MediaNetwork":
        """Return the same with one more STUN or TURN server."""
        return replace(self, ice_servers=(*self.ice_servers, server))


PUBLIC_STUN: Final = IceServer("stun:stun.l.google.com:19302")


def parse_ports(text: str) -> tuple[int, int]:
    """Read "LOW-HIGH", or "PORT" for one port as both. Raises MediaNetworkError."""
    found = _PORTS.fullmatch(text)
    low, high = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1024 <= low <= high <= 65535:
        raise MediaNetworkError(f"'{text}' is neither a PORT nor a range LOW-HIGH, from 1024 to 65535")
    return low, high


def check_host(text: str) -> str:
    """Return a valid address or host name. Raises MediaNetworkError."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        if _HOST_NAME.fullmatch(text):
            return text
    raise MediaNetworkError(f"'{text}' is neither an address nor a host name")


class ServerError(Exception):
    """The server cannot start; the text says why.

    `settings` are the fields of ServerOptions with which it might start if they had other values.
    """

    def __init__(self, message: str, *settings: str) -> None:
        super().__init__(message)
        self.settings = settings


_PRIVATE_NETWORKS: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Where a hub's proxy is in a network of containers (RFC 1918, RFC 4193); its address is not known."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What a server is started with.

    `target_pid` is the process id of the emulator to serve, None the newest of this user. With an
    `emulator_command` the server starts that command instead, restarts it and serves it;
    `emulator_next_command` says how it is started again, None in the same way;
    `emulator_standby` says that the command has a standby mode (emulator/launcher.py), `emulator_offline`
    that no guest in it can reach the network, this server included; `installed_emulators` are those that
    could be started instead. `listen` is the address and what requests need, `library_paths` are the files of
    the API, `network` is how media reaches viewers. Port 0 is any free port. After `restart_unresponsive`
    seconds without an answer, the emulator that the server has started is started again; None for never.
    `publish` is where picture and sound are uploaded once for many watchers, None for nowhere. `hub` is what
    JupyterHub says if it has started the server. `forks` says how links start further Macs, None for not at
    all. `idle` says when a server that nobody uses ends. `on_listening` is called with the page's URL.
    """

    listen: ListenOptions = field(default_factory=ListenOptions)
    http_port: int = 8080
    signaling_port: int = 8090
    max_viewers: int = 16
    library_paths: LibraryPaths = field(default_factory=LibraryPaths)
    target_pid: int | None = None
    codec: str = "h264"
    enable_stun: bool = False
    audio: AudioOptions = field(default_factory=AudioOptions)
    typing: TypingOptions = field(default_factory=TypingOptions)
    floor: FloorRules = field(default_factory=FloorRules)
    kiosk: KioskRules | None = None
    network: MediaNetwork = field(default_factory=MediaNetwork)
    emulator_command: list[str] | None = None
    emulator_next_command: NextCommand | None = None
    emulator_standby: bool = False
    emulator_offline: bool = False
    emulator_environment: EnvironmentSource = field(default_factory=ProcessEnvironment)
    installed_emulators: InstalledEmulators = field(default_factory=NoInstalledEmulators)
    restart_unresponsive: float | None = None
    publish: PublishOptions | None = None
    hub: HubEnvironment | None = None
    forks: ForkOptions | None = None
    idle: IdleRules = field(default_factory=IdleRules)
    on_listening: Callable[[str], None] = lambda url: None

    def behind_hub(self, hub: HubEnvironment) -> "ServerOptions":
        """Return the same for a server that JupyterHub has started, which only its proxy is to reach."""
        proxies = ("127.0.0.1", "::1") if is_loopback(hub.host) else _PRIVATE_NETWORKS
        listen = replace(
            self.listen,
            host=hub.host,
            base_path=hub.prefix,
            trusted_proxies=self.listen.trusted_proxies or proxies,
        )
        return replace(self, listen=listen, http_port=hub.port, signaling_port=hub.port, hub=hub)
