"""Addresses and ports of candidates, gathered by the real aioice."""

import asyncio
from collections.abc import AsyncIterator

import aioice.ice
import pytest
from aiortc.sdp import candidate_from_sdp

from moof.server.config.options import MediaNetwork
from moof.server.config.page_address import PageAddress
from moof.server.transport import ice
from moof.server.transport.ice import (
    ForwardedAddress,
    advertised,
    configure_gathering,
    forwarded_addresses,
    resolved,
)

OFFER = "v=0\r\na=candidate:abc 1 udp 2130706431 10.0.0.5 40001 typ host\r\na=end-of-candidates\r\n"


@pytest.fixture(autouse=True)
async def any_port() -> AsyncIterator[None]:
    yield
    configure_gathering(None)


async def gather() -> aioice.Connection:
    connection = aioice.Connection(ice_controlling=True)
    await connection.gather_candidates()
    return connection


async def test_loopback_is_offered_where_there_is_no_other_address(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_gathering(None)
    monkeypatch.setattr(ice, "_gathered_addresses", lambda use_ipv4, use_ipv6: [])
    assert aioice.ice.get_host_addresses(True, True) == ["127.0.0.1"]
    assert aioice.ice.get_host_addresses(False, True) == ["::1"]
    monkeypatch.setattr(ice, "_gathered_addresses", lambda use_ipv4, use_ipv6: ["192.0.2.7"])
    assert aioice.ice.get_host_addresses(True, True) == ["192.0.2.7"]


async def test_ports_are_from_the_range_while_some_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_gathering((25_100, 25_101))
    monkeypatch.setattr(ice, "_gathered_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    connections = [await gather() for _ in range(3)]
    ports = [[candidate.port for candidate in connection.local_candidates] for connection in connections]
    assert sorted(ports) == [[], [25_100], [25_101]]
    for connection in connections:
        await connection.close()
    again = await gather()
    assert len(again.local_candidates) == 1
    await again.close()


async def bound_port() -> int:
    """Return the port of a socket that the loop binds for another caller than aioice."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    port: int = transport.get_extra_info("sockname")[1]
    transport.close()
    return port


async def test_the_range_applies_to_no_other_socket() -> None:
    configure_gathering((25_100, 25_101))
    assert "create_datagram_endpoint" not in vars(asyncio.get_running_loop())
    assert await bound_port() not in (25_100, 25_101)


async def test_no_range_means_any_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice, "_gathered_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])
    configure_gathering((25_100, 25_101))
    configure_gathering(None)
    connection = await gather()
    assert [each.port in (25_100, 25_101) for each in connection.local_candidates] == [False]
    await connection.close()


def test_the_range_is_of_one_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice, "_gathered_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])

    async def configure() -> None:
        configure_gathering((25_100, 25_100))

    async def gathered_port() -> int:
        connection = await gather()
        port: int = connection.local_candidates[0].port
        await connection.close()
        return port

    asyncio.run(configure())
    assert asyncio.run(gathered_port()) != 25_100


def test_advertised_address_is_added_to_the_host_candidate() -> None:
    sdp = advertised(OFFER, [ForwardedAddress("198.51.100.7"), ForwardedAddress("2001:db8::1")])
    lines = [line for line in sdp.splitlines() if line.startswith("a=candidate:")]
    assert lines[0] == OFFER.splitlines()[1]
    assert len(lines) == 2  # no IPv6 host candidate, so no IPv6 copy
    added = candidate_from_sdp(lines[1].removeprefix("a=candidate:"))
    assert (added.ip, added.port, added.type) == ("198.51.100.7", 40001, "srflx")
    assert (added.relatedAddress, added.relatedPort) == ("10.0.0.5", 40001)
    assert added.priority < 2130706431


def test_address_and_port_that_a_candidate_has_are_not_repeated() -> None:
    sdp = advertised(
        OFFER,
        [
            ForwardedAddress("10.0.0.5"),
            ForwardedAddress("10.0.0.5", 40001),
            ForwardedAddress("10.0.0.5", 9000),
        ],
    )
    added = [line for line in sdp.splitlines() if "typ srflx" in line]
    assert [line.split()[4:6] for line in added] == [["10.0.0.5", "9000"]]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        (None, [ForwardedAddress("198.51.100.7")]),
        (
            (8080, 8080),
            [
                ForwardedAddress("198.51.100.7"),
                ForwardedAddress("192.0.2.1"),
                ForwardedAddress("192.0.2.1", 9000),
            ],
        ),
        ((9000, 9000), [ForwardedAddress("198.51.100.7"), ForwardedAddress("192.0.2.1")]),
        ((8080, 8090), [ForwardedAddress("198.51.100.7"), ForwardedAddress("192.0.2.1")]),
    ],
)
async def test_ports_that_were_chosen_are_offered_where_the_page_is(
    ports: tuple[int, int] | None, expected: list[ForwardedAddress]
) -> None:
    network = MediaNetwork(ports=ports, host="198.51.100.7", page=PageAddress("192.0.2.1", 9000))
    assert await forwarded_addresses(network) == expected


async def test_without_a_known_page_only_the_configured_host_is_offered() -> None:
    assert await forwarded_addresses(MediaNetwork(ports=(8080, 8080))) == []


async def test_host_names_are_resolved() -> None:
    assert "127.0.0.1" in await resolved("localhost")
    assert await resolved("192.0.2.1") == ["192.0.2.1"]
    assert await resolved("no such host") == []
