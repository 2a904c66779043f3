"""Which requests are allowed, and for which role.

Every web page that a user opens can send requests to a server on 127.0.0.1. Two attacks are refused: DNS
rebinding, where another site's host name resolves to this server (the Host header shows it), and requests or
WebSockets from another site's page (the Origin header shows it; browsers always send it with them). If other
machines can reach the port, a sender needs a token, too: a script sends it with each request, a person signs
in with it once and has the cookie of a login session from then on.
"""

import re
import socket
import time
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers
from starlette.types import Scope

from moof.server.auth.cookies import LoginCookie, bearer_token
from moof.server.auth.credential_store import Credentials, default_token_file
from moof.server.auth.exemptions import Everybody, Nobody, TokenExemption
from moof.server.auth.origins import AllowedOrigins, Origin, named_origin
from moof.server.auth.principal import LOCAL_OWNER, LOCAL_VISITOR, PRINCIPAL, Principal
from moof.server.auth.roles import Permission, RolePolicy
from moof.server.auth.wrong_tokens import WrongTokens
from moof.server.config.options import ListenOptions
from moof.server.config.page_address import NO_PAGE_ADDRESS, PageAddress
from moof.server.config.page_path import ROOT_PATH

_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
WATCH_PATH: Final = "/watch"
"""Where the page is on which many watch."""
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_SHOWN: Final = 100
"""Characters of a header that a refusal repeats."""
_TOKEN_NEEDED: Final = "A token is needed: open the address that the server printed at its start."


@dataclass(frozen=True, slots=True)
class AccessDenied:
    """The HTTP status and the sentence with which a request is refused."""

    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What a request is checked against.

    `host` is the address that the server listens on. `page_port` is the page's port: the page's scripts may
    also use the signaling port. `exemption` says who needs no token. `origins` are further addresses of this
    server's page, for example that of a reverse proxy; `tls` says that it serves https. `policy`
    says which role may do what, `wrong_tokens` delays those who guess. With `hsts`, a browser that came by
    https is told to use nothing else. `base_path` is the path of the page.
    Pages of the origins `embedders` may show it in a frame. In a `kiosk`, whoever needs no token is a
    visitor.
    """

    host: str
    page_port: int
    credentials: Credentials
    exemption: TokenExemption = field(default_factory=Nobody)
    origins: frozenset[Origin] = frozenset()
    tls: bool = False
    policy: RolePolicy = field(default_factory=RolePolicy)
    wrong_tokens: WrongTokens = field(default_factory=WrongTokens)
    hsts: bool = False
    base_path: str = ROOT_PATH
    embedders: frozenset[Origin] = frozenset()
    kiosk: bool = False

    @property
    def cookie(self) -> LoginCookie:
        """The cookie of login sessions."""
        return LoginCookie(self.page_port, self.tls, self.base_path, bool(self.embedders))

    def identified(self, scope: Scope) -> Scope:
        """Return the scope of a request with its sender under PRINCIPAL, None for a stranger.

        A sender who has been found already is not looked up again.
        """
        return scope if PRINCIPAL in scope else {**scope, PRINCIPAL: self._principal(scope, time.time())}

    def authorize(self, scope: Scope, permission: Permission | None) -> AccessDenied | None:
        """Return why an identified request is refused, None if it is not.

        `permission` is what it needs, None for a request that strangers may send: what anybody may read is
        read under any host's name, too, so that the page about a wrong one has its styles.
        """
        headers = Headers(scope=scope)
        principal: Principal | None = scope[PRINCIPAL]
        safe = is_safe(scope)
        if permission is None and safe:
            return None
        host = headers.get("host", "")
        named = PageAddress.from_header(host)
        if principal is not None and principal.token is None and not self._is_own_host(named):
            return AccessDenied(403, _foreign_host(host))
        if (
            not safe
            and (denied := self.check_origin(headers.get("origin"), scope["scheme"], host)) is not None
        ):
            return denied
        if permission is None:
            return None
        if principal is None:
            return AccessDenied(401, _TOKEN_NEEDED)
        if not self.policy.allows(principal.role, permission):
            return AccessDenied(403, self.policy.refusal(principal.role, permission))
        return None

    def _principal(self, scope: Scope, now: float) -> Principal | None:
        """Return who sends a request. What a sender shows counts more than that it would need nothing."""
        headers = Headers(scope=scope)
        address, _ = scope.get("client") or ("", 0)
        if (token := bearer_token(headers)) is not None:
            may_try = self.wrong_tokens.may_try(address)
            found = self.credentials.principal_of_token(token, address, now) if may_try else None
        else:
            found = self.credentials.principal_of_cookies(self.cookie.values(headers), address, now)
        if found is None and self.exemption.exempts(scope):
            return replace(LOCAL_VISITOR if self.kiosk else LOCAL_OWNER, address=address)
        return found

    def check_origin(self, origin: str | None, scheme: str, host: str) -> AccessDenied | None:
        """Return why pages of `origin` may not use this server, None if they may.

        `scheme` and `host` (with its port) are what the request calls the server.
        """
        allowed = AllowedOrigins(self.page_port, self.origins)
        if origin is None or allowed.allows(origin, f"{scheme}://{host}"):
            return None
        return AccessDenied(403, _foreign_origin(origin, host))

    def page_address(self, scope: Scope) -> PageAddress:
        """Return by which address a request reached the server; of names only those of this server."""
        page = PageAddress.from_header(Headers(scope=scope).get("host", ""))
        return page if page.is_numeric or self._is_own_host(page) else NO_PAGE_ADDRESS

    def _is_own_host(self, page: PageAddress) -> bool:
        name = page.host
        if name in _LOOPBACK_NAMES | {self.host} | {origin.host for origin in self.origins}:
            return True
        if self.host in _LOOPBACK_NAMES:
            return False
        # Rebinding needs a name that the attacker registered: addresses and the local host name are none.
        return page.is_numeric or name.removesuffix(".local") == socket.gethostname().lower()


def token_in_query(scope: Scope) -> str | None:
    """Return the token in the query of a page's address, with which a person signs in."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in ("/", WATCH_PATH):
        return None
    values = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
    return values[0] if values else None


