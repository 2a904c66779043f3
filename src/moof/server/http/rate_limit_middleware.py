"""ASGI middleware in front of each port: requests of one address pass one by one once they are too many."""

from collections import OrderedDict
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from moof.server.token_bucket import TokenBucket

REQUESTS_A_SECOND: Final = 50.0
REQUEST_BURST: Final = 300.0
"""A page is about fifty files; behind a proxy all viewers have one address."""
MOST_ADDRESSES: Final = 1024


class RateLimitMiddleware:
    """Lets each address make so many requests at once, and then so many a second.

    The others wait rather than be refused, which slows their sender down: a connection has one request at a
    time, and the number of connections is bounded (listener.py).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request or a WebSocket on, when it is its turn."""
        if scope["type"] in ("http", "websocket"):
            address, _ = scope.get("client") or ("", 0)
            await self._bucket(address).pass_through()
        await self._app(scope, receive, send)

    def _bucket(self, address: str) -> TokenBucket:
        """Return the address's own; who has been silent for longest is forgotten."""
        bucket = self._buckets.pop(address, None) or TokenBucket(REQUESTS_A_SECOND, REQUEST_BURST)
        self._buckets[address] = bucket
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket
