"""Signaling messages about the Mac's switches, from one viewer."""

import pytest

from moof.ipc import CommandCode, MachineCommand
from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.principal import Principal
from moof.server.auth.roles import Role
from moof.server.emulator.power import MachineControl, NoEmulatorError
from moof.server.protocol.messages import CommandRequest, Restart
from moof.server.session.machine_requests import MachineRequests
from support.recording_emulator import RecordingEmulator

ANN = Principal(Role.PLAYER, "Ann", "10.0.0.1")


def test_a_switch_is_pressed_and_recorded() -> None:
    emulator, audit = RecordingEmulator(), AuditLog()
    requests = MachineRequests(ANN, MachineControl(emulator, None), audit)
    requests.process(CommandRequest("pause"))
    requests.process(Restart())
    assert emulator.messages == [MachineCommand(CommandCode.PAUSE), MachineCommand(CommandCode.RESET)]
    actor = Actor("player", "Ann", "10.0.0.1")
    assert [(each.event, each.actor, each.detail) for each in audit.entries] == [
        (AuditEvent.POWER, actor, "restart"),
        (AuditEvent.POWER, actor, "pause"),
    ]


def test_without_an_emulator_nothing_is_recorded() -> None:
    audit = AuditLog()
    requests = MachineRequests(ANN, MachineControl(RecordingEmulator(connected=False), None), audit)
    with pytest.raises(NoEmulatorError):
        requests.process(CommandRequest("reset"))
    assert audit.entries == []
