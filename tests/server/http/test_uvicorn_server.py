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

from moof.server.http.uvicorn_server import MAX_MESSAGE, ListenError, UvicornServer


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(str(len(text)))


APP = Starlette(routes=[Route("/", hello), WebSocketRoute("/ws", echo)])


def test_nothing_waits_for_an_acknowledgement() -> None:
    listener = UvicornServer.bind("127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", listener.port)):
        accepted, _ = listener._socket.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    listener.release()


async def test_it_serves_on_any_free_port_and_gives_it_back() -> None:
    listener = UvicornServer.bind("127.0.0.1", 0)
    listener.open(APP)
    async with httpx.AsyncClient() as client:
        response = await client.get(f"http://127.0.0.1:{listener.port}/")
    assert (response.text, "server" in response.headers) == ("hello", False)
    port = listener.port
    await listener.close()
    socket.create_server(("127.0.0.1", port)).close()


async def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListenError, match=f"Port {port} of .* is not available: Address already in use"):
            UvicornServer.bind("127.0.0.1", port)


async def test_an_open_websocket_does_not_hold_the_stop_up() -> None:
    listener = UvicornServer.bind("127.0.0.1", 0)
    listener.open(APP)
    async with connect(f"ws://127.0.0.1:{listener.port}/ws", proxy=None) as websocket:
        async with asyncio.timeout(10):
            await listener.close()
        with pytest.raises(ConnectionClosed):
            await websocket.recv()


async def test_messages_are_bounded() -> None:
    listener = UvicornServer.bind("127.0.0.1", 0)
    listener.open(APP)
    async with connect(f"ws://127.0.0.1:{listener.port}/ws", proxy=None) as websocket:
        await websocket.send("x" * MAX_MESSAGE)
        assert await websocket.recv() == str(MAX_MESSAGE)
        await websocket.send("x" * (MAX_MESSAGE + 1))
        with pytest.raises(ConnectionClosed, match="1009"):
            await websocket.recv()
    await listener.close()


async def test_closing_one_that_never_opened() -> None:
    listener = UvicornServer.bind("127.0.0.1", 0)
    await listener.close()
