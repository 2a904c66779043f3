"""Signing in with a token: by the link `/?token=…`, or by a form."""

import time

from starlette.types import Scope

from moof.server.auth.access import AccessRules
from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.server.auth.token_store import NamedToken


class WrongTokenError(Exception):
    """The token is none of this server's, or has expired or been withdrawn."""


class SignIn:
    """Makes login sessions."""

    def __init__(self, rules: AccessRules, audit: AuditLog) -> None:
        self._rules = rules
        self._audit = audit

    async def attempt(self, token: str, scope: Scope) -> str | None:
        """Sign the sender of an identified request in; return the Set-Cookie header.

        It is None if the cookie stays: that of the same token, or of a login session that may do more than
        the token, so that who follows a link to watch keeps what they may do. Raises WrongTokenError.
        """
        credentials, now = self._rules.credentials, time.time()
        found = credentials.token(token, now)
        if found is None:
            self._audit.record(AuditEvent.REFUSED, Actor.of_request(scope), "a wrong token", now)
            raise WrongTokenError("This token is not, or no longer, one of this server's.")
        principal: Principal | None = scope[PRINCIPAL]
        login = principal.login if principal is not None else None
        if principal is not None and login is not None and not _is_better(found, principal):
            return None
        address, _ = scope.get("client") or ("", 0)
        cookie = await credentials.sign_in(found, address, now, replaces=login or "")
        self._audit.record(AuditEvent.SIGNED_IN, Actor(found.role.value, found.name, address), "", now)
        return self._rules.cookie.set(cookie, scope["scheme"])


def _is_better(token: NamedToken, principal: Principal) -> bool:
    """Return whether a token is another one than that of the login session, and may do as much."""
    return principal.token != token.id and token.role.includes(principal.role)
