"""Which frames of a client are decoded; the client writes raw frames to a real socket."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.frames import Frame
from websockets.protocol import Protocol

from moof.server.config.options import Certificate, ListenOptions
from moof.server.http import websocket_protocol
from moof.server.http.uvicorn_server import UvicornServer
from moof.server.http.websocket_frames import MAX_FRAGMENTS, FrameScanner
from moof.server.http.websocket_protocol import FRAME_BURST, FRAMES_PER_TURN, POLICY_VIOLATION
from support.certificates import client_context, write_certificate
from support.raw_websocket import BINARY, CONTINUATION, PING, PONG, TEXT, Route, frame, raw_websocket

UPDATE = bytes(20_000)
MANY = 500
LAST = bytes(60_000)
LISTEN = ListenOptions()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return write_certificate(tmp_path_factory.mktemp("tls"))


async def test_send_waits_for_a_page_that_reads_slowly() -> None:
    sent = 0
    finished = asyncio.Event()

    async def send_updates(websocket: WebSocket) -> None:
        nonlocal sent
        await websocket.accept()
        for _ in range(MANY):
            await websocket.send_bytes(UPDATE)
            sent += 1
        await websocket.receive()
        finished.set()

    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(Starlette(routes=[WebSocketRoute("/", send_updates)]))
    address = f"ws://127.0.0.1:{server.port}/"
    async with connect(address, proxy=None, max_queue=1, compression=None) as page:
        before = -1
        while sent != before:
            before = sent
            await asyncio.sleep(0.1)
        # The page's own buffers are full; the rest waits in the server, where it can be replaced.
        assert sent < MANY
        for _ in range(MANY):
            assert await page.recv() == UPDATE
        await page.send("thanks")
        async with asyncio.timeout(30):
            await finished.wait()
    await server.close()


class Application:
    """Receives until the client is gone; keeps the messages and the code of the disconnection."""

    def __init__(self) -> None:
        self.messages: list[object] = []
        self.last = asyncio.Event()
        self.codes: asyncio.Queue[int] = asyncio.Queue()

    async def receive_all(self, websocket: WebSocket) -> None:
        await websocket.accept()
        message = await websocket.receive()
        while message["type"] == "websocket.receive":
            self.messages.append(message.get("text") or message.get("bytes"))
            if self.messages[-1] == LAST:
                self.last.set()
            message = await websocket.receive()
        self.codes.put_nowait(message["code"])


@contextlib.asynccontextmanager
async def served(application: Application, listen: ListenOptions = LISTEN) -> AsyncIterator[int]:
    server = UvicornServer.bind(listen.host, 0)
    server.open(Starlette(routes=[WebSocketRoute("/", application.receive_all)]), listen)
    yield server.port
    await server.close()


def count_decoded_frames(monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """Return a list to which each frame will be added that is decoded."""
    decoded: list[Frame] = []
    recv_frame = Protocol.recv_frame

    def count(protocol: Protocol, one: Frame) -> None:
        decoded.append(one)
        recv_frame(protocol, one)

    monkeypatch.setattr(Protocol, "recv_frame", count)
    return decoded


@pytest.mark.parametrize(
    "frames",
    [
        frame(BINARY, b"") * 40_000,
        frame(TEXT, b"{}") * 40_000,
        frame(PING, b"") * 40_000,
        frame(PONG, b"x") * 40_000,
        frame(TEXT, b"x", final=False) + frame(CONTINUATION, b"", final=False) * 40_000,
    ],
    ids=["binary", "text", "ping", "pong", "fragments"],
)
@pytest.mark.parametrize("way", ["IPv4", "IPv6", "TLS"])
async def test_flood_is_decoded_up_to_the_burst_and_then_never(
    frames: bytes, way: str, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket_protocol, "FRAMES_PER_SECOND", 1e-6)  # none is added meanwhile
    decoded = count_decoded_frames(monkeypatch)
    application = Application()
    route = Route(
        "::1" if way == "IPv6" else "127.0.0.1", client_context(certificate) if way == "TLS" else None
    )
    listen = ListenOptions(route.host, certificate=certificate if way == "TLS" else None)
    async with served(application, listen) as port, raw_websocket(port, "/", route) as (reader, writer):
        writer.write(frames)
        async with asyncio.timeout(30):
            assert await application.codes.get() == POLICY_VIOLATION
        before = len(decoded)
        assert before <= FRAME_BURST
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            writer.write(frames)
            await reader.read()
        assert len(decoded) == before


async def test_others_have_their_turn_between_the_frames_of_one_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns: list[int] = []
    scan = FrameScanner.scan

    def count(scanner: FrameScanner, data: bytes, most: int) -> tuple[int, int]:
        length, cost = scan(scanner, data, most)
        turns.append(cost)
        return length, cost

    monkeypatch.setattr(FrameScanner, "scan", count)
    application = Application()
    async with served(application) as port, raw_websocket(port, "/") as (_, writer):
        writer.write(frame(BINARY, b"x") * 500 + frame(BINARY, LAST))
        async with asyncio.timeout(30):
            await application.last.wait()
    assert len(application.messages) == 501
    assert max(turns) <= FRAMES_PER_TURN
    assert len(turns) >= 501 // FRAMES_PER_TURN


async def test_message_in_few_fragments_arrives_whole() -> None:
    application = Application()
    async with served(application) as port, raw_websocket(port, "/") as (_, writer):
        writer.write(frame(TEXT, b"a", final=False))
        for _ in range(MAX_FRAGMENTS - 2):
            writer.write(frame(CONTINUATION, b"b", final=False))
        writer.write(frame(CONTINUATION, b"c") + frame(BINARY, LAST))
        async with asyncio.timeout(30):
            await application.last.wait()
    assert application.messages == ["a" + "b" * (MAX_FRAGMENTS - 2) + "c", LAST]


async def test_nothing_is_decoded_after_the_application_closed_for_abuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoded = count_decoded_frames(monkeypatch)

    async def close_at_once(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.receive_text()
        await websocket.close(POLICY_VIOLATION)

    server = UvicornServer.bind("127.0.0.1", 0)
    server.open(Starlette(routes=[WebSocketRoute("/", close_at_once)]))
    async with raw_websocket(server.port, "/") as (reader, writer):
        writer.write(frame(TEXT, b"{}") * 500)
        received = await reader.read()
    assert received[:2] == bytes([0x88, 2])
    assert int.from_bytes(received[2:4]) == POLICY_VIOLATION
    assert len(decoded) <= FRAMES_PER_TURN
    await server.close()
