"""Web origins (RFC 6454): whose pages may use this server."""

import contextlib
from dataclasses import dataclass, replace
from typing import Final, Self
from urllib.parse import urlsplit

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_WEB_SCHEMES: Final = {"ws": "http", "wss": "https"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme (http or https), host name in lower case, and port of a page."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the origin of a URL, or of an Origin header. Raises ValueError if it has none."""
        parts = urlsplit(text)
        scheme = _WEB_SCHEMES.get(parts.scheme, parts.scheme)
        if scheme not in _DEFAULT_PORTS or not parts.hostname:
            raise ValueError(f"{text!r} is not the address of a page")
        return cls(scheme, parts.hostname, parts.port or _DEFAULT_PORTS[scheme])

    def __str__(self) -> str:
        """Return the origin as browsers write it: without the scheme's own port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


@dataclass(frozen=True, slots=True)
class AllowedOrigins:
    """The origins of this server's page.

    `page_port` is the page's port, from which pages may also use the signaling port. `named` are those of
    the option --allow-host.
    """

    page_port: int
    named: frozenset[Origin] = frozenset()

    def allows(self, origin: str, own: str) -> bool:
        """Return whether pages of `origin` may use this server, which the request names by the URL `own`."""
        try:
            page, server = Origin.parse(origin), Origin.parse(own)
        except ValueError:
            return False
        return page in self.named or page in (server, replace(server, port=self.page_port))


def named_origin(name: str) -> Origin:
    """Return the origin that --allow-host means: a URL's own, or https on its usual port for a bare name.

    Raises:
        ValueError: The text is neither; the error says what it should look like.
    """
    url = name if "://" in name else f"https://{name}"
    with contextlib.suppress(ValueError):
        origin, parts = Origin.parse(url), urlsplit(url)
        if not (parts.path.strip("/") or parts.query or parts.fragment or parts.username):
            return origin
    raise ValueError(f"{name}: must be a host name, or an address like https://mac.example.com:8443")
