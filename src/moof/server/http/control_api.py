"""The HTTP API: status, switches of the Mac, emulators, settings. Its schema is /openapi.json."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from moof.ipc import CommandCode
from moof.server.auth.audit import AuditEvent
from moof.server.auth.principal import PRINCIPAL
from moof.server.auth.roles import NotAllowedError, Permission
from moof.server.config.remote_config import Config, read_config, write_config
from moof.server.config.settings import SettingsError, read_settings
from moof.server.emulator.power import NoEmulatorError
from moof.server.emulator.target import NoSuchEmulatorError
from moof.server.http.audit_api import audited
from moof.server.http.backend import Backend
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.http.status import LatencyReport, StatusReport
from moof.server.protocol.messages import UnknownCodecError
from moof.server.storage.library import FileLibrary, UnknownEmulatorError
from moof.server.video.screenshot import NoPictureError
from moof.setup.kept_settings import keep_settings

_PNG: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/png": {}}, "description": "The screen"}
}


class CodecChoice(BaseModel):
    """The body of `POST /api/codec`."""

    codec: str = Field(max_length=100)


class EmulatorChoice(BaseModel):
    """The body of `POST /api/emulators`."""

    pid: int = Field(ge=1, le=2**22)


class EmulatorEntry(BaseModel):
    """A running emulator; `started` in seconds since 1970."""

    pid: int
    started: float
    connected: bool


class Output(BaseModel):
    """The last lines that the server's emulator wrote to stdout and stderr, at most 200."""

    lines: list[str]


class Done(BaseModel):
    """The response to a request that was carried out."""

    ok: bool = True


def api(backend: Backend) -> APIRouter:
    """Return the routes under /api, without those of files."""
    router = APIRouter(prefix="/api", responses=problem_responses(401, 403))
    _add_status(router, backend)
    _add_switches(router, backend)
    _add_emulators(router, backend)
    _add_config(router, backend)
    return router


def _add_status(router: APIRouter, backend: Backend) -> None:
    @router.get("/status")
    @needs(Permission.WATCH)
    async def status() -> StatusReport:
        """Report on the emulator, the viewers and the sound."""
        return backend.status()

    @router.get("/latency")
    @needs(Permission.WATCH)
    async def latency() -> list[LatencyReport]:
        """Report each viewer's latency from a ping to the frame that shows it, in parts."""
        return backend.latency()

    @router.get("/screenshot.png", response_class=Response, responses={**_PNG, **problem_responses(409)})
    @needs(Permission.WATCH)
    async def screenshot() -> Response:
        """Return the Mac's screen as a lossless picture."""
        try:
            png = await backend.screenshot()
        except NoPictureError as error:
            raise HTTPException(409, str(error)) from error
        return Response(png, media_type="image/png", headers={"cache-control": "no-store"})

    @router.post("/codec", responses=problem_responses(400, 411, 413, 422))
    @needs(Permission.MANAGE)
    async def codec(choice: CodecChoice) -> Done:
        """Change the codec of all viewers, also of those who connect later."""
        try:
            backend.set_codec(choice.codec)
        except UnknownCodecError as error:
            raise HTTPException(422, str(error)) from error
        return Done()


def _add_switches(router: APIRouter, backend: Backend) -> None:
    machine = backend.machine

    def add(name: str, description: str, switch: Callable[[], None]) -> None:
        @needs(Permission.POWER)
        async def act(request: Request) -> Done:
            try:
                backend.presence.check_request(request.scope[PRINCIPAL])
                switch()
            except (NoEmulatorError, NotAllowedError) as error:
                raise HTTPException(409, str(error)) from error
            return Done()

        responses, recorded = problem_responses(409, 411, 413), [audited(backend.audit, AuditEvent.POWER)]
        options: dict[str, Any] = {"responses": responses, "dependencies": recorded}
        router.post(f"/{name}", name=name, description=description, **options)(act)

    add("start", "Switch the Mac on.", machine.start)
    add("stop", "Switch the Mac off.", machine.stop)
    add("restart", "Start the Mac again, also after it was switched off.", machine.restart)
    add("reset", "Press the Mac's reset button.", lambda: machine.command(CommandCode.RESET))
    add("pause", "Pause the Mac.", lambda: machine.command(CommandCode.PAUSE))
    add("resume", "Resume the paused Mac.", lambda: machine.command(CommandCode.RESUME))


def _add_emulators(router: APIRouter, backend: Backend) -> None:
    @router.get("/emulators")
    @needs(Permission.MANAGE)
    async def emulators() -> list[EmulatorEntry]:
        """List this user's running emulators, newest first."""
        served = backend.status().emulator.pid
        return [
            EmulatorEntry(pid=each.pid, started=each.started, connected=each.pid == served)
            for each in backend.emulators()
        ]

    @router.post(
        "/emulators",
        name="adopt",
        responses=problem_responses(400, 409, 411, 413, 422),
        dependencies=[audited(backend.audit, AuditEvent.EMULATOR)],
    )
    @needs(Permission.MANAGE)
    async def attach(choice: EmulatorChoice) -> Done:
        """Serve another running emulator. Neither the former one nor the new one is ended by it."""
        try:
            backend.attach(choice.pid)
        except (NoSuchEmulatorError, NoEmulatorError) as error:
            raise HTTPException(409, str(error)) from error
        return Done()

    @router.get("/output")
    @needs(Permission.MANAGE)
    async def output() -> Output:
        """Return the last lines that the server's emulator wrote."""
        return Output(lines=list(backend.output()))


def _add_config(router: APIRouter, backend: Backend) -> None:
    path = backend.library.config_file

    @router.get("/config", responses=problem_responses(409))
    @needs(Permission.MANAGE)
    async def config() -> Config:
        """Return the settings in moof.toml; null is the default."""
        try:
            return read_config(path)
        except SettingsError as error:
            raise HTTPException(409, str(error)) from error

    @router.put(
        "/config",
        responses=problem_responses(400, 409, 411, 413, 422),
        dependencies=[audited(backend.audit, AuditEvent.CONFIGURATION)],
    )
    @needs(Permission.MANAGE)
    async def set_config(config: Config) -> Config:
        """Change moof.toml. It takes effect at the next start; comments and other settings stay.

        `GET /api/emulator-choices` lists the emulators.
        """
        try:
            if config.codec is not None:
                backend.check_codec(config.codec)
            installed = await asyncio.to_thread(backend.installed.all)
            backend.library.check_emulator(config.emulator, installed)
            await asyncio.to_thread(_write_config, backend.library, config)
        except (UnknownCodecError, UnknownEmulatorError) as error:
            raise HTTPException(422, str(error)) from error
        except SettingsError as error:
            raise HTTPException(409, str(error)) from error
        return config


def _write_config(library: FileLibrary, config: Config) -> None:
    """Write moof.toml; what belongs to the emulator that it names is kept. Raises SettingsError."""
    keep_settings(library.macs, read_settings(library.config_file).values)
    write_config(library.config_file, config)
