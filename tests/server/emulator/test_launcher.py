"""The emulators are Python scripts that fork as `--standby` asks for."""

import asyncio
import sys

from moof.process import EnvironmentSource, ForkedProcess, ProcessEnvironment, ProcessGroup
from moof.server.emulator.launcher import EmulatorLauncher, with_standby

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
    """The lines that emulators print."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()

    async def next(self) -> str:
        async with asyncio.timeout(30):
            while not (line := await self.lines.get()):
                pass
            return line


async def pid_of(child: ProcessGroup) -> int:
    """Return the process id, which the fork server may report later than the emulator prints its line."""
    async with asyncio.timeout(30):
        while (pid := child.pid) is None:  # noqa: ASYNC110  the report sets no asyncio.Event
            await asyncio.sleep(0.005)
    return pid


async def test_each_start_is_a_fork_of_the_same_process() -> None:
    output = Lines()
    launcher = EmulatorLauncher(COMMAND, output.lines.put_nowait, standby=True)
    parents = set()
    for _ in range(2):
        child = launcher.start()
        pid, parent = (await output.next()).split()
        assert int(pid) == await pid_of(child)
        parents.add(parent)
        await child.kill()
    assert len(parents) == 1
    await launcher.end()


async def test_fork_server_that_died_is_started_again() -> None:
    output = Lines()
    launcher = EmulatorLauncher(COMMAND, output.lines.put_nowait, standby=True)
    child = launcher.start()
    await output.next()
    assert launcher._fork_server is not None
    await launcher._fork_server._process.kill()
    await child.wait()
    child = launcher.start()
    assert int((await output.next()).split()[0]) == await pid_of(child)
    await launcher.end()
    assert not child.running


async def test_launcher_that_never_started_an_emulator_can_end() -> None:
    await EmulatorLauncher(COMMAND, lambda line: None, standby=True).end()


async def test_command_without_the_option_is_run_as_it_is() -> None:
    output = Lines()
    command = [sys.executable, "-I", "-S", "-c", "import sys; print(sys.argv[1:], sys.stdin.read())"]
    launcher = EmulatorLauncher(command, output.lines.put_nowait, standby=False)
    child = launcher.start()
    assert not isinstance(child, ForkedProcess)
    await child.wait()
    assert await output.next() == "[] "
    await launcher.end()


def test_option_stands_before_the_arguments_of_the_emulators_program() -> None:
    assert with_standby(["moof", "bridge"]) == ["moof", "bridge", "--standby"]
    command = ["moof", "bridge", "--emulator", "hatari", "--", "--disk-a", "--", "disk.st"]
    assert with_standby(command) == [*command[:4], "--standby", *command[4:]]


async def test_another_command_replaces_the_process_that_is_forked() -> None:
    output = Lines()
    launcher = EmulatorLauncher(COMMAND, output.lines.put_nowait, standby=True)
    parents = []
    for words in (COMMAND, COMMAND, [*COMMAND, "--ram"]):
        await launcher.use(words)
        child = launcher.start()
        parents.append((await output.next()).split()[1])
        await child.kill()
    assert parents[0] == parents[1] != parents[2]
    await launcher.end()


class CountingEnvironment(EnvironmentSource):
    """Gives each start a number in its environment."""

    def __init__(self) -> None:
        self.starts = 0

    def at_start(self) -> ProcessEnvironment:
        self.starts += 1
        return ProcessEnvironment(environment={"START": str(self.starts)})


async def test_each_start_asks_for_its_environment() -> None:
    output = Lines()
    command = ["sh", "-c", "echo $START; exec sleep 600"]
    launcher = EmulatorLauncher(command, output.lines.put_nowait, CountingEnvironment(), standby=False)
    for number in ("1", "2"):
        child = launcher.start()
        assert await output.next() == number
        await child.kill()
