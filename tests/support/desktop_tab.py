"""A browser's window on an X display, used by real keys and a real mouse: no driver makes its events."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from support.browser_tabs import BrowserTab
from support.browsers import SIZE, WINDOWS, BrowserWindow
from support.processes import descendants
from support.waiting import wait_until
from support.x_desktop import XDesktop, x_display
from support.x_keyboard import XKeyboard, x_code

_NAMED: Final = {
    "Enter": "enter",
    "Escape": "esc",
    "Shift": "leftshift",
    "Alt": "leftalt",
    "Control": "leftctrl",
}
"""The keys that tests of all browsers name (support.browser_tabs.KEYS)."""
_PAGE_PROCESSES: Final = {
    "chromium": "--type=renderer",
    "firefox": "-contentproc",
    "webkit": "WebKitWebProcess",
}
"""What the command lines of the processes that run pages contain."""
_ORIGIN: Final = """
return typeof mozInnerScreenX === "number" ? [mozInnerScreenX, mozInnerScreenY]
  : [screenX + (outerWidth - innerWidth) / 2, screenY + outerHeight - innerHeight];
"""
"""The viewport's position on the screen; the windows have no lower edge."""

_ADD_PROBE: Final = """
window.probed = [];
const panel = document.body.appendChild(document.createElement("div"));
Object.assign(panel, { className: "panel", id: "probe" });
const field = panel.appendChild(document.createElement("input"));
field.addEventListener("keydown", ({ key, code }) => {
  if (!/^(Shift|Alt)/.test(code)) window.probed.push(key);
});
field.focus();
"""
"""Adds a text field whose keys are not the Mac's."""
_ADD_SHIFT_PROBE: Final = """
window.shiftWasReleased = false;
const released = ({ code }) => {
  if (code !== "ShiftLeft") return;
  window.shiftWasReleased = true;
  removeEventListener("keyup", released, { capture: true });
};
addEventListener("keyup", released, { capture: true });
"""
_REMOVE_PROBE: Final = "document.getElementById('probe').remove(); document.getElementById('screen').focus();"


class DesktopTab(BrowserTab):
    """A browser's only tab, whose window has the display's keyboard and mouse."""

    def __init__(self, window: BrowserWindow, desktop: XDesktop) -> None:
        self.name = window.tab.name
        self.desktop = desktop
        self.keyboard = XKeyboard(desktop)
        self._window = window

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""
        self._window.tab.open(url)
        self.desktop.focus_browser()
        self.move(10, 10)  # into the page
        self.button_down()
        self.button_up()

    def evaluate(self, body: str) -> Any:
        """Run the body of an async function in the page and return its JSON result."""
        return self._window.tab.evaluate(body)

    def key_down(self, key: str) -> None:
        """Press a key; that of a character is pressed without Shift."""
        self.desktop.key(self._code(key), down=True)

    def key_up(self, key: str) -> None:
        """Release a key."""
        self.desktop.key(self._code(key), down=False)

    def move(self, x: float, y: float) -> None:
        """Move the pointer."""
        left, top = self.evaluate(_ORIGIN)
        self.desktop.move(round(left + x), round(top + y))

    def button_down(self) -> None:
        """Press the main button."""
        self.desktop.button(1, down=True)

    def button_up(self) -> None:
        """Release the main button."""
        self.desktop.button(1, down=False)

    def set_layout(self, layout: str, variant: str = "") -> None:
        """Change the keyboard's layout and wait until the browser knows it."""
        character = self.keyboard.set_layout(layout, variant)
        if not character:
            return
        self.evaluate(_ADD_PROBE)
        typed = itertools.count(1)

        def is_known() -> bool:
            self.keyboard.type(character)
            count = next(typed)
            wait_until(lambda: self.evaluate("return window.probed.length") >= count, "the key in the page")
            return character in self.evaluate("return window.probed")

        wait_until(is_known, f"the layout {layout} {variant} in {self.name}")
        self.evaluate(_REMOVE_PROBE)

    def wait_for_keys(self) -> None:
        """Wait until the page has had all keys so far: it reports the release of one more.

        A dead key that is still being composed when the focus leaves the page spoils WebKitGTK's next one.
        Chromium does not report Shift's release while it composes, and needs no wait.
        """
        self.evaluate(_ADD_SHIFT_PROBE)
        self.keyboard.tap("leftshift")
        wait_until(lambda: self.evaluate("return window.shiftWasReleased"), f"the keys in {self.name}")

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop the processes that run pages; the browser itself goes on."""
        pids = list(self._page_processes())
        assert pids
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def _page_processes(self) -> Iterator[int]:
        for pid in descendants(self._window.pid):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if _PAGE_PROCESSES[self.name] in Path(f"/proc/{pid}/cmdline").read_text():
                    yield pid

    def _code(self, key: str) -> int:
        return x_code(_NAMED[key]) if key in _NAMED else self.keyboard.strokes(key)[0].code


@contextlib.contextmanager
def desktop_tab(browser: str) -> Iterator[DesktopTab]:
    """Start a browser on a display of its own."""
    with x_display(*SIZE) as display, WINDOWS[browser](display) as window:
        desktop = XDesktop(display)
        try:
            yield DesktopTab(window, desktop)
        finally:
            desktop.close()
