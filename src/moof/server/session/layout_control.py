"""Which keyboard layout the Mac has: as its emulator reports it, else as the server's option says."""

import logging
from typing import Final, Protocol

from moof.keyboard import DEFAULT_LAYOUT, Layout, LayoutError, layout, layouts
from moof.server.protocol.keyboard_messages import KeyboardStatus, LayoutEntry

LOG: Final = logging.getLogger(__name__)


class LayoutSetter(Protocol):
    """Changes the keyboard layout of the Mac itself."""

    @property
    def can_set_layout(self) -> bool:
        """Whether the present emulator changes its Mac's layout."""

    def request_layout(self, name: str) -> None:
        """Request a layout; the emulator reports it when the Mac has it."""


class LayoutStatusListener(Protocol):
    """Is informed of the Mac's keyboard layout."""

    def layout_changed(self, status: KeyboardStatus) -> None:
        """Take the present layout, or whether it can be set. Called on the event loop."""


class LayoutControl:
    """The Mac's keyboard layout. Everything happens on the event loop."""

    def __init__(self, name: str = DEFAULT_LAYOUT) -> None:
        """Assume a layout until the emulator reports one. Raises LayoutError for an unknown name."""
        self._assumed = layout(name)
        self._reported: Layout | None = None
        self._setter: LayoutSetter | None = None
        self._listeners: list[LayoutStatusListener] = []

    @property
    def layout(self) -> Layout:
        """The layout in which the server types."""
        return self._reported or self._assumed

    @property
    def status(self) -> KeyboardStatus:
        """What pages are told."""
        entries = tuple(LayoutEntry(each.name, each.title) for each in layouts())
        return KeyboardStatus(self.layout.name, entries, self._setting is not None)

    def add_listener(self, listener: LayoutStatusListener) -> None:
        """Report changes to `listener` from now on."""
        self._listeners.append(listener)

    def set_setter(self, setter: LayoutSetter) -> None:
        """Request layouts from `setter` whenever it can set them."""
        self._setter = setter

    def request(self, name: str) -> None:
        """Change the Mac's layout if its emulator can, else what is assumed of it. Raises LayoutError."""
        wanted = layout(name)
        if self._setting is not None:
            self._setting.request_layout(name)
        else:
            self._assumed = wanted
            self._notify()

    def reported(self, name: str | None) -> None:
        """Take the layout that the emulator reports; None when there is none that does."""
        try:
            self._reported = layout(name) if name is not None else None
        except LayoutError as error:
            LOG.warning("The emulator reports an unknown keyboard layout: %s", error)
            self._reported = None
        self._notify()

    @property
    def _setting(self) -> LayoutSetter | None:
        return self._setter if self._setter is not None and self._setter.can_set_layout else None

    def _notify(self) -> None:
        status = self.status
        for listener in self._listeners:
            listener.layout_changed(status)
