"""The HTTP API of setting up a real Mac: what is asked, what a file is, a new Mac, and which one is used."""

import asyncio
import threading
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints
from starlette.exceptions import HTTPException

from moof.sentence import said_by
from moof.server.auth.audit import AuditEvent
from moof.server.auth.roles import Permission
from moof.server.config.remote_config import write_start_values
from moof.server.config.settings import BUILT_IN, SettingsError, read_settings
from moof.server.emulator.power import NoEmulatorError
from moof.server.http.audit_api import audited
from moof.server.http.backend import Backend
from moof.server.http.mac_pictures import MacPictures, time_of_picture
from moof.server.http.problems import problem_responses
from moof.server.http.route_permissions import needs
from moof.server.storage.folder import Folder
from moof.server.storage.folder_errors import FolderError
from moof.server.storage.library import UnknownEmulatorError
from moof.setup.answers import AnswerError, answers_of, questions
from moof.setup.emulator_kinds import EMULATOR_KINDS, EmulatorKind
from moof.setup.kept_settings import keep_settings, kept_settings
from moof.setup.mac_folders import SetupError, free_name, remove_mac, write_mac
from moof.setup.mac_paths import check_own_disk
from moof.setup.mac_shelf import (
    NoSuchMacError,
    ShelvedMac,
    built_in_settings,
    current_mac,
    find_mac,
    macs_in,
)
from moof.setup.mac_trash import TRASH, trashed_macs
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
    """An emulator that can be set up, whether it is installed, and else how it is."""

    name: str
    title: str
    installed: bool
    install: str
    questions: list[AskedQuestion]


class SetUpMac(BaseModel):
    """A Mac that was set up, its emulator's name for people, and when its picture was taken, 0 for never."""

    name: str
    emulator: str
    pictured: float = 0.0


class Macs(BaseModel):
    """The emulators, the Macs that were set up, and the one that is used, null for another one.

    `current_emulator` is the emulator that moof.toml names. With `switches`, another Mac can be used at once,
    else when Moof is started again. `running`: the present one is switched on. `removed` can be brought back.
    """

    emulators: list[SetUpEmulator]
    macs: list[SetUpMac]
    removed: list[SetUpMac]
    running: bool
    current: str | None
    current_emulator: str
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
    """The answers by the question's name: files by their names in /api/disks, the ROM's in /api/roms.

    Without a `name` the Mac gets that of its emulator, with a number if there is one already.
    """

    name: _Name = ""
    emulator: _Name
    rom: _ChipFiles
    answers: dict[_Name, _Name] = Field({}, max_length=20)


class ChosenMac(BaseModel):
    """The Mac to use: a name, or an emulator with settings of its own; with neither, Moof's own."""

    name: _Name | None = None
    emulator: _Name | None = None


class UsedMac(BaseModel):
    """The Mac that is used, and whether it has been started; else it is when Moof is started again."""

    name: str | None
    started: bool


def setup_api(backend: Backend) -> APIRouter:
    """Return the routes under /api/macs."""
    router = APIRouter(prefix="/api/macs", responses=problem_responses(401, 403))
    service, pictures = SetupService(backend), MacPictures(backend)
    recorded = audited(backend.audit, AuditEvent.EMULATOR)

    @router.get("", name="macs", responses=problem_responses(409))
    @needs(Permission.MANAGE)
    async def listed() -> Macs:
        """List the emulators that can be set up, with what is asked, and the Macs."""
        return await asyncio.to_thread(service.listed, backend.status().emulator.connected)

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
        await pictures.take()
        return await service.start(await asyncio.to_thread(service.add, mac))

    @router.put(
        "/current",
        name="choose_mac",
        responses=problem_responses(400, 404, 409, 411, 413, 422),
        dependencies=[recorded],
    )
    @needs(Permission.MANAGE)
    async def choose(mac: ChosenMac) -> UsedMac:
        """Use another Mac. The present one is switched off."""
        await pictures.take()
        await asyncio.to_thread(service.choose, mac)
        return await service.start(mac.name, mac.emulator or BUILT_IN)

    return router


