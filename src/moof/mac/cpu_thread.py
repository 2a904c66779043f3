"""The "68k" thread: the only one that uses the CPU; runs it in slices and executes commands."""

import logging
import queue
from collections.abc import Callable
from typing import Final

from moof.ipc import CommandCode, State
from moof.mac.board import Board
from moof.mac.emulops import PowerRequest
from moof.mac.threads import MacThread

LOG: Final = logging.getLogger(__name__)

COMMANDS_MAX: Final = 16


class CpuThread(MacThread):
    """Runs `board`, which it powers on when it starts.

    Any thread may send commands, which are executed between two slices; at most COMMANDS_MAX wait, more are
    dropped. `on_state` is called with each new state, `on_power` with each POWER request of the guest, both
    on this thread.
    """

    def __init__(
        self,
        board: Board,
        on_state: Callable[[State], None],
        on_power: Callable[[PowerRequest], None],
        on_failure: Callable[[], None],
    ) -> None:
        super().__init__("68k", on_failure)
        self.state = State.STOPPED
        self._board = board
        self._on_state = on_state
        self._on_power = on_power
        self._commands: queue.Queue[CommandCode] = queue.Queue(COMMANDS_MAX)

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
        while not self.ending:
            while not self._commands.empty():
                self._execute(self._commands.get())
            if self.state is not State.RUNNING or not board.step():
                self._wait()
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
        self._on_power(request)

    def _enter(self, state: State) -> None:
        self.state = state
        self._on_state(state)
