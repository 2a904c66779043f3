"""Does what a server asks of a program's states: the files on the shelf, their pictures, one at a time."""

import asyncio
import hashlib
import logging
import time
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from moof import __version__
from moof.bridge.program_states import ProgramMachine, ProgramStateError, ProgramStates
from moof.extension import StateOperation, StateRequest
from moof.folder_files import open_folder, opened_entry
from moof.sentence import Sentence, reason_of, said_by
from moof.states import StateError, StateMetadata, StateSummary
from moof.states.program_state import pack_program_state, unpack_program_state
from moof.states.state_picture import reduced_picture
from moof.states.state_shelf import StateShelf

LOG: Final = logging.getLogger(__name__)

_DEPTH: Final = 32


class RunningProgram(Protocol):
    """The program whose states are saved. On the event loop."""

    def refuse_states(self) -> str:
        """Return a sentence that says why it can neither save nor load now, "" if it can."""

    def screen(self) -> NDArray[np.uint32]:
        """Return a copy of what is shown, uint32 (height, width), blue in the low byte; empty for nothing."""

    def release_input(self) -> None:
        """Release the keys and buttons that are held: nobody holds them when a state is loaded."""

    def state_loaded(self) -> None:
        """Handle that the guest is another one, whose pointer is where it was then."""


class StateRequestHandler:
    """The states of one program, in a folder. All methods belong to the event loop."""

    def __init__(self, shelf: StateShelf, work: Path, states: ProgramStates, program: RunningProgram) -> None:
        """`work` is a folder of this bridge only. The program may write to it, and not to its parent."""
        self._shelf = shelf
        self._work = work
        self._states = states
        self._program = program
        self._busy = False
        self._saved = 0
        self._tag_prefix = f"moof-{hashlib.sha256(str(shelf.folder.absolute()).encode()).hexdigest()[:8]}-"

    async def handle(self, request: StateRequest) -> str:
        """Do what is asked; return a sentence that says why it is not done, "" if it is."""
        if self._busy:
            return "Another state is being saved or loaded at this moment."
        if reason := self._program.refuse_states():
            return reason
        self._busy = True
        try:
            await self._do(request)
        except (ProgramStateError, StateError) as error:
            LOG.info("A request for a state failed: %s", error)
            return said_by(error)
        except OSError as error:
            LOG.warning("A request for a state failed: %s", error)
            return Sentence("A file of the state cannot be used: {reason}.", reason=reason_of(error))
        finally:
            self._busy = False
        return ""

    async def _do(self, request: StateRequest) -> None:
        file = self._work / "state"
        screen = self._program.screen()
        if not screen.size:
            raise StateError("The emulator shows nothing yet.")
        try:
            match request.action:
                case StateOperation.SAVE:
                    await self._save(request.name, file, screen)
                case StateOperation.LOAD:
                    await self._load(request.name, file)
                case StateOperation.BACK:
                    raise StateError("This emulator saves nothing by itself.")
        finally:
            await asyncio.to_thread(file.unlink, missing_ok=True)

    async def _save(self, name: str, file: Path, screen: NDArray[np.uint32]) -> None:
        await asyncio.to_thread(self._shelf.check_new, name)
        self._program.release_input()
        await self._forget_deleted()
        machine = await self._states.machine()
        self._saved = max(int(time.time()), self._saved + 1)
        await self._states.save(file, f"{self._tag_prefix}{self._saved}")
        await asyncio.to_thread(self._store, name, file, screen, machine)

    async def _load(self, name: str, file: Path) -> None:
        summary = await asyncio.to_thread(self._shelf.summary, name)
        machine = await self._states.machine()
        if summary.metadata.machine != machine.name:
            there, here = summary.metadata.machine, machine.name
            raise StateError(
                Sentence("The state is of {there}; this is {here}.", there=there, here=here)
                if there
                else "The state is of another emulator."
            )
        await asyncio.to_thread(self._extract, name, file)
        self._program.release_input()
        try:
            await self._states.load(file)
        finally:
            self._program.state_loaded()

    async def _forget_deleted(self) -> None:
        """Let the program remove what it keeps of states that are on the shelf no longer."""
        times = await asyncio.to_thread(self._shelf.saved_times)
        if times is not None:
            tags = frozenset(f"{self._tag_prefix}{saved}" for saved in times)
            await self._states.forget_others(self._tag_prefix, tags)

    def _store(self, name: str, file: Path, screen: NDArray[np.uint32], machine: ProgramMachine) -> None:
        """Put what the program has saved on the shelf. Raises StateError or OSError."""
        height, width = screen.shape
        metadata = StateMetadata(
            name=name,
            saved=self._saved,
            width=width,
            height=height,
            depth=_DEPTH,
            ram_mb=machine.ram_mb,
            version=__version__,
            rom="",
            machine=machine.name,
        )
        summary = StateSummary(metadata, reduced_picture(screen))
        with (
            open_folder(self._work) as folder,
            opened_entry(folder, file.name) as contents,
            TemporaryFile(dir=self._work.parent) as compressed,
        ):
            packed = pack_program_state(summary, contents, compressed)
            self._shelf.save_pieces(name, packed.size, packed.pieces)

    def _extract(self, name: str, file: Path) -> None:
        with self._shelf.opened(name) as state, file.open("xb") as contents:
            unpack_program_state(state, contents)
