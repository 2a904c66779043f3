"""The same recording gives the same screen, with Moof's own ROM: a thousand ticks of typing and clicking."""

from pathlib import Path

import pytest

from moof.mac.adb import KeyEvent, MouseEvent
from moof.mac.headless import HeadlessMac
from moof.mac.input_replay import Replay, ReplayDisk, ScreenHash
from moof.mac.machine_state import save_board
from moof.mac.recording import InputRecording, RecordedEvent, RecordingError, ResetPressed, TextGiven
from moof.mac.state_contents import state_from_file
from moof.states import unpack_state
from support.guest_memory import GuestMemory, Program
from support.mac_page import MENU_ITEM_Y, MOON_MENU

TICKS = 1000
COMMAND, KEY_N, KEY_A, RETURN = 0x37, 0x2D, 0x00, 0x24


@pytest.fixture(scope="module")
def state() -> bytes:
    """Return the file of a Mac with an empty text in Notes."""
    with HeadlessMac(width=640, height=480) as mac:
        mac.run(300)
        mac.click(*MOON_MENU)
        mac.click(MOON_MENU[0], MENU_ITEM_Y[Program.NOTES])
        mac.run(20)  # the item blinks
        assert mac.memory.read32(GuestMemory.FRONT_APPLICATION) == Program.NOTES
        return mac.save_state()


def recording_of(state: bytes, *events: tuple[int, RecordedEvent]) -> InputRecording:
    return InputRecording(state, state_from_file(unpack_state(state)), events, TICKS, whole=True)


def stroke(tick: int, code: int, modifiers: int = 0) -> list[tuple[int, RecordedEvent]]:
    return [(tick, KeyEvent(code, True, modifiers)), (tick + 2, KeyEvent(code, False, modifiers))]


def typing(key: int = KEY_A) -> list[tuple[int, RecordedEvent]]:
    """A new text by a shortcut, in which a key is typed each tenth of a second; the mouse moves meanwhile."""
    events: list[tuple[int, RecordedEvent]] = [
        (10, KeyEvent(COMMAND, True, 0x100)),
        *stroke(12, KEY_N, 0x100),
    ]
    events.append((15, KeyEvent(COMMAND, False, 0)))
    for tick in range(60, 900, 6):
        events += stroke(tick, key)
        events.append((tick + 2, MouseEvent(tick // 2, 100, 0, absolute=True)))
    return events


def played(recording: InputRecording, every: int = 250, disk: ReplayDisk | None = None) -> list[ScreenHash]:
    replay = Replay(recording, disk)
    try:
        return list(replay.run(every))
    finally:
        replay.close()


def test_the_same_input_gives_the_same_screens(state: bytes) -> None:
    recording = recording_of(state, *typing())
    first = played(recording)
    assert [each.tick for each in first] == [0, 250, 500, 750, 1000]
    assert len({each.digest for each in first}) == 5
    assert played(recording) == first


def test_other_input_gives_another_screen(state: bytes) -> None:
    with_a, with_return = (played(recording_of(state, *typing(key)))[-1] for key in (KEY_A, RETURN))
    assert with_a.digest != with_return.digest


def test_texts_and_resets_are_played(state: bytes) -> None:
    replay = Replay(recording_of(state, (5, ResetPressed()), (7, TextGiven(b"given"))))
    try:
        while replay.tick < 8:
            replay.advance()
        assert replay.mac.board.clipboard.waiting() in (b"given", None)
        assert save_board(replay.mac.board).devices.clock > state_from_file(unpack_state(state)).devices.clock
    finally:
        replay.close()


def test_a_state_that_does_not_fit_is_said(state: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = recording_of(state)
    monkeypatch.setattr("moof.mac.input_replay.HeadlessMac", lambda **_: HeadlessMac(ram_mb=1))
    with pytest.raises(RecordingError, match="8 MB"):
        Replay(recording)
    HeadlessMac().close()  # the core is free


def test_the_disk_always_has_as_much_room(tmp_path: Path) -> None:
    disk = ReplayDisk(tmp_path)
    assert (disk.space().free, disk.space().total) == (1 << 30, 2 << 30)
