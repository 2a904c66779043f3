from collections.abc import Iterator

import pytest

from moof.ipc import CommandCode, State
from moof.mac.board import Board
from moof.mac.cpu_thread import MAX_COMMANDS, CpuThread
from moof.mac.emulops import EmulOp, PowerRequest
from moof.mac.rom import parse_rom
from support.recording_listener import RecordingListener

WAIT = 30.0


class Driver:
    """A CPU thread, and what it reports."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.listener = RecordingListener()
        self.states, self.power = self.listener.states, self.listener.power
        self.cpu_thread = CpuThread(board, self.listener)

    def command(self, code: CommandCode) -> State:
        self.cpu_thread.command(code)
        return self.states.get(timeout=WAIT)


@pytest.fixture
def driver(probe_image: bytes) -> Iterator[Driver]:
    board = Board(parse_rom(probe_image))
    made = Driver(board)
    made.cpu_thread.start()
    assert made.states.get(timeout=WAIT) is State.RUNNING
    yield made
    made.cpu_thread.stop()
    board.close()


def tick_until_interrupt(driver: Driver) -> None:
    """Send ticks until the guest has taken one more."""
    taken = driver.board.memory.read32(0x2104)
    while driver.board.memory.read32(0x2104) == taken:
        driver.board.interrupts.tick(1)


def test_thread_powers_the_board_on(driver: Driver) -> None:
    tick_until_interrupt(driver)
    assert driver.board.memory.read32(0x16A) > 0


def test_pause_stops_the_guest_and_resume_continues_it(driver: Driver) -> None:
    assert driver.command(CommandCode.PAUSE) is State.PAUSED
    taken = driver.board.memory.read32(0x2104)
    for _ in range(100):
        driver.board.interrupts.tick(1)
    assert driver.board.memory.read32(0x2104) == taken
    assert driver.command(CommandCode.RESUME) is State.RUNNING
    tick_until_interrupt(driver)


def test_reset_keeps_ram_and_start_clears_it(driver: Driver) -> None:
    driver.board.memory.write32(0x10_0000, 0xCAFE)
    assert driver.command(CommandCode.RESET) is State.RUNNING
    assert driver.board.memory.read32(0x10_0000) == 0xCAFE
    assert driver.command(CommandCode.STOP) is State.STOPPED
    assert driver.command(CommandCode.START) is State.RUNNING
    assert driver.board.memory.read32(0x10_0000) == 0
    tick_until_interrupt(driver)


def test_a_reset_ends_a_pause_and_starts_a_stopped_mac(driver: Driver) -> None:
    driver.command(CommandCode.PAUSE)
    assert driver.command(CommandCode.RESET) is State.RUNNING
    driver.command(CommandCode.STOP)
    assert driver.command(CommandCode.RESET) is State.RUNNING


def test_stop_blanks_the_screen(driver: Driver) -> None:
    driver.command(CommandCode.STOP)
    assert len(set(driver.board.video.clut.tolist())) == 1


def test_commands_without_effect_report_no_state(driver: Driver) -> None:
    for code in (CommandCode.START, CommandCode.RESUME):
        driver.cpu_thread.command(code)
    assert driver.command(CommandCode.STOP) is State.STOPPED
    for code in (CommandCode.STOP, CommandCode.PAUSE, CommandCode.RESUME):
        driver.cpu_thread.command(code)
    assert driver.command(CommandCode.START) is State.RUNNING


def test_power_request_stops_the_mac_and_is_reported(driver: Driver) -> None:
    driver.board.memory.write32(0x2204, PowerRequest.RESTART)
    driver.board.memory.write16(0x2200, EmulOp.POWER)
    driver.board.interrupts.tick(1)
    assert driver.power.get(timeout=WAIT) is PowerRequest.RESTART
    assert driver.states.get(timeout=WAIT) is State.STOPPED


@pytest.mark.parametrize("stop", ["4e72 2700", "4e72 2100"])
def test_guest_that_masks_interrupts_in_stop_is_stopped_until_a_reset(
    driver: Driver, stop: str, caplog: pytest.LogCaptureFixture
) -> None:
    tick_until_interrupt(driver)  # the guest has started
    driver.board.memory.write_bytes(0x6000, bytes.fromhex(stop))
    driver.board.memory.write32(0x64, 0x6000)
    driver.board.interrupts.tick(1)
    assert driver.states.get(timeout=WAIT) is State.STOPPED
    assert "halted, before 0x6004" in caplog.text
    driver.board.interrupts.tick(1)
    assert driver.command(CommandCode.RESET) is State.RUNNING
    tick_until_interrupt(driver)


def test_busy_guest_is_paused(driver: Driver) -> None:
    driver.board.memory.write_bytes(0x6000, bytes.fromhex("4e71 60fc"))
    driver.board.memory.write32(0x64, 0x6000)
    driver.board.interrupts.tick(1)
    assert driver.command(CommandCode.PAUSE) is State.PAUSED


def test_commands_beyond_the_queue_limit_are_dropped(probe_image: bytes) -> None:
    board = Board(parse_rom(probe_image))
    driver = Driver(board)
    for _ in range(10 * MAX_COMMANDS):
        driver.cpu_thread.command(CommandCode.RESET)
    driver.cpu_thread.start()
    states = [driver.states.get(timeout=WAIT) for _ in range(1 + MAX_COMMANDS)]  # the first one is the start
    driver.cpu_thread.stop()
    assert driver.states.empty()
    assert set(states) == {State.RUNNING}
    board.close()
