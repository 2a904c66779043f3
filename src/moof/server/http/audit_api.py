"""`GET /api/audit`: the audit log; and the dependency of routes that belong into it."""

import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from moof.server.auth.audit import Actor, AuditEntry, AuditEvent, AuditLog
from moof.server.auth.roles import Permission
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs


class AuditReport(BaseModel):
    """An entry of the audit log: `time` in seconds since 1970, `suppressed` how many were left out before it.

    `role`, `name` and `address` say who it was; "" is unknown.
    """

    time: float
    event: AuditEvent
    role: str
    name: str
    address: str
    detail: str
    suppressed: int

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditReport":
        """Return an entry for the API."""
        actor = entry.actor
        return cls(
            time=entry.time,
            event=entry.event,
            role=actor.role,
            name=actor.name,
            address=actor.address,
            detail=entry.detail,
            suppressed=entry.suppressed,
        )


def audit_api(log: AuditLog) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api", responses=problem_responses(401, 403))

    @router.get("/audit")
    @needs(Permission.MANAGE)
    async def audit() -> list[AuditReport]:
        """Return the newest entries of the audit log, the newest first."""
        return [AuditReport.of(entry) for entry in log.entries]

    return router


def audited(log: AuditLog, event: AuditEvent) -> Any:
    """Return a route's dependency that records each request which the route has carried out."""

    async def record(request: Request) -> AsyncIterator[None]:
        yield  # raises what the route raises
        actor = Actor.of_request(request.scope)
        log.record(event, actor, f"{request.method} {request.url.path}", time.time())

    return Depends(record, scope="function")  # before the answer is sent: then the entry is in the log
