"""A user of the Hub, and the role that the Hub's answer gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from moof.plain_text import plain_text
from moof.server.auth.roles import Role
from moof.server.config.hub_environment import HubEnvironment

PLAY_SCOPE: Final = "custom:moof:play"
"""A scope that the Hub's configuration declares: who has it plays, others with access watch."""
_MAX_NAME: Final = 60
"""Characters of a name that are shown."""


@dataclass(frozen=True, slots=True)
class HubMember:
    """Whoever an OAuth token of the Hub belongs to, and what it allows."""

    name: str
    admin: bool
    scopes: frozenset[str]

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Self:
        """Return the user of the answer to `GET /user`. Raises ValueError."""
        name, scopes = answer.get("name"), answer.get("scopes")
        if not isinstance(name, str) or not isinstance(scopes, list):
            raise ValueError("the Hub's answer has no name or no scopes")
        return cls(plain_text(name)[:_MAX_NAME], answer.get("admin") is True, frozenset(map(str, scopes)))

    def role(self, hub: HubEnvironment) -> Role | None:
        """Return the role at a user's server; None for whoever has no access to it.

        The server's user and the Hub's administrators own it. Others are as the share or the role of the Hub
        says that gave them access: players with the scope `custom:moof:play`, else viewers.
        """
        if not (hub.scopes & self.scopes):
            return None
        if self.admin or self.name == hub.user:
            return Role.OWNER
        play = {PLAY_SCOPE, *(f"{PLAY_SCOPE}!{each.partition('!')[2]}" for each in hub.scopes)}
        return Role.PLAYER if play & self.scopes else Role.VIEWER
