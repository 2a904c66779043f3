"""Signing in and out, and who one is: `POST /sign-in`, `POST /sign-out`, `GET /api/me`."""

import re
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from moof.server.auth.access import AccessRules
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.server.auth.roles import Permission, Role
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs, public
from moof.server.http.sign_in import PAGE, RETRY, SignIn, TooManyTokensError, WrongTokenError

_FORM: Final = "application/x-www-form-urlencoded"
_NOT_STORED: Final = {"cache-control": "no-store"}


class TokenBody(BaseModel):
    """The JSON body of `POST /sign-in`."""

    token: str = Field(max_length=1_000)


class Me(BaseModel):
    """The sender of the request: `login` says whether they signed in, and can sign out.

    `embedders` are the origins whose pages may control the page that they embed.
    """

    role: Role
    name: str
    login: bool
    permissions: list[Permission]
    embedders: list[str]


def sign_in_api(rules: AccessRules, sign_in: SignIn) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    _add_signing(router, sign_in)

    @router.get("/api/me", responses=problem_responses(401, 403))
    @needs(Permission.WATCH)
    async def me(request: Request) -> Me:
        """Return who sends this request, and what they may do."""
        principal: Principal = request.scope[PRINCIPAL]
        permissions = rules.policy.permissions(principal.role)
        return Me(
            role=principal.role,
            name=principal.name,
            login=principal.login is not None,
            permissions=permissions,
            embedders=sorted(str(origin) for origin in rules.embedders),
        )

    return router


def _add_signing(router: APIRouter, sign_in: SignIn) -> None:
    @router.post("/sign-in", include_in_schema=False)
    @public
    async def attempt(request: Request) -> Response:
        """Sign in with the token of a form (answer: 303 to the page) or of a JSON object (204)."""
        token = await _token(request)
        try:
            cookie = await sign_in.attempt(token, request.scope)
        except WrongTokenError as error:
            raise HTTPException(401, str(error)) from error
        except TooManyTokensError as error:
            raise HTTPException(429, str(error), RETRY) from error
        return _answer(request, cookie)

    @router.post("/sign-out", include_in_schema=False)
    @public
    async def leave(request: Request) -> Response:
        """End the login session and remove its cookie: 303 to the page for a form, else 204."""
        return _answer(request, await sign_in.sign_out(request.scope))


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM


async def _token(request: Request) -> str:
    """Return the token in a request's body. Raises HTTPException."""
    try:
        body = await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400, "The request is incomplete.") from error
    if _is_form(request):
        fields = dict(parse_qsl(body.decode("latin-1")))  # at most 16 KB, body_limits.py
        return token_of(fields.get("token", ""))
    try:
        return TokenBody.model_validate_json(body).token
    except ValidationError as error:
        raise HTTPException(422, 'The body must be a JSON object {"token": "…"}, or a form.') from error


def token_of(text: str) -> str:
    """Return the token that a person has entered: itself, or the link that contains it."""
    in_link = re.search(r"[?&]token=([^&#\s]+)", text)
    return unquote(in_link[1]) if in_link else text.strip()


def _answer(request: Request, cookie: str | None) -> Response:
    headers = {**_NOT_STORED, **({"set-cookie": cookie} if cookie is not None else {})}
    if _is_form(request):
        return RedirectResponse(PAGE, 303, headers)
    options: dict[str, Any] = {"status_code": 204, "headers": headers}
    return Response(**options)
