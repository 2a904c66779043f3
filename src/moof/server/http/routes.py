"""The web applications of both ports: the page, the API and the signaling WebSocket."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount

import moof
from moof.keyboard import layouts_json
from moof.server.auth.access import AccessRules
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.server.auth.roles import Permission, Role
from moof.server.config.page_address import PageAddress
from moof.server.config.page_path import ROOT_PATH
from moof.server.http import problems
from moof.server.http.access_middleware import AccessMiddleware
from moof.server.http.audit_api import audit_api
from moof.server.http.backend import Backend
from moof.server.http.body_limits import BodyLimits
from moof.server.http.capture_api import capture_api
from moof.server.http.control_api import api
from moof.server.http.disks_api import disks_api
from moof.server.http.emulator_choices_api import emulator_choices_api
from moof.server.http.error_pages import SIGN_IN_PATH, sign_in_page
from moof.server.http.external_sign_in import ExternalSignIn
from moof.server.http.files_api import files_api
from moof.server.http.floor_api import floor_api
from moof.server.http.fork_page import fork_page
from moof.server.http.forks_api import forks_api
from moof.server.http.head_middleware import HeadMiddleware
from moof.server.http.images_api import images_api
from moof.server.http.mac_shelf_api import mac_shelf_api
from moof.server.http.macbinary_api import macbinary_api
from moof.server.http.metrics import MEDIA_TYPE, exposition
from moof.server.http.page_files import REVALIDATE, PageFiles, page
from moof.server.http.people_api import people_api
from moof.server.http.qr_code import qr_api
from moof.server.http.route_permissions import RoutePermissions, needs, public
from moof.server.http.security_headers import security_headers
from moof.server.http.setup_api import setup_api
from moof.server.http.sign_in import SignIn
from moof.server.http.sign_in_api import sign_in_api
from moof.server.http.state_transfers_api import state_transfers_api
from moof.server.http.states_api import state_functions_api, states_api
from moof.server.http.text_api import text_api
from moof.server.http.uploads_api import uploads_api
from moof.server.http.watch_page import watch_page
from moof.server.http.websocket_protocol import POLICY_VIOLATION
from moof.server.protocol.keymap import keymap_json
from moof.server.session.signaling_channel import SignalingSocket, WebSocketClosedError
from moof.web import page_root

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


def create_app(
    backend: Backend, rules: AccessRules, limits: BodyLimits, external: ExternalSignIn | None = None
) -> FastAPI:
    """Return the application of the page's port, which has all routes; `external` adds its own."""
    app = _bare_app()
    if rules.base_path != ROOT_PATH:
        app.servers = [{"url": rules.base_path}]
    routers, files = _routers(backend, rules), _files()
    if external is not None:
        routers.append(external.router())
    for router in routers:
        app.include_router(router)
    app.router.routes.append(files)
    _protect(app, backend, rules, limits, _permissions(routers, files))
    return app


def page_permissions(backend: Backend, rules: AccessRules) -> RoutePermissions:
    """Return which permission each route of the page's port asks for."""
    return _permissions(_routers(backend, rules), _files())


def _routers(backend: Backend, rules: AccessRules) -> list[APIRouter]:
    return [
        api(backend),
        emulator_choices_api(backend.installed),
        text_api(backend),
        files_api(backend.library, backend.audit, backend.installed),
        disks_api(backend.library.disks, backend.audit),
        images_api(backend),
        macbinary_api(backend.library.documents, backend.audit),
        uploads_api(backend.library.uploads, backend.audit),
        states_api(backend.library.states, backend.states, backend.audit),
        state_functions_api(backend.states, files=backend.library.state_transfers is not None),
        setup_api(backend),
        forks_api(backend.forks, backend.audit),
        fork_page(backend.forks, rules, backend.audit),
        mac_shelf_api(backend),
        state_transfers_api(backend.library.state_transfers, backend.audit),
        audit_api(backend.audit),
        sign_in_api(rules, SignIn(rules, backend.audit)),
        people_api(rules.credentials, backend),
        qr_api(),
        floor_api(backend.presence, backend.audit),
        capture_api(lambda: backend.status().emulator.pid),
        _monitoring(backend),
        _page(rules),
        watch_page(backend.watch_room),
        _signaling(backend, rules),
    ]


def _files() -> Mount:
    return Mount("/static", public(PageFiles()))


def _permissions(routers: Sequence[APIRouter], *more: BaseRoute) -> RoutePermissions:
    return RoutePermissions([*(route for router in routers for route in router.routes), *more])


