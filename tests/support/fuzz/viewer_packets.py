"""What a viewer sends beside signaling: WebSocket frames, SCTP packets, session descriptions."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from aiortc import RTCSctpTransport
from aiortc.rtcsctptransport import (
    DataChunk,
    ForwardTsnChunk,
    HeartbeatChunk,
    InitChunk,
    ReconfigChunk,
    SackChunk,
    serialize_packet,
)
from aiortc.sdp import SessionDescription

from moof.server.http.websocket_frames import FrameScanner
from moof.server.transport.peer import PeerError
from moof.server.transport.sctp_chunks import packet_cost
from moof.server.transport.sctp_guard import SctpGuard
from moof.server.transport.sdp_limits import check_answer
from support.fuzz.target import Feed, FuzzTarget
from support.raw_websocket import BINARY, PING, TEXT, frame


@contextlib.contextmanager
def _frames() -> Iterator[Feed]:
    def feed(data: bytes) -> None:
        scanner = FrameScanner()
        length, cost = scanner.scan(data, 100)
        assert length <= len(data)
        assert cost >= (length > 0)

    yield feed


class _Transport:
    """In place of DTLS: what is sent goes nowhere."""

    state = "connected"
    _role = "server"

    async def _send_data(self, data: bytes) -> None:
        """Send nothing."""

    def _unregister_data_receiver(self, receiver: object) -> None:
        """Forget nothing."""


class _Listener:
    def flooded(self, what: str) -> None:
        """Keep on: the fuzzer has more packets."""


@contextlib.contextmanager
def _sctp() -> Iterator[Feed]:
    """SCTP packets to an association, which a new one replaces when a packet ends it."""
    with asyncio.Runner() as runner:
        run = runner.get_loop().run_until_complete

        async def new() -> tuple[Any, SctpGuard]:
            sctp: Any = RTCSctpTransport(_Transport())  # type: ignore[arg-type]
            sctp._remote_port, sctp._last_received_tsn, sctp._ssthresh = 5000, 0, 1 << 20
            sctp._association_state = sctp.State.ESTABLISHED
            return sctp, SctpGuard(sctp, _Listener())  # type: ignore[arg-type]

        held = [run(new())]

        def feed(body: bytes) -> None:
            sctp, guard = held[0]
            packet = _packet(body, sctp._local_verification_tag)
            if packet_cost(packet) is not None:
                run(guard._receive(packet))
            if guard._closed or sctp._association_state != sctp.State.ESTABLISHED:
                run(sctp.stop())
                held[0] = run(new())

        yield feed
        run(held[0][0].stop())


def _packet(chunks: bytes, tag: int) -> bytes:
    """Return a packet with these bytes as its chunks, and a valid checksum."""

    class Chunks(HeartbeatChunk):
        def __bytes__(self) -> bytes:
            return chunks

    return serialize_packet(5000, 5000, tag, Chunks())


@contextlib.contextmanager
def _answers() -> Iterator[Feed]:
    """Session descriptions, which aiortc's parser may refuse with any error."""

    def feed(data: bytes) -> None:
        sdp = data.decode("utf-8", "replace")
        try:
            check_answer(sdp)
        except PeerError:
            return
        with contextlib.suppress(Exception):
            SessionDescription.parse(sdp)

    yield feed


def _sack(*gaps: tuple[int, int]) -> bytes:
    chunk = SackChunk()
    chunk.gaps = list(gaps)
    return bytes(chunk)


def _data(tsn: int, flags: int = 3) -> bytes:
    chunk = DataChunk(flags)
    chunk.tsn, chunk.protocol, chunk.user_data = tsn, 53, b"data"
    return bytes(chunk)


def _forward() -> bytes:
    chunk = ForwardTsnChunk()
    chunk.cumulative_tsn, chunk.streams = 5, [(1, 2), (3, 4)]
    return bytes(chunk)


FRAMES = FuzzTarget(
    _frames,
    (
        frame(TEXT, b"{}"),
        frame(PING, b"") * 3,
        frame(BINARY, bytes(200)),
        frame(TEXT, b"a", final=False) + frame(0, b"b"),
    ),
)
"""Bytes of a client's WebSocket."""
SCTP = FuzzTarget(
    _sctp,
    (
        _sack((0, 65535), (1, 3)),
        _data(1) + _data(3),
        _data(1, flags=2) + _data(2, flags=1),
        _forward(),
        bytes(HeartbeatChunk(body=b"\0\1\0\x08abcd")),
        bytes(ReconfigChunk(body=b"\0\x0d\0\x12" + bytes(14))),
        bytes(InitChunk(body=bytes(16) + b"\xc0\0\0\4")),
    ),
)
"""Chunks of a viewer's SCTP packets."""
_MEDIA = (
    b"m=video 9 UDP/TLS/RTP/SAVPF 102 103\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\n"
    b"a=rtpmap:102 H264/90000\r\na=rtcp-fb:102 nack pli\r\na=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n"
    b"a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=ssrc:1 cname:a\r\n"
    b"a=ice-ufrag:abcd\r\na=setup:active\r\n"
)
ANSWERS = FuzzTarget(
    _answers,
    (
        b"v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n" + _MEDIA,
        b"a=rtcp-fb:* nack\r\n" * 9 + b"a=rtpmap:102 H264/90000\r\n" * 9,
        b"a=ssrc:1 cname:a\r\n" * 9,
    ),
)
"""Session descriptions of a viewer."""
