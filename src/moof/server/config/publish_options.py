"""Where picture and sound are published: the address of a WHIP endpoint or of Janus, and what it asks for.

The address may be a secret itself, where whoever knows it may publish: neither it nor the token is logged.
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_JANUS: Final = ("ws", "wss")
DEFAULT_ROOM: Final = 6800
_MAX_ROOM: Final = 2**53 - 1
"""Janus' numbers of rooms go further, JavaScript's do not."""
_FORMS: Final = "http://HOST/PATH or https://HOST/PATH (WHIP), ws://HOST:PORT/?room=NUMBER or wss://… (Janus)"


class PublishOptionsError(ValueError):
    """The address is none to publish to; the text says what it should look like."""


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """A WHIP endpoint (RFC 9725), or the WebSocket of a Janus with the VideoRoom plugin.

    `token` is the endpoint's bearer token, or the key with which Janus lets rooms be made (admin_key), "" for
    none. `watch_url` is the address of Janus' WebSocket for watchers, "" for the same.
    """

    url: str = field(repr=False)
    token: str = field(default="", repr=False)
    watch_url: str = ""

    def __post_init__(self) -> None:
        """Raise PublishOptionsError for addresses of other forms."""
        if not _is_complete(self.url, (*_DEFAULT_PORTS,)):
            raise PublishOptionsError(f"the address to publish to is not {_FORMS}")
        if "@" in urlsplit(self.url).netloc:
            raise PublishOptionsError("the address to publish to has a user name: use a token file instead")
        if not self.token.isascii() or not self.token.isprintable() or " " in self.token:
            raise PublishOptionsError("the token to publish with is not one word of ASCII characters")
        if self.watch_url and not (self.is_janus and _is_complete(self.watch_url, _JANUS)):
            raise PublishOptionsError("watchers connect to ws://HOST:PORT/ or wss://HOST/PATH of a Janus")
        if self.is_janus and not 0 < self.room <= _MAX_ROOM:
            raise PublishOptionsError(f"the address to publish to is not {_FORMS}")

    @property
    def host(self) -> str:
        """Who the endpoint is, for the log."""
        return host_of(self.url)

    @property
    def is_janus(self) -> bool:
        """Whether it is a Janus."""
        return urlsplit(self.url).scheme in _JANUS

    @property
    def room(self) -> int:
        """The number of Janus' room, 0 if it is none."""
        values = parse_qs(urlsplit(self.url).query).get("room", [str(DEFAULT_ROOM)])
        return int(values[0][:20]) if values[0].isascii() and values[0].isdigit() else 0

    @property
    def watchers_url(self) -> str:
        """The address of Janus' WebSocket for watchers, without the room; "" if it is no Janus."""
        if not self.is_janus:
            return ""
        return self.watch_url or urlunsplit(urlsplit(self.url)._replace(query="", fragment=""))


def _is_complete(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Return the host and port of an address: without its path and query, which may be secrets."""
    return urlsplit(url).netloc.rpartition("@")[2]


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port: the origin of RFC 6454."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme)
