"""The route that lists the emulators of this machine, one of which moof.toml names as the one to start."""

import asyncio

from fastapi import APIRouter
from pydantic import BaseModel, Field

from moof.server.auth.roles import Permission
from moof.server.config.installed_emulators import InstalledEmulators
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs


class InstalledEmulatorReport(BaseModel, from_attributes=True):
    """An emulator of this machine; `missing` says what it lacks to be started, "" for nothing.

    A choice of it takes effect when the Mac is started again with `at_restart`, else when Moof is.
    """

    name: str
    about: str
    missing: str
    at_restart: bool


class EmulatorChoices(BaseModel):
    """The emulators that may be set in `PUT /api/config`.

    Without `follows_file` the command line names the emulator, and the setting changes nothing.
    """

    follows_file: bool
    emulators: list[InstalledEmulatorReport] = Field(max_length=1000)


def emulator_choices_api(installed: InstalledEmulators) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api", responses=problem_responses(401, 403))

    @router.get("/emulator-choices")
    @needs(Permission.MANAGE)
    async def emulator_choices() -> EmulatorChoices:
        """List the emulators that are installed, the built-in Mac first; none if Moof starts none."""
        found = await asyncio.to_thread(installed.all)
        reports = [InstalledEmulatorReport.model_validate(each) for each in found]
        return EmulatorChoices(follows_file=installed.follows_file, emulators=reports)

    return router
