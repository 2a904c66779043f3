"""How media finds its way: STUN and TURN servers, the ports it uses, the address others see.

Light: it is read before anything starts.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

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
