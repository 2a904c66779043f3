"""A server that forwards the upload to its watchers (SFU), as the publisher uses it."""

from dataclasses import dataclass, field
from typing import Protocol

from moof.server.config.options import IceServer
from moof.server.transport.ice_restart import IceDescription


class SfuError(Exception):
    """The SFU does not take the upload, or no longer; it may later.

    `retry_after` is how many seconds it asks to be left alone, None if it asks for nothing.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NoRestartError(SfuError):
    """The SFU does not restart ICE: only a new session helps."""


@dataclass(frozen=True, slots=True)
class SfuAnswer:
    """The SDP answer to an offer, and the STUN and TURN servers that the SFU names."""

    sdp: str
    ice_servers: tuple[IceServer, ...] = field(default=(), repr=False)


class Sfu(Protocol):
    """One session with an SFU. All coroutines raise SfuError."""

    @property
    def host(self) -> str:
        """Its host and port, for the log."""

    async def open(self, offer: str) -> SfuAnswer:
        """Send the SDP offer and return the answer."""

    async def trickle(self, ice: IceDescription) -> None:
        """Send further candidates; `ice` has the user name and the password in use."""

    async def restart(self, ice: IceDescription) -> IceDescription:
        """Ask for a restart of ICE and return the SFU's side of it. Raises NoRestartError, too."""

    async def watch(self) -> None:
        """Keep the session alive until the SFU ends it, then raise SfuError."""

    async def close(self) -> None:
        """End the session, if there is one, so that the watchers see it at once. Raises nothing."""


class SfuFactory(Protocol):
    """Makes sessions with one SFU."""

    relays_frames: bool
    """Whether it passes on what a data channel of the upload carries, which WHIP has no place for."""

    def session(self) -> Sfu:
        """Return a session that is not open yet."""
