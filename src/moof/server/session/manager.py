"""The sessions of all viewers: admission, resumption, status, codec changes, and the end of the server."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from moof.server.auth.credential_store import Credentials
from moof.server.auth.principal import LOCAL_OWNER, Principal
from moof.server.auth.roles import Permission, Role
from moof.server.protocol.clipboard_messages import ClipboardCopied, ClipboardStatus
from moof.server.protocol.idle_messages import Unused
from moof.server.protocol.keyboard_messages import KeyboardStatus
from moof.server.protocol.kiosk_messages import KioskStatus
from moof.server.protocol.messages import Bye, EmulatorView, Status, encode
from moof.server.protocol.screen_messages import ScreenTextChanged, ScreenTextStatus
from moof.server.protocol.window_messages import WindowStatus
from moof.server.session.admission import MAX_VIEWERS, ArrivalLimiter, ArrivalLimitError, find_place
from moof.server.session.clipboard_relay import ClipboardPages
from moof.server.session.context import NO_TOTALS, SessionContext, Totals
from moof.server.session.idle_watch import IdlePages
from moof.server.session.kiosk import KioskPages
from moof.server.session.layout_control import LayoutStatusListener
from moof.server.session.presence import Presence
from moof.server.session.screen_text_relay import ScreenTextPages
from moof.server.session.session import ViewerSession
from moof.server.session.signaling_channel import SignalingSocket
from moof.server.session.window_follower import WindowPages

_CLOSE_TIMEOUT: Final = 1.2
_FULL: Final = "This Mac has as many viewers as it can serve."
_WITHDRAWN: Final = "You are signed out: your login session has ended, or its token was withdrawn."
_MADE_ROOM: Final = "A player needed the place: this Mac has as many viewers as it can serve."


class SessionManager(
    LayoutStatusListener, ClipboardPages, WindowPages, KioskPages, ScreenTextPages, IdlePages
):
    """The sessions of all viewers. Everything happens on the event loop."""

    def __init__(self, context: SessionContext, codec: str, max_viewers: int = MAX_VIEWERS) -> None:
        """`codec` is for viewers that do not choose one. Raises UnknownCodecError."""
        self.codec = context.offer.check(codec)
        self._context = context
        self._sessions: dict[str, ViewerSession] = {}
        self._status = Status(EmulatorView(), "")
        self._max_viewers = max_viewers
        self._arrivals = ArrivalLimiter(max_viewers)
        self._departed = NO_TOTALS
        self._acted_at = float("-inf")
        """When somebody of those who have left used the Mac last."""
        self._closing = False
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def presence(self) -> Presence:
        """Who is here, and who has mouse and keyboard."""
        return self._context.presence

    def admit_request(self, principal: Principal) -> None:
        """Let a request without a page use the keyboard, which begins in a kiosk, too.

        Raises NotAllowedError while somebody else has mouse and keyboard.
        """
        self._context.presence.check_request(principal)
        if (kiosk := self._context.kiosk) is not None:
            kiosk.admits(principal.role, time.monotonic(), pressed=True)

    @property
    def sessions(self) -> Sequence[ViewerSession]:
        """The sessions that have not ended, in the order in which they began."""
        return tuple(self._sessions.values())

    @property
    def acted_at(self) -> float:
        """When somebody came, or used the Mac last, CLOCK_MONOTONIC in seconds; at first -infinity."""
        return max([self._acted_at, *(session.acted_at for session in self.sessions)])

    @property
    def status(self) -> Status:
        """The status that was sent last."""
        return self._status

    @property
    def totals(self) -> Totals:
        """The counters over all sessions, ended ones included."""
        return sum((session.totals for session in self.sessions), self._departed)

    async def serve(
        self, socket: SignalingSocket, principal: Principal = LOCAL_OWNER, resume_key: str = ""
    ) -> None:
        """Serve one viewer until it leaves; `resume_key` names the session to resume, "" for none.

        A viewer beyond the rate limit waits; one beyond the number of viewers receives bye.
        """
        try:
            await self._arrivals.acquire(principal.sender)
        except ArrivalLimitError:
            await _refuse(socket)
        else:
            await self._serve_admitted(socket, principal, resume_key)

    async def _serve_admitted(self, socket: SignalingSocket, principal: Principal, resume_key: str) -> None:
        if not self._closing and (session := self._resumable(resume_key, principal)) is not None:
            self._context.presence.announce()
            await session.resume(socket, self._status)
            return
        if self._closing or not self._make_room(principal.role):
            await _refuse(socket)
            return
        session = ViewerSession(secrets.token_hex(4), self.codec, socket, self._context, principal)
        self._sessions[session.viewer] = session
        self._empty.clear()
        self._context.presence.join(session)
        try:
            await session.run(self._status)
        finally:
            del self._sessions[session.viewer]
            self._context.presence.leave(session.viewer)
            self._departed += session.totals
            self._acted_at = max(self._acted_at, session.acted_at)
            if session.disconnected_for_abuse:
                self._arrivals.abused(principal.sender)
            if not self._sessions:
                self._empty.set()

    def _resumable(self, resume_key: str, principal: Principal) -> ViewerSession | None:
        """Return the session with this key, if it has not ended and belongs to the same sender."""
        shown = resume_key.encode()
        same = (each for each in self.sessions if secrets.compare_digest(each.resume_key.encode(), shown))
        return next((each for each in same if each.principal == principal and not each.ended), None)

    def _make_room(self, role: Role) -> bool:
        """Return whether one more session may begin; if need be, end the one that makes room."""
        present = [session for session in self.sessions if not session.ended]
        place = find_place(present, role, self._max_viewers)
        if place.ends is not None:
            place.ends.end(_MADE_ROOM)
        return place.free

    def end_unknown(self, credentials: Credentials, now: float) -> None:
        """End the sessions of those whose login session or token has ended. Call it often.

        `now` is in seconds since 1970.
        """
        for session in self.sessions:
            if not credentials.is_valid(session.principal, now):
                session.withdraw(_WITHDRAWN)
            elif not session.awaits_resumption:
                credentials.use(session.principal, now)

    def send_status(self, status: Status) -> None:
        """Send the status to all viewers if it has changed."""
        if status == self._status:
            return
        self._status = status
        for session in self.sessions:
            session.send(status)

    def layout_status_changed(self, status: KeyboardStatus) -> None:
        """Send the Mac's keyboard layout to all viewers."""
        for session in self.sessions:
            session.send(status)

    def clipboard_copied(self, message: ClipboardCopied) -> None:
        """Send what was copied in the Mac to those who may play."""
        for session in self.sessions:
            if self._context.policy.allows(session.role, Permission.PLAY):
                session.send(message)

    def clipboard_status_changed(self, status: ClipboardStatus) -> None:
        """Send all viewers whether the Mac's clipboard is shared."""
        for session in self.sessions:
            session.send(status)

    def window_status_changed(self, status: WindowStatus) -> None:
        """Send all viewers whether the Mac's screen can follow a window."""
        for session in self.sessions:
            session.send(status)

    def kiosk_changed(self, status: KioskStatus) -> None:
        """Tell the pages of visitors whether somebody uses the Mac."""
        for session in self.sessions:
            if session.role is not Role.OWNER:
                session.send(status)

    def unused_changed(self, message: Unused) -> None:
        """Tell all viewers when a Mac that nobody uses ends."""
        for session in self.sessions:
            session.send(message)

    def release_everything(self) -> None:
        """Release all keys, buttons, texts and the floor."""
        self._context.presence.floor.clear(time.monotonic())
        for session in self.sessions:
            session.lose_floor()

    def screen_text_status_changed(self, status: ScreenTextStatus) -> None:
        """Send all viewers whether the Mac's screen can be read."""
        for session in self.sessions:
            session.send(status)

    def screen_text_changed(self, message: ScreenTextChanged, viewers: AbstractSet[str]) -> None:
        """Send what the screen says to those who want it."""
        for session in self.sessions:
            if session.viewer in viewers:
                session.send(message)

    def review(self, now: float) -> None:
        """Release keys of silent pages, end those that do not connect, and reconsider automatic codecs.

        Call it every other second; `now` is CLOCK_MONOTONIC in seconds.
        """
        for session in self.sessions:
            session.release_if_silent(now)
            session.end_unless_connected(now)
            session.reconsider_codec()
        self._context.presence.review(now)

    def check_codec(self, codec: str) -> None:
        """Raise UnknownCodecError for a codec that is not offered."""
        self._context.offer.check(codec)

    def set_codec(self, codec: str) -> None:
        """Change the codec of all viewers, and of those to come. Raises UnknownCodecError."""
        self.codec = self._context.offer.check(codec)
        for session in self.sessions:
            session.set_codec(codec)

    async def close(self, message: str) -> None:
        """Send bye to all viewers and wait until their sessions have ended, or for a time-out."""
        self._closing = True
        self._context.presence.close()
        for session in self.sessions:
            session.send(Bye(message))
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._empty.wait()
        except TimeoutError:
            pass  # uvicorn cancels the others


async def _refuse(socket: SignalingSocket) -> None:
    await socket.send(encode(Bye(_FULL)))
    await socket.close()
