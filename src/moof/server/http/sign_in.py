"""Signing in with a token: by the link `/?token=…`, or by a form."""

import logging
import time
from typing import Final

from starlette.types import Scope

from moof.server.auth.access import AccessRules
from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.server.auth.record_file import TokenError
from moof.server.auth.roles import Role
from moof.server.auth.token_store import NamedToken, UsedUpError

LOG: Final = logging.getLogger(__name__)

_WRONG: Final = "This token is not, or no longer, one of this server's."
_NOT_COUNTED: Final = "The use of this link cannot be written at this moment. Try again later."
_TOO_MANY: Final = "Too many wrong tokens come from your network. Try again in a few seconds."

RETRY: Final = {"retry-after": "8"}
"""The headers of status 429 (RFC 6585)."""


PAGE: Final = "./"
"""The page's URL, relative to those on which a person signs in and out: a proxy may have it below a path."""


class WrongTokenError(Exception):
    """The token is none of this server's, or has expired, been withdrawn or used up; the text says which."""


class TooManyTokensError(Exception):
    """Wrong tokens of the same network wait for their refusal; this one was not looked at."""


class SignIn:
    """Makes login sessions, and ends them."""

    def __init__(self, rules: AccessRules, audit: AuditLog) -> None:
        self._rules = rules
        self._audit = audit

    async def attempt(self, token: str, scope: Scope) -> str | None:
        """Sign the sender of an identified request in; return the Set-Cookie header.

        It is None if the cookie stays: that of the same token, or of a login session that may do more than
        the token, so that who follows a link to watch keeps what they may do. Raises WrongTokenError, after
        a delay, or TooManyTokensError.
        """
        return await self.admit(await self._found(token, scope), scope)

    async def admit(self, found: NamedToken, scope: Scope) -> str | None:
        """Make a login session from a token for the sender of an identified request, as `attempt`.

        Raises WrongTokenError for a token that has no use left.
        """
        principal: Principal | None = scope[PRINCIPAL]
        login = principal.login if principal is not None else None
        if principal is not None and login is not None and not _is_better(found, principal):
            return None
        address, now = _address(scope), time.time()
        cookie = await self._cookie(found, scope, now, login or "")
        self._audit.record(AuditEvent.SIGNED_IN, Actor(found.role.value, found.name, address), "", now)
        return self._rules.cookie.set(cookie, scope["scheme"])

    def asks_first(self, secret: str, scope: Scope) -> bool:
        """Return whether a link asks for a click: one whose uses are counted, unless following it makes none.

        Messengers and mail scanners open links to preview them, which is to use none up.
        """
        if not self._rules.wrong_tokens.may_try(_address(scope)):
            return False
        found, principal = self._rules.credentials.token(secret, time.time()), scope[PRINCIPAL]
        if found is None or found.uses is None or found.is_used_up:
            return False
        return principal is None or principal.login is None or _is_better(found, principal)

    async def _cookie(self, token: NamedToken, scope: Scope, now: float, replaces: str) -> str:
        """Return the cookie of a new login session. Raises WrongTokenError if the token makes no more."""
        try:
            return await self._rules.credentials.sign_in(token, _address(scope), now, replaces)
        except UsedUpError as error:
            detail = f"a link without uses left: {token.name}"
            self._audit.record(AuditEvent.REFUSED, Actor.of_request(scope), detail, now)
            raise WrongTokenError(str(error)) from error
        except TokenError as error:
            LOG.warning("A sign-in: %s", error)  # the owner's concern
            raise WrongTokenError(_NOT_COUNTED) from error

    async def sign_out(self, scope: Scope) -> str:
        """End the login session of an identified request; return the Set-Cookie header."""
        principal: Principal | None = scope[PRINCIPAL]
        if principal is not None and principal.login is not None:
            try:
                await self._rules.credentials.end_logins([principal.login])
            except TokenError as error:
                LOG.warning("A sign-out: %s", error)  # the owner's concern
            self._audit.record(AuditEvent.SIGNED_OUT, Actor.of(principal), "", time.time())
        return self._rules.cookie.clear(scope["scheme"])

    async def refuse_bearer(self, scope: Scope) -> None:
        """Delay the refusal of a request with a wrong token. Raises TooManyTokensError."""
        await self._check_tries(scope)
        await self._rules.wrong_tokens.delay(_address(scope))

    async def _found(self, secret: str, scope: Scope) -> NamedToken:
        """Return the token of a sign-in. Raises WrongTokenError, after a delay, or TooManyTokensError."""
        await self._check_tries(scope)
        found = self._rules.credentials.token(secret, time.time())
        if found is not None:
            return found
        self._audit.record(AuditEvent.REFUSED, Actor.of_request(scope), "a wrong token", time.time())
        if not self._is_owner(scope):
            await self._rules.wrong_tokens.delay(_address(scope))
        raise WrongTokenError(_WRONG)

    async def _check_tries(self, scope: Scope) -> None:
        """Raise TooManyTokensError, after a delay, if a token of this sender is not to be looked at."""
        waits, address = self._rules.wrong_tokens, _address(scope)
        if not waits.may_try(address):
            await waits.pause(address)
            raise TooManyTokensError(_TOO_MANY)

    def _is_owner(self, scope: Scope) -> bool:
        """Return whether the sender has nothing to gain from guessing; an old link is not to be slow."""
        return scope[PRINCIPAL] is not None and scope[PRINCIPAL].role is Role.OWNER


def _address(scope: Scope) -> str:
    address, _ = scope.get("client") or ("", 0)
    return str(address)


def _is_better(token: NamedToken, principal: Principal) -> bool:
    """Return whether a token is another one than that of the login session, and may do as much."""
    return principal.token != token.id and token.role.includes(principal.role)
