"""Fork servers: small Python scripts that load nothing and fork on request."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from moof.process import ForkServer

FORKS = f"""
import os, sys, time
sys.path[:0] = {sys.path!r}
from moof.process import serve_forks
print("loaded", flush=True)
serve_forks()
"""
SLEEPS = "print(os.getpid(), os.getppid(), os.getpgid(0), flush=True); time.sleep(600)"


class Lines:
    """The output, line by line."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str] = asyncio.Queue()

    async def next(self) -> str:
        async with asyncio.timeout(30):
            while not (line := await self.queue.get()):
                pass
            return line


@asynccontextmanager
async def fork_server(script: str) -> AsyncIterator[tuple[ForkServer, Lines]]:
    lines = Lines()
    server = ForkServer([sys.executable, "-c", script], lines.queue.put_nowait)
    try:
        yield server, lines
    finally:
        await server.end(30.0)
        assert not server.running


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def gone(pid: int) -> None:
    async with asyncio.timeout(30):
        while _exists(pid):  # noqa: ASYNC110  the kernel cannot set an asyncio.Event
            await asyncio.sleep(0.005)


async def test_it_loads_once_and_forks_each_time() -> None:
    before = open_descriptors()
    async with fork_server(FORKS + SLEEPS) as (server, lines):
        pids: list[str] = []
        for _ in range(2):
            forked = server.fork()
            assert forked.pid is None
            if not pids:
                assert await lines.next() == "loaded"
            pid, parent, group = (await lines.next()).split()
            assert int(pid) == forked.pid == int(group)
            assert int(parent) == server._process.pid
            assert await forked.end(30.0) == -signal.SIGTERM
            pids.append(pid)
        assert pids[0] != pids[1]
    assert open_descriptors() == before


async def test_exit_status_comes_after_the_last_output() -> None:
    async with fork_server(FORKS + "sys.stdout.write('last words'); sys.exit(75)") as (server, lines):
        assert await server.fork().wait() == 75
        assert [await lines.next(), await lines.next()] == ["loaded", "last words"]


async def test_half_a_line_of_a_killed_process_is_not_joined_to_the_next_ones_first() -> None:
    script = FORKS + "sys.stdout.write('line\\nhalf'); sys.stdout.flush(); time.sleep(600)"
    async with fork_server(script) as (server, lines):
        for _ in range(2):
            forked = server.fork()
            while await lines.next() != "line":
                pass
            assert await forked.kill() == -signal.SIGKILL


async def test_process_id_is_known_before_the_first_output() -> None:
    async with fork_server(FORKS + "print('written', flush=True); time.sleep(600)") as (server, lines):
        for _ in range(20):
            forked = server.fork()
            while await lines.next() != "written":
                pass
            assert forked.pid is not None
            await forked.kill()


async def test_standard_input_is_empty() -> None:
    async with fork_server(FORKS + "print('read', sys.stdin.read())") as (server, lines):
        assert await server.fork().wait() == 0
        assert [await lines.next(), await lines.next()] == ["loaded", "read "]


async def test_failure_to_load_ends_the_requested_process() -> None:
    async with fork_server("import sys; sys.exit(3)") as (server, _):
        assert await server.fork().wait() == 3
        assert not server.running
        assert await server.fork().wait() == 3


async def test_process_can_be_ended_while_the_server_loads() -> None:
    async with fork_server("print('loads'); import time; time.sleep(600)") as (server, _):
        assert await server.fork().end(30.0) == -signal.SIGTERM


async def test_forked_ones_do_not_outlive_the_fork_server() -> None:
    async with fork_server(FORKS + SLEEPS) as (server, lines):
        forked = server.fork()
        await lines.next()
        pid = int((await lines.next()).split()[0])
        os.kill(server._process.pid, signal.SIGKILL)
        assert await forked.wait() == -signal.SIGKILL
        await gone(pid)
