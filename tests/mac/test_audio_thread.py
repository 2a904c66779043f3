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

WAIT_MS = 5000


class Band:
    """A Mac whose guest plays (or will), its player, and a server that listens."""

    def __init__(self, board: Board, end: EmulatorEnd, connection: EmulatorConnection) -> None:
        self.board = board
        self.connection = connection
        self.paused = threading.Event()
        self.cpu_thread = CpuThread(board, self._note_state, lambda request: None, lambda: None)
        self.ticker = Ticker(board.interrupts, lambda: None)  # a tick repeats an interrupt missed in STOP
        self.audio_thread = AudioThread(
            board, end.audio, lambda: self.cpu_thread.state is State.RUNNING, lambda: None
        )

    def _note_state(self, state: State) -> None:
        if state is State.PAUSED:
            self.paused.set()

    def start(self) -> None:
        """Start the threads; the guest's memory is not cleared any more when this returns."""
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
def band(probe_image: bytes, end: EmulatorEnd, monkeypatch: pytest.MonkeyPatch) -> Iterator[Band]:
    """A running Mac whose answers are awaited for longer than a busy test machine takes for them."""
    monkeypatch.setattr(audio_thread, "ANSWER_TIMEOUT", WAIT_MS / 1000)
    board = Board(parse_rom(probe_image))
    serving = threading.Thread(target=end.serve, args=(lambda message: None,))
    serving.start()
    with EmulatorConnection.connect(end.segment.pid) as connection:
        made = Band(board, end, connection)
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
def test_a_request_is_answered_in_the_ring(
    band: Band, describe_sound: Callable[..., int], rate: int, channels: int, bits: int, frames: int
) -> None:
    band.open(describe_sound(band.board.memory, rate, channels, bits))
    frame = band.ask()
    assert (frame.sample_rate, frame.channels, frame.samples) == (rate, channels, frames)
    step = (-32768).to_bytes(2, "big", signed=True) if bits == 8 else b"\0\0"
    assert frame.data[:2] == step
    assert len(frame.data) == frames * channels * 2


def test_requests_follow_each_other(band: Band, describe_sound: Callable[..., int]) -> None:
    band.open(describe_sound(band.board.memory, 11025, 1, 16))
    assert [band.ask().samples for _ in range(6)] == [220, 221, 220, 221, 220, 221]


def test_who_plays_nothing_is_not_interrupted(band: Band) -> None:
    flags = band.board.memory.read32(0x2100)
    band.audio_thread.request(960)
    assert band.listen(50) is None
    assert band.board.memory.read32(0x2100) & 16 == flags & 16 == 0


def test_a_paused_mac_does_not_play(band: Band, describe_sound: Callable[..., int]) -> None:
    band.open(describe_sound(band.board.memory))
    band.cpu_thread.command(CommandCode.PAUSE)
    assert band.paused.wait(5)
    band.audio_thread.request(960)
    assert band.listen(50) is None
    band.cpu_thread.command(CommandCode.RESUME)
    while band.cpu_thread.state is not State.RUNNING:
        pass
    assert band.ask().samples == 441


def test_a_guest_that_does_not_answer_is_given_up(
    band: Band, describe_sound: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio_thread, "ANSWER_TIMEOUT", 0.015)
    band.open(describe_sound(band.board.memory))
    handler = band.board.memory.read32(0x64)
    band.board.memory.write_bytes(0x6000, bytes.fromhex("4e73"))
    band.board.memory.write32(0x64, 0x6000)  # rte: serves nothing
    band.audio_thread.request(960)
    assert band.listen(100) is None
    band.board.memory.write32(0x64, handler)
    monkeypatch.setattr(audio_thread, "ANSWER_TIMEOUT", WAIT_MS / 1000)
    assert band.ask().samples in (441, 882)


def test_a_server_that_does_not_take_sound_loses_frames_only(
    band: Band, end: EmulatorEnd, describe_sound: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    band.open(describe_sound(band.board.memory))
    for _ in range(2):
        assert end.audio.write(48000, 1, 1, bytes(2), 0)
    with caplog.at_level(logging.DEBUG, "moof.mac.audio_thread"):
        while "a frame is dropped" not in caplog.text:
            band.audio_thread.request(960)  # a guest that is held up may miss one
            threading.Event().wait(0.02)
    waiting = [band.connection.audio.read() for _ in range(3)]
    assert [frame and frame.sample_rate for frame in waiting] == [48000, 48000, None]
    assert band.ask().samples in (441, 442)
