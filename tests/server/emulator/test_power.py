import pytest

from moof.ipc import CommandCode, MachineCommand, Message
from moof.server.emulator.power import MachineControl, NoEmulatorError
from moof.server.emulator.supervisor import Supervisor


def test_emulator_started_elsewhere_is_switched_by_messages() -> None:
    sent: list[Message] = []

    def send(message: Message) -> bool:
        sent.append(message)
        return True

    power = MachineControl(send, None)
    power.start()
    power.stop()
    power.restart()
    power.command(CommandCode.PAUSE)
    codes = (CommandCode.START, CommandCode.STOP, CommandCode.RESET, CommandCode.PAUSE)
    assert sent == [MachineCommand(code) for code in codes]


def test_switching_without_an_emulator_is_an_error() -> None:
    power = MachineControl(lambda message: False, None)
    for switch in (power.start, power.stop, power.restart):
        with pytest.raises(NoEmulatorError, match="no emulator is connected"):
            switch()


async def test_own_emulator_is_switched_by_its_process() -> None:
    supervisor = Supervisor(["true"])
    power = MachineControl(lambda message: False, supervisor)
    for switch in (power.start, power.stop, power.restart):
        switch()  # none of them needs a connection
