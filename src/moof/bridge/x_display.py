"""Our X client on the private display: receives drawing and the cursor, sends input, manages the windows.

A change is reported once (DAMAGE's NonEmpty level). `take_damage` then fetches and clears the damaged region
in one round trip, after which the framebuffer contains at least that; later drawing is reported again.
"""

import logging
import os
import struct
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final

import xcffib
import xcffib.damage
import xcffib.randr
import xcffib.xfixes
import xcffib.xkb
import xcffib.xproto
import xcffib.xtest

from moof.bridge.errors import BridgeError, DisplayError
from moof.bridge.window_manager import WindowManager
from moof.geometry import Rect


class PointerStyle(Enum):
    """Who draws the pointer, as concluded from the X cursor over the program's window."""

    GUEST = auto()
    """The program hides the X cursor: the guest draws a pointer of its own."""
    PROGRAM = auto()
    """The program created a cursor, such as the Mac's: it stays in the picture."""
    DESKTOP = auto()
    """A standard arrow: the browser's own pointer replaces it."""


def pointer_style(pixels: list[int], name: str) -> PointerStyle:
    """Return the style of a cursor, by its ARGB pixels and by the name that cursors of a theme have."""
    if not any(pixel >> 24 for pixel in pixels):
        return PointerStyle.GUEST
    return PointerStyle.DESKTOP if name else PointerStyle.PROGRAM


LOG: Final = logging.getLogger(__name__)

_EXTENSIONS: Final = {
    "DAMAGE": (xcffib.damage, (1, 1)),
    "XFIXES": (xcffib.xfixes, (5, 0)),
    "XTEST": (xcffib.xtest, (2, 2)),
}
_CORE_KEYBOARD: Final = 0x100  # XkbUseCoreKbd
_LOCK_MASK: Final = 2
_REPEAT_OFF: Final = 0


