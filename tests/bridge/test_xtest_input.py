"""Keys, buttons and movements as XTEST events."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from moof.bridge.hot_keys import HotKey
from moof.bridge.keycodes import CAPS_LOCK, CapsLock
from moof.bridge.pointer import MouseKind
from moof.bridge.x_display import XDisplay
from moof.bridge.xtest_input import PointerListener, XTestInput
from moof.geometry import Rect
from moof.ipc import Key, Mouse

KEY_PRESS, KEY_RELEASE, BUTTON_PRESS, BUTTON_RELEASE, MOTION = 2, 3, 4, 5, 6
ADB_CAPS_LOCK = 0x39
WINDOW = Rect(100, 50, 640, 480)


class FakeDisplay(PointerListener):
    """Records events and the pointer's positions."""

    def __init__(self) -> None:
        self.events: list[tuple[int, ...]] = []
        self.position = (0, 0)
        self.locked = False
        self.selected: list[tuple[int, int]] = []
        self.processed: list[int] = []
        """How many events had been sent each time that their processing was awaited."""

    def wait_until_processed(self) -> None:
        self.processed.append(len(self.events))

    def caps_locked(self) -> bool:
        return self.locked

    def select_at(self, x: int, y: int) -> None:
        self.selected.append((x, y))

    def fake_input(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        self.events.append((kind, detail, x, y) if kind == MOTION else (kind, detail))
        self.locked ^= (kind, detail) == (KEY_PRESS, CAPS_LOCK)

    async def wait_for(self, *events: tuple[int, ...]) -> None:
        """Wait until these events, and no others, have been sent."""
        while len(self.events) < len(events):  # noqa: ASYNC110  each pause is a timer of the loop
            await asyncio.sleep(0)
        assert self.events == list(events)

    def flush(self) -> None:
        pass

    def pointer_moved(self, position: tuple[int, int]) -> None:
        self.position = position


@pytest.fixture
def display() -> FakeDisplay:
    return FakeDisplay()


def input_for(
    display: FakeDisplay,
    mouse: MouseKind = MouseKind.ABSOLUTE,
    swallow: str = "f12",
    caps_lock: CapsLock = CapsLock.TAP,
) -> XTestInput:
    loop, keycodes = asyncio.get_running_loop(), {0: 38, 1: 39, 0x36: 37, ADB_CAPS_LOCK: CAPS_LOCK}
    hot_keys = [HotKey.parse(swallow)]
    return XTestInput(loop, cast(XDisplay, display), keycodes, mouse, display, hot_keys, caps_lock)


def key(code: int, *, down: bool) -> Key:
    return Key(code, down=down)


async def test_key_is_pressed_once_and_released_once(display: FakeDisplay) -> None:
    xtest = input_for(display)
    for down in (True, True, False, False):
        xtest.key(Key(0, down=down))
    await display.wait_for((KEY_PRESS, 38), (KEY_RELEASE, 38))


async def test_a_single_key_is_sent_at_once_and_a_burst_in_order_with_its_mouse(display: FakeDisplay) -> None:
    xtest = input_for(display)
    xtest.key(key(0, down=True))
    assert display.events == [(KEY_PRESS, 38)]
    xtest.key(key(0, down=False))
    xtest.key(key(1, down=True))
    xtest.mouse(Mouse(5, 5, 0, absolute=True), WINDOW)
    xtest.mouse(Mouse(7, 9, 0, absolute=True), WINDOW)
    xtest.mouse(Mouse(7, 9, 1, absolute=True), WINDOW)
    xtest.wheel(0, 48)
    xtest.key(key(1, down=False))
    assert display.events == [(KEY_PRESS, 38)], "the rest waits"
    await display.wait_for(
        *((KEY_PRESS, 38), (KEY_RELEASE, 38), (KEY_PRESS, 39)),
        *((MOTION, 0, 107, 59), (BUTTON_PRESS, 1), (BUTTON_PRESS, 5), (BUTTON_RELEASE, 5), (KEY_RELEASE, 39)),
    )


async def test_each_release_is_processed_before_the_next_press_is_sent(display: FakeDisplay) -> None:
    xtest = input_for(display)
    for down in (True, False, True, False):
        xtest.key(key(0, down=down))
    await display.wait_for(*((KEY_PRESS, 38), (KEY_RELEASE, 38)) * 2)
    assert display.processed == [2, 4]


async def test_keys_after_a_movement_wait_for_its_steps(display: FakeDisplay) -> None:
    xtest = input_for(display, MouseKind.RELATIVE)
    xtest.mouse(Mouse(250, 0, 0, absolute=False), WINDOW)
    xtest.key(key(0, down=True))
    while display.events[-1] != (KEY_PRESS, 38):  # noqa: ASYNC110  each step is a timer of the loop
        await asyncio.sleep(0)
    assert sum(event[2] for event in display.events[:-1]) == 250


async def test_caps_lock_is_tapped_when_its_state_is_not_as_wanted(display: FakeDisplay) -> None:
    xtest = input_for(display)
    tap = (KEY_PRESS, CAPS_LOCK), (KEY_RELEASE, CAPS_LOCK)
    xtest.key(key(ADB_CAPS_LOCK, down=True))
    await display.wait_for(*tap)
    display.locked = False  # the program has switched it off
    xtest.key(key(ADB_CAPS_LOCK, down=False))
    await display.wait_for(*tap)
    xtest.key(key(ADB_CAPS_LOCK, down=True))
    xtest.key(key(0, down=True))
    await display.wait_for(*tap, *tap, (KEY_PRESS, 38))
    xtest.release_all()
    await display.wait_for(*tap, *tap, (KEY_PRESS, 38), (KEY_RELEASE, 38), *tap)


async def test_caps_lock_is_held_for_programs_that_pass_it_on(display: FakeDisplay) -> None:
    xtest = input_for(display, caps_lock=CapsLock.HOLD)
    xtest.key(key(ADB_CAPS_LOCK, down=True))
    assert display.events == [(KEY_PRESS, CAPS_LOCK)]
    xtest.key(key(ADB_CAPS_LOCK, down=False))
    await display.wait_for((KEY_PRESS, CAPS_LOCK), (KEY_RELEASE, CAPS_LOCK))


async def test_position_is_sent_again_when_the_window_has_moved(display: FakeDisplay) -> None:
    xtest = input_for(display)
    for place in (WINDOW, WINDOW, Rect(0, 0, 640, 480)):
        xtest.mouse(Mouse(0, 0, 0, absolute=True), place)
    assert display.events == [(MOTION, 0, 100, 50), (MOTION, 0, 0, 0)]


async def test_key_without_an_x_key_code_is_ignored(display: FakeDisplay) -> None:
    input_for(display).key(Key(5, down=True))
    assert display.events == []


async def test_hot_key_of_the_program_is_not_completed(display: FakeDisplay) -> None:
    xtest = input_for(display, swallow="ctrl+a")
    for key in (Key(0x36, down=True), Key(0, down=True), Key(0, down=False)):
        xtest.key(key)
    assert display.events == [(KEY_PRESS, 37)]
    xtest.release_all()
    await display.wait_for((KEY_PRESS, 37), (KEY_RELEASE, 37))


async def test_mouse_moves_within_the_window_and_presses_buttons(display: FakeDisplay) -> None:
    input_for(display).mouse(Mouse(10, 20, 0b011, absolute=True), WINDOW)
    assert display.events == [(MOTION, 0, 110, 70), (BUTTON_PRESS, 1), (BUTTON_PRESS, 3)]
    assert display.position == (10, 20)
    assert display.selected == [(110, 70)], "the window that is clicked gets the focus"


async def test_wheel_clicks_its_buttons(display: FakeDisplay) -> None:
    xtest = input_for(display)
    xtest.wheel(0, 47)
    assert display.events == []
    xtest.wheel(-48, 1)
    assert display.events == [(BUTTON_PRESS, 5), (BUTTON_RELEASE, 5), (BUTTON_PRESS, 6), (BUTTON_RELEASE, 6)]


async def test_release_all_releases_keys_and_buttons(display: FakeDisplay) -> None:
    xtest = input_for(display)
    xtest.key(Key(0, down=True))
    xtest.mouse(Mouse(10, 20, 0b100, absolute=True), WINDOW)
    display.events.clear()
    xtest.release_all()
    await display.wait_for((BUTTON_RELEASE, 2), (KEY_RELEASE, 38))


async def test_keys_whose_release_is_queued_are_released_at_disconnect(display: FakeDisplay) -> None:
    xtest = input_for(display)
    for down in (True, False, True):
        xtest.key(key(0, down=down))
    xtest.release_all()
    await display.wait_for((KEY_PRESS, 38), (KEY_RELEASE, 38), (KEY_RELEASE, 38))


async def test_relative_movements_have_pauses_between_them(display: FakeDisplay) -> None:
    xtest = input_for(display, MouseKind.RELATIVE)
    xtest.mouse(Mouse(250, 0, 0, absolute=False), WINDOW)
    assert len(display.events) == 1
    while display.position != (250, 0):  # noqa: ASYNC110  each step is a timer of the loop
        await asyncio.sleep(0)
    assert sum(x for _, _, x, _ in display.events) == 250
    xtest.stop()
