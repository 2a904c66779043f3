"""Carries out the signaling messages of one viewer's page, as far as its role allows them."""

import time
from typing import Final, Protocol

from moof.server.auth.principal import Principal
from moof.server.protocol.clipboard_messages import ClipboardRequest
from moof.server.protocol.idle_messages import StillHere
from moof.server.protocol.keyboard_messages import KeyboardRequest, TextRequest, TextStop
from moof.server.protocol.kiosk_messages import KioskStart
from moof.server.protocol.latency_messages import Latency
from moof.server.protocol.messages import (
    Answer,
    Candidate,
    ClientMessage,
    CommandRequest,
    Join,
    Restart,
    SetCodec,
)
from moof.server.protocol.people_messages import FloorRequest, PersonName
from moof.server.protocol.quality_messages import QualityRequest
from moof.server.protocol.screen_messages import ScreenTextRequest
from moof.server.protocol.window_messages import WindowRequest
from moof.server.session.context import SessionContext, SessionControl
from moof.server.session.machine_requests import MachineRequests
from moof.server.session.message_permissions import permission_of
from moof.server.session.negotiation import Negotiation
from moof.server.session.typing_requests import TypingListener, TypingRequests
from moof.token_bucket import WaitingTokenBucket

MacRequest = (
    TextRequest
    | TextStop
    | KeyboardRequest
    | ClipboardRequest
    | Restart
    | CommandRequest
    | WindowRequest
    | ScreenTextRequest
)
"""What concerns the Mac, and not this viewer's picture and sound."""
_RENEGOTIATIONS_PER_SECOND: Final = 2.0
"""Joins and changes of codec: each costs as much as a hundred pictures. Those beyond wait, and what follows
them on the same WebSocket."""
_RENEGOTIATION_BURST: Final = 6.0


class RequestingPage(SessionControl, Protocol):
    """A session, as the requests of its page use it."""

    viewer: str
    principal: Principal
    latency: Latency | None

    def set_codec(self, codec: str) -> None:
        """Change this viewer's codec and send it to the page. Raises UnknownCodecError."""

    def set_quality(self, request: QualityRequest) -> None:
        """Change the quality of this viewer's picture, and its limit."""

    def note_use(self, now: float) -> None:
        """Note that the viewer uses the Mac, `now` in seconds of CLOCK_MONOTONIC."""


class PageRequests(TypingListener):
    """The requests of one page. Everything happens on the event loop."""

    def __init__(self, page: RequestingPage, context: SessionContext, negotiation: Negotiation) -> None:
        self._page = page
        self._policy = context.policy
        self._window = context.window
        self._screen_text = context.screen_text
        self._negotiation = negotiation
        self._presence = context.presence
        self._kiosk = context.kiosk
        self._switches = MachineRequests(page.principal, context.machine, context.audit)
        self._typing = TypingRequests(page.viewer, context.typist, page, context.clipboard, self)
        self._renegotiations = WaitingTokenBucket(_RENEGOTIATIONS_PER_SECOND, _RENEGOTIATION_BURST)

    async def process(self, message: ClientMessage) -> None:
        """Carry out one message.

        Raises NotAllowedError, SignalingError, PeerError or NoEmulatorError, with a sentence for the page.
        """
        self._policy.check(self._page.principal.role, permission_of(message))
        match message:
            case Join() | Answer() | Candidate():
                await self._negotiate(message)
            case SetCodec():
                await self._renegotiations.acquire()
                self._page.set_codec(message.codec)
            case QualityRequest():
                await self._renegotiations.acquire()
                self._page.set_quality(message)
            case Latency():
                self._page.latency = message
            case KioskStart():
                self._use_kiosk()
            case StillHere():
                self._page.note_use(time.monotonic())
            case FloorRequest() | PersonName():
                self._presence.process(self._page.viewer, message)
            case _:
                self._process_for_mac(message)

    async def _negotiate(self, message: Join | Answer | Candidate) -> None:
        match message:
            case Join():
                await self._renegotiations.acquire()
                await self._negotiation.join(message)
            case Answer():
                await self._negotiation.answer(message.sdp)
            case Candidate():
                self._negotiation.add_candidate(message.candidate, message.mid)

    def _process_for_mac(self, message: MacRequest) -> None:
        match message:
            case TextRequest() | TextStop() | KeyboardRequest() | ClipboardRequest():
                if not isinstance(message, TextStop):
                    self._presence.check_floor(self._page.viewer)
                    self._use_kiosk()
                    self._page.note_use(time.monotonic())
                self._typing.process(message)
            case Restart() | CommandRequest():
                self._presence.check_switch(self._page.viewer, self._page.principal.role)
                self._switches.process(message)
            case WindowRequest():
                self._window.process(self._page.viewer, message)
            case ScreenTextRequest():
                self._screen_text.process(self._page.viewer, message)

    def _use_kiosk(self) -> None:
        if self._kiosk is not None:
            self._kiosk.admits(self._page.principal.role, time.monotonic(), pressed=True)

    def characters_typed(self) -> None:
        """Let the page keep the mouse, and a kiosk, while its text is typed (TypingListener)."""
        now = time.monotonic()
        self._presence.floor.admits(self._page.viewer, now, moves_only=True)
        if self._kiosk is not None:
            self._kiosk.admits(self._page.principal.role, now, pressed=False)
        self._page.note_use(now)

    def stop_texts(self) -> None:
        """Stop the viewer's texts: it has left, or has lost the floor."""
        self._typing.leave()

    def leave(self) -> None:
        """Stop the viewer's texts, follow its window and read the screen to it no longer: it has left."""
        self.stop_texts()
        self._window.leave(self._page.viewer)
        self._screen_text.leave(self._page.viewer)
