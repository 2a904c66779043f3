"""The file of a recording: what is written is read again, and nothing else."""

import pytest

from moof.mac.adb import KeyEvent, MouseEvent, WheelEvent
from moof.mac.headless import HeadlessMac
from moof.mac.recording import (
    HEADER,
    RecordedEvent,
    RecordingEnd,
    RecordingError,
    RecordingWriter,
    ResetPressed,
    TextGiven,
    read_recording,
)

EVENTS: tuple[tuple[int, RecordedEvent], ...] = (
    (0, MouseEvent(10, 20, 1, absolute=True)),
    (3, KeyEvent(0x37, down=True, modifiers=0x100)),
    (3, WheelEvent(-5, 7)),
    (9, TextGiven(b"text\r\xca")),
    (12, ResetPressed()),
)


@pytest.fixture(scope="module")
def state(probe_image: bytes) -> bytes:
    with HeadlessMac(probe_image, ram_mb=1) as mac:
        mac.run(5)
        return mac.save_state()


def recorded(state: bytes, *events: tuple[int, RecordedEvent]) -> bytes:
    writer = RecordingWriter(state)
    return writer.beginning + b"".join(writer.line(*each) for each in events)


def test_what_is_written_is_read(state: bytes) -> None:
    found = read_recording(recorded(state, *EVENTS, (20, RecordingEnd())))
    assert (found.events, found.ticks, found.whole) == (EVENTS, 20, True)
    assert found.state_file == state
    assert len(found.state.ram) == 1 << 20


def test_what_a_killed_mac_left_is_read_as_far_as_it_goes(state: bytes) -> None:
    data = recorded(state, *EVENTS)
    for cut in (data, data + b"1234", data + b'12345678 [13,"res'):
        found = read_recording(cut)
        assert (found.events, found.ticks, found.whole) == (EVENTS, 12, False)
    assert read_recording(recorded(state)).events == ()


def test_a_line_that_was_changed_left_out_or_moved_is_found(state: bytes) -> None:
    data = recorded(state, *EVENTS, (20, RecordingEnd()))
    start = HEADER.size + len(state)
    lines = data[start:].splitlines(keepends=True)
    changed = data[:start] + data[start:].replace(b"[3,", b"[4,", 1)
    left_out = data[:start] + b"".join(lines[:2] + lines[3:])
    moved = data[:start] + b"".join([lines[1], lines[0], *lines[2:]])
    for damaged, number in ((changed, 2), (left_out, 3), (moved, 1), (data + b"x\n", 7)):
        with pytest.raises(RecordingError, match=f"event {number} is not as it was written"):
            read_recording(damaged)


@pytest.mark.parametrize(
    "events",
    [
        [(5, ResetPressed()), (4, ResetPressed())],
        [(-1, ResetPressed())],
        [(1 << 40, ResetPressed())],
        [(1, RecordingEnd()), (2, ResetPressed())],
        [(1, KeyEvent(1 << 20, down=True, modifiers=0))],
    ],
)
def test_impossible_events_are_refused(state: bytes, events: list[tuple[int, RecordedEvent]]) -> None:
    with pytest.raises(RecordingError, match="damaged"):
        read_recording(recorded(state, *events))


def test_other_files_are_refused(state: bytes) -> None:
    whole = recorded(state, *EVENTS)
    for data, reason in (
        (b"", "no recording"),
        (state, "no recording"),
        (whole[:8] + b"\2" + whole[9:], "another version"),
        (whole[:12] + b"\xff" * 4 + whole[16:], "larger"),
        (whole[: len(state)], "state cannot be used"),
        (whole[:200] + b"\0" + whole[201:], "state cannot be used"),
    ):
        with pytest.raises(RecordingError, match=reason):
            read_recording(data)
