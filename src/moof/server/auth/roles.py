"""The three roles, and what each may do."""

from dataclasses import dataclass
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


@unique
class Permission(Enum):
    """What a route or a signaling message asks for."""

    WATCH = "watch"
    """Picture, sound, status, a codec of one's own."""
    PLAY = "play"
    """Mouse, keyboard, text, the Mac's keyboard layout."""
    POWER = "power"
    """Start, stop, restart, reset, pause, resume."""
    MANAGE = "manage"
    """Preferences, emulators, files, configuration, people, the audit log, captures."""


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """Which role may do what. Without `player_power`, the Mac's switches are the owner's."""

    player_power: bool = True

    def least_role(self, permission: Permission) -> Role:
        """Return the least of the roles that have a permission."""
        match permission:
            case Permission.WATCH:
                return Role.VIEWER
            case Permission.PLAY:
                return Role.PLAYER
            case Permission.POWER:
                return Role.PLAYER if self.player_power else Role.OWNER
            case Permission.MANAGE:
                return Role.OWNER

    def allows(self, role: Role, permission: Permission) -> bool:
        """Return whether a role has a permission."""
        return role.includes(self.least_role(permission))

    def check(self, role: Role, permission: Permission) -> None:
        """Raise NotAllowedError, with a sentence for people, unless a role has a permission."""
        if not self.allows(role, permission):
            raise NotAllowedError(self.refusal(role, permission))

    def refusal(self, role: Role, permission: Permission) -> str:
        """Return the sentence with which a role is refused."""
        if role is Role.VIEWER and self.least_role(permission) is Role.PLAYER:
            return "You are watching only: this is for the Mac's players."
        return "This is for the owner of this Mac, who opens the address that Moof prints at its start."

    def permissions(self, role: Role) -> list[Permission]:
        """Return all permissions of a role."""
        return [each for each in Permission if self.allows(role, each)]
