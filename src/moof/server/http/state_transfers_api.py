"""The HTTP API that uploads and downloads states of the built-in Mac."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.roles import Permission
from moof.server.http.audit_api import audited
from moof.server.http.folder_problems import folder_problem
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.storage.folder_errors import FolderError
from moof.server.storage.state_transfers import StateTransfers
from moof.states.metadata import MAX_STATE_NAME

_BINARY: Final[dict[str, Any]] = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
}
_Name = Annotated[str, Path(max_length=MAX_STATE_NAME)]


def state_transfers_api(transfers: StateTransfers | None, audit: AuditLog) -> APIRouter:
    """Return the routes for the files of states, under /api/states."""
    router = APIRouter(prefix="/api/states", responses=problem_responses(401, 403))
    recorded = audited(audit, AuditEvent.FILES)

    @router.get(
        "/{name}",
        name="download_state",
        response_class=FileResponse,
        responses={200: {**_BINARY, "description": "The state's bytes"}, **problem_responses(404, 422)},
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def download(name: _Name) -> FileResponse:
        """Download a state, as a file that another Moof can load."""
        try:
            path = await asyncio.to_thread(_present(transfers).file, name)
        except FolderError as error:
            raise folder_problem(error) from error
        return FileResponse(path, media_type="application/octet-stream", filename=path.name)

    @router.put(
        "/{name}",
        name="upload_state",
        status_code=204,
        openapi_extra={"requestBody": {**_BINARY, "required": True}},
        responses=problem_responses(400, 404, 409, 411, 413, 422, 429, 507),
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def upload(name: _Name, request: Request) -> None:
        """Upload a state under a new name; it is checked before it is kept."""
        try:
            await _present(transfers).store(name, request.stream())
        except FolderError as error:
            raise folder_problem(error) from error
        except ClientDisconnect as error:
            raise HTTPException(400, "The upload is incomplete; nothing was stored.") from error

    return router


def _present(transfers: StateTransfers | None) -> StateTransfers:
    if transfers is None:
        raise HTTPException(404, "This Mac has no states.")
    return transfers
