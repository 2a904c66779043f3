"""Which requests are let in. A server on 127.0.0.1 is still within reach of every web page that this
user opens.

Two attacks are turned away there: DNS rebinding, where somebody else's host name resolves to us (the Host
header gives it away), and requests or WebSockets that a foreign page makes (the Origin header does,
which browsers always send with them). Where others can reach the port, a token is needed besides: it comes
once, in the page's address, and then stays in a cookie.
"""

import ipaddress
import socket
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

import platformdirs
from starlette.datastructures import Headers
from starlette.types import Scope

from moof.server.config.options import ListenOptions

from .tokens import Role, Tokens, load_tokens

_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FOR_ALL: Final = frozenset({"/healthz"})
"""Says nothing but that the server runs; what looks after it has no token."""
_FOR_VIEWERS: Final = frozenset(
    {
        "/",
        "/keymap.json",
        "/openapi.json",
        "/api",
        "/api/status",
        "/api/latency",
        "/api/screenshot.png",
        "/metrics",
    }
)


@dataclass(frozen=True, slots=True)
class AccessDenied:
    """The HTTP status and the sentence with which a request is turned away."""

    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class AccessRules:
    """`host` is the address that the server listens on, `page_port` the page's port: its scripts may use
    the other port, too.

    With `tokens`, one of them is needed. `names` are further host names of this server, those of a reverse
    proxy for instance.
    """

    host: str
    page_port: int
    tokens: Tokens | None = None
    names: frozenset[str] = frozenset()
    tls: bool = False

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers don't tell the ports of one host apart."""
        return f"moof-{self.page_port}"

    def admit(self, scope: Scope) -> Role | AccessDenied:
        """Return what the sender of a request may do, or why it is turned away."""
        headers = Headers(scope=scope)
        safe = is_safe(scope)
        if self.tokens is None and not self._is_own_name(_host_name(headers.get("host", ""))):
            return AccessDenied(
                403, "This address is not one of this server's. Open the one that it printed."
            )
        origin = headers.get("origin")
        if not safe and origin is not None and not self._is_own_page(origin, headers.get("host", "")):
            return AccessDenied(403, f"Pages of {origin} may not use this server.")
        role = self._role(scope, headers)
        if role is None:
            return AccessDenied(
                401, "A token is needed: open the address that the server printed at its start."
            )
        if role is Role.VIEWER and scope["type"] == "http" and not (safe and _is_for_viewers(scope["path"])):
            return AccessDenied(403, "Your token is for watching only.")
        return role

    def token_in_address(self, scope: Scope) -> str | None:
        """Return the word of a token that comes with the page's address, to be put into the cookie."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            return None
        words = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        return words[0] if words and self.tokens is not None else None

    def set_cookie(self, word: str) -> str:
        """Return the header that keeps a token. "Lax": with "Strict" a link in a mail would not open."""
        secure = "; Secure" if self.tls else ""
        return f"{self.cookie}={word}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}"

    def _role(self, scope: Scope, headers: Headers) -> Role | None:
        if self.tokens is None:
            return Role.PLAYER
        kind, _, word = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            word = _cookie(headers, self.cookie)
        role = self.tokens.role_of(word.strip())
        return Role.VIEWER if role is None and scope["path"] in _FOR_ALL else role

    def _is_own_name(self, name: str) -> bool:
        if name in _LOOPBACK_NAMES | {self.host} | self.names:
            return True
        if self.host in _LOOPBACK_NAMES:
            return False
        # Rebinding takes a name: an address, or the name that the local network knows us by, is harmless.
        return _is_address(name) or name.removesuffix(".local") == socket.gethostname().lower()

    def _is_own_page(self, origin: str, host: str) -> bool:
        """Say whether a page of this origin came from us: from this port, from the page's, or by a proxy."""
        try:
            parts = urlsplit(origin)
            own = urlsplit(f"http://{host}")
            return parts.scheme in ("http", "https") and (
                parts.netloc == host
                or parts.hostname in self.names
                or (parts.hostname == own.hostname and parts.port == self.page_port)
            )
        except ValueError:
            return False


def is_safe(scope: Scope) -> bool:
    """Return whether a request only reads (RFC 9110, section 9.2.1)."""
    return scope["type"] == "http" and scope["method"] in _SAFE_METHODS


def _is_for_viewers(path: str) -> bool:
    return path in _FOR_VIEWERS or path in _FOR_ALL or path.startswith("/static/")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _host_name(host: str) -> str:
    """Return a Host header's name without port and brackets, or nothing when it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _cookie(headers: Headers, name: str) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def access_rules(listen: ListenOptions, page_port: int) -> AccessRules:
    """Return the rules for these doors; tokens are made if there are none yet. Raises TokenError."""
    names = frozenset(name.lower() for name in listen.names)
    return AccessRules(listen.host, page_port, _tokens(listen), names, listen.certificate is not None)


def page_address(rules: AccessRules, word: str | None = None) -> str:
    """Return the page's address; with the player's token, or another `word`, if one is needed."""
    host = _ANY.get(rules.host, rules.host)
    scheme = "https" if rules.tls else "http"
    page = f"{scheme}://{f'[{host}]' if ':' in host else host}:{rules.page_port}/"
    if rules.tokens is None:
        return page
    return f"{page}?token={quote(word or rules.tokens.player)}"


def _tokens(listen: ListenOptions) -> Tokens | None:
    if not listen.needs_token:
        return None
    return load_tokens(listen.token_file or platformdirs.user_data_path("moof") / "tokens.json")
