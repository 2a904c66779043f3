"""Signaling messages about the Mac's switches, from one viewer."""

import pytest

from moof.ipc import CommandCode, MachineCommand
from moof.server.auth.audit import AuditLog
from moof.server.auth.principal import Principal
from moof.server.auth.roles import NotAllowedError, Role
from moof.server.emulator.power import MachineControl
from moof.server.protocol.messages import CommandRequest, Restart
from moof.server.session.machine_requests import MachineRequests
from support.recording_emulator import RecordingEmulator


@pytest.mark.parametrize("role", [Role.OWNER, Role.PLAYER])
def test_those_who_play_may_switch(role: Role) -> None:
    emulator = RecordingEmulator()
    requests = MachineRequests(Principal(role), MachineControl(emulator, None), AuditLog())
    requests.process(CommandRequest("reset"))
    assert emulator.messages == [MachineCommand(CommandCode.RESET)]
    requests.process(Restart())
    assert emulator.messages == [MachineCommand(CommandCode.RESET)] * 2


def test_a_viewer_may_not() -> None:
    emulator, audit = RecordingEmulator(), AuditLog()
    requests = MachineRequests(Principal(Role.VIEWER), MachineControl(emulator, None), audit)
    for request in (CommandRequest("reset"), Restart()):
        with pytest.raises(NotAllowedError, match="watching only"):
            requests.process(request)
    assert (emulator.messages, audit.entries) == ([], [])
