"""The emulators are Python scripts that fork as `--standby` asks for."""

import asyncio
import sys

from moof.process import ForkedProcess
from moof.server.emulator.launcher import EmulatorLauncher

SCRIPT = f"""
import os, sys, time
sys.path[:0] = {sys.path!r}
assert "--standby" in sys.argv
from moof.process import serve_forks
serve_forks()
print(os.getpid(), os.getppid(), flush=True)
time.sleep(600)
"""
COMMAND = [sys.executable, "-c", SCRIPT]


class Lines:
    def __init__(self) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()

    async def next(self) -> str:
        async with asyncio.timeout(20):
            while not (line := await self.lines.get()):
                pass
            return line


async def test_each_start_is_a_fork_of_the_same_process() -> None:
    output = Lines()
    standby = EmulatorLauncher(COMMAND, output.lines.put_nowait, enabled=True)
    parents = set()
    for _ in range(2):
        child = standby.take()
        pid, parent = (await output.next()).split()
        assert pid == str(child.pid)
        parents.add(parent)
        await child.kill()
    assert len(parents) == 1
    await standby.end()


async def test_what_is_loaded_is_loaded_again_if_it_dies() -> None:
    output = Lines()
    standby = EmulatorLauncher(COMMAND, output.lines.put_nowait, enabled=True)
    child = standby.take()
    await output.next()
    assert standby._loaded is not None
    await standby._loaded._process.kill()
    await child.wait()
    child = standby.take()
    assert (await output.next()).split()[0] == str(child.pid)
    await standby.end()
    assert not child.running


async def test_nothing_has_to_end_that_was_never_started() -> None:
    await EmulatorLauncher(COMMAND, lambda line: None, enabled=True).end()


async def test_commands_without_the_option_are_left_alone() -> None:
    output = Lines()
    command = [sys.executable, "-I", "-S", "-c", "import sys; print(sys.argv[1:], sys.stdin.read())"]
    standby = EmulatorLauncher(command, output.lines.put_nowait, enabled=False)
    child = standby.take()
    assert not isinstance(child, ForkedProcess)
    await child.wait()
    assert await output.next() == "[] "
    await standby.end()
