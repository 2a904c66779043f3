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
async def test_who_never_finishes_a_header_is_left(beginning: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HeaderTimeoutProtocol, "header_seconds", 0.05)
    listener = UvicornServer.bind("127.0.0.1", 0)
    listener.open(APP)
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(beginning)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await listener.close()


async def test_one_who_does_is_served_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = UvicornServer.bind("127.0.0.1", 0)
    listener.open(APP)
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    for _ in range(3):
        for piece in (b"GET / HT", b"TP/1.1\r\nhost: a\r", b"\n\r\n"):
            writer.write(piece)
            await writer.drain()
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()
    await listener.close()


UPDATE = bytes(20_000)
MANY = 500


async def test_a_page_that_reads_slowly_is_noticed_at_once() -> None:
    sent = 0
    finished = asyncio.Event()

    async def pour(websocket: WebSocket) -> None:
        nonlocal sent
        await websocket.accept()
        for _ in range(MANY):
            await websocket.send_bytes(UPDATE)
            sent += 1
        await websocket.receive()
        finished.set()

    listener = UvicornServer.bind("127.0.0.1", 0)
    listener.open(Starlette(routes=[WebSocketRoute("/", pour)]))
    address = f"ws://127.0.0.1:{listener.port}/"
    async with connect(address, proxy=None, max_queue=1, compression=None) as page:
        before = -1
        while sent != before:
            before = sent
            await asyncio.sleep(0.1)
        # What is on its way fills the page's own buffers; all the rest waits here, where it can be replaced.
        assert sent < MANY
        for _ in range(MANY):
            assert await page.recv() == UPDATE
        await page.send("thanks")
        async with asyncio.timeout(10):
            await finished.wait()
    await listener.close()
