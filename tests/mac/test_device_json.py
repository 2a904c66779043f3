import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.mac.adb import (
    AdbState,
    KeyEvent,
    LayoutEvent,
    MouseEvent,
    ReadScreenEvent,
    ScreenSizeEvent,
    WheelEvent,
)
from moof.mac.audio_device import AudioState
from moof.mac.cpu import CpuState, Interrupt
from moof.mac.device_json import devices_from_json, devices_to_json
from moof.mac.disk import DiskState, FileAnswer
from moof.mac.file_requests import FileFlags, FileOperation, FileRequest, FileResult
from moof.mac.machine_state import DeviceStates
from moof.mac.musashi import CPU_TYPE_68020, SAVED_WORDS
from moof.mac.video_card import VideoMode, VideoState
from moof.states import StateError

WORDS = (CPU_TYPE_68020, *range(1, 83), 0, 0, 4, 0, 1, 2, 3, 4, 5, 0x700, 0x100, 1, 0, 0)
REQUEST = FileRequest(FileOperation.READ, FileFlags.TEXT, 4096, 100, 0, b"TEXT", b"MOOF", b"A", b"", b"")
STATES = DeviceStates(
    cpu=CpuState(WORDS, Interrupt.TICK | Interrupt.FILE, 3),
    adb=AdbState(
        (
            KeyEvent(7, True, 0x100),
            MouseEvent(-3, 4, 1, False),
            WheelEvent(0, -9),
            LayoutEvent(2),
            ScreenSizeEvent(640, 480),
            ReadScreenEvent(True),
        ),
        frozenset({7, 0x37}),
        1,
        True,
    ),
    audio=AudioState(0x2300, Fraction(3, 7), 99, True, False),
    video=VideoState(VideoMode(640, 480, 8), tuple(0xFF00_0000 + each for each in range(256)), (3, 4, True)),
    disk=DiskState(REQUEST, FileAnswer(FileResult.NO_FILE, b"data", 4, 1, 2)),
    xpram=bytes(range(256)),
    keyboard_layout="us",
    clipboard=b"text",
    clock=1_700_000_000_000_000,
)
TREE = json.loads(devices_to_json(STATES))
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=3),
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all values that are no lists or objects, and of these."""
    found = [path] if path else []
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, child in children:
        found += places(child, (*path, key))
    return found


def test_words_are_as_many_as_the_cpu_has() -> None:
    assert len(WORDS) == SAVED_WORDS


def test_json_gives_the_same_states() -> None:
    assert devices_from_json(devices_to_json(STATES)) == STATES


@given(st.sampled_from(places(TREE)), VALUES)
def test_any_value_is_taken_as_it_is_or_refused(path: tuple[Any, ...], value: Any) -> None:
    tree = json.loads(json.dumps(TREE))
    place = tree
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    try:
        states = devices_from_json(json.dumps(tree).encode())
    except StateError:
        return
    assert devices_from_json(devices_to_json(states)) == states


@pytest.mark.parametrize(
    ("index", "value"), [(0, 4), (83, 1), (85, 0xFFFF_FFFF), (86, 1), (93, 0x800), (94, 7)]
)
def test_registers_that_the_core_uses_as_indices_are_checked(index: int, value: int) -> None:
    tree = json.loads(json.dumps(TREE))
    tree["cpu"][0][index] = value
    with pytest.raises(StateError, match="damaged"):
        devices_from_json(json.dumps(tree).encode())


def test_mode_that_the_card_does_not_have_is_named() -> None:
    tree = json.loads(json.dumps(TREE))
    tree["video"][0] = [641, 480, 8]
    with pytest.raises(StateError, match="641x480"):
        devices_from_json(json.dumps(tree).encode())


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(StateError):
        devices_from_json(data)
