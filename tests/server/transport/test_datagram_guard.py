"""Which datagrams reach aioice; the viewer's and a stranger's arrive at the real sockets' protocols."""

import asyncio
import functools
import struct
from typing import Any

import pytest
from aioice import stun

from moof.server.transport import datagram_guard
from moof.server.transport.aiortc_internals import ice_connection
from moof.server.transport.datagram_guard import DatagramGuard, dtls_records
from moof.server.transport.sdp_limits import MAX_CANDIDATES
from support.webrtc_pair import ConnectedPair, until


class Sockets:
    """The server's sockets of a connected pair: what is received there, and what aioice gets."""

    def __init__(self, pair: ConnectedPair) -> None:
        self.connection: Any = ice_connection(pair.peer._connection)
        (nominated,) = self.connection._nominated.values()
        self.viewer: tuple[str, int] = nominated.remote_addr
        self._protocol = nominated.protocol
        self.delivered: list[bytes] = []
        receive: functools.partial[None] = self._protocol.datagram_received
        self._guard = receive.func

    def receive(self, data: bytes, address: tuple[str, int] | None = None) -> None:
        self._guard(lambda part, _: self.delivered.append(part), data, address or self.viewer)


STRANGER = ("198.51.100.1", 9)


@pytest.fixture
def sockets(pair: ConnectedPair) -> Sockets:
    return Sockets(pair)


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("!BHHIHH", kind, 0xFEFD, 1, 0, 0, len(body)) + body


def test_records_of_a_datagram_are_divided() -> None:
    first, second = record(23, b"one"), record(22, b"")
    assert list(dtls_records(first + second + b"rest")) == [first, second]
    assert list(dtls_records(b"\x80no record")) == [b"\x80no record"]
    assert list(dtls_records(b"\x17")) == []


async def test_viewer_that_sends_too_many_is_reported_and_nothing_is_parsed_afterwards(
    sockets: Sockets, pair: ConnectedPair
) -> None:
    for _ in range(10_000):
        sockets.receive(b"\x80rtp")
    assert pair.listener.floods == 1
    assert len(sockets.delivered) < 10_000
    before = len(sockets.delivered)
    sockets.receive(b"\x80rtp")
    assert len(sockets.delivered) == before


async def test_each_record_of_a_datagram_counts(sockets: Sockets, pair: ConnectedPair) -> None:
    for _ in range(300):
        sockets.receive(record(23, b"") * 100)
    assert pair.listener.floods == 1
    assert len(sockets.delivered) < 10_000


async def test_handshakes_have_a_limit_of_their_own(sockets: Sockets, pair: ConnectedPair) -> None:
    for _ in range(200):
        sockets.receive(record(22, b"hello"))
    assert pair.listener.floods == 1
    assert len(sockets.delivered) < 150


async def test_stranger_ends_no_session(sockets: Sockets, pair: ConnectedPair) -> None:
    request = bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST))
    for data in (request, b"\x80rtp", record(23, b"data"), b""):
        for _ in range(2_000):
            sockets.receive(data, STRANGER)
    assert 0 < len(sockets.delivered) < 500
    assert set(sockets.delivered) == {request}
    assert pair.listener.floods == 0
    pair.browser.channels["input"].send(b"\x01\x01\x00\x00")
    await until(lambda: pair.listener.inputs == [b"\x01\x01\x00\x00"])


async def test_empty_datagram_is_dropped(sockets: Sockets) -> None:
    sockets.receive(b"")
    assert sockets.delivered == []


async def test_checks_from_ever_new_addresses_add_few_candidates(sockets: Sockets) -> None:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["PRIORITY"] = 1
    protocol = sockets.connection._protocols[0]
    for port in range(2_000):
        sockets.connection.check_incoming(message, ("127.0.0.1", 10_000 + port), protocol)
    assert len(sockets.connection._remote_candidates) <= MAX_CANDIDATES + datagram_guard._MAX_REFLEXIVE
    await asyncio.sleep(0)


async def test_missing_private_name_is_reported(pair: ConnectedPair) -> None:
    with pytest.raises(RuntimeError, match="_nominated"):
        DatagramGuard(object(), pair.listener)
