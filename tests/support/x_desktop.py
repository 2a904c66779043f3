"""A display of its own, with mouse, keyboard and input focus, as a browser's user has them."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any, Final

import xcffib
import xcffib.xproto
import xcffib.xtest

from support.processes import started
from support.waiting import wait_for_value, wait_until

# X's event numbers (X.h).
_KEY_PRESS, _KEY_RELEASE, _BUTTON_PRESS, _BUTTON_RELEASE, _MOTION = 2, 3, 4, 5, 6
_VIEWABLE: Final = 2
_MIN_WINDOW: Final = 400
"""Smallest width and height of a browser's window; it has small ones for its own use."""


@contextlib.contextmanager
def x_display(width: int, height: int) -> Iterator[str]:
    """Start an X server without a screen and return its DISPLAY."""
    program = shutil.which("Xvfb")
    assert program is not None, "Xvfb is not installed: `apt install xvfb`."
    command = [
        program,
        "-displayfd",
        "1",
        "-screen",
        "0",
        f"{width}x{height}x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    with started(command, "") as (_, number):
        yield f":{number}"


class XDesktop:
    """The devices of a display by XTEST, and the input focus. There is no window manager."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.connection: Any = xcffib.connect(display)
        self.setup = self.connection.get_setup()
        self._core: Any = self.connection.core
        self._root = self.setup.roots[0].root
        self._test: Any = self.connection(xcffib.xtest.key)
        self._other_window = self._create_window()

    def close(self) -> None:
        """Close the connection."""
        self.connection.disconnect()

    def key(self, code: int, *, down: bool) -> None:
        """Press or release a key, by its X key code."""
        self._input(_KEY_PRESS if down else _KEY_RELEASE, code)

    def button(self, number: int, *, down: bool) -> None:
        """Press or release a button, by its X number: 1 is the main one."""
        self._input(_BUTTON_PRESS if down else _BUTTON_RELEASE, number)

    def move(self, x: int, y: int) -> None:
        """Move the pointer to a pixel of the display."""
        self._input(_MOTION, 0, x, y)

    def focus_browser(self) -> None:
        """Give the keyboard to the browser's window."""
        wait_until(self._windows, "the browser's window")
        self._focus(self._windows()[-1])

    def focus_other_window(self) -> None:
        """Give the keyboard to another window."""
        self._focus(self._other_window)

    @contextlib.contextmanager
    def grabbed_keyboard(self) -> Iterator[None]:
        """Take all key events, as a window manager does while its menu or list of windows is open."""
        grab = self._core.GrabKeyboard(
            False, self._root, 0, xcffib.xproto.GrabMode.Async, xcffib.xproto.GrabMode.Async
        )
        assert grab.reply().status == xcffib.xproto.GrabStatus.Success
        try:
            yield
        finally:
            self._core.UngrabKeyboard(0)
            self._sync()

    def _create_window(self) -> int:
        """Map a window of one pixel, which window managers would leave alone."""
        window = int(self.connection.generate_id())
        visual = self.setup.roots[0].root_visual
        self._core.CreateWindow(
            *(0, window, self._root, 0, 0, 1, 1, 0, xcffib.xproto.WindowClass.InputOutput, visual),
            *(xcffib.xproto.CW.OverrideRedirect, [1]),
        )
        self._core.MapWindow(window)
        return window

    def _input(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        self._test.FakeInput(kind, detail, 0, self._root, x, y, 0)
        self._sync()

    def _focus(self, window: int) -> None:
        self._core.SetInputFocus(xcffib.xproto.InputFocus.PointerRoot, window, 0)
        wait_for_value(lambda: self._core.GetInputFocus().reply().focus, window, "the input focus")

    def _windows(self) -> list[int]:
        found = []
        for window in self._core.QueryTree(self._root).reply().children:
            with contextlib.suppress(xcffib.xproto.WindowError, xcffib.xproto.DrawableError):
                size = self._core.GetGeometry(window).reply()
                attributes = self._core.GetWindowAttributes(window).reply()
                if attributes.map_state == _VIEWABLE and min(size.width, size.height) >= _MIN_WINDOW:
                    found.append(int(window))
        return found

    def _sync(self) -> None:
        """Return when the server has processed everything."""
        self._core.GetInputFocus().reply()
