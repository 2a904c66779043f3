"""Switches the Mac: an emulator that the server started by its process, another one by messages."""

from typing import Protocol

from moof.ipc import CommandCode, MachineCommand
from moof.server.emulator.link import MessageSink
from moof.server.emulator.supervisor import Supervisor


class NoEmulatorError(Exception):
    """No emulator is connected that could receive the command."""


class MachineListener(Protocol):
    """Is informed when the Mac begins anew in the same emulator."""

    def machine_restarted(self) -> None:
        """Forget what concerned the Mac before. Called on the event loop."""


class MachineControl:
    """Start, stop, restart, reset, pause, resume: the last request counts.

    On the event loop; all raise NoEmulatorError.
    """

    def __init__(self, emulator: MessageSink, supervisor: Supervisor | None) -> None:
        """Switch the emulator that `supervisor` keeps running, None for one started elsewhere."""
        self._emulator = emulator
        self._supervisor = supervisor
        self._listeners: list[MachineListener] = []

    def add_listener(self, listener: MachineListener) -> None:
        """Report resets to `listener` from now on."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Switch the Mac on; a running one stays as it is, and one that is ending starts again."""
        if self._supervisor is None:
            self.command(CommandCode.START)
        else:
            self._supervisor.start()

    def stop(self) -> None:
        """Switch the Mac off. The process of an emulator that the server started ends."""
        if self._supervisor is None:
            self.command(CommandCode.STOP)
        else:
            self._supervisor.stop()

    def restart(self) -> None:
        """Start the Mac again: the server's own in a new process, another one by the command "reset"."""
        if self._supervisor is not None:
            self._supervisor.restart()
        elif not self._send(CommandCode.RESET):
            raise NoEmulatorError("no emulator is connected that could be restarted")

    def command(self, code: CommandCode) -> None:
        """Send the emulator a command."""
        if not self._send(code):
            raise NoEmulatorError("no emulator is connected")

    def _send(self, code: CommandCode) -> bool:
        sent = self._emulator.send(MachineCommand(code))
        if code in (CommandCode.RESET, CommandCode.STOP):
            for listener in self._listeners:
                listener.machine_restarted()
        return sent
