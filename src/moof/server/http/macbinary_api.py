"""`GET /api/documents/NAME/macbinary`: a document with its type, creator and resource fork."""

import asyncio
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.roles import Permission
from moof.server.http.audit_api import audited
from moof.server.http.folder_problems import folder_problem
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.storage.documents_target import DocumentsTarget
from moof.server.storage.folder_errors import FolderError
from moof.server.storage.macbinary_export import open_export

MEDIA_TYPE: Final = "application/x-macbinary"
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        "description": "The MacBinary file",
    }
}


def macbinary_api(documents: DocumentsTarget | None, audit: AuditLog) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/documents", responses=problem_responses(401, 403))

    @router.get(
        "/{file}/macbinary",
        response_class=StreamingResponse,
        responses={**_FILE, **problem_responses(404, 409, 422)},
        dependencies=[audited(audit, AuditEvent.FILES)],
    )
    @needs(Permission.MANAGE)
    async def download_macbinary(file: str) -> StreamingResponse:
        """Download a document as a MacBinary III file; texts in Mac Roman."""
        if documents is None:
            raise HTTPException(404, "This Mac has no disk of documents.")
        try:
            export = await asyncio.to_thread(lambda: open_export(documents.file(file), documents.layout))
        except FolderError as error:
            raise folder_problem(error) from error
        except OSError as error:
            raise HTTPException(409, f"The document cannot be read: {error.strerror}.") from error
        headers = {
            "content-length": str(export.length),
            "content-disposition": f"attachment; filename*=utf-8''{quote(file, safe='')}.bin",
        }
        return StreamingResponse(export.parts(), media_type=MEDIA_TYPE, headers=headers)

    return router
