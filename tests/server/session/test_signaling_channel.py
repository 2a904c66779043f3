import asyncio
import json
import logging

import pytest

from moof.server.config.page_address import NO_PAGE_ADDRESS
from moof.server.protocol.messages import Bye, Error
from moof.server.session.signaling_channel import (
    MessageProcessor,
    SignalingChannel,
    SignalingSocket,
    WebSocketClosedError,
)
from moof.server.transport.tile_stream import TileStream, pack
from moof.server.viewers import ViewerRegistry

WAIT = 30.0


class Socket:
    """A WebSocket whose other end is the test."""

    page = NO_PAGE_ADDRESS

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[str | WebSocketClosedError] = asyncio.Queue()
        self.sent: list[str] = []
        self.pictures: list[bytes] = []
        self.closed = False
        self.stuck = asyncio.Event()
        self.stuck.set()

    async def receive(self) -> str:
        text = await self.incoming.get()
        if isinstance(text, WebSocketClosedError):
            raise text
        return text

    async def send(self, text: str) -> None:
        await self.stuck.wait()
        self.sent.append(text)

    async def send_bytes(self, data: bytes) -> None:
        self.pictures.append(data)

    async def close(self, *, abused: bool = False) -> None:
        self.closed = True


class Receiver(MessageProcessor):
    """Receives and ignores."""

    async def process_next(self, socket: SignalingSocket) -> None:
        await socket.receive()


class Failing(MessageProcessor):
    """Raises what no message should cause."""

    async def process_next(self, socket: SignalingSocket) -> None:
        raise RuntimeError("a bug")


async def outcome(channel: SignalingChannel) -> bool:
    async with asyncio.timeout(WAIT):
        return await channel.run(Receiver())


async def test_run_returns_whether_the_websocket_closed_for_good() -> None:
    for final in (True, False):
        socket = Socket()
        channel = SignalingChannel("v1", socket, TileStream(ViewerRegistry()))
        socket.incoming.put_nowait("something")
        socket.incoming.put_nowait(WebSocketClosedError(final=final))
        assert await outcome(channel) is final
        assert channel.closed.is_set()
        channel.send(Error("too late"))
    assert socket.sent == []


async def test_messages_are_sent_in_order_and_bye_is_the_last() -> None:
    socket = Socket()
    channel = SignalingChannel("v1", socket, TileStream(ViewerRegistry()))
    for message in (Error("one"), Bye("two"), Error("three")):
        channel.send(message)
    assert await outcome(channel)
    assert [json.loads(text)["message"] for text in socket.sent] == ["one", "two"]
    assert socket.closed


async def test_close_ends_the_channel_and_closes_its_websocket() -> None:
    socket = Socket()
    channel = SignalingChannel("v1", socket, TileStream(ViewerRegistry()))
    running = asyncio.create_task(outcome(channel))
    await asyncio.sleep(0)
    channel.close()
    assert await running is False
    assert socket.closed
    assert await outcome(channel) is False


async def test_a_page_that_does_not_read_ends_the_channel_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    socket = Socket()
    socket.stuck.clear()
    channel = SignalingChannel("v1", socket, TileStream(ViewerRegistry()))
    running = asyncio.create_task(outcome(channel))
    await asyncio.sleep(0)
    for _ in range(100):
        channel.send(Error("unread"))
    assert await running
    assert [record.getMessage() for record in caplog.records] == ["Viewer v1 reads too slowly."]


async def test_an_unexpected_exception_ends_the_channel_for_good() -> None:
    assert await SignalingChannel("v1", Socket(), TileStream(ViewerRegistry())).run(Failing())


async def test_tiles_are_sent_beside_texts_and_over_the_next_websocket() -> None:
    tiles = TileStream(ViewerRegistry())
    for final in (False, True):
        socket = Socket()
        tiles.put([b"picture"])
        running = asyncio.create_task(outcome(SignalingChannel("v1", socket, tiles)))
        async with asyncio.timeout(WAIT):
            while tiles.backlog:  # noqa: ASYNC110  the channel sends it
                await asyncio.sleep(0)
        assert socket.pictures == [pack([b"picture"])]
        socket.incoming.put_nowait(WebSocketClosedError(final=final))
        assert await running is final
