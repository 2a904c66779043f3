"""The "68k" thread: the only one that uses the CPU; runs it in slices and executes commands."""

import logging
import queue
import time
from typing import Final, Protocol

from moof.ipc import CommandCode, State
from moof.mac.board import Board
from moof.mac.emulops import PowerRequest
from moof.mac.machine_state import MachineState, resume_board, save_board
from moof.mac.threads import BinarySemaphore, MacThread, ThreadListener
from moof.states import StateError

LOG: Final = logging.getLogger(__name__)

MAX_COMMANDS: Final = 16
_WORK_POLL: Final = 0.1  # seconds in which an ending thread is noticed
BUSY_SLICES: Final = 100
"""Slices without a wait, about 20 ms, after which the guest is computing and gets each tick on time."""


class CpuListener(ThreadListener, Protocol):
    """Receives what the 68k's thread reports; all methods are called on that thread."""

    def state_entered(self, state: State) -> None:
        """Store the machine's new state."""

    def power_requested(self, request: PowerRequest) -> None:
        """Execute a POWER request of the guest; the Mac is stopped already."""


class BeginListener(Protocol):
    """Is told the state in which the Mac begins."""

    def begin(self, state: MachineState) -> None:
        """Take the state; called on the 68k's thread, before the first instruction."""


class _StateWork:
    """Saves the board, or loads a state into it, between two slices; another thread waits for `done`."""

    def __init__(self, state: MachineState | None = None) -> None:
        self.state = state
        self.error: StateError | None = None
        self.done = BinarySemaphore()

    def perform(self, board: Board) -> bool:
        """Do it; return whether the board goes on from another state."""
        loads = self.state is not None
        try:
            if self.state is None:
                self.state = save_board(board)
            else:
                resume_board(board, self.state)
        except StateError as error:
            self.error = error
        self.done.set()
        return loads and self.error is None


class CpuThread(MacThread):
    """Runs `board`, which it powers on when it starts, or lets go on from the state `first`.

    Any thread may send commands, which are executed between two slices; at most MAX_COMMANDS wait, more are
    dropped.
    """

    def __init__(
        self,
        board: Board,
        listener: CpuListener,
        first: MachineState | None = None,
        begin_listener: BeginListener | None = None,
    ) -> None:
        super().__init__("68k", listener)
        self._begin_listener = begin_listener
        self.state = State.STOPPED
        self._board = board
        self._cpu_listener = listener
        self._commands: queue.Queue[CommandCode] = queue.Queue(MAX_COMMANDS)
        self._first = first
        self._work: queue.Queue[_StateWork] = queue.Queue(1)

    def command(self, code: CommandCode) -> None:
        """Queue the command for execution when the current slice ends."""
        try:
            self._commands.put_nowait(code)
        except queue.Full:
            LOG.debug("Too many commands at once; %s is dropped.", code.name.lower())
        self.interrupt_wait()

    def save(self) -> MachineState:
        """Return the board's state; the CPU waits while it is copied. Only one other thread may call this.

        Raises StateError if the Mac ends.
        """
        state = self._perform(_StateWork()).state
        if state is None:
            raise StateError("The Mac was not saved.")
        return state

    def load(self, state: MachineState) -> None:
        """Let the Mac go on from `state`, also one that is paused or switched off. As `save`.

        Raises StateError; then the Mac is as it was.
        """
        self._perform(_StateWork(state))

    def _perform(self, work: _StateWork) -> _StateWork:
        self._work.put(work)
        self.interrupt_wait()
        while not work.done.wait(_WORK_POLL):
            if self.ending:
                raise StateError("The Mac ends.")
        if work.error is not None:
            raise work.error
        return work

    def interrupt_wait(self) -> None:
        """End a wait for interrupts; a running slice ends by itself within a quarter of a millisecond."""
        self._board.wake.set()

    def run(self) -> None:
        """Execute commands, run slices and wait, until the thread ends."""
        board = self._board
        self._begin()
        slices = 0
        while not self.ending:
            while not self._commands.empty():
                self._execute(self._commands.get())
            if not self._work.empty() and self._work.get().perform(board):
                self._enter(State.RUNNING)
            if self.state is not State.RUNNING or not board.step():
                self._wait()
                slices = 0
            elif (slices := slices + 1) % BUSY_SLICES == 0:
                board.activity.note(time.monotonic())
            if board.power_request is not None:
                self._switch_off(board.power_request)

    def _begin(self) -> None:
        """Go on from the first state, or power on."""
        first, self._first = self._first, None
        if first is None:
            self._execute(CommandCode.START)
        else:
            resume_board(self._board, first)
            self._enter(State.RUNNING)
        if self._begin_listener is not None:
            self._begin_listener.begin(save_board(self._board))

    def _wait(self) -> None:
        """Wait for an interrupt or a command; only for a command if the guest masks all interrupts."""
        cpu = self._board.cpu
        if self.state is State.RUNNING and cpu.halted:
            LOG.warning("The 68k has halted, before %#x: only a reset helps.", cpu.program_counter)
            self._enter(State.STOPPED)  # the screen is kept: it may show why
        self._board.wake.wait()

    def _execute(self, code: CommandCode) -> None:
        match code, self.state:
            case ((CommandCode.START | CommandCode.RESET), State.STOPPED):
                self._board.power_on()
                self._enter(State.RUNNING)
            case CommandCode.RESET, _:
                self._board.reset()
                self._enter(State.RUNNING)
            case CommandCode.STOP, (State.RUNNING | State.PAUSED):
                self._board.video.blank()
                self._enter(State.STOPPED)
            case CommandCode.PAUSE, State.RUNNING:
                self._enter(State.PAUSED)
            case ((CommandCode.RESUME | CommandCode.START), State.PAUSED):
                self._enter(State.RUNNING)

    def _switch_off(self, request: PowerRequest) -> None:
        self._board.power_request = None
        self._execute(CommandCode.STOP)
        self._cpu_listener.power_requested(request)

    def _enter(self, state: State) -> None:
        self.state = state
        self._cpu_listener.state_entered(state)
