"""Sends what the Mac's screen says to the viewers who want it read out."""

import asyncio
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

from moof.extension import PartState, ScreenPart
from moof.server.emulator.extension import EmulatorExtension, NoExtension, ScreenTextListener
from moof.server.protocol.messages import SignalingError
from moof.server.protocol.screen_messages import (
    ScreenTextChanged,
    ScreenTextPart,
    ScreenTextRequest,
    ScreenTextStatus,
)

NOT_READABLE: Final = "This Mac's emulator cannot say what is on its screen."
_PAUSE: Final = 0.2
"""Seconds between two texts for pages; of more the newest one follows."""


class ScreenTextPages(Protocol):
    """The pages of all viewers."""

    def screen_text_changed(self, message: ScreenTextChanged, viewers: AbstractSet[str]) -> None:
        """Send to these viewers, and to nobody else. Called on the event loop."""

    def screen_text_status_changed(self, status: ScreenTextStatus) -> None:
        """Send whether the screen can be read. Called on the event loop."""


class ScreenTextRelay(ScreenTextListener):
    """One Mac's screen, for all viewers. Everything happens on the event loop.

    The emulator is asked while any viewer wants the texts; otherwise they cost nothing.
    """

    def __init__(self, extension: EmulatorExtension | None = None) -> None:
        self._extension = extension or NoExtension()
        self._extension.add_screen_text_listener(self)
        self._pages: list[ScreenTextPages] = []
        self._readers: set[str] = set()
        self._newest: ScreenTextChanged | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def status(self) -> ScreenTextStatus:
        """What pages are told."""
        return ScreenTextStatus(self._extension.reads_screen)

    def add_pages(self, pages: ScreenTextPages) -> None:
        """Send to these pages from now on."""
        self._pages.append(pages)

    def process(self, viewer: str, request: ScreenTextRequest) -> None:
        """Send the texts to a viewer, or no longer. Raises SignalingError if the emulator has none."""
        if not request.wanted:
            self.leave(viewer)
            return
        if not self._extension.reads_screen:
            raise SignalingError(NOT_READABLE)
        if not self._readers:
            self._extension.send_read_screen(True)
        self._readers.add(viewer)
        if self._newest is not None:
            self._send(self._newest, {viewer})

    def leave(self, viewer: str) -> None:
        """Send nothing more to this viewer."""
        if viewer not in self._readers:
            return
        self._readers.discard(viewer)
        if not self._readers:
            self._newest = None
            self._extension.send_read_screen(False)

    def screen_text_status_changed(self) -> None:
        """Ask a new emulator, and tell the pages (ScreenTextListener)."""
        self._newest = None
        if self._extension.reads_screen:
            self._extension.send_read_screen(bool(self._readers))
        for pages in self._pages:
            pages.screen_text_status_changed(self.status)

    def screen_text_received(self, parts: tuple[ScreenPart, ...]) -> None:
        """Send the texts to those who want them, now or as soon as others may follow (ScreenTextListener)."""
        if not self._readers:
            return
        self._newest = ScreenTextChanged(tuple(map(_for_pages, parts)))
        if self._timer is None:
            self._send(self._newest, self._readers)
            self._timer = asyncio.get_running_loop().call_later(_PAUSE, self._send_later, self._newest)

    def close(self) -> None:
        """Send nothing more: the server stops."""
        self._readers.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _send_later(self, sent: ScreenTextChanged) -> None:
        self._timer = None
        if self._newest is not None and self._newest is not sent:
            self._send(self._newest, self._readers)

    def _send(self, message: ScreenTextChanged, viewers: AbstractSet[str]) -> None:
        for pages in self._pages:
            pages.screen_text_changed(message, viewers)


def _for_pages(part: ScreenPart) -> ScreenTextPart:
    return ScreenTextPart(
        part.kind.value,
        part.text,
        disabled=PartState.DISABLED in part.state,
        checked=PartState.CHECKED in part.state,
        active=PartState.ACTIVE in part.state,
    )
