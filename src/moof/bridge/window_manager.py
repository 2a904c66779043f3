"""A small window manager for the private display: what programs expect of one (ICCCM; EWMH 1.5).

It puts no title bars on windows and never closes, hides or minimises one. Full screen and maximising give a
window the display's size; dialogs stand above the shown window and get the keys; a program that asks for
another place or size of its own window gets it. A window manager that a program brings takes over
(`openbox --replace`): this one then only watches.
"""

import logging
import struct
from typing import Any, Final

import xcffib
import xcffib.xproto
from xcffib.xproto import CW, Atom, ConfigWindow, EventMask, InputFocus, StackMode, WindowClass

from moof.bridge.window_placement import dialog_place, inside
from moof.bridge.window_properties import WindowProperties
from moof.bridge.window_states import FULL_SCREEN, HIGH, MODAL, STATES, WIDE, WindowState
from moof.bridge.window_tracker import WindowTracker
from moof.bridge.windows import Windows
from moof.geometry import Rect

LOG: Final = logging.getLogger(__name__)

_NAME: Final = "Moof"
_PING: Final = "_NET_WM_PING"
_CLOCK: Final = "_MOOF_CLOCK"
_SUPPORTED: Final = (
    "_NET_SUPPORTED", "_NET_SUPPORTING_WM_CHECK", "_NET_WM_NAME", "_NET_CLIENT_LIST",
    "_NET_CLIENT_LIST_STACKING", "_NET_ACTIVE_WINDOW", "_NET_WM_STATE", FULL_SCREEN, WIDE, HIGH, MODAL,
    "_NET_WM_WINDOW_TYPE", "_NET_WM_WINDOW_TYPE_NORMAL", "_NET_WM_WINDOW_TYPE_DIALOG", "_NET_FRAME_EXTENTS",
    "_NET_REQUEST_FRAME_EXTENTS", "_NET_NUMBER_OF_DESKTOPS", "_NET_CURRENT_DESKTOP", "_NET_DESKTOP_GEOMETRY",
    "_NET_DESKTOP_VIEWPORT", "_NET_WORKAREA", "_NET_WM_DESKTOP", _PING,
)  # fmt: skip
_OTHER_NAMES: Final = ("WM_S0", "MANAGER", "WM_STATE", "WM_PROTOCOLS", "WM_TAKE_FOCUS", _CLOCK)
_WITHDRAWN, _NORMAL = 0, 1  # of WM_STATE
_NONE, _NOW = 0, 0
_EDGE: Final = 0x606060  # a line around dialogs: both windows may have the same background
_CLIENT_MESSAGE: Final = 33
_ROOT_EVENTS: Final = EventMask.SubstructureNotify | EventMask.StructureNotify
_GEOMETRY: Final = (
    ConfigWindow.X | ConfigWindow.Y | ConfigWindow.Width | ConfigWindow.Height | ConfigWindow.BorderWidth
)
_STACKING: Final = ConfigWindow.Sibling | ConfigWindow.StackMode


