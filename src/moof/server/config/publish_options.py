"""Where picture and sound are published: the address of a WHIP endpoint, and what it asks for.

The address may be a secret itself, where whoever knows it may publish: neither it nor the token is logged.
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class PublishOptionsError(ValueError):
    """The address is none of a WHIP endpoint; the text says what it should look like."""


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """A WHIP endpoint (RFC 9725): its address, and the bearer token that it asks for, "" for none."""

    url: str = field(repr=False)
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Raise PublishOptionsError for another address than http://… or https://…."""
        try:
            parts = urlsplit(self.url)
            complete = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
        except ValueError:
            complete = False
        if not complete:
            raise PublishOptionsError(
                "the address to publish to is not http://HOST/PATH or https://HOST/PATH"
            )
        if "@" in parts.netloc:
            raise PublishOptionsError("the address to publish to has a user name: use a token file instead")
        if not self.token.isascii() or not self.token.isprintable() or " " in self.token:
            raise PublishOptionsError("the token to publish with is not one word of ASCII characters")

    @property
    def host(self) -> str:
        """Who the endpoint is, for the log."""
        return host_of(self.url)


def host_of(url: str) -> str:
    """Return the host and port of an address: without its path and query, which may be secrets."""
    return urlsplit(url).netloc.rpartition("@")[2]


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port: the origin of RFC 6454."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme)
