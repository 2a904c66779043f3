"""The "68k" thread of a Mac that plays a recording: one tick after the other, in real time."""

import time

from moof.ipc import CommandCode, State
from moof.mac.cpu_thread import CpuListener, CpuThread
from moof.mac.input_replay import Replay
from moof.mac.ticker import TickClock


class ReplayThread(CpuThread):
    """Plays a recording, and pauses at its end: to go on, to start or a reset play it from the start again.

    With `repeat` it does so by itself. Sound is what a server requests meanwhile.
    """

    def __init__(self, replay: Replay, listener: CpuListener, *, repeat: bool = False) -> None:
        super().__init__(replay.mac.board, listener)
        self._replay = replay
        self._repeat = repeat

    def run(self) -> None:
        """Play until the thread ends."""
        clock = TickClock(time.monotonic())
        self._enter(State.RUNNING)
        while not self.ending:
            while not self._commands.empty():
                self._execute(self._commands.get())
            now = time.monotonic()
            (clock.resume if self.state is State.RUNNING else clock.halt)(now)
            for _ in range(clock.advance(now)[0]):
                self._advance()
            if self.state is State.RUNNING:
                self._replay.mac.settle()  # the guest answers requests for sound
                self._board.wake.wait(clock.deadline() - time.monotonic())
            else:
                self._board.wake.wait()

    def _advance(self) -> None:
        """Let a tick pass; at the end begin anew, or pause."""
        if self.state is not State.RUNNING:
            return
        self._replay.advance(sound=False)
        self._board.activity.note(time.monotonic())
        if not self._replay.ended:
            return
        if self._repeat:
            self._replay.restart()
        else:
            self._enter(State.PAUSED)

    def _execute(self, code: CommandCode) -> None:
        match code:
            case CommandCode.RESET:
                self._play(anew=True)
            case CommandCode.START | CommandCode.RESUME if self.state is not State.RUNNING:
                self._play(anew=self.state is State.STOPPED or self._replay.ended)
            case CommandCode.PAUSE if self.state is State.RUNNING:
                self._enter(State.PAUSED)
            case CommandCode.STOP if self.state is not State.STOPPED:
                self._board.video.blank()
                self._enter(State.STOPPED)

    def _play(self, *, anew: bool) -> None:
        if anew:
            self._replay.restart()
        self._enter(State.RUNNING)
