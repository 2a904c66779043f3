"""The HTTP API of the Macs that were set up: pictures, copies, removing one and bringing it back."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from moof.sentence import said_by
from moof.server.auth.audit import AuditEvent
from moof.server.auth.roles import Permission
from moof.server.config.remote_config import write_values
from moof.server.config.settings import SettingsError, read_settings
from moof.server.http.audit_api import audited
from moof.server.http.backend import Backend
from moof.server.http.mac_pictures import PICTURE, MacPictures
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.setup.answers import AnswerError
from moof.setup.mac_copy import duplicate_mac
from moof.setup.mac_folders import SetupError
from moof.setup.mac_shelf import MacRunsError, NoSuchMacError, built_in_settings, current_mac, find_mac
from moof.setup.mac_trash import restore_mac, trash_mac

_Name = Annotated[str, Field(max_length=200)]
_PNG: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/png": {}}, "description": "The picture"}
}
_REFUSED: Final = problem_responses(400, 404, 409, 411, 413, 422)


class MacName(BaseModel):
    """The name of a Mac."""

    name: _Name


class MacCopy(BaseModel):
    """A Mac, and the name of its copy; "" for that of the Mac with a number."""

    name: _Name
    copy_name: _Name = ""


def mac_shelf_api(backend: Backend) -> APIRouter:
    """Return further routes under /api/macs."""
    router = APIRouter(prefix="/api/macs", responses=problem_responses(401, 403))
    shelf, pictures = MacShelf(backend), MacPictures(backend)
    recorded = audited(backend.audit, AuditEvent.EMULATOR)

    @router.get("/{name}/picture", response_class=Response, responses={**_PNG, **problem_responses(404, 422)})
    @needs(Permission.MANAGE)
    async def mac_picture(name: _Name) -> Response:
        """Return how a Mac looked when it was left; of the present one, how it looks."""
        await pictures.take()
        with _refusals():
            return Response(await asyncio.to_thread(shelf.picture, name), media_type="image/png")

    @router.post("/duplicate", responses=_REFUSED, dependencies=[recorded])
    @needs(Permission.MANAGE)
    async def duplicate_a_mac(copy: MacCopy) -> MacName:
        """Copy a Mac with its disks. 409 while it runs."""
        with _refusals():
            return MacName(name=await asyncio.to_thread(shelf.duplicate, copy))

    @router.delete("/{name}", status_code=204, responses=_REFUSED, dependencies=[recorded])
    @needs(Permission.MANAGE)
    async def remove_a_mac(name: _Name) -> None:
        """Remove a Mac; it can be brought back. 409 while it runs."""
        with _refusals():
            await asyncio.to_thread(shelf.remove, name)

    @router.post("/restore", responses=_REFUSED, dependencies=[recorded])
    @needs(Permission.MANAGE)
    async def restore_a_mac(mac: MacName) -> MacName:
        """Bring a removed Mac back. The answer has its name: another one, if a new Mac has that now."""
        with _refusals():
            return MacName(name=await asyncio.to_thread(shelf.restore, mac.name))

    return router


class MacShelf:
    """Carries out what the routes ask. Its methods may block for as long as a disk does."""

    def __init__(self, backend: Backend) -> None:
        self._macs = backend.library.macs
        self._config_file = backend.library.config_file

    def picture(self, name: str) -> bytes:
        """Return a PNG file."""
        find_mac(self._macs, name)
        try:
            return (self._macs / name / PICTURE).read_bytes()
        except OSError as error:
            raise NoSuchMacError(f"There is no picture of {name} yet.") from error

    def duplicate(self, copy: MacCopy) -> str:
        """Copy a Mac; return the name of its copy."""
        return duplicate_mac(self._macs, copy.name, copy.copy_name)

    def remove(self, name: str) -> None:
        """Move a Mac to the removed ones; if moof.toml names it, Moof's own is used from then on."""
        is_current = self._is_current(name)
        trash_mac(self._macs, name)
        if is_current:
            write_values(self._config_file, built_in_settings())

    def restore(self, name: str) -> str:
        """Bring a Mac back; return its name."""
        return restore_mac(self._macs, name)

    def _is_current(self, name: str) -> bool:
        return current_mac(self._macs, read_settings(self._config_file).values) == name


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Turn what is wrong into an answer."""
    try:
        yield
    except NoSuchMacError as error:
        raise HTTPException(404, said_by(error)) from error
    except AnswerError as error:
        raise HTTPException(422, said_by(error)) from error
    except (MacRunsError, SetupError, SettingsError) as error:
        raise HTTPException(409, said_by(error)) from error
