"""The owner's HTTP API of the links that start Macs for visitors."""

import asyncio
import time
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from moof.sentence import said_by
from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.roles import Permission
from moof.server.forks.errors import ForkError
from moof.server.forks.fork_documents import CopiedDocuments
from moof.server.forks.fork_links import ForkLink
from moof.server.forks.forks import Forks
from moof.server.http.audit_api import audited
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.states import StateError
from moof.states.metadata import MAX_STATE_NAME

NO_FORKS: Final = "This Mac starts none for visitors: its operator can allow it (--forks)."


class ForkReport(BaseModel):
    """A link: the name of its state, when it was made (seconds since 1970), how many Macs of it run.

    `token` is what its address ends with, `/?fork=TOKEN`. `documents`: whether the disk of its Macs begins
    with a copy of the documents that there were when the link was made.
    """

    id: str
    state: str
    made: float
    token: str
    address: str
    running: int
    documents: CopiedDocuments


class ForksReport(BaseModel):
    """How many Macs may run for visitors at a time (0: none), how many do, and the links by their states."""

    most: int
    running: int
    links: list[ForkReport]


class ForkWish(BaseModel):
    """A link to make: the name of a state."""

    state: str = Field(max_length=MAX_STATE_NAME)


def forks_api(forks: Forks | None, audit: AuditLog) -> APIRouter:
    """Return the routes under /api/forks."""
    router = APIRouter(prefix="/api/forks", responses=problem_responses(401, 403))
    _add_reading(router, forks)
    _add_changes(router, forks, audit)
    return router


def _add_reading(router: APIRouter, forks: Forks | None) -> None:
    @router.get("", responses=problem_responses(409))
    @needs(Permission.MANAGE)
    async def fork_links(request: Request) -> ForksReport:
        """List the links that start Macs for visitors."""
        if forks is None:
            return ForksReport(most=0, running=0, links=[])
        try:
            links = await asyncio.to_thread(forks.links.states)
        except ForkError as error:
            raise HTTPException(409, said_by(error)) from error
        reports = [_report(forks, state, links[state], request) for state in sorted(links)]
        return ForksReport(most=forks.most, running=sum(forks.running.values()), links=reports)


def _add_changes(router: APIRouter, forks: Forks | None, audit: AuditLog) -> None:
    recorded = [audited(audit, AuditEvent.TOKENS)]

    @router.post(
        "", status_code=201, responses=problem_responses(400, 404, 409, 411, 413, 422), dependencies=recorded
    )
    @needs(Permission.MANAGE)
    async def make_fork_link(wish: ForkWish, request: Request) -> ForkReport:
        """Return the link of a state; whoever opens it gets a Mac that goes on from there."""
        there = present(forks)
        try:
            link = await asyncio.to_thread(there.links.add, wish.state, time.time())
        except StateError as error:
            raise HTTPException(404, said_by(error)) from error
        except ForkError as error:
            raise HTTPException(409, said_by(error)) from error
        return _report(there, wish.state, link, request)

    @router.delete(
        "/{link}", status_code=204, responses=problem_responses(404, 409, 422), dependencies=recorded
    )
    @needs(Permission.MANAGE)
    async def withdraw_fork_link(link: Annotated[str, Path(min_length=1, max_length=32)]) -> None:
        """Withdraw a link: nobody gets a Mac by it any more. Those that run go on."""
        try:
            removed = await asyncio.to_thread(present(forks).links.remove, link)
        except ForkError as error:
            raise HTTPException(409, said_by(error)) from error
        if not removed:
            raise HTTPException(404, f"There is no link {link}.")


def present(forks: Forks | None) -> Forks:
    """Return what starts Macs for visitors. Raises HTTPException if the operator does not allow it."""
    if forks is None:
        raise HTTPException(404, NO_FORKS)
    return forks


def _report(forks: Forks, state: str, link: ForkLink, request: Request) -> ForkReport:
    return ForkReport(
        id=link.id,
        state=state,
        made=link.made,
        token=link.token,
        address=f"{request.base_url}?fork={quote(link.token)}",
        running=forks.running.get(link.id, 0),
        documents=link.documents,
    )
