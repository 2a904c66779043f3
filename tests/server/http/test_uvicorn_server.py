import asyncio
import contextlib
import socket
import ssl
from asyncio import StreamReader
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette import routing
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from moof.server.config.options import ListenOptions
from moof.server.http import connection_limiter
from moof.server.http.connection_limiter import ConnectionLimiter
from moof.server.http.uvicorn_server import MAX_MESSAGE, ListenError, UvicornServer
from support.certificates import client_context, write_certificate
from support.raw_websocket import Route


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def sender(request: Request) -> PlainTextResponse:
    assert request.client is not None
    return PlainTextResponse(f"{request.url.scheme} {request.client.host}")


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(str(len(text)))


APP = Starlette(
    routes=[routing.Route("/", hello), routing.Route("/sender", sender), WebSocketRoute("/ws", echo)]
)


def test_accepted_sockets_have_nodelay() -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", server.port)):
        accepted, _ = server._acceptor._listening.accept()
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


MAX_CONNECTIONS, RESERVED, MAX_PER_NETWORK = 12, 2, 4


@pytest.fixture
def limiter(monkeypatch: pytest.MonkeyPatch) -> ConnectionLimiter:
    monkeypatch.setattr(connection_limiter, "MAX_CONNECTIONS", MAX_CONNECTIONS)
    monkeypatch.setattr(connection_limiter, "RESERVED", RESERVED)
    monkeypatch.setattr(connection_limiter, "MAX_PER_NETWORK", MAX_PER_NETWORK)
    return ConnectionLimiter()


@contextlib.asynccontextmanager
async def idle_connections(port: int, routes: list[Route], sent: bytes) -> AsyncIterator[list[StreamReader]]:
    """Open a connection by each route, send this, and do nothing more."""
    idle = [await route.connect(port) for route in routes]
    for _, writer in idle:
        writer.write(sent)
    yield [reader for reader, _ in idle]
    for _, writer in idle:
        writer.close()


async def wait_for_ends(readers: list[StreamReader], number: int) -> None:
    """Wait until at least this number of connections has ended."""

    async def end(reader: StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()

    ends = [asyncio.create_task(end(reader)) for reader in readers]
    async with asyncio.timeout(30):
        for _, ended in zip(range(number), asyncio.as_completed(ends), strict=False):
            await ended
    for each in ends:
        each.cancel()
    await asyncio.gather(*ends, return_exceptions=True)


async def wait_until_empty(limiter: ConnectionLimiter, url: str, verify: ssl.SSLContext | bool) -> None:
    """Wait until the server has accepted and lost the connections that the kernel kept for it."""
    async with httpx.AsyncClient(verify=verify) as client:
        await client.get(url)  # accepted behind them
    async with asyncio.timeout(30):
        while len(limiter):
            await asyncio.sleep(0.01)
            limiter.review(0.0)


ONE_ADDRESS = ["127.0.0.2"] * 30
MANY_ADDRESSES = [f"127.0.0.{number}" for number in range(2, 32)]


@pytest.mark.parametrize("sent", [b"", b"G"])
@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize(
    ("sources", "kept"),
    [
        (ONE_ADDRESS, MAX_PER_NETWORK),
        (["::1"] * 30, MAX_PER_NETWORK),
        (MANY_ADDRESSES, MAX_CONNECTIONS - RESERVED),
        (["127.0.0.2", "127.0.0.3"] * 15, 2 * MAX_PER_NETWORK),
    ],
    ids=["one address", "IPv6", "many addresses", "two addresses"],
)
async def test_idle_connections_do_not_keep_others_out(
    sources: list[str], kept: int, tls: bool, sent: bytes, limiter: ConnectionLimiter, tmp_path: Path
) -> None:
    certificate = write_certificate(tmp_path) if tls else None
    routes = [Route(source) for source in sources]  # none begins a TLS handshake
    server = UvicornServer.bind(routes[0].host, 0, limiter)
    server.open(APP, ListenOptions(routes[0].host, certificate=certificate))
    url = f"http{'s' if tls else ''}://{'[::1]' if routes[0].host == '::1' else '127.0.0.1'}:{server.port}/"
    verify = client_context(certificate) if certificate else True
    async with idle_connections(server.port, routes, sent) as readers:
        for _ in range(3):
            async with httpx.AsyncClient(verify=verify) as client:
                assert (await client.get(url)).text == "hello"
        if sent:  # others stay with the kernel
            await wait_for_ends(readers, len(routes) - kept)
        assert len(limiter) <= kept + 1
    await wait_until_empty(limiter, url, verify)
    await server.close()
