"""Every door that somebody hostile can stand at, as a function of bytes; shared by the fuzzer and the suite.

`knock` may refuse what it is given in the ways that the door's room documents. Whatever else comes out of it
is a finding.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import struct
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moof.ipc import (
    AudioRequest,
    AudioRingReader,
    CommandCode,
    FrameSlotReader,
    Key,
    MachineCommand,
    MessageDecoder,
    Mouse,
    MouseMode,
    MouseModeCode,
    Ping,
    ProtocolError,
    Segment,
    SegmentError,
    State,
    busguard,
    contract,
    encode,
)
from moof.ipc import eventfd as events
from moof.server.audio.framer import AudioFramer
from moof.server.auth.access import AccessDenied, AccessRules
from moof.server.auth.tokens import Tokens
from moof.server.protocol.audio_report import PlaybackReport, PlaybackReportError
from moof.server.protocol.input_decoder import InputDecoder, InputError
from moof.server.protocol.messages import SignalingError, parse
from moof.server.rtp.rtcp import fir_targets
from moof.server.rtp.twcc import arrivals
from moof.server.storage.prefs import PrefsError, change
from moof.server.video.framebuffer import ShadowFramebuffer

Knock = Callable[[bytes], None]


@dataclass(frozen=True)
class Door:
    """A way in: what to knock with, and messages that it understands, for the fuzzer to begin with."""

    knock: Callable[[], contextlib.AbstractContextManager[Knock]]
    seeds: tuple[bytes, ...]


@contextlib.contextmanager
def signalling() -> Iterator[Knock]:
    """JSON of the WebSocket."""

    def knock(data: bytes) -> None:
        with contextlib.suppress(SignalingError):
            parse(data.decode("utf-8", "replace"))

    yield knock


@contextlib.contextmanager
def channel() -> Iterator[Knock]:
    """Messages of the "input" data channel, in sequence: what is held is remembered."""
    viewer = InputDecoder()

    def knock(data: bytes) -> None:
        with contextlib.suppress(InputError):
            for message in viewer.feed(data, 1):
                encode(message)
        with contextlib.suppress(PlaybackReportError):
            PlaybackReport.unpack(data)
        if len(data) % 64 == 0:
            for message in viewer.release_all():
                encode(message)

    yield knock


@contextlib.contextmanager
def feedback() -> Iterator[Knock]:
    """RTCP from a browser."""

    def knock(data: bytes) -> None:
        fir_targets(data)
        arrivals(data)

    yield knock


@contextlib.contextmanager
def control() -> Iterator[Knock]:
    """Bytes from a server at our emulator's socket, however they are cut."""
    decoders = [MessageDecoder()]

    def knock(data: bytes) -> None:
        try:
            for message in decoders[0].feed(data):
                encode(message)
        except ProtocolError:
            decoders[0] = MessageDecoder()

    yield knock


@contextlib.contextmanager
def headers() -> Iterator[Knock]:
    """Method, path and headers, a line each, at a server that is open to others: none of them has a token."""
    tokens = Tokens.new()
    rules = AccessRules("0.0.0.0", 80, tokens, frozenset({"mac.example"}))

    def knock(data: bytes) -> None:
        method, path, *lines = (data + b"\n\n").split(b"\n")
        raw, _, query = path.partition(b"?")
        fields = [
            (name.lower(), value) for name, _, value in (line.partition(b":") for line in lines) if name
        ]
        scope = {
            "type": "http" if len(data) % 2 else "websocket",
            "method": method.decode("latin-1"),
            "path": raw.decode("utf-8", "replace"),
            "query_string": query,
            "headers": fields,
        }
        assert isinstance(rules.admit(scope), AccessDenied) or scope["path"] == "/healthz", scope
        word = rules.token_in_address(scope)
        assert word is None or tokens.role_of(word) is None

    yield knock


