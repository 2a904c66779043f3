"""The shared memory of one emulator: created by it, opened by the server.

Trust: the other process may be hostile or about to crash. `open` checks the fields that never change; a
value that changes is checked each time it is read. One case cannot be checked beforehand: if the owner
truncates the file while we read pixels, the read raises SIGBUS. `check_size` before each frame catches
every truncation but that race; a process that has called `busguard.install` survives it, too, and reads
zeros. If a server truncates the file, the owner's handler reserves the memory again, and `restore` repairs
the segment once that server has disconnected.

Memory order: a load or store of an aligned field is one machine instruction, and x86-64 reorders neither
stores with stores nor loads with loads, so plain accesses in the contract's order are the acquire and
release that it requires.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import weakref
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from moof.ipc import busguard
from moof.ipc.contract import (
    AUDIO_FRAME,
    AUDIO_HEADER,
    AUDIO_RING_OFFSET,
    AUDIO_SILENCE_OFFSET,
    AUDIO_SLOTS,
    BYTES_PER_PIXEL,
    FRAME_SLOT_SIZE,
    FRAME_SLOTS,
    FRAMES_OFFSET,
    MAGIC,
    MAX_AUDIO_CHANNELS,
    MAX_AUDIO_SAMPLES,
    MAX_HEIGHT,
    MAX_WIDTH,
    PING_TIMES,
    PING_TIMES_OFFSET,
    SEGMENT,
    SEGMENT_SIZE,
    VERSION,
    AudioFormat,
    PixelFormat,
    State,
)
from moof.ipc.errors import SegmentError
from moof.ipc.names import segment_path, shm_name
from moof.ipc.ping import PingEcho
from moof.ipc.record import Record, Scalar
from moof.ipc.shmfile import create_file, open_file, restore_file


class Fields:
    """The fields of contract.SEGMENT in a mapping of that size, by name; errors mention `path`."""

    def __init__(self, mapped: mmap.mmap, path: Path) -> None:
        self.path = path
        self.header = memoryview(mapped)
        """The whole segment as bytes, to read or write several adjacent fields at once."""
        columns = {scalar: self.header.cast(scalar.value) for scalar in {field.scalar for field in SEGMENT}}
        self._columns = columns.values()
        self._cells = {field.name: (columns[field.scalar], field.index) for field in SEGMENT}
        self.u32 = columns[Scalar.U32]
        self.u64 = columns[Scalar.U64]
        """The segment as arrays of u32 and u64, for stores that must follow each other closely."""

    def read(self, name: str) -> int:
        """Return the field's value, unchecked: the caller knows the valid range."""
        column, index = self._cells[name]
        try:
            return int(column[index])
        except ValueError as error:
            raise SegmentError(f"{self.path} is closed") from error

    def write(self, name: str, value: int) -> None:
        """Set the field. Raises SegmentError if it cannot hold the value or the segment is closed."""
        column, index = self._cells[name]
        try:
            column[index] = value
        except (ValueError, TypeError) as error:
            raise SegmentError(f"{self.path}: cannot set {name} to {value!r}: {error}") from error

    def load(self, record: Record, offset: int) -> tuple[int, ...]:
        """Return the values of the record at `offset`, read at once (but not atomically)."""
        try:
            return record.struct.unpack_from(self.header, offset)
        except ValueError as error:
            raise SegmentError(f"{self.path} is closed") from error

    def store(self, record: Record, offset: int, *values: int) -> None:
        """Write a record at `offset`, its padding zero. Raises SegmentError as `write` does."""
        try:
            record.struct.pack_into(self.header, offset, *values)
        except (struct.error, TypeError) as error:  # TypeError: the released view of a closed segment
            raise SegmentError(f"{self.path}: cannot set {record.name} to {values}: {error}") from error

    def _release(self) -> None:
        """Release the views of the mapping: every later access raises SegmentError."""
        for view in (*self._columns, self.header):
            try:
                view.release()
            except BufferError:
                pass  # a part of it is still in use


