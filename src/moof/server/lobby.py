"""All viewers: letting them in, telling them news, changing everybody's codec, and sending them home."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Final

from .session import NOTHING, House, SignallingSocket, SocketClosedError, Totals, ViewerSession
from .signalling import Bye, EmulatorView, Status, encode
from .tokens import Role

MOST_VIEWERS: Final = 16
_CLOSE_TIMEOUT: Final = 1.2


class Lobby:
    """The sessions of all viewers. Everything happens on the event loop."""

    def __init__(self, house: House, codec: str, most_viewers: int = MOST_VIEWERS) -> None:
        """`codec` is for viewers that don't ask for another. Raises SignallingError for an unknown one."""
        self.codec = house.offering.check(codec)
        self._house = house
        self._sessions: dict[str, ViewerSession] = {}
        self._status = Status(EmulatorView(), "")
        self._most_viewers = most_viewers
        self._departed = NOTHING
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

    async def welcome(self, socket: SignallingSocket, role: Role = Role.PLAYER) -> None:
        """Serve one viewer until it goes."""
        if self._closing or len(self._sessions) >= self._most_viewers:
            await _turn_away(socket)
            return
        session = ViewerSession(secrets.token_hex(4), self.codec, socket, self._house, role)
        self._sessions[session.viewer] = session
        self._empty.clear()
        try:
            await session.run(self._status)
        finally:
            del self._sessions[session.viewer]
            self._departed += session.totals
            if not self._sessions:
                self._empty.set()

    def tell_status(self, status: Status) -> None:
        """Tell everybody what has changed, if anything has."""
        if status == self._status:
            return
        self._status = status
        for session in self.sessions:
            session.tell(status)

    def reconsider(self) -> None:
        """Let those that left the choice of their codec to us have another if it is better now."""
        for session in self.sessions:
            session.reconsider()

    def set_codec(self, codec: str) -> None:
        """Change the codec of all who are here or will come. Raises SignallingError for an unknown one."""
        self.codec = self._house.offering.check(codec)
        for session in self.sessions:
            session.set_codec(codec)

    async def close(self, message: str) -> None:
        """Say goodbye to everybody, and wait until they are gone (or don't go)."""
        self._closing = True
        for session in self.sessions:
            session.tell(Bye(message))
        try:
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._empty.wait()
        except TimeoutError:
            pass  # uvicorn cancels what is left


async def _turn_away(socket: SignallingSocket) -> None:
    try:
        await socket.send(encode(Bye("This Mac has as many viewers as it can serve.")))
        await socket.close()
    except SocketClosedError:
        pass
