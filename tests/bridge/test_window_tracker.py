"""X's events as the model of the windows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from xcffib.xproto import CW, ConfigWindow, EventMask, WindowClass

from moof.bridge.window_properties import WindowProperties
from moof.bridge.window_tracker import WindowTracker
from moof.bridge.windows import Windows
from moof.bridge.xvfb import Xvfb
from support.waiting import wait_until
from support.x_client import XClient


class Watcher:
    """A client that tracks the windows of a display without managing them."""

    def __init__(self, display: Xvfb) -> None:
        self.client = XClient(display.name, display.authority)
        self.client.core.ChangeWindowAttributes(
            self.client.root, CW.EventMask, [EventMask.SubstructureNotify]
        )
        self.windows = Windows("", (640, 480))
        properties = WindowProperties(self.client.connection, ())
        self.tracker = WindowTracker(self.client.connection, self.client.root, self.windows, properties)
        self.found = self.tracker.find()

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        def holds() -> bool:
            for event in self.client.events():
                self.tracker.handle(event)
            self.client.connection.flush()
            return condition()

        wait_until(holds, what)


@pytest.fixture
def watcher(display: Xvfb) -> Watcher:
    return Watcher(display)


async def test_windows_that_exist_already_are_found(display: Xvfb, other: XClient) -> None:
    window, menu = other.window(20, 30, 300, 200, "Early"), other.window(0, 0, 9, 9, menu=True)
    hidden = other.unmapped_window(0, 0, 100, 100)
    assert other.stack()
    watcher = Watcher(display)
    assert watcher.found == [window]
    assert watcher.windows.managed() == [window]
    assert watcher.windows[window].title == "Early"
    assert watcher.windows[window].place == (22, 32, 300, 200)
    assert watcher.windows[menu].mapped
    assert not watcher.windows[hidden].mapped


async def test_a_window_is_followed_from_its_creation_to_its_end(watcher: Watcher, other: XClient) -> None:
    first, second = other.window(0, 0, 100, 100), other.window(0, 0, 100, 100)
    watcher.wait_for(lambda: watcher.windows.managed() == [first, second], "both windows")
    other.configure(first, ConfigWindow.X | ConfigWindow.StackMode, 50, 0)
    watcher.wait_for(lambda: watcher.windows.managed() == [second, first], "the raised window")
    assert watcher.windows[first].place == (52, 2, 100, 100)
    other.core.UnmapWindow(first)
    other.connection.flush()
    watcher.wait_for(lambda: watcher.windows.managed() == [second], "the hidden window")
    other.core.ReparentWindow(second, first, 0, 0)
    other.connection.flush()
    watcher.wait_for(lambda: second not in watcher.windows, "the window that is inside another one")
    other.core.ReparentWindow(second, other.root, 7, 7)
    other.core.DestroyWindow(first)
    other.connection.flush()
    watcher.wait_for(lambda: first not in watcher.windows and second in watcher.windows, "both")


async def test_changed_properties_are_read(watcher: Watcher, other: XClient) -> None:
    menu = other.window(0, 0, 100, 100, "Old", menu=True)
    watcher.wait_for(lambda: menu in watcher.windows and watcher.windows[menu].title == "Old", "the title")
    other.put(menu, "WM_TRANSIENT_FOR", [5], "WINDOW")
    watcher.wait_for(lambda: watcher.windows[menu].parent == 5, "the parent")
    assert watcher.tracker.description(menu).dialog
    assert not watcher.tracker.description(1).dialog


async def test_windows_for_input_only_are_not_shown(watcher: Watcher, other: XClient) -> None:
    window = int(other.connection.generate_id())
    kind, mask = WindowClass.InputOnly, CW.OverrideRedirect
    other.core.CreateWindow(0, window, other.root, 0, 0, 640, 480, 0, kind, 0, mask, [1])
    other.map(window)
    menu = other.window(0, 0, 100, 100, menu=True)
    watcher.wait_for(lambda: menu in watcher.windows and watcher.windows[menu].mapped, "the menu")
    assert not watcher.windows[window].mapped
