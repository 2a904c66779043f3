"""Which viewer's window the Mac's screen follows: the one that has asked last."""

from typing import Final, Protocol

from moof.server.emulator.extension import EmulatorExtension, FollowingListener, NoExtension
from moof.server.protocol.messages import SignalingError
from moof.server.protocol.window_messages import WindowRequest, WindowStatus

NOT_FOLLOWABLE: Final = "This Mac's emulator cannot change the size of its screen."


class WindowPages(Protocol):
    """The pages of all viewers."""

    def window_status_changed(self, status: WindowStatus) -> None:
        """Send whether the emulator can follow a window. Called on the event loop."""


class WindowFollower(FollowingListener):
    """One Mac's screen, for all viewers. Everything happens on the event loop.

    A viewer who ends its request, or leaves, changes nothing while another one's window is followed.
    """

    def __init__(self, extension: EmulatorExtension | None = None) -> None:
        self._extension = extension or NoExtension()
        self._extension.add_window_listener(self)
        self._pages: list[WindowPages] = []
        self._viewer: str | None = None
        self._size = (0, 0)

    @property
    def status(self) -> WindowStatus:
        """What pages are told."""
        return WindowStatus(self._extension.follows_window)

    def add_pages(self, pages: WindowPages) -> None:
        """Send to these pages from now on."""
        self._pages.append(pages)

    def process(self, viewer: str, request: WindowRequest) -> None:
        """Follow the window of a viewer who may play, or no longer. Raises SignalingError."""
        if not (request.width and request.height):
            self.leave(viewer)
            return
        self._viewer, self._size = viewer, (request.width, request.height)
        if not self._extension.send_window_size(*self._size):
            raise SignalingError(NOT_FOLLOWABLE)

    def leave(self, viewer: str) -> None:
        """Follow this viewer's window no longer: the screen gets its own size again."""
        if viewer == self._viewer:
            self._viewer, self._size = None, (0, 0)
            self._extension.send_window_size(0, 0)

    def window_changed(self) -> None:
        """Ask a new emulator to follow the same window, and tell the pages (FollowingListener)."""
        if self._viewer is not None:
            self._extension.send_window_size(*self._size)
        for pages in self._pages:
            pages.window_status_changed(self.status)
