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
from moof.mac.control_thread import ControlThread
from moof.mac.cpu_thread import CpuThread
from moof.mac.rom import parse_rom


class RecordingCpuThread(CpuThread):
    """Never started: writes down the commands."""

    def __init__(self, board: Board) -> None:
        super().__init__(board, lambda state: None, lambda request: None, lambda: None)
        self.commands: list[CommandCode] = []

    def command(self, code: CommandCode) -> None:
        self.commands.append(code)


class RecordingAudioThread(AudioThread):
    """Never started: writes down the requests."""

    def __init__(self, board: Board, end: EmulatorEnd) -> None:
        super().__init__(board, end.audio, lambda: True, lambda: None)
        self.requests: list[int] = []

    def request(self, samples: int) -> None:
        self.requests.append(samples)


class Desk:
    """A control with everything that it controls, none of which runs."""

    def __init__(self, board: Board, end: EmulatorEnd) -> None:
        self.board = board
        self.cpu_thread = RecordingCpuThread(board)
        self.audio_thread = RecordingAudioThread(board, end)
        self.pings = PingEchoes()
        self.latency = MouseLatency(0)
        self.thread = ControlThread(
            end, board, self.cpu_thread, self.audio_thread, self.pings, self.latency, lambda: None
        )


@pytest.fixture
def desk(probe_image: bytes, end: EmulatorEnd) -> Iterator[Desk]:
    board = Board(parse_rom(probe_image))
    yield Desk(board, end)
    board.close()


def test_keys_go_to_the_bus(desk: Desk) -> None:
    desk.thread.receive(Key(0x00, True, 0xFF))
    assert desk.board.adb.read() == KeyEvent(0x00, True, 0)


def test_the_absolute_mouse_stays_on_the_screen(desk: Desk) -> None:
    desk.thread.receive(Mouse(5000, 5000, 1, True))
    assert desk.board.adb.read() == MouseEvent(1023, 767, 1, True)


def test_the_relative_mouse_goes_where_it_wants(desk: Desk) -> None:
    desk.thread.receive(MouseMode(MouseModeCode.RELATIVE))
    desk.thread.receive(Mouse(-2000, 3000, 0, False))
    assert desk.board.adb.read() == MouseEvent(-2000, 3000, 0, False)


def test_a_moves_age_is_counted(desk: Desk) -> None:
    desk.thread.receive(Mouse(1, 1, 0, True, time.time_ns() // 1_000_000 - 7))
    report = desk.latency.report(time.time_ns() // 1_000_000)
    assert report is not None
    assert report[0] >= 7
    assert report[1] == 1


@pytest.mark.parametrize("code", list(CommandCode))
def test_commands_go_to_the_processor(desk: Desk, code: CommandCode) -> None:
    desk.thread.receive(MachineCommand(code))
    assert desk.cpu_thread.commands == [code]


def test_requests_go_to_the_player(desk: Desk) -> None:
    desk.thread.receive(AudioRequest(960))
    assert desk.audio_thread.requests == [960]


def test_a_server_that_goes_lets_go_of_the_keys_and_takes_its_ping_along(desk: Desk) -> None:
    desk.thread.receive(Key(0x37, True))
    desk.thread.receive(Ping(3, 1, 2))
    desk.thread._release_input()
    assert [desk.board.adb.read() for _ in range(3)] == [
        KeyEvent(0x37, True, 0x0100),
        KeyEvent(0x37, False, 0),
        None,
    ]
    assert not desk.pings.pending


def test_pings_are_stamped(desk: Desk) -> None:
    before = time.time_ns() // 1000
    desk.thread.receive(Ping(3, 1, 2))
    echo = desk.pings.next_echo(0)
    assert echo is not None
    assert before <= echo.t3_emulator_us <= time.time_ns() // 1000
