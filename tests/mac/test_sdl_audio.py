"""A Mac that plays through SDL, whose disk driver writes the samples for a sound card to a file."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moof.ipc import State
from moof.mac.board import Board
from moof.mac.cpu_thread import CpuThread
from moof.mac.emulops import EmulOp
from moof.mac.errors import MacError
from moof.mac.rom import parse_rom
from moof.mac.sdl_audio import SdlAudioThread
from support.recording_listener import RecordingListener


class SdlAudioSetup:
    """A Mac with the probe as its guest, and the file that SDL plays into."""

    def __init__(self, board: Board, file: Path) -> None:
        self.board = board
        self.file = file
        self.cpu_thread = CpuThread(board, RecordingListener())
        self.audio_thread = SdlAudioThread(board, self.cpu_thread, RecordingListener())

    def start(self) -> None:
        """Start both threads; when this returns, the guest's memory has been cleared."""
        self.cpu_thread.start()
        self.audio_thread.start()
        while self.cpu_thread.state is not State.RUNNING:
            time.sleep(0.001)

    def open(self, component: int) -> None:
        """Make the guest execute AUDIO_OPEN, and wait until it has."""
        self.board.memory.write32(0x2210, component)
        self.board.memory.write16(0x2200, EmulOp.AUDIO_OPEN)
        self.board.interrupts.tick(1)
        while self.board.memory.read16(0x2200):
            time.sleep(0.001)

    def wait_for(self, played: int) -> bytes:
        self.wait_until(lambda: self.file.exists() and self.file.stat().st_size >= played)
        return self.file.read_bytes()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            time.sleep(0.001)

    def output_format(self) -> tuple[int, int] | None:
        output = self.audio_thread._output
        return (output.rate, output.channels) if output is not None else None


@pytest.fixture
def setup(probe_image: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SdlAudioSetup]:
    file = tmp_path / "played.raw"
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(file))
    monkeypatch.setenv("SDL_DISKAUDIODELAY", "1")
    board = Board(parse_rom(probe_image))
    made = SdlAudioSetup(board, file)
    made.start()
    yield made
    made.audio_thread.stop()
    made.cpu_thread.stop()
    board.close()


def words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data) - 1, 2)]


@pytest.mark.parametrize(("rate", "channels", "bits"), [(11025, 1, 16), (44100, 2, 16), (22254.5454, 1, 8)])
def test_samples_of_the_guest_are_passed_to_sdl(
    setup: SdlAudioSetup, describe_sound: Callable[..., int], rate: float, channels: int, bits: int
) -> None:
    setup.open(describe_sound(setup.board.memory, rate, channels, bits))
    played = setup.wait_for(40_000)
    # The probe answers each request with a saw that starts at 0; before the first, SDL may have got silence.
    first = next(at for at, word in enumerate(words(played)) if word)
    step = 1 if bits == 16 else 0x100
    assert words(played)[first : first + 50] == list(range(words(played)[first], 1 << 16, step))[:50]


def test_change_of_format_opens_another_output(
    setup: SdlAudioSetup, describe_sound: Callable[..., int]
) -> None:
    memory = setup.board.memory
    setup.open(describe_sound(memory, 11025, 1, 16))
    setup.wait_for(10_000)
    describe_sound(memory, 48000, 2, 16)  # without another AUDIO_OPEN
    setup.wait_until(lambda: setup.output_format() == (48000, 2))
    setup.open(0)
    setup.wait_until(lambda: setup.output_format() is None)


def test_requests_of_a_server_are_ignored(setup: SdlAudioSetup, describe_sound: Callable[..., int]) -> None:
    setup.audio_thread.request(960)
    assert setup.output_format() is None


def test_unknown_driver_raises_mac_error(probe_image: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "unknown")
    board = Board(parse_rom(probe_image))
    cpu_thread = CpuThread(board, RecordingListener())
    try:
        with pytest.raises(MacError, match="SDL_AUDIODRIVER"):
            SdlAudioThread(board, cpu_thread, RecordingListener())
    finally:
        board.close()
