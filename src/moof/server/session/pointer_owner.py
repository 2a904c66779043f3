"""Decides whose mouse messages move the Mac's one pointer while several viewers use it."""

from moof.ipc import Mouse


class PointerOwner:
    """Gives the pointer to the viewer that holds a mouse button, until that viewer has released all of them.

    A mouse message of the contract carries the state of all buttons: a bare move of a second viewer would
    release the button that the first one holds, and drop what it drags. All sessions share one object.
    """

    def __init__(self) -> None:
        self._owner = ""
        self._refused: set[str] = set()

    def admits(self, viewer: str, mouse: Mouse) -> bool:
        """Return whether a viewer's mouse message may go to the emulator, and update who owns the pointer.

        A press while another viewer owns the pointer is refused as a whole: all messages until its release,
        even if the owner releases earlier. Otherwise a drag would begin in its middle.
        """
        if not mouse.buttons:
            self._refused.discard(viewer)
        elif self._owner not in ("", viewer):
            self._refused.add(viewer)
        if viewer in self._refused or self._owner not in ("", viewer):
            return False
        self._owner = viewer if mouse.buttons else ""
        return True

    def release(self, viewer: str) -> None:
        """Forget what a viewer holds: it has left, or the server has released its buttons."""
        self._refused.discard(viewer)
        if self._owner == viewer:
            self._owner = ""
