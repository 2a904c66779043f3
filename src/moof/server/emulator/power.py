"""The Mac's switches. One that we started is switched by its process, another one by messages."""

from collections.abc import Callable

from moof.ipc import CommandCode, MachineCommand, Message

from .supervisor import Supervisor


class PowerError(Exception):
    """The switch has no effect; the text says why."""


class MachineControl:
    """Start, stop, restart, reset, pause, resume. On the event loop; all raise PowerError."""

    def __init__(self, send: Callable[[Message], bool], supervisor: Supervisor | None) -> None:
        """`send` is False when no emulator is connected; `supervisor` is None if we started none."""
        self._send = send
        self._supervisor = supervisor

    def start(self) -> None:
        """Switch the Mac on; one that runs stays as it is."""
        if self._supervisor is None:
            self.command(CommandCode.START)
        elif not self._supervisor.running:
            self._supervisor.restart()

    def stop(self) -> None:
        """Switch the Mac off. The emulator's process ends if it is ours."""
        if self._supervisor is None:
            self.command(CommandCode.STOP)
        else:
            self._supervisor.stop()

    def restart(self) -> None:
        """Start the Mac again: ours from scratch, another one by its "reset"."""
        if self._supervisor is not None:
            self._supervisor.restart()
        elif not self._send(MachineCommand(CommandCode.RESET)):
            raise PowerError("no emulator is connected that could be restarted")

    def command(self, code: CommandCode) -> None:
        """Send the emulator a command."""
        if not self._send(MachineCommand(code)):
            raise PowerError("no emulator is connected")
