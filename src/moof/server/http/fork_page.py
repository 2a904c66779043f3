"""The page that `/?fork=TOKEN` leads to: a click on it starts a Mac for the visitor, who is sent there.

Opening the link starts nothing: messengers and mail scanners open links to preview them.
"""

import asyncio
import re
import secrets
import time
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from moof.sentence import said_by
from moof.server.auth.access import AccessRules
from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.cookies import NamedCookie
from moof.server.auth.sender import network_of
from moof.server.forks.errors import ForkError, NoSuchForkError
from moof.server.forks.forks import Forks, Visit
from moof.server.http.error_pages import page_for_people, prefers_html
from moof.server.http.forks_api import present
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import public
from moof.server.http.security_headers import security_headers

FORK_PATH: Final = "/fork"
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,255}|[0-9a-f:.]{2,45}")
_PNG: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"image/png": {}}}}
_COOKIE_SECONDS: Final = 90 * 86_400
_Token = Annotated[str, Query(max_length=100)]


def fork_in_query(scope: Scope) -> str | None:
    """Return the token in the query of a page's address, with which a visitor gets a Mac."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
        return None
    values = parse_qs(scope["query_string"].decode("latin-1")).get("fork", [])
    return values[0] if values else None


def to_fork_page(token: str) -> RedirectResponse:
    """Return the answer that leads to the page for a link's token."""
    return RedirectResponse(f"{FORK_PATH.lstrip('/')}?link={quote(token)}", 303)


def fork_page(forks: Forks | None, rules: AccessRules, audit: AuditLog) -> APIRouter:
    """Return the routes, which strangers may use: the link's token is what they show."""
    router = APIRouter(include_in_schema=False)

    @router.get(FORK_PATH)
    @public
    async def ask(request: Request, link: _Token) -> Response:
        """Show the state's picture, and a button."""
        await _found(present(forks), link)
        return _page(rules, request.scope, link)

    @router.get(f"{FORK_PATH}/picture", response_class=Response, responses={**_PNG, **problem_responses(404)})
    @public
    async def picture(link: _Token) -> Response:
        """Return the screen of the link's state, reduced."""
        data = await _found(present(forks), link)
        return Response(data, media_type="image/png", headers={"cache-control": "no-store"})

    @router.post(FORK_PATH)
    @public
    async def start(request: Request) -> Response:
        """Start a Mac, or the one that this browser had, and lead there with what its visitor needs."""
        there, (token, click) = present(forks), await _fields(request)
        cookie, actor = _cookie(rules, token), Actor.of_request(request.scope)
        identities = cookie.values(request.headers)[:_MAX_IDENTITIES]
        try:
            visit = await there.visit(token, identities, network_of(actor.address), click)
        except NoSuchForkError as error:
            raise HTTPException(404, said_by(error)) from error
        except ForkError as error:
            if prefers_html(request.headers):  # the visitor can try again
                return _page(rules, request.scope, token, str(error))
            raise HTTPException(503, said_by(error)) from error
        audit.record(AuditEvent.SIGNED_IN, actor, f"a Mac of the link {visit.link}", time.time())
        kept = cookie.header(visit.identity, _COOKIE_SECONDS, request.scope["scheme"])
        headers = {"cache-control": "no-store", "set-cookie": kept}
        return RedirectResponse(_address(visit, rules, request.scope), 303, headers)

    return router


_MAX_IDENTITIES: Final = 4


def _page(rules: AccessRules, scope: Scope, link: str, error: str = "") -> Response:
    """Return the page with the button, and why it did not start a Mac. Raises HTTPException."""
    origin = f"{_scheme(rules)}://{_url_host(_host(scope))}:*"
    policy = security_headers(rules.embedders, forms=(origin,))
    headers = {"cache-control": "no-store", "content-security-policy": policy["content-security-policy"]}
    status, click = 503 if error else 200, secrets.token_urlsafe(16)
    return page_for_people(
        "fork.html", scope, headers, status, link=link, query=quote(link), click=click, error=error
    )


async def _found(forks: Forks, token: str) -> bytes:
    """Return the picture of a link's state. Raises HTTPException."""
    try:
        return await asyncio.to_thread(forks.links.picture, token)
    except NoSuchForkError as error:
        raise HTTPException(404, said_by(error)) from error
    except ForkError as error:
        raise HTTPException(503, said_by(error)) from error


async def _fields(request: Request) -> tuple[str, str]:
    """Return a form's fields "link" and "click", "" without. Raises HTTPException."""
    try:
        body = await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400, "The request is incomplete.") from error
    values = parse_qs(body.decode("latin-1"))  # at most 16 KB, body_limits.py
    return values.get("link", [""])[0], values.get("click", [""])[0]


def _cookie(rules: AccessRules, token: str) -> NamedCookie:
    """Return the cookie with which a browser comes back to its Mac of a link."""
    return NamedCookie(f"moof-fork-{rules.page_port}-{token[:8]}", rules.tls, f"{rules.base_path}fork")


def _address(visit: Visit, rules: AccessRules, scope: Scope) -> str:
    host = _url_host(_host(scope))
    return f"{_scheme(rules)}://{host}:{visit.port}/?token={quote(visit.token)}"


def _scheme(rules: AccessRules) -> str:
    return "https" if rules.tls else "http"


def _host(scope: Scope) -> str:
    """Return the name by which the visitor's browser reaches this server. Raises HTTPException."""
    try:
        host = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
    except ValueError:
        host = ""
    if _HOST.fullmatch(host) is None:
        raise HTTPException(400, "The request names no host.")
    return host


def _url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
