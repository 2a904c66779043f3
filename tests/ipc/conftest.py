"""Real segments, real sockets and real C programs for the tests of the contract."""

from __future__ import annotations

import gc
import itertools
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moof.ipc import EmulatorEnd, FramePublisher, FrameSlotReader, Message, Segment
from moof.ipc import eventfd as events

C_SOURCES = Path(__file__).parent / "c"
_numbers = itertools.count()


def open_descriptors() -> set[str]:
    return {f"{fd.name} {fd.readlink()}" for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()}


@pytest.fixture(autouse=True)
def no_descriptor_stays_open() -> Iterator[None]:
    """Fail a test after which more descriptors are open than before it."""
    before = open_descriptors()
    yield
    if open_descriptors() - before:
        gc.collect()  # an exception's traceback may still hold the last view of a mapping
    assert open_descriptors() - before == set()


@pytest.fixture
def segment() -> Iterator[Segment]:
    """A new segment of this process, mapped by its emulator, under a name that discovery does not match."""
    path = Path(f"/dev/shm/moof-test-{os.getpid()}-{next(_numbers)}")
    with Segment.create(os.getpid(), path) as made:
        yield made
    path.unlink(missing_ok=True)


@pytest.fixture
def opened(segment: Segment) -> Iterator[Segment]:
    """The same memory mapped a second time, as by a server."""
    with Segment.open(os.getpid(), segment.path) as other:
        yield other


@pytest.fixture
def eventfd() -> Iterator[int]:
    fd = events.create()
    yield fd
    os.close(fd)


@pytest.fixture
def publisher(segment: Segment, eventfd: int) -> FramePublisher:
    return FramePublisher(segment, eventfd)


@pytest.fixture
def reader(opened: Segment, eventfd: int) -> FrameSlotReader:
    return FrameSlotReader(opened, eventfd)


@pytest.fixture
def received() -> queue.Queue[Message | str]:
    """What `emulator` receives, in order: messages, and the words "connected" and "disconnected"."""
    return queue.Queue()


@pytest.fixture
def answers() -> list[Callable[[Message], None]]:
    """Callbacks that a test adds; each is called with every message, in the emulator's control thread."""
    return []


@pytest.fixture
def emulator(
    received: queue.Queue[Message | str], answers: list[Callable[[Message], None]]
) -> Iterator[EmulatorEnd]:
    """An emulator of this process that serves servers in a thread of its own."""

    def on_message(message: Message) -> None:
        received.put(message)
        for answer in answers:
            answer(message)

    end = EmulatorEnd.create()
    thread = threading.Thread(
        target=end.serve,
        args=(on_message, lambda: received.put("connected"), lambda: received.put("disconnected")),
        name="control-socket",
    )
    thread.start()
    yield end
    end.close()
    thread.join()


@pytest.fixture(scope="session")
def compile_c(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Compile tests/ipc/c/NAME.c with the system's gcc, which also checks its static asserts of offsets."""
    folder = tmp_path_factory.mktemp("c")

    def compile_program(name: str) -> str:
        program = folder / name
        if not program.exists():
            options = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror"]
            subprocess.run(["gcc", *options, C_SOURCES / f"{name}.c", "-o", program], check=True)
        return str(program)

    return compile_program


@pytest.fixture
def dead_pid() -> int:
    """The id of a process that has just ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid
