"""ASGI middleware of each port: applies the access rules, and adds the security headers."""

import time
from typing import Final

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moof.server.auth.access import AccessDenied, AccessRules
from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.sender import Sender
from moof.server.auth.tokens import Role
from moof.server.http.body_limits import BodyLimits
from moof.server.http.problems import problem
from moof.server.http.request_body import BodyReceiver

ROLE: Final = "moof.role"
"""Key of the sender's role (auth.tokens.Role) in a request's scope."""

SECURITY_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "font-src 'self'; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class AccessMiddleware:
    """Passes requests and WebSockets on with the sender's role in their scope, or refuses them."""

    def __init__(self, app: ASGIApp, rules: AccessRules, limits: BodyLimits, audit: AuditLog) -> None:
        self._app = app
        self._rules = rules
        self._limits = limits
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a refusal."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        send = _with_headers(send) if scope["type"] == "http" else send
        if (token := self._rules.token_in_query(scope)) is not None:
            await self._redirect_with_cookie(token, scope)(scope, receive, send)
            return
        role = self._rules.authorize(scope)
        if isinstance(role, AccessDenied):
            self._record_refusal(scope, role.detail)
        else:
            role = self._limits.check(scope) or role
        if isinstance(role, AccessDenied):
            await _refuse(role, scope, receive, send)
        else:
            if scope["type"] == "http":
                receive = BodyReceiver(receive, self._limits.length(scope))
            await self._app({**scope, ROLE: role}, receive, send)

    def _redirect_with_cookie(self, token: str, scope: Scope) -> ASGIApp:
        """Put a valid token into the cookie, and redirect to the URL without it, which others may see.

        A viewer's token does not replace a player's: who follows a link to watch keeps what they may do.
        """
        assert self._rules.tokens is not None
        role = self._rules.tokens.role_of(token)
        if role is None:
            self._record_refusal(scope, "a wrong token")
            return problem(403, "This token is not, or no longer, one of this server's.")
        headers = {"cache-control": "no-store"}
        if self._rules.role(scope) is not Role.PLAYER or role is Role.PLAYER:
            headers["set-cookie"] = self._rules.set_cookie(token, scope["scheme"])
            self._record(AuditEvent.SIGNED_IN, scope, role, "")
        return RedirectResponse("/", 303, headers)

    def _record_refusal(self, scope: Scope, reason: str) -> None:
        request = scope.get("method", "WebSocket"), scope["path"]
        self._record(AuditEvent.REFUSED, scope, self._rules.role(scope), f"{' '.join(request)}: {reason}")

    def _record(self, event: AuditEvent, scope: Scope, role: Role | None, detail: str) -> None:
        self._audit.record(event, Actor.of(Sender.of(scope, role)), detail, time.time())


async def _refuse(denied: AccessDenied, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})  # before accept: HTTP 403
        return
    headers = {"www-authenticate": "Bearer"} if denied.status == 401 else None
    await problem(denied.status, denied.detail, headers)(scope, receive, send)


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            added = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return send_with_headers
