import time
from collections.abc import Iterator

import pytest

from moof.ipc import (
    AudioRequest,
    CommandCode,
    EmulatorEnd,
    Key,
    MachineCommand,
    Mouse,
    MouseLatency,
    MouseMode,
    MouseModeCode,
    Ping,
    PingEchoes,
)
from moof.mac.adb import KeyEvent, MouseEvent
from moof.mac.audio_thread import AudioThread
from moof.mac.board import Board
from moof.mac.control_thread import ControlThread, KeyMessageListener
from moof.mac.cpu_thread import CpuThread
from moof.mac.rom import parse_rom
from support.recording_listener import RecordingListener


class RecordingCpuThread(CpuThread):
    """Never started: records the commands."""

    def __init__(self, board: Board) -> None:
        super().__init__(board, RecordingListener())
        self.commands: list[CommandCode] = []

    def command(self, code: CommandCode) -> None:
        self.commands.append(code)


class RecordingAudioThread(AudioThread):
    """Never started: records the requests."""

    def __init__(self, board: Board, end: EmulatorEnd, cpu_thread: CpuThread) -> None:
        super().__init__(board, end.audio, cpu_thread, RecordingListener())
        self.requests: list[int] = []

    def request(self, samples: int) -> None:
        self.requests.append(samples)


class RecordingKeys(KeyMessageListener):
    """Records the Key messages of servers, and their ends."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def key_received(self) -> None:
        self.events.append("key")

    def server_disconnected(self) -> None:
        self.events.append("disconnected")


class ControlSetup:
    """A control thread with the objects it passes messages to; no thread runs."""

    def __init__(self, board: Board, end: EmulatorEnd) -> None:
        self.board = board
        self.cpu_thread = RecordingCpuThread(board)
        self.audio_thread = RecordingAudioThread(board, end, self.cpu_thread)
        self.pings = PingEchoes()
        self.latency = MouseLatency(0)
        self.keys = RecordingKeys()
        self.thread = ControlThread(
            end,
            board,
            self.cpu_thread,
            self.audio_thread,
            self.pings,
            self.latency,
            self.keys,
            RecordingListener(),
        )


@pytest.fixture
def setup(probe_image: bytes, end: EmulatorEnd) -> Iterator[ControlSetup]:
    board = Board(parse_rom(probe_image))
    yield ControlSetup(board, end)
    board.close()


def test_keys_are_queued_on_the_adb(setup: ControlSetup) -> None:
    setup.thread.receive(Key(0x00, True, 0xFF))
    assert setup.board.adb.read() == KeyEvent(0x00, True, 0)


def test_absolute_positions_are_clamped_to_the_screen(setup: ControlSetup) -> None:
    setup.thread.receive(Mouse(5000, 5000, 1, True))
    assert setup.board.adb.read() == MouseEvent(1023, 767, 1, True)


def test_relative_moves_are_not_clamped(setup: ControlSetup) -> None:
    setup.thread.receive(MouseMode(MouseModeCode.RELATIVE))
    setup.thread.receive(Mouse(-2000, 3000, 0, False))
    assert setup.board.adb.read() == MouseEvent(-2000, 3000, 0, False)


def test_latency_of_a_move_is_measured(setup: ControlSetup) -> None:
    setup.thread.receive(Mouse(1, 1, 0, True, time.time_ns() // 1_000_000 - 7))
    report = setup.latency.report(time.time_ns() // 1_000_000)
    assert report is not None
    assert report[0] >= 7
    assert report[1] == 1


@pytest.mark.parametrize("code", list(CommandCode))
def test_commands_are_passed_to_the_cpu_thread(setup: ControlSetup, code: CommandCode) -> None:
    setup.thread.receive(MachineCommand(code))
    assert setup.cpu_thread.commands == [code]


def test_requests_are_passed_to_the_audio_thread(setup: ControlSetup) -> None:
    setup.thread.receive(AudioRequest(960))
    assert setup.audio_thread.requests == [960]


def test_disconnect_releases_keys_and_drops_pings(setup: ControlSetup) -> None:
    setup.thread.receive(Key(0x37, True))
    setup.thread.receive(Ping(3, 1, 2))
    setup.thread._release_input()
    assert [setup.board.adb.read() for _ in range(3)] == [
        KeyEvent(0x37, True, 0x0100),
        KeyEvent(0x37, False, 0),
        None,
    ]
    assert not setup.pings.pending
    assert setup.keys.events == ["key", "disconnected"]


def test_pings_get_a_timestamp(setup: ControlSetup) -> None:
    before = time.time_ns() // 1000
    setup.thread.receive(Ping(3, 1, 2))
    echo = setup.pings.next_echo(0)
    assert echo is not None
    assert before <= echo.t3_emulator_us <= time.time_ns() // 1000
