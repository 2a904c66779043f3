"""A process of the test's in a group of its own, ended through `ProcessGroup`."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from moof.process.processgroup import ProcessGroup

SLEEPS = "print(flush=True); import time; time.sleep(600)"
IGNORES_SIGTERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS


class Group(ProcessGroup):
    """The group of a process that asyncio started."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        super().__init__()
        self._process = process
        self.watching = asyncio.create_task(self._watch())

    @property
    def pid(self) -> int | None:
        return self._process.pid

    async def _watch(self) -> None:
        self._ended(await self._process.wait())


class NotStarted(ProcessGroup):
    """The group of a process that has no id yet."""

    @property
    def pid(self) -> int | None:
        return None


@asynccontextmanager
async def group(script: str) -> AsyncIterator[Group]:
    """Start a Python script, and wait for its first line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    await process.stdout.readline()
    started = Group(process)
    yield started
    await started.kill()
    await started.watching


async def test_end_sends_sigterm() -> None:
    async with group(SLEEPS) as running:
        assert (running.running, running.status) == (True, None)
        assert await running.end(60.0) == -signal.SIGTERM
        assert (running.running, running.status) == (False, -signal.SIGTERM)


async def test_end_kills_a_process_that_ignores_sigterm() -> None:
    async with group(IGNORES_SIGTERM) as running:
        assert await running.end(0.01) == -signal.SIGKILL


async def test_cancelled_wait_leaves_the_process_running() -> None:
    async with group(SLEEPS) as running:
        waiting = asyncio.create_task(running.wait())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert running.running
        assert await running.kill() == -signal.SIGKILL


async def test_signal_without_a_process_is_ignored() -> None:
    async with group("print(flush=True)") as ended:
        await ended.wait()
        ended.signal_group(signal.SIGTERM)
    NotStarted().signal_group(signal.SIGTERM)
