"""The doors for browsers and scripts: the page, the API and the signalling WebSocket."""

from typing import Final, Protocol

from fastapi import APIRouter, FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import Scope

import moof
from moof.web import page_root

from .access import AccessControl, AccessRules
from .keymap import keymap_json
from .session import PowerError, SignallingSocket, SocketClosedError
from .signalling import SignallingError
from .status import StatusReport

_FRESH: Final = {"cache-control": "no-cache"}  # browsers ask each time: a new server may have a new page


class Backend(Protocol):
    """The server behind the doors."""

    def status(self) -> StatusReport:
        """Return everything about the server."""

    def restart(self) -> None:
        """Start the Mac again. Raises PowerError."""

    def set_codec(self, codec: str) -> None:
        """Change everybody's codec. Raises SignallingError for an unknown one."""

    async def welcome(self, socket: SignallingSocket) -> None:
        """Serve one viewer until it goes."""


class CodecChoice(BaseModel):
    """The body of `POST /api/codec`."""

    codec: str = Field(max_length=100)


class Done(BaseModel):
    """The answer to a request that was carried out."""

    ok: bool = True


def create_app(backend: Backend, rules: AccessRules) -> FastAPI:
    """Make the application of the page's port: everything."""
    app = _bare_app(rules)
    app.include_router(_api(backend))
    app.include_router(_page())
    app.include_router(_signalling(backend))
    app.mount("/static", PageFiles(directory=str(page_root())))
    return app


def create_signalling_app(backend: Backend, rules: AccessRules) -> FastAPI:
    """Make the application of the second port: the WebSocket alone."""
    app = _bare_app(rules)
    app.include_router(_signalling(backend))
    return app


def _bare_app(rules: AccessRules) -> FastAPI:
    # FastAPI's own documentation pages load scripts from elsewhere; /openapi.json stays.
    app = FastAPI(title="Moof", version=moof.__version__, docs_url=None, redoc_url=None)
    app.add_middleware(AccessControl, rules=rules)

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)

    @app.exception_handler(RequestValidationError)
    def validation_error(request: Request, error: RequestValidationError) -> Response:
        sentences = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        return JSONResponse({"error": "; ".join(sentences)}, 422)

    return app


def _api(backend: Backend) -> APIRouter:
    router = APIRouter(prefix="/api")

    @router.get("/status")
    async def status() -> StatusReport:
        """Report on the emulator, the viewers and the sound."""
        return backend.status()

    @router.post("/restart")
    async def restart() -> Done:
        """Start the Mac again."""
        try:
            backend.restart()
        except PowerError as error:
            raise HTTPException(409, str(error)) from error
        return Done()

    @router.post("/codec")
    async def codec(choice: CodecChoice) -> Done:
        """Change the codec of all viewers, and of those to come."""
        try:
            backend.set_codec(choice.codec)
        except SignallingError as error:
            raise HTTPException(422, str(error)) from error
        return Done()

    return router


def _page() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def index() -> FileResponse:
        return FileResponse(str(page_root() / "index.html"), headers=_FRESH)

    @router.get("/keymap.json")
    async def keymap() -> JSONResponse:
        return JSONResponse(keymap_json(), headers=_FRESH)

    return router


def _signalling(backend: Backend) -> APIRouter:
    router = APIRouter()

    @router.websocket("/signaling")
    async def signalling(websocket: WebSocket) -> None:
        await websocket.accept()
        await backend.welcome(WebSocketDoor(websocket))

    return router


class PageFiles(StaticFiles):
    """The page's files, asked for anew each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file's contents, or 304 when the browser has them already."""
        response = await super().get_response(path, scope)
        response.headers.update(_FRESH)
        return response


class WebSocketDoor:
    """Starlette's WebSocket as a `SignallingSocket`."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> str:
        """Return the next text. Raises SocketClosedError, or SignallingError for a binary message."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise SocketClosedError
        text = message.get("text")
        if not isinstance(text, str):
            raise SignallingError("signalling messages are text")
        return text

    async def send(self, text: str) -> None:
        """Send a text. Raises SocketClosedError."""
        try:
            await self._websocket.send_text(text)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise SocketClosedError from error

    async def close(self) -> None:
        """Close the WebSocket; nothing happens if it is closed already."""
        try:
            await self._websocket.close()
        except (WebSocketDisconnect, RuntimeError):
            pass