class WindowManager:
    """Manages the windows of a display, in the thread of its connection; `windows` is the model of them."""

    def __init__(self, connection: Any, root: int, size: tuple[int, int], title: str = "") -> None:
        """A window whose title contains `title` is preferred; `size` is the display's in pixels."""
        self.windows = Windows(title, size)
        self.answers = 0
        """How often a program has answered `ask`."""
        self._connection = connection
        self._core = connection.core
        self._root = root
        self._properties = WindowProperties(connection, (*_SUPPORTED, *_OTHER_NAMES))
        self._tracker = WindowTracker(connection, root, self.windows, self._properties)
        self._states: dict[int, WindowState] = {}
        self._focused = _NONE
        self._lists: tuple[list[int], list[int]] | None = None
        self._check = int(connection.generate_id())
        self._active = False
        self._changed = True

    def start(self) -> None:
        """Begin to manage, with the windows that exist already; only watch if another one manages."""
        self._active = self._redirect()
        if self._active:
            self._announce()
        for window in self._tracker.find():
            self._manage(window)

    def handle(self, event: Any) -> None:
        """Handle one event of the connection; `arrange` must follow."""
        self._changed = True
        match event:
            case xcffib.xproto.MapRequestEvent():
                self._map(event.window)
            case xcffib.xproto.ConfigureRequestEvent():
                self._configure_requested(event)
            case xcffib.xproto.ClientMessageEvent() if event.format == 32:
                self._message(event)
            case xcffib.xproto.SelectionClearEvent() if event.owner == self._check:
                self._retire()
            case _:
                self._follow(event)

    def _follow(self, event: Any) -> None:
        """Handle an event that says what has happened."""
        match event:
            case xcffib.xproto.ConfigureNotifyEvent() if event.window == self._root:
                self._resized(event.width, event.height)
            case xcffib.xproto.PropertyNotifyEvent() if event.atom == self._properties[_CLOCK]:
                if self._focused:
                    self._send(self._focused, "WM_PROTOCOLS", [self._properties["WM_TAKE_FOCUS"], event.time])
            case _:
                self._tracker.handle(event)
                if isinstance(event, xcffib.xproto.UnmapNotifyEvent | xcffib.xproto.DestroyNotifyEvent):
                    self._forget(event.window)

    def arrange(self) -> None:
        """Raise what is shown, set the focus and update the lists of windows, as far as it is not so yet."""
        if not (self._active and self._changed):
            return
        self._changed = False
        for window, below in self.windows.restack():
            self._core.ConfigureWindow(window, _STACKING, [below, StackMode.Above])
        if (focus := self.windows.focus()) != self._focused:
            self._focused = focus
            self._focus(focus)
        lists = list(self._states), self.windows.managed()
        if lists != self._lists:
            self._lists = lists
            self._properties.set(self._root, "_NET_CLIENT_LIST", lists[0], Atom.WINDOW)
            self._properties.set(self._root, "_NET_CLIENT_LIST_STACKING", lists[1], Atom.WINDOW)

    def select_at(self, x: int, y: int) -> None:
        """Give the focus to the shown window at a position, which is about to be clicked."""
        self.windows.clicked(x, y)
        self._changed = True
        self.arrange()

    def askable_window(self) -> int:
        """Return the window with the focus if its program answers questions, else 0."""
        return self._focused if self._tracker.description(self._focused).answers else _NONE

    def ask(self, window: int) -> None:
        """Send the question whether the program handles its events (_NET_WM_PING)."""
        self._send(window, "WM_PROTOCOLS", [self._properties[_PING], _NOW, window])

    def _redirect(self) -> bool:
        events = _ROOT_EVENTS | EventMask.SubstructureRedirect
        try:
            self._core.ChangeWindowAttributes(self._root, CW.EventMask, [events], is_checked=True).check()
        except xcffib.xproto.AccessError:
            LOG.info("Another window manager manages the display.")
            self._core.ChangeWindowAttributes(self._root, CW.EventMask, [_ROOT_EVENTS])
            return False
        return True

    def _announce(self) -> None:
        """Set the root window's properties that say what there is, and take the managers' selection."""
        properties, root, check = self._properties, self._root, self._check
        mask, values = CW.OverrideRedirect | CW.EventMask, [1, EventMask.PropertyChange]
        self._core.CreateWindow(0, check, root, -1, -1, 1, 1, 0, WindowClass.InputOnly, 0, mask, values)
        properties.set_text(check, "_NET_WM_NAME", _NAME)
        for window in (root, check):
            properties.set(window, "_NET_SUPPORTING_WM_CHECK", [check], Atom.WINDOW)
        properties.set(root, "_NET_SUPPORTED", [properties[name] for name in _SUPPORTED], Atom.ATOM)
        properties.set(root, "_NET_NUMBER_OF_DESKTOPS", [1])
        properties.set(root, "_NET_CURRENT_DESKTOP", [0])
        properties.set(root, "_NET_DESKTOP_VIEWPORT", [0, 0])
        properties.set(root, "_NET_ACTIVE_WINDOW", [_NONE], Atom.WINDOW)
        self._announce_size()
        self._core.SetSelectionOwner(check, properties["WM_S0"], _NOW)
        self._send(root, "MANAGER", [_NOW, properties["WM_S0"], check], EventMask.StructureNotify)

    def _announce_size(self) -> None:
        self._properties.set(self._root, "_NET_DESKTOP_GEOMETRY", self.windows.size)
        self._properties.set(self._root, "_NET_WORKAREA", [0, 0, *self.windows.size])

    def _retire(self) -> None:
        """Leave the display to another window manager, which waits until the check window is gone."""
        LOG.info("The program's window manager takes over.")
        self._active = False
        self._states.clear()
        self._core.ChangeWindowAttributes(self._root, CW.EventMask, [_ROOT_EVENTS])
        for name in ("_NET_SUPPORTED", "_NET_SUPPORTING_WM_CHECK"):
            self._properties.delete(self._root, name)
        self._core.DestroyWindow(self._check)

    def _resized(self, width: int, height: int) -> None:
        if (width, height) != self.windows.size:
            self.windows.size = width, height
            self._announce_size()
            for window in self._states:
                self._apply(window)

    def _map(self, window: int) -> None:
        """Show a window as its program asks."""
        if window in self.windows and self._tracker.describe(window):
            self._place_first(window)
            self._manage(window)
        self._core.MapWindow(window)

    def _manage(self, window: int) -> None:
        states = self._properties.names(self._tracker.description(window).states)
        self._states[window] = WindowState(set(STATES.intersection(states)))
        self._apply(window)
        self._properties.set(window, "WM_STATE", [_NORMAL, _NONE], self._properties["WM_STATE"])
        self._properties.set(window, "_NET_FRAME_EXTENTS", [0, 0, 0, 0])
        self._properties.set(window, "_NET_WM_DESKTOP", [0])

    def _forget(self, window: int) -> None:
        if self._states.pop(window, None) and window in self.windows:
            self._properties.set(window, "WM_STATE", [_WITHDRAWN, _NONE], self._properties["WM_STATE"])
            self._properties.delete(window, "_NET_WM_STATE")

    def _place_first(self, window: int) -> None:
        """Move a new dialog, with an edge, above the window it belongs to, others into the display."""
        new, shown = self.windows[window], self.windows.shown()
        parent = next((other for other in shown if other.id == new.parent), shown[0] if shown else None)
        place, border, screen = new.place, new.border, Rect.whole(*self.windows.size)
        if new.dialog and parent:
            place, border = dialog_place(place, parent.place, screen), max(border, 1)
            self._core.ChangeWindowAttributes(window, CW.BorderPixel, [_EDGE])
        else:
            place = inside(place, screen)
        if (place, border) != (new.place, new.border):
            self._configure(window, place, border)

    def _apply(self, window: int) -> None:
        """Give a window the place of its states, and tell its program."""
        state, found = self._states[window], self.windows[window]
        sizes = self._tracker.description(window).sizes
        place, border = state.place(found.place, found.border, Rect.whole(*self.windows.size), sizes)
        if (place, border) != (found.place, found.border):
            self._configure(window, place, border)
        self.windows.described(window, modal=MODAL in state.names)
        atoms = [self._properties[name] for name in sorted(state.names)]
        self._properties.set(window, "_NET_WM_STATE", atoms, Atom.ATOM)

    def _configure(self, window: int, place: Rect, border: int) -> None:
        values = [place.x - border, place.y - border, place.width, place.height, border]
        self._core.ConfigureWindow(window, _GEOMETRY, values)
        self.windows.placed(window, place, border)

    def _configure_requested(self, event: Any) -> None:
        """Give a window the place that its program asks for; tell it if that is none or the same."""
        window, mask = event.window, event.value_mask
        if window not in self.windows:
            return
        found, state = self.windows[window], self._states.get(window)
        place, border = _requested(event, found.place, found.border)
        if state is None:
            self._configure(window, place, border)
            if mask & ConfigWindow.StackMode and not mask & ConfigWindow.Sibling:
                self._core.ConfigureWindow(window, ConfigWindow.StackMode, [event.stack_mode])
            return
        place = inside(place, Rect.whole(*self.windows.size))
        if state.is_normal and (place, border) != (found.place, found.border):
            self._configure(window, place, border)
        else:
            self._tell_place(window)

    def _tell_place(self, window: int) -> None:
        """Send the event that a program waits for which asked for a place (ICCCM 4.1.5)."""
        found = self.windows[window]
        outer = found.place.moved(-found.border, -found.border)
        event = xcffib.xproto.ConfigureNotifyEvent.synthetic(
            window, window, _NONE, *outer, found.border, int(not found.managed)
        )
        self._core.SendEvent(False, window, EventMask.StructureNotify, event.pack())

    def _message(self, event: Any) -> None:
        kind, window, data = event.type, event.window, list(event.data.data32)
        if kind == self._properties["_NET_REQUEST_FRAME_EXTENTS"]:
            self._properties.set(window, "_NET_FRAME_EXTENTS", [0, 0, 0, 0])
        elif kind == self._properties["WM_PROTOCOLS"] and data[0] == self._properties[_PING]:
            self.answers += 1
        elif window not in self._states:
            return
        elif kind == self._properties["_NET_WM_STATE"]:
            self._states[window].change(data[0], self._properties.names(data[1:3]))
            self._apply(window)
        elif kind == self._properties["_NET_ACTIVE_WINDOW"]:
            self.windows.activated(window)

    def _focus(self, window: int) -> None:
        self._properties.set(self._root, "_NET_ACTIVE_WINDOW", [window], Atom.WINDOW)
        if not window:
            return
        description = self._tracker.description(window)
        if not description.sets_focus_alone:
            self._core.SetInputFocus(InputFocus.PointerRoot, window, _NOW)
        if description.focus_message:
            self._properties.touch(self._check, _CLOCK)  # the message needs the display's time

    def _send(self, window: int, kind: str, data: list[int], mask: int = EventMask.NoEvent) -> None:
        """Send a client message of 32-bit words; to a client if there is no mask."""
        words = (data + [0] * 5)[:5]
        message = struct.pack("=BB2xII5I", _CLIENT_MESSAGE, 32, window, self._properties[kind], *words)
        self._core.SendEvent(False, window, mask, message)


def _requested(event: Any, place: Rect, border: int) -> tuple[Rect, int]:
    """Return the place and the border that a ConfigureRequest asks for; its position is the border's."""
    mask = event.value_mask
    new_border = event.border_width if mask & ConfigWindow.BorderWidth else border
    x = event.x if mask & ConfigWindow.X else place.x - border
    y = event.y if mask & ConfigWindow.Y else place.y - border
    width = event.width if mask & ConfigWindow.Width else place.width
    height = event.height if mask & ConfigWindow.Height else place.height
    return Rect(x + new_border, y + new_border, width, height), new_border
