"""One viewer's signaling messages about the Mac's switches."""

import time
from typing import Final

from moof.ipc import CommandCode
from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.principal import Principal
from moof.server.emulator.power import MachineControl
from moof.server.protocol.messages import CommandRequest, Restart

_COMMANDS: Final = {
    "reset": CommandCode.RESET,
    "pause": CommandCode.PAUSE,
    "resume": CommandCode.RESUME,
}


class MachineRequests:
    """Carries out the messages of a viewer who may switch the Mac, and records them."""

    def __init__(self, principal: Principal, machine: MachineControl, audit: AuditLog) -> None:
        self._principal = principal
        self._machine = machine
        self._audit = audit

    def process(self, request: Restart | CommandRequest) -> None:
        """Restart the Mac or send it a command. Raises NoEmulatorError."""
        if isinstance(request, Restart):
            self._machine.restart()
        else:
            self._machine.command(_COMMANDS[request.command])
        name = "restart" if isinstance(request, Restart) else request.command
        self._audit.record(AuditEvent.POWER, Actor.of(self._principal), name, time.time())
