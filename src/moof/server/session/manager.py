"""All viewers: letting them in, telling them news, changing everybody's codec, and sending them home."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Final

from moof.server.auth.tokens import Role
from moof.server.protocol.messages import Bye, EmulatorView, Status, encode
from moof.server.token_bucket import TokenBucket

from .context import NO_TOTALS, SessionContext, Totals
from .session import ViewerSession
from .signaling_channel import SignalingSocket

MAX_VIEWERS: Final = 16
_CLOSE_TIMEOUT: Final = 1.2
_ARRIVALS_A_SECOND: Final = 2.0
"""Each costs the others a key frame. One who comes and goes endlessly makes other newcomers wait, no more."""
_SHOWN_OUT: Final = 10.0
"""Arrivals that one counts for who had to be sent away: it will be back."""
_ARRIVAL_BURST: Final = 2.0 * MAX_VIEWERS


class SessionManager:
    """The sessions of all viewers. Everything happens on the event loop."""

    def __init__(self, context: SessionContext, codec: str, most_viewers: int = MAX_VIEWERS) -> None:
        """`codec` is for viewers that don't ask for another. Raises SignallingError for an unknown one."""
        self.codec = context.offer.check(codec)
        self._context = context
        self._sessions: dict[str, ViewerSession] = {}
        self._status = Status(EmulatorView(), "")
        self._most_viewers = most_viewers
        self._arrivals = TokenBucket(_ARRIVALS_A_SECOND, _ARRIVAL_BURST)
        self._waiting = 0
        self._departed = NO_TOTALS
        self._closing = False
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def sessions(self) -> Sequence[ViewerSession]:
        """Those present, in the order in which they came."""
        return tuple(self._sessions.values())

    @property
    def status(self) -> Status:
        """What viewers were told last."""
        return self._status

    @property
    def totals(self) -> Totals:
        """What is counted for all who are or were here."""
        return sum((session.totals for session in self.sessions), self._departed)

    async def serve(self, socket: SignalingSocket, role: Role = Role.PLAYER, key: str = "") -> None:
        """Serve one viewer until it goes; `key` is that of the session to which it comes back, if any."""
        if self._waiting >= self._most_viewers:
            await _refuse(socket)
            return
        self._waiting += 1
        try:
            await self._arrivals.pass_through()
        finally:
            self._waiting -= 1
        await self._serve_admitted(socket, role, key)

    async def _serve_admitted(self, socket: SignalingSocket, role: Role, key: str) -> None:
        if not self._closing and (session := self._resumable(key, role)) is not None:
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
                self._arrivals.spend(_SHOWN_OUT)
            if not self._sessions:
                self._empty.set()

    def _resumable(self, key: str, role: Role) -> ViewerSession | None:
        """Return the session with this key, if it goes on and its visitor may do as much as before."""
        same = (
            each for each in self.sessions if secrets.compare_digest(each.resume_key.encode(), key.encode())
        )
        return next((each for each in same if each.role is role and not each.ended), None)

    def _has_room(self) -> bool:
        """Say whether somebody may come in, if need be in the place of one who is disconnected."""
        if len(self._sessions) < self._most_viewers:
            return True
        disconnected = next((session for session in self.sessions if session.awaits_resumption), None)
        if disconnected is not None:
            disconnected.expire()
        return disconnected is not None

    def send_status(self, status: Status) -> None:
        """Tell everybody what has changed, if anything has."""
        if status == self._status:
            return
        self._status = status
        for session in self.sessions:
            session.send(status)

    def review(self, now: float) -> None:
        """Look after everybody: a better codec for those that left that to us, no keys held by the silent."""
        for session in self.sessions:
            session.release_if_silent(now)
            session.reconsider_codec()

    def check_codec(self, codec: str) -> None:
        """Raise UnknownCodecError for a codec that is not offered."""
        self._context.offer.check(codec)

    def set_codec(self, codec: str) -> None:
        """Change the codec of all who are here or will come. Raises SignallingError for an unknown one."""
        self.codec = self._context.offer.check(codec)
        for session in self.sessions:
            session.set_codec(codec)

    async def close(self, message: str) -> None:
        """Say goodbye to everybody, and wait until they are gone (or don't go)."""
        self._closing = True
        for session in self.sessions:
            session.send(Bye(message))
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._empty.wait()
        except TimeoutError:
            pass  # uvicorn cancels what is left


async def _refuse(socket: SignalingSocket) -> None:
    await socket.send(encode(Bye("This Mac has as many viewers as it can serve.")))
    await socket.close()
