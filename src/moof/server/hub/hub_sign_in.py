"""Signing in through the Hub: the redirect to it, the callback, and those whom it has vouched for."""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from moof.server.auth.access import AccessRules
from moof.server.auth.roles import Role
from moof.server.auth.token_store import NamedToken
from moof.server.http.external_sign_in import ExternalSignIn
from moof.server.http.route_permissions import public
from moof.server.http.sign_in import SignIn
from moof.server.hub.authorization import PENDING_SECONDS, Authorization
from moof.server.hub.hub_api import HubApi, HubRefusedError, HubUnreachableError

LOG: Final = logging.getLogger(__name__)

MAX_MEMBERS: Final = 500
"""People whom the Hub has vouched for, at one Mac."""
_NOT_STORED: Final = {"cache-control": "no-store"}
_FOREIGN_STATE: Final = (
    "This sign-in was begun in another browser, or too long ago. Open the Mac's page again."
)
_NO_ACCESS: Final = "The Hub says that you have no access to this Mac. Its owner can share it with you there."
_UNREACHABLE: Final = "The Hub that knows you does not answer. Open the Mac's page again in a few seconds."
_FULL: Final = "Too many people are signed in at this Mac."


@dataclass(frozen=True, slots=True)
class Vouched:
    """A user whom the Hub knows: the OAuth token by which it can be asked again, and the role."""

    bearer: str
    role: Role


class HubSignIn(ExternalSignIn):
    """Makes login sessions for those whom the Hub vouches for. On the event loop."""

    def __init__(self, api: HubApi, rules: AccessRules, sign_in: SignIn) -> None:
        self._api = api
        self._rules = rules
        self._sign_in = sign_in
        self._authorization = Authorization(api.hub)
        self._vouched: dict[str, Vouched] = {}
        """By the id of the token that was granted."""

    @property
    def members(self) -> Collection[str]:
        """The ids of the tokens granted to those whom the Hub has vouched for."""
        return tuple(self._vouched)

    def begin(self, scope: Scope) -> Response:
        """Return the redirect to the Hub, with a cookie that binds the sign-in to this browser."""
        query = scope["query_string"].decode("latin-1") if scope["path"] == "/" else ""
        state, address = self._authorization.begin(query, time.monotonic())
        response = RedirectResponse(address, 302, _NOT_STORED)
        response.set_cookie(
            self._state_cookie(state),
            state,
            max_age=int(PENDING_SECONDS),
            path=self._rules.base_path,
            secure=scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )
        return response

    def router(self) -> APIRouter:
        """Return the route of the callback."""
        router = APIRouter(include_in_schema=False)

        @router.get(self._api.hub.callback_path)
        @public
        async def callback(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
            query = self._authorization.finish(state, self._states(request, state), time.monotonic())
            if query is None:
                raise HTTPException(403, _FOREIGN_STATE)
            if error or not code:
                raise HTTPException(403, _NO_ACCESS)
            cookie = await self._admit(code, request.scope)
            page = self._rules.base_path + (f"?{query}" if query else "")
            response = RedirectResponse(page, 303, _NOT_STORED)
            response.delete_cookie(self._state_cookie(state), self._rules.base_path)
            if cookie is not None:
                response.headers.append("set-cookie", cookie)
            return response

        return router

    async def review(self, now: float) -> None:
        """Ask the Hub again for each who is signed in; whom it refuses is signed out. `now` since 1970."""
        used = {each.token for each in self._rules.credentials.logins(now)}
        for token, vouched in list(self._vouched.items()):
            if token not in used:
                self._forget(token)
                continue
            try:
                member = await self._api.member(vouched.bearer)
            except HubRefusedError:
                self._forget(token)
            except HubUnreachableError as error:
                LOG.debug("A review waits: %s.", error)  # the Hub may be restarted while Macs run
                return
            else:
                if member.role(self._api.hub) is not vouched.role:
                    self._forget(token)

    async def _admit(self, code: str, scope: Scope) -> str | None:
        """Return the Set-Cookie header for whom a code belongs to, None if the cookie stays."""
        try:
            bearer = await self._api.exchange(self._authorization.code_form(code))
            member = await self._api.member(bearer)
        except HubRefusedError as error:
            raise HTTPException(403, _NO_ACCESS) from error
        except HubUnreachableError as error:
            LOG.warning("A sign-in failed: %s.", error)
            raise HTTPException(503, _UNREACHABLE) from error
        role = member.role(self._api.hub)
        if role is None:
            raise HTTPException(403, _NO_ACCESS)
        token = NamedToken(f"hub-{member.name}", "", role, member.name, time.time())
        if token.id not in self._vouched and len(self._vouched) >= MAX_MEMBERS:
            raise HTTPException(503, _FULL)
        await self._grant(token, bearer)
        return await self._sign_in.admit(token, scope)

    async def _grant(self, token: NamedToken, bearer: str) -> None:
        """Let a user in, and end what they had with another role: roles change at the Hub."""
        self._vouched[token.id] = Vouched(bearer, token.role)
        credentials = self._rules.credentials
        credentials.grant(token)
        logins = credentials.logins(token.made)
        if old := [each.id for each in logins if each.token == token.id and each.role is not token.role]:
            await credentials.end_logins(old)

    def _forget(self, token: str) -> None:
        del self._vouched[token]
        self._rules.credentials.revoke(token)

    def _states(self, request: Request, state: str) -> list[str]:
        found = request.cookies.get(self._state_cookie(state))
        return [found] if found is not None else []

    def _state_cookie(self, state: str) -> str:
        """Return the name of a sign-in's cookie: several tabs sign in at the same time."""
        shown = "".join(each for each in state[:8] if each.isalnum())
        return f"{self._rules.cookie.name}-hub-{shown}"
