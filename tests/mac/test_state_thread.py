"""The thread "states" with a board and its 68k thread, whose guest is the probe."""

import queue
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moof.ipc import CommandCode, State
from moof.mac.board import Board
from moof.mac.cpu_thread import CpuThread
from moof.mac.headless import HeadlessMac
from moof.mac.rom import free_rom, parse_rom
from moof.mac.state_thread import (
    GoBack,
    LoadState,
    SaveState,
    StateChangeRequest,
    StateRequestListener,
    StateThread,
)
from moof.states.autosaves import Autosaves
from moof.states.state_shelf import AUTOSAVES, StateShelf
from support.recording_listener import RecordingListener

WAIT = 60.0
PLACE = 0x8000
"""An address that the probe does not use."""


class Running(StateRequestListener):
    """A Mac with its 68k and states threads, and what they report."""

    def __init__(self, image: bytes, folder: Path, fresh: bool = False) -> None:
        self.board = Board(parse_rom(image))
        self.folder = folder
        self.listener = RecordingListener()
        self.answers: queue.Queue[tuple[int, str]] = queue.Queue()
        self.states = StateThread(folder, self.board)
        self.first = self.states.first_state(fresh)
        self.cpu_thread = CpuThread(self.board, self.listener, self.first)
        self.states.attach(self.cpu_thread, self.listener)
        self.states.set_request_listener(self)
        self.states.start()
        self.cpu_thread.start()
        assert self.listener.states.get(timeout=WAIT) is State.RUNNING

    def state_request_done(self, number: int, error: str) -> None:
        self.answers.put((number, error))

    def ask(self, request: StateChangeRequest) -> str:
        self.states.request(5, request)
        number, error = self.answers.get(timeout=WAIT)
        assert number == 5
        return error

    def end(self) -> None:
        self.cpu_thread.stop()
        self.states.stop()
        self.board.close()

    def kill(self) -> None:
        """End without the last save."""
        self.states.failed = True
        self.end()


Start = Callable[..., Running]


@pytest.fixture
def start(probe_image: bytes, tmp_path: Path) -> Iterator[Start]:
    made: list[Running] = []

    def start_one(image: bytes = probe_image, fresh: bool = False) -> Running:
        made.append(Running(image, tmp_path / "states", fresh))
        return made[-1]

    yield start_one
    assert all(each.listener.failures == 0 for each in made)


def test_mac_goes_on_where_it_ended(start: Start) -> None:
    mac = start()
    assert mac.first is None
    mac.board.memory.write32(PLACE, 4711)
    mac.end()
    again = start()
    assert again.board.memory.read32(PLACE) == 4711
    again.end()
    anew = start(fresh=True)
    assert anew.board.memory.read32(PLACE) == 0
    anew.end()


def test_mac_that_was_switched_off_starts_anew(start: Start) -> None:
    mac = start()
    mac.board.memory.write32(PLACE, 4711)
    mac.cpu_thread.command(CommandCode.STOP)
    assert mac.listener.states.get(timeout=WAIT) is State.STOPPED
    assert mac.ask(SaveState("Off")) == "The Mac is switched off."
    mac.end()
    again = start()
    assert again.first is None
    again.end()


def test_states_are_saved_and_loaded_by_name(start: Start) -> None:
    mac = start()
    mac.board.memory.write32(PLACE, 1)
    assert mac.ask(SaveState("One")) == ""
    assert "already a state" in mac.ask(SaveState("One"))
    mac.board.memory.write32(PLACE, 2)
    assert mac.ask(LoadState("One")) == ""
    assert mac.board.memory.read32(PLACE) == 1
    assert "no such state" in mac.ask(LoadState("Two"))
    assert "name" in mac.ask(LoadState("../One"))
    mac.end()


def test_going_back_after_a_load_brings_what_was_before_it(start: Start) -> None:
    mac = start()
    mac.board.memory.write32(PLACE, 1)
    mac.ask(SaveState("One"))
    mac.board.memory.write32(PLACE, 2)
    assert mac.ask(LoadState("One")) == ""
    assert mac.ask(GoBack()) == ""
    assert mac.board.memory.read32(PLACE) == 2
    mac.end()


def test_load_switches_the_mac_on(start: Start) -> None:
    mac = start()
    mac.board.memory.write32(PLACE, 1)
    mac.ask(SaveState("One"))
    mac.cpu_thread.command(CommandCode.STOP)
    assert mac.listener.states.get(timeout=WAIT) is State.STOPPED
    assert mac.ask(LoadState("One")) == ""
    assert mac.listener.states.get(timeout=WAIT) is State.RUNNING
    mac.end()


def test_keys_that_were_down_are_released(start: Start) -> None:
    mac = start()
    mac.board.adb.key(0x37, True)
    mac.ask(SaveState("Held"))
    mac.ask(LoadState("Held"))
    assert mac.board.adb.save().down == frozenset()
    mac.end()


def test_going_back_again_goes_further(start: Start) -> None:
    mac = start()
    autosaves = Autosaves(mac.folder / AUTOSAVES)
    assert "no earlier state" in mac.ask(GoBack())
    for minute in (1, 2, 3):
        mac.board.memory.write32(PLACE, minute)
        assert mac.ask(SaveState(f"Minute {minute}")) == ""
        autosaves.store(StateShelf(mac.folder).read(f"Minute {minute}"), minute * 60)
    mac.board.memory.write32(PLACE, 4)
    for minute in (3, 2, 1):
        assert mac.ask(GoBack()) == ""
        assert mac.board.memory.read32(PLACE) == minute
    assert "no earlier state" in mac.ask(GoBack())
    assert mac.ask(LoadState("Before going back")) == ""
    assert mac.board.memory.read32(PLACE) == 4
    mac.end()


