"""ASGI middleware that stands at every door: applies the access rules, and adds the security headers."""

import asyncio
from typing import Final

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moof.server.auth.access import AccessDenied, AccessRules

from .body_limits import USUAL, BodyLimits
from .problems import problem

_PATIENCE: Final = 20.0
"""Seconds between two pieces of a body."""
ROLE: Final = "moof.role"
"""Where a request's scope says what its sender may do (tokens.Role)."""

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


class AccessMiddleware:
    """Lets requests and WebSockets in, with the sender's role in their scope, or turns them away."""

    def __init__(self, app: ASGIApp, rules: AccessRules, limits: BodyLimits = USUAL) -> None:
        self._app = app
        self._rules = rules
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a refusal."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        send = _with_headers(send) if scope["type"] == "http" else send
        if (word := self._rules.token_in_address(scope)) is not None:
            await self._take_token(word)(scope, receive, send)
            return
        admitted = self._rules.admit(scope)
        if not isinstance(admitted, AccessDenied):
            admitted = self._limits.refusal(scope) or admitted
        if not isinstance(admitted, AccessDenied):
            receive = _impatient(receive) if scope["type"] == "http" else receive
            await self._app({**scope, ROLE: admitted}, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before accept: HTTP 403
        else:
            await _refuse(admitted)(scope, receive, send)

    def _take_token(self, word: str) -> ASGIApp:
        """Keep a right token in the cookie, and lead to the address without it, which may be seen."""
        assert self._rules.tokens is not None
        if self._rules.tokens.role_of(word) is None:
            return problem(403, "This token is not, or no longer, one of this server's.")
        headers = {"set-cookie": self._rules.set_cookie(word), "cache-control": "no-store"}
        return RedirectResponse("/", 303, headers)


def _refuse(refusal: AccessDenied) -> ASGIApp:
    headers = {"www-authenticate": "Bearer"} if refusal.status == 401 else None
    return problem(refusal.status, refusal.detail, headers)


def _impatient(receive: Receive) -> Receive:
    """Give a sender up that takes too long over its body; behind it there is nothing to wait for."""
    complete = False

    async def receive_soon() -> Message:
        nonlocal complete
        try:
            async with asyncio.timeout(None if complete else _PATIENCE):
                message = await receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        complete = not message.get("more_body", False)
        return message

    return receive_soon


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            added = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return send_with_headers