class SetupService:
    """Carries out what the routes ask. Its methods but `start` may block for as long as a disk does."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._installed = backend.installed
        self._macs = backend.library.macs
        self._adding = threading.Lock()
        """From the choice of a name to the folder that has it: several people may add Macs at once."""

    def listed(self, running: bool) -> Macs:
        """Return all that the page shows."""
        values = self._values()
        installed = {each.name for each in self._installed.all()}
        return Macs(
            emulators=[self._emulator(kind, installed) for kind in EMULATOR_KINDS.values()],
            macs=[_described(each, self._macs) for each in macs_in(self._macs)],
            removed=[_described(each, self._macs / TRASH) for each in trashed_macs(self._macs)],
            running=running,
            current=current_mac(self._macs, values),
            current_emulator=str(values.get("emulator", BUILT_IN)),
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
        with self._adding:
            plan = self._plan(kind, mac.name, mac.answers, report.data)
            try:
                write_mac(plan, time.time())
            except SetupError as error:
                raise HTTPException(409, said_by(error)) from error
        try:
            self._write(plan.settings)
        except HTTPException:
            remove_mac(plan)
            raise
        return plan.folder.name

    def choose(self, mac: ChosenMac) -> None:
        """Write into moof.toml which Mac is used."""
        try:
            self._write(self._settings_of(mac))
        except NoSuchMacError as error:
            raise HTTPException(404, said_by(error)) from error
        except UnknownEmulatorError as error:
            raise HTTPException(422, said_by(error)) from error

    async def start(self, name: str | None, emulator: str = BUILT_IN) -> UsedMac:
        """Start the Mac that moof.toml names, if the server's emulator can be exchanged while it runs."""
        if not await asyncio.to_thread(self._is_changed_by_restart, emulator):
            return UsedMac(name=name, started=False)
        try:
            self._backend.machine.restart()
        except NoEmulatorError:
            return UsedMac(name=name, started=False)
        return UsedMac(name=name, started=True)

    def _settings_of(self, mac: ChosenMac) -> Mapping[str, object]:
        """Return the values of moof.toml with which a Mac starts."""
        if mac.name is not None:
            return find_mac(self._macs, mac.name).settings
        if mac.emulator in (None, BUILT_IN):
            return built_in_settings()
        self._backend.library.check_emulator(mac.emulator, self._installed.all())
        keep_settings(self._macs, self._values())  # it may be the one that moof.toml names
        return kept_settings(self._macs, mac.emulator)

    def _is_changed_by_restart(self, emulator: str = BUILT_IN) -> bool:
        at_restart = {each.name: each.at_restart for each in self._installed.all()}
        return self._installed.follows_file and at_restart.get(emulator, False)

    def _emulator(self, kind: EmulatorKind, installed: Collection[str]) -> SetUpEmulator:
        asked = [each for each in questions(kind) if each.name not in _NOT_HERE]
        return SetUpEmulator(
            name=kind.name,
            title=kind.title,
            installed=kind.name in installed,
            install="" if kind.name in installed else self._installed.install_advice(kind.name),
            questions=[AskedQuestion.model_validate(each) for each in asked],
        )

    def _rom(self, kind: EmulatorKind, names: list[str]) -> tuple[RomReport, RomAdvice]:
        try:
            report = identify_files([_file(self._backend.library.roms, each) for each in names])
        except RomFileError as error:
            raise HTTPException(422, said_by(error)) from error
        return report, advise(report, kind)

    def _plan(self, kind: EmulatorKind, name: str, given: Mapping[str, str], rom: bytes) -> SetupPlan:
        disks = self._backend.library.disks
        answers = {name: value for name, value in given.items() if value}
        for image in ("disk", "cd"):
            if image in answers:
                answers[image] = str(_file(disks, answers[image]))
        try:
            if refused := [each for each in _NOT_HERE if each in answers]:
                raise AnswerError(refused[0], f"{refused[0]} is asked by moof setup alone.")
            wanted = name or free_name(kind.name, self._macs)
            checked = check_own_disk(answers_of(kind, wanted, answers), self._macs)
            return plan_mac(kind, checked, rom, self._macs)
        except AnswerError as error:
            raise HTTPException(422, said_by(error)) from error

    def _values(self) -> Mapping[str, object]:
        """Return the values of moof.toml."""
        try:
            return read_settings(self._backend.library.config_file).values
        except SettingsError as error:
            raise HTTPException(409, said_by(error)) from error

    def _write(self, settings: Mapping[str, object]) -> None:
        try:
            write_start_values(self._backend.library.config_file, self._macs, settings)
        except SettingsError as error:
            raise HTTPException(409, said_by(error)) from error


def _described(mac: ShelvedMac, folder: Path) -> SetUpMac:
    title = EMULATOR_KINDS[mac.emulator].title
    return SetUpMac(name=mac.name, emulator=title, pictured=time_of_picture(folder / mac.name))


def _kind(name: str) -> EmulatorKind:
    if name not in EMULATOR_KINDS:
        raise HTTPException(422, f"{name[:40]!r} cannot be set up; {', '.join(EMULATOR_KINDS)} can.")
    return EMULATOR_KINDS[name]


def _file(folder: Folder, name: str) -> Path:
    try:
        return folder.file(name).absolute()
    except FolderError as error:
        raise HTTPException(404, said_by(error)) from error
