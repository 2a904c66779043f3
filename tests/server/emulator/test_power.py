import asyncio
import sys

import pytest

from moof.ipc import CommandCode, MachineCommand
from moof.server.emulator.power import MachineControl, MachineListener, NoEmulatorError
from moof.server.emulator.supervisor import Supervisor
from support.recording_emulator import RecordingEmulator
from support.waiting import wait_until


def test_an_emulator_started_elsewhere_receives_commands() -> None:
    emulator = RecordingEmulator()
    machine = MachineControl(emulator, None)
    machine.start()
    machine.stop()
    machine.restart()
    machine.command(CommandCode.PAUSE)
    codes = (CommandCode.START, CommandCode.STOP, CommandCode.RESET, CommandCode.PAUSE)
    assert emulator.messages == [MachineCommand(code) for code in codes]


def test_without_an_emulator_each_switch_raises() -> None:
    machine = MachineControl(RecordingEmulator(connected=False), None)
    for switch in (machine.start, machine.stop, machine.restart):
        with pytest.raises(NoEmulatorError, match="no emulator is connected"):
            switch()


async def test_a_supervised_emulator_is_switched_by_its_process() -> None:
    emulator = RecordingEmulator(connected=False)
    machine = MachineControl(emulator, Supervisor(["true"]))
    for switch in (machine.start, machine.stop, machine.restart):
        switch()
    assert emulator.messages == []


async def test_a_start_after_a_stop_is_not_lost() -> None:
    supervisor = Supervisor([sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"])
    machine = MachineControl(RecordingEmulator(connected=False), supervisor)
    task = asyncio.create_task(supervisor.run())
    try:
        await asyncio.to_thread(wait_until, lambda: supervisor.pid is not None, "a process")
        machine.stop()
        machine.start()
        await asyncio.to_thread(wait_until, lambda: supervisor.restarts == 1, "another process")
        assert not supervisor.off
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Restarts(MachineListener):
    """Counts restarts."""

    def __init__(self) -> None:
        self.count = 0

    def machine_restarted(self) -> None:
        self.count += 1


def test_resets_are_reported_and_pauses_are_not() -> None:
    machine, restarts = MachineControl(RecordingEmulator(), None), Restarts()
    machine.add_listener(restarts)
    machine.command(CommandCode.PAUSE)
    assert restarts.count == 0
    machine.command(CommandCode.RESET)
    machine.restart()
    machine.stop()
    assert restarts.count == 3
