"""The sessions of all viewers: admission, resumption, status, codec changes, and the end of the server."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Final

from moof.server.auth.tokens import Role
from moof.server.protocol.keyboard_messages import KeyboardStatus
from moof.server.protocol.messages import Bye, EmulatorView, Status, encode
from moof.server.session.context import NO_TOTALS, SessionContext, Totals
from moof.server.session.layout_control import LayoutListener
from moof.server.session.session import ViewerSession
from moof.server.session.signaling_channel import SignalingSocket
from moof.server.token_bucket import WaitingTokenBucket

MAX_VIEWERS: Final = 16
_CLOSE_TIMEOUT: Final = 1.2
_ARRIVALS_PER_SECOND: Final = 2.0
"""Each new viewer costs the others a key frame. One that reconnects endlessly only delays other new ones."""
_ABUSE_ARRIVALS: Final = 10.0
"""Arrivals that a session disconnected for abuse counts for: such a client reconnects at once."""
_ARRIVAL_BURST: Final = 2.0 * MAX_VIEWERS


class SessionManager(LayoutListener):
    """The sessions of all viewers. Everything happens on the event loop."""

    def __init__(self, context: SessionContext, codec: str, max_viewers: int = MAX_VIEWERS) -> None:
        """`codec` is for viewers that do not choose one. Raises UnknownCodecError."""
        self.codec = context.offer.check(codec)
        self._context = context
        self._sessions: dict[str, ViewerSession] = {}
        self._status = Status(EmulatorView(), "")
        self._max_viewers = max_viewers
        self._arrivals = WaitingTokenBucket(_ARRIVALS_PER_SECOND, _ARRIVAL_BURST)
        self._waiting = 0
        self._departed = NO_TOTALS
        self._closing = False
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def sessions(self) -> Sequence[ViewerSession]:
        """The sessions that have not ended, in the order in which they began."""
        return tuple(self._sessions.values())

    @property
    def status(self) -> Status:
        """The status that was sent last."""
        return self._status

    @property
    def totals(self) -> Totals:
        """The counters over all sessions, ended ones included."""
        return sum((session.totals for session in self.sessions), self._departed)

    async def serve(self, socket: SignalingSocket, role: Role = Role.PLAYER, resume_key: str = "") -> None:
        """Serve one viewer until it leaves; `resume_key` names the session to resume, "" for none.

        A viewer beyond the rate limit waits; one beyond the number of viewers receives bye.
        """
        if self._waiting >= self._max_viewers:
            await _refuse(socket)
            return
        self._waiting += 1
        try:
            await self._arrivals.acquire()
        finally:
            self._waiting -= 1
        await self._serve_admitted(socket, role, resume_key)

    async def _serve_admitted(self, socket: SignalingSocket, role: Role, resume_key: str) -> None:
        if not self._closing and (session := self._resumable(resume_key, role)) is not None:
            await session.resume(socket, self._status)
            return
        if self._closing or not self._has_room():
            await _refuse(socket)
            return
        session = ViewerSession(secrets.token_hex(4), self.codec, socket, self._context, role)
        self._sessions[session.viewer] = session
        self._empty.clear()
        try:
            await session.run(self._status)
        finally:
            del self._sessions[session.viewer]
            self._departed += session.totals
            if session.disconnected_for_abuse:
                self._arrivals.spend(_ABUSE_ARRIVALS)
            if not self._sessions:
                self._empty.set()

    def _resumable(self, resume_key: str, role: Role) -> ViewerSession | None:
        """Return the session with this key, if it has not ended and has the same role."""
        shown = resume_key.encode()
        same = (each for each in self.sessions if secrets.compare_digest(each.resume_key.encode(), shown))
        return next((each for each in same if each.role is role and not each.ended), None)

    def _has_room(self) -> bool:
        """Return whether one more session may begin; if need be, end one that awaits resumption."""
        if len(self._sessions) < self._max_viewers:
            return True
        waiting = next((session for session in self.sessions if session.awaits_resumption), None)
        if waiting is not None:
            waiting.expire()
        return waiting is not None

    def send_status(self, status: Status) -> None:
        """Send the status to all viewers if it has changed."""
        if status == self._status:
            return
        self._status = status
        for session in self.sessions:
            session.send(status)

    def layout_changed(self, status: KeyboardStatus) -> None:
        """Send the Mac's keyboard layout to all viewers."""
        for session in self.sessions:
            session.send(status)

    def review(self, now: float) -> None:
        """Release keys of silent pages and reconsider automatic codecs; call it every other second.

        `now` is CLOCK_MONOTONIC in seconds.
        """
        for session in self.sessions:
            session.release_if_silent(now)
            session.reconsider_codec()

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
        for session in self.sessions:
            session.send(Bye(message))
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._empty.wait()
        except TimeoutError:
            pass  # uvicorn cancels the others


async def _refuse(socket: SignalingSocket) -> None:
    await socket.send(encode(Bye("This Mac has as many viewers as it can serve.")))
    await socket.close()
