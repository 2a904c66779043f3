"""Updates on their way through a connection that takes them, or doesn't."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.transport.tile_stream import LOW_BACKLOG, TileStream, pack, unpack
from moof.server.viewers import ViewerRegistry
from moof.server.wakeup import Wakeup


class CountingWakeup(Wakeup):
    """Counts its signals."""

    signals = 0

    def signal(self) -> None:
        self.signals += 1


class Line:
    """Takes updates while it is open."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.open = asyncio.Event()
        self.viewers = ViewerRegistry()
        self.wakeup = CountingWakeup()
        self.viewers.attach(self.wakeup)

    async def send(self, update: bytes) -> None:
        await self.open.wait()
        self.taken.append(update)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_an_update_is_one_message_of_its_parts(parts: list[bytes]) -> None:
    assert list(unpack(pack(parts))) == parts


@given(st.binary(min_size=1, max_size=100), st.data())
def test_what_is_cut_off_is_no_update(part: bytes, data: st.DataObject) -> None:
    whole = pack([part])
    with pytest.raises(ValueError, match="cut off"):
        list(unpack(whole[: data.draw(st.integers(1, len(whole) - 1))]))


async def test_updates_wait_in_order_until_the_line_takes_them() -> None:
    line = Line()
    stream = TileStream(line.viewers)
    running = asyncio.create_task(stream.run(line.send))
    updates = [[bytes([number]) * LOW_BACKLOG] for number in range(3)]
    for update in updates:
        stream.put(update)
    await settle()
    assert (stream.backlog, line.wakeup.signals) == (sum(len(pack(update)) for update in updates), 0)
    line.open.set()
    await settle()
    assert line.taken == [pack(update) for update in updates]
    assert (stream.backlog, line.wakeup.signals) == (0, 1)
    assert stream.bytes_sent == sum(map(len, line.taken))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_what_nobody_waits_for_any_more_is_forgotten() -> None:
    line = Line()
    stream = TileStream(line.viewers)
    running = asyncio.create_task(stream.run(line.send))
    stream.put([b"under way"])
    await settle()
    stream.put([b"old"])
    stream.clear()
    stream.put([b"new"])
    line.open.set()
    await settle()
    assert line.taken == [pack([b"under way"]), pack([b"new"])]
    assert stream.backlog == 0
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
