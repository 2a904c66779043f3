"""The window manager, asked by clients as programs ask."""

from __future__ import annotations

from typing import Any

from xcffib.xproto import (
    CW,
    ClientMessageEvent,
    ConfigureNotifyEvent,
    ConfigWindow,
    EventMask,
    InputFocus,
    MapState,
    WindowClass,
)

from moof.bridge.x_display import XDisplay
from moof.bridge.xvfb import Xvfb
from support.x_client import XClient, wait_for

FULL_SCREEN = "_NET_WM_STATE_FULLSCREEN"
WIDE, HIGH = "_NET_WM_STATE_MAXIMIZED_HORZ", "_NET_WM_STATE_MAXIMIZED_VERT"
REMOVE, ADD = 0, 1


def change_state(other: XClient, window: int, action: int, *states: str) -> None:
    other.tell_root(window, "_NET_WM_STATE", action, *(other.atom(state) for state in states))


def shown(screen: XDisplay, other: XClient, window: int) -> None:
    """Wait until a window is visible and listed."""
    wait_for(screen, lambda: window in other.get(other.root, "_NET_CLIENT_LIST"), "the window")
    wait_for(screen, lambda: is_visible(other, window), "the visible window")


def is_visible(other: XClient, window: int) -> bool:
    return bool(other.core.GetWindowAttributes(window).reply().map_state == MapState.Viewable)


async def test_it_says_that_it_is_there_and_what_it_supports(screen: XDisplay, other: XClient) -> None:
    (check,) = other.get(other.root, "_NET_SUPPORTING_WM_CHECK")
    assert other.get(check, "_NET_SUPPORTING_WM_CHECK") == [check]
    assert {FULL_SCREEN, "_NET_ACTIVE_WINDOW", "_NET_CLIENT_LIST_STACKING"} <= other.get_atoms(
        other.root, "_NET_SUPPORTED"
    )
    assert other.get(other.root, "_NET_WORKAREA") == [0, 0, 640, 480]
    assert other.core.GetSelectionOwner(other.atom("WM_S0")).reply().owner == check


async def test_a_window_is_shown_where_its_program_wants_it_but_inside_the_display(
    screen: XDisplay, other: XClient
) -> None:
    window = other.window(20, 30, 300, 200)
    shown(screen, other, window)
    assert other.place(window) == (20, 30, 300, 200)
    assert other.get(window, "WM_STATE") == [1, 0]
    assert other.get(window, "_NET_FRAME_EXTENTS") == [0] * 4
    assert other.get(other.root, "_NET_ACTIVE_WINDOW") == [window]
    assert other.focus() == window
    far = other.window(600, 470, 100, 50, border=0)
    shown(screen, other, far)
    assert other.place(far) == (540, 430, 100, 50)
    other.core.UnmapWindow(far)
    other.connection.flush()
    wait_for(screen, lambda: other.get(far, "WM_STATE") == [0, 0], "the withdrawn window")
    assert other.get(other.root, "_NET_CLIENT_LIST") == [window]


async def test_full_screen_and_back(screen: XDisplay, other: XClient) -> None:
    window = other.window(20, 30, 300, 200)
    shown(screen, other, window)
    change_state(other, window, ADD, FULL_SCREEN)
    wait_for(screen, lambda: other.place(window) == (0, 0, 640, 480), "full screen")
    assert screen.picture() == (0, 0, 640, 480)
    assert other.get_atoms(window, "_NET_WM_STATE") == {FULL_SCREEN}
    other.events()
    other.configure(window, ConfigWindow.Width, 100)
    wait_for(screen, lambda: (640, 480) in told_sizes(other), "the answer")
    change_state(other, window, REMOVE, FULL_SCREEN)
    wait_for(screen, lambda: other.place(window) == (20, 30, 300, 200), "the old place")
    assert other.get_atoms(window, "_NET_WM_STATE") == set()


def told_sizes(other: XClient) -> list[tuple[int, int]]:
    """Return the sizes in ConfigureNotify events that arrived since the last call."""
    return [(e.width, e.height) for e in other.events() if isinstance(e, ConfigureNotifyEvent)]


