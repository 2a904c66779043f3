"""Who needs no token: nobody, everybody, or those who are on this machine."""

from typing import Protocol

from starlette.types import Scope


class TokenExemption(Protocol):
    """Decides which senders are the owner without having signed in."""

    def exempts(self, scope: Scope) -> bool:
        """Return whether the sender of a request or WebSocket needs no token. Waits for nothing."""


class Nobody(TokenExemption):
    """For a server that other machines can reach."""

    def exempts(self, scope: Scope) -> bool:
        """Return False."""
        return False


class Everybody(TokenExemption):
    """For a server that was told so (--insecure)."""

    def exempts(self, scope: Scope) -> bool:
        """Return True."""
        return True
