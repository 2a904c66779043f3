"""The HTTP API of uploads that go on where they were cut: tus 1.0.0 with creation and termination.

Source: https://tus.io/protocols/resumable-upload. `ResumableUploads` keeps the bytes; `UploadTarget` says how
a further kind of files is uploaded.
"""

import base64
import binascii
import time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.roles import Permission
from moof.server.http.folder_problems import folder_problem
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.storage.folder_errors import FolderError
from moof.server.storage.resumable_uploads import ResumableUploads
from moof.server.storage.unfinished_upload import UploadFacts
from moof.server.storage.upload_target import UploadRequest

VERSION: Final = "1.0.0"
MEDIA_TYPE: Final = "application/offset+octet-stream"
_TUS: Final = {"tus-resumable": VERSION, "cache-control": "no-store"}
_ANY_BYTES: Final = "application/octet-stream"
"""What programs send that make requests from the API's schema; tus itself knows only its own type."""
_TYPES: Final = (MEDIA_TYPE, _ANY_BYTES)
_MAX_LENGTH: Final = 2**53
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "description": f"The bytes; their type is {MEDIA_TYPE} or {_ANY_BYTES}.",
        "content": {_ANY_BYTES: {"schema": {"type": "string", "format": "binary"}}},
        "required": True,
    }
}
_Folder = Annotated[str, Query(max_length=20, description="disks, roms, documents or states")]
_Identity = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
_Length = Annotated[int, Header(ge=0, le=_MAX_LENGTH, description="The file's bytes")]
_Offset = Annotated[int, Header(ge=0, le=_MAX_LENGTH, description="The bytes that were sent before")]
_Metadata = Annotated[str, Header(max_length=2000, description="`filename`, and its name in base64")]


def uploads_api(uploads: ResumableUploads, audit: AuditLog) -> APIRouter:
    """Return the routes under /api/uploads."""
    router = APIRouter(prefix="/api/uploads", responses=problem_responses(401, 403))
    _add_create(router, uploads, audit)
    _add_append(router, uploads, audit)

    @router.get("/{identity}", status_code=204, responses=problem_responses(404, 422))
    @needs(Permission.MANAGE)
    async def upload_offset(identity: _Identity) -> Response:
        """Return in `Upload-Offset` how many bytes of an upload are here; tus asks with HEAD."""
        try:
            return _answer(await uploads.facts(identity), 204)
        except FolderError as error:
            raise folder_problem(error) from error

    @router.delete("/{identity}", status_code=204, responses=problem_responses(404, 422, 507))
    @needs(Permission.MANAGE)
    async def discard_upload(identity: _Identity) -> Response:
        """Remove an unfinished upload."""
        try:
            await uploads.discard(identity)
        except FolderError as error:
            raise folder_problem(error) from error
        return Response(status_code=204, headers=_TUS)

    return router


def _add_create(router: APIRouter, uploads: ResumableUploads, audit: AuditLog) -> None:
    @router.post(
        "", status_code=201, response_class=Response,
        responses=problem_responses(400, 404, 409, 411, 413, 422, 429, 507),
    )  # fmt: skip
    @needs(Permission.MANAGE)
    async def create_upload(
        request: Request,
        folder: _Folder,
        upload_length: _Length,
        upload_metadata: _Metadata,
        replace: bool = False,
    ) -> Response:
        """Begin an upload, whose address is in the answer; only with `replace` it replaces a file."""
        try:
            wanted = UploadRequest(_file_name(upload_metadata), upload_length, replace)
            facts = await uploads.create(folder, wanted)
        except FolderError as error:
            raise folder_problem(error) from error
        _record(audit, request, facts)
        return _answer(facts, 201, {"location": f"uploads/{facts.identity}"})


def _add_append(router: APIRouter, uploads: ResumableUploads, audit: AuditLog) -> None:
    @router.patch(
        "/{identity}", status_code=204, response_class=Response, openapi_extra=_BODY,
        responses=problem_responses(400, 404, 409, 411, 413, 415, 422, 429, 507),
    )  # fmt: skip
    @needs(Permission.MANAGE)
    async def append_to_upload(identity: _Identity, upload_offset: _Offset, request: Request) -> Response:
        """Append bytes at `Upload-Offset`; with the last one the file gets its name."""
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _TYPES:
            raise HTTPException(415, f"The content type has to be {MEDIA_TYPE}.")
        try:
            facts = await uploads.append(identity, upload_offset, request.stream())
        except FolderError as error:
            raise folder_problem(error) from error
        except ClientDisconnect as error:
            raise HTTPException(400, "The line was cut; what has arrived is kept.") from error
        _record(audit, request, facts)
        return _answer(facts, 204)


def _answer(facts: UploadFacts, status: int, headers: dict[str, str] | None = None) -> Response:
    state = {"upload-offset": str(facts.size), "upload-length": str(facts.request.length)}
    return Response(status_code=status, headers={**_TUS, **state, **(headers or {})})


def _record(audit: AuditLog, request: Request, facts: UploadFacts) -> None:
    """Record the request in the audit log with the file's name: when it begins, and when it is stored."""
    if facts.taken or request.method == "POST":
        detail = f"{request.method} {request.url.path}: {facts.request.name}"
        audit.record(AuditEvent.FILES, Actor.of_request(request.scope), detail, time.time())


def _file_name(metadata: str) -> str:
    """Return the file's name of an Upload-Metadata header: pairs of a key and a value in base64."""
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError, ValueError) as error:
                raise HTTPException(422, "The file's name is not UTF-8 in base64.") from error
    raise HTTPException(422, "Upload-Metadata lacks the file's name: `filename`, and the name in base64.")
