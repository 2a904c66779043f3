"""One viewer's signaling messages about typed text, the keyboard layout and the clipboard."""

from moof.keyboard import LayoutError
from moof.server.protocol.clipboard_messages import ClipboardRequest
from moof.server.protocol.keyboard_messages import KeyboardRequest, TextProgress, TextRequest, TextStop
from moof.server.protocol.messages import SignalingError
from moof.server.session.clipboard_relay import ClipboardRelay
from moof.server.session.context import PageLink
from moof.server.session.text_queue import TextOwner, TextQueueError
from moof.server.session.typist import Typist

TypingRequest = TextRequest | TextStop | KeyboardRequest | ClipboardRequest


class TypingRequests(TextOwner):
    """Carries out the messages, and sends the progress of the viewer's texts to its page."""

    def __init__(self, viewer: str, typist: Typist, page: PageLink, clipboard: ClipboardRelay) -> None:
        self._viewer = viewer
        self._typist = typist
        self._page = page
        self._clipboard = clipboard

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
        """Send the progress to the page."""
        self._page.send(progress)

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
