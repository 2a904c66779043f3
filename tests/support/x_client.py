"""A client of an X display that opens windows, draws, sets cursors and properties, and receives events."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import xcffib
import xcffib.xproto
from xcffib.xproto import CW, Atom, EventMask, PropMode, WindowClass

from moof.bridge.x_display import XDisplay
from support.waiting import wait_until

_ROOT_EVENTS = EventMask.SubstructureRedirect | EventMask.SubstructureNotify


class XClient:
    """A client of its own on a display."""

    def __init__(self, display: str, authority: Path) -> None:
        """Connect with the cookie in the file `authority`."""
        with _authority(authority):
            self.connection: Any = xcffib.connect(display)
        self.core: Any = self.connection.core
        self.root: int = self.connection.get_setup().roots[0].root

    def window(
        self, x: int, y: int, width: int, height: int, title: str = "", *, border: int = 2, menu: bool = False
    ) -> int:
        """Open a window and map it; a menu is not redirected to the window manager."""
        window = self.unmapped_window(x, y, width, height, title, border=border, menu=menu)
        self.map(window)
        return window

    def unmapped_window(
        self, x: int, y: int, width: int, height: int, title: str = "", *, border: int = 2, menu: bool = False
    ) -> int:
        """Open a window, not visible yet."""
        window = int(self.connection.generate_id())
        mask, values = CW.OverrideRedirect | CW.EventMask, [int(menu), EventMask.StructureNotify]
        kind = WindowClass.InputOutput
        self.core.CreateWindow(0, window, self.root, x, y, width, height, border, kind, 0, mask, values)
        text = title.encode()
        self.core.ChangeProperty(PropMode.Replace, window, Atom.WM_NAME, Atom.STRING, 8, len(text), text)
        self.connection.flush()
        return window

    def map(self, window: int) -> None:
        """Ask for a window to be shown."""
        self.core.MapWindow(window)
        self.connection.flush()

    def atom(self, name: str) -> int:
        """Return the number of an atom."""
        return int(self.core.InternAtom(False, len(name), name).reply().atom)

    def put(self, window: int, name: str, words: Sequence[int], kind: str = "CARDINAL") -> None:
        """Set a property of 32-bit words."""
        data = struct.pack(f"={len(words)}I", *words)
        arguments = (self.atom(name), self.atom(kind), 32, len(words), data)
        self.core.ChangeProperty(PropMode.Replace, window, *arguments)
        self.connection.flush()

    def put_atoms(self, window: int, name: str, *values: str) -> None:
        """Set a property of atoms."""
        self.put(window, name, [self.atom(value) for value in values], "ATOM")

    def get(self, window: int, name: str) -> list[int]:
        """Return a property of 32-bit words, [] if it is not there."""
        reply = self.core.GetProperty(False, window, self.atom(name), 0, 0, 1024).reply()
        raw = bytes(reply.value.buf()) if reply.format == 32 else b""
        return list(struct.unpack(f"={len(raw) // 4}I", raw))

    def get_atoms(self, window: int, name: str) -> set[str]:
        """Return the names in a property of atoms."""
        replies = [self.core.GetAtomName(atom).reply() for atom in self.get(window, name)]
        return {bytes(reply.name.buf()).decode() for reply in replies}

    def tell_root(self, window: int, kind: str, *words: int) -> None:
        """Send a client message about a window to the window manager."""
        data = (list(words) + [0] * 5)[:5]
        message = struct.pack("=BB2xII5I", 33, 32, window, self.atom(kind), *data)
        self.core.SendEvent(False, self.root, _ROOT_EVENTS, message)
        self.connection.flush()

    def configure(self, window: int, mask: int, *values: int) -> None:
        """Ask for another place of a window."""
        self.core.ConfigureWindow(window, mask, list(values))
        self.connection.flush()

    def place(self, window: int) -> tuple[int, int, int, int]:
        """Return x, y (of the border's corner), width and height of a window."""
        found = self.core.GetGeometry(window).reply()
        return found.x, found.y, found.width, found.height

    def focus(self) -> int:
        """Return the window that has the keyboard focus."""
        return int(self.core.GetInputFocus().reply().focus)

    def stack(self) -> list[int]:
        """Return the windows of the root, the lowest first."""
        return list(self.core.QueryTree(self.root).reply().children)

    def events(self) -> list[Any]:
        """Return the events that have arrived."""
        found = []
        while (event := self.connection.poll_for_event()) is not None:
            found.append(event)
        return found

    def fill(self, window: int, x: int, y: int, width: int, height: int) -> None:
        """Draw a box."""
        context = self.connection.generate_id()
        self.core.CreateGC(context, window, xcffib.xproto.GC.Foreground, [0xFF0000])
        self.core.PolyFillRectangle(
            window, context, 1, [xcffib.xproto.RECTANGLE.synthetic(x, y, width, height)]
        )
        self.connection.flush()

    def point(self, window: int, *, visible: bool) -> None:
        """Give the window a cursor of one pixel, or of none, and move the pointer onto it."""
        core, pixmap, context = self.core, *(self.connection.generate_id() for _ in range(2))
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


def wait_for(screen: XDisplay, condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds, while our client on the display processes its events."""

    def holds() -> bool:
        screen.process_events()
        return condition()

    wait_until(holds, what)


@contextlib.contextmanager
def _authority(path: Path) -> Iterator[None]:
    before = os.environ.get("XAUTHORITY")
    os.environ["XAUTHORITY"] = str(path)
    try:
        yield
    finally:
        del os.environ["XAUTHORITY"]
        if before is not None:
            os.environ["XAUTHORITY"] = before
