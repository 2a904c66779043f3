"""Our client on the display, and another one that opens windows, draws and sets cursors."""

from __future__ import annotations

import os
import select
import signal

import pytest
from xcffib.xproto import MapState

from moof.bridge.errors import BridgeError
from moof.bridge.x_display import PointerStyle, XDisplay, pointer_style
from moof.bridge.xvfb import Xvfb
from support.waiting import wait_until
from support.x_client import XClient, wait_for

KEY_PRESS, KEY_RELEASE, KEY = 2, 3, 38


def test_pointer_style() -> None:
    assert pointer_style([0, 0x00FFFFFF], "left_ptr") is PointerStyle.GUEST
    assert pointer_style([0xFF000000], "left_ptr") is PointerStyle.DESKTOP
    assert pointer_style([0xFF000000], "") is PointerStyle.PROGRAM


async def test_existing_and_new_windows_are_found(display: Xvfb, other: XClient) -> None:
    other.window(20, 30, 300, 200)
    assert other.focus() != 0  # so it is there
    screen = XDisplay(display.name, display.authority, title="Mac")
    early = 22, 32, 300, 200  # without its border
    wait_for(screen, lambda: screen.picture() == early, "the window")
    late = other.window(0, 0, 100, 100, title="A Macintosh")
    wait_for(screen, lambda: screen.picture() == (2, 2, 100, 100), "the window")
    wait_for(screen, lambda: other.focus() == late, "the focus")
    other.core.DestroyWindow(late)
    other.connection.flush()
    wait_for(screen, lambda: screen.picture() == early, "the window")
    screen.close()


async def test_damage_is_reported_once(display: Xvfb, other: XClient) -> None:
    screen = XDisplay(display.name, display.authority)
    window = other.window(20, 30, 300, 200)
    wait_for(screen, lambda: not screen.picture().is_empty, "the window")
    screen.take_damage()
    screen.process_events()
    other.fill(window, 3, 4, 10, 5)
    wait_for(screen, lambda: screen.damaged, "the news")
    assert screen.take_damage() == (25, 36, 10, 5)
    screen.process_events()
    assert not screen.damaged
    screen.close()


def is_visible(other: XClient, window: int) -> bool:
    return bool(other.core.GetWindowAttributes(window).reply().map_state == MapState.Viewable)


async def test_events_read_while_sending_are_processed(
    display: Xvfb, other: XClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = XDisplay(display.name, display.authority)
    flush, late = screen.connection.flush, other.unmapped_window(0, 0, 300, 200)
    mapped = False

    def flush_late() -> None:
        nonlocal mapped
        if not mapped:
            mapped = True
            other.map(late)
            select.select([screen.descriptor], [], [])
        flush()

    other.window(0, 0, 100, 100)
    select.select([screen.descriptor], [], [])
    monkeypatch.setattr(screen.connection, "flush", flush_late)
    while not mapped:
        screen.process_events()
    wait_until(lambda: is_visible(other, late), "the window, without another call")
    screen.close()


async def test_cursor_gives_the_pointer_style(display: Xvfb, other: XClient) -> None:
    screen = XDisplay(display.name, display.authority)
    window = other.window(0, 0, 300, 200)
    wait_for(screen, lambda: not screen.picture().is_empty, "the window")
    assert screen.style is PointerStyle.DESKTOP
    for visible, style in ((False, PointerStyle.GUEST), (True, PointerStyle.PROGRAM)):
        other.point(window, visible=visible)
        wait_for(screen, lambda style=style: screen.style is style, style.name)  # type: ignore[misc]
    screen.close()


async def test_a_key_has_arrived_when_it_is_processed(screen: XDisplay, other: XClient) -> None:
    for kind, down in ((KEY_PRESS, 1), (KEY_RELEASE, 0)):
        screen.fake_input(kind, KEY)
        screen.wait_until_processed()
        assert other.core.QueryKeymap().reply().keys[KEY // 8] >> KEY % 8 & 1 == down


async def test_a_display_that_ends_is_an_error(display: Xvfb) -> None:
    screen = XDisplay(display.name, display.authority)
    os.kill(display.pid, 9)
    await display.wait()
    screen.wait_until_processed()
    with pytest.raises(BridgeError, match="has ended"):
        screen.take_damage()
    with pytest.raises(BridgeError, match="has ended"):
        screen.process_events()
    screen.close()


async def test_a_display_that_was_killed_is_reported_and_can_be_closed(display: Xvfb) -> None:
    screen = XDisplay(display.name, display.authority)
    descriptor = screen.descriptor
    os.kill(display.pid, signal.SIGKILL)
    await display.wait()
    with pytest.raises(BridgeError, match="the display has ended"):
        screen.process_events()
    assert screen.descriptor == descriptor
    screen.close()
