"""ASGI middleware of each port: applies the access rules, and adds the security headers."""

import time
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moof.server.auth.access import WATCH_PATH, AccessDenied, AccessRules, is_safe, token_in_query
from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.cookies import bearer_token
from moof.server.auth.credential_store import KnownSender
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.server.http.body_limits import BodyLimits
from moof.server.http.error_pages import sign_in_page
from moof.server.http.external_sign_in import EXTERNAL_SIGN_IN
from moof.server.http.fork_page import fork_in_query, to_fork_page
from moof.server.http.problems import problem
from moof.server.http.request_body import BodyReceiver
from moof.server.http.response_body import BodySender, SenderUnknownError, abort_response
from moof.server.http.route_permissions import RoutePermissions
from moof.server.http.security_headers import security_headers
from moof.server.http.sign_in import PAGE, RETRY, SignIn, TooManyTokensError, WrongTokenError

_STRICT_TRANSPORT: Final = {"strict-transport-security": "max-age=31536000"}
"""Without includeSubDomains, which is not this server's to say (RFC 6797, section 6.1)."""
_REFUSAL_HEADERS: Final = {401: {"www-authenticate": "Bearer"}, 429: RETRY}


class AccessMiddleware:
    """Passes requests and WebSockets on with their sender in the scope, or refuses them."""

    def __init__(
        self,
        app: ASGIApp,
        rules: AccessRules,
        limits: BodyLimits,
        audit: AuditLog,
        permissions: RoutePermissions,
    ) -> None:
        self._app = app
        self._permissions = permissions
        self._rules = rules
        self._headers = security_headers(rules.embedders)
        self._limits = limits
        self._audit = audit
        self._sign_in = SignIn(rules, audit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a refusal."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = self._rules.identified(scope)
        if scope["type"] == "http":
            added = _STRICT_TRANSPORT if self._rules.hsts and scope["scheme"] == "https" else {}
            send = _with_headers(send, self._headers | added)
        if (answer := await self._answer_to_link(scope)) is not None:
            await answer(scope, receive, send)
            return
        denied = self._rules.authorize(scope, self._permissions.permission(scope))
        if denied is not None:
            denied = await self._delayed(denied, scope)
            if not _leads_to_sign_in(denied, scope):
                self._record_refusal(scope, denied.detail)
        denied = denied or self._limits.check(scope)
        if denied is not None:
            await _refuse(denied, scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._exchange(scope, receive, send)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an HTTP request on, whose bodies end once its sender is no longer known."""
        known = self._known(scope)
        body = BodyReceiver(receive, self._limits.length(scope), known)
        try:
            await self._app(scope, body, send if known is None else BodySender(send, known))
        except SenderUnknownError:
            await abort_response(scope, receive)

    async def _answer_to_link(self, scope: Scope) -> ASGIApp | None:
        """Return the answer to a link with a token in its query, None for another request."""
        if (token := token_in_query(scope)) is not None:
            return await self._follow_link(token, scope)
        fork = fork_in_query(scope)
        return to_fork_page(fork) if fork is not None else None

    async def _follow_link(self, token: str, scope: Scope) -> ASGIApp:
        """Sign in, and redirect to the URL without the token, which others may see; or ask for a click."""
        if self._sign_in.asks_first(token, scope):
            return sign_in_page(scope, token)
        try:
            cookie = await self._sign_in.attempt(token, scope)
        except TooManyTokensError as error:
            return problem(429, str(error), RETRY)
        except WrongTokenError as error:
            if scope[PRINCIPAL] is None:
                return problem(403, str(error))
            cookie = None  # an old link, of someone who needs none
        headers = {"cache-control": "no-store", **({"set-cookie": cookie} if cookie is not None else {})}
        page = WATCH_PATH if scope["path"] == WATCH_PATH else PAGE
        return RedirectResponse(page.lstrip("/"), 303, headers)

    def _known(self, scope: Scope) -> KnownSender | None:
        principal: Principal | None = scope[PRINCIPAL]
        return KnownSender(self._rules.credentials, principal) if principal is not None else None

    async def _delayed(self, denied: AccessDenied, scope: Scope) -> AccessDenied:
        """Return a refusal, after a delay if it is because of a wrong token."""
        if denied.status == 401 and bearer_token(Headers(scope=scope)) is not None:
            try:
                await self._sign_in.refuse_bearer(scope)
            except TooManyTokensError as error:
                return AccessDenied(429, str(error))
        return denied

    def _record_refusal(self, scope: Scope, reason: str) -> None:
        request = f"{scope.get('method', 'WebSocket')} {scope['path']}"
        self._audit.record(AuditEvent.REFUSED, Actor.of_request(scope), f"{request}: {reason}", time.time())


def _leads_to_sign_in(denied: AccessDenied, scope: Scope) -> bool:
    """Return whether a refusal only sends a browser to sign in elsewhere: that is how people arrive.

    A wrong token is a refusal, and so is a request that is not sent again after the sign-in.
    """
    begins = denied.status == 401 and scope.get(EXTERNAL_SIGN_IN, False)
    return begins and is_safe(scope) and bearer_token(Headers(scope=scope)) is None


async def _refuse(denied: AccessDenied, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})  # before accept: HTTP 403
        return
    headers = _REFUSAL_HEADERS.get(denied.status)
    await problem(denied.status, denied.detail, headers)(scope, receive, send)


def _with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message.get("headers", ())}  # the page /watch has another policy
            added = [
                (name.encode(), value.encode()) for name, value in headers.items() if name.encode() not in own
            ]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return send_with_headers
