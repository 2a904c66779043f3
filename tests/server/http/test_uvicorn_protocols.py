import asyncio

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from moof.server.http.uvicorn_protocols import HeaderTimeoutProtocol
from moof.server.http.uvicorn_server import UvicornServer

APP = Starlette(routes=[Route("/", lambda request: PlainTextResponse("here"))])


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nhost: a\r\n"])
async def test_header_timeout_closes_the_connection(
    beginning: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HeaderTimeoutProtocol, "header_seconds", 0.05)
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(APP)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(beginning)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await server.close()


async def test_complete_headers_are_served_on_one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(APP)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for _ in range(3):
        for piece in (b"GET / HT", b"TP/1.1\r\nhost: a\r", b"\n\r\n"):
            writer.write(piece)
            await writer.drain()
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()
    await server.close()


UPDATE = bytes(20_000)
MANY = 500


async def test_send_waits_for_a_page_that_reads_slowly() -> None:
    sent = 0
    finished = asyncio.Event()

    async def send_updates(websocket: WebSocket) -> None:
        nonlocal sent
        await websocket.accept()
        for _ in range(MANY):
            await websocket.send_bytes(UPDATE)
            sent += 1
        await websocket.receive()
        finished.set()

    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(Starlette(routes=[WebSocketRoute("/", send_updates)]))
    address = f"ws://127.0.0.1:{server.port}/"
    async with connect(address, proxy=None, max_queue=1, compression=None) as page:
        before = -1
        while sent != before:
            before = sent
            await asyncio.sleep(0.1)
        # The page's own buffers are full; the rest waits in the server, where it can be replaced.
        assert sent < MANY
        for _ in range(MANY):
            assert await page.recv() == UPDATE
        await page.send("thanks")
        async with asyncio.timeout(30):
            await finished.wait()
    await server.close()
