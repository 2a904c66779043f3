"""Which requests are allowed, and for which role.

Every web page that a user opens can send requests to a server on 127.0.0.1. Two attacks are refused: DNS
rebinding, where another site's host name resolves to this server (the Host header shows it), and requests or
WebSockets from another site's page (the Origin header shows it; browsers always send it with them). If other
machines can reach the port, a request needs a token, too: the browser gets it once, in the page's address,
and keeps it in a cookie.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

import platformdirs
from starlette.datastructures import Headers
from starlette.types import Scope

from moof.server.auth.origins import AllowedOrigins, Origin, named_origin
from moof.server.auth.tokens import Role, Tokens, load_tokens
from moof.server.config.options import ListenOptions

_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_COOKIES: Final = 8
_MAX_SHOWN: Final = 100
"""Characters of a header that a refusal repeats."""
_PUBLIC_PATHS: Final = frozenset({"/healthz"})
"""The answer contains only that the server runs; monitoring has no token."""
_VIEWER_PATHS: Final = frozenset(
    {
        "/",
        "/keymap.json",
        "/layouts.json",
        "/openapi.json",
        "/signaling",
        "/api",
        "/api/status",
        "/api/latency",
        "/api/screenshot.png",
        "/metrics",
    }
)


@dataclass(frozen=True, slots=True)
class AccessDenied:
    """The HTTP status and the sentence with which a request is refused."""

    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What a request is checked against.

    `host` is the address that the server listens on. `page_port` is the page's port: the page's scripts may
    also use the signaling port. With `tokens`, a request needs one of them. `origins` are further addresses
    of this server's page, for example that of a reverse proxy; `tls` says that it serves https.
    """

    host: str
    page_port: int
    tokens: Tokens | None = None
    origins: frozenset[Origin] = frozenset()
    tls: bool = False

    @property
    def cookie(self) -> str:
        """The cookie's name. It contains the port: browsers send a cookie to all ports of a host."""
        return f"moof-{self.page_port}"

    def authorize(self, scope: Scope) -> Role | AccessDenied:
        """Return the role of a request's sender, or why the request is refused."""
        headers = Headers(scope=scope)
        safe = is_safe(scope)
        host = headers.get("host", "")
        if self.tokens is None and not self._is_own_host_name(_host_name(host)):
            return AccessDenied(403, _foreign_host(host))
        if (
            not safe
            and (denied := self.check_origin(headers.get("origin"), scope["scheme"], host)) is not None
        ):
            return denied
        role = self.role(scope)
        if role is None and scope["path"] in _PUBLIC_PATHS:
            role = Role.VIEWER
        if role is None:
            return AccessDenied(
                401, "A token is needed: open the address that the server printed at its start."
            )
        if role is Role.VIEWER and scope["type"] == "http" and not (safe and _is_viewer_path(scope["path"])):
            return AccessDenied(403, "Your token is for watching only.")
        return role

    def role(self, scope: Scope) -> Role | None:
        """Return the role of a request's token, None without a valid one.

        Of several cookies with the name, the best one counts: a page on another port of this host can add
        some.
        """
        if self.tokens is None:
            return Role.PLAYER
        headers = Headers(scope=scope)
        kind, _, token = headers.get("authorization", "").partition(" ")
        presented = [token.strip()] if kind.lower() == "bearer" else _cookies(headers, self.cookie)
        roles = [self.tokens.role_of(each) for each in presented[:_MAX_COOKIES]]
        return next((role for role in (Role.PLAYER, Role.VIEWER) if role in roles), None)

    def check_origin(self, origin: str | None, scheme: str, host: str) -> AccessDenied | None:
        """Return why pages of `origin` may not use this server, None if they may.

        `scheme` and `host` (with its port) are what the request calls the server.
        """
        allowed = AllowedOrigins(self.page_port, self.origins)
        if origin is None or allowed.allows(origin, f"{scheme}://{host}"):
            return None
        return AccessDenied(403, _foreign_origin(origin, host))

    def token_in_query(self, scope: Scope) -> str | None:
        """Return the token in the query of the page's address, which is to be kept in the cookie."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            return None
        values = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        return values[0] if values and self.tokens is not None else None

    def set_cookie(self, token: str, scheme: str) -> str:
        """Return the Set-Cookie header for a token, `Secure` if the page came by https.

        "Lax": with "Strict" a link in a mail would not open.
        """
        secure = "; Secure" if self.tls or scheme == "https" else ""
        return f"{self.cookie}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}"

    def _is_own_host_name(self, name: str) -> bool:
        if name in _LOOPBACK_NAMES | {self.host} | {origin.host for origin in self.origins}:
            return True
        if self.host in _LOOPBACK_NAMES:
            return False
        # Rebinding needs a name that the attacker registered: addresses and the local host name are none.
        return _is_address(name) or name.removesuffix(".local") == socket.gethostname().lower()


def is_safe(scope: Scope) -> bool:
    """Return whether a request is HTTP and only reads (safe methods, RFC 9110, section 9.2.1)."""
    return scope["type"] == "http" and scope["method"] in _SAFE_METHODS


def _is_viewer_path(path: str) -> bool:
    return path in _VIEWER_PATHS or path in _PUBLIC_PATHS or path.startswith("/static/")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _host_name(host: str) -> str:
    """Return the name in a Host header without port and brackets, "" if the header is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _foreign_host(host: str) -> str:
    return (
        f"The request is for the host {_shown(host)}, which is not a name of this server. Open the address "
        "that it printed. If there is a reverse proxy in front of it, the proxy must pass the browser's Host "
        "header on (nginx: proxy_set_header Host $host), and the server must know that name (--allow-host)."
    )


