"""Restarts of ICE and late candidates, between two real connections; media are in test_publisher.py."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiortc import RTCIceGatherer, RTCIceParameters, RTCIceTransport

from moof.server.config.options import IceServer
from moof.server.transport.ice import configure_gathering
from moof.server.transport.ice_restart import IceDescription, RestartableIce, ice_options
from support.stun_server import stun_server


class End:
    """One side."""

    def __init__(self, controlling: bool) -> None:
        self.gatherer = RTCIceGatherer([])
        self.transport = RTCIceTransport(self.gatherer)
        self.transport._connection.ice_controlling = controlling
        self.ice = RestartableIce(self.transport)

    async def connect(self, other: "End") -> None:
        for candidate in other.gatherer.getLocalCandidates():
            await self.transport.addRemoteCandidate(candidate)
        theirs = other.gatherer.getLocalParameters()
        await self.transport.start(RTCIceParameters(theirs.usernameFragment, theirs.password))


@pytest.fixture
async def ends() -> AsyncIterator[tuple[End, End]]:
    configure_gathering(None)
    ends = End(True), End(False)
    await asyncio.gather(*(each.gatherer.gather() for each in ends))
    await asyncio.gather(ends[0].connect(ends[1]), ends[1].connect(ends[0]))
    yield ends
    async with asyncio.timeout(20):
        await asyncio.gather(*(each.transport.stop() for each in ends))


async def restart(ends: tuple[End, End]) -> None:
    first, second = [await each.ice.prepare(()) for each in ends]
    await asyncio.gather(ends[0].ice.restart(second), ends[1].ice.restart(first))


async def test_who_receives_goes_on_after_a_restart(ends: tuple[End, End]) -> None:
    one, other = ends
    before = one.ice.connection
    receiving = asyncio.create_task(other.transport._recv())
    await asyncio.sleep(0)
    await restart(ends)
    await one.transport._send(b"after")
    async with asyncio.timeout(20):
        assert await receiving == b"after"
    assert one.ice.connection is not before
    assert one.ice.connection.local_username != before.local_username
    assert one.transport.state == "completed"
    await restart(ends)
    await other.transport._send(b"again")
    async with asyncio.timeout(20):
        assert await one.transport._recv() == b"again"


async def test_a_failed_restart_leaves_the_connection_as_it_was(ends: tuple[End, End]) -> None:
    one, other = ends
    await one.ice.prepare(())
    with pytest.raises(ConnectionError):
        await one.ice.restart(IceDescription("user", "password", ("no candidate",)))
    assert one.ice.restarting is None
    await one.transport._send(b"as before")
    async with asyncio.timeout(20):
        assert await other.transport._recv() == b"as before"


async def test_the_end_of_the_connection_in_use_is_noticed(ends: tuple[End, End]) -> None:
    await restart(ends)
    await ends[0].ice.connection.close()
    async with asyncio.timeout(20):
        with pytest.raises(ConnectionError):
            await ends[0].transport._recv()
        while ends[0].transport.state != "failed":  # noqa: ASYNC110  aiortc's monitor sets it
            await asyncio.sleep(0.01)


async def test_candidates_of_servers_are_added_late(ends: tuple[End, End]) -> None:
    async with stun_server() as url:
        found = await ends[0].ice.gather([IceServer(url)])
    assert found
    assert all("192.0.2.77 7777 typ srflx" in each for each in found)
    assert {each.host for each in ends[0].ice.connection.local_candidates} >= {"192.0.2.77"}
    assert await ends[0].ice.gather([]) == ()


async def test_a_server_that_does_not_answer_gives_no_candidate(ends: tuple[End, End]) -> None:
    with socket.socket() as refusing:
        refusing.bind(("127.0.0.1", 0))
        port = refusing.getsockname()[1]
        server = IceServer(f"turn:127.0.0.1:{port}?transport=tcp", "user", "password")
        assert await ends[0].ice.gather([server]) == ()


def test_the_first_server_of_each_kind_that_can_be_used_is() -> None:
    servers = [
        IceServer("stun:[::1]:3478"),
        IceServer("turns:[::1]", "u", "p"),
        IceServer("stun:one:1"),
        IceServer("stun:two:2"),
        IceServer("turn:three:3", "u", "p"),
        IceServer("turn:four:4", "u", "p"),
    ]
    options = ice_options(servers)
    assert (options["stun_server"], options["turn_server"]) == (("one", 1), ("three", 3))
    assert ice_options(servers[:2]) == {}
