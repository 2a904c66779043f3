"""The shared memory of a hostile emulator, and the server's readers of it."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path

from moof.ipc import AudioRingReader, FrameSlotReader, Segment, SegmentError, State, busguard, contract
from moof.ipc import eventfd as events
from moof.server.audio.framer import AudioFramer
from moof.server.video.framebuffer import ShadowFramebuffer
from support.fuzz.target import Feed, FuzzTarget

_SIZES = ((1, 1), (64, 48), (320, 200))
_WRITE = struct.Struct("<BHI")
"""One write into the segment: kind, index of the field, value."""
_OFFSETS = [field.offset for field in contract.SEGMENT] + [
    contract.AUDIO_RING_OFFSET + slot * contract.AUDIO_FRAME.size + field.offset
    for slot in range(contract.AUDIO_SLOTS)
    for field in contract.AUDIO_HEADER
]
_TRUNCATE = 0xA5
_PAGE = 4096


class HostileEmulator:
    """A segment whose owner writes into it what the fuzzer says, and the server's readers of it."""

    def __init__(self, folder: Path) -> None:
        busguard.install()
        self._path = folder / f"moof-fuzz-{os.getpid()}"
        self._eventfd = events.create()
        self._framer = AudioFramer()
        self._framebuffer = ShadowFramebuffer()
        self._path.unlink(missing_ok=True)
        self._segment = Segment.create(os.getpid(), self._path)
        self._count = 0
        self._connect()

    def feed(self, data: bytes) -> None:
        """Apply the writes in `data` to a valid segment, then read it as the server does.

        The first byte chooses the picture's size; then come writes: kind u8, field u16, value u32.
        """
        self._make_valid(data[:1])
        for write in _WRITE.iter_unpack(data[1 : 1 + len(data[1:]) // _WRITE.size * _WRITE.size]):
            self._write(*write)
        try:
            self._read()
        except SegmentError:
            pass
        if self._truncated:
            self._opened.close()
            os.truncate(self._path, contract.SEGMENT_SIZE)
            self._connect()

    def close(self) -> None:
        """Close the emulator's and the server's side."""
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
        self._audio = AudioRingReader(self._opened, None)
        self._truncated = False

    def _make_valid(self, which: bytes) -> None:
        width, height = _SIZES[(which[0] if which else 0) % len(_SIZES)]
        self._count += 1
        frame = (width, height, 1, 0, 0, width, height, 1, 1, 1, 1)
        counters = (self._count % 3, self._count, self._count)
        self._segment.store(contract.FRAME_HEADER, contract.METADATA_OFFSET, *frame, *counters)
        self._segment.state = State.RUNNING

    def _write(self, kind: int, field: int, value: int) -> None:
        if kind == _TRUNCATE:
            # The first page stays: this process's own emulator's end goes on writing there.
            os.truncate(self._path, max(_PAGE, value % contract.SEGMENT_SIZE))
            self._truncated = True
            return
        small = value if kind & 1 else value % 5
        offset = _OFFSETS[field % len(_OFFSETS)]
        if offset + 4 <= _PAGE or not self._truncated:
            self._segment.header[offset : offset + 4] = struct.pack("<I", small)

    def _read(self) -> None:
        with contextlib.suppress(SegmentError):
            _ = self._opened.state, self._opened.read_ping(), self._opened.mouse_latency
        with contextlib.suppress(SegmentError):
            while (answer := self._audio.read()) is not None:
                self._framer.push(answer)
                self._framer.next_packet()
        frame = self._frames.latest() or self._frames.current()
        if frame is not None:
            self._framebuffer.update(frame, self._frames)


@contextlib.contextmanager
def _open() -> Iterator[Feed]:
    emulator = HostileEmulator(Path("/dev/shm"))
    try:
        yield emulator.feed
    finally:
        emulator.close()


SEGMENT = FuzzTarget(
    _open,
    (
        b"\1",
        b"\2" + _WRITE.pack(0, 4, 100) + _WRITE.pack(1, 60, 2**32 - 1),
        b"\1"
        + _WRITE.pack(0, 35, 1)
        + _WRITE.pack(1, 38, 22050)
        + _WRITE.pack(0, 39, 1)
        + _WRITE.pack(1, 40, 9),
        *(bytes([size]) + _WRITE.pack(size, size, 1) for size in range(12)),
        b"\1" + _WRITE.pack(_TRUNCATE, 0, 8192),  # rare: a new segment costs as much as a hundred messages
    ),
)
"""The contents of a hostile emulator's shared memory."""