def create_signaling_app(backend: Backend, rules: AccessRules, limits: BodyLimits) -> FastAPI:
    """Return the application of the second port, which has the WebSocket alone."""
    app = _bare_app()
    router = _signaling(backend, rules)
    app.include_router(router)
    _protect(app, backend, rules, limits, _permissions([router]))
    return app


def _bare_app() -> FastAPI:
    # FastAPI's documentation pages load scripts from other sites; the page /api replaces them.
    app = FastAPI(title="Moof", version=moof.__version__, docs_url=None, redoc_url=None, openapi_url=None)
    problems.install(app)
    app.add_exception_handler(Exception, _internal_error)
    return app


def _protect(
    app: FastAPI, backend: Backend, rules: AccessRules, limits: BodyLimits, permissions: RoutePermissions
) -> None:
    app.add_middleware(HeadMiddleware)
    app.add_middleware(
        AccessMiddleware, rules=rules, limits=limits, audit=backend.audit, permissions=permissions
    )


async def _internal_error(request: Request, error: Exception) -> Response:
    """Answer after an exception in the server, which uvicorn logs; the middleware does not see the answer."""
    return problems.problem(500, "An internal error; the server's log describes it.", security_headers())


def _monitoring(backend: Backend) -> APIRouter:
    """Return the routes for monitoring."""
    router = APIRouter()

    @router.get("/healthz", responses=problems.problem_responses(503))
    @public
    async def health() -> Health:
        """Report whether the server works, with or without an emulator. Needs no token."""
        if (error := backend.health_error()) is not None:
            raise HTTPException(503, error)
        return Health()

    @router.get(
        "/metrics", response_class=Response, responses={**_METRICS, **problems.problem_responses(401)}
    )
    @needs(Permission.WATCH)
    async def metrics() -> Response:
        """Return the figures of /api/status in Prometheus' text format."""
        return Response(await asyncio.to_thread(exposition, backend.status()), media_type=MEDIA_TYPE)

    return router


def _page(rules: AccessRules) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    @needs(Permission.WATCH)
    async def index(request: Request) -> Response:
        principal: Principal = request.scope[PRINCIPAL]
        return page(kiosk=rules.kiosk and principal.role is not Role.OWNER)

    @router.get("/api")
    @needs(Permission.WATCH)
    async def api_page() -> FileResponse:
        return FileResponse(str(page_root() / "api.html"), headers=REVALIDATE)

    @router.get("/openapi.json")
    @needs(Permission.WATCH)
    async def schema(request: Request) -> JSONResponse:
        return JSONResponse(request.app.openapi())

    @router.get(SIGN_IN_PATH)
    @public
    async def sign_in(request: Request) -> Response:
        return sign_in_page(request.scope)

    @router.get("/keymap.json")
    @needs(Permission.WATCH)
    async def keymap() -> JSONResponse:
        return JSONResponse(keymap_json(), headers=REVALIDATE)

    @router.get("/layouts.json")
    @needs(Permission.WATCH)
    async def keyboard_layouts() -> JSONResponse:
        return JSONResponse(layouts_json(), headers=REVALIDATE)

    return router


def _signaling(backend: Backend, rules: AccessRules) -> APIRouter:
    router = APIRouter()

    @router.websocket("/signaling")
    @needs(Permission.WATCH)
    async def signaling(websocket: WebSocket) -> None:
        await websocket.accept()
        key = websocket.query_params.get("session", "")
        socket = StarletteSocket(websocket, rules.page_address(websocket.scope))
        await backend.serve(socket, websocket.scope[PRINCIPAL], key)

    @router.get("/signaling", include_in_schema=False)
    @needs(Permission.WATCH)
    async def explain(request: Request) -> Response:
        """Answer a request that is not for a WebSocket with the reason why the page's would be refused."""
        host, origin = request.headers.get("host", ""), request.query_params.get("origin")
        if (denied := rules.check_origin(origin, request.scope["scheme"], host)) is not None:
            return problems.problem(denied.status, denied.detail)
        return problems.problem(426, _NO_UPGRADE, _WEBSOCKET_UPGRADE)

    return router


class StarletteSocket(SignalingSocket):
    """Starlette's WebSocket as a SignalingSocket."""

    def __init__(self, websocket: WebSocket, page: PageAddress) -> None:
        self._websocket = websocket
        self._page = page

    @property
    def page(self) -> PageAddress:
        """The address by which the page has reached the server."""
        return self._page

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
