"""Updates sent through a connection that accepts them, or does not yet."""

import asyncio
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from moof.server.transport.tile_stream import LOW_BACKLOG, TileStream, pack
from moof.server.viewers import UNLIMITED_BITRATE, ViewerRegistry
from moof.server.wakeup import Wakeup
from support.tile_updates import unpack


class CountingWakeup(Wakeup):
    """Counts its signals."""

    signals = 0

    def signal(self) -> None:
        self.signals += 1


class Connection:
    """Accepts updates while it is open."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.open = asyncio.Event()
        self.viewers = ViewerRegistry()
        self.wakeup = CountingWakeup()
        self.viewers.attach(self.wakeup)

    async def send(self, update: bytes) -> None:
        await self.open.wait()
        self.sent.append(update)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_update_is_one_message_of_its_parts(parts: list[bytes]) -> None:
    assert list(unpack(pack(parts))) == parts


async def test_updates_are_queued_in_order_until_the_connection_accepts_them() -> None:
    connection = Connection()
    stream = TileStream(connection.viewers)
    running = asyncio.create_task(stream.run(connection.send))
    updates = [[bytes([number]) * LOW_BACKLOG] for number in range(3)]
    for update in updates:
        stream.put(update)
    await settle()
    assert (stream.backlog, connection.wakeup.signals) == (sum(len(pack(update)) for update in updates), 0)
    connection.open.set()
    await settle()
    assert connection.sent == [pack(update) for update in updates]
    assert (stream.backlog, connection.wakeup.signals) == (0, 1)
    assert stream.bytes_sent == sum(map(len, connection.sent))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_clear_drops_the_queue_but_not_the_update_being_sent() -> None:
    connection = Connection()
    stream = TileStream(connection.viewers)
    running = asyncio.create_task(stream.run(connection.send))
    stream.put([b"under way"])
    await settle()
    stream.put([b"old"])
    stream.clear()
    stream.put([b"new"])
    connection.open.set()
    await settle()
    assert connection.sent == [pack([b"under way"]), pack([b"new"])]
    assert stream.backlog == 0
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_updates_beyond_the_limit_count_as_a_backlog_until_their_time_is_over() -> None:
    stream = TileStream(ViewerRegistry())
    stream.put_picture([bytes(100_000)])
    assert stream.picture_backlog == stream.backlog > 100_000
    stream.clear()
    stream.limit = 100_000
    assert stream.picture_backlog == 0
    stream.put_picture([bytes(100_000)])  # eight seconds
    stream.clear()
    assert 60_000 < stream.picture_backlog <= 100_000
    assert stream.backlog == 0  # sound has room
    stream.limit = UNLIMITED_BITRATE
    assert stream.picture_backlog == 0
