"""A page that reads slowly, at the other end of a real connection."""

import asyncio

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from moof.server.listener import Listener

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

    listener = Listener.bind("127.0.0.1", 0)
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
