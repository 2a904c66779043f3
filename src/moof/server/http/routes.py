"""The web applications of both ports: the page, the API and the signaling WebSocket."""

import asyncio
import contextlib
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import Scope

import moof
from moof.keyboard import layouts_json
from moof.server.auth.access import AccessRules
from moof.server.auth.principal import PRINCIPAL
from moof.server.http import problems
from moof.server.http.access_middleware import SECURITY_HEADERS, AccessMiddleware
from moof.server.http.audit_api import audit_api
from moof.server.http.backend import Backend
from moof.server.http.body_limits import BodyLimits
from moof.server.http.capture_api import capture_api
from moof.server.http.control_api import api
from moof.server.http.files_api import files_api
from moof.server.http.head_middleware import HeadMiddleware
from moof.server.http.metrics import MEDIA_TYPE, exposition
from moof.server.http.text_api import text_api
from moof.server.http.websocket_protocol import POLICY_VIOLATION
from moof.server.protocol.keymap import keymap_json
from moof.server.session.signaling_channel import SignalingSocket, WebSocketClosedError
from moof.web import page_root

_REVALIDATE: Final = {"cache-control": "no-cache"}  # a new version of the server may have another page
_FINAL_CLOSE_CODES: Final = (1000, 1001, POLICY_VIOLATION)
"""Close codes (RFC 6455, section 7.4.1) of a page that was left; after others it may reconnect."""
_NO_UPGRADE: Final = (
    "This address is for WebSockets, and the request has no Upgrade header. "
    "If a browser sent one, a proxy in front of this server removed it."
)
_WEBSOCKET_UPGRADE: Final = {"upgrade": "websocket", "connection": "upgrade", "cache-control": "no-store"}
"""What an answer with status 426 contains (RFC 9110, section 15.5.22)."""
_METRICS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The metrics"}
}


class Health(BaseModel):
    """The answer to `GET /healthz`."""

    status: str = "ok"


def create_app(backend: Backend, rules: AccessRules, limits: BodyLimits) -> FastAPI:
    """Return the application of the page's port, which has all routes."""
    app = _bare_app(backend, rules, limits)
    app.include_router(api(backend))
    app.include_router(text_api(backend.typist))
    app.include_router(files_api(backend.library, backend.audit))
    app.include_router(audit_api(backend.audit))
    app.include_router(capture_api(lambda: backend.status().emulator.pid))
    app.include_router(_monitoring(backend))
    app.include_router(_page())
    app.include_router(_signaling(backend, rules))
    app.mount("/static", PageFiles(directory=str(page_root())))
    return app


def create_signaling_app(backend: Backend, rules: AccessRules, limits: BodyLimits) -> FastAPI:
    """Return the application of the second port, which has the WebSocket alone."""
    app = _bare_app(backend, rules, limits)
    app.include_router(_signaling(backend, rules))
    return app


def _bare_app(backend: Backend, rules: AccessRules, limits: BodyLimits) -> FastAPI:
    # FastAPI's documentation pages load scripts from other sites; the page /api replaces them.
    app = FastAPI(title="Moof", version=moof.__version__, docs_url=None, redoc_url=None)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(AccessMiddleware, rules=rules, limits=limits, audit=backend.audit)
    problems.install(app)
    app.add_exception_handler(Exception, _internal_error)
    return app


async def _internal_error(request: Request, error: Exception) -> Response:
    """Answer after an exception in the server, which uvicorn logs; the middleware does not see the answer."""
    return problems.problem(500, "An internal error; the server's log describes it.", SECURITY_HEADERS)


def _monitoring(backend: Backend) -> APIRouter:
    """Return the routes for monitoring."""
    router = APIRouter()

    @router.get("/healthz", responses=problems.problem_responses(503))
    async def health() -> Health:
        """Report whether the server works, with or without an emulator. Needs no token."""
        if (error := backend.health_error()) is not None:
            raise HTTPException(503, error)
        return Health()

    @router.get(
        "/metrics", response_class=Response, responses={**_METRICS, **problems.problem_responses(401)}
    )
    async def metrics() -> Response:
        """Return the figures of /api/status in Prometheus' text format."""
        return Response(await asyncio.to_thread(exposition, backend.status()), media_type=MEDIA_TYPE)

    return router


def _page() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def add(path: str, file: str) -> None:
        async def page() -> FileResponse:
            return FileResponse(str(page_root() / file), headers=_REVALIDATE)

        router.get(path)(page)

    add("/", "index.html")
    add("/api", "api.html")

    @router.get("/keymap.json")
    async def keymap() -> JSONResponse:
        return JSONResponse(keymap_json(), headers=_REVALIDATE)

    @router.get("/layouts.json")
    async def keyboard_layouts() -> JSONResponse:
        return JSONResponse(layouts_json(), headers=_REVALIDATE)

    return router


def _signaling(backend: Backend, rules: AccessRules) -> APIRouter:
    router = APIRouter()

    @router.websocket("/signaling")
    async def signaling(websocket: WebSocket) -> None:
        await websocket.accept()
        key = websocket.query_params.get("session", "")
        await backend.serve(StarletteSocket(websocket), websocket.scope[PRINCIPAL], key)

    @router.get("/signaling", include_in_schema=False)
    async def explain(request: Request) -> Response:
        """Answer a request that is not for a WebSocket with the reason why the page's would be refused."""
        host, origin = request.headers.get("host", ""), request.query_params.get("origin")
        if (denied := rules.check_origin(origin, request.scope["scheme"], host)) is not None:
            return problems.problem(denied.status, denied.detail)
        return problems.problem(426, _NO_UPGRADE, _WEBSOCKET_UPGRADE)

    return router


class PageFiles(StaticFiles):
    """The page's files, which browsers revalidate each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file's contents, or 304 if the browser's copy is current."""
        response = await super().get_response(path, scope)
        response.headers.update(_REVALIDATE)
        return response


class StarletteSocket(SignalingSocket):
    """Starlette's WebSocket as a SignalingSocket."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str | bytes:
        """Return the next text or binary message. Raises WebSocketClosedError."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            code = message.get("code")
            raise WebSocketClosedError(final=code in _FINAL_CLOSE_CODES, flooded=code == POLICY_VIOLATION)
        content: str | bytes = message["bytes"] if message.get("text") is None else message["text"]
        return content

    async def send(self, text: str) -> None:
        """Send a text message; ignored if the WebSocket is closed, which `receive` reports."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._websocket.send_text(text)

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message once the kernel has the earlier ones; ignored if the WebSocket is closed."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._websocket.send_bytes(data)

    async def close(self, *, abused: bool = False) -> None:
        """Close the WebSocket; ignored if it is closed."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._websocket.close(POLICY_VIOLATION if abused else 1000)
