"""A stand-in emulator that hangs after a reset: it is noticed, reported, and started again if so chosen."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from moof.ipc import AudioRequest, CommandCode, MachineCommand
from moof.process import ProcessEnvironment
from moof.server.emulator.link import EmulatorLink
from moof.server.emulator.response_monitor import ResponseMonitor
from moof.server.emulator.supervisor import Supervisor
from support.waiting import wait_until

SCRIPT = Path(__file__).parents[2] / "support" / "hanging_emulator.py"
PERIOD = 2.0


@dataclass
class Setup:
    """A supervised stand-in, the link to it, and the monitor, whose clock is the test's own."""

    supervisor: Supervisor
    link: EmulatorLink
    monitor: ResponseMonitor
    now: float = 1000.0
    hung: bool = False

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a state."""
        await asyncio.to_thread(wait_until, condition, "a state", 60, 0.005)

    async def connect(self) -> int:
        """Wait until the link is connected to the ready emulator; return its pid."""
        await self.until(lambda: self.supervisor.ready_pid is not None)
        self.link.set_target(self.supervisor.ready_pid)
        self.link.start()
        await self.until(lambda: self.link.status.pid == self.supervisor.ready_pid)
        pid = self.supervisor.ready_pid
        assert pid is not None
        return pid

    async def observe(self, times: int) -> None:
        """Observe so often; an emulator that works has answered before the next observation."""
        for _ in range(times):
            frames = self.frames()
            self.now += PERIOD
            self.monitor.observe(self.now)
            if self.monitor.awaits_answer and not self.hung:
                await self.until(partial(self._has_more_frames, frames))

    def _has_more_frames(self, than: int) -> bool:
        return self.frames() > than

    def frames(self) -> int:
        """Return the emulator's count of frames."""
        with self.link.lease() as connection:
            return connection.segment.read("frame_count") if connection is not None else 0

    async def hang(self) -> None:
        """Let the emulator hang from now on.

        It has read the command before the next observation: reading is a sign of life, and the test's clock
        goes faster than the emulator.
        """
        self.hung = True
        self.link.send(MachineCommand(CommandCode.RESET))
        await self.until(lambda: self._unread() == 0)

    def _unread(self) -> int:
        with self.link.lease() as connection:
            assert connection is not None
            return connection.unread


@asynccontextmanager
async def setup(*options: str, restart_after: float | None = None) -> AsyncIterator[Setup]:
    path = os.pathsep.join([str(SCRIPT.parents[1]), *sys.path])
    supervisor = Supervisor(
        [sys.executable, str(SCRIPT), *options],
        environment=ProcessEnvironment(environment={"PYTHONPATH": path}),
    )
    running = asyncio.create_task(supervisor.run())
    link = EmulatorLink()
    try:
        yield Setup(supervisor, link, ResponseMonitor(link, supervisor, restart_after))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        link.stop()


@pytest.mark.parametrize("options", [(), ("--mute",)])
async def test_hanging_emulator_is_reported_and_goes_on_if_it_does(options: tuple[str, ...]) -> None:
    async with setup(*options) as running:
        pid = await running.connect()
        await running.observe(20)
        assert running.link.status.responding
        await running.hang()
        await running.observe(20)
        await running.until(lambda: not running.link.status.responding)
        assert running.supervisor.ready_pid == pid  # it is not restarted unless the owner says so


async def test_hanging_emulator_is_started_again_if_the_owner_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with setup(restart_after=30.0) as running:
        pid = await running.connect()
        await running.observe(8)
        await running.hang()
        await running.observe(20)
        await running.until(lambda: running.supervisor.ready_pid not in (None, pid))
        running.hung = False
        assert await running.connect() != pid
        await running.observe(3)
        await running.until(lambda: running.link.status.responding)
    messages = [record.message for record in caplog.records]
    assert f"Emulator {pid} has stopped answering." in messages


@pytest.mark.parametrize("observations", [1, 8])
async def test_emulator_that_lost_its_connection_is_still_observed(observations: int) -> None:
    async with setup() as running:
        await running.connect()
        await running.observe(observations)
        await running.hang()
        await running.observe(10)
        await running.until(lambda: not running.link.status.responding)
        # Nobody reads: the socket fills up, and the link gives the connection up.
        while running.link.send(AudioRequest(960)):
            pass
        await running.observe(20)
        await running.until(lambda: not running.link.status.responding)
        assert not running.link.status.connected


@pytest.mark.parametrize("paused_by", ["signal", "command"])
async def test_paused_emulator_is_not_reported(paused_by: str) -> None:
    async with setup() as running:
        pid = await running.connect()
        await running.observe(8)
        running.hung = True
        if paused_by == "signal":
            os.kill(pid, signal.SIGSTOP)
            await running.until(lambda: "\nState:\tT" in Path(f"/proc/{pid}/status").read_text())
        else:
            running.link.send(MachineCommand(CommandCode.PAUSE))
        await running.observe(30)
        assert running.monitor.unresponsive_pid is None
        os.kill(pid, signal.SIGCONT)
