"""The owner's HTTP API of login sessions and tokens."""

import time
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.credential_store import Credentials
from moof.server.auth.login_sessions import LoginSession
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.server.auth.record_file import TokenError
from moof.server.auth.roles import Permission, Role
from moof.server.auth.token_store import MAX_LIFETIME, MAX_NAME, MAX_USES
from moof.server.http.audit_api import audited
from moof.server.http.backend import Backend
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs

Id = Annotated[str, Path(min_length=1, max_length=32)]


class LoginReport(BaseModel):
    """A login session. Times are in seconds since 1970; `expires` unless it is used before.

    `current` is that of the request, `connected` one with a page that is open.
    """

    id: str
    role: Role
    name: str
    address: str
    token: str
    made: float
    last_seen: float
    expires: float
    current: bool
    connected: bool


class TokenReport(BaseModel, from_attributes=True):
    """A token without its secret. Times are in seconds since 1970; `expires` is null for never.

    `uses` is how many login sessions it may make (null: any number), `used` how many of those it has made.
    """

    id: str
    role: Role
    name: str
    made: float
    expires: float | None
    uses: int | None
    used: int


class TokenWish(BaseModel):
    """A token to make: for whom, in how many seconds it expires (null: never), how often it may be used.

    One with a number of uses (null: any number) is for signing in alone; each new login session is one use.
    """

    role: Role
    name: str = Field(min_length=1, max_length=MAX_NAME)
    expires: float | None = Field(None, gt=0, le=MAX_LIFETIME)
    uses: int | None = Field(None, ge=1, le=MAX_USES)


class NewToken(BaseModel):
    """A token that was made: its secret is shown this once, alone and in the page's address."""

    id: str
    token: str
    address: str


def people_api(credentials: Credentials, backend: Backend) -> APIRouter:
    """Return the routes under /api/sessions and /api/tokens."""
    router = APIRouter(prefix="/api", responses=problem_responses(401, 403))
    _add_sessions(router, credentials, backend)
    _add_tokens(router, credentials, backend.audit)
    return router


def _add_sessions(router: APIRouter, credentials: Credentials, backend: Backend) -> None:
    @router.get("/sessions")
    @needs(Permission.MANAGE)
    async def sessions(request: Request) -> list[LoginReport]:
        """List the login sessions, the oldest first."""
        principal: Principal = request.scope[PRINCIPAL]
        connected = backend.connected_logins()
        return [
            _login_report(each, each.id == principal.login, each.id in connected)
            for each in credentials.logins(time.time())
        ]

    @router.delete(
        "/sessions/{login}",
        status_code=204,
        responses=problem_responses(404, 409, 422),
        dependencies=[audited(backend.audit, AuditEvent.SESSIONS)],
    )
    @needs(Permission.MANAGE)
    async def end(login: Id) -> None:
        """End a login session; its pages are disconnected."""
        try:
            ended = await credentials.end_logins([login])
        except TokenError as error:
            raise HTTPException(409, str(error)) from error
        if not ended:
            raise HTTPException(404, f"There is no login session {login}.")


def _add_tokens(router: APIRouter, credentials: Credentials, audit: AuditLog) -> None:
    recorded = [audited(audit, AuditEvent.TOKENS)]

    @router.get("/tokens")
    @needs(Permission.MANAGE)
    async def tokens() -> list[TokenReport]:
        """List the tokens, expired ones included, the oldest first."""
        return [TokenReport.model_validate(each) for each in credentials.tokens]

    responses = problem_responses(400, 409, 411, 413, 422)

    @router.post("/tokens", status_code=201, responses=responses, dependencies=recorded)
    @needs(Permission.MANAGE)
    async def add(wish: TokenWish, request: Request) -> NewToken:
        """Make a token, and the address with which a person signs in."""
        try:
            added = credentials.add_token(wish.role, wish.name, time.time(), wish.expires, wish.uses)
            token, secret = await added
        except ValueError as error:
            raise HTTPException(422, f"{error}.") from error
        except TokenError as error:
            raise HTTPException(409, str(error)) from error
        return NewToken(id=token.id, token=secret, address=f"{request.base_url}?token={quote(secret)}")

    @router.delete(
        "/tokens/{token}", status_code=204, responses=problem_responses(404, 409, 422), dependencies=recorded
    )
    @needs(Permission.MANAGE)
    async def withdraw(token: Id) -> None:
        """Withdraw a token; its login sessions end, and their pages are disconnected."""
        try:
            withdrawn = await credentials.remove_token(token)
        except TokenError as error:
            raise HTTPException(409, str(error)) from error
        if not withdrawn:
            raise HTTPException(404, f"There is no token {token}.")


def _login_report(login: LoginSession, current: bool, connected: bool) -> LoginReport:
    return LoginReport(
        id=login.id,
        role=login.role,
        name=login.name,
        address=login.address,
        token=login.token,
        made=login.made,
        last_seen=login.last_seen,
        expires=login.expires,
        current=current,
        connected=connected,
    )
