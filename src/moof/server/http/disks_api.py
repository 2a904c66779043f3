"""The HTTP API of disk images: what an image is, and new empty disks."""

import asyncio
import time

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from moof.sentence import said_by
from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.roles import Permission
from moof.server.http.audit_api import audited
from moof.server.http.files_api import FileEntry
from moof.server.http.folder_problems import folder_problem
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.storage.folder import Folder
from moof.server.storage.folder_errors import FolderError
from moof.setup.blank_disk import (
    DEFAULT_VOLUME,
    MAX_DISK_MB,
    MAX_VOLUME_NAME,
    MIN_DISK_MB,
    VolumeNameError,
    check_volume_name,
    write_blank_disk,
)
from moof.setup.disk_identity import DiskKind, DiskUse, identify_disk


class ImageReport(BaseModel):
    """What an image is, and whether a Mac can use it as a disk, or as a CD."""

    kind: DiskKind
    sentence: str
    volume: str
    disk: bool
    cd: bool


class NewDisk(BaseModel):
    """An empty disk: the image's name, its size in MB, and the name of the disk on the Mac's desktop."""

    name: str = Field(max_length=200)
    size_mb: int = Field(ge=MIN_DISK_MB, le=MAX_DISK_MB)
    volume: str = Field(DEFAULT_VOLUME, max_length=MAX_VOLUME_NAME)


def disks_api(disks: Folder, audit: AuditLog) -> APIRouter:
    """Return the routes under /api/disks that other folders do not have."""
    router = APIRouter(prefix="/api/disks", responses=problem_responses(401, 403))

    @router.get("/{file}/kind", responses=problem_responses(404, 409, 422))
    @needs(Permission.MANAGE)
    async def disk_kind(file: str) -> ImageReport:
        """Say what an image is, and for what a Mac can use it."""
        return await asyncio.to_thread(_report, disks, file)

    @router.post(
        "",
        status_code=201,
        responses=problem_responses(400, 409, 411, 413, 422, 429, 507),
        dependencies=[audited(audit, AuditEvent.FILES)],
    )
    @needs(Permission.MANAGE)
    async def create_disk(disk: NewDisk) -> FileEntry:
        """Make an empty disk (HFS), which takes room only as a Mac fills it."""
        return await asyncio.to_thread(_create, disks, disk)

    return router


def _report(disks: Folder, name: str) -> ImageReport:
    try:
        report = identify_disk(disks.file(name))
    except FolderError as error:
        raise folder_problem(error) from error
    except OSError as error:
        raise HTTPException(409, f"The image cannot be read: {error.strerror}.") from error
    return ImageReport(
        kind=report.kind,
        sentence=report.text,
        volume=report.volume,
        disk=DiskUse.DISK in report.uses,
        cd=DiskUse.CD in report.uses,
    )


def _create(disks: Folder, disk: NewDisk) -> FileEntry:
    size = disk.size_mb << 20
    try:
        check_volume_name(disk.volume)
        entry = disks.create(
            disk.name, size, lambda file: write_blank_disk(file, size, disk.volume, time.time())
        )
    except VolumeNameError as error:
        raise HTTPException(422, said_by(error)) from error
    except FolderError as error:
        raise folder_problem(error) from error
    return FileEntry.model_validate(entry)
