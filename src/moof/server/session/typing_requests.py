"""One viewer's signaling messages about typed text, the keyboard layout and the clipboard."""

from typing import Protocol

from moof.keyboard import LayoutError
from moof.server.protocol.clipboard_messages import ClipboardRequest
from moof.server.protocol.keyboard_messages import KeyboardRequest, TextProgress, TextRequest, TextStop
from moof.server.protocol.messages import SignalingError
from moof.server.session.clipboard_relay import ClipboardRelay
from moof.server.session.context import PageLink
from moof.server.session.text_queue import TextOwner, TextQueueError
from moof.server.session.typist import Typist

TypingRequest = TextRequest | TextStop | KeyboardRequest | ClipboardRequest


class TypingListener(Protocol):
    """Is informed of what is typed for a viewer."""

    def characters_typed(self) -> None:
        """More of a text has been typed: the viewer uses the Mac, without a key or the mouse."""


class TypingRequests(TextOwner):
    """Carries out the messages, and sends the progress of the viewer's texts to its page."""

    def __init__(
        self,
        viewer: str,
        typist: Typist,
        page: PageLink,
        clipboard: ClipboardRelay,
        listener: TypingListener | None = None,
    ) -> None:
        self._viewer = viewer
        self._typist = typist
        self._page = page
        self._clipboard = clipboard
        self._listener = listener
        self._reported = ("", 0)
        """The text of the last report, and how many of its characters had been typed."""

    def process(self, request: TypingRequest) -> None:
        """Carry out a message of a viewer who may play. Raises SignalingError."""
        match request:
            case TextRequest():
                self._type(request)
            case TextStop():
                self._typist.stop_text(self._viewer, request.id)
            case KeyboardRequest():
                self._set_layout(request.layout)
            case ClipboardRequest():
                self._clipboard.process(request)

    def text_progress(self, progress: TextProgress) -> None:
        """Send the progress to the page, and say that the Mac is used, if it has read more of the text."""
        self._page.send(progress)
        reported = (progress.id, progress.typed)
        if self._listener is not None and progress.typed and reported != self._reported:
            self._listener.characters_typed()
        self._reported = reported

    def leave(self) -> None:
        """Stop the viewer's texts: it has left."""
        self._typist.remove_viewer(self._viewer)

    def _type(self, request: TextRequest) -> None:
        try:
            self._typist.type_text(self._viewer, request.id, request.text, self)
        except TextQueueError as error:
            raise SignalingError(str(error)) from error

    def _set_layout(self, name: str) -> None:
        try:
            self._typist.set_layout(name)
        except LayoutError as error:
            raise SignalingError(str(error)) from error
