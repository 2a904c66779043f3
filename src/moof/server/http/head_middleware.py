"""ASGI middleware: answers HEAD wherever GET is answered (RFC 9110, section 9.3.2)."""

from starlette.types import ASGIApp, Receive, Scope, Send


class HeadMiddleware:
    """Passes HEAD requests on as GET. Uvicorn knows the request's own method, and sends no body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
