import logging
import select
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from moof.ipc import AudioFrame, CommandCode, EmulatorConnection, EmulatorEnd, State
from moof.mac import audio_thread
from moof.mac.audio_thread import AudioThread
from moof.mac.board import Board
from moof.mac.cpu_thread import CpuThread
from moof.mac.emulops import EmulOp
from moof.mac.rom import parse_rom
from moof.mac.ticker import Ticker
from support.recording_listener import RecordingListener
from support.waiting import WAIT_SECONDS, wait_until

WAIT_MS = 30_000


class AudioSetup:
    """A Mac with its CPU and audio threads, and a connected server."""

    def __init__(self, board: Board, end: EmulatorEnd, connection: EmulatorConnection) -> None:
        self.board = board
        self.connection = connection
        listener = RecordingListener()
        self.cpu_thread = CpuThread(board, listener)
        self.ticker = Ticker(board.interrupts, board.activity, listener)  # ends a wait after a lost interrupt
        self.audio_thread = AudioThread(board, end.audio, self.cpu_thread, listener)

    def start(self) -> None:
        """Start the threads; when this returns, the guest's memory has been cleared."""
        self.cpu_thread.start()
        self.audio_thread.start()
        while self.cpu_thread.state is not State.RUNNING:
            time.sleep(0.001)
        self.ticker.start()
        self.ticker.set_running(True)

    def open(self, component: int) -> None:
        """Make the guest execute AUDIO_OPEN, and wait until it has."""
        self.board.memory.write32(0x2210, component)
        self.board.memory.write16(0x2200, EmulOp.AUDIO_OPEN)
        self.board.interrupts.tick(1)
        while self.board.memory.read16(0x2200):
            time.sleep(0.001)

    def ask(self, samples: int = 960) -> AudioFrame:
        self.audio_thread.request(samples)
        frame = self.listen()
        assert frame is not None
        return frame

    def listen(self, wait_ms: int = WAIT_MS) -> AudioFrame | None:
        poll = select.poll()
        assert self.connection.audio_fd is not None
        poll.register(self.connection.audio_fd, select.POLLIN)
        poll.poll(wait_ms)
        return self.connection.audio.read()


@pytest.fixture
def setup(probe_image: bytes, end: EmulatorEnd, monkeypatch: pytest.MonkeyPatch) -> Iterator[AudioSetup]:
    """A running Mac; its answers are awaited longer than they take on a busy test machine."""
    monkeypatch.setattr(audio_thread, "ANSWER_TIMEOUT", WAIT_MS / 1000)
    board = Board(parse_rom(probe_image))
    serving = threading.Thread(target=end.serve, args=(lambda message: None,))
    serving.start()
    with EmulatorConnection.connect(end.segment.pid, WAIT_SECONDS) as connection:
        made = AudioSetup(board, end, connection)
        made.start()
        yield made
        made.ticker.stop()
        made.audio_thread.stop()
        made.cpu_thread.stop()
    end.stop()
    serving.join()
    board.close()


@pytest.mark.parametrize(
    ("rate", "channels", "bits", "frames"),
    [(11025, 1, 8, 220), (22050, 2, 8, 441), (44100, 2, 16, 882), (48000, 1, 16, 960)],
)
def test_answer_is_written_to_the_audio_ring(
    setup: AudioSetup, describe_sound: Callable[..., int], rate: int, channels: int, bits: int, frames: int
) -> None:
    setup.open(describe_sound(setup.board.memory, rate, channels, bits))
    frame = setup.ask()
    assert (frame.sample_rate, frame.channels, frame.samples) == (rate, channels, frames)
    step = (-32768).to_bytes(2, "big", signed=True) if bits == 8 else b"\0\0"
    assert frame.data[:2] == step
    assert len(frame.data) == frames * channels * 2


def test_consecutive_requests_alternate_between_220_and_221_frames(
    setup: AudioSetup, describe_sound: Callable[..., int]
) -> None:
    setup.open(describe_sound(setup.board.memory, 11025, 1, 16))
    assert [setup.ask().samples for _ in range(6)] == [220, 221, 220, 221, 220, 221]


def test_guest_without_a_source_is_not_interrupted(setup: AudioSetup) -> None:
    flags = setup.board.memory.read32(0x2100)
    setup.audio_thread.request(960)
    assert setup.listen(50) is None
    assert setup.board.memory.read32(0x2100) & 16 == flags & 16 == 0


def test_paused_mac_does_not_answer(setup: AudioSetup, describe_sound: Callable[..., int]) -> None:
    setup.open(describe_sound(setup.board.memory))
    setup.cpu_thread.command(CommandCode.PAUSE)
    wait_until(lambda: setup.cpu_thread.state is State.PAUSED, "the pause")
    setup.audio_thread.request(960)
    assert setup.listen(50) is None
    setup.cpu_thread.command(CommandCode.RESUME)
    while setup.cpu_thread.state is not State.RUNNING:
        pass
    assert setup.ask().samples == 441


def test_request_without_an_answer_is_given_up(
    setup: AudioSetup, describe_sound: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio_thread, "ANSWER_TIMEOUT", 0.015)
    setup.open(describe_sound(setup.board.memory))
    handler = setup.board.memory.read32(0x64)
    setup.board.memory.write_bytes(0x6000, bytes.fromhex("4e73"))
    setup.board.memory.write32(0x64, 0x6000)  # rte: acknowledges no interrupt
    setup.audio_thread.request(960)
    assert setup.listen(100) is None
    setup.board.memory.write32(0x64, handler)
    monkeypatch.setattr(audio_thread, "ANSWER_TIMEOUT", WAIT_MS / 1000)
    assert setup.ask().samples in (441, 882)


def test_full_audio_ring_drops_frames(
    setup: AudioSetup, end: EmulatorEnd, describe_sound: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    setup.open(describe_sound(setup.board.memory))
    for _ in range(2):
        assert end.audio.write(48000, 1, 1, bytes(2), 0)
    with caplog.at_level(logging.DEBUG, "moof.mac.audio_thread"):
        while "a frame is dropped" not in caplog.text:
            setup.audio_thread.request(960)  # the guest may miss one
            threading.Event().wait(0.02)
    waiting = [setup.connection.audio.read() for _ in range(3)]
    assert [frame and frame.sample_rate for frame in waiting] == [48000, 48000, None]
    assert setup.ask().samples in (441, 442)
