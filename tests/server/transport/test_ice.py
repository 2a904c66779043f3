"""Which addresses and ports candidates have; aioice's own sockets are bound for it."""

import asyncio
from collections.abc import AsyncIterator

import aioice.ice
import pytest
from aiortc.sdp import candidate_from_sdp

from moof.server.transport import ice as icegathering
from moof.server.transport.ice import advertised, configure_gathering, resolved

OFFER = "v=0\r\na=candidate:abc 1 udp 2130706431 10.0.0.5 40001 typ host\r\na=end-of-candidates\r\n"


@pytest.fixture(autouse=True)
async def any_port() -> AsyncIterator[None]:
    yield
    configure_gathering(None)


async def gathered() -> aioice.Connection:
    connection = aioice.Connection(ice_controlling=True)
    await connection.gather_candidates()
    return connection


async def test_a_machine_without_network_has_its_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_gathering(None)
    monkeypatch.setattr(icegathering, "_gathered_addresses", lambda use_ipv4, use_ipv6: [])
    assert aioice.ice.get_host_addresses(True, True) == ["127.0.0.1"]
    assert aioice.ice.get_host_addresses(False, True) == ["::1"]
    monkeypatch.setattr(icegathering, "_gathered_addresses", lambda use_ipv4, use_ipv6: ["192.0.2.7"])
    assert aioice.ice.get_host_addresses(True, True) == ["192.0.2.7"]


async def test_ports_are_of_the_range_until_there_are_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_gathering((45_100, 45_101))
    monkeypatch.setattr(icegathering, "_gathered_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    connections = [await gathered() for _ in range(3)]
    ports = [[candidate.port for candidate in connection.local_candidates] for connection in connections]
    assert sorted(ports) == [[], [45_100], [45_101]]
    for connection in connections:
        await connection.close()
    again = await gathered()
    assert len(again.local_candidates) == 1
    await again.close()


async def test_no_range_leaves_the_loop_as_it_was() -> None:
    loop = asyncio.get_running_loop()
    configure_gathering((45_100, 45_101))
    assert "create_datagram_endpoint" in vars(loop)
    configure_gathering(None)
    assert "create_datagram_endpoint" not in vars(loop)


def test_another_address_is_advertised_beside_ours() -> None:
    sdp = advertised(OFFER, ["198.51.100.7", "2001:db8::1"])
    lines = [line for line in sdp.splitlines() if line.startswith("a=candidate:")]
    assert lines[0] == OFFER.splitlines()[1]
    assert len(lines) == 2  # there is no IPv6 candidate of ours that could stand behind the other one
    added = candidate_from_sdp(lines[1].removeprefix("a=candidate:"))
    assert (added.ip, added.port, added.type) == ("198.51.100.7", 40001, "srflx")
    assert (added.relatedAddress, added.relatedPort) == ("10.0.0.5", 40001)
    assert added.priority < 2130706431


async def test_names_are_looked_up() -> None:
    assert "127.0.0.1" in await resolved("localhost")
    assert await resolved("192.0.2.1") == ["192.0.2.1"]
    assert await resolved("no such host") == []
