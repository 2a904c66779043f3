"""The "68k" thread: it alone touches the CPU, runs it slice by slice and works the machine's switches."""

import logging
import queue
from collections.abc import Callable
from typing import Final

from moof.ipc import CommandCode, State
from moof.mac.board import Board
from moof.mac.emulops import PowerRequest
from moof.mac.threads import MacThread

LOG = logging.getLogger(__name__)

MOST_COMMANDS: Final = 16


class CpuThread(MacThread):
    """Runs `board`, which it powers on when it starts.

    Commands may come from any thread and are obeyed between two slices; at most MOST_COMMANDS wait, those
    beyond are dropped. `on_state` is told of each new state (on this thread), `on_power` of what the guest
    asks of the power switch.
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
        self._commands: queue.Queue[CommandCode] = queue.Queue(MOST_COMMANDS)

    def command(self, code: CommandCode) -> None:
        """Have the command obeyed as soon as the current slice ends."""
        try:
            self._commands.put_nowait(code)
        except queue.Full:
            LOG.debug("Too many commands at once; %s is dropped.", code.name.lower())
        self.interrupt_wait()

    def interrupt_wait(self) -> None:
        """End a wait for interrupts; a slice that is running ends by itself soon enough."""
        self._board.wake.set()

    def run(self) -> None:
        """Obey, run, wait, until told to end."""
        board = self._board
        self._obey(CommandCode.START)
        while not self.ending:
            while not self._commands.empty():
                self._obey(self._commands.get())
            if self.state is not State.RUNNING or not board.step():
                self._wait()
            if board.power_request is not None:
                self._switch_off(board.power_request)

    def _wait(self) -> None:
        """Wait for an interrupt or a command; for a command only if the guest lets no interrupt in."""
        cpu = self._board.cpu
        if self.state is State.RUNNING and cpu.halted:
            LOG.warning("The 68k has halted, before %#x: only a reset helps.", cpu.program_counter)
            self._enter(State.STOPPED)  # the screen stays: it may say why
        self._board.wake.wait()

    def _obey(self, code: CommandCode) -> None:
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
        self._obey(CommandCode.STOP)
        self._on_power(request)

    def _enter(self, state: State) -> None:
        self.state = state
        self._on_state(state)
