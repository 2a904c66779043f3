import asyncio
import json

from moof.server.protocol.messages import Bye, Error
from moof.server.session.signaling_channel import SignalingChannel, SignalingSocket, WebSocketClosedError
from moof.server.transport.tile_stream import TileStream, pack
from moof.server.viewers import ViewerRegistry

WAIT = 10.0


class Socket:
    """A WebSocket whose other end is in the test's hands."""

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

    async def close(self) -> None:
        self.closed = True


async def follow_next(socket: SignalingSocket) -> None:
    await socket.receive()


async def outcome(channel: SignalingChannel) -> bool:
    async with asyncio.timeout(WAIT):
        return await channel.run(follow_next)


async def test_a_goodbye_is_for_good_and_a_break_is_not() -> None:
    for goodbye in (True, False):
        socket = Socket()
        channel = SignalingChannel("v1", socket, TileStream(ViewerRegistry()))
        socket.incoming.put_nowait("something")
        socket.incoming.put_nowait(WebSocketClosedError(goodbye=goodbye))
        assert await outcome(channel) is goodbye
        assert channel.closed.is_set()
        channel.send(Error("too late"))
    assert socket.sent == []


async def test_messages_go_in_order_and_a_bye_is_the_last() -> None:
    socket = Socket()
    channel = SignalingChannel("v1", socket, TileStream(ViewerRegistry()))
    for message in (Error("one"), Bye("two"), Error("three")):
        channel.send(message)
    assert await outcome(channel)
    assert [json.loads(text)["message"] for text in socket.sent] == ["one", "two"]
    assert socket.closed


async def test_a_line_that_is_cut_ends_and_is_closed() -> None:
    socket = Socket()
    channel = SignalingChannel("v1", socket, TileStream(ViewerRegistry()))
    running = asyncio.create_task(outcome(channel))
    await asyncio.sleep(0)
    channel.close()
    assert await running is False
    assert socket.closed
    assert await outcome(channel) is False


async def test_who_does_not_read_is_left() -> None:
    socket = Socket()
    socket.stuck.clear()
    channel = SignalingChannel("v1", socket, TileStream(ViewerRegistry()))
    running = asyncio.create_task(outcome(channel))
    await asyncio.sleep(0)
    for _ in range(100):
        channel.send(Error("unread"))
    assert await running


async def test_a_failure_of_ours_ends_it_for_good() -> None:
    async def fail(socket: SignalingSocket) -> None:
        raise RuntimeError("a bug")

    assert await SignalingChannel("v1", Socket(), TileStream(ViewerRegistry())).run(fail)


async def test_lossless_pictures_go_beside_the_texts_and_on_over_the_next_line() -> None:
    tiles = TileStream(ViewerRegistry())
    for goodbye in (False, True):
        socket = Socket()
        tiles.put([b"picture"])
        running = asyncio.create_task(outcome(SignalingChannel("v1", socket, tiles)))
        async with asyncio.timeout(WAIT):
            while tiles.backlog:  # noqa: ASYNC110  the channel sends it
                await asyncio.sleep(0)
        assert socket.pictures == [pack([b"picture"])]
        socket.incoming.put_nowait(WebSocketClosedError(goodbye=goodbye))
        assert await running is goodbye