@contextlib.contextmanager
def preferences() -> Iterator[Knock]:
    """An emulator's preferences as text, of which one is changed: what is not understood stays."""

    def knock(data: bytes) -> None:
        name, _, text = data.decode("utf-8", "replace").partition("\n")
        with contextlib.suppress(PrefsError):
            changed = change(text, {name: ["new"]})
            assert change(changed, {name: ["new"]}) == changed, changed

    yield knock


_SIZES = ((1, 1), (64, 48), (320, 200))
_POKE = struct.Struct("<BHI")
_PLACES = [field.offset for field in contract.SEGMENT] + [
    contract.AUDIO_RING_OFFSET + slot * contract.AUDIO_FRAME.size + field.offset
    for slot in range(contract.AUDIO_SLOTS)
    for field in contract.AUDIO_HEADER
]
_SHRINK = 0xA5


class HostileEmulator:
    """A segment whose owner writes into it whatever the fuzzer says, and the server's readers of it."""

    def __init__(self, folder: Path) -> None:
        busguard.install()
        self._path = folder / f"moof-fuzz-{os.getpid()}"
        self._eventfd = events.create()
        self._playout = AudioFramer()
        self._screen = ShadowFramebuffer()
        self._path.unlink(missing_ok=True)
        self._segment = Segment.create(os.getpid(), self._path)
        self._count = 0
        self._connect()

    def knock(self, data: bytes) -> None:
        """Poke (kind u8, which field u16, value u32) into a good segment, then read it as the server does."""
        self._make_good(data[:1])
        for poke in _POKE.iter_unpack(data[1 : 1 + len(data[1:]) // _POKE.size * _POKE.size]):
            self._poke(*poke)
        try:
            self._read()
        except SegmentError:
            pass
        if self._shrunk:
            self._opened.close()
            os.truncate(self._path, contract.SEGMENT_SIZE)
            self._connect()

    def close(self) -> None:
        """End the emulator and the server's side of it."""
        self._opened.close()
        self._segment.close()
        self._path.unlink()

    def _connect(self) -> None:
        self._segment.write("width", 0)
        self._segment.write("height", 0)
        self._segment.write("magic", contract.MAGIC)
        self._segment.write("version", contract.VERSION)
        self._segment.write("pid", os.getpid())
        self._segment.write("audio_frame_write_idx", 0)
        self._opened = Segment.open(os.getpid(), self._path)
        self._frames = FrameSlotReader(self._opened, self._eventfd)
        self._sound = AudioRingReader(self._opened, None)
        self._shrunk = False

    def _make_good(self, which: bytes) -> None:
        width, height = _SIZES[(which[0] if which else 0) % len(_SIZES)]
        self._count += 1
        values = (
            width,
            height,
            1,
            0,
            0,
            width,
            height,
            1,
            1,
            1,
            1,
            self._count % 3,
            self._count,
            self._count,
        )
        self._segment.store(contract.FRAME_HEADER, contract.METADATA_OFFSET, *values)
        self._segment.state = State.RUNNING

    def _poke(self, kind: int, field: int, value: int) -> None:
        if kind == _SHRINK:
            # The first page stays: our own end of this emulator goes on writing there.
            os.truncate(self._path, max(4096, value % contract.SEGMENT_SIZE))
            self._shrunk = True
            return
        small = value if kind & 1 else value % 5
        offset = _PLACES[field % len(_PLACES)]
        if offset + 4 <= 4096 or not self._shrunk:
            self._segment.header[offset : offset + 4] = struct.pack("<I", small)

    def _read(self) -> None:
        with contextlib.suppress(SegmentError):
            _ = self._opened.state, self._opened.read_ping(), self._opened.mouse_latency
        with contextlib.suppress(SegmentError):
            while (heard := self._sound.read()) is not None:
                self._playout.push(heard)
                self._playout.next_packet()
        frame = self._frames.latest() or self._frames.current()
        if frame is not None:
            self._screen.update(frame, self._frames)


@contextlib.contextmanager
def segment() -> Iterator[Knock]:
    """The contents of a hostile emulator's shared memory."""
    emulator = HostileEmulator(Path("/dev/shm"))
    try:
        yield emulator.knock
    finally:
        emulator.close()


@contextlib.contextmanager
def http() -> Iterator[Knock]:
    """Requests as the web server hands them on: METHOD path|header:value, a line end, the body."""
    from moof.server.app import StreamingServer
    from moof.server.config.options import LibraryPaths, ServerOptions
    from moof.server.http.routes import create_app

    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        root = Path(folder) / "files"
        root.mkdir()
        places = LibraryPaths(root / "disks", root / "roms", root / "prefs", root / "moof.toml", 100_000)
        options = ServerOptions(http_port=0, signaling_port=0, library_paths=places, target_pid=1)

        async def make() -> Any:
            server = StreamingServer(options)
            return create_app(server, server._rules), server

        app, server = runner.run(make())
        port = server._listeners[0].port
        run = runner.get_loop().run_until_complete  # the runner itself minds signals, each time
        yield lambda data: _request(run, app, data, port, root)
        runner.run(server.stop())


def _request(
    run: Callable[[Coroutine[Any, Any, None]], object], app: Any, data: bytes, port: int, root: Path
) -> None:
    """Send one request; a finding is a status of 500 or more that is not 503, or a missing policy."""
    line, _, body = data.partition(b"\n")
    line = bytes(byte for byte in line if 0x20 <= byte < 0x7F)  # h11 refuses requests with others by itself
    method, _, rest = line.partition(b" ")
    path, *extra = rest.split(b"|")
    raw, _, query = path.partition(b"?")
    headers = [(b"host", f"127.0.0.1:{port}".encode()), (b"content-type", b"application/json")]
    headers += [(name.lower(), value) for name, _, value in (each.partition(b":") for each in extra) if name]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method.decode("latin-1") or "GET",
        "scheme": "http",
        "path": "/" + raw.decode("utf-8", "replace").lstrip("/"),
        "raw_path": raw,
        "query_string": query,
        "root_path": "",
        "headers": [*headers, (b"content-length", str(len(body)).encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", port),
        "extensions": {},
    }
    answers: list[dict[str, Any]] = []
    pieces = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(pieces, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    run(app(scope, receive, send))
    start = answers[0]
    assert start["status"] < 500 or start["status"] == 503, (start, answers[1:])
    assert b"content-security-policy" in dict(start["headers"]), start
    assert list(root.parent.iterdir()) == [root], "something left the folder"


def _json(**fields: object) -> bytes:
    return json.dumps(fields).encode()


DOORS = {
    "signalling": Door(
        signalling,
        (
            _json(type="join", codec="h264"),
            _json(type="join", codec=None),
            _json(type="answer", sdp="v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"),
            _json(type="candidate", candidate="candidate:1 1 udp 1 127.0.0.1 9 typ host", mid="0"),
            _json(type="codec", codec="png"),
            _json(type="restart"),
            _json(type="command", command="reset"),
        ),
    ),
    "channel": Door(
        channel,
        (
            struct.pack("<BBBx", 1, 1, 0x24),
            struct.pack("<BBBxHHd", 2, 0x10, 1, 40, 50, 1000.0),
            struct.pack("<B3xId", 4, 7, 1000.0),
            struct.pack("<BBxx", 6, 1),
            struct.pack("<B3xhh", 0x20, 120, -120),
            struct.pack("<B3x", 0x21),
            PlaybackReport(1e12, 48000.0, 40.0, 40.0, 0, 0, 0).pack(),
        ),
    ),
    "feedback": Door(
        feedback,
        (
            struct.pack("!BBHIIIBxxx", 0x84, 206, 4, 1, 0, 2, 3),
            struct.pack("!BBHIIHHIHBB", 0x8F, 205, 5, 1, 2, 10, 1, 0x00000100, 0x2001, 4, 0),
        ),
    ),
    "control": Door(
        control,
        tuple(
            encode(message)
            for message in (
                Key(0x24, down=True),
                Mouse(10, 20, 1, absolute=True, timestamp_ms=5),
                Mouse(-10, 20, 1, absolute=False),
                MachineCommand(CommandCode.PAUSE),
                Ping(1, 2, 3),
                AudioRequest(960),
                MouseMode(MouseModeCode.RELATIVE),
            )
        ),
    ),
    "headers": Door(
        headers,
        (
            b"GET\n/api/status\nhost: mac.example",
            b"GET\n/?token=" + b"x" * 43 + b"\nhost: 10.0.0.1",
            b"POST\n/api/restart\nhost:mac.example\ncookie:moof-80=" + b"x" * 43,
            b"GET\n/api/status\nhost:[::1]:80\nauthorization:Bearer x\norigin:http://mac.example",
            b"PUT\n/api/disks/x\nhost:mac.example:80\ncontent-length:99999999999",
        ),
    ),
    "preferences": Door(
        preferences,
        (b"screen\nscreen win/640/480\nrom a b\n# rom c\n", b"disk\ndisk a\ndisk b\r\n; disk c", b"rom\n"),
    ),
    "segment": Door(
        segment,
        (
            b"\1",
            b"\2" + _POKE.pack(0, 4, 100) + _POKE.pack(1, 60, 2**32 - 1),
            b"\1"
            + _POKE.pack(0, 35, 1)
            + _POKE.pack(1, 38, 22050)
            + _POKE.pack(0, 39, 1)
            + _POKE.pack(1, 40, 9),
            *(bytes([size]) + _POKE.pack(size, size, 1) for size in range(12)),
            b"\1" + _POKE.pack(_SHRINK, 0, 8192),  # rare: a new segment costs as much as a hundred messages
        ),
    ),
    "http": Door(
        http,
        (
            b"GET /api/status\n",
            b"GET /static/../../../../etc/passwd\n",
            b"POST /api/codec\n" + _json(codec="png"),
            b"POST /api/restart\n",
            b"POST /api/emulators\n" + _json(pid=1),
            b"POST /api/prefs\nrom x\nscreen win/640/480\n",
            b"PUT /api/config\n" + _json(codec="h264"),
            b"PUT /api/disks/escaped.img|x-name: ../escaped\n0123456789",
            b"GET /api/disks/..%2f..%2fescaped\n",
            b"POST /api/codec|origin: http://evil.example\n{}",
            b"GET /metrics|host: evil.example\n",
            b"GET /?token=" + b"x" * 40 + b"\n",
        ),
    ),
}


def mutations(seeds: tuple[bytes, ...], seed: int) -> Iterator[bytes]:
    """Seeds, spoiled in ways that parsers dislike, for ever; the same for the same `seed`."""
    import random

    chance = random.Random(seed)
    for turn in itertools.count():
        data = bytearray(seeds[turn % len(seeds)])
        for _ in range(chance.randrange(6)):
            _spoil(data, chance, seeds)
        yield bytes(data)


_NASTY = (0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def _spoil(data: bytearray, chance: Any, seeds: tuple[bytes, ...]) -> None:
    at = chance.randrange(len(data) + 1)
    match chance.randrange(7):
        case 0:
            del data[at : at + 1 + chance.randrange(8)]
        case 1:
            data[at:at] = chance.randbytes(chance.randrange(1, 9))
        case 2 if at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        case 3 if at < len(data):
            data[at] = chance.randrange(256)
        case 4:
            number = struct.pack(chance.choice("<>") + "I", chance.choice(_NASTY))
            data[at : at + 4] = number
        case 5:
            data[at:at] = chance.choice(seeds)[: chance.randrange(40)]
        case _:
            data[at:at] = data[: chance.randrange(1, 64)] * chance.randrange(1, 4)
