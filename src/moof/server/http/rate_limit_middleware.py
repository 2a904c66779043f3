"""ASGI middleware of each port: limits the rate of requests from one address."""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from moof.server.auth.access import AccessRules
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.server.auth.sender import Sender
from moof.server.http.connection_limiter import CONNECTION
from moof.token_bucket import WaitingTokenBuckets

REQUESTS_PER_SECOND: Final = 50.0
REQUEST_BURST: Final = 300.0
"""The page is about fifty files, and all viewers behind an unknown reverse proxy have the same address."""
MAX_ADDRESSES: Final = 1024


class RateLimitMiddleware:
    """Finds out who sends each request, and allows each address a burst and then a number of them a second.

    Requests beyond it are delayed, not refused, which slows their sender down: a connection has one request
    at a time, and the number of connections is limited (uvicorn_server.py). Those with a token have a bucket
    of their own, so that strangers who share an address with them (behind a proxy) do not delay them.
    """

    def __init__(self, app: ASGIApp, rules: AccessRules) -> None:
        self._app = app
        self._rules = rules
        self._buckets: WaitingTokenBuckets[Sender] = WaitingTokenBuckets(
            REQUESTS_PER_SECOND, REQUEST_BURST, MAX_ADDRESSES
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request or a WebSocket on once the sender's bucket has a token."""
        if scope["type"] in ("http", "websocket"):
            scope = self._rules.identified(scope)
            principal: Principal | None = scope[PRINCIPAL]
            sender = Sender.of(scope, principal.role if principal is not None else None)
            if principal is not None and (connection := scope.get(CONNECTION)) is not None:
                connection.authenticated = True
            await self._buckets.of(sender).acquire()
        await self._app(scope, receive, send)
