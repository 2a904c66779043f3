"""Signing in at another server, which knows the people, in place of tokens."""

from abc import abstractmethod
from typing import Final, Protocol

from fastapi import APIRouter
from starlette.responses import Response
from starlette.types import Scope

EXTERNAL_SIGN_IN: Final = "moof.external-sign-in"
"""Key of a scope: an unknown sender of this request is sent to the other server's sign-in (bool)."""


class ExternalSignIn(Protocol):
    """Sends strangers to the other server, and takes them when they come back."""

    @abstractmethod
    def begin(self, scope: Scope) -> Response:
        """Return the redirect for a stranger whose browser navigates."""

    @abstractmethod
    def router(self) -> APIRouter:
        """Return the routes to which the other server sends people back."""
