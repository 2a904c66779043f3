"""Keys, buttons and movements as XTEST events."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from moof.bridge.hot_keys import HotKey
from moof.bridge.pointer import MouseKind
from moof.bridge.x_display import XDisplay
from moof.bridge.xtest_input import PointerListener, XTestInput
from moof.geometry import Rect
from moof.ipc import Key, Mouse

KEY_PRESS, KEY_RELEASE, BUTTON_PRESS, BUTTON_RELEASE, MOTION = 2, 3, 4, 5, 6
WINDOW = Rect(100, 50, 640, 480)


class FakeDisplay(PointerListener):
    """Records events and the pointer's positions."""

    def __init__(self) -> None:
        self.events: list[tuple[int, ...]] = []
        self.position = (0, 0)

    def fake_input(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        self.events.append((kind, detail, x, y) if kind == MOTION else (kind, detail))

    def flush(self) -> None:
        pass

    def pointer_moved(self, position: tuple[int, int]) -> None:
        self.position = position


@pytest.fixture
def display() -> FakeDisplay:
    return FakeDisplay()


def input_for(
    display: FakeDisplay, mouse: MouseKind = MouseKind.ABSOLUTE, swallow: str = "f12"
) -> XTestInput:
    hot_keys = [HotKey.parse(swallow)]
    return XTestInput(
        asyncio.get_running_loop(), cast(XDisplay, display), {0: 38, 0x36: 37}, mouse, display, hot_keys
    )


async def test_key_is_pressed_once_and_released_once(display: FakeDisplay) -> None:
    xtest = input_for(display)
    for down in (True, True, False, False):
        xtest.key(Key(0, down=down))
    assert display.events == [(KEY_PRESS, 38), (KEY_RELEASE, 38)]


async def test_key_without_an_x_key_code_is_ignored(display: FakeDisplay) -> None:
    input_for(display).key(Key(5, down=True))
    assert display.events == []


async def test_hot_key_of_the_program_is_not_completed(display: FakeDisplay) -> None:
    xtest = input_for(display, swallow="ctrl+a")
    for key in (Key(0x36, down=True), Key(0, down=True), Key(0, down=False)):
        xtest.key(key)
    assert display.events == [(KEY_PRESS, 37)]
    xtest.release_all()
    assert display.events == [(KEY_PRESS, 37), (KEY_RELEASE, 37)]


async def test_mouse_moves_within_the_window_and_presses_buttons(display: FakeDisplay) -> None:
    input_for(display).mouse(Mouse(10, 20, 0b011, absolute=True), WINDOW)
    assert display.events == [(MOTION, 0, 110, 70), (BUTTON_PRESS, 1), (BUTTON_PRESS, 3)]
    assert display.position == (10, 20)


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
    assert display.events == [(KEY_RELEASE, 38), (BUTTON_RELEASE, 2)]


async def test_relative_movements_have_pauses_between_them(display: FakeDisplay) -> None:
    xtest = input_for(display, MouseKind.RELATIVE)
    xtest.mouse(Mouse(250, 0, 0, absolute=False), WINDOW)
    assert len(display.events) == 1
    while display.position != (250, 0):  # noqa: ASYNC110  each step is a timer of the loop
        await asyncio.sleep(0)
    assert sum(x for _, _, x, _ in display.events) == 250
    xtest.stop()