async def test_maximised_windows_keep_to_their_steps(screen: XDisplay, other: XClient) -> None:
    window = other.unmapped_window(20, 30, 300, 200, border=0)
    other.put(window, "WM_NORMAL_HINTS", [0x40, *[0] * 8, 7, 9, *[0] * 7], "WM_SIZE_HINTS")
    other.put_atoms(window, "_NET_WM_STATE", WIDE, HIGH)
    other.map(window)
    shown(screen, other, window)
    assert other.place(window) == (0, 0, 640 // 7 * 7, 480 // 9 * 9), "a state from before it was mapped"
    change_state(other, window, REMOVE, WIDE, HIGH)
    wait_for(screen, lambda: other.place(window) == (20, 30, 300, 200), "the old place")


async def test_every_request_for_a_place_is_answered(screen: XDisplay, other: XClient) -> None:
    """Programs wait for the answer: SDL for up to 100 ms."""
    window = other.window(20, 30, 300, 200, border=0)
    shown(screen, other, window)
    other.events()
    size = ConfigWindow.Width | ConfigWindow.Height
    for width in (310, 310):
        other.configure(window, size, width, 210)
        wait_for(screen, lambda: (310, 210) in told_sizes(other), "the answer")
    other.configure(window, size, 630, 470)
    wait_for(screen, lambda: other.place(window) == (10, 10, 630, 470), "the larger window, all of it")
    hidden = other.unmapped_window(0, 0, 10, 10)
    other.configure(hidden, size | ConfigWindow.StackMode, 20, 30, 0)
    wait_for(screen, lambda: other.place(hidden) == (0, 0, 20, 30), "a window that is not shown")


async def test_a_modal_dialog_lies_on_its_parent_has_the_keys_and_gives_them_back(
    screen: XDisplay, other: XClient
) -> None:
    window = other.window(100, 100, 300, 200, border=0)
    shown(screen, other, window)
    dialog = other.unmapped_window(0, 0, 100, 50, border=0)
    other.put(dialog, "WM_TRANSIENT_FOR", [window], "WINDOW")
    other.put_atoms(dialog, "_NET_WM_STATE", "_NET_WM_STATE_MODAL")
    other.map(dialog)
    shown(screen, other, dialog)
    wait_for(screen, lambda: other.focus() == dialog, "the focus")
    assert other.place(dialog) == (199, 174, 100, 50), "with an edge of one pixel"
    assert screen.picture() == (100, 100, 300, 200)
    screen.select_at(110, 110)
    other.tell_root(window, "_NET_ACTIVE_WINDOW", 1, 0, 0)
    wait_for(screen, lambda: managed(other) == [window, dialog], "the dialog stays above")
    assert other.focus() == dialog
    other.core.DestroyWindow(dialog)
    other.connection.flush()
    wait_for(screen, lambda: other.focus() == window, "the focus of the parent")


def managed(other: XClient) -> list[int]:
    return other.get(other.root, "_NET_CLIENT_LIST_STACKING")


async def test_the_shown_window_is_raised_and_menus_stay_above_it(display: Xvfb, other: XClient) -> None:
    screen = XDisplay(display.name, display.authority, title="Mac")
    wanted = other.window(0, 0, 100, 100, "A Macintosh")
    shown(screen, other, wanted)
    menu = other.window(10, 10, 50, 50, menu=True)
    large = other.window(0, 0, 600, 400, "Settings")
    shown(screen, other, large)
    wait_for(screen, lambda: managed(other) == [large, wanted], "the order")
    stack = other.stack()
    assert stack.index(large) < stack.index(wanted)
    assert menu in stack
    assert screen.picture() == (2, 2, 100, 100)
    other.tell_root(large, "_NET_ACTIVE_WINDOW", 1, 0, 0)
    assert screen.picture() == (2, 2, 100, 100), "the title counts more"
    screen.close()


async def test_a_window_that_asks_is_shown(screen: XDisplay, other: XClient) -> None:
    small, large = other.window(0, 0, 100, 100), other.window(0, 0, 300, 200)
    shown(screen, other, small)
    shown(screen, other, large)
    other.tell_root(small, "_NET_ACTIVE_WINDOW", 1, 0, 0)
    wait_for(screen, lambda: screen.picture() == (2, 2, 100, 100), "the small window")
    wait_for(screen, lambda: other.focus() == small, "its focus")


async def test_programs_that_set_the_focus_themselves_are_asked_to(screen: XDisplay, other: XClient) -> None:
    window = other.unmapped_window(0, 0, 100, 100)
    other.put(window, "WM_HINTS", [1, 0], "WM_HINTS")
    other.put_atoms(window, "WM_PROTOCOLS", "WM_TAKE_FOCUS")
    other.map(window)
    message: list[Any] = []

    def asked() -> bool:
        message.extend(event for event in other.events() if isinstance(event, ClientMessageEvent))
        return bool(message)

    wait_for(screen, asked, "the message")
    take_focus, time = list(message[0].data.data32)[:2]
    assert take_focus == other.atom("WM_TAKE_FOCUS")
    assert time > 0
    assert other.focus() != window
    other.core.SetInputFocus(InputFocus.PointerRoot, window, time)
    assert other.focus() == window, "the time is one that the display accepts"


async def test_frame_extents_are_told_before_a_window_is_shown(screen: XDisplay, other: XClient) -> None:
    window = other.unmapped_window(0, 0, 100, 100)
    other.tell_root(window, "_NET_REQUEST_FRAME_EXTENTS")
    wait_for(screen, lambda: other.get(window, "_NET_FRAME_EXTENTS") == [0] * 4, "the answer")


async def test_another_window_manager_takes_over(screen: XDisplay, other: XClient) -> None:
    window = other.window(0, 0, 300, 200)
    shown(screen, other, window)
    (check,) = other.get(other.root, "_NET_SUPPORTING_WM_CHECK")
    owner = int(other.connection.generate_id())
    other.core.CreateWindow(0, owner, other.root, -1, -1, 1, 1, 0, WindowClass.InputOnly, 0, 0, [])
    other.core.SetSelectionOwner(owner, other.atom("WM_S0"), 0)
    wait_for(screen, lambda: check not in other.stack(), "the end of the first one")
    events = [EventMask.SubstructureRedirect]
    other.core.ChangeWindowAttributes(other.root, CW.EventMask, events, is_checked=True).check()
    late = other.window(0, 0, 400, 300)
    wait_for(screen, lambda: screen.picture() == (2, 2, 400, 300), "the picture")
    assert other.get(late, "WM_STATE") == []


async def test_it_only_watches_a_display_that_is_managed_already(display: Xvfb, other: XClient) -> None:
    events = [EventMask.SubstructureRedirect]
    other.core.ChangeWindowAttributes(other.root, CW.EventMask, events, is_checked=True).check()
    screen = XDisplay(display.name, display.authority)
    window = other.window(0, 0, 300, 200)
    wait_for(screen, lambda: screen.picture() == (2, 2, 300, 200), "the picture")
    assert other.get(other.root, "_NET_SUPPORTING_WM_CHECK") == []
    assert other.get(window, "WM_STATE") == []
    screen.close()
