"""Which viewer's window the Mac's screen follows: that of whoever has the floor."""

from typing import Final, Protocol

from moof.server.config.floor_rules import FloorMode
from moof.server.emulator.extension import EmulatorExtension, FollowingListener, NoExtension
from moof.server.protocol.messages import SignalingError
from moof.server.protocol.window_messages import WindowRequest, WindowStatus
from moof.server.session.floor import Floor, FloorListener

NOT_FOLLOWABLE: Final = "This Mac's emulator cannot change the size of its screen."
_OWN_SIZE: Final = (0, 0)


class WindowPages(Protocol):
    """The pages of all viewers."""

    def window_status_changed(self, status: WindowStatus) -> None:
        """Send whether the emulator can follow a window. Called on the event loop."""


class WindowFollower(FollowingListener, FloorListener):
    """One Mac's screen, for all viewers. Everything happens on the event loop.

    While everybody has the floor (the mode `FREE`), the last viewer who asks is followed; a viewer who ends
    its request, or leaves, changes nothing while another one's window is followed. In the other modes only
    the floor's holder changes the screen: requests of the others are kept until they have the floor. While
    nobody has it, the screen stays as it is. A request does not ask for the floor.
    """

    def __init__(self, extension: EmulatorExtension | None = None, floor: Floor | None = None) -> None:
        self._extension = extension or NoExtension()
        self._extension.add_window_listener(self)
        self._floor = floor or Floor()
        self._floor.add_listener(self)
        self._pages: list[WindowPages] = []
        self._requests: dict[str, tuple[int, int]] = {}
        """The last request of each viewer that has one, in Mac pixels."""
        self._viewer: str | None = None
        self._size = _OWN_SIZE

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
        self._requests[viewer] = (request.width, request.height)
        if self._floor.rules.mode is FloorMode.FREE or viewer == self._floor.holder:
            self._viewer = viewer
            self._apply()
        if not self._extension.follows_window:
            raise SignalingError(NOT_FOLLOWABLE)

    def leave(self, viewer: str) -> None:
        """Follow this viewer's window no longer: the screen gets its own size again."""
        self._requests.pop(viewer, None)
        if viewer == self._viewer:
            self._viewer = None
            self._apply()

    def floor_changed(self, previous: str) -> None:
        """Follow the window of the floor's new holder, if it has asked for that (FloorListener)."""
        if self._floor.holder:
            self._viewer = self._floor.holder
            self._apply()

    def window_changed(self) -> None:
        """Ask a new emulator to follow the same window, and tell the pages (FollowingListener)."""
        if self._size != _OWN_SIZE:
            self._extension.send_window_size(*self._size)
        for pages in self._pages:
            pages.window_status_changed(self.status)

    def _apply(self) -> None:
        """Send the emulator the followed window's size, if it is another one than before."""
        size = self._requests.get(self._viewer, _OWN_SIZE) if self._viewer is not None else _OWN_SIZE
        if size != self._size:
            self._size = size
            self._extension.send_window_size(*size)
