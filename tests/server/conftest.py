"""The emulator's end of the contract, and viewers that record what they are sent."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from moof.geometry import EMPTY
from moof.ipc import AudioRequest, EmulatorEnd, Message, PingEcho, State
from moof.server.viewers import NO_WISHES, UNLIMITED_BITRATE, PictureWishes, Viewer

# The first example compiles kernels or loads a codec, which may take long on a busy machine.
settings.register_profile("server", deadline=None)
settings.load_profile("server")


class PlainEmulator:
    """An IPC v4 producer without a Mac: publishes pictures, answers audio requests if `answer` is set."""

    def __init__(self, width: int = 64, height: int = 48) -> None:
        self.end = EmulatorEnd.create()
        self.messages: list[Message] = []
        self.answer: Callable[[int], tuple[int, int, bytes]] | None = None
        """Given the requested samples: rate, channels, big-endian samples."""
        self.resize(width, height)
        self._thread = threading.Thread(target=self.end.serve, args=(self._receive,), name="control-socket")
        self._thread.start()

    def resize(self, width: int, height: int) -> None:
        """Make the picture black, and this large."""
        self.picture: NDArray[np.uint32] = np.full((height, width), 0xFF000000, np.uint32)
        self.end.segment.write("width", width)
        self.end.segment.write("height", height)
        self.end.segment.state = State.RUNNING

    def publish(self, ping: PingEcho | None = None, cursor: tuple[int, int, bool] = (0, 0, False)) -> int:
        """Publish the picture as it is, claiming that nothing changed: readers must not rely on that."""
        height, width = self.picture.shape
        slot = self.end.frames.begin()
        slot[:height, :width] = self.picture.view(np.uint8).reshape(height, width, 4)
        return self.end.frames.publish(width, height, EMPTY, cursor, time.time_ns() // 1000, ping)

    def paint(self, x: int, y: int, width: int, height: int, colour: int = 0xFFFFFFFF) -> None:
        """Fill a rectangle of the picture and publish it."""
        self.picture[y : y + height, x : x + width] = colour
        self.publish()

    def close(self) -> None:
        """End as an emulator does: close the connection, remove segment and socket."""
        self.end.close()
        self._thread.join()

    def _receive(self, message: Message) -> None:
        self.messages.append(message)
        if isinstance(message, AudioRequest) and self.answer is not None:
            rate, channels, data = self.answer(message.requested_samples)
            self.end.audio.write(rate, channels, len(data) // (2 * channels), data, time.time_ns() // 1000)


@dataclass(eq=False)
class RecordingViewer(Viewer):
    """A viewer that records what it is sent."""

    id: str = "viewer"
    codec: str = "h264"
    ready: bool = True
    tiles_backlog: int = 0
    bandwidth: float = UNLIMITED_BITRATE
    wishes: PictureWishes = NO_WISHES
    video: list[tuple[Sequence[bytes], int, bytes]] = field(default_factory=list)
    tiles: list[Sequence[bytes]] = field(default_factory=list)
    audio: list[tuple[bytes, int]] = field(default_factory=list)

    def send_video(self, payloads: Sequence[bytes], rtp_timestamp: int, info: bytes) -> None:
        self.video.append((payloads, rtp_timestamp, info))

    def send_tiles(self, messages: Sequence[bytes]) -> None:
        self.tiles.append(messages)

    def send_audio(self, packet: bytes, rtp_timestamp: int) -> None:
        self.audio.append((packet, rtp_timestamp))


@pytest.fixture(scope="session")
def make_viewer() -> type[RecordingViewer]:
    return RecordingViewer


@pytest.fixture
def make_emulator() -> Iterator[Callable[..., PlainEmulator]]:
    """Make emulators with this process's id, one at a time; the last one is closed at the end."""
    made: list[PlainEmulator] = []

    def make(width: int = 64, height: int = 48) -> PlainEmulator:
        made.append(PlainEmulator(width, height))
        return made[-1]

    yield make
    for emulator in made:
        emulator.close()


@pytest.fixture
def emulator(make_emulator: Callable[..., PlainEmulator]) -> PlainEmulator:
    return make_emulator()


@pytest.fixture
def own_pid() -> int:
    """Return the pid of the only emulator that tests connect to: others may run on this machine."""
    return os.getpid()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Return a function that waits for another thread to meet a condition; it fails after 30 seconds."""

    def wait(condition: Callable[[], bool]) -> None:
        give_up = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < give_up, "the condition was not met"
            time.sleep(0.001)

    return wait
