"""Keeps the model of a display's windows up to date from X's events."""

from typing import Any, Final

import xcffib
import xcffib.xproto
from xcffib.xproto import CW, EventMask, MapState, WindowClass

from moof.bridge.window_properties import WindowDescription, WindowProperties
from moof.bridge.windows import Windows
from moof.geometry import Rect

_NONE: Final = 0


class WindowTracker:
    """Handles the events of the root window (SubstructureNotify) and the changes of windows' properties."""

    def __init__(self, connection: Any, root: int, windows: Windows, properties: WindowProperties) -> None:
        self._core = connection.core
        self._root = root
        self._windows = windows
        self._properties = properties
        self._descriptions: dict[int, WindowDescription] = {}

    def description(self, window: int) -> WindowDescription:
        """Return what is known of a window's properties."""
        return self._descriptions.get(window) or WindowDescription()

    def find(self) -> list[int]:
        """Add the windows that exist already; return those that are visible and to be managed."""
        found = self._core.QueryTree(self._root).reply().children
        return [window for window in found if self._add(window)]

    def describe(self, window: int) -> bool:
        """Read a window's properties, now and when they change; return False if it is gone."""
        self._core.ChangeWindowAttributes(window, CW.EventMask, [EventMask.PropertyChange])
        described = self._properties.describe(window)
        if described is None:
            return False
        self._descriptions[window] = described
        self._windows.described(
            window,
            title=described.title,
            dialog=described.dialog,
            parent=described.parent,
            takes_keys=described.takes_keys,
        )
        return True

    def handle(self, event: Any) -> None:
        """Handle one event; those of other kinds are ignored."""
        match event:
            case xcffib.xproto.CreateNotifyEvent():
                self._place(event)
            case xcffib.xproto.ConfigureNotifyEvent():
                self._place(event)
                self._windows.stacked(event.window, event.above_sibling)
            case xcffib.xproto.MapNotifyEvent():
                self._map(event)
            case xcffib.xproto.PropertyNotifyEvent() if self._properties.describes(event.atom):
                self.describe(event.window)
            case _:
                self._remove(event)

    def _remove(self, event: Any) -> None:
        match event:
            case xcffib.xproto.UnmapNotifyEvent():
                self._windows.unmapped(event.window)
            case xcffib.xproto.ReparentNotifyEvent() if event.parent == self._root:
                self._add(event.window)
            case xcffib.xproto.DestroyNotifyEvent() | xcffib.xproto.ReparentNotifyEvent():
                self._windows.destroyed(event.window)
                self._descriptions.pop(event.window, None)

    def _add(self, window: int) -> bool:
        try:
            place = self._core.GetGeometry(window).reply()
            attributes = self._core.GetWindowAttributes(window).reply()
        except xcffib.XcffibException:
            return False  # destroyed already
        self._windows.placed(window, _inner(place), place.border_width)
        self._windows.described(window, managed=not attributes.override_redirect)
        if attributes.map_state == MapState.Unmapped or not self.describe(window):
            return False
        self._windows.mapped(window)
        return not attributes.override_redirect

    def _place(self, event: Any) -> None:
        self._windows.placed(event.window, _inner(event), event.border_width)
        self._windows.described(event.window, managed=not event.override_redirect)

    def _map(self, event: Any) -> None:
        window = event.window
        if window not in self._windows:
            return
        if event.override_redirect and not (self._has_pixels(window) and self.describe(window)):
            return
        self._windows.described(window, managed=not event.override_redirect)
        self._windows.mapped(window)

    def _has_pixels(self, window: int) -> bool:
        """Return whether a window shows anything: toolkits also have windows for input only."""
        try:
            return bool(self._core.GetWindowAttributes(window).reply()._class != WindowClass.InputOnly)
        except xcffib.XcffibException:
            return False


def _inner(place: Any) -> Rect:
    border = place.border_width
    return Rect(place.x + border, place.y + border, place.width, place.height)
