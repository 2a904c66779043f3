import asyncio

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from moof.server.listener import Listener
from moof.server.patience import PatientProtocol

APP = Starlette(routes=[Route("/", lambda request: PlainTextResponse("here"))])


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nhost: a\r\n"])
async def test_who_never_finishes_a_header_is_left(beginning: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientProtocol, "header_seconds", 0.05)
    listener = Listener.bind("127.0.0.1", 0)
    listener.open(APP)
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(beginning)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await listener.close()


async def test_one_who_does_is_served_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener.bind("127.0.0.1", 0)
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
