"""Which requests are let in. A server on 127.0.0.1 is still within reach of every web page that this
user opens.

Two attacks are turned away: DNS rebinding, where somebody else's host name resolves to us (the Host
header gives it away), and requests or WebSockets that a foreign page makes (the Origin header does,
which browsers always send with them).
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY: Final = 16 * 1024
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

SECURITY_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "font-src 'self'; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class AccessRules:
    """`host` is the address that the server listens on.

    `page_port` is the page's port: its scripts may use the other port, too.
    """

    host: str
    page_port: int

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return the HTTP status and sentence with which to turn a request away, or None to let it in."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _host_name(host) not in _LOOPBACK_NAMES | {self.host}:
            return 403, "This address is not one of this server's. Open the one that it printed."
        if scope["type"] == "http" and scope["method"] in _SAFE_METHODS:
            return None
        origin = headers.get("origin")
        if origin is not None and not self._is_own_page(origin, host):
            return 403, f"Pages of {origin} may not use this server."
        return _refusal_of_body(headers) if scope["type"] == "http" else None

    def _is_own_page(self, origin: str, host: str) -> bool:
        """Say whether a page of this origin came from us: from this port, or from the page's."""
        try:
            parts = urlsplit(origin)
            own = f"http://{host}"
            return parts.scheme in ("http", "https") and (
                parts.netloc == host
                or (parts.hostname == urlsplit(own).hostname and parts.port == self.page_port)
            )
        except ValueError:
            return False


def _host_name(host: str) -> str:
    """Return a Host header's name without port and brackets, or nothing when it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _refusal_of_body(headers: Headers) -> tuple[int, str] | None:
    length = headers.get("content-length", "" if "transfer-encoding" in headers else "0")
    if not length.isascii() or not length.isdigit():
        return 411, "A request needs a Content-Length."
    if int(length) > MOST_BODY:
        return 413, f"A request may have at most {MOST_BODY} bytes."
    return None


class AccessControl:
    """ASGI middleware: applies the rules to each request and WebSocket, and adds the security headers."""

    def __init__(self, app: ASGIApp, rules: AccessRules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a refusal."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._rules.refusal(scope)
        if refusal is None:
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before accept: HTTP 403
        else:
            status, sentence = refusal
            await JSONResponse({"error": sentence}, status)(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            added = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return send_with_headers
