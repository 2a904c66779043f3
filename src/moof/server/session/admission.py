"""Which viewers are admitted: how fast they may arrive, and who makes room when all places are taken."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from moof.server.auth.roles import Role
from moof.server.auth.sender import Sender
from moof.token_bucket import WaitingTokenBuckets

MAX_VIEWERS: Final = 16
_ARRIVALS_PER_SECOND: Final = 2.0
"""Of one sender. Each new viewer costs the others a key frame."""
_ARRIVAL_BURST: Final = 32.0
_ROLE_ARRIVALS_PER_SECOND: Final = 8.0
"""Of all senders with one role: whoever has many addresses delays new viewers of the same role alone."""
_ROLE_ARRIVAL_BURST: Final = 64.0
_ABUSE_ARRIVALS: Final = 10.0
"""Arrivals that a session disconnected for abuse counts for: such a client reconnects at once."""
_MAX_SENDERS: Final = 256
_ROLE_WAITING_FACTOR: Final = 4


class ArrivalLimitError(Exception):
    """Too many viewers of this sender, or of its role, are waiting already."""


class ArrivalLimiter:
    """Delays new viewers to a rate for each sender, and for all senders of a role. On the event loop."""

    def __init__(self, max_waiting: int = MAX_VIEWERS) -> None:
        """At most `max_waiting` viewers of one sender wait, and four times as many of one role."""
        self._max_waiting = max_waiting
        self._waiting: Counter[Sender | Role | None] = Counter()
        self._senders: WaitingTokenBuckets[Sender] = WaitingTokenBuckets(
            _ARRIVALS_PER_SECOND, _ARRIVAL_BURST, _MAX_SENDERS
        )
        self._roles: WaitingTokenBuckets[Role | None] = WaitingTokenBuckets(
            _ROLE_ARRIVALS_PER_SECOND, _ROLE_ARRIVAL_BURST, len(Role) + 1
        )

    async def acquire(self, sender: Sender) -> None:
        """Wait until one more viewer of this sender may arrive. Raises ArrivalLimitError."""
        full = self._waiting[sender] >= self._max_waiting
        if full or self._waiting[sender.role] >= self._max_waiting * _ROLE_WAITING_FACTOR:
            raise ArrivalLimitError
        self._waiting.update((sender, sender.role))
        try:
            await self._senders.of(sender).acquire()
            await self._roles.of(sender.role).acquire()
        finally:
            self._waiting.subtract((sender, sender.role))
            self._waiting += Counter()  # removes those at zero: senders are without number

    def abused(self, sender: Sender) -> None:
        """Delay the sender's next viewers, because one was disconnected for abuse."""
        self._senders.of(sender).spend(_ABUSE_ARRIVALS)


class Occupant(Protocol):
    """A session that has a place."""

    role: Role
    """The viewer's role."""

    @property
    def awaits_resumption(self) -> bool:
        """Whether its WebSocket broke, and it may still be resumed."""

    @property
    def absent_since(self) -> float:
        """When that happened, CLOCK_MONOTONIC in seconds."""


SessionType = TypeVar("SessionType", bound=Occupant)


@dataclass(frozen=True, slots=True)
class Place(Generic[SessionType]):
    """Whether one more viewer may begin, and the session that must end for it, None for none."""

    free: bool
    ends: SessionType | None = None


def find_place(sessions: Sequence[SessionType], role: Role, max_viewers: int) -> Place[SessionType]:
    """Return whether there is a place for one more viewer with this role.

    Args:
        sessions: Those that have a place, in the order in which they began.
        role: The role of the viewer that arrives.
        max_viewers: The number of places; one of them is for those who play, unless it is the only one.

    Who plays, the owner included, takes the place of the session that is absent for longest, then of the
    newest viewer; a viewer only that of another viewer who is absent.
    """
    plays = role.includes(Role.PLAYER)
    watching = [each for each in sessions if each.role is Role.VIEWER]
    if len(sessions) < max_viewers and (plays or len(watching) < max_viewers - 1 or max_viewers == 1):
        return Place(free=True)
    candidates = sessions if plays else watching
    absent = [each for each in candidates if each.awaits_resumption]
    if absent:
        return Place(free=True, ends=min(absent, key=lambda each: each.absent_since))
    if plays and watching:
        return Place(free=True, ends=watching[-1])
    return Place(free=False)
