"""The HTTP API of files: which folders there are, disk images, ROMs, documents, and preferences."""

import asyncio
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from moof.preference_rules import RuleKind
from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.roles import Permission
from moof.server.config.installed_emulators import InstalledEmulators, NoInstalledEmulators
from moof.server.http.audit_api import audited
from moof.server.http.folder_problems import folder_problem
from moof.server.http.prefs_problems import prefs_problem
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.storage.documents_target import DocumentsTarget
from moof.server.storage.download_name import download_name
from moof.server.storage.folder import Folder
from moof.server.storage.folder_errors import FolderError
from moof.server.storage.library import FileLibrary
from moof.server.storage.prefs import MAX_PREFS_BYTES, PrefsError, PrefsFile
from moof.server.storage.present_prefs import PresentPrefs

_BINARY: Final[dict[str, Any]] = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
}


class FileEntry(BaseModel, from_attributes=True):
    """A file: its size in bytes, and its modification time in seconds since 1970."""

    name: str
    size: int
    modified: float


class SettablePreference(BaseModel, from_attributes=True):
    """What a preference may be: `least` and `most` are those of a number, or a text's length."""

    kind: RuleKind
    least: int
    most: int
    choices: tuple[str, ...]
    folders: tuple[str, ...]
    many: bool


class Prefs(BaseModel):
    """The preferences as text; `writable` is false for an emulator without a preferences file.

    Only the names in `settable` can be changed here, all others in the file.
    """

    text: str
    writable: bool
    settable: dict[str, SettablePreference] = {}

    @classmethod
    def of(cls, file: PrefsFile, text: str) -> "Prefs":
        """Return the answer for a file and its text."""
        rules = {name: SettablePreference.model_validate(rule) for name, rule in file.rules.items()}
        return cls(text=text, writable=True, settable=rules)


class PrefsChange(BaseModel):
    """New values for some names: a line for each value; [] removes the name. Files are named by name or path.

    `text` is the whole text, which may differ from the present one in the settable names alone.
    """

    text: str | None = Field(None, max_length=MAX_PREFS_BYTES)
    set: dict[str, list[str]] = Field({}, max_length=500)


def files_api(
    library: FileLibrary, audit: AuditLog, installed: InstalledEmulators | None = None
) -> APIRouter:
    """Return the routes under /api/folders, /api/disks, /api/roms, /api/documents and /api/prefs."""
    router = APIRouter(prefix="/api", responses=problem_responses(401, 403))
    _add_names(router, library)
    _add_folder(router, "disks", "disk images", library.disks, audit)
    _add_folder(router, "roms", "ROMs", library.roms, audit)
    _add_folder(router, "documents", "documents of the built-in Mac's disk", library.documents, audit)
    _add_prefs(router, library.present_prefs, installed or NoInstalledEmulators(), audit)
    return router


def _add_names(router: APIRouter, library: FileLibrary) -> None:
    folders = {
        "disks": library.disks,
        "roms": library.roms,
        "documents": library.documents,
        "states": library.states,
    }

    @router.get("/folders")
    @needs(Permission.MANAGE)
    async def names() -> list[str]:
        """List the folders that this Mac has, by their names in the API; others answer 404."""
        return [name for name, folder in folders.items() if folder is not None]


def _add_folder(router: APIRouter, name: str, kind: str, folder: Folder | None, audit: AuditLog) -> None:
    recorded = audited(audit, AuditEvent.FILES)

    @router.get(f"/{name}", name=name, description=f"List the {kind}.", responses=problem_responses(404, 409))
    @needs(Permission.MANAGE)
    async def entries() -> list[FileEntry]:
        try:
            return [
                FileEntry.model_validate(each) for each in await asyncio.to_thread(_present(folder).entries)
            ]
        except FolderError as error:
            raise folder_problem(error) from error

    @router.get(
        f"/{name}/{{file}}",
        name=f"download_{name}",
        description=f"Download one of the {kind}.",
        response_class=FileResponse,
        responses={200: {**_BINARY, "description": "The file's bytes"}, **problem_responses(404, 409, 422)},
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def download(file: str) -> Response:
        try:
            path = await asyncio.to_thread(_present(folder).file, file)
            if isinstance(folder, DocumentsTarget):
                return await asyncio.to_thread(_document, folder, path)
        except FolderError as error:
            raise folder_problem(error) from error
        return FileResponse(path, media_type="application/octet-stream", filename=file)

    @router.delete(
        f"/{name}/{{file}}",
        name=f"delete_{name}",
        description=f"Delete one of the {kind}.",
        status_code=204,
        responses=problem_responses(404, 409, 422),
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def delete(file: str) -> None:
        try:
            await asyncio.to_thread(_present(folder).delete, file)
        except FolderError as error:
            raise folder_problem(error) from error

    _add_upload(router, name, kind, folder, recorded)


def _document(documents: DocumentsTarget, path: Path) -> Response:
    """Return a document as systems of today have it, under a name with an extension."""
    saved_as = download_name(path)
    text = documents.text_for_host(path.name)
    if text is None:
        return FileResponse(path, media_type="application/octet-stream", filename=saved_as)
    headers = {"content-disposition": f"attachment; filename*=utf-8''{quote(saved_as, safe='')}"}
    return Response(text, media_type="application/octet-stream", headers=headers)


def _present(folder: Folder | None) -> Folder:
    if folder is None:
        raise HTTPException(404, "This Mac has no disk of documents.")
    return folder


def _add_upload(router: APIRouter, name: str, kind: str, folder: Folder | None, recorded: Any) -> None:
    @router.put(
        f"/{name}/{{file}}",
        name=f"upload_{name}",
        description=f"Upload one of the {kind}; an existing one is replaced only if `replace` is set.",
        openapi_extra={"requestBody": {**_BINARY, "required": True}},
        responses=problem_responses(400, 404, 409, 411, 413, 422, 429, 507),
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def upload(file: str, request: Request, replace: bool = False) -> FileEntry:
        try:
            return FileEntry.model_validate(
                await _present(folder).store(file, request.stream(), replace=replace)
            )
        except FolderError as error:
            raise folder_problem(error) from error
        except ClientDisconnect as error:
            raise HTTPException(400, "The upload is incomplete; nothing was stored.") from error


def _add_prefs(
    router: APIRouter, present: PresentPrefs, installed: InstalledEmulators, audit: AuditLog
) -> None:
    def read_prefs() -> Prefs:
        prefs = present.file(installed)
        return Prefs(text="", writable=False) if prefs is None else Prefs.of(prefs, prefs.read())

    def change_prefs(changes: PrefsChange) -> Prefs:
        prefs = present.file(installed)
        if prefs is None:
            raise PrefsError("This emulator has no preferences file; see [emulators.NAME] prefs.")
        return Prefs.of(prefs, prefs.change(changes.text, changes.set))

    @router.get("/prefs", responses=problem_responses(409))
    @needs(Permission.MANAGE)
    async def read() -> Prefs:
        """Return the preferences of the emulator that is started next."""
        try:
            return await asyncio.to_thread(read_prefs)
        except PrefsError as error:
            raise prefs_problem(error) from error

    @router.post(
        "/prefs",
        responses=problem_responses(400, 403, 409, 411, 413, 422),
        dependencies=[audited(audit, AuditEvent.PREFERENCES)],
    )
    @needs(Permission.MANAGE)
    async def write(changes: PrefsChange) -> Prefs:
        """Change the preferences; the former text is kept as a backup. They are read at the next start."""
        try:
            return await asyncio.to_thread(change_prefs, changes)
        except PrefsError as error:
            raise prefs_problem(error) from error
