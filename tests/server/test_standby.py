"""The emulators are Python scripts that wait as `--standby` asks for."""

import asyncio
import sys

from moof.server.standby import Standby

SCRIPT = """
import os, sys, time
assert "--standby" in sys.argv
sys.stdin.read()
print(os.getpid(), flush=True)
time.sleep(600)
"""
COMMAND = [sys.executable, "-I", "-S", "-c", SCRIPT]


class Lines:
    def __init__(self) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()

    async def next(self) -> str:
        async with asyncio.timeout(10):
            return await self.lines.get()


async def test_the_spare_one_is_switched_on() -> None:
    output = Lines()
    standby = Standby(COMMAND, output.lines.put_nowait, enabled=True)
    assert not standby.prepared
    standby.prepare()
    standby.prepare()
    assert standby.prepared
    assert output.lines.empty()
    child = standby.take()
    assert not standby.prepared
    assert await output.next() == str(child.pid)
    await child.kill()


async def test_without_a_spare_one_a_new_one_starts() -> None:
    output = Lines()
    standby = Standby(COMMAND, output.lines.put_nowait, enabled=True)
    child = standby.take()
    assert await output.next() == str(child.pid)
    await child.kill()


async def test_a_spare_one_that_died_is_not_used() -> None:
    output = Lines()
    standby = Standby(COMMAND, output.lines.put_nowait, enabled=True)
    standby.prepare()
    assert standby._spare is not None
    await standby._spare.kill()
    assert not standby.prepared
    child = standby.take()
    assert await output.next() == str(child.pid)
    await child.kill()


async def test_the_end_ends_the_spare_one() -> None:
    standby = Standby(COMMAND, lambda line: None, enabled=True)
    standby.prepare_later()
    standby.prepare()
    spare = standby._spare
    assert spare is not None
    await standby.end()
    assert not spare.running
    await standby.end()


async def test_a_spare_one_is_started_later() -> None:
    standby = Standby(COMMAND, lambda line: None, enabled=True)
    standby.prepare_later(0.01)
    assert not standby.prepared
    async with asyncio.timeout(10):
        while not standby.prepared:  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.005)
    await standby.end()


async def test_commands_without_the_option_are_left_alone() -> None:
    output = Lines()
    command = [sys.executable, "-I", "-S", "-c", "import sys; print(sys.argv[1:], sys.stdin.read())"]
    standby = Standby(command, output.lines.put_nowait, enabled=False)
    standby.prepare()
    assert not standby.prepared
    await standby.take().wait()
    assert await output.next() == "[] "
