"""`/api/floor`: who has mouse and keyboard, and the rules by which they are passed on."""

import time

from fastapi import APIRouter
from pydantic import BaseModel, Field

from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.roles import Permission
from moof.server.config.floor_rules import MAX_TURN_MINUTES, FloorMode, FloorRules
from moof.server.http.audit_api import audited
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.protocol.people_messages import Line
from moof.server.session.presence import Presence


class FloorRulesBody(BaseModel):
    """The body of `PUT /api/floor`; `minutes` is the length of a turn with the mode `queue`."""

    mode: FloorMode
    minutes: float = Field(default=FloorRules().turn_minutes, ge=0.1, le=MAX_TURN_MINUTES)


class PersonReport(BaseModel):
    """Somebody who is here. `line` is good, slow, poor or, not measured, ""; `plays`: may get the mouse."""

    viewer: str
    name: str
    role: str
    plays: bool
    present: bool
    line: Line


class FloorReport(BaseModel):
    """Who is here and who has mouse and keyboard: `holder` and `waiting` are viewers, "" is nobody."""

    mode: FloorMode
    minutes: float
    holder: str
    waiting: list[str]
    people: list[PersonReport]


def floor_api(presence: Presence, audit: AuditLog) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api", responses=problem_responses(401, 403))

    @router.get("/floor")
    @needs(Permission.WATCH)
    async def floor() -> FloorReport:
        """Return who is here, and who has mouse and keyboard."""
        people = presence.people()
        persons = [PersonReport.model_validate(each, from_attributes=True) for each in people.people]
        return FloorReport(
            mode=FloorMode(people.mode),
            minutes=people.minutes,
            holder=people.holder,
            waiting=list(people.waiting),
            people=persons,
        )

    @router.put(
        "/floor",
        responses=problem_responses(400, 411, 413, 422),
        dependencies=[audited(audit, AuditEvent.FLOOR)],
    )
    @needs(Permission.MANAGE)
    async def set_floor(body: FloorRulesBody) -> FloorReport:
        """Change how mouse and keyboard are passed on, until the server ends."""
        presence.floor.set_rules(FloorRules(body.mode, body.minutes), time.monotonic())
        return await floor()

    return router
