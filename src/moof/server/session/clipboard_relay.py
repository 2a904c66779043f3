"""Passes texts between the emulator's clipboard and the pages of those who may play."""

import logging
import time
from typing import Final, Protocol

from moof.clipboard_text import clean_text
from moof.server.emulator.extension import ClipboardListener, EmulatorExtension, NoExtension
from moof.server.protocol.clipboard_messages import (
    MAX_CLIPBOARD,
    ClipboardCopied,
    ClipboardRequest,
    ClipboardStatus,
)
from moof.server.protocol.messages import SignalingError
from moof.token_bucket import MergedAction, TokenBucket

LOG: Final = logging.getLogger(__name__)

_COPIES_PER_SECOND: Final = 4.0
_COPY_BURST: Final = 4.0
"""What an emulator may report; of more texts the newest one follows as soon as it may."""
_TEXTS_PER_SECOND: Final = 4.0
_TEXT_BURST: Final = 8.0
"""What all viewers together may put on the Mac's clipboard."""
TOO_LONG: Final = f"The text is too long for the Mac's clipboard: it has more than {MAX_CLIPBOARD:,} bytes."
NOT_SHARED: Final = "This Mac's emulator does not share its clipboard."
TOO_MANY: Final = "Too many texts at once for the Mac's clipboard: try again in a moment."


class ClipboardPages(Protocol):
    """The pages of all viewers."""

    def clipboard_copied(self, message: ClipboardCopied) -> None:
        """Send a text to those who may play, and to nobody else. Called on the event loop."""

    def clipboard_status_changed(self, status: ClipboardStatus) -> None:
        """Send whether the clipboard is shared. Called on the event loop."""


class ClipboardRelay(ClipboardListener):
    """One Mac's clipboard, for all viewers. Everything happens on the event loop."""

    def __init__(self, extension: EmulatorExtension | None = None) -> None:
        self._extension = extension or NoExtension()
        self._extension.add_clipboard_listener(self)
        self._pages: list[ClipboardPages] = []
        self._copies = MergedAction(TokenBucket(_COPIES_PER_SECOND, _COPY_BURST), self._send)
        self._texts = TokenBucket(_TEXTS_PER_SECOND, _TEXT_BURST)
        self._waiting: str | None = None
        """The newest text that the emulator has reported above its rate."""

    @property
    def status(self) -> ClipboardStatus:
        """What pages are told."""
        return ClipboardStatus(self._extension.shares_clipboard)

    def add_pages(self, pages: ClipboardPages) -> None:
        """Send to these pages from now on."""
        self._pages.append(pages)

    def process(self, request: ClipboardRequest) -> None:
        """Put a text of a viewer who may play on the Mac's clipboard. Raises SignalingError."""
        text = clean_text(request.text)
        if len(text.encode()) > MAX_CLIPBOARD:
            raise SignalingError(TOO_LONG)
        if not self._texts.take(time.monotonic()):
            raise SignalingError(TOO_MANY)
        if text and not self._extension.put_on_clipboard(text):
            raise SignalingError(NOT_SHARED)

    def clipboard_changed(self) -> None:
        """Send the pages whether the clipboard is shared (ClipboardListener)."""
        self._drop()
        for pages in self._pages:
            pages.clipboard_status_changed(self.status)

    def text_copied(self, text: str) -> None:
        """Send a text that was copied, now or as soon as another may follow (ClipboardListener)."""
        self._waiting = clean_text(text)
        self._copies.request()

    def close(self) -> None:
        """Send nothing more: the server stops."""
        self._drop()

    def _drop(self) -> None:
        self._waiting = None
        self._copies.cancel()

    def _send(self) -> None:
        if self._waiting is None:
            return
        message, self._waiting = ClipboardCopied(self._waiting), None
        for pages in self._pages:
            pages.clipboard_copied(message)
