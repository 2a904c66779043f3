"""An attacker, which does not stop by itself: `… URL KIND`. Where it is disconnected, it reconnects at once.

Kinds over one TCP connection: see `STREAMS` and `BODIES`. The others are methods of `Attacker`, a viewer
whose connection sends what no browser sends.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from aiortc.rtcsctptransport import Chunk, DataChunk, ForwardTsnChunk, HeartbeatChunk, SackChunk
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

import harness  # noqa: F401  puts tests/ on the module path
from harness.misbehaving_client import MisbehavingClient
from support.raw_websocket import BINARY, CONTINUATION, PING, PONG, TEXT, Route, frame, raw_websocket

_MANY = 40_000
_BURST = 50
_JOIN_SECONDS = 20.0
_SOURCE = "127.0.0.9"  # rate limits are for each address
_ROUTE = Route(_SOURCE)
_TSN_MODULO = 2**32

STREAMS = {
    "binary": frame(BINARY, b"") * _MANY,
    "texts": frame(TEXT, b"{}") * _MANY,
    "pings": frame(PING, b"") * _MANY,
    "pongs": frame(PONG, b"x") * _MANY,
    "fragments": frame(TEXT, b"x", final=False) + frame(CONTINUATION, b"", final=False) * _MANY,
    "continuations": (frame(TEXT, b"x", final=False) + frame(CONTINUATION, b"") * 20) * _MANY,
    "large": frame(BINARY, bytes(60_000)) * 50,
}
"""WebSocket kinds: what is sent again and again."""
BODIES = {
    "chunks": (b"Content-Length: 2\r\nTransfer-Encoding: chunked", b"1\r\nx\r\n" * _MANY),
    "surplus": (b"Content-Length: 1000000000", bytes(1 << 18)),
}
"""HTTP kinds: headers, and what is sent again and again of the body."""


class RawChunk(Chunk):
    """A chunk of any bytes."""

    def __bytes__(self) -> bytes:
        return self.body


class Attacker(MisbehavingClient):
    """A viewer, and what its connection can be made to send."""

    @property
    def _sctp(self) -> Any:
        return self._connection.sctp

    async def _send_chunks(self, chunks: list[Chunk]) -> None:
        for chunk in chunks:
            await self._sctp._send_chunk(chunk)
        await asyncio.sleep(0.001)

    async def sacks(self) -> None:
        """Acknowledge everything, in gap blocks."""
        sack = SackChunk()
        sack.cumulative_tsn, sack.gaps = self._sctp._last_received_tsn, [(0, 65535)] * 250
        await self._send_chunks([sack] * _BURST)

    async def endless(self) -> None:
        """Send a parameter of no length."""
        await self._send_chunks([RawChunk(body=b"\x04\0\0\x08\0\1\0\0")])

    async def heartbeats(self) -> None:
        """Request answers."""
        await self._send_chunks([HeartbeatChunk()] * _BURST)

    async def misorders(self) -> None:
        """Leave gaps between messages."""
        await self._send_chunks([self._data(2 * number + 3) for number in range(_BURST * 10)])

    def _data(self, ahead: int) -> DataChunk:
        chunk = DataChunk()
        chunk.tsn = (self._sctp._local_tsn + ahead) % _TSN_MODULO
        chunk.protocol, chunk.user_data = 53, bytes(16)
        return chunk

    async def forwards(self) -> None:
        """Abandon messages of many streams."""
        chunks: list[Chunk] = []
        for number in range(_BURST):
            chunk = ForwardTsnChunk()
            chunk.cumulative_tsn = (self._sctp._local_tsn + number) % _TSN_MODULO
            chunk.streams = [(stream + 250 * number, 1) for stream in range(250)]
            chunks.append(chunk)
        await self._send_chunks(chunks)

    async def opens(self) -> None:
        """Open data channels."""
        for number in range(_BURST):
            self._connection.createDataChannel(f"own {number}")
        await asyncio.sleep(0.05)

    async def media(self) -> None:
        """Send RTP."""
        for number in range(_BURST):
            packet = bytes([0x80, 102]) + number.to_bytes(2) + bytes(8) + bytes(1000)
            await self._sctp.transport._send_rtp(packet)
        await asyncio.sleep(0.001)

    async def datagrams(self) -> None:
        """Send DTLS records that are none."""
        for _ in range(_BURST):
            await self._sctp.transport.transport._send(b"\x17\xfe\xfd" + bytes(8) + b"\0\1x" * 90)
        await asyncio.sleep(0.001)

    async def strangers(self) -> None:
        """Send from another socket to the server's, empty datagrams among them."""
        ice = self._sctp.transport.transport._connection
        (pair,) = ice._nominated.values()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            for data in itertools.islice(itertools.cycle((b"", b"\x80" + bytes(100), bytes(20))), _BURST):
                other.sendto(data, pair.remote_addr)
        await asyncio.sleep(0.001)

    async def answers(self) -> None:
        """Join again and again, with answers full of lines that are compared with each other."""
        await self._signaling.send(json.dumps({"type": "join", "codec": "h264"}))
        for line in ("a=ssrc:1 cname:x", "a=rtcp-fb:* nack", "a=candidate:1 1 udp 1 10.0.0.1 9 typ host"):
            sdp = self._connection.localDescription.sdp + f"{line}\r\n" * (50_000 // len(line))
            await self._signaling.send(json.dumps({"type": "answer", "sdp": sdp}))
        await asyncio.sleep(0.1)


async def attack_as_viewer(url: str, kind: str) -> None:
    """Connect, and attack until disconnected."""
    address = url.replace("http", "ws") + "/signaling"
    async with connect(address, max_size=None, local_addr=(_SOURCE, 0)) as signaling:
        attacker = Attacker(signaling)
        async with asyncio.timeout(_JOIN_SECONDS):
            await attacker.join()
        hostile = asyncio.Event()
        hostile.set()
        await attacker.stay(kind, hostile)


async def attack_by_frames(url: str, kind: str) -> None:
    """Send frames until disconnected."""
    async with raw_websocket(int(url.rpartition(":")[2]), route=_ROUTE) as (reader, writer):
        await _send_until_closed(reader, writer, STREAMS[kind])


async def attack_by_body(url: str, kind: str) -> None:
    """Send the body of one request until disconnected."""
    headers, body = BODIES[kind]
    port = int(url.rpartition(":")[2])
    reader, writer = await _ROUTE.connect(port)
    host = url.rpartition("/")[2].encode()
    writer.write(b"POST /api/codec HTTP/1.1\r\nHost: " + host + b"\r\n" + headers + b"\r\n\r\n")
    await _send_until_closed(reader, writer, body)
    writer.close()


async def _send_until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> None:
    reading = asyncio.create_task(reader.read())
    try:
        while not reading.done():
            writer.write(data)
            await writer.drain()
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def main(url: str, kind: str) -> None:
    """Print "ready", and attack until killed."""
    os.nice(10)  # it must not compete for the other processes' CPU time
    attack: Callable[[str, str], Awaitable[None]] = attack_as_viewer
    if kind in STREAMS:
        attack = attack_by_frames
    elif kind in BODIES:
        attack = attack_by_body
    print("ready", flush=True)
    while True:
        with contextlib.suppress(ConnectionClosed, ConnectionError, TimeoutError, AssertionError, EOFError):
            await attack(url, kind)
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
