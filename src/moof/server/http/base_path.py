"""ASGI middleware: the page, its files and the API below a path of a host that serves other things, too."""

from urllib.parse import quote, unquote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from moof.server.http.problems import problem


class BasePathMiddleware:
    """Passes requests below the base path on without it; whoever forgets its last slash is redirected."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        """Serve `app` below `base`, as `check_base_path` returns it."""
        self._app = app
        self._base = base
        self._decoded = unquote(base)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(self._decoded):
            await self._app(self._without_base(scope), receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before accept: HTTP 403
        elif path + "/" == self._decoded:
            query = scope["query_string"].decode("latin-1")
            last = self._base.rstrip("/").rpartition("/")[2]
            await RedirectResponse(f"./{last}/" + (f"?{query}" if query else ""), 308)(scope, receive, send)
        else:
            await problem(404, f"This server's page is at {self._base}.")(scope, receive, send)

    def _without_base(self, scope: Scope) -> Scope:
        path: str = scope["path"][len(self._decoded) - 1 :]
        raw, base = scope.get("raw_path") or b"", self._base.encode()
        # A client may escape characters that need not be.
        rest = raw[len(base) - 1 :] if raw.startswith(base) else quote(path).encode()
        # Starlette makes the server's own address with app_root_path.
        return {**scope, "path": path, "raw_path": rest, "app_root_path": self._base[:-1]}
