"""Which keyboard layout the Mac has: as its emulator reports it, else as the server's option says."""

import logging
from typing import Final, Protocol

from moof.keyboard import DEFAULT_LAYOUT, Layout, LayoutError, layout, layouts
from moof.server.emulator.extension import EmulatorExtension, LayoutListener, NoExtension
from moof.server.protocol.keyboard_messages import KeyboardStatus, LayoutEntry
from moof.token_bucket import MergedAction, TokenBucket

LOG: Final = logging.getLogger(__name__)

_REPORTS_PER_SECOND: Final = 4.0
_REPORT_BURST: Final = 8.0
"""What an emulator may report to the pages; of more layouts the newest one follows as soon as it may."""


class LayoutStatusListener(Protocol):
    """Is informed of the Mac's keyboard layout."""

    def layout_status_changed(self, status: KeyboardStatus) -> None:
        """Take the present layout, or whether it can be set. Called on the event loop."""


class LayoutControl(LayoutListener):
    """The Mac's keyboard layout. Everything happens on the event loop."""

    def __init__(self, name: str = DEFAULT_LAYOUT, extension: EmulatorExtension | None = None) -> None:
        """Assume a layout while `extension` reports none. Raises LayoutError for an unknown name."""
        self._assumed = layout(name)
        self._extension = extension or NoExtension()
        self._extension.add_layout_listener(self)
        self._reported = self._read()
        self._listeners: list[LayoutStatusListener] = []
        self._reports = MergedAction(TokenBucket(_REPORTS_PER_SECOND, _REPORT_BURST), self._notify)

    @property
    def layout(self) -> Layout:
        """The layout in which the server types."""
        return self._reported or self._assumed

    @property
    def status(self) -> KeyboardStatus:
        """What pages are told; an emulator that reports its layout also changes it."""
        entries = tuple(LayoutEntry(each.name, each.title) for each in layouts())
        return KeyboardStatus(self.layout.name, entries, self.settable)

    @property
    def settable(self) -> bool:
        """Whether the emulator changes its Mac's layout."""
        return self._extension.layout is not None

    def add_listener(self, listener: LayoutStatusListener) -> None:
        """Report changes to `listener` from now on."""
        self._listeners.append(listener)

    def request(self, name: str) -> None:
        """Change the Mac's layout if its emulator can, else what is assumed of it. Raises LayoutError."""
        wanted = layout(name)
        if not self._extension.request_layout(name):
            self._assumed = wanted
            self._notify()

    def layout_changed(self) -> None:
        """Take the layout that the emulator reports (LayoutListener)."""
        self._reported = self._read()
        self._reports.request()

    def close(self) -> None:
        """Report nothing more: the server stops."""
        self._reports.cancel()

    def _read(self) -> Layout | None:
        name = self._extension.layout
        try:
            return layout(name) if name is not None else None
        except LayoutError as error:
            LOG.warning("The emulator reports an unknown keyboard layout: %s", error)
            return None

    def _notify(self) -> None:
        status = self.status
        for listener in self._listeners:
            listener.layout_status_changed(status)
