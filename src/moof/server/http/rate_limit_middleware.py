"""ASGI middleware of each port: limits the rate of requests from one address."""

from collections import OrderedDict
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from moof.server.token_bucket import WaitingTokenBucket

REQUESTS_PER_SECOND: Final = 50.0
REQUEST_BURST: Final = 300.0
"""The page is about fifty files, and all viewers behind a reverse proxy have the same address."""
MAX_ADDRESSES: Final = 1024


class RateLimitMiddleware:
    """Allows each address a burst of requests, and then a number of requests a second.

    Requests beyond it are delayed, not refused, which slows their sender down: a connection has one request
    at a time, and the number of connections is limited (uvicorn_server.py).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._buckets: OrderedDict[str, WaitingTokenBucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request or a WebSocket on once the address's bucket has a token."""
        if scope["type"] in ("http", "websocket"):
            address, _ = scope.get("client") or ("", 0)
            await self._bucket(address).acquire()
        await self._app(scope, receive, send)

    def _bucket(self, address: str) -> WaitingTokenBucket:
        """Return the bucket of an address; the one that was not used for longest is dropped."""
        bucket = self._buckets.pop(address, None) or WaitingTokenBucket(REQUESTS_PER_SECOND, REQUEST_BURST)
        self._buckets[address] = bucket
        if len(self._buckets) > MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket
