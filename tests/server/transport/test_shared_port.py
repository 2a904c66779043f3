"""One UDP port for several connections: real sockets, with aiortc's in another event loop as browsers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, TypeVar

import aioice
import aioice.ice
import pytest
from aioice import stun

from moof.server.transport import ice
from moof.server.transport.aiortc_internals import ice_connection
from moof.server.transport.ice import configure_gathering
from support.webrtc_pair import AiortcBrowser, RecordingListener, new_peer, until

Result = TypeVar("Result")
CLICK = b"\x01\x01\x00\x00"


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Let the connections of this event loop share a port of the loopback address, and return it."""
    monkeypatch.setattr(ice, "_gathered_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        chosen: int = probe.getsockname()[1]
    configure_gathering((chosen, chosen))
    yield chosen
    configure_gathering(None)


class BrowserLoop:
    """An event loop in a thread of its own, whose connections have any port."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="browsers")
        self._thread.start()

    async def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Return the result of a coroutine that runs there."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, self.loop))

    def stop(self) -> None:
        """End the thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@pytest.fixture
def browsers() -> Iterator[BrowserLoop]:
    loop = BrowserLoop()
    yield loop
    loop.stop()


class Viewer:
    """A peer of the server's and its browser."""

    def __init__(self, browsers: BrowserLoop) -> None:
        self._browsers = browsers
        self.listener = RecordingListener()
        self.peer = new_peer(self.listener)

    async def connect(self) -> None:
        self.browser = await self._browsers.run(self._new_browser())
        offer = await self.peer.offer()
        await self.peer.answer(await self._browsers.run(self.browser.answer(offer)))
        await until(lambda: self.peer.ready and len(self.browser.channels) == 2)

    async def send(self, message: bytes) -> None:
        self._browsers.loop.call_soon_threadsafe(self.browser.channels["input"].send, message)
        await until(lambda: message in self.listener.inputs)

    async def receive(self, info: bytes) -> None:
        self.peer.send_video((), 0, info)
        await until(lambda: ("frame", info) in self.browser.messages)

    @property
    def local_port(self) -> int:
        (pair,) = ice_connection(self.peer._connection)._nominated.values()
        return int(pair.local_addr[1])

    async def close(self) -> None:
        await self.peer.close()
        await self._browsers.run(self.browser.connection.close())

    async def _new_browser(self) -> AiortcBrowser:
        return AiortcBrowser()


@contextlib.asynccontextmanager
async def connected(browsers: BrowserLoop) -> AsyncIterator[Viewer]:
    viewer = Viewer(browsers)
    await viewer.connect()
    try:
        yield viewer
    finally:
        await viewer.close()


async def gathered() -> aioice.Connection:
    connection = aioice.Connection(ice_controlling=True)
    await connection.gather_candidates()
    return connection


def is_free(port: int) -> bool:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


async def test_viewers_share_the_port_and_get_their_own_messages(port: int, browsers: BrowserLoop) -> None:
    async with connected(browsers) as first, connected(browsers) as second:
        assert (first.local_port, second.local_port) == (port, port)
        await first.send(b"\x01\x01\x00\x00")
        await second.send(b"\x01\x02\x00\x00")
        await first.receive(b"first")
        await second.receive(b"second")
        assert (first.listener.inputs, second.listener.inputs) == ([b"\x01\x01\0\0"], [b"\x01\x02\0\0"])
        assert first.browser.messages == [("frame", b"first")]


async def test_one_viewer_goes_on_when_another_leaves(port: int, browsers: BrowserLoop) -> None:
    async with connected(browsers) as staying:
        async with connected(browsers):
            pass
        await staying.send(CLICK)
        assert not is_free(port)
    await until(lambda: is_free(port))


async def test_stranger_gets_no_answer(port: int) -> None:
    connection = await gathered()
    with socket.socket(type=socket.SOCK_DGRAM) as stranger:
        stranger.setblocking(False)
        stranger.connect(("127.0.0.1", port))
        for data in (check("nobody:x", b"1"), b"\x16dtls", b"\x80rtp", b"", b"\x01\x01" + bytes(18)):
            stranger.send(data)
        stranger.send(check(f"{connection.local_username}:x", b"2"))  # with a wrong password
        answer = await asyncio.get_running_loop().sock_recv(stranger, 2048)
    await connection.close()
    refused = stun.parse_message(answer)
    assert (refused.transaction_id, refused.message_class) == (b"2" * 12, stun.Class.ERROR)


def check(username: str, letter: bytes) -> bytes:
    """Return a connectivity check with a password that nobody has."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, transaction_id=letter * 12)
    request.attributes["USERNAME"] = username
    request.add_message_integrity(b"wrong")
    return bytes(request)


async def test_user_names_differ(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice.ice, "random_string", lambda length: "a" * length)
    first, second = await gathered(), await gathered()
    assert first.local_username == "aaaa"
    assert len(second.local_username) > 4
    await first.close()
    await second.close()


async def test_port_of_another_program_gives_no_candidate(port: int) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", port))
        assert (await gathered()).local_candidates == []


async def test_connections_at_once_and_after_the_last_one_ended_find_the_port(port: int) -> None:
    for _ in range(2):
        connections = await asyncio.gather(*(gathered() for _ in range(3)))
        assert [each.local_candidates[0].port for each in connections] == [port] * 3
        closing = [asyncio.create_task(each.close()) for each in connections]
        await asyncio.sleep(0)
        late = await gathered()
        assert len(late.local_candidates) == 1
        await asyncio.gather(*closing)
        await late.close()
