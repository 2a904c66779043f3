from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from moof.server.http.base_path import BasePathMiddleware
from moof.server.http.uvicorn_server import UvicornServer


async def seen(request: Request) -> JSONResponse:
    path, raw = request.scope["path"], request.scope["raw_path"].decode()
    return JSONResponse({"path": path, "raw": raw, "base": str(request.base_url)})


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(websocket.scope["path"])
    await websocket.close()


APP = Starlette(
    routes=[
        WebSocketRoute("/signaling", socket),
        Mount("/static", routes=[Route("/{rest:path}", seen)]),
        Route("/{rest:path}", seen),
    ]
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(BasePathMiddleware(APP, "/user/a@b/"))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        yield client
    await server.close()


@pytest.mark.parametrize(
    ("asked", "path", "raw"),
    [
        ("/user/a@b/", "/", "/"),
        ("/user/a%40b/", "/", "/"),
        ("/user/a@b/api/disks/a%2Fb", "/api/disks/a/b", "/api/disks/a%2Fb"),
        ("/user/a@b/static/page.js?x=1", "/static/page.js", "/static/page.js"),
    ],
)
async def test_application_sees_paths_without_the_base(
    client: httpx.AsyncClient, asked: str, path: str, raw: str
) -> None:
    answer: dict[str, Any] = (await client.get(asked)).json()
    assert answer == {"path": path, "raw": raw, "base": f"{client.base_url}/user/a@b/"}


@pytest.mark.parametrize(("query", "end"), [("", ""), ("?token=x%26y", "?token=x%26y")])
async def test_last_slash_may_be_forgotten(client: httpx.AsyncClient, query: str, end: str) -> None:
    answer = await client.get(f"/user/a@b{query}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"./a@b/{end}")


@pytest.mark.parametrize("path", ["/", "/user/", "/user/a@bc/", "/user/a@b/../../", "/api/status"])
async def test_other_paths_are_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"] == "This server's page is at /user/a@b/."


async def test_escaped_characters_of_the_base() -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(BasePathMiddleware(APP, "/user/m%C3%BCller/"))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        answer = (await client.get("/user/m%c3%bcller/x%20y")).json()
        assert (answer["path"], answer["raw"]) == ("/x y", "/x%20y")
        forgotten = await client.get("/user/müller")
        assert (forgotten.status_code, forgotten.headers["location"]) == (308, "./m%C3%BCller/")
    await server.close()


async def test_websockets(client: httpx.AsyncClient) -> None:
    url = str(client.base_url).replace("http", "ws", 1)
    async with connect(f"{url}/user/a@b/signaling", proxy=None) as websocket:
        assert await websocket.recv() == "/signaling"
    with pytest.raises(InvalidStatus, match="403"):
        await connect(f"{url}/signaling", proxy=None)
