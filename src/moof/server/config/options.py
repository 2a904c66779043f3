"""Where the server listens, and whether those who come in need a token.

Light: it is read before anything starts.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from moof.process import ProcessEnvironment

from .settings import settings_file


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files for TLS, PEM: the certificate with those above it, and its private key."""

    chain: Path
    key: Path

    def __str__(self) -> str:
        return f"{self.chain} and {self.key}"


@dataclass(frozen=True, slots=True)
class ListenOptions:
    """Any address but this machine's own needs a token, unless `insecure`.

    `names` are further host names under which a reverse proxy leads others here; they need tokens, too.
    `token_file` is where the tokens are kept (None: the platform's place), `certificate` is for TLS.
    """

    host: str = "127.0.0.1"
    insecure: bool = False
    names: tuple[str, ...] = ()
    token_file: Path | None = None
    certificate: Certificate | None = None

    @property
    def needs_token(self) -> bool:
        """True if a token is needed."""
        return not self.insecure and (bool(self.names) or not is_loopback(self.host))


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class AudioOptions:
    """Opus' bits per second, and a packet's length: 20, 10 or 5 ms.

    With `follow_listener`, the packets' rate follows the listener's sound card.
    """

    bitrate: int = 128_000
    packet_ms: int = 20
    follow_listener: bool = True


_GIGABYTE: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class LibraryPaths:
    """None is a folder in the platform's place for programs' data; without `prefs` the emulator has none."""

    disks: Path | None = None
    roms: Path | None = None
    prefs: Path | None = None
    config_file: Path = field(default_factory=settings_file)
    """moof.toml."""
    most_upload: int = 4 * _GIGABYTE
    """Bytes of one uploaded file."""


_SERVER: Final = re.compile(
    r"(?P<scheme>stuns?|turns?):((?P<user>[^:@]*):(?P<password>[^@]*)@)?"
    r"(?P<place>(\[[0-9a-fA-F:]+\]|[^:?@\[\]]+)(:\d{1,5})?(\?transport=(udp|tcp))?)"
)
_PORTS: Final = re.compile(r"(\d{1,5})-(\d{1,5})")
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class MediaNetworkError(ValueError):
    """An option that cannot be followed; the text says what it should look like."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server (RFC 7064, RFC 7065), with what TURN wants to know of us."""

    url: str
    username: str | None = None
    credential: str | None = None

    @classmethod
    def parse(cls, text: str) -> "IceServer":
        """Read "stun:HOST:PORT" or "turn:USER:PASSWORD@HOST:PORT". Raises MediaNetworkError."""
        found = _SERVER.fullmatch(text)
        if found is None or (found["scheme"].startswith("stun") and "?" in found["place"]):
            raise MediaNetworkError(f"'{text}' is neither stun:HOST:PORT nor turn:USER:PASSWORD@HOST:PORT")
        if found["scheme"].startswith("turn") and not found["user"]:
            raise MediaNetworkError(f"'{text}': a TURN server wants turn:USER:PASSWORD@HOST:PORT")
        return cls(f"{found['scheme']}:{found['place']}", found["user"] or None, found["password"] or None)

    def for_page(self) -> dict[str, str]:
        """Return it as the browser's RTCIceServer."""
        fields = {"urls": self.url, "username": self.username, "credential": self.credential}
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class MediaNetwork:
    """`ports` are the UDP ports of media, both ends included (None: any). `host` is a name or address under
    which others reach those ports, when a router forwards them.
    """

    ice_servers: tuple[IceServer, ...] = ()
    ports: tuple[int, int] | None = None
    host: str | None = None

    def with_server(self, server: IceServer) -> "MediaNetwork":
        """Return the same with one more STUN or TURN server."""
        return replace(self, ice_servers=(*self.ice_servers, server))


PUBLIC_STUN: Final = IceServer("stun:stun.l.google.com:19302")


def parse_ports(text: str) -> tuple[int, int]:
    """Read "LOW-HIGH". Raises MediaNetworkError."""
    found = _PORTS.fullmatch(text)
    low, high = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1024 <= low <= high <= 65535:
        raise MediaNetworkError(f"'{text}' is not a range LOW-HIGH of ports from 1024 to 65535")
    return low, high


def check_host(text: str) -> str:
    """Return an address or host name. Raises MediaNetworkError."""
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


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What a server is started with.

    `target_pid` names the emulator to serve, None is the newest of this user. With an `emulator_command` the
    server starts that command, keeps it running and serves it instead; `emulator_standby` says that the
    command has a standby mode (emulator/launcher.py). `listen` says on which address the server listens and
    who needs a token, `library_paths` which files the API reaches, `network` how media leaves this machine.
    A port of 0 takes any free one. `on_listening` receives the page's URL.
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
    network: MediaNetwork = field(default_factory=MediaNetwork)
    emulator_command: list[str] | None = None
    emulator_standby: bool = False
    emulator_environment: ProcessEnvironment = field(default_factory=ProcessEnvironment)
    on_listening: Callable[[str], None] = lambda url: None
