"""The HTTP API of setting up a real Mac: what is asked, what a file is, a new Mac, and which one is used."""

import asyncio
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints
from starlette.exceptions import HTTPException

from moof.server.auth.audit import AuditEvent
from moof.server.auth.roles import Permission
from moof.server.config.remote_config import write_values
from moof.server.config.settings import SettingsError, read_settings
from moof.server.emulator.power import NoEmulatorError
from moof.server.http.audit_api import audited
from moof.server.http.backend import Backend
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.storage.folder import Folder
from moof.server.storage.folder_errors import FolderError
from moof.setup.answers import AnswerError, answers_of, questions
from moof.setup.emulator_kinds import EMULATOR_KINDS, EmulatorKind
from moof.setup.mac_folders import SetupError, free_name, remove_mac, write_mac
from moof.setup.mac_shelf import NoSuchMacError, built_in_settings, current_mac, find_mac, macs_in
from moof.setup.plan import SetupPlan, plan_mac
from moof.setup.rom_advice import RomAdvice, advise
from moof.setup.rom_file import RomFileError, identify_files
from moof.setup.rom_identity import RomReport

_NOT_HERE: Final = ("network",)
"""Questions that only the command line asks: a network is access to this machine."""
_Name = Annotated[str, StringConstraints(max_length=200)]
_ChipFiles = Annotated[list[_Name], Field(min_length=1, max_length=2)]


class AskedQuestion(BaseModel, from_attributes=True):
    """A question; the first of its choices is the best."""

    name: str
    text: str
    help: str
    choices: tuple[str, ...]


class SetUpEmulator(BaseModel):
    """An emulator that can be set up, and whether it is installed."""

    name: str
    title: str
    installed: bool
    questions: list[AskedQuestion]


class SetUpMac(BaseModel):
    """A Mac that was set up, and its emulator's name for people."""

    name: str
    emulator: str


class Macs(BaseModel):
    """The emulators, the Macs that were set up, and the one that is used, null for another one.

    With `switches`, another one can be used at once, else when Moof is started again.
    """

    emulators: list[SetUpEmulator]
    macs: list[SetUpMac]
    current: str | None
    switches: bool


class RomFiles(BaseModel):
    """Files of /api/roms that are to be a ROM: one, or two for the chips."""

    emulator: _Name
    files: _ChipFiles


class RomAnswer(BaseModel):
    """Whether the emulator takes it; the sentence has values in braces."""

    accepted: bool
    half: bool
    sentence: str
    values: dict[str, str]


class NewMac(BaseModel):
    """The answers by the question's name: files by their names in /api/disks, the ROM's in /api/roms."""

    emulator: _Name
    rom: _ChipFiles
    answers: dict[_Name, _Name] = Field({}, max_length=20)


class ChosenMac(BaseModel):
    """The Mac to use; null is Moof's own."""

    name: _Name | None = None


class UsedMac(BaseModel):
    """The Mac that is used, and whether it has been started; else it is when Moof is started again."""

    name: str | None
    started: bool