def test_what_was_done_after_going_back_is_kept_when_it_is_left(start: Start) -> None:
    mac = start()
    mac.ask(SaveState("A"))
    for minute in (1, 2):
        Autosaves(mac.folder / AUTOSAVES).store(StateShelf(mac.folder).read("A"), minute * 60)
    assert mac.ask(GoBack()) == ""
    mac.board.adb.key(0, True)
    mac.board.memory.write32(PLACE, 5)
    assert mac.ask(GoBack()) == ""
    assert mac.board.memory.read32(PLACE) == 0
    assert mac.ask(LoadState("Before going back")) == ""
    assert mac.board.memory.read32(PLACE) == 5
    mac.end()


def test_nothing_is_left_when_the_present_cannot_be_kept(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac = start()
    mac.ask(SaveState("A"))
    Autosaves(mac.folder / AUTOSAVES).store(StateShelf(mac.folder).read("A"), 60)
    mac.board.memory.write32(PLACE, 5)
    monkeypatch.setattr("moof.states.state_shelf.MAX_SHELF_BYTES", 10)
    assert "used up their room" in mac.ask(GoBack())
    assert mac.board.memory.read32(PLACE) == 5
    mac.end()


@pytest.mark.parametrize("data", [b"", b"MoofStat" + bytes(100), b"other"])
def test_unreadable_state_is_put_aside_and_the_one_before_is_loaded(
    start: Start, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    mac = start()
    mac.board.memory.write32(PLACE, 4711)
    mac.end()
    Autosaves(mac.folder / AUTOSAVES).store(data)
    again = start()
    assert again.board.memory.read32(PLACE) == 4711
    assert "is kept as" in caplog.text
    again.end()


def test_state_of_another_rom_goes_to_the_shelf(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    mac = start()
    mac.board.memory.write32(PLACE, 4711)
    mac.end()
    updated = start(free_rom().image)
    assert updated.first is None
    assert "Before the update" in caplog.text
    (kept,) = (path.stem for path in mac.folder.glob("*.moofstate"))
    assert updated.ask(LoadState(kept)) == ""
    assert updated.board.memory.read32(PLACE) == 4711
    updated.end()


def test_mac_of_another_process_saves_nothing_by_itself(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    mac = start()
    mac.end()
    other = Autosaves(mac.folder / AUTOSAVES)
    assert other.claim()
    second = start()
    assert second.first is None
    assert "another Mac uses" in caplog.text
    assert "another one uses" in second.ask(GoBack())
    second.end()
    other.close()


def test_nothing_is_saved_of_a_mac_that_failed(start: Start) -> None:
    mac = start()
    mac.kill()
    assert Autosaves(mac.folder / AUTOSAVES).newest_first() == []


def test_each_minute_a_state_is_saved_if_something_happened(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moof.mac.state_thread.INTERVAL", 0.01)
    mac = start()
    autosaves = Autosaves(mac.folder / AUTOSAVES)
    while not autosaves.newest_first():
        mac.board.activity.note(0.0)
    mac.ask(SaveState("Then"))  # the states thread is not saving now
    first = autosaves.newest_first()
    mac.ask(SaveState("Later"))
    assert len(autosaves.newest_first()) - len(first) <= 1
    mac.kill()


def test_state_of_a_headless_mac_is_loaded(start: Start, probe_image: bytes, tmp_path: Path) -> None:
    with HeadlessMac(probe_image) as headless:
        headless.memory.write32(PLACE, 99)
        StateShelf(tmp_path / "states").save("Headless", headless.save_state())
    mac = start()
    assert mac.ask(LoadState("Headless")) == ""
    assert mac.board.memory.read32(PLACE) == 99
    mac.end()


def run_process(rom: Path, memory: Path, folder: Path, *more: str) -> "subprocess.Popen[str]":
    """Start a Mac in a process of its own; returns when a server could connect."""
    words = ["-m", "moof.mac_process", "--rom", str(rom), "--xpram", "none", "--documents", "none"]
    words += ["--states", str(folder), "--memory-file", str(memory), *more]
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("ready ")
    return process


def wait_for(memory: Path, address: int, accept: Callable[[int], bool]) -> None:
    """Wait until the guest's long word there is accepted; the test's time limit ends it."""
    while True:
        data = memory.read_bytes()[address : address + 4]
        if data and accept(int.from_bytes(data, "big")):
            return
        time.sleep(0.01)


def test_process_that_is_terminated_goes_on_where_it_was(probe_image: bytes, tmp_path: Path) -> None:
    rom, memory = tmp_path / "probe.rom", tmp_path / "memory"
    rom.write_bytes(probe_image)
    with run_process(rom, memory, tmp_path / "states") as first:
        wait_for(memory, 0x2104, bool)
        with memory.open("r+b") as file:
            file.seek(PLACE)
            file.write(b"kept")
        first.terminate()
        assert first.wait() == 0
    memory.unlink()
    with run_process(rom, memory, tmp_path / "states") as second:
        wait_for(memory, PLACE, lambda value: value == int.from_bytes(b"kept", "big"))
        second.terminate()
    memory.unlink()
    with run_process(rom, memory, tmp_path / "states", "--fresh") as third:
        wait_for(memory, 0x2104, bool)
        assert memory.read_bytes()[PLACE : PLACE + 4] == bytes(4)
        third.kill()
