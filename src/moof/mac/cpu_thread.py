"""The "68k" thread: the only one that uses the CPU; runs it in slices and executes commands."""

import logging
import queue
import time
from typing import Final, Protocol

from moof.ipc import CommandCode, State
from moof.mac.board import Board
from moof.mac.emulops import PowerRequest
from moof.mac.threads import MacThread, ThreadListener

LOG: Final = logging.getLogger(__name__)

MAX_COMMANDS: Final = 16
BUSY_SLICES: Final = 100
"""Slices without a wait, about 20 ms, after which the guest is computing and gets each tick on time."""


class CpuListener(ThreadListener, Protocol):
    """Receives what the 68k's thread reports; all methods are called on that thread."""

    def state_entered(self, state: State) -> None:
        """Store the machine's new state."""

    def power_requested(self, request: PowerRequest) -> None:
        """Execute a POWER request of the guest; the Mac is stopped already."""


class CpuThread(MacThread):
    """Runs `board`, which it powers on when it starts.

    Any thread may send commands, which are executed between two slices; at most MAX_COMMANDS wait, more are
    dropped.
    """

    def __init__(self, board: Board, listener: CpuListener) -> None:
        super().__init__("68k", listener)
        self.state = State.STOPPED
        self._board = board
        self._cpu_listener = listener
        self._commands: queue.Queue[CommandCode] = queue.Queue(MAX_COMMANDS)

    def command(self, code: CommandCode) -> None:
        """Queue the command for execution when the current slice ends."""
        try:
            self._commands.put_nowait(code)
        except queue.Full:
            LOG.debug("Too many commands at once; %s is dropped.", code.name.lower())
        self.interrupt_wait()

    def interrupt_wait(self) -> None:
        """End a wait for interrupts; a running slice ends by itself within a quarter of a millisecond."""
        self._board.wake.set()

    def run(self) -> None:
        """Execute commands, run slices and wait, until the thread ends."""
        board = self._board
        self._execute(CommandCode.START)
        slices = 0
        while not self.ending:
            while not self._commands.empty():
                self._execute(self._commands.get())
            if self.state is not State.RUNNING or not board.step():
                self._wait()
                slices = 0
            elif (slices := slices + 1) % BUSY_SLICES == 0:
                board.activity.note(time.monotonic())
            if board.power_request is not None:
                self._switch_off(board.power_request)

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