def _foreign_origin(origin: str, host: str) -> str:
    if origin.partition("://")[2].lower() == host.lower():
        return (
            f"Pages of {_shown(origin)} may not use this server, which the request names {_shown(host)}. If "
            f"this is the right page, start the server with --allow-host {_shown(origin)}, or tell it which "
            "proxy to trust (--trusted-proxy), which must then set X-Forwarded-Proto."
        )
    return (
        f"Pages of {_shown(origin)} may not use this server, which the request names {_shown(host)}. If this "
        "is the right page, a reverse proxy in front of the server does not pass the browser's Host header "
        f"on (nginx: proxy_set_header Host {_nginx_host(origin)})."
    )


def _nginx_host(origin: str) -> str:
    """Return nginx's variables for the host of a page's origin: $host has no port."""
    return "$host:$server_port" if re.search(r":\d+$", origin) else "$host"


def _shown(name: str) -> str:
    """Return what a header contains, for a sentence: any client may have written it."""
    printable = "".join(character for character in name if character.isprintable())
    return f"“{printable[:_MAX_SHOWN]}”"


def _cookies(headers: Headers, name: str) -> list[str]:
    """Return the values of all cookies with this name (RFC 6265, section 5.4); other cookies do not matter.

    Not http.cookies, which reads none if another site's cookie is malformed.
    """
    pairs = (pair.partition("=") for line in headers.getlist("cookie") for pair in line.split(";"))
    return [value.strip() for key, _, value in pairs if key.strip() == name]


_LOOPBACK_OF: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""For a server that listens on all addresses, one that a browser on this machine can open."""


def access_rules(listen: ListenOptions, page_port: int) -> AccessRules:
    """Return the rules for these options; creates tokens if there are none yet. Raises TokenError."""
    origins = frozenset(named_origin(name) for name in listen.host_names)
    return AccessRules(listen.host, page_port, _tokens(listen), origins, listen.certificate is not None)


def page_address(rules: AccessRules, token: str | None = None) -> str:
    """Return the page's URL; if a token is needed, with `token` or the player's in its query."""
    host = _LOOPBACK_OF.get(rules.host, rules.host)
    scheme = "https" if rules.tls else "http"
    page = f"{scheme}://{f'[{host}]' if ':' in host else host}:{rules.page_port}/"
    if rules.tokens is None:
        return page
    return f"{page}?token={quote(token or rules.tokens.player)}"


def _tokens(listen: ListenOptions) -> Tokens | None:
    if not listen.needs_token:
        return None
    return load_tokens(listen.token_file or platformdirs.user_data_path("moof") / "tokens.json")
