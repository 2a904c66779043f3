"""What of a viewer's SCTP reaches aiortc; aiortc as the browser sends chunks that no browser sends."""

import asyncio
from typing import Any

import pytest
from aiortc.rtcdatachannel import RTCDataChannel
from aiortc.rtcsctptransport import (
    Chunk,
    CookieAckChunk,
    DataChunk,
    ForwardTsnChunk,
    HeartbeatChunk,
    RTCSctpTransport,
    SackChunk,
)
from hypothesis import given
from hypothesis import strategies as st

from moof.server.transport import sctp_guard
from moof.server.transport.sctp_guard import MAX_AHEAD, MAX_INCOMPLETE, covered
from support.webrtc_pair import ConnectedPair, until


@given(
    st.lists(st.integers(0, 60), unique=True).map(sorted),
    st.lists(st.tuples(st.integers(0, 65), st.integers(0, 65)), max_size=8),
)
def test_covered_are_the_positions_in_any_gap(positions: list[int], gaps: list[tuple[int, int]]) -> None:
    expected = [each for each in positions if any(start <= each <= end for start, end in gaps)]
    assert list(covered(positions, gaps)) == expected


class Attacker:
    """The browser's SCTP, and what the server's has processed of it."""

    def __init__(self, pair: ConnectedPair, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pair = pair
        self.sctp: Any = pair.browser.connection.sctp
        self.server: Any = pair.peer._connection.sctp
        self.processed: list[Chunk] = []
        process = pair.peer._sctp_guard._process

        async def record(chunk: Chunk) -> None:
            self.processed.append(chunk)
            await process(chunk)

        monkeypatch.setattr(pair.peer._sctp_guard, "_process", record)

    async def send(self, chunk: Chunk) -> None:
        await self.sctp._send_chunk(chunk)

    def data(self, ahead: int, stream: int = 0, flags: int = 3) -> DataChunk:
        """Return a DATA chunk `ahead` of the last one that the server has acknowledged."""
        chunk = DataChunk()
        chunk.tsn = (self.server._last_received_tsn + ahead) % 2**32
        chunk.stream_id, chunk.flags, chunk.protocol, chunk.user_data = stream, flags, 53, b"data"
        return chunk

    async def done(self) -> None:
        """Return when the server has processed all that was sent so far."""
        self.processed.clear()
        await self.send(CookieAckChunk())
        await until(lambda: any(isinstance(each, CookieAckChunk) for each in self.processed))


@pytest.fixture
def attacker(pair: ConnectedPair, monkeypatch: pytest.MonkeyPatch) -> Attacker:
    return Attacker(pair, monkeypatch)


async def test_gap_blocks_are_reduced_to_what_is_outstanding(attacker: Attacker) -> None:
    await attacker.done()
    sack = SackChunk()
    sack.cumulative_tsn = attacker.sctp._last_received_tsn
    sack.gaps = [(0, 65535)] * 250
    await attacker.send(sack)
    await until(lambda: any(isinstance(each, SackChunk) for each in attacker.processed))
    (seen,) = (each for each in attacker.processed if isinstance(each, SackChunk))
    assert len(seen.gaps) <= len(attacker.server._sent_queue)


async def test_sack_of_what_was_never_sent_is_dropped(attacker: Attacker) -> None:
    sack = SackChunk()
    sack.cumulative_tsn = (attacker.server._local_tsn + 1000) % 2**32
    before = attacker.server._last_sacked_tsn
    await attacker.send(sack)
    await attacker.done()
    assert attacker.server._last_sacked_tsn == before


async def test_misordered_chunks_are_bounded_and_the_others_sent_again(
    attacker: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attacker.pair.peer._sctp_guard._allowance, "burst", 10_000.0)
    for ahead in (*range(3, 3 + 2 * MAX_AHEAD, 2), 70_000, 2**30):
        await attacker.send(attacker.data(ahead))
    await attacker.done()
    assert 0 < len(attacker.server._sack_misordered) <= MAX_AHEAD


async def test_incomplete_messages_are_bounded(attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sctp_guard, "MAX_INCOMPLETE", 20)
    stream = attacker.pair.browser.channels["input"].id or 0
    first, tsn = 2, attacker.server._last_received_tsn
    for number in range(40):
        chunk = attacker.data(0, stream, first if number == 0 else 0)
        chunk.tsn = (tsn + 1 + number) % 2**32
        await attacker.send(chunk)
    await until(lambda: attacker.pair.listener.floods == 1)
    kept = sum(len(each.reassembly) for each in attacker.server._inbound_streams.values())
    assert kept == 20
    assert MAX_INCOMPLETE > MAX_AHEAD


async def test_channel_of_the_viewers_is_not_opened(attacker: Attacker) -> None:
    opened: list[RTCDataChannel] = []
    attacker.server.on("datachannel", opened.append)
    before = dict(attacker.server._data_channels)
    for number in range(50):
        attacker.pair.browser.connection.createDataChannel(f"own {number}")
    await attacker.done()
    attacker.pair.browser.channels["input"].send(b"\x01\x01\x00\x00")
    await until(lambda: attacker.pair.listener.inputs == [b"\x01\x01\x00\x00"])  # TSNs are acknowledged
    assert attacker.server._data_channels == before
    assert opened == []


async def test_forward_tsn_is_dropped(attacker: Attacker) -> None:
    chunk = ForwardTsnChunk()
    chunk.cumulative_tsn = (attacker.server._last_received_tsn + 2**30) % 2**32
    chunk.streams = [(stream, 0) for stream in range(250)]
    streams, tsn = len(attacker.server._inbound_streams), attacker.server._last_received_tsn
    await attacker.send(chunk)
    await attacker.done()
    assert len(attacker.server._inbound_streams) == streams
    assert attacker.server._last_received_tsn == tsn


async def test_flood_of_chunks_is_reported_and_nothing_is_parsed_afterwards(
    attacker: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attacker.pair.peer._sctp_guard._allowance, "rate", 1e-6)
    async with asyncio.timeout(30):
        while not attacker.pair.listener.floods:
            await attacker.send(HeartbeatChunk())
            await asyncio.sleep(0)
    processed = len(attacker.processed)
    assert 0 < processed <= sctp_guard._CHUNK_BURST
    for _ in range(20):
        await attacker.send(HeartbeatChunk())
    guard = attacker.pair.peer._sctp_guard
    await guard._receive(b"")  # what else arrives
    assert len(attacker.processed) == processed
    assert attacker.pair.listener.floods == 1


@pytest.mark.parametrize(
    "body",
    [
        b"\x04\0\0\x08\0\1\0\0",  # aiortc would read this parameter for ever
        b"\x03\0\0\x10" + bytes(8) + b"\xff\xff\0\0",  # gap blocks that are not there
        b"\x0b\0\0\4" * 200,
    ],
    ids=["parameter without a length", "missing gap blocks", "many chunks"],
)
async def test_invalid_packet_ends_the_viewer(
    attacker: Attacker, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Raw(Chunk):
        def __bytes__(self) -> bytes:
            return body

    await attacker.send(Raw())
    await until(lambda: attacker.pair.listener.floods == 1)


async def test_missing_private_name_is_reported(pair: ConnectedPair, monkeypatch: pytest.MonkeyPatch) -> None:
    sctp = pair.browser.connection.sctp
    assert isinstance(sctp, RTCSctpTransport)
    monkeypatch.delattr(sctp, "_sack_misordered")
    with pytest.raises(RuntimeError, match="_sack_misordered"):
        sctp_guard.SctpGuard(sctp, pair.listener)
    sctp._sack_misordered = set()
