"""Who sends a request: found once for each, and handed on in its ASGI scope."""

from dataclasses import dataclass, field
from typing import Final

from moof.server.auth.roles import Role
from moof.server.auth.sender import Sender, network_of

PRINCIPAL: Final = "moof.principal"
"""Key of the sender's Principal in a request's scope, None there for a stranger."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A sender who may do something.

    `name` is that of the token, to be shown. `login` is the id of the login session, `token` that of the
    token it was made from or that came with the request; without either nobody signed in, since none has to.
    """

    role: Role
    name: str = ""
    address: str = field(default="", compare=False)
    login: str | None = None
    token: str | None = None

    @property
    def sender(self) -> Sender:
        """The network and role by which limits count."""
        return Sender(network_of(self.address), self.role)


LOCAL_OWNER: Final = Principal(Role.OWNER, "owner")
"""Whoever needs no token: on this machine, or everybody if the server is told so."""
LOCAL_VISITOR: Final = Principal(Role.PLAYER, "visitor")
"""The same in a kiosk, where visitors stand at this machine."""
