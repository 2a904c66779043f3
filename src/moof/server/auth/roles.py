"""The three roles, and what each may do."""

from enum import Enum, unique
from typing import Final


class NotAllowedError(Exception):
    """The sender's role does not include what it asked for."""


@unique
class Role(Enum):
    """What the sender of a request may do; each role includes those below it.

    The owner may do everything. A player uses mouse, keyboard and text, and the Mac's switches unless the
    owner keeps them. A viewer watches and listens.
    """

    OWNER = "owner"
    PLAYER = "player"
    VIEWER = "viewer"

    def includes(self, other: "Role") -> bool:
        """Return whether this role may do all that `other` may."""
        return _RANKS[self] >= _RANKS[other]


_RANKS: Final = {Role.VIEWER: 0, Role.PLAYER: 1, Role.OWNER: 2}
