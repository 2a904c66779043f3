from typing import Any

import pytest
from fastapi import APIRouter, WebSocket
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from moof.server.auth.roles import Permission
from moof.server.http.route_permissions import DeclaredRoute, RoutePermissions, needs, public

router = APIRouter(prefix="/api")


@router.get("/status")
@needs(Permission.WATCH)
async def status() -> None:
    """Viewers may."""


@router.get("/files/{name}")
@needs(Permission.PLAY)
async def file(name: str) -> None:
    """Players may."""


@router.put("/files/{name}")
async def put(name: str) -> None:
    """Nothing is declared."""


@router.get("/open")
@public
async def open_() -> None:
    """Strangers may."""


@router.websocket("/socket")
@needs(Permission.WATCH)
async def socket(websocket: WebSocket) -> None:
    """Viewers may."""


async def files(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that is mounted."""


async def undeclared(scope: Scope, receive: Receive, send: Send) -> None:
    """Another one."""


ROUTES = RoutePermissions([*router.routes, Mount("/static", public(files)), Mount("/private", undeclared)])


def permission(method: str, path: str) -> Permission | None:
    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
    if method == "WebSocket":
        scope = {"type": "websocket", "path": path, "root_path": "", "headers": []}
    return ROUTES.permission(scope)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/status", Permission.WATCH),
        ("HEAD", "/api/status", Permission.WATCH),
        ("POST", "/api/status", Permission.MANAGE),
        ("WebSocket", "/api/status", Permission.MANAGE),
        ("GET", "/api/files/a b", Permission.PLAY),
        ("PUT", "/api/files/a", Permission.MANAGE),
        ("GET", "/api/open", None),
        ("POST", "/api/open", Permission.MANAGE),
        ("WebSocket", "/api/socket", Permission.WATCH),
        ("GET", "/api/socket", Permission.MANAGE),
        ("GET", "/static/a/b.js", None),
        ("GET", "/private/a", Permission.MANAGE),
        ("GET", "/nothing", Permission.MANAGE),
        ("GET", "/api/status\n", Permission.MANAGE),
        ("GET", "/api/open\n", Permission.MANAGE),
        ("GET", "/api/open/", Permission.MANAGE),
        ("GET", "/api/files/a/b", Permission.MANAGE),
        ("GET", "/static", Permission.MANAGE),
        ("GET", "", Permission.MANAGE),
    ],
)
def test_what_a_request_needs(method: str, path: str, expected: Permission | None) -> None:
    assert permission(method, path) is expected


def test_declared_routes() -> None:
    assert list(ROUTES.declared())[1:] == [
        DeclaredRoute("GET", "/api/files/{name}", Permission.PLAY),
        DeclaredRoute("PUT", "/api/files/{name}", Permission.MANAGE),
        DeclaredRoute("GET", "/api/open", None),
        DeclaredRoute("WebSocket", "/api/socket", Permission.WATCH),
        DeclaredRoute("GET", "/static/…", None),
        DeclaredRoute("GET", "/private/…", Permission.MANAGE),
    ]