def is_safe(scope: Scope) -> bool:
    """Return whether a request is HTTP and only reads (safe methods, RFC 9110, section 9.2.1)."""
    return scope["type"] == "http" and scope["method"] in _SAFE_METHODS


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


_LOOPBACK_OF: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""For a server that listens on all addresses, one that a browser on this machine can open."""


def access_rules(listen: ListenOptions, page_port: int, local: TokenExemption) -> AccessRules:
    """Return the rules for these options; reads the tokens and login sessions. Raises TokenError.

    `local` says who needs no token where only this machine can reach the server.
    """
    origins = frozenset(named_origin(name) for name in listen.host_names)
    credentials = Credentials.at(listen.token_file or default_token_file())
    exemption = Everybody() if listen.insecure else Nobody() if listen.needs_token else local
    tls = listen.certificate is not None
    policy = RolePolicy(player_power=listen.player_power and not listen.kiosk)
    return AccessRules(
        listen.host,
        page_port,
        credentials,
        exemption,
        origins,
        tls,
        policy,
        hsts=listen.hsts,
        base_path=listen.base_path,
        embedders=frozenset(named_origin(name) for name in listen.embedders),
        kiosk=listen.kiosk,
    )


def page_address(rules: AccessRules) -> str:
    """Return the page's URL, as a browser on this machine opens it."""
    host = _LOOPBACK_OF.get(rules.host, rules.host)
    scheme = "https" if rules.tls else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{rules.page_port}{rules.base_path}"


def owner_address(rules: AccessRules) -> str:
    """Return the page's URL with the token that makes whoever opens it the owner."""
    return f"{page_address(rules)}?token={quote(rules.credentials.start_secret)}"
