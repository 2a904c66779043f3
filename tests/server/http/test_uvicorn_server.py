import asyncio
import socket

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from moof.server.config.options import ListenOptions
from moof.server.http import connection_limiter
from moof.server.http.connection_limiter import ConnectionLimiter
from moof.server.http.uvicorn_server import MAX_MESSAGE, ListenError, UvicornServer


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def sender(request: Request) -> PlainTextResponse:
    assert request.client is not None
    return PlainTextResponse(f"{request.url.scheme} {request.client.host}")


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(str(len(text)))


APP = Starlette(routes=[Route("/", hello), Route("/sender", sender), WebSocketRoute("/ws", echo)])


def test_accepted_sockets_have_nodelay() -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", server.port)):
        accepted, _ = server._socket.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    server.release()


async def test_server_uses_a_free_port_and_closes_it() -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(APP)
    async with httpx.AsyncClient() as client:
        response = await client.get(f"http://127.0.0.1:{server.port}/")
    assert (response.text, "server" in response.headers) == ("hello", False)
    port = server.port
    await server.close()
    socket.create_server(("127.0.0.1", port)).close()


async def test_error_names_a_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListenError, match=f"Port {port} of .* is not available: Address already in use"):
            UvicornServer.bind("127.0.0.1", port)


async def test_open_websocket_does_not_delay_the_close() -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(APP)
    async with connect(f"ws://127.0.0.1:{server.port}/ws", proxy=None) as websocket:
        async with asyncio.timeout(30):
            await server.close()
        with pytest.raises(ConnectionClosed):
            await websocket.recv()


async def test_size_of_messages_is_limited() -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(APP)
    async with connect(f"ws://127.0.0.1:{server.port}/ws", proxy=None) as websocket:
        await websocket.send("x" * MAX_MESSAGE)
        assert await websocket.recv() == str(MAX_MESSAGE)
        await websocket.send("x" * (MAX_MESSAGE + 1))
        with pytest.raises(ConnectionClosed, match="1009"):
            await websocket.recv()
    await server.close()
    await server.close()


async def test_close_before_open() -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    await server.close()


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [
        ((), "10.0.0.1", "http 127.0.0.1"),
        (("127.0.0.1",), "10.0.0.1", "https 10.0.0.1"),
        (("127.0.0.0/8",), "10.0.0.1, 10.0.0.2", "https 10.0.0.2"),  # the proxy's own entry is the last
        (("10.0.0.0/8",), "10.0.0.1", "http 127.0.0.1"),
    ],
)
async def test_only_a_trusted_proxy_names_address_and_scheme(
    trusted: tuple[str, ...], forwarded: str, seen: str
) -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(APP, ListenOptions(trusted_proxies=trusted))
    headers = {"x-forwarded-for": forwarded, "x-forwarded-proto": "https"}
    async with httpx.AsyncClient() as client:
        response = await client.get(f"http://127.0.0.1:{server.port}/sender", headers=headers)
    await server.close()
    assert response.text == seen


@pytest.mark.parametrize("sent", [b"", b"G"])
async def test_idle_connections_do_not_keep_others_out(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limiter, "MAX_CONNECTIONS", 10)
    monkeypatch.setattr(connection_limiter, "RESERVED", 2)
    limiter = ConnectionLimiter()
    server = UvicornServer.bind("127.0.0.1", 0, limiter)
    server.open(APP)
    idle = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(30)]
    for _, writer in idle:
        writer.write(sent)
    async with httpx.AsyncClient() as client:
        for _ in range(3):
            response = await client.get(f"http://127.0.0.1:{server.port}/")
            assert response.text == "hello"
    await server.close()
    for _, writer in idle:
        writer.close()
