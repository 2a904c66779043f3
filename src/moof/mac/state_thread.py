"""The "states" thread: saves the Mac every minute and at the end, and does what a server asks of its states.

The 68k's thread copies and fills the memory between two slices; everything else happens here: compressing,
checking, the disk.
"""

import logging
import queue
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from moof.ipc import State
from moof.mac.board import Board
from moof.mac.cpu_thread import CpuThread
from moof.mac.errors import MacError
from moof.mac.machine_state import MachineState, check_board, save_board
from moof.mac.state_contents import state_from_file, state_to_file
from moof.mac.threads import MacThread, ThreadListener
from moof.sentence import said_by
from moof.states import StateError, unpack_state
from moof.states.autosaves import Autosave, Autosaves
from moof.states.state_shelf import AUTOSAVES, StateShelf

LOG: Final = logging.getLogger(__name__)

INTERVAL: Final = 60.0
"""Seconds between two states that are saved by themselves."""
MAX_WAITING: Final = 4
AUTOSAVE_NAME: Final = "Autosave"
BEFORE_NAME: Final = "Before going back"
KEPT_NAME: Final = "Before the update"
_ALIVE: Final = (State.RUNNING, State.PAUSED)


@dataclass(frozen=True, slots=True)
class SaveState:
    """Save the Mac on the shelf under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class LoadState:
    """Continue from the state of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class GoBack:
    """Continue from the newest state that is at least a minute older than the present, or that came from.

    What is left is the state BEFORE_NAME of the shelf.
    """


StateChangeRequest = SaveState | LoadState | GoBack


class StateRequestListener(Protocol):
    """Is told how a request ended."""

    def state_request_done(self, number: int, error: str) -> None:
        """Take the request's number and why it failed, "" if it did not. Called on the states thread."""


class _NoListener(ThreadListener):
    """Stands for the machine, which is made after its states."""

    def thread_failed(self) -> None:
        """Do nothing: no thread has started."""


_NO_LISTENER: Final = _NoListener()