SILENCE_RATE = 48_000


class Segment(Fields):
    """A mapped MacEmuIPCBuffer.

    Ownership of the mapping: arrays from `pixels` and views from `audio_slot` keep it alive. After `close`
    this object refuses every access, but the memory is unmapped only when the last such view is deleted.
    """

    def __init__(self, pid: int, path: Path, fd: int) -> None:
        """Map the open file `fd` (the mapping keeps a duplicate; the caller closes `fd`)."""
        try:
            mapped = mmap.mmap(fd, SEGMENT_SIZE, mmap.MAP_SHARED)
        except (OSError, ValueError) as error:  # no address space, or just truncated
            raise SegmentError(f"cannot map {path}: {error}") from error
        super().__init__(mapped, path)
        self.pid = pid
        self.name = shm_name(pid)
        self._map: mmap.mmap | None = mapped
        frames = np.frombuffer(mapped, np.uint8, FRAME_SLOTS * FRAME_SLOT_SIZE, FRAMES_OFFSET)
        self._guard = busguard.watch(frames.ctypes.data - FRAMES_OFFSET, SEGMENT_SIZE)
        self._file: int | None = None  # the owner keeps it, to restore the file
        self._state = State.STOPPED  # as the owner set it
        weakref.finalize(mapped, busguard.forget, self._guard)
        self._frames: NDArray[np.uint8] | None = frames.reshape(
            FRAME_SLOTS, MAX_HEIGHT, MAX_WIDTH, BYTES_PER_PIXEL
        )

    @classmethod
    def create(cls, pid: int, path: Path | None = None) -> Self:
        """Create the segment of emulator `pid`, mode 0600, its constant fields set, without a frame.

        Raises SegmentError if it exists or if there is too little shared memory.
        """
        path = path or segment_path(pid)
        fd = create_file(path, SEGMENT_SIZE)
        try:
            segment = cls(pid, path, fd)
        except SegmentError:
            os.close(fd)
            raise
        segment._file = fd
        busguard.own(segment._guard, fd)
        segment._fill_in()
        return segment

    @classmethod
    def open(cls, pid: int, path: Path | None = None) -> Self:
        """Map the existing segment of emulator `pid`.

        Raises SegmentError unless it is a regular file of this user and of the contract's size, with its
        magic, version and pid, and a picture size that fits.
        """
        path = path or segment_path(pid)
        fd = open_file(path, SEGMENT_SIZE)
        try:
            segment = cls(pid, path, fd)
        finally:
            os.close(fd)
        try:
            segment._check_identity()
        except SegmentError:
            segment.close()
            raise
        return segment

    def restore(self) -> None:
        """Restore what a server may have changed in the owner's segment: its size, constant fields and state.

        Raises SegmentError if it was truncated and there is too little memory now, or if it is not ours.
        """
        if self._file is None:
            raise SegmentError(f"{self.path} is closed, or owned by another process")
        restore_file(self._file, SEGMENT_SIZE)
        self.check_size()
        self._fill_in()

    def _fill_in(self) -> None:
        """Write the constant fields; the magic last, since it means that the others are set."""
        self.write("state", self._state)
        self.write("version", VERSION)
        self.write("pid", self.pid)
        self.write("pixel_format", PixelFormat.BGRA)
        self.write("frame_ready_eventfd", -1)
        self.write("audio_ready_eventfd", -1)
        silence = (SILENCE_RATE, MAX_AUDIO_CHANNELS, MAX_AUDIO_SAMPLES, AudioFormat.PCM_S16, 0)
        self.store(AUDIO_HEADER, AUDIO_SILENCE_OFFSET, *silence)
        self.write("magic", MAGIC)

    def _check_identity(self) -> None:
        expected = {"magic": MAGIC, "version": VERSION, "pid": self.pid}
        for name, value in expected.items():
            if (found := self.read(name)) != value:
                raise SegmentError(f"{self.path}: {name} is {found:#x}, not {value:#x}")
        width, height = self.read("width"), self.read("height")
        if width > MAX_WIDTH or height > MAX_HEIGHT:
            raise SegmentError(f"{self.path}: a picture of {width}x{height} does not fit")

    @property
    def state(self) -> State:
        """The machine's state. Reading raises SegmentError if the other process wrote an invalid value."""
        value = self.read("state")
        try:
            return State(value)
        except ValueError as error:
            raise SegmentError(f"{self.path}: state {value} is unknown") from error

    @state.setter
    def state(self, state: State) -> None:
        self._state = state
        self.write("state", state)

    @property
    def mouse_latency(self) -> tuple[float, int]:
        """Mean age in ms of mouse messages when they reach the Mac, and their number; updated each second."""
        return self.read("mouse_latency_avg_ms_x10") / 10, self.read("mouse_latency_samples")

    @mouse_latency.setter
    def mouse_latency(self, latency: tuple[float, int]) -> None:
        average_ms, samples = latency
        self.write("mouse_latency_avg_ms_x10", round(average_ms * 10))
        self.write("mouse_latency_samples", samples)

    def read_ping(self) -> PingEcho | None:
        """Return the echo in the segment, None if there is none.

        It stays until the emulator replaces it: the same sequence number is the same echo.
        """
        for _ in range(3):
            sequence = self.read("ping_sequence")
            times = self.load(PING_TIMES, PING_TIMES_OFFSET)
            if self.read("ping_sequence") == sequence:
                return PingEcho(sequence, *times) if sequence else None
        return None

    def write_ping(self, echo: PingEcho | None) -> None:
        """Set the echo: the times first, the sequence number last (release). None removes it."""
        if echo is not None:
            times = (echo.t1_browser_ms, echo.t2_server_us, echo.t3_emulator_us, echo.t4_frame_us)
            self.store(PING_TIMES, PING_TIMES_OFFSET, *times)
        self.write("ping_sequence", echo.sequence if echo is not None else 0)

    def pixels(self, slot: int) -> NDArray[np.uint8]:
        """Return slot 0..2 as a uint8 view (1080, 1920, 4) of shared memory; slice it, do not copy it."""
        if self._frames is None:
            raise SegmentError(f"{self.path} is closed")
        if not 0 <= slot < FRAME_SLOTS:
            raise SegmentError(f"{self.path}: there is no frame slot {slot}")
        view: NDArray[np.uint8] = self._frames[slot]
        return view

    def audio_slot(self, index: int) -> memoryview:
        """Return slot 0..2 of the audio ring: 3872 bytes of shared memory."""
        if not 0 <= index < AUDIO_SLOTS:
            raise SegmentError(f"{self.path}: there is no audio slot {index}")
        start = AUDIO_RING_OFFSET + index * AUDIO_FRAME.size
        try:
            return self.header[start : start + AUDIO_FRAME.size]
        except ValueError as error:
            raise SegmentError(f"{self.path} is closed") from error

    def check_size(self) -> None:
        """Raise SegmentError if closed, or if the file was truncated (an access would raise SIGBUS)."""
        mapping = self._map  # another thread may close it at the same time
        try:
            size = mapping.size() if mapping is not None else None
        except ValueError:
            size = None
        if size is None:
            raise SegmentError(f"{self.path} is closed")
        if busguard.lost(self._guard):
            raise SegmentError(f"{self.path} was truncated while it was being read")
        if size < SEGMENT_SIZE:
            raise SegmentError(f"{self.path} was truncated to {size} bytes while in use")

    def unlink(self) -> None:
        """Remove the file's name, as its owner does at the end; existing mappings stay valid."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the mapping. Never fails; see the class about views that still exist."""
        if self._map is None:
            return
        self._frames = None
        self._release()
        with contextlib.suppress(BufferError):  # a frame's array still exists and owns the mapping now
            self._map.close()
        self._map = None
        if self._file is not None:
            busguard.disown(self._guard)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
