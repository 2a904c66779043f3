"""The HTTP API of the emulator's states: the shelf, and saving, loading and going back."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from moof.extension import StateOperation
from moof.sentence import said_by
from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.roles import Permission
from moof.server.emulator.emulator_states import EmulatorStateError, EmulatorStates
from moof.server.http.audit_api import audited
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.states import StateError, StateSummary
from moof.states.errors import StateNameTakenError
from moof.states.metadata import MAX_STATE_NAME
from moof.states.state_shelf import StateShelf, checked_state_name

_PNG: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The picture",
    }
}
_Emulated = Literal["save", "load", "back"]
_ACTIONS: Final[dict[_Emulated, StateOperation]] = {
    "save": StateOperation.SAVE,
    "load": StateOperation.LOAD,
    "back": StateOperation.BACK,
}
_Name = Annotated[str, Path(max_length=MAX_STATE_NAME)]
_T = TypeVar("_T")


class StateEntry(BaseModel):
    """A state of the shelf: when it was saved (seconds since 1970), its size in bytes, its Mac."""

    name: str
    size: int
    saved: int
    width: int
    height: int
    depth: int
    ram_mb: int


class StateChange(BaseModel):
    """What to do: save the Mac under a new name, load the state of a name, or go back a minute.

    Or rename the state of a name, to `new_name`.
    """

    action: Literal["save", "load", "back", "rename"]
    name: str = ""
    new_name: str = ""


class StateFunctions(BaseModel):
    """What the emulator that runs does with states, and whether its states are uploaded and downloaded."""

    save: bool
    back: bool
    files: bool


def state_functions_api(states: EmulatorStates, *, files: bool) -> APIRouter:
    """Return the route /api/state-functions; `files`: whether states are uploaded and downloaded."""
    router = APIRouter(prefix="/api", responses=problem_responses(401, 403))

    @router.get("/state-functions")
    @needs(Permission.MANAGE)
    async def functions() -> StateFunctions:
        """Tell what can be done with states: save and load them, go back a minute, move their files."""
        return StateFunctions(save=states.can_save, back=states.can_go_back, files=files)

    return router


def states_api(shelf: StateShelf | None, states: EmulatorStates, audit: AuditLog) -> APIRouter:
    """Return the routes under /api/states."""
    router = APIRouter(prefix="/api/states", responses=problem_responses(401, 403))
    recorded = audited(audit, AuditEvent.FILES)

    @router.get("", name="states", responses=problem_responses(404))
    @needs(Permission.MANAGE)
    async def entries() -> list[StateEntry]:
        """List the states that can be read, the newest first; 404 without a folder of states."""
        return await _on_shelf(shelf, _entries)

    @router.get(
        "/{name}/picture",
        response_class=Response,
        responses={**_PNG, **problem_responses(404, 422)},
    )
    @needs(Permission.MANAGE)
    async def picture(name: _Name) -> Response:
        """Return the screen of a state, reduced."""
        summary: StateSummary = await _on_shelf(shelf, lambda there: there.summary(name))
        return Response(summary.picture, media_type="image/png")

    @router.post(
        "",
        name="change_state",
        status_code=204,
        responses=problem_responses(400, 404, 409, 411, 413, 422),
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def change(change: StateChange) -> None:
        """Save the Mac, load a state, or go back a minute; viewers stay connected. Or rename a state."""
        if change.action == "rename":
            await _rename(shelf, change.name, change.new_name)
        else:
            await _change(states, change.action, change.name)

    @router.delete(
        "/{name}",
        name="delete_state",
        status_code=204,
        responses=problem_responses(404, 422),
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def delete(name: _Name) -> None:
        """Delete a state of the shelf."""
        await _on_shelf(shelf, lambda there: there.delete(name))

    return router


def _checked(name: str) -> str:
    try:
        return checked_state_name(name)
    except StateError as error:
        raise HTTPException(422, said_by(error)) from error


async def _rename(shelf: StateShelf | None, name: str, new_name: str) -> None:
    wanted = _checked(new_name)
    await _on_shelf(shelf, lambda there: there.rename(name, wanted))


async def _change(states: EmulatorStates, action: _Emulated, name: str) -> None:
    if action != "back":
        _checked(name)
    try:
        await states.change_state(_ACTIONS[action], name)
    except EmulatorStateError as error:
        raise HTTPException(409, said_by(error)) from error


async def _on_shelf(shelf: StateShelf | None, act: Callable[[StateShelf], _T]) -> _T:
    """Read or write in another thread, since a disk may be slow. A StateError becomes 404 or 409."""
    if shelf is None:
        raise HTTPException(404, "This Mac has no states.")
    try:
        return await asyncio.to_thread(act, shelf)
    except StateNameTakenError as error:
        raise HTTPException(409, said_by(error)) from error
    except StateError as error:
        raise HTTPException(404, said_by(error)) from error


def _entries(shelf: StateShelf) -> list[StateEntry]:
    return [
        StateEntry(
            name=each.name,
            size=each.size,
            saved=each.metadata.saved,
            width=each.metadata.width,
            height=each.metadata.height,
            depth=each.metadata.depth,
            ram_mb=each.metadata.ram_mb,
        )
        for each in shelf.entries()
    ]