def setup_api(backend: Backend) -> APIRouter:
    """Return the routes under /api/macs."""
    router = APIRouter(prefix="/api/macs", responses=problem_responses(401, 403))
    service = SetupService(backend)
    recorded = audited(backend.audit, AuditEvent.EMULATOR)

    @router.get("", name="macs", responses=problem_responses(409))
    @needs(Permission.MANAGE)
    async def listed() -> Macs:
        """List the emulators that can be set up, with what is asked, and the Macs."""
        return await asyncio.to_thread(service.listed)

    @router.post("/rom", name="check_rom", responses=problem_responses(400, 404, 409, 411, 413, 422))
    @needs(Permission.MANAGE)
    async def check_rom(files: RomFiles) -> RomAnswer:
        """Say what uploaded files are, and whether they are a ROM for this emulator."""
        return await asyncio.to_thread(service.check_rom, files)

    @router.post(
        "",
        name="add_mac",
        responses=problem_responses(400, 404, 409, 411, 413, 422),
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def add(mac: NewMac) -> UsedMac:
        """Set up a Mac, and use it."""
        name = await asyncio.to_thread(service.add, mac)
        return await service.start(name)

    @router.put(
        "/current",
        name="choose_mac",
        responses=problem_responses(400, 404, 409, 411, 413, 422),
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def choose(mac: ChosenMac) -> UsedMac:
        """Use another Mac. The present one is switched off."""
        await asyncio.to_thread(service.choose, mac.name)
        return await service.start(mac.name)

    return router


class SetupService:
    """Carries out what the routes ask. Its methods but `start` may block for as long as a disk does."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._installed = backend.installed
        self._macs = backend.library.macs

    def listed(self) -> Macs:
        """Return all that the page shows."""
        try:
            values = read_settings(self._backend.library.config_file).values
        except SettingsError as error:
            raise HTTPException(409, str(error)) from error
        titles = {name: kind.title for name, kind in EMULATOR_KINDS.items()}
        installed = {each.name for each in self._installed.all()}
        return Macs(
            emulators=[self._emulator(kind, installed) for kind in EMULATOR_KINDS.values()],
            macs=[SetUpMac(name=each.name, emulator=titles[each.emulator]) for each in macs_in(self._macs)],
            current=current_mac(self._macs, values),
            switches=self._is_changed_by_restart(),
        )

    def check_rom(self, files: RomFiles) -> RomAnswer:
        """Return what uploaded files are."""
        report, advice = self._rom(_kind(files.emulator), files.files)
        half = report.kind.value == "half"
        return RomAnswer(
            accepted=advice.accepted, half=half, sentence=advice.sentence, values=dict(advice.values)
        )

    def add(self, mac: NewMac) -> str:
        """Write a Mac's folder, then moof.toml; return its name."""
        kind = _kind(mac.emulator)
        report, advice = self._rom(kind, mac.rom)
        if not advice.accepted or report.data is None:
            raise HTTPException(422, advice.text)
        plan = self._plan(kind, mac.answers, report.data)
        try:
            write_mac(plan)
        except SetupError as error:
            raise HTTPException(409, str(error)) from error
        try:
            self._write(plan.settings)
        except HTTPException:
            remove_mac(plan)
            raise
        return plan.folder.name

    def choose(self, name: str | None) -> None:
        """Write into moof.toml which Mac is used."""
        try:
            self._write(find_mac(self._macs, name).settings if name is not None else built_in_settings())
        except NoSuchMacError as error:
            raise HTTPException(404, str(error)) from error

    async def start(self, name: str | None) -> UsedMac:
        """Start the Mac that moof.toml names, if the server's emulator can be exchanged while it runs."""
        if not await asyncio.to_thread(self._is_changed_by_restart):
            return UsedMac(name=name, started=False)
        try:
            self._backend.machine.restart()
        except NoEmulatorError:
            return UsedMac(name=name, started=False)
        return UsedMac(name=name, started=True)

    def _is_changed_by_restart(self) -> bool:
        found = self._installed.all()
        return self._installed.follows_file and bool(found) and found[0].at_restart

    def _emulator(self, kind: EmulatorKind, installed: Collection[str]) -> SetUpEmulator:
        asked = [each for each in questions(kind) if each.name not in _NOT_HERE]
        return SetUpEmulator(
            name=kind.name,
            title=kind.title,
            installed=kind.name in installed,
            questions=[AskedQuestion.model_validate(each) for each in asked],
        )

    def _rom(self, kind: EmulatorKind, names: list[str]) -> tuple[RomReport, RomAdvice]:
        try:
            report = identify_files([_file(self._backend.library.roms, each) for each in names])
        except RomFileError as error:
            raise HTTPException(422, str(error)) from error
        return report, advise(report, kind)

    def _plan(self, kind: EmulatorKind, given: Mapping[str, str], rom: bytes) -> SetupPlan:
        disks = self._backend.library.disks
        answers = {name: value for name, value in given.items() if value}
        for name in ("disk", "cd"):
            if name in answers:
                answers[name] = str(_file(disks, answers[name]))
        try:
            if refused := [each for each in _NOT_HERE if each in answers]:
                raise AnswerError(refused[0], f"{refused[0]} is asked by moof setup alone.")
            return plan_mac(
                kind, answers_of(kind, free_name(kind.name, self._macs), answers), rom, self._macs
            )
        except AnswerError as error:
            raise HTTPException(422, str(error)) from error

    def _write(self, settings: Mapping[str, object]) -> None:
        try:
            write_values(self._backend.library.config_file, settings)
        except SettingsError as error:
            raise HTTPException(409, str(error)) from error


def _kind(name: str) -> EmulatorKind:
    if name not in EMULATOR_KINDS:
        raise HTTPException(422, f"{name[:40]!r} cannot be set up; {', '.join(EMULATOR_KINDS)} can.")
    return EMULATOR_KINDS[name]


def _file(folder: Folder, name: str) -> Path:
    try:
        return folder.file(name).absolute()
    except FolderError as error:
        raise HTTPException(404, str(error)) from error