class StateThread(MacThread):
    """Serves a folder of states: the shelf, and in it the autosaves.

    While another Mac runs with this folder, nothing is saved by itself. Closed by its end.
    """

    def __init__(self, folder: Path, board: Board) -> None:
        super().__init__("states", _NO_LISTENER)
        self._board = board
        self._shelf = StateShelf(folder)
        self._autosaves = Autosaves(folder / AUTOSAVES)
        self._owns = self._claim()
        self._requests: queue.Queue[tuple[int, StateChangeRequest]] = queue.Queue(MAX_WAITING)
        self._cpu_thread: CpuThread | None = None
        self._request_listener: StateRequestListener | None = None
        self._saved_events = -1
        self._came_from: int | None = None
        self._presses_then = 0
        """Those of the Mac when it last went on from another state."""
        self.failed = False
        """Set when a thread has failed: what the Mac then has is not saved."""

    def first_state(self, fresh: bool) -> MachineState | None:
        """Return the state in which the Mac starts, None to start anew, as with `fresh`.

        A state that cannot be loaded is put aside, and the one before it is tried. Called before the threads
        start.
        """
        if not self._owns or fresh or self._autosaves.switched_off:
            return None
        for autosave in self._autosaves.newest_first():
            try:
                state = state_from_file(unpack_state(self._autosaves.read(autosave)))
                check_board(self._board, state)
            except StateError as error:
                path = self._autosaves.put_aside(autosave)
                LOG.warning("The Mac does not go on from a state, which is kept as %s: %s", path, error)
                continue
            if state.rom == self._board.rom.image:
                return state
            self._keep_for_shelf(autosave, state)
            return None
        return None

    def attach(self, cpu_thread: CpuThread, listener: ThreadListener) -> None:
        """Use this thread of the 68k, and report a failure to `listener`. Called before the threads start."""
        self._cpu_thread = cpu_thread
        self._listener = listener

    def set_request_listener(self, listener: StateRequestListener) -> None:
        """Tell `listener` how each request ended. Called before the threads start."""
        self._request_listener = listener

    def request(self, number: int, request: StateChangeRequest) -> None:
        """Do what a server asks, after what it asked before. Any thread may call this; it returns at once."""
        try:
            self._requests.put_nowait((number, request))
        except queue.Full:
            self._report(number, "Too many requests at once.")
        self.wakeup.set()

    def run(self) -> None:
        """Save and serve until the thread ends, and save a last time."""
        due = time.monotonic() + INTERVAL
        while not self.ending:
            self.wakeup.wait(due - time.monotonic())
            while not self._requests.empty():
                self._serve(*self._requests.get())
            if not self.ending and time.monotonic() >= due:
                self._autosave()
                due = time.monotonic() + INTERVAL
        self._save_at_end()
        self._autosaves.close()

    def _serve(self, number: int, request: StateChangeRequest) -> None:
        try:
            self._do(request)
        except (StateError, MacError) as error:
            self._report(number, said_by(error))
        else:
            self._report(number, "")

    def _do(self, request: StateChangeRequest) -> None:
        match request:
            case SaveState(name):
                self._shelf.save(name, state_to_file(self._saved_now(), name))
            case LoadState(name):
                self._load_named(self._shelf.read(name))
            case GoBack():
                self._go_back()

    def _load_named(self, data: bytes) -> None:
        """Load a state of the shelf; what is left now is what the next GoBack loads."""
        self._autosave()
        self._load(data)
        self._saved_events = -1  # the newest autosave is of another Mac than the present one
        newest = self._autosaves.newest_first()[:1]
        self._came_from = newest[0].saved + 1 if newest else None

    def _go_back(self) -> None:
        if not self._owns:
            raise StateError("This Mac saves nothing by itself: another one uses its folder.")
        before = int(time.time() - INTERVAL) if self._came_from is None else self._came_from - 1
        there = self._autosaves.newest_first()
        earlier = next((each for each in there if each.saved <= before), None)
        if earlier is None:
            raise StateError("There is no earlier state: the Mac saves one each minute.")
        data = self._autosaves.read(earlier)
        self._keep_present()
        self._load(data)
        self._came_from = earlier.saved

    def _keep_present(self) -> None:
        """Save what is left on the shelf, unless it was gone back to, and nobody has done anything in it."""
        used = self._came_from is None or self._board.adb.presses != self._presses_then
        if used and self._cpu().state in _ALIVE:
            data = state_to_file(self._saved_now(), BEFORE_NAME)
            self._shelf.save(BEFORE_NAME, data, replace=True)

    def _load(self, data: bytes) -> None:
        state = state_from_file(unpack_state(data))
        check_board(self._board, state)
        self._cpu().load(state)
        self._presses_then = self._board.adb.presses

    def _saved_now(self) -> MachineState:
        cpu_thread = self._cpu()
        if cpu_thread.state not in _ALIVE:
            raise StateError("The Mac is switched off.")
        return cpu_thread.save()

    def _autosave(self) -> None:
        """Save if anything happened since the last time."""
        events = self._board.activity.events
        if not self._owns or events == self._saved_events or self._cpu().state not in _ALIVE:
            return
        try:
            self._autosaves.store(state_to_file(self._saved_now(), AUTOSAVE_NAME))
        except StateError as error:
            LOG.warning("%s", error)
            return
        self._saved_events = events
        self._came_from = None

    def _save_at_end(self) -> None:
        """Save what the 68k's thread, which has ended, has left; the next start begins anew if it was off."""
        if not self._owns or self.failed or self._cpu_thread is None:
            return
        try:
            if self._cpu_thread.state in _ALIVE:
                self._autosaves.store(state_to_file(save_board(self._board), AUTOSAVE_NAME))
            else:
                self._autosaves.note_switched_off()
        except StateError as error:
            LOG.warning("%s", error)

    def _keep_for_shelf(self, autosave: Autosave, state: MachineState) -> None:
        """Put a state of another ROM on the shelf: the present ROM starts anew, as after an update."""
        name = f"{KEPT_NAME} {time.strftime('%Y-%m-%d %H.%M.%S', time.localtime(autosave.saved))}"
        try:
            self._shelf.save(name, state_to_file(state, name))
            LOG.warning("The ROM is another one: the Mac starts anew; where it was is the state “%s”.", name)
            self._autosaves.note_switched_off()
        except StateError as error:
            LOG.warning("The ROM is another one: the Mac starts anew. %s", error)

    def _claim(self) -> bool:
        try:
            owns = self._autosaves.claim()
        except StateError as error:
            LOG.warning("The Mac saves no states by itself: %s", error)
            return False
        if not owns:
            LOG.warning("The Mac saves no states by itself: another Mac uses the same folder of states.")
        return owns

    def _cpu(self) -> CpuThread:
        if self._cpu_thread is None:
            raise StateError("The Mac does not run.")
        return self._cpu_thread

    def _report(self, number: int, error: str) -> None:
        if error:
            LOG.info("A request for a state failed: %s", error)
        if self._request_listener is not None:
            self._request_listener.state_request_done(number, error)
