"""Our client on the display, and another one that opens windows, draws and sets cursors."""

from __future__ import annotations

import os
import select
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xcffib
import xcffib.xproto
from xcffib.xproto import CW, Atom, PropMode, WindowClass

from moof.bridge.errors import BridgeError
from moof.bridge.x_display import PointerStyle, XDisplay, pointer_style
from moof.bridge.xvfb import Xvfb
from support.waiting import wait_until


def test_pointer_style() -> None:
    assert pointer_style([0, 0x00FFFFFF], "left_ptr") is PointerStyle.GUEST
    assert pointer_style([0xFF000000], "left_ptr") is PointerStyle.DESKTOP
    assert pointer_style([0xFF000000], "") is PointerStyle.PROGRAM


@dataclass
class Other:
    """Another client on the same display."""

    connection: Any
    root: int

    def window(self, x: int, y: int, width: int, height: int, title: str = "") -> int:
        """Open a window with a border of 2 and map it."""
        window = int(self.connection.generate_id())
        core, copied, text = self.connection.core, 0, title.encode()
        kind = WindowClass.InputOutput
        core.CreateWindow(copied, window, self.root, x, y, width, height, 2, kind, 0, 0, [])
        core.ChangeProperty(PropMode.Replace, window, Atom.WM_NAME, Atom.STRING, 8, len(text), text)
        core.MapWindow(window)
        self.connection.flush()
        return window

    def fill(self, window: int, x: int, y: int, width: int, height: int) -> None:
        """Draw a box."""
        context = self.connection.generate_id()
        self.connection.core.CreateGC(context, window, xcffib.xproto.GC.Foreground, [0xFF0000])
        self.connection.core.PolyFillRectangle(
            window, context, 1, [xcffib.xproto.RECTANGLE.synthetic(x, y, width, height)]
        )
        self.connection.flush()

    def point(self, window: int, *, visible: bool) -> None:
        """Give the window a cursor of one pixel, or of none, and move the pointer onto it."""
        core, pixmap, context = self.connection.core, *(self.connection.generate_id() for _ in range(2))
        core.CreatePixmap(1, pixmap, self.root, 8, 8)
        core.CreateGC(context, pixmap, xcffib.xproto.GC.Foreground, [0])
        core.PolyFillRectangle(pixmap, context, 1, [xcffib.xproto.RECTANGLE.synthetic(0, 0, 8, 8)])
        if visible:
            core.ChangeGC(context, xcffib.xproto.GC.Foreground, [1])
            core.PolyFillRectangle(pixmap, context, 1, [xcffib.xproto.RECTANGLE.synthetic(3, 3, 1, 1)])
        cursor = self.connection.generate_id()
        core.CreateCursor(cursor, pixmap, pixmap, 0, 0, 0, 0xFFFF, 0xFFFF, 0xFFFF, 0, 0)
        core.ChangeWindowAttributes(window, CW.Cursor, [cursor])
        core.WarpPointer(0, window, 0, 0, 0, 0, 5, 5)
        self.connection.flush()


@pytest.fixture
async def display(tmp_path: Path) -> AsyncIterator[Xvfb]:
    display = Xvfb(tmp_path, 640, 480)
    await display.start()
    yield display
    await display.end()


@pytest.fixture
def other(display: Xvfb, monkeypatch: pytest.MonkeyPatch) -> Other:
    monkeypatch.setenv("XAUTHORITY", str(display.authority))
    connection = xcffib.connect(display.name)
    return Other(connection, connection.get_setup().roots[0].root)


def wait_for(screen: XDisplay, condition: Callable[[], bool], what: str) -> None:
    def holds() -> bool:
        screen.process_events()
        return condition()

    wait_until(holds, what)


def main_window(screen: XDisplay) -> int:
    window = screen.main_window()
    return window.id if window else 0


async def test_existing_and_new_windows_are_found(display: Xvfb, other: Other) -> None:
    early = other.window(20, 30, 300, 200)
    other.connection.core.GetInputFocus().reply()  # so it is there
    screen = XDisplay(display.name, display.authority, title="Mac")
    wait_for(screen, lambda: main_window(screen) == early, "the window")
    main = screen.main_window()
    assert main is not None
    assert main.place == (22, 32, 300, 200), "without its border"
    late = other.window(0, 0, 100, 100, title="A Macintosh")
    wait_for(screen, lambda: main_window(screen) == late, "the window")
    wait_for(screen, lambda: other.connection.core.GetInputFocus().reply().focus == late, "the focus")
    other.connection.core.DestroyWindow(late)
    other.connection.flush()
    wait_for(screen, lambda: main_window(screen) == early, "the window")
    screen.close()


async def test_damage_is_reported_once(display: Xvfb, other: Other) -> None:
    screen = XDisplay(display.name, display.authority)
    window = other.window(20, 30, 300, 200)
    wait_for(screen, lambda: main_window(screen) == window, "the window")
    screen.take_damage()
    screen.process_events()
    other.fill(window, 3, 4, 10, 5)
    wait_for(screen, lambda: screen.damaged, "the news")
    assert screen.take_damage() == (25, 36, 10, 5)
    screen.process_events()
    assert not screen.damaged
    screen.close()


async def test_events_read_while_sending_are_processed(
    display: Xvfb, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = XDisplay(display.name, display.authority)
    flush, late = screen.connection.flush, 0

    def flush_late() -> None:
        nonlocal late
        if not late:
            late = other.window(0, 0, 300, 200)
            select.select([screen.descriptor], [], [])
        flush()

    other.window(0, 0, 100, 100)
    select.select([screen.descriptor], [], [])
    monkeypatch.setattr(screen.connection, "flush", flush_late)
    while not late:
        screen.process_events()
    assert main_window(screen) == late
    screen.close()


async def test_cursor_gives_the_pointer_style(display: Xvfb, other: Other) -> None:
    screen = XDisplay(display.name, display.authority)
    window = other.window(0, 0, 300, 200)
    wait_for(screen, lambda: main_window(screen) == window, "the window")
    assert screen.style is PointerStyle.DESKTOP
    for visible, style in ((False, PointerStyle.GUEST), (True, PointerStyle.PROGRAM)):
        other.point(window, visible=visible)
        wait_for(screen, lambda style=style: screen.style is style, style.name)  # type: ignore[misc]
    screen.close()


async def test_a_display_that_ends_is_an_error(display: Xvfb) -> None:
    screen = XDisplay(display.name, display.authority)
    os.kill(display.pid, 9)
    await display.wait()
    with pytest.raises(BridgeError, match="has ended"):
        screen.take_damage()
    with pytest.raises(BridgeError, match="has ended"):
        screen.process_events()
    screen.close()
