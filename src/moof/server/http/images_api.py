"""The HTTP API of the images that the present Mac gets: which there are, and attaching and detaching one."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from moof.sentence import said_by
from moof.server.auth.audit import AuditEvent
from moof.server.auth.roles import Permission
from moof.server.config.settings import SettingsError
from moof.server.http.audit_api import audited
from moof.server.http.backend import Backend
from moof.server.http.folder_problems import folder_problem
from moof.server.http.prefs_problems import prefs_problem
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.storage.attached_images import (
    AttachedImage,
    ImageRefusedError,
    ImageSettings,
    PrefsImages,
    with_image,
    without_image,
)
from moof.server.storage.folder import Entry, Folder
from moof.server.storage.folder_errors import FolderError
from moof.server.storage.images_in_arguments import ArgumentImages
from moof.server.storage.prefs import PrefsError
from moof.setup.disk_identity import DiskKind, DiskReport, DiskUse, identify_disk
from moof.setup.mac_paths import is_same

_Name = Annotated[str, Field(max_length=200)]


class ImageEntry(BaseModel):
    """An image in /api/disks: what it is, what the present Mac can use it for, and what it has it as.

    The sentence has values in braces. `attached` is null for an image that the Mac does not get. A `missing`
    one is attached, and its file is not there any more: some emulators do not start without it.
    """

    name: str
    size: int
    modified: float
    sentence: str
    values: Mapping[str, str]
    uses: Sequence[DiskUse]
    attached: DiskUse | None
    read_only: bool
    missing: bool = False


class ImageElsewhere(BaseModel):
    """An image that the present Mac gets from another folder: it is changed in the settings file alone."""

    path: str
    attached: DiskUse
    read_only: bool


class Images(BaseModel):
    """The images of the folder, those from elsewhere, and what images the present Mac takes: none is [].

    `locks`: a disk can be attached so that the Mac only reads it.
    """

    takes: Sequence[DiskUse]
    locks: bool
    images: list[ImageEntry]
    elsewhere: list[ImageElsewhere]


class ImageAttachment(BaseModel):
    """What the Mac gets an image as from its next start on, null for not at all. CDs are always read-only."""

    attached: DiskUse | None
    read_only: bool = False


def images_api(backend: Backend) -> APIRouter:
    """Return the routes under /api/images."""
    router = APIRouter(prefix="/api/images", responses=problem_responses(401, 403))
    service = ImageService(backend)

    @router.get("", responses=problem_responses(409))
    @needs(Permission.MANAGE)
    async def images() -> Images:
        """List the disk images, with what each is and whether the present Mac gets it."""
        return await _in_thread(service.list)

    @router.put(
        "/{name}",
        responses=problem_responses(400, 404, 409, 411, 413, 422),
        dependencies=[audited(backend.audit, AuditEvent.PREFERENCES)],
    )
    @needs(Permission.MANAGE)
    async def attach_image(name: _Name, attachment: ImageAttachment) -> Images:
        """Attach an image to the present Mac, or detach it. It takes effect when the Mac is started again."""
        return await _in_thread(lambda: service.attach(name, attachment))

    return router


class ImageService:
    """Carries out what the routes ask. Its methods may block for as long as a disk does."""

    def __init__(self, backend: Backend) -> None:
        self._library = backend.library
        self._installed = backend.installed
        self._changing = threading.Lock()

    def list(self) -> Images:
        """Return all images. Raises FolderError, PrefsError or SettingsError."""
        settings = self._settings()
        attached = settings.read() if settings is not None else []
        disks = self._library.disks
        entries = [_entry(disks, each, attached, settings) for each in disks.entries()]
        entries += _missing(disks, [each.name for each in entries], attached)
        here = [disks.path / each.name for each in entries]
        return Images(
            takes=settings.uses if settings is not None else [],
            locks=settings is not None and settings.locks,
            images=entries,
            elsewhere=[
                ImageElsewhere(path=str(each.path), attached=each.use, read_only=each.read_only)
                for each in attached
                if not any(is_same(each.path, path) for path in here)
            ],
        )

    def attach(self, name: str, attachment: ImageAttachment) -> Images:
        """Attach or detach an image.

        Raises FolderError, PrefsError, SettingsError, ImageRefusedError or HTTPException.
        """
        with self._changing:
            settings = self._settings()
            if settings is None or not _is_taken(attachment, settings):
                raise HTTPException(409, "The present Mac takes no such image from here.")
            images = settings.read()
            disks = self._library.disks
            is_gone = attachment.attached is None and name in {
                each.name for each in _missing(disks, (), images)
            }
            path = disks.path.absolute() / name if is_gone else disks.file(name).absolute()
            if attachment.attached is None:
                settings.write(without_image(images, path))
            else:
                image = AttachedImage(path, attachment.attached, attachment.read_only)
                settings.write(with_image(images, image))
        return self.list()

    def _settings(self) -> ImageSettings | None:
        """Return where the present Mac's emulator is told of images, None if it is told of none."""
        rules = self._installed.next_images()
        if rules is not None:
            return ArgumentImages(self._library.config_file, rules, self._library.macs)
        prefs = self._library.present_prefs.file(self._installed)
        return PrefsImages(prefs) if prefs is not None else None


def _is_taken(attachment: ImageAttachment, settings: ImageSettings) -> bool:
    """Return whether an emulator can be told so of an image."""
    if attachment.attached is DiskUse.DISK and attachment.read_only and not settings.locks:
        return False
    return attachment.attached is None or attachment.attached in settings.uses


def _entry(
    disks: Folder, entry: Entry, attached: Sequence[AttachedImage], settings: ImageSettings | None
) -> ImageEntry:
    path = disks.path / entry.name
    report = _report(disks, entry.name)
    found = next((each for each in attached if is_same(each.path, path)), None)
    return ImageEntry(
        name=entry.name,
        size=entry.size,
        modified=entry.modified,
        sentence=report.sentence,
        values=report.values,
        uses=settings.uses_of(report) if settings is not None else report.uses,
        attached=found.use if found is not None else None,
        read_only=found is not None and found.read_only,
    )


def _missing(
    disks: Folder, present: Sequence[str], attached: Sequence[AttachedImage]
) -> Sequence[ImageEntry]:
    """Return the entries of images that are attached and not in the folder, where they were once."""
    gone = {
        each.path.name: each
        for each in attached
        if each.path.name not in present and is_same(each.path, disks.path / each.path.name)
    }
    return [
        ImageEntry(
            name=name,
            size=0,
            modified=0,
            sentence="The file of this image is not there any more.",
            values={},
            uses=[],
            attached=image.use,
            read_only=image.read_only,
            missing=True,
        )
        for name, image in gone.items()
        if not image.path.exists()
    ]


def _report(disks: Folder, name: str) -> DiskReport:
    try:
        return identify_disk(disks.path / name)
    except OSError:
        return DiskReport(DiskKind.WRONG, "The image cannot be read.")


async def _in_thread(act: Callable[[], Images]) -> Images:
    """Do something in another thread; what is refused becomes an HTTP status."""
    try:
        return await asyncio.to_thread(act)
    except FolderError as error:
        raise folder_problem(error) from error
    except PrefsError as error:
        raise prefs_problem(error) from error
    except SettingsError as error:
        raise HTTPException(409, said_by(error)) from error
    except ImageRefusedError as error:
        raise HTTPException(422, said_by(error)) from error
