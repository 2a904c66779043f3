"""The thread "recorder" with a board and its 68k thread, whose guest is the probe."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moof.ipc import CommandCode, State
from moof.mac.adb import KeyEvent, MouseEvent
from moof.mac.board import Board
from moof.mac.cpu_thread import CpuThread
from moof.mac.input_recorder import InputRecorder
from moof.mac.recording import InputRecording, RecordingError, ResetPressed, TextGiven, read_recording
from moof.mac.rom import parse_rom
from support.recording_listener import RecordingListener

WAIT = 60.0


class Recorded:
    """A Mac that is recorded."""

    def __init__(self, image: bytes, path: Path) -> None:
        self.path = path
        self.board = Board(parse_rom(image), ram_mb=1)
        self.listener = RecordingListener()
        try:
            self.recorder = InputRecorder(path, self.board, self.listener)
        except RecordingError:
            self.board.close()
            raise
        self.cpu_thread = CpuThread(self.board, self.listener, begin_listener=self.recorder)

    def start(self) -> None:
        self.recorder.start()
        self.cpu_thread.start()
        assert self.listener.states.get(timeout=WAIT) is State.RUNNING
        self.cpu_thread.save()  # it has begun

    def end(self) -> InputRecording:
        self.cpu_thread.stop()
        self.recorder.stop()
        assert self.listener.failures == 0
        return read_recording(self.path.read_bytes())


@pytest.fixture
def make(probe_image: bytes, tmp_path: Path) -> Iterator[Callable[[], Recorded]]:
    made: list[Recorded] = []

    def make_one() -> Recorded:
        made.append(Recorded(probe_image, tmp_path / "recording"))
        return made[-1]

    yield make_one
    for each in made:
        each.board.close()


def test_what_reaches_the_mac_is_recorded_with_its_tick(make: Callable[[], Recorded]) -> None:
    mac = make()
    mac.board.adb.key(1, True)  # before the start
    mac.start()
    mac.board.adb.key(2, True)
    mac.board.interrupts.tick(3)
    mac.board.adb.mouse(10, 20, 1, absolute=True)
    mac.board.adb.mouse(11, 21, 1, absolute=True)
    mac.board.clipboard.give("text")
    mac.board.interrupts.tick(4)
    mac.cpu_thread.command(CommandCode.RESET)
    assert mac.listener.states.get(timeout=WAIT) is State.RUNNING
    mac.board.interrupts.tick(1)
    found = mac.end()
    moves = [(3, MouseEvent(x, y, 1, absolute=True)) for x, y in ((10, 20), (11, 21))]
    assert found.events == ((0, KeyEvent(2, True, 0)), *moves, (3, TextGiven(b"text")), (7, ResetPressed()))
    assert (found.ticks, found.whole) == (8, True)
    assert mac.path.stat().st_mode & 0o777 == 0o600


def test_another_state_ends_the_recording(make: Callable[[], Recorded]) -> None:
    mac = make()
    mac.start()
    mac.board.interrupts.tick(2)
    mac.cpu_thread.load(mac.cpu_thread.save())
    mac.board.adb.key(2, True)
    found = mac.end()
    assert (found.events, found.ticks, found.whole) == ((), 2, True)


def test_a_full_file_ends_the_recording(
    make: Callable[[], Recorded], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("moof.mac.input_recorder._FULL_BYTES", 0)
    mac = make()
    mac.start()
    for down in (True, False, True):
        mac.board.adb.key(2, down)
    found = mac.end()
    assert (len(found.events), found.whole) == (1, True)
    assert "as large as one may be" in caplog.text


def test_a_disk_that_is_too_slow_ends_the_recording(
    make: Callable[[], Recorded], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("moof.mac.input_recorder.MAX_WAITING", 2)
    mac = make()
    mac.cpu_thread.start()
    assert mac.listener.states.get(timeout=WAIT) is State.RUNNING
    mac.cpu_thread.save()
    with caplog.at_level(logging.WARNING):
        for down in (True, False, True, False):
            mac.board.adb.key(2, down)
    assert caplog.text.count("in time") == 1
    mac.recorder.start()
    found = mac.end()
    assert (len(found.events), found.whole) == (2, True)


def test_there_is_no_recording_of_a_mac_that_did_not_begin(make: Callable[[], Recorded]) -> None:
    mac = make()
    mac.recorder.start()
    mac.recorder.stop()
    assert mac.path.read_bytes() == b""


def test_a_file_that_is_there_is_kept(make: Callable[[], Recorded], tmp_path: Path) -> None:
    (tmp_path / "recording").write_text("mine")
    with pytest.raises(RecordingError, match="File exists"):
        make()
    assert (tmp_path / "recording").read_text() == "mine"