class XDisplay:
    """A connection to the display, used by one thread; `descriptor` is readable when there are events."""

    def __init__(self, display: str, authority: Path, title: str = "") -> None:
        """Connect with the cookie in the file `authority`; a window with that title is preferred.

        Raises BridgeError.
        """
        self.connection = connect_display(display, authority)
        self.descriptor = int(self.connection.get_file_descriptor())
        """For a poll. It is known also when the display has ended, and the connection tells no longer."""
        setup = self.connection.get_setup().roots[0]
        self.root = setup.root
        self.width, self.height = setup.width_in_pixels, setup.height_in_pixels
        self._manager = WindowManager(self.connection, self.root, (self.width, self.height), title)
        self.style = PointerStyle.DESKTOP
        self.damaged = True
        """Whether anything was drawn since the last `take_damage`."""
        self._hidden = False
        self._extensions = {name: self._extension(name) for name in _EXTENSIONS}
        self._keyboard = self.connection(xcffib.xkb.key)
        self._keyboard.UseExtension(1, 0)
        self._watch()

    def process_events(self) -> None:
        """Process all events, so that `damaged`, `style` and `picture` are up to date.

        Raises DisplayError if the display has ended.
        """
        # Sending may read events into xcb's queue, for which the descriptor does not become readable again.
        while self._handle_events():
            self._manager.arrange()
            self.connection.flush()

    def picture(self) -> Rect:
        """Return the rectangle of the display to show; empty if there is no window."""
        return self._manager.windows.picture()

    def select_at(self, x: int, y: int) -> None:
        """Queue what gives the focus to the window at a position of the display, for a click there."""
        self._manager.select_at(x, y)

    @property
    def answers(self) -> int:
        """How often a program has answered `ask`."""
        return self._manager.answers

    def askable_window(self) -> int:
        """Return the window with the focus if its program answers questions, else 0."""
        return self._manager.askable_window()

    def ask(self, window: int) -> None:
        """Send the question whether the window's program handles its events; `answers` counts the answers."""
        self._manager.ask(window)
        self.connection.flush()

    def take_damage(self) -> Rect:
        """Return the smallest rectangle around what was drawn since the last call, and clear it."""
        xfixes, damage = self._extensions["XFIXES"], self._extensions["DAMAGE"]
        try:
            damage.Subtract(self._damage, 0, self._region)
            extents = xfixes.FetchRegion(self._region).reply().extents
        except xcffib.XcffibException as error:
            raise DisplayError(f"the display has ended: {error}") from error
        self.damaged = False
        return Rect(extents.x, extents.y, extents.width, extents.height)

    def fake_input(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        """Queue an event by XTEST, as from a device; `flush` sends it."""
        self._extensions["XTEST"].FakeInput(kind, detail, 0, self.root, x, y, 0)

    def wait_until_processed(self) -> None:
        """Return when the display has processed what is queued, in one round trip."""
        try:
            self.connection.core.GetInputFocus().reply()
        except xcffib.XcffibException:
            pass  # the display has ended, as `process_events` says

    def caps_locked(self) -> bool:
        """Return whether Caps Lock is on for X, in one round trip (XkbGetState)."""
        try:
            state = self._keyboard.GetState(_CORE_KEYBOARD).reply()
        except xcffib.XcffibException:
            return False  # the display has ended, as `process_events` says
        return bool(state.lockedMods & _LOCK_MASK)

    def flush(self) -> None:
        """Send queued requests; `process_events` must follow, see there."""
        self.connection.flush()

    def close(self) -> None:
        """Disconnect."""
        try:
            self.connection.disconnect()
        except xcffib.XcffibException:
            pass

    def _extension(self, name: str) -> Any:
        module, version = _EXTENSIONS[name]
        try:
            extension = self.connection(module.key)
            query = extension.GetVersion if name == "XTEST" else extension.QueryVersion
            query(*version).reply()
        except xcffib.XcffibException as error:
            raise BridgeError(f"the display has no {name} extension") from error
        return extension

    def _watch(self) -> None:
        """Select the events that are needed, and add the windows that exist already."""
        core, xfixes, damage = self.connection.core, self._extensions["XFIXES"], self._extensions["DAMAGE"]
        core.ChangeKeyboardControl(xcffib.xproto.KB.AutoRepeatMode, [_REPEAT_OFF])
        self._damage, self._region = self.connection.generate_id(), self.connection.generate_id()
        xfixes.CreateRegion(self._region, 0, [])
        damage.Create(self._damage, self.root, xcffib.damage.ReportLevel.NonEmpty)
        xfixes.SelectCursorInput(self.root, xcffib.xfixes.CursorNotifyMask.DisplayCursor)
        self._plain_cursor = xfixes.GetCursorImage().reply().cursor_serial
        self._hide_cursor(True)
        self._manager.start()
        self.process_events()

    def _handle_events(self) -> bool:
        """Handle all queued events; return whether there were any."""
        count = 0
        for event in self._events():
            self._handle(event)
            count += 1
        return count > 0

    def _events(self) -> Iterator[Any]:
        while True:
            try:
                event = self.connection.poll_for_event()
            except xcffib.ConnectionException as error:
                raise DisplayError(f"the display has ended: {error}") from error
            except xcffib.XcffibException as error:
                # For a window that was just destroyed. Other events of the same batch may be lost: assume
                # that everything was drawn again.
                LOG.debug("X error: %r", error)
                self.damaged = True
                continue
            if event is None:
                return
            yield event

    def _handle(self, event: Any) -> None:
        match event:
            case xcffib.damage.NotifyEvent():
                self.damaged = True
            case xcffib.xfixes.CursorNotifyEvent():
                self._update_cursor(event.cursor_serial)
            case _:
                self._manager.handle(event)

    def _update_cursor(self, serial: int) -> None:
        if serial == self._plain_cursor:
            self.style = PointerStyle.DESKTOP
        else:
            try:
                image = self._extensions["XFIXES"].GetCursorImageAndName().reply()
            except xcffib.XcffibException:
                return
            raw = struct.pack(f"={image.width * image.height}I", *image.cursor_image)
            pixels = list(struct.unpack(f"={len(raw) // 4}I", raw))
            self.style = pointer_style(pixels, bytes(image.name.buf()).decode("latin-1"))
        self._hide_cursor(self.style is not PointerStyle.PROGRAM)

    def _hide_cursor(self, hidden: bool) -> None:
        if hidden != self._hidden:
            xfixes = self._extensions["XFIXES"]
            (xfixes.HideCursor if hidden else xfixes.ShowCursor)(self.root)
            self._hidden = hidden


def connect_display(display: str, authority: Path) -> Any:
    """Connect to a display with the cookie in the file `authority`. Raises BridgeError."""
    # The library has an argument for the cookie, but frees its memory before it is used.
    before = os.environ.get("XAUTHORITY")
    os.environ["XAUTHORITY"] = str(authority)
    try:
        return xcffib.connect(display)
    except xcffib.XcffibException as error:
        raise DisplayError(f"the display {display} cannot be used: {error}") from error
    finally:
        del os.environ["XAUTHORITY"]
        if before is not None:
            os.environ["XAUTHORITY"] = before
